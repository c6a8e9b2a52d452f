"""The cookies of pages: a room's key for leader, screen or organiser, a leader's login, and the mark of a browser in
which one signed in.

A key comes in an address once, becomes a cookie that scripts cannot read, and disappears from the address bar (S4).
"""

from __future__ import annotations

import msgspec
from flask import Response, current_app, request
from itsdangerous import BadSignature, Signer, URLSafeSerializer
from msgspec import Struct
from sqlalchemy.orm import Session

from .access import Holder, Role, identify, leads, new_token, signed_in
from .extensions import now
from .models import Account, Room
from .room import room as values
from .rooms.opening import room_by_code

Found = Room | values.Room
LOGIN = "samen_login"
BROWSER = "samen_browser"
LANGUAGE = "samen_language_"
"""And the code of the room."""
BROWSER_DAYS = 400
"""As long as browsers keep any cookie."""
MOST_ACCOUNTS = 5
OF_A_PAGE = ("samen_leader_", "samen_screen_")


def holder(session: Session, token: object, role: object = None, code: object = None) -> Holder | None:
    """Whoever opens a connection: by the token of a phone or a program, otherwise by the cookies of a page. If a
    browser has several, `role` and the room's `code` say which page it is."""
    if token is not None:
        return identify(session, token)
    if role is None and code is None:
        shown = [identify(session, key) for name, key in request.cookies.items() if name.startswith(OF_A_PAGE)]
        known = [one for one in shown if one is not None]  # of a room that is gone the cookie may still be there
        return known[0] if len(known) == 1 else None
    room = room_by_code(session, code) if isinstance(code, str) else None
    return of_room(session, room, role) if room and role in ("leader", "screen") else None


def of_room(session: Session, room: Room, role: Role) -> Holder | None:
    """The holder that this browser is in a room, in this role: by the room's own cookie or by its leader's login."""
    found = identify(session, request.cookies.get(_name(role, room)))
    if found == Holder(room.id, role):
        return found
    account = account_of(session)
    if leads(account, room) and role in ("leader", "screen"):
        return Holder(room.id, role)
    if role == "organiser" and account is not None and account.role == "organiser":
        return Holder(room.id, role)
    return None


def account_of(session: Session) -> Account | None:
    """Whoever is signed in on this browser."""
    return signed_in(session, request.cookies.get(LOGIN), now())


def remember_key(response: Response, room: Found, role: Role, key: str) -> Response:
    """Keeps a room's key in this browser until the room forgets itself."""
    return _set(response, _name(role, room), key, max(room.erase_at - now(), 0) // 1000)


def language(room: Room) -> str | None:
    """What someone chose to read in this room, on this phone."""
    return request.cookies.get(f"{LANGUAGE}{room.code}")


def remember_language(response: Response, room: Room, language: str) -> Response:
    """Remembers it until the room forgets itself."""
    return _set(response, f"{LANGUAGE}{room.code}", language, max(room.erase_at - now(), 0) // 1000)


def remember_login(response: Response, token: str, seconds: int) -> Response:
    """Keeps a login in this browser."""
    return _set(response, LOGIN, token, seconds)


def forget_login(response: Response) -> Response:
    """Signs this browser out."""
    response.delete_cookie(LOGIN)
    return response


class Browser(Struct, frozen=True):
    """A browser in which someone signed in before: `id`, which is random, and the accounts, as marks that say
    nothing."""

    id: str
    accounts: tuple[str, ...] = ()

    def knows(self, email: str) -> bool:
        """Was it this account?"""
        return _mark(email) in self.accounts


def browser() -> Browser | None:
    """The browser that asks, if someone signed in on it before. Signing out does not change that: nobody who tries
    passwords elsewhere can keep its owner out."""
    try:
        return msgspec.convert(_browsers().loads(request.cookies.get(BROWSER, "")), Browser)
    except (BadSignature, msgspec.ValidationError):
        return None


def remember_browser(response: Response, email: str) -> Response:
    """From now on this browser knows this account."""
    known = browser() or Browser(new_token())
    accounts = (_mark(email), *(mark for mark in known.accounts if mark != _mark(email)))[:MOST_ACCOUNTS]
    value = _browsers().dumps(msgspec.to_builtins(Browser(known.id, accounts)))
    return _set(response, BROWSER, str(value), BROWSER_DAYS * 86_400)


def _browsers() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="browser")


def _mark(email: str) -> str:
    return Signer(current_app.config["SECRET_KEY"], salt="account").get_signature(email).decode()


def _name(role: Role, room: Found) -> str:
    return f"samen_{role}_{room.code}"


def _set(response: Response, name: str, value: str, seconds: int) -> Response:
    secure = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
    return response
