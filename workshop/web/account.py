"""Signing in: the first leader's account, login and logout."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Blueprint, Response, request
from sqlalchemy import func, select, update

from .. import accounts, cookies, lapsed
from ..access import LOGIN_DAYS, ends_well, keys, open_to, organisations_of, sign_in, sign_out, signed_in, token_hash
from ..commands import one_line
from ..core.askers import site_of
from ..core.budget import Budget, Share, SharedBudget
from ..core.errors import Refused
from ..extensions import Aside, db, now
from ..models import Account
from ..store.codes import room_by_code
from .errors import try_again
from .lead import room_form
from .pages import on_to, page
from .throttle import BUDGETS, HOUR, Turns, asker, failed_before, trying

pages = Blueprint("account", __name__)
FILLED, MOST_FILLED = "filled.", 4000
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
"""Argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane. The same machine serves rooms
full of phones meanwhile, so it is not the 64 MiB in four lanes that the library takes by default (RFC 9106); and it is
written down, so that no newer library changes it unnoticed. Older hashes are made anew when their owner signs in."""
_PASSWORD_OF_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$dRS1Kbe2miGnbXemoXPePw$imYvSd7KZehsLtKMXEmsmjuowVSOO9rVS6dfZtNyfa0"
)
"""As much work is done for an address that nobody has, or an account without a password, so that the time it takes
tells nothing."""
HASHES_AT_ONCE = 2
NICENESS = 10
"""Two hashes then weigh a fifth of the one thread that serves the rooms."""
_hashing = Turns(at_once=HASHES_AT_ONCE, in_line=8, patience=5, lines=3)
KNOWN, FRESH, FAILED = range(3)
"""Who goes first: a browser that knows the account, an asker without failures, the others."""

TRIES_FROM_ONE_BROWSER = Budget(10, 1 / 6, pause=60)
"""Tries at an account that this browser knows: they do not count against everybody else."""
TRIES_FROM_ONE_ASKER = Budget(10, 1 / 6, pause=60)
"""Tries at one account."""
TRIES_AT_ANY_FROM_ONE_ASKER = Budget(60, 1)
TRIES_AT_ANY_FROM_ONE_SITE = Budget(240, 4)
TRIES_AT_ONE_ACCOUNT = SharedBudget(280, 0.25, reserve=200, remembered=HOUR)
"""Everybody's tries together: 280 and 21,600 a day. Sites that failed leave 200 of them to the others: to keep out a
new browser of the owner's, 0.25 · 3600 = 900 sites have to fail anew each hour."""
TRIES_OF_ALL = SharedBudget(100, 2, reserve=60, remembered=HOUR)
"""Tries at any account: so that whoever tries many fills neither the line nor the processor."""
BUDGETS.extend([TRIES_OF_ALL, TRIES_FROM_ONE_BROWSER, TRIES_FROM_ONE_ASKER, TRIES_AT_ANY_FROM_ONE_ASKER])
BUDGETS.extend([TRIES_AT_ANY_FROM_ONE_SITE, TRIES_AT_ONE_ACCOUNT])
LOGIN_STATUS = {"wrong": 200, "passkey": 200, "stale": 200, "too_fast": 429, "busy": 503}


