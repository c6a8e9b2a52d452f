"""Who is asking, and what they may do.

A token says who someone is; a payload never does. There are two kinds. The keys of a room (leader, screen, organiser,
join, rehearsal) are worked out from the server's secret, so they can be shown again and none of them is in the
database. A person's token is random and only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeGuard

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from .core import links
from .core.errors import Refused, Replaced
from .days import day_began
from .models import ZONE, Account, Login, MemberRole, Person, Phone, Room

Role = Literal["person", "leader", "screen", "organiser", "join", "rehearsal", "visitor"]
ROOM_KEYS: tuple[Role, ...] = ("leader", "screen", "organiser", "join", "rehearsal", "visitor")
"""A visitor has been in before and is known at the door; that is no reason to hand out the secret of the QR code."""
DAY = 86_400_000
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
    "replace a link": frozenset({"leader"}),
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
    """Let go: all a person can still do is read and erase what is theirs, and whoever came by a link, nothing."""
    circle: str = ""
    """The phones that show each other everything; this is one of them."""
    phone: str = ""
    """Which phone it is: the hash of its token."""
    salt: str = field(default="", compare=False)
    """The salt with which their link was made, if they are what they are by a link."""
    login: str = field(default="", compare=False)
    """The login by which they are what they are, if it is by one: the hash of its token."""

    @property
    def replaced(self) -> bool:
        """They came by a link that has been replaced, or by a login that is over."""
        return self.removed and self.person_id is None


def permit(holder: Holder | None, action: str) -> Holder:
    """The holder, if the table allows it; Refused("unauthorized" or "forbidden") otherwise."""
    if holder is None:
        raise Refused("unauthorized", "This link or phone is not known here.")
    if holder.replaced:
        raise Replaced() if holder.salt else Refused("unauthorized", "This login is over; log in again.")
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
    @property
    def links(self) -> Any: ...


class Owned(Protocol):
    """A room as far as those whose it is are concerned: likewise."""

    @property
    def account_id(self) -> Any: ...
    @property
    def organisation_id(self) -> Any: ...


class Keys:
    """Makes and knows the keys of rooms. Needs the server's secret once, at start."""

    secret = b""

    def use(self, secret: str) -> None:
        """Derives the key material from the installation's secret."""
        self.secret = hashlib.sha256(f"room keys {secret}".encode()).digest()

    def key(self, room: Keyed, role: Role, salt: str | None = None) -> str:
        """The key that makes its holder `role` in `room`; the same until its link is replaced. `salt`: one that its
        link was made with before."""
        made_with = salt or links.salts(room.links, role, room.salt)[0]
        return ends_well(f"{role[0]}{room.id}.{self._sign(f'{role} {room.id} {made_with}')}")

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

    def mark(self, room_id: int) -> str:
        """How whoever runs the server tells rooms apart without knowing which they are: nobody can work it out without
        the secret, not even by trying all codes."""
        return hmac.digest(self.secret, f"mark {room_id}".encode(), "sha256").hex()[:8]

    def of_account(self, account: Account) -> bytes:
        """The name by which a passkey's device knows an account: it says nothing about whose account that is."""
        return self._sign(f"account {account.id} {account.created_at}").encode()

    def first_leader(self) -> str:
        """The key of the first-run link; it works as long as there is no account at all."""
        return ends_well(self._sign("first leader"))

    def _sign(self, message: str) -> str:
        digest = hmac.digest(self.secret, message.encode(), "sha256")
        return urlsafe_b64encode(digest[:18]).decode()


keys = Keys()


def ends_well(key: str) -> str:
    """A key as it stands at the end of a link: mail programs leave a hyphen there out of what can be clicked. One from
    before, whose link did end in one, is this key with or without it."""
    return key.rstrip("-")


def new_token() -> str:
    """A token for a person, a login or a link: some 190 random bits."""
    return ends_well(secrets.token_urlsafe(24))


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
    """Which room this would be the key of, and for which role; None if it does not look like a key."""
    head, _, signature = token.partition(".")
    role = next((r for r in ROOM_KEYS if head[:1] == r[0]), None)
    if role is None or not signature or not head[1:].isascii() or not head[1:].isdigit() or len(head) > 12:
        return None
    return int(head[1:]), role


def key_holder(room: Keyed, token: str) -> Holder | None:
    """Who holds this key of this room; None if it is not one. Whoever holds one that was replaced counts as removed."""
    key = role_of_key(token)
    if key is None:
        return None
    role, given = key[1], ends_well(token).encode()
    for salt in links.salts(room.links, role, room.salt):
        if secrets.compare_digest(given, keys.key(room, role, salt).encode()):
            found = Holder(room.id, role, salt=salt)
            return found if is_current(room, found) else replace(found, removed=True)
    return None


