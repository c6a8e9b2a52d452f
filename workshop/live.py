"""The rooms that this process holds: each as a value, from the first time somebody asks for it until nobody has for a
long while.

The database stays the only truth. A room is held as it was committed; if anyone else wrote to it, or in any doubt, it
is let go and read again.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from . import models
from .access import Holder, is_token, key_holder, role_of_key, token_hash
from .core.errors import Refused
from .extensions import db, rest
from .room.room import Room
from .store import ids
from .store.load import load
from .store.others import by_others
from .store.records import OF_RECORD

IDLE_SECONDS = 600.0
"""After this time a room that nobody asked for is let go."""

_held: dict[int, Room] = {}
_ahead: dict[int, Room | None] = {}
"""Rooms as they will be once what waits in the journal is stored; None: erased."""
_asked: dict[int, float] = {}
_changes: Counter[int] = Counter()
"""How often what is held of each room was replaced or let go; and under 0, how often everything was."""


def room(room_id: int) -> Room | None:
    """The room as it is stored; None when it is not there. Once it is held this takes no statement with SQLite, and one
    with PostgreSQL, which looks whether another process wrote."""
    notice_others()
    while True:
        found, changes = _held.get(room_id), _seen(room_id)
        if found is None or db.shared:
            with db.reading() as session:
                found = _as_stored(session, room_id, found)
        if _seen(room_id) == changes:  # nothing was committed while it was read
            return _keep(room_id, found)


def there(room_id: int) -> Room:
    """The same; Refused("closed") when it is not there."""
    found = room(room_id)
    if found is None:
        raise Refused("closed", "This room is not there any more.")
    return found


def with_code(code: str | None) -> Room | None:
    """The room with this code, if it is held; with PostgreSQL the database has to be asked."""
    notice_others()
    return next((room for room in list(_held.values()) if room.code == code and not db.shared), None)


def known(token: object) -> Holder | None:
    """Who holds this token, if it is of a room that is held: as `access.identify`, without a statement."""
    if not is_token(token) or db.shared:
        return None
    notice_others()
    key = role_of_key(token)
    if key is not None and (of := _held.get(key[0])) is not None:
        return key_holder(of, token)
    hashed = token_hash(token)
    for room in list(_held.values()):  # with threads another room may come meanwhile
        if (phone := room.phones.get(hashed)) is not None:
            let_go = room.people[phone.person_id].removed or phone.ended
            return Holder(room.id, "person", phone.person_id, let_go, phone.circle, hashed)
    return None


def newest(room_id: int) -> Room:
    """The room as it will be, for a change that is stored after everything that waits; Refused("closed") when it is not
    there. Whether anybody else wrote meanwhile is checked when the change is stored."""
    notice_others()
    found = _ahead[room_id] if room_id in _ahead else _held.get(room_id) or room(room_id)
    if found is None:
        raise Refused("closed", "This room is not there any more.")
    _asked[room_id] = time.monotonic()
    return found


def stored(room_id: int) -> Room | None:
    """The room as it was stored, as far as this process knows; None if this process does not hold it."""
    return _held.get(room_id)


def goes_to(room_id: int, found: Room | None) -> None:
    """A change that turned the room into this waits to be stored."""
    _ahead[room_id] = found


def goes_nowhere(room_id: int) -> None:
    """What waits to be stored for this room could not be."""
    _ahead.pop(room_id, None)


def new_id(kind: type[Struct]) -> int:
    """The number of a new record."""
    return ids.new_id(str(db.writer.url), OF_RECORD[kind], db.connected)


def became(room_id: int, found: Room | None) -> None:
    """A change was committed, and turned the room into this; None: it is gone."""
    _changes[room_id] += 1
    _keep(room_id, found)
    if found is None or _ahead.get(room_id) is found:
        _ahead.pop(room_id, None)


def let_go(rooms: set[int] | None = None) -> None:
    """These rooms, or all, are read again when somebody asks."""
    if rooms is None:
        _changes[0] += 1
        ids.forget()
    for room_id in list(_held) if rooms is None else rooms:
        _changes[room_id] += 1
        _held.pop(room_id, None)
        _asked.pop(room_id, None)
        _ahead.pop(room_id, None)


def forget(room_id: int) -> None:
    """The room is erased, and its number is never given out again."""
    let_go({room_id})
    _changes.pop(room_id, None)


def held() -> list[int]:
    """The rooms in memory."""
    return list(_held)


def let_go_idle(now: float) -> None:
    """To be called now and then; `now`: seconds of the monotonic clock."""
    let_go({room_id for room_id, asked in list(_asked.items()) if now - asked > IDLE_SECONDS})


def _keep(room_id: int, found: Room | None) -> Room | None:
    if found is None:
        _held.pop(room_id, None)
        _asked.pop(room_id, None)
    else:
        _held[room_id], _asked[room_id] = found, time.monotonic()
    return found


def _seen(room_id: int) -> tuple[int, int]:
    return _changes[0], _changes.get(room_id, 0)


def _as_stored(session: Session, room_id: int, found: Room | None) -> Room | None:
    if found is not None and session.scalar(_revision(room_id)) == found.revision:
        return found
    return load(session, room_id, lambda: rest(0))


def _revision(room_id: int) -> Select[Any]:
    return select(models.Room.revision).where(models.Room.id == room_id)


def notice_others() -> None:
    """To be called before anything is believed about a room: if another process wrote, all rooms are read again."""
    if db.elsewhere():
        let_go()


by_others.append(let_go)
