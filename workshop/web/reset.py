"""Another password for whoever does not know theirs: by a link, which an admin made or which was sent by mail
(docs/decisions/0037)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from .. import accounts, cookies, lapsed, openid, passkeys, resets
from ..addresses import base_url
from ..core.askers import site_of
from ..core.budget import Budget, Share, SharedBudget
from ..core.errors import Refused
from ..extensions import db, now
from ..mail import Letter
from ..models import Account
from ..settings import Settings
from . import errors
from .account import hashed
from .mailing import letter, outgoing
from .pages import on_to, page
from .throttle import BUDGETS, HOUR, asker, count, fail

pages = Blueprint("reset", __name__)
STATUS = {"too_fast": 429, "busy": 503}

MAILS_FOR_ONE_ASKER = Budget(6, 6 / HOUR)
MAILS_TO_ONE_ADDRESS = Budget(3, 3 / HOUR)
"""It counts whether or not there is an account with it: so the count shows nothing, and no mailbox is filled."""
MAILS_OF_ALL = SharedBudget(60, 60 / HOUR, reserve=40, remembered=HOUR)
"""Those who asked lately leave forty to the others. It is there so that nobody makes a mail server take us for a
nuisance."""
BUDGETS.extend([MAILS_FOR_ONE_ASKER, MAILS_TO_ONE_ADDRESS, MAILS_OF_ALL])


@pages.get("/forgotten")
def forgotten() -> str:
    """Where one asks for a mail; Refused("not_found") where none is sent."""
    _settings()
    return page("forgotten.html", asked="asked" in request.args, error=None, email="")


@pages.post("/forgotten")
def ask() -> Response:
    """A mail with a link goes to the owner of the account with this address. What is answered, and when, is the same
    whether there is one or not: it is looked up afterwards."""
    settings, typed = _settings(), request.form.get("email", "")
    try:
        email = accounts.address(typed)
    except Refused:
        return Response(page("forgotten.html", asked=False, error="email", email=typed), 400)
    if wait := count(*_shares(email)):
        response = Response(page("forgotten.html", asked=False, error="too_fast", email=typed), STATUS["too_fast"])
        return errors.try_again(response, "too_fast", wait)
    base = base_url()
    subject, text = _words("reset", base)
    outgoing.later(partial(_with_link, settings, email, base, subject, text))
    return on_to("reset.forgotten", 303, asked="yes")


@pages.get("/reset")
def reset() -> Response | str:
    """Where one chooses another password. The key in the address becomes a cookie, and disappears from it."""
    key = request.args.get("key")
    with db.reading() as session:
        account = resets.whose(session, cookies.reset() if key is None else key, now())
        ways = _other_ways(session, account)
    if account is None:
        if key is not None:
            fail()
        return _over()
    if key is None:
        return page("reset.html", account=account, wrong="", chosen=set(), **ways)
    return cookies.remember_reset(on_to("reset.reset"), key)


@pages.post("/reset")
def choose() -> Response | str:
    """Another password, with the fields `password` and `again`; the account is logged out everywhere, and logs in with
    it. With the field `passkeys` nobody logs in by one of these any more, either, nor with `openid` by another
    organisation's login."""
    with db.reading() as session:
        account = resets.whose(session, cookies.reset(), now())
        ways = _other_ways(session, account)
    if account is None:
        return _over()
    try:
        wrong = _chosen(request.form.get("password", ""))
        wait = None
    except Refused as refused:
        if refused.code == "unauthorized":  # somebody used the link just now
            return _over()
        wrong, wait = "short" if refused.code == "invalid" else refused.code, refused.wait
    if wrong:
        shown = page("reset.html", account=account, wrong=wrong, chosen=set(request.form), **ways)
        response = Response(shown, STATUS.get(wrong, 400))
        return errors.try_again(response, wrong, wait)
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp_url:
        outgoing.later(partial(letter, settings, account.email, *_words("changed", base_url())))
    return cookies.forget_reset(on_to("account.login", 303, changed="yes"))


def _other_ways(session: Session, account: Account | None) -> dict[str, Any]:
    """What besides a password opens an account: its passkeys, and whether an organisation's own login does."""
    if account is None:
        return {}
    return {"passkeys": passkeys.of_account(session, account), "connected": openid.identities(session, account)}


def _chosen(password: str) -> str:
    """Changes it; or what is wrong with it. Refused("invalid") where it is too short, ("busy"), ("unauthorized")."""
    if password != request.form.get("again", ""):
        return "different"
    password_hash = hashed(password)
    with db.writing() as session:
        account, ended = resets.use(session, cookies.reset(), password_hash, now())
        if "openid" in request.form:
            openid.disconnect(session, account)
        if gone := passkeys.of_account(session, account) if "passkeys" in request.form else []:
            passkeys.remove(session, gone, now())
    if gone:
        db.forget()
    lapsed.logins(ended)
    return ""


def _with_link(settings: Settings, email: str, base: str, subject: str, text: str) -> Letter:
    """The mail for whoever has an account with this address, and a password; else one to nobody, which takes as long.
    Someone whom an organisation's own login lets in cannot get round it by mail."""
    with db.writing() as session:
        account = accounts.account_by(session, email)
        if account is None or account.disabled or not account.password_hash:
            return letter(settings)
        token = resets.make(session, account, now(), resets.HOURS_BY_MAIL)
    return letter(settings, account.email, subject, text.replace(LINK, f"{base}/reset?key={token}"))


LINK = "{link}"
"""Takes the place of the link in the words of a mail until there is one."""


def _words(about: str, base: str) -> tuple[str, str]:
    """The subject of a mail, and its text, in the language of the page."""
    said = page("mail.txt", about=about, base=base, link=LINK, hours=resets.HOURS_BY_MAIL)
    subject, _, text = said.partition("\n")
    return subject, text.strip() + "\n"


def _shares(email: str) -> list[Share]:
    here = asker()
    return [
        (MAILS_FOR_ONE_ASKER, here),
        (MAILS_TO_ONE_ADDRESS, email),
        (MAILS_OF_ALL, ("all", site_of(here))),
    ]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp_url is None:
        raise Refused("not_found", "This server sends no mail; ask whoever looks after the accounts for a link.")
    return settings


def _over() -> Response:
    refused = resets.over()
    return errors.answer(refused.code, refused.detail, told="reset")
