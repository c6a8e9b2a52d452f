"""Signing in with a passkey, and an account's passkeys: adding one, giving it a name, removing it.

What a browser has to sign it keeps itself, in its signed cookie, until it comes back with the answer; so nobody makes
the server keep anything before they are known (docs/decisions/0038).
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from typing import Literal, NamedTuple

import flask
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from .. import cookies, passkeys
from ..access import logins_of, token_hash
from ..addresses import Site, site_of_passkeys
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Account, Passkey
from ..passkeys import CHALLENGE_MS, MOST, Given
from .account import go_on, not_signed_in, shares, with_password
from .pages import on_to
from .throttle import trying

pages = Blueprint("passkeys", __name__)
Purpose = Literal["login", "sure", "add"]
GIVEN, SURE = "passkey", "sure"
"""What the signed cookie of a browser calls the two things that it keeps."""
SURE_MS = 5 * 60_000
"""How long whoever showed who they are may add and remove."""
COUNTED_AS = "passkeys"
"""Tries are counted like those of passwords, at an account that nobody can have: whose passkey it is becomes known
later."""
SAID = ("added", "renamed", "removed", "wrong", "unknown", "stale", "name", "known", "unsure")
"""What the page of an account says has been done, or why it was not."""


class Section(NamedTuple):
    """An account's passkeys, for its page. `site`: where they work, if that is here; `sure`: whoever asks has just
    shown that it is they; `said`: see SAID."""

    listed: list[Passkey]
    site: Site | None
    sure: bool
    said: str | None
    most: int = MOST


@pages.app_template_global()
def passkeys_work() -> bool:
    """Does a browser make and use passkeys at the address by which the page was asked for?"""
    return site_of_passkeys() is not None


def section(found: Session, owner: Account) -> Section:
    """For the page of an account."""
    said = request.args.get("passkeys")
    return Section(
        passkeys.of_account(found, owner), site_of_passkeys(), _is_sure(found, owner), said if said in SAID else None
    )


@pages.post("/login/passkey/challenge")
def ask_login() -> Response:
    """What a browser has to sign to log in."""
    return _json(passkeys.asks_to_sign(_site(), _give("login")))


@pages.post("/login/passkey")
def log_in() -> Response:
    """Signs this browser in with a passkey; form field `credential`: what the browser made of it, as JSON. Whatever is
    wrong with it looks the same."""
    site = _site()
    try:
        account = _owner_of(request.form.get("credential", ""), site, "login")
    except Refused as refused:
        return not_signed_in("", "passkey" if refused.code == "unauthorized" else refused.code, refused.wait)
    return go_on(account)


@pages.post("/account/passkeys/challenge")
def ask() -> Response:
    """What a browser has to sign to show who it is; or, with `for=add`, to make a passkey."""
    site = _site()
    with db.reading() as session:
        owner = cookies.owner(session)
        there = passkeys.of_account(session, owner)
        if adds := request.form.get("for") == "add":
            _may_add(owner)
            _be_sure(session, owner)
    if adds:
        return _json(passkeys.asks_to_make(site, owner, _give("add", _mark()), there))
    return _json(passkeys.asks_to_sign(site, _give("sure"), there))


@pages.post("/account/passkeys/sure")
def show() -> Response:
    """Whoever shows that it is they may add and remove for some minutes: by form field `proof`, the password, or
    `credential`, signed with a passkey."""
    with db.reading() as session:
        owner = cookies.owner(session)
    try:
        if credential := request.form.get("credential"):
            _owner_of(credential, _site(), "sure", owner)
        elif with_password(owner.email, request.form.get("proof", "")) is None:
            return _back("wrong")
    except Refused as refused:
        return _back(_told(refused, {"unauthorized": "unknown", "stale": "stale"}))
    flask.session[SURE] = [_mark(), now() + SURE_MS]
    return _back(None)


@pages.post("/account/passkeys")
def add() -> Response:
    """One more; form fields `name` and `credential`, what the browser made, as JSON. What it had to sign was given only
    to whoever was sure, for this login and once, and that decides: by now the device has the passkey."""
    site = _site()
    with db.reading() as session:
        owner = cookies.owner(session)
    _may_add(owner)
    try:
        given = _given("add", _mark())
        new = passkeys.made(site, given, request.form.get("credential", ""))
        with db.writing() as session:
            passkeys.spend(session, given, cookies.owner(session).id)
            passkeys.add(session, owner, request.form.get("name", ""), site, new, now())
    except Refused as refused:
        return _back(_told(refused, {"unauthorized": "unknown", "stale": "stale", "invalid": refused.about}))
    return _back("added")


@pages.post("/account/passkeys/<int(max=2147483647):number>/name")
def rename(number: int) -> Response:
    """Another name for it; form field `name`."""
    with db.writing() as session:
        owner = cookies.owner(session)
        try:
            passkeys.rename(session, owner, number, request.form.get("name", ""))
        except Refused as refused:
            return _back(_told(refused, {"invalid": "name"}))
    return _back("renamed")


@pages.post("/account/passkeys/<int(max=2147483647):number>/remove")
def remove(number: int) -> Response:
    """Nobody signs in with it any more."""
    with db.writing() as session:
        owner = cookies.owner(session)
        passkey = passkeys.passkey(session, owner, number)
        if not _is_sure(session, owner):
            return _back("unsure")
        passkeys.remove(session, [passkey], now())
    db.forget()
    return _back("removed")


def _owner_of(sent: str, site: Site, purpose: Purpose, owner: Account | None = None) -> Account:
    """Whose passkey signed what this browser was given; `owner`: whose it has to be. Refused("stale") if that was too
    long ago, ("unauthorized") if none did, ("too_fast") after too many tries."""
    given = _given(purpose)
    browser = cookies.browser()
    with trying(*shares(COUNTED_AS, browser.id if browser else None)) as attempt:
        attempt.check()
        try:
            return _looked_at(sent, site, given, owner)
        except Refused as refused:
            attempt.failed = refused.code == "unauthorized"
            raise


def _looked_at(sent: str, site: Site, given: Given, owner: Account | None) -> Account:
    with db.reading() as session:
        passkey = passkeys.sent_with(session, sent)
        account = session.get(Account, passkey.account_id) if passkey else None
    if passkey is None or account is None or account.disabled or account.id != (owner or account).id:
        raise Refused("unauthorized", "This passkey is not known here.")
    count = passkeys.signed(site, given, sent, passkey)
    with db.writing() as session:
        passkeys.use(session, passkey, given, count, now())
    return account


def _give(purpose: Purpose, by: str = "") -> Given:
    """What this browser has to sign; whatever it was given before is void. `by`: the login for which alone it is."""
    given = Given(urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="), now() + CHALLENGE_MS)
    flask.session[GIVEN] = [purpose + by, *given]
    return given


def _given(purpose: Purpose, by: str = "") -> Given:
    """What this browser was given for this; Refused("stale") if that was nothing, or too long ago."""
    kept, challenge, until = flask.session.pop(GIVEN, ("", "", 0))
    if kept != purpose + by or until <= now():
        raise Refused("stale", "That took too long; try again.")
    return Given(challenge, until)


def _is_sure(session: Session, owner: Account) -> bool:
    """Did whoever asks show a moment ago that it is they: by logging in, or since then?"""
    mark, until = flask.session.get(SURE, ("", 0))
    if mark == _mark() and until > now():
        return True
    token = cookies.login()
    return any(one.asks and one.since > now() - SURE_MS for one in logins_of(session, owner, token, now()))


def _may_add(owner: Account) -> None:
    if not owner.password_hash:
        raise Refused("forbidden", "This account is opened by an organisation's own login, and adds no passkey.")


def _be_sure(session: Session, owner: Account) -> None:
    if not _is_sure(session, owner):
        raise Refused("forbidden", "Show first that it is you: by your password, or one of your passkeys.")


def _mark() -> str:
    """What tells the login by which somebody asks from others."""
    return token_hash(cookies.login())[:16]


def _site() -> Site:
    if (site := site_of_passkeys()) is None:
        raise Refused("not_found", "Passkeys work at an address that begins with https:// and a name, or on localhost.")
    return site


def _told(refused: Refused, on_page: dict[str, str]) -> str:
    """What the page says of a refusal; one that is not about the passkey has a page of its own."""
    if refused.code not in on_page:
        raise refused
    return on_page[refused.code]


def _back(said: str | None) -> Response:
    return on_to("my_account.account", 303, passkeys=said, _anchor="passkeys")


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")
