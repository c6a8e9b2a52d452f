"""The rooms that this process holds: each as a value, from the first time somebody asks until nobody did for long.

The database stays the only truth. A room is held as it was committed; where anyone else wrote, or in any doubt, it is
let go and read again.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from . import models
from .core.errors import Refused
from .extensions import db, rest
from .room.room import Room
from .store.following import by_others
from .store.load import load

IDLE_SECONDS = 600.0
"""After which a room of which nobody asked is let go."""

_held: dict[int, Room] = {}
_asked: dict[int, float] = {}
_changes: Counter[int] = Counter()
"""How often what is held of each room was replaced or let go; and under 0, how often all was."""


def room(room_id: int) -> Room | None:
    """The room as it is stored; None when it is not there. Once held it takes no statement, with SQLite; with
    PostgreSQL it takes one, which looks whether another process wrote."""
    _notice_others()
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


def room_in(session: Session, room_id: int) -> Room | None:
    """The same, for a change: it holds the room's lock in this process, and has begun to write. With PostgreSQL nobody
    else can write to the room from here until its commit."""
    _notice_others()
    found = _held.get(room_id)
    if db.shared and session.scalar(_revision(room_id).with_for_update()) != (found and found.revision):
        found = None
    return found or load(session, room_id)


def became(room_id: int, found: Room | None) -> None:
    """A change was committed, and made this of the room; None: it is gone."""
    _changes[room_id] += 1
    _keep(room_id, found)


def let_go(rooms: set[int] | None = None) -> None:
    """These rooms, or all, are read again when somebody asks."""
    if rooms is None:
        _changes[0] += 1
    for room_id in list(_held) if rooms is None else rooms:
        _changes[room_id] += 1
        _held.pop(room_id, None)
        _asked.pop(room_id, None)


def forget(room_id: int) -> None:
    """It is erased, and its number is never given out again."""
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


def _notice_others() -> None:
    if db.elsewhere():
        let_go()


by_others.append(let_go)
