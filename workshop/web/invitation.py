"""An invitation: a link by which one person joins an organisation, once, with an account that they have or make."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from .. import accounts, cookies
from ..access import is_token
from ..core.budget import Budget
from ..core.errors import Over, Refused
from ..extensions import db, now
from ..models import Account, Invitation
from .account import FRESH, enter, hashed
from .pages import on_to, page
from .throttle import BUDGETS, asker, fail, trying

pages = Blueprint("invitation", __name__, url_prefix="/invitation")
TRIES_BY_ONE_INVITATION, TRIES_FROM_ONE_ASKER = Budget(20, 1 / 6), Budget(20, 1 / 6)
"""Tries that came to nothing: each may cost a hash, and tells whether an address has an account."""
BUDGETS.extend([TRIES_BY_ONE_INVITATION, TRIES_FROM_ONE_ASKER])


@pages.get("")
def invited() -> Response | str:
    """What one is invited to. The key in the address becomes a cookie, and disappears from it."""
    key = request.args.get("key")
    with db.reading() as session:
        if key is None:
            return _page(session, _shown(session))
        if accounts.invitation(session, key, now()) is None:
            fail()
            raise _unknown(key)
    return cookies.remember_invitation(on_to("invitation.invited"), key)


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
            if not refused.about:
                raise
            wrong = refused.about
        else:
            return cookies.forget_invitation(enter(account))
        with db.reading() as session:
            return _page(session, invitation, wrong)
    with db.writing() as session:
        accounts.accept(session, invitation, accounts.account(session, account.id), now())
    return cookies.forget_invitation(on_to("lead.rooms"))


def _made(invitation: Invitation) -> Account:
    """A new account, in the organisation that invited; both or neither. Refused("invalid"), ("busy"), and ("too_fast")
    after too many that came to nothing."""
    email = request.form.get("email", "")
    with trying((TRIES_BY_ONE_INVITATION, invitation.id), (TRIES_FROM_ONE_ASKER, asker())) as attempt:
        attempt.check()
        attempt.failed = True
        with db.reading() as session:
            accounts.free_address(session, email)
        password_hash = hashed(request.form.get("password", ""), FRESH)
        with db.writing() as session:
            organisation = accounts.organisation(session, invitation.organisation_id)
            made = accounts.add_account(session, email, password_hash, organisation, (), now=now())
            accounts.accept(session, invitation, made, now())
        attempt.failed = False
        return made


def _shown(session: Session) -> Invitation:
    """The invitation whose key this browser keeps."""
    found = accounts.invitation(session, cookies.invitation(), now())
    if found is None:
        raise _unknown(cookies.invitation())
    return found


def _unknown(key: str | None) -> Refused:
    """What is no key at all is half a link, or an hour ago."""
    return Over("invitation") if is_token(key) else Refused("unauthorized", "Open the link of the invitation again.")


def _page(session: Session, invitation: Invitation, wrong: str = "") -> str:
    organisation = accounts.organisation(session, invitation.organisation_id)
    return page(
        "invitation.html", invitation=invitation, organisation=organisation, account=cookies.account_of(session),
        error=wrong, email=request.form.get("email", ""),
    )  # fmt: skip
