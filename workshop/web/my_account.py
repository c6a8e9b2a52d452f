"""One's own account, for whoever is signed in: another password, passkeys, where one is logged in, and the end
of that."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import update
from sqlalchemy.orm import Session

from .. import cookies, lapsed, openid, resets
from ..access import logins_of, sign_out_others
from ..addresses import is_at_home
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Account
from .account import hashed, with_password
from .errors import try_again
from .pages import on_to, page
from .passkeys import section

pages = Blueprint("my_account", __name__, url_prefix="/account")
STATUS = {"too_fast": 429, "busy": 503}
DONE = ("password", "others")
"""What the page says has been done."""


@pages.get("")
def account() -> Response | str:
    """The page."""
    with db.reading() as session:
        owner = cookies.account_of(session)
        if owner is None:
            return on_to("account.login")
        return _page(session, owner)


@pages.post("/password")
def change_password() -> Response:
    """Another password, for whoever knows the present one; every other browser is logged out. Form fields: `present`,
    `password`, `again`."""
    owner = _owner()
    try:
        wrong = _changed(owner, request.form.get("present", ""), request.form.get("password", ""))
        wait = None
    except Refused as refused:
        wrong, wait = "short" if refused.code == "invalid" else refused.code, refused.wait
    if wrong is None:
        return on_to("my_account.account", 303, done="password")
    with db.reading() as session:
        shown = _page(session, owner, wrong)
    return try_again(Response(shown, STATUS.get(wrong, 400)), wrong, wait)


@pages.post("/others")
def end_others() -> Response:
    """Logs out every other browser of this account."""
    owner = _owner()
    with db.writing() as session:
        ended = sign_out_others(session, owner, cookies.login())
    lapsed.logins(ended)
    return on_to("my_account.account", 303, done="others")


def _changed(owner: Account, present: str, password: str) -> str | None:
    """Changes it; or why not. Refused("too_fast"), ("busy") or, for a password that is too short, ("invalid")."""
    if not owner.password_hash:
        return "none"
    if password != request.form.get("again", ""):
        return "different"
    if with_password(owner.email, present) is None:
        return "wrong"
    password_hash = hashed(password)
    with db.writing() as session:
        cookies.owner(session)  # another browser may have ended this login meanwhile
        session.execute(update(Account).where(Account.id == owner.id).values(password_hash=password_hash))
        ended = sign_out_others(session, owner, cookies.login())
        resets.withdraw(session, owner)
    lapsed.logins(ended)
    return None


def _owner() -> Account:
    with db.reading() as session:
        return cookies.owner(session)


def _page(session: Session, owner: Account, wrong: str = "") -> str:
    done = request.args.get("done") if request.args.get("done") in DONE else None
    return page(
        "account.html", account=owner, logins=logins_of(session, owner, cookies.login(), now()), wrong=wrong, done=done,
        connected=bool(openid.identities(session, owner)), at_home=is_at_home(), passkeys=section(session, owner),
    )  # fmt: skip
