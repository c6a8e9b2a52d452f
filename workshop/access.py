"""Who is asking, and what they may do.

A token says who someone is; a payload never does. There are two kinds. The keys of a room (leader, screen, organiser,
join, rehearsal) are worked out from the server's secret, so they can be shown again and none of them stands in the
database. A person's token is random and only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeGuard

from sqlalchemy import select
from sqlalchemy.orm import Session

from .core.errors import Refused
from .models import Account, Login, Person, Phone, Room

Role = Literal["person", "leader", "screen", "organiser", "join", "rehearsal", "visitor"]
ROOM_KEYS: tuple[Role, ...] = ("leader", "screen", "organiser", "join", "rehearsal", "visitor")
"""A visitor has been in before and is known at the door; that is no reason to hand out the secret of the QR code."""
LOGIN_DAYS = 30

EVERYONE = frozenset({"person", "leader", "screen"})
MAY: dict[str, frozenset[str]] = {
    "clock": EVERYONE,
    "sync": EVERYONE,
    "command": frozenset({"leader"}),
    "note": frozenset({"person"}),
    "post": frozenset({"person"}),
    "recognise": frozenset({"person"}),
    "tally": frozenset({"person"}),
    "choose": frozenset({"person"}),
    "safe": frozenset({"person"}),
    "hand": frozenset({"person"}),
    "sit": frozenset({"person"}),
    "seen": frozenset({"person"}),
    "leave": frozenset({"person"}),
    "return": frozenset({"person"}),
    "erase_me": frozenset({"person"}),
    "that_is_me": frozenset({"person"}),
    "pass on": frozenset({"person"}),
    "read wall": frozenset({"person", "leader", "screen", "organiser"}),
    "read own": frozenset({"person"}),
    "erase own": frozenset({"person"}),
    "download wall": frozenset({"leader", "organiser"}),
    "download reflections": frozenset({"organiser"}),
    "put under themes": frozenset({"organiser"}),
    "print": frozenset({"leader"}),
    "rehearse": frozenset({"leader"}),
    "choose address": frozenset({"leader"}),
    "open socket": EVERYONE,
}
"""The one table of who may do what: socket events by name, the rest by what they do."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a token: in which room, as what, and, for a person, who they are."""

    room_id: int
    role: Role
    person_id: int | None = None
    removed: bool = False
    """Let go: all they can still do is read and erase what is theirs."""
    circle: str = ""
    """The phones that show each other everything; this is one of them."""
    phone: str = ""
    """Which phone it is: the hash of its token."""


def permit(holder: Holder | None, action: str) -> Holder:
    """The holder, if the table allows it; Refused("unauthorized" or "forbidden") otherwise."""
    if holder is None:
        raise Refused("unauthorized", "This link or phone is not known here.")
    if holder.removed and action not in ("read own", "erase own"):
        raise Refused("unauthorized", "You were taken out of this room; what you wrote you can still read and erase.")
    if holder.role not in MAY[action]:
        raise Refused("forbidden", "That is not yours to do.")
    return holder


class Keyed(Protocol):
    """A room as far as its keys are concerned: its row, or its value."""

    @property
    def id(self) -> Any: ...
    @property
    def salt(self) -> Any: ...


class Keys:
    """Makes and knows the keys of rooms. Needs the server's secret once, at start."""

    secret = b""

    def use(self, secret: str) -> None:
        """Derives the key material from the installation's secret."""
        self.secret = hashlib.sha256(f"room keys {secret}".encode()).digest()

    def key(self, room: Keyed, role: Role) -> str:
        """The key that makes its holder `role` in `room`; the same every time."""
        return f"{role[0]}{room.id}.{self._sign(f'{role} {room.id} {room.salt}')}"

    def of_pass(self, room: Keyed, digits: str) -> str:
        """What is kept of a pass: all eight-digit numbers are soon tried, so their hash is keyed."""
        return self._sign(f"pass {room.id} {room.salt} {digits}")

    def of_line(self, room: Keyed, post: str, text: str) -> str:
        """How the organiser's page calls a line of the wall, as it reads now: no id that a phone knows, and another one
        when its writer changes it."""
        return self._sign(f"line {room.id} {room.salt} {post} {text}")

    def of_newcomer(self, room: Keyed, attempt: str) -> str:
        """The token for someone who tries to come in: the same one again if the answer to the first try got lost."""
        return f"{self._sign(f'newcomer {room.id} {room.salt} {attempt}')}{self._sign(f'{attempt} {room.id}')[:8]}"

    def first_leader(self) -> str:
        """The key of the first-run link; it works as long as there is no account at all."""
        return self._sign("first leader")

    def _sign(self, message: str) -> str:
        digest = hmac.digest(self.secret, message.encode(), "sha256")
        return urlsafe_b64encode(digest[:18]).decode()


keys = Keys()


def new_token() -> str:
    """A token for a person or a login: 192 random bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(token: object) -> TypeGuard[str]:
    """Does it look like one?"""
    return isinstance(token, str) and 10 <= len(token) <= 100 and token.isascii()


def identify(session: Session, token: object) -> Holder | None:
    """Who holds this token; None if nobody does."""
    if not is_token(token):
        return None
    if (key := role_of_key(token)) is not None:
        room = session.get(Room, key[0])
        if room is not None and (holder := key_holder(room, token)) is not None:
            return holder
    return _person_holder(session, token)


def role_of_key(token: str) -> tuple[int, Role] | None:
    """Which room it would be the key of, and for which role; None if it does not look like a key."""
    head, _, signature = token.partition(".")
    role = next((r for r in ROOM_KEYS if head[:1] == r[0]), None)
    if role is None or not signature or not head[1:].isascii() or not head[1:].isdigit() or len(head) > 12:
        return None
    return int(head[1:]), role


def key_holder(room: Keyed, token: str) -> Holder | None:
    """Who holds this key of this room; None if it is not one."""
    key = role_of_key(token)
    if key is None or not secrets.compare_digest(token.encode(), keys.key(room, key[1]).encode()):
        return None
    return Holder(room.id, key[1])


def _person_holder(session: Session, token: str) -> Holder | None:
    query = select(Person.room_id, Person.id, Person.removed | Phone.ended, Phone.circle, Phone.token_hash)
    query = query.join(Phone, Phone.person_id == Person.id).where(Phone.token_hash == token_hash(token))
    row = session.execute(query).first()
    if row is None:
        return None
    room_id, person_id, removed, circle, phone = row
    return Holder(room_id, "person", person_id, bool(removed), circle, phone)


def sign_in(session: Session, account: Account, now: int) -> str:
    """Opens a login for one browser and returns its token."""
    token = new_token()
    expires_at = now + LOGIN_DAYS * 86_400_000
    session.add(Login(token_hash=token_hash(token), account_id=account.id, expires_at=expires_at))
    return token


def signed_in(session: Session, token: str | None, now: int) -> Account | None:
    """The account a browser is signed in to, if any."""
    login = session.get(Login, token_hash(token)) if token else None
    return login.account if login and login.expires_at > now else None


def sign_out(session: Session, token: str | None) -> None:
    """Ends this browser's login."""
    login = session.get(Login, token_hash(token)) if token else None
    if login:
        session.delete(login)


def leads(account: Account | None, room: Room) -> bool:
    """A signed-in account leads the rooms it made or adopted; an admin leads all."""
    return account is not None and (account.role == "admin" or account.id == room.account_id)


def made(account: Account | None, room: Room) -> bool:
    """Whoever made a room hands out the organiser's link; whoever adopted it does not, nor does an admin
    (decisions/0008)."""
    return account is not None and account.id == room.account_id and not room.adopted
