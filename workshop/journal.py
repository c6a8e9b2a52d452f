"""What changed in memory goes to disk: all that waits in one transaction, for all rooms.

One writes at a time. What comes meanwhile waits, and goes together with the next. Nobody hears of a change, nor is
anyone answered, before it is stored; what cannot be stored is nowhere, and what was built on it is refused as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, select

from . import live, models
from .core.errors import Refused
from .database import busy
from .extensions import db, socketio
from .room.ledger import Ledger, Written
from .room.room import Room
from .store.write import Key, write_records, write_room

log = structlog.get_logger()


class Stale(Refused):
    """The room was not as it is stored when this change was made; it can be made anew."""

    def __init__(self) -> None:
        super().__init__("busy", busy().detail)


@dataclass(slots=True)
class Entry:
    """One change to one room, with what is to be said of it once it is stored."""

    room_id: int
    ledger: Ledger
    after: Room
    tell: Callable[[], None]
    refused: Exception | None = None


@dataclass(slots=True)
class Batch:
    """What is stored together."""

    entries: list[Entry] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class Journal:
    """What waits to be stored, and who stores it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = Batch()
        self._newest: dict[int, Batch] = {}
        """By room the last one in which something of it is, until that is done."""
        self._goes_on = False

    def add(self, entry: Entry) -> Batch:
        """In the order in which the changes of a room were made: whoever holds its lock adds them."""
        with self._lock:
            batch = self._newest[entry.room_id] = self._next
            batch.entries.append(entry)
            live.goes_to(entry.room_id, entry.after)
            begins, self._goes_on = not self._goes_on, True
        if begins:
            socketio.start_background_task(self._go_on)
        return batch

    @property
    def waiting(self) -> int:
        """How many changes wait for those before them to be stored."""
        return len(self._next.entries)

    @property
    def is_storing(self) -> bool:
        """Is anything on its way to disk that waits no longer?"""
        return self._goes_on and not self._next.entries

    def settled(self, room_id: int, patience: float) -> bool:
        """Waits until nothing of a room is on its way. False where that takes longer than `patience`, in seconds."""
        deadline = time.monotonic() + patience
        while (batch := self._newest.get(room_id)) is not None:
            if not batch.done.wait(max(0.0, deadline - time.monotonic())):
                return False
        return True

    def _go_on(self) -> None:
        while True:
            with self._lock:
                batch, self._next = self._next, Batch()
                self._goes_on = bool(batch.entries)
                if not self._goes_on:
                    return
            try:
                _store(batch.entries)
            except Exception as error:
                if not isinstance(error, Refused):
                    log.exception("not stored")
                    error = Refused("failed", "Something went wrong here; nothing was changed.")
                for entry in batch.entries:
                    entry.refused = entry.refused or error
                    live.goes_nowhere(entry.room_id)
            self._tell(batch)

    def _tell(self, batch: Batch) -> None:
        for entry in batch.entries:
            if entry.refused is None:
                try:
                    entry.tell()
                except Exception:  # it is stored, so the answer is yes; who missed this asks for a snapshot
                    log.exception("stored, not told", room=entry.room_id)
        with self._lock:
            for room_id in {entry.room_id for entry in batch.entries}:
                if self._newest.get(room_id) is batch:
                    del self._newest[room_id]
        batch.done.set()


def _store(entries: list[Entry]) -> None:
    """Raises Refused where nothing could be stored; marks those changes that were made of a room as it is no more."""
    if any(entry.ledger.changed for entry in entries):
        with db.writing() as session:
            connection = session.connection()
            _notice_others(connection, {entry.room_id for entry in entries})
            good = _chained(entries)
            _write(connection, good)
    else:
        good = _chained(entries)
    for room_id, last in {entry.room_id: entry for entry in good}.items():
        live.became(room_id, last.after)


def _chained(entries: list[Entry]) -> list[Entry]:
    """Those that were made of the room as it is stored, or as one before them in this list makes it."""
    stored: dict[int, Room | None] = {}
    for entry in entries:
        expected = stored[entry.room_id] if entry.room_id in stored else live.stored(entry.room_id)
        if entry.ledger.before is expected:
            stored[entry.room_id] = entry.after
        else:
            entry.refused = Stale()
            live.goes_nowhere(entry.room_id)
    return [entry for entry in entries if entry.refused is None]


def _write(connection: Connection, entries: list[Entry]) -> None:
    records: dict[Key, Written] = {}
    fields: dict[int, dict[str, object]] = {}
    for entry in entries:
        for (kind, key), written in entry.ledger.records.items():
            first = records.get((entry.room_id, kind, key))
            records[entry.room_id, kind, key] = Written(first.before if first else written.before, written.now)
        if entry.ledger.fields:
            fields[entry.room_id] = fields.get(entry.room_id, {}) | entry.ledger.fields
    for room_id, of_room in fields.items():
        write_room(connection, room_id, of_room)
    write_records(connection, records)


def _notice_others(connection: Connection, rooms: set[int]) -> None:
    """From here on nobody else can write to these rooms: whoever did is noticed."""
    live.notice_others()
    if db.shared:
        query = select(models.Room.id, models.Room.revision).where(models.Room.id.in_(rooms))
        rows = connection.execute(query.order_by(models.Room.id).with_for_update())
        revisions = {row.id: row.revision for row in rows}
        changed = {id for id in rooms if (held := live.stored(id)) is None or held.revision != revisions.get(id)}
        live.let_go(changed)
