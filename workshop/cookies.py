"""The cookies of pages: a room's key for leader, screen or organiser, and a leader's login.

A key comes in an address once, becomes a cookie that scripts cannot read, and disappears from the address bar (S4).
"""

from __future__ import annotations

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from .access import Holder, Role, identify, leads, signed_in
from .extensions import now
from .models import Account, Room
from .rooms.opening import room_by_code

LOGIN = "samen_login"
OF_A_PAGE = ("samen_leader_", "samen_screen_")


def holder(session: Session, token: object, role: object = None, code: object = None) -> Holder | None:
    """Whoever opens a line: by the token of a phone or a program, else by the cookies of a page. Where a browser has
    several, `role` and the room's `code` say which page it is."""
    if token is not None:
        return identify(session, token)
    if role is None and code is None:
        shown = [identify(session, key) for name, key in request.cookies.items() if name.startswith(OF_A_PAGE)]
        known = [one for one in shown if one is not None]  # of a room that is gone the cookie may still be there
        return known[0] if len(known) == 1 else None
    room = room_by_code(session, code) if isinstance(code, str) else None
    return of_room(session, room, role) if room and role in ("leader", "screen") else None


def of_room(session: Session, room: Room, role: Role) -> Holder | None:
    """The holder that this browser is in a room, in one role: by the room's own cookie or by its leader's login."""
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
    """Whoever is signed in in this browser."""
    return signed_in(session, request.cookies.get(LOGIN), now())


def remember_key(response: Response, room: Room, role: Role, key: str) -> Response:
    """Keeps a room's key in this browser until the room forgets itself."""
    return _set(response, _name(role, room), key, max(room.erase_at - now(), 0) // 1000)


def remember_login(response: Response, token: str, seconds: int) -> Response:
    """Keeps a login in this browser."""
    return _set(response, LOGIN, token, seconds)


def forget_login(response: Response) -> Response:
    """Signs this browser out."""
    response.delete_cookie(LOGIN)
    return response


def _name(role: Role, room: Room) -> str:
    return f"samen_{role}_{room.code}"


def _set(response: Response, name: str, value: str, seconds: int) -> Response:
    secure = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
    return response
