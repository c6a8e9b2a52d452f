"""The cookies of pages: a room's key for leader, screen or organiser, a leader's login, and the mark of a browser in
which one signed in.

A key comes in an address once, becomes a cookie that scripts cannot read, and disappears from the address bar (S4).
"""

from __future__ import annotations

import re

import msgspec
from flask import Response, current_app, request
from itsdangerous import BadSignature, Signer, URLSafeSerializer, URLSafeTimedSerializer
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from . import uses
from .access import (
    Holder,
    Role,
    identify,
    is_token,
    key_holder,
    leads,
    new_token,
    reads,
    role_of_key,
    signed_in,
    token_hash,
)
from .core import codes
from .core.errors import Refused
from .extensions import now
from .models import Account, Room
from .room import room as values
from .store.codes import room_by_code

Found = Room | values.Room
PAGES: tuple[Role, ...] = ("leader", "screen", "organiser")
LOGIN = "samen_login"
BROWSER = "samen_browser"
INVITATION, INVITATION_SECONDS = "samen_invitation", 3600
RESET, RESET_SECONDS = "samen_reset", 3600
OPENID, OPENID_SECONDS = "samen_openid", 600
LANGUAGE = "samen_language_"
"""And the code of the room."""
BROWSER_DAYS = 400
"""As long as browsers keep any cookie."""
MOST_ACCOUNTS = 5
MOST_PAGES = 16
"""With more cookies of pages than this, a page has to say which it is, as all of ours do."""


def holder(session: Session, token: object, role: object = None, code: object = None) -> Holder | None:
    """Whoever opens a connection: by the token of a phone or a program, otherwise by the cookies of a page. If a
    browser has several, `role` and the room's `code` say which page it is."""
    if token is not None:
        return identify(session, token)
    if role is None and code is None:
        known = _of_pages(session)
        known = [one for one in known if not one.replaced] or known
        return known[0] if len(known) == 1 else None
    room = room_by_code(session, code) if isinstance(code, str) else None
    if room is None or role not in ("leader", "screen"):
        return None
    return of_room(session, room, role) or _by_key(session, room, role)


def _of_pages(session: Session) -> list[Holder]:
    """Whoever the cookies of pages make their holders, by one statement however many there are. Of a room that is gone
    the cookie may still be there."""
    shown = [key for name, key in request.cookies.items() if OF_A_PAGE.fullmatch(name) and is_token(key)]
    if len(shown) > MOST_PAGES:
        return []
    ids = {key: of[0] for key in shown if (of := role_of_key(key)) is not None}
    rooms = {room.id: room for room in session.scalars(select(Room).where(Room.id.in_(ids.values())))} if ids else {}
    found = [key_holder(rooms[id], key) for key, id in ids.items() if id in rooms]
    return [one for one in found if one is not None]


def of_room(session: Session, room: Room, role: Role) -> Holder | None:
    """The holder that this browser is in a room, in this role: by the room's own cookie or by its leader's login. At
    the desk a login goes before a link: whoever replaces the link stays in."""
    by_key = _by_key(session, room, role)
    by_key = None if by_key is None or by_key.replaced else by_key
    if role == "leader":
        return _by_login(session, room, role) or by_key
    return by_key or _by_login(session, room, role)


def replaced(session: Session, room: Room, role: Role) -> bool:
    """Does this browser have a link of the room that was replaced?"""
    by_key = _by_key(session, room, role)
    return by_key is not None and by_key.replaced


def _by_key(session: Session, room: Room, role: Role) -> Holder | None:
    found = shown(session, room.code, role)
    return found if found is not None and (found.room_id, found.role) == (room.id, role) else None


def _by_login(session: Session, room: Room, role: Role) -> Holder | None:
    account, by = account_of(session), token_hash(login())
    if leads(account, room) and role in ("leader", "screen"):
        return Holder(room.id, role, login=by)
    if role == "organiser" and reads(account, room):
        return Holder(room.id, role, login=by)
    return None


def shown(session: Session, code: str, role: Role) -> Holder | None:
    """Whoever the room's own cookie in this browser makes its holder; one whose link was replaced is `replaced`."""
    return identify(session, request.cookies.get(_name(role, codes.normalise(code) or "")))