def is_current(room: Keyed, holder: Holder) -> bool:
    """Is the link by which somebody is what they are still that of the room? True if they came by no link."""
    return not holder.salt or holder.salt == links.salts(room.links, holder.role, room.salt)[0]


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
    expires_at = now + LOGIN_DAYS * DAY
    session.execute(update(Account).where(Account.id == account.id).values(signed_in_on=day_began(now, ZONE)))
    session.add(Login(token_hash=token_hash(token), account_id=account.id, expires_at=expires_at))
    return token


def signed_in(session: Session, token: str | None, now: int) -> Account | None:
    """The account a browser is signed in to, if any."""
    login = session.get(Login, token_hash(token)) if token else None
    return login.account if login and login.expires_at > now and not login.account.disabled else None


def sign_out(session: Session, token: str | None) -> None:
    """Ends this browser's login."""
    login = session.get(Login, token_hash(token)) if token else None
    if login:
        session.delete(login)


@dataclass(frozen=True, slots=True)
class Open:
    """A browser in which an account is signed in: `since` when (ms), on which `day` it was last used (ms at which that
    began; None: unknown), and whether it is the one that `asks`."""

    since: int
    day: int | None
    asks: bool


def logins_of(session: Session, account: Account, token: str, now: int) -> list[Open]:
    """Where an account is signed in: first the browser with this token, then the others, the newest first."""
    query = select(Login).where(Login.account_id == account.id, Login.expires_at > now)
    own = token_hash(token)
    found = [
        Open(login.expires_at - LOGIN_DAYS * DAY, login.used_at, login.token_hash == own)
        for login in session.scalars(query)
    ]
    return sorted(found, key=lambda one: (not one.asks, -one.since))


def sign_out_others(session: Session, account: Account, token: str) -> set[str]:
    """Ends every login of an account but the one with this token; returns the hashes of theirs."""
    return _sign_out(session, Login.account_id == account.id, Login.token_hash != token_hash(token))


def sign_out_everywhere(session: Session, account: Account) -> set[str]:
    """Ends every login of an account; returns their hashes."""
    return _sign_out(session, Login.account_id == account.id)


def _sign_out(session: Session, *which: ColumnElement[bool]) -> set[str]:
    ended = set(session.scalars(select(Login.token_hash).where(*which)))
    session.execute(delete(Login).where(*which))
    return ended


def accounts_by_login(session: Session, logins: Collection[str], now: int) -> dict[str, Account]:
    """Whose these logins are, by the hashes of their tokens; those that are over, or of an account that is
    disabled, are left out."""
    if not logins:
        return {}
    found = session.scalars(select(Login).where(Login.token_hash.in_(logins), Login.expires_at > now))
    return {login.token_hash: login.account for login in found if not login.account.disabled}


def used_logins(session: Session, logins: Collection[str], day: int) -> None:
    """Notes on which day these were last used."""
    session.execute(update(Login).where(Login.token_hash.in_(logins)).values(used_at=day))


def organisations_of(account: Account, role: MemberRole) -> set[int]:
    """In which organisations an account is leader, or organiser."""
    return {one.organisation_id for one in account.memberships if one.role == role}


def leads(account: Account | None, room: Owned) -> bool:
    """A signed-in account leads the rooms it made, adopted or was given, as long as it is a leader of their
    organisation. Being admin opens no room."""
    return account is not None and account.id == room.account_id and _is_in(account, "leader", room, or_none=True)


def reads(account: Account | None, room: Owned) -> bool:
    """A signed-in account reads the reflections of the rooms of the organisations in which it is organiser."""
    return account is not None and _is_in(account, "organiser", room)


def _is_in(account: Account, role: MemberRole, room: Owned, *, or_none: bool = False) -> bool:
    return or_none if room.organisation_id is None else room.organisation_id in organisations_of(account, role)


def open_to(account: Account, role: MemberRole) -> ColumnElement[bool]:
    """`leads`, or `reads`, as part of a question to the database: what is not asked for cannot be told, counted or
    timed."""
    own = Room.organisation_id.in_(organisations_of(account, role))
    if role == "organiser":
        return own
    return and_(Room.account_id == account.id, or_(Room.organisation_id.is_(None), own))


def operates(account: Account | None) -> bool:
    """A signed-in account that looks after the server: it reads how the server is, and nothing of any room."""
    return account is not None and account.admin


def made(account: Account | None, room: Room) -> bool:
    """Whoever made a room hands out the organiser's link; whoever adopted it, or was given it, does not
    (decisions/0008)."""
    return leads(account, room) and not room.adopted
