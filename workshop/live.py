"""The rooms that this process holds: each as a value, from the first time somebody asks for it until nobody has for a
long while.

The database stays the only truth. A room is held as it was committed; if anyone else wrote to it, or in any doubt, it
is let go and read again. With PostgreSQL others may serve too: what is believed without asking the database is only
what is known of rooms of which this process has the lock (`holding`).
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from . import metrics, models
from .access import Holder, is_token, key_holder, role_of_key, token_hash
from .core.errors import Refused
from .database import busy
from .extensions import db, rest, room_locks
from .holding import holding
from .room.room import Room
from .store import ids
from .store.load import load
from .store.others import by_others, count
from .store.records import OF_RECORD

IDLE_SECONDS = 600.0
"""After this time a room that nobody asked for is let go."""
TAKING_SECONDS = 2.0
"""How long to wait for others here who are taking the same room."""

_held: dict[int, Room] = {}
_told: dict[int, Room] = {}
"""Rooms to which others wrote: as they were before, until what others wrote is told to those who are in."""
_ahead: dict[int, Room | None] = {}
"""Rooms as they will be once what waits in the journal is stored; None: erased."""
_asked: dict[int, float] = {}
_since: dict[int, float] = {}
"""When each was first asked for, of those that are held."""
_noticed = 0.0
"""When we last looked whether anybody else had written; by the monotonic clock."""
_changes: Counter[int] = Counter()
"""How often what is held of each room has been replaced or let go; and, under 0, how often everything has."""


def room(room_id: int) -> Room | None:
    """The room as it is stored, for whoever only looks; None when it is not there. Once it is held this takes no
    statement with SQLite, and one with PostgreSQL, as another process may hold it or have written."""
    notice_others()
    while True:
        known, changes = _held.get(room_id), _seen(room_id)
        found = known
        if found is None or db.shared:
            with db.reading() as session:
                found = _as_stored(session, room_id, found)
        if _seen(room_id) == changes:  # nothing was committed while it was read
            if known is not None and found is not known:
                _told.setdefault(room_id, known)
            return _keep(room_id, found)


def there(room_id: int) -> Room:
    """The same; Refused("closed") when it is not there."""
    found = room(room_id)
    if found is None:
        raise Refused("closed", "This room is not there any more.")
    return found


def here(room_id: int, seconds_old: float = 0.0) -> Room | None:
    """The room as it is stored, or was `seconds_old` ago at most, for those who have a connection in it; None when this
    process does not hold it, or it is not there. Once it is held this takes no statement: whoever writes to it besides
    says so. Refused("busy") where it is ours, what we know of it is in doubt, and it cannot be read just now; and where
    it may be ours again in a moment."""
    if room_id in holding.unsure:
        raise busy()
    if not holding.holds(room_id) and not (holding.locked(room_id) and take(room_id)):
        return None
    found = _held.get(room_id)
    if found is None or not (db.shared or time.monotonic() - _noticed < seconds_old):
        return room(room_id)
    _asked[room_id] = time.monotonic()
    return found


def take(room_id: int, code: str | None = None) -> bool:
    """This process holds the room from now on, or did already; if another one does, it is asked for it. `code`: the one
    by which a request for the room came here, empty if it came by none; None if nobody is to be asked. False when the
    room is not there; Refused("busy") if it stays where it is."""
    if holding.holds(room_id):
        return True
    lock = room_locks[room_id]
    if not lock.acquire(timeout=TAKING_SECONDS):
        raise busy()
    try:
        if holding.holds(room_id):
            return True
        if room_id in holding.unsure:
            raise busy()
        session = holding.lock(room_id, code)
        try:
            found = _counted(room_id)
            if found is not None:
                holding.hold(room_id, session)
                metrics.handed_over["took"].inc(holding.shares)
        finally:
            if not holding.holds(room_id):
                holding.let_go(room_id)
        return found is not None
    finally:
        lock.release()


def _counted(room_id: int) -> Room | None:
    """The room, read after its revision was counted: what whoever held it before still writes is refused."""
    let_go({room_id})
    with db.writing() as session:
        count(session, room_id)
        found = load(session, room_id, lambda: rest(0))
    return _keep(room_id, found)


def with_code(code: str | None) -> Room | None:
    """The room with this code, if it is held."""
    notice_others()
    return next((room for room in _known() if room.code == code), None)


def known(token: object) -> Holder | None:
    """Who holds this token, if it is of a room that is held: as `access.identify`, without a statement."""
    if not is_token(token):
        return None
    notice_others()
    key = role_of_key(token)
    if key is not None and holding.holds(key[0]) and (of := _held.get(key[0])) is not None:
        return key_holder(of, token)
    hashed = token_hash(token)
    for room in _known():
        if (phone := room.phones.get(hashed)) is not None:
            let_go = room.people[phone.person_id].removed or phone.ended
            return Holder(room.id, "person", phone.person_id, let_go, phone.circle, hashed)
    return None


def _known() -> list[Room]:
    """What is believed without asking."""
    return [room for room in list(_held.values()) if holding.holds(room.id)]  # with threads another may come meanwhile


def newest(room_id: int) -> Room:
    """The room as it will be, for a change that is stored after everything that waits; Refused("closed") when it is not
    there. Whether anybody else wrote meanwhile is checked when the change is stored."""
    if room_id not in _ahead:  # else it is looked at when what waits is stored
        notice_others()
    known = _held.get(room_id) if holding.holds(room_id) else None
    found = _ahead[room_id] if room_id in _ahead else known or room(room_id)
    if found is None:
        raise Refused("closed", "This room is not there any more.")
    _asked[room_id] = time.monotonic()
    return found


def stored(room_id: int) -> Room | None:
    """The room as it was stored, as far as this process knows; None if this process does not hold it."""
    return _held.get(room_id)


def outrun(rooms: set[int] | None = None) -> None:
    """Others wrote to these rooms, or to any: they are read again, and what others wrote has yet to be told."""
    for room_id in list(_held) if rooms is None else rooms:
        if (known := _held.get(room_id)) is not None:
            _told.setdefault(room_id, known)
    let_go(rooms)


def untold() -> list[int]:
    """The rooms of which something that others wrote has yet to be told."""
    return list(_told)


def need_not_tell(room_id: int) -> None:
    """Nobody is in the room who would hear what others wrote to it."""
    _told.pop(room_id, None)


def tells(room_id: int) -> tuple[Room, Room] | None:
    """A room as it was told last and as it is now, where others wrote to it: from here on this is told. None if nobody
    did, or this process does not hold it any more. Refused("busy") if it cannot be read just now."""
    before = _told.get(room_id)
    room = here(room_id) if before is not None else None
    _told.pop(room_id, None)
    return (before, room) if before is not None and room is not None else None


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
    """A change was committed, and turned the room into this; None: it is gone. Where the room was let go meanwhile, or
    read with what others wrote after that, this is not how it is any more."""
    _changes[room_id] += 1
    known = _held.get(room_id)
    if found is None or (known is not None and known.revision <= found.revision):
        _keep(room_id, found)
    if found is None or _ahead.get(room_id) is found:
        _ahead.pop(room_id, None)


def let_go(rooms: set[int] | None = None, why: metrics.LetGo = "elsewhere") -> None:
    """These rooms, or all, are read again when somebody asks."""
    if rooms is None:
        _changes[0] += 1
        ids.forget()
    for room_id in list(_held) if rooms is None else rooms:
        _changes[room_id] += 1
        if _held.pop(room_id, None) is not None:
            metrics.let_go[why].inc()
        _asked.pop(room_id, None)
        _since.pop(room_id, None)
        _ahead.pop(room_id, None)


def forget(room_id: int) -> None:
    """The room is erased, and its number is never given out again."""
    let_go({room_id}, "erased")
    _changes.pop(room_id, None)


def times_emptied() -> int:
    """How often everything was let go, as another process wrote."""
    return _changes[0]


def held() -> list[int]:
    """The rooms in memory."""
    return list(_held)


def revisions() -> dict[int, int]:
    """The rooms in memory, and those that are in doubt, each with the revision that was known last."""
    return {room_id: room.revision for room_id, room in (_told | _held).items()}


def since() -> dict[int, float]:
    """The rooms in memory, and when each came there (seconds of the monotonic clock)."""
    return dict(_since)


def let_go_idle(now: float) -> None:
    """To be called now and then; `now`: seconds of the monotonic clock."""
    let_go({room_id for room_id, asked in list(_asked.items()) if now - asked > IDLE_SECONDS}, "idle")


def _keep(room_id: int, found: Room | None) -> Room | None:
    if found is None:
        _held.pop(room_id, None)
        _asked.pop(room_id, None)
        _since.pop(room_id, None)
    else:
        _held[room_id] = found
        _asked[room_id] = moment = time.monotonic()
        _since.setdefault(room_id, moment)
    return found


def _seen(room_id: int) -> tuple[int, int]:
    return _changes[0], _changes.get(room_id, 0)


def _as_stored(session: Session, room_id: int, found: Room | None) -> Room | None:
    if found is not None and session.scalar(_revision(room_id)) == found.revision:
        return found
    with metrics.LOADING.time():
        return load(session, room_id, lambda: rest(0))


def _revision(room_id: int) -> Select[Any]:
    return select(models.Room.revision).where(models.Room.id == room_id)


def notice_others() -> None:
    """To be called before anything is believed about a room: if another process wrote, all rooms are read again."""
    global _noticed
    _noticed = time.monotonic()
    if db.elsewhere():
        outrun()


by_others.append(let_go)