def hashed(password: str, line: int = KNOWN) -> str:
    """A memory-hard hash, made aside; Refused("invalid") for a password that is too short, "busy" where many wait."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("invalid", f"A password has at least {SHORTEST_PASSWORD} characters.", about="password")
    with _hashing.turn(line):
        return str(Aside.run(_gently, _hasher.hash, password))


@pages.get("/login")
def login() -> Response | str:
    """The form. With `out` a desk was closed: its login is over, or, for who is logged in, the `room` is not theirs.
    Whoever logged in anew meanwhile and leads that room is back at its desk."""
    out, account = "out" in request.args, None
    if out:
        with db.reading() as session:
            account = cookies.account_of(session)
            if account and (room := room_by_code(session, request.args.get("room", ""), open_to(account, "leader"))):
                return on_to("lead.dashboard", code=room.code)
    return page(
        "login.html", error=None, email="", filled={}, out=out, account=account, changed="changed" in request.args
    )


@pages.post("/login")
def log_in() -> Response:
    """Signs this browser in. A wrong address and a wrong password look the same and take the same time."""
    email, password = one_line(request.form.get("email", "")).lower()[:254], request.form.get("password", "")
    try:
        account = with_password(email, password)
    except Refused as refused:
        return not_signed_in(email, refused.code, refused.wait)
    if account is None:
        return not_signed_in(email, "wrong")
    _renew(account, password)
    return go_on(account)


def go_on(account: Account) -> Response:
    """Signs this browser in, and goes on to what its owner was doing."""
    filled = _filled_in()
    goes_on = filled and organisations_of(account, "leader")
    return enter(account, Response(room_form(filled, account)) if goes_on else None)


def with_password(email: str, password: str) -> Account | None:
    """The account with this address and password; None if nobody has them, or if the account has no password or is
    disabled. Refused("too_fast") after too many tries, "busy" where many wait."""
    browser = cookies.browser()
    known = browser is not None and browser.knows(email)
    line = KNOWN if known else FAILED if failed_before(TRIES_OF_ALL, ("all", site_of(asker()))) else FRESH
    with trying(*shares(email, browser.id if browser and known else None)) as attempt:
        attempt.check()
        with db.reading() as session:
            account = session.scalars(select(Account).where(Account.email == email)).first()
        with _hashing.turn(line):
            right = Aside.run(_gently, _fits, (account and account.password_hash) or _PASSWORD_OF_NOBODY, password)
        attempt.failed = not (right and account and account.password_hash and not account.disabled)
        return None if attempt.failed else account


def _renew(account: Account, password: str) -> None:
    """A hash that was made with other figures would take a different time than the hash for nobody. A password that
    was changed meanwhile stays."""
    with suppress(Refused):  # then the next time
        if _hasher.check_needs_rehash(account.password_hash):
            new = hashed(password)
            as_it_was = (Account.id == account.id, Account.password_hash == account.password_hash)
            renew = update(Account).where(*as_it_was).values(password_hash=new).returning(Account.id)
            with db.writing() as session:
                if session.scalars(renew).all():
                    account.password_hash = new


def shares(email: str, browser: str | None) -> list[Share]:
    """What a try at an account is counted to. `browser`: one that knows the account."""
    if browser is not None:
        return [(TRIES_FROM_ONE_BROWSER, (browser, email))]
    here = asker()
    site = site_of(here)
    return [
        (TRIES_FROM_ONE_ASKER, (email, here)),
        (TRIES_AT_ANY_FROM_ONE_ASKER, here),
        (TRIES_AT_ANY_FROM_ONE_SITE, site),
        (TRIES_AT_ONE_ACCOUNT, (email, site)),
        (TRIES_OF_ALL, ("all", site)),
    ]


def not_signed_in(email: str, why: str, wait: float | None = None) -> Response:
    """The form once more, which says why. `wait`: seconds until another try makes sense."""
    response = Response(page("login.html", error=why, email=email, filled=_filled_in()), LOGIN_STATUS.get(why, 400))
    return try_again(response, why, wait)


@pages.post("/logout")
def log_out() -> Response:
    """Signs this browser out; what it has open by this login, in whichever tab, is closed."""
    token = cookies.login()
    with db.writing() as session:
        sign_out(session, token)
    if token:
        lapsed.logins({token_hash(token)})
    return cookies.forget_login(on_to("join.home"))


@pages.route("/first", methods=["GET", "POST"])
def first() -> Response | str:
    """Makes the account of the first leader, once; the link is printed at the first start."""
    key = request.values.get("key", "")
    with db.reading() as session:
        if session.scalar(select(func.count(Account.id))):
            return on_to("account.login")
    if not secrets.compare_digest(ends_well(key).encode(), keys.first_leader().encode()):
        raise Refused("unauthorized", "This link is not known here.")
    if request.method == "GET":
        return page("first.html", key=key, error=None, email="")
    email = request.form.get("email", "")
    try:
        password_hash = hashed(request.form.get("password", ""))
        with db.writing() as session:
            accounts.nobody_else_adds(session)
            if session.scalar(select(func.count(Account.id))):  # someone else was first, just now
                return on_to("account.login")
            organisation = accounts.organisation_called(session, None, now())
            account = accounts.add_account(session, email, password_hash, organisation, admin=True, now=now())
    except Refused as refused:
        if not refused.about:
            raise
        return page("first.html", key=key, error=refused.about, email=email)
    return enter(account)


def _gently(work: Callable[..., Any], *args: Any) -> Any:
    """Does it in this thread and those that it starts, which from now on go behind what serves the rooms."""
    with suppress(AttributeError, OSError):  # not every system gives each thread a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    return work(*args)


def _fits(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _filled_in() -> dict[str, str]:
    """What somebody had filled in for a new room when they turned out to be signed out."""
    found = {name.removeprefix(FILLED): value for name, value in request.form.items() if name.startswith(FILLED)}
    return found if sum(map(len, found.values())) <= MOST_FILLED else {}


def enter(account: Account, instead: Response | None = None) -> Response:
    """Signs this browser in, and on to the rooms; or to the invitation that was opened in it. The login that the
    browser had before ends, as nothing has its token any more. Refused("unauthorized") if the account was disabled or
    removed, or got another password, while this one was being checked."""
    before = cookies.login()
    with db.writing() as session:
        found = session.get(Account, account.id, with_for_update=True)
        if found is None or found.disabled or found.password_hash != account.password_hash:
            raise Refused("unauthorized", "This account was changed just now. Log in again.")
        was = signed_in(session, before, now())
        sign_out(session, before)
        token = sign_in(session, account, now())
        open_one = accounts.invitation(session, cookies.invitation(), now())
    invited = open_one is not None and request.endpoint in ("account.log_in", "openid.came_back", "passkeys.log_in")
    response = instead or on_to("invitation.invited" if invited else "lead.rooms")
    if was is not None and was.id == account.id:
        lapsed.renewed(token_hash(before), token_hash(token))
    elif before:
        lapsed.logins({token_hash(before)})
        response = cookies.forget_organisers(response)
    response = cookies.remember_browser(response, account.email)
    return cookies.remember_login(response, token, LOGIN_DAYS * 86_400)
