"""An invitation: a link by which one person joins an organisation, once, with an account that they have or make."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session

from .. import accounts, cookies
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Account, Invitation
from .account import enter, hashed
from .pages import page
from .throttle import fail

pages = Blueprint("invitation", __name__, url_prefix="/invitation")


@pages.get("")
def invited() -> Response | str:
    """What one is invited to. The key in the address becomes a cookie, and disappears from it."""
    key = request.args.get("key")
    with db.reading() as session:
        if key is None:
            return _page(session, _shown(session))
        if accounts.invitation(session, key, now()) is None:
            fail()
            raise _unknown()
    return cookies.remember_invitation(redirect(url_for("invitation.invited")), key)  # type: ignore[arg-type]


@pages.post("")
def accept() -> Response | str:
    """Whoever is signed in joins; anyone else makes an account with `email` and `password`."""
    with db.reading() as session:
        invitation = _shown(session)
        account = cookies.account_of(session)
    if account is None:
        try:
            account = _made(invitation)
        except Refused as refused:
            wrong = _wrong(refused)
        else:
            return cookies.forget_invitation(enter(account))
        with db.reading() as session:
            return _page(session, invitation, wrong)
    with db.writing() as session:
        accounts.accept(session, invitation, accounts.account(session, account.id), now())
    return cookies.forget_invitation(redirect(url_for("lead.rooms")))  # type: ignore[arg-type]


def _made(invitation: Invitation) -> Account:
    """A new account, in the organisation that invited; both or neither."""
    password_hash = hashed(request.form.get("password", ""))
    with db.writing() as session:
        organisation = accounts.organisation(session, invitation.organisation_id)
        email = request.form.get("email", "")
        made = accounts.add_account(session, email, password_hash, organisation, (), now=now())
        accounts.accept(session, invitation, made, now())
        return made


def _wrong(refused: Refused) -> str:
    """Which field cannot be used; any other refusal is not about a field."""
    if refused.code != "invalid":
        raise refused
    if "password" in refused.detail:
        return "password"
    return "taken" if "already" in refused.detail else "email"


def _shown(session: Session) -> Invitation:
    """The invitation whose key this browser keeps."""
    found = accounts.invitation(session, cookies.invitation(), now())
    if found is None:
        raise _unknown()
    return found


def _unknown() -> Refused:
    return Refused("unauthorized", "This invitation was used or withdrawn, or it is too old. Ask for a new one.")


def _page(session: Session, invitation: Invitation, wrong: str = "") -> str:
    organisation = accounts.organisation(session, invitation.organisation_id)
    return page(
        "invitation.html", invitation=invitation, organisation=organisation, account=cookies.account_of(session),
        error=wrong, email=request.form.get("email", ""),
    )  # fmt: skip
