"""Signing in: the first leader's account, login and logout."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Blueprint, Response, redirect, request, url_for
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import cookies
from ..access import LOGIN_DAYS, keys, sign_in, sign_out
from ..commands import one_line
from ..core.errors import Refused
from ..extensions import Aside, db, now
from ..models import Account
from .pages import page

pages = Blueprint("account", __name__)
SHORTEST_PASSWORD = 10
ROLES = ("leader", "organiser", "admin")
_hasher = PasswordHasher()
_tries = MovingWindowRateLimiter(MemoryStorage())
TRIES = RateLimitItemPerMinute(10)
TRIES_FROM_ONE_ADDRESS = RateLimitItemPerMinute(60)


def add_account(session: Session, email: str, password_hash: str, role: str) -> Account:
    """A new account; Refused("invalid") where the address is taken or is none."""
    email = one_line(email).lower()
    if not 3 <= len(email) <= 254 or "@" not in email:
        raise Refused("invalid", "That is not an e-mail address.")
    if session.scalars(select(Account).where(Account.email == email)).first():
        raise Refused("invalid", "There is an account with this address already.")
    account = Account(email=email, password_hash=password_hash, role=role, created_at=now())
    session.add(account)
    session.flush()
    return account


def remove_account(session: Session, email: str) -> None:
    """Takes an account away, with its logins. Refused("not_found") where there is none, and ("invalid") for the last:
    without any account the link of the first start would make one again."""
    account = session.scalars(select(Account).where(Account.email == one_line(email).lower())).first()
    if account is None:
        raise Refused("not_found", "There is no account with this address.")
    if session.scalar(select(func.count(Account.id))) == 1:
        raise Refused("invalid", "This is the last account; add another one first.")
    session.delete(account)


def hashed(password: str) -> str:
    """A memory-hard hash, made aside; Refused("invalid") for a password that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("invalid", f"A password has at least {SHORTEST_PASSWORD} characters.")
    return str(Aside.run(_hasher.hash, password))


@pages.get("/login")
def login() -> str:
    """The form."""
    return page("login.html", error=None, email="")


@pages.post("/login")
def log_in() -> Response | str:
    """Signs this browser in. A wrong address and a wrong password look and last the same."""
    email, password = one_line(request.form.get("email", "")).lower(), request.form.get("password", "")
    here = request.remote_addr or ""
    if not (_tries.test(TRIES, here, email) and _tries.test(TRIES_FROM_ONE_ADDRESS, here)):
        return page("login.html", error="too_fast", email=email)
    with db.reading() as session:
        account = session.scalars(select(Account).where(Account.email == email)).first()
    # Who is not known gets as much work done for them, so that time does not tell.
    known = account.password_hash if account else _password_of_nobody()
    if not Aside.run(_fits, known, password) or account is None:
        _tries.hit(TRIES, here, email)  # only failures cost, and only where they are made: nobody can lock out a leader
        _tries.hit(TRIES_FROM_ONE_ADDRESS, here)
        return page("login.html", error="wrong", email=email)
    return _signed_in(account)


@pages.post("/logout")
def log_out() -> Response:
    """Signs this browser out."""
    with db.writing() as session:
        sign_out(session, request.cookies.get(cookies.LOGIN))
    return cookies.forget_login(redirect(url_for("join.home")))  # type: ignore[arg-type]


@pages.route("/first", methods=["GET", "POST"])
def first() -> Response | str:
    """Makes the account of the first leader, once; the link is printed at the first start."""
    key = request.values.get("key", "")
    with db.reading() as session:
        if session.scalar(select(func.count(Account.id))):
            return redirect(url_for("account.login"))  # type: ignore[return-value]
    if key != keys.first_leader():
        raise Refused("unauthorized", "This link is not known here.")
    if request.method == "GET":
        return page("first.html", key=key, error=None, email="")
    email = request.form.get("email", "")
    try:
        password_hash = hashed(request.form.get("password", ""))
        with db.writing() as session:
            if session.scalar(select(func.count(Account.id))):  # someone else was first, just now
                return redirect(url_for("account.login"))  # type: ignore[return-value]
            account = add_account(session, email, password_hash, "admin")
    except Refused as refused:
        error = "password" if "password" in refused.detail else "email"
        return page("first.html", key=key, error=error, email=email)
    return _signed_in(account)


@cache
def _password_of_nobody() -> str:
    return _hasher.hash("nobody has this password")


def _fits(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _signed_in(account: Account) -> Response:
    with db.writing() as session:
        token = sign_in(session, account, now())
    response = redirect(url_for("lead.rooms"))
    return cookies.remember_login(response, token, LOGIN_DAYS * 86_400)  # type: ignore[arg-type]