def keys_of(code: str) -> list[str]:
    """The keys of a room's pages that this browser has."""
    found = (request.cookies.get(_name(role, code)) for role in PAGES)
    return [key for key in found if key]


def login() -> str:
    """The token of this browser's login; empty if there is none."""
    return request.cookies.get(LOGIN, "")


def account_of(session: Session) -> Account | None:
    """Whoever is signed in on this browser."""
    account = signed_in(session, login(), now())
    if account is not None:
        uses.note_login(token_hash(login()))
    return account


def owner(session: Session) -> Account:
    """The same, for where nothing can be done without an account; Refused("unauthorized") if there is none."""
    if (found := account_of(session)) is None:
        raise Refused("unauthorized", "Sign in first.")
    return found


def remember_key(response: Response, room: Found, role: Role, key: str) -> Response:
    """Keeps a room's key in this browser until the room forgets itself."""
    return _set(response, _name(role, room.code), key, max(room.erase_at - now(), 0) // 1000)


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
    return forget_organisers(_drop(response, LOGIN))


def forget_organisers(response: Response) -> Response:
    """Of the organisers' pages this browser keeps no key. Whose login it was had the links of their rooms by it, and
    whoever uses the browser next would read by such a key all that was shared; who has the link opens it again."""
    for name in filter(OF_AN_ORGANISER.fullmatch, request.cookies):
        _drop(response, name)
    return response


def invitation() -> str | None:
    """The key of the invitation that was opened in this browser."""
    return request.cookies.get(INVITATION)


def remember_invitation(response: Response, key: str) -> Response:
    """Keeps the key of an invitation while its reader signs in, or thinks of a password."""
    return _set(response, INVITATION, key, INVITATION_SECONDS)


def forget_invitation(response: Response) -> Response:
    """It was used."""
    return _drop(response, INVITATION)


def reset() -> str | None:
    """The key of the link for another password that was opened in this browser."""
    return request.cookies.get(RESET)


def remember_reset(response: Response, key: str) -> Response:
    """Keeps the key of such a link while its reader thinks of a password."""
    return _set(response, RESET, key, RESET_SECONDS)


def forget_reset(response: Response) -> Response:
    """It was used."""
    return _drop(response, RESET)


class Errand(Struct, frozen=True):
    """Somebody who went from this browser to their organisation's own login: `id`, which is random and is kept nowhere
    else, and, if they went to connect that with an account, the `login` (its hash) by which they were in."""

    id: str
    login: str = ""


def errand() -> Errand | None:
    """Who went from this browser, a while ago at most."""
    try:
        found = _errands().loads(request.cookies.get(OPENID, ""), max_age=OPENID_SECONDS)
        return msgspec.convert(found, Errand)
    except (BadSignature, msgspec.ValidationError):
        return None


def remember_errand(response: Response, errand: Errand) -> Response:
    """Keeps it until they are back."""
    return _set(response, OPENID, str(_errands().dumps(msgspec.to_builtins(errand))), OPENID_SECONDS)


def forget_errand(response: Response) -> Response:
    """They are back."""
    response.delete_cookie(OPENID, path=current_app.config["APPLICATION_ROOT"])
    return response


def _errands() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="openid")


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


def _name(role: Role, code: str) -> str:
    return f"samen_{role}_{code}"


OF_A_PAGE = re.compile("|".join(_name(role, "[0-9]{8}") for role in PAGES if role != "organiser"))
"""The names of the cookies of pages that have a socket."""
OF_AN_ORGANISER = re.compile(_name("organiser", "[0-9]{8}"))


def _set(response: Response, name: str, value: str, seconds: int) -> Response:
    secure = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
    root = current_app.config["APPLICATION_ROOT"]
    response.set_cookie(name, value, max_age=seconds, path=root, httponly=True, samesite="Lax", secure=secure)
    return response


def _drop(response: Response, name: str) -> Response:
    response.delete_cookie(name, path=current_app.config["APPLICATION_ROOT"])
    return response
