"""What changed in memory goes to disk: everything that waits, for all rooms, in one transaction.

Only one writes at a time. What comes meanwhile waits, and goes together in the next transaction. Nobody hears of a
change, nor is anyone answered, before it is stored; what cannot be stored is nowhere, and what was built on it is
refused, too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlalchemy import Connection, select

from . import live, models
from .core.errors import Refused
from .database import busy
from .extensions import db, rest, socketio
from .room.ledger import Ledger
from .room.room import Room
from .store.write import write
from .turns import Turns

log = structlog.get_logger()
GATHERING_SECONDS = 0.02
"""For how long, at most, changes that come one after the other are waited for before they are stored together."""


class Stale(Refused):
    """The room was not as it is stored when this change was made; it can be made anew."""

    def __init__(self) -> None:
        super().__init__("busy", busy().detail)


@dataclass(slots=True)
class Entry:
    """One change to one room, with what is to be told of it once it is stored."""

    room_id: int
    ledger: Ledger
    after: Room | None
    """None: the room is erased."""
    tell: Callable[[], None]
    refused: Exception | None = None


@dataclass(slots=True)
class Part:
    """What is stored together for one room."""

    entries: list[Entry] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class Journal:
    """What waits to be stored, and who stores it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[int, Part] = {}
        self._newest: dict[int, Part] = {}
        """By room: the last part that waits, until it is done."""
        self._goes_on = False
        self._tellers = Turns()

    def add(self, entry: Entry) -> Part:
        """Adds a change, in the order in which the changes of a room were made: whoever holds its lock adds it."""
        with self._lock:
            part = self._newest[entry.room_id] = self._next.setdefault(entry.room_id, Part())
            part.entries.append(entry)
            live.goes_to(entry.room_id, entry.after)
            begins, self._goes_on = not self._goes_on, True
        if begins:
            socketio.start_background_task(self._go_on)
        return part

    @property
    def waiting(self) -> int:
        """How many changes wait for those before them to be stored."""
        return sum(len(part.entries) for part in list(self._next.values()))

    @property
    def is_storing(self) -> bool:
        """Is anything on its way to disk, and no longer waiting?"""
        return self._goes_on and not self._next

    def settled(self, room_id: int, patience: float) -> bool:
        """Waits until nothing of a room is on its way. False if that takes longer than `patience`, in seconds."""
        deadline = time.monotonic() + patience
        while (part := self._newest.get(room_id)) is not None:
            if not part.done.wait(max(0.0, deadline - time.monotonic())):
                return False
        return True

    def _gather(self) -> None:
        """Lets others go on as long as each time round brings one more change: a whole room that comes in at one moment
        is some commits, not hundreds."""
        until, found = time.monotonic() + GATHERING_SECONDS, 0
        while self.waiting > found and time.monotonic() < until:
            found = self.waiting
            rest(0)

    def _go_on(self) -> None:
        while True:
            try:
                self._gather()
            except Exception:  # it is stored a little sooner
                log.exception("not gathered")
            with self._lock:
                parts, self._next = self._next, {}
                self._goes_on = bool(parts)
                if not self._goes_on:
                    return
            entries = [entry for part in parts.values() for entry in part.entries]
            try:
                _store(entries)
            except Exception as error:
                if not isinstance(error, Refused):
                    log.exception("not stored")
                    error = Refused("failed", "Something went wrong here; nothing was changed.")
                for entry in entries:
                    entry.refused = entry.refused or error
                    live.goes_nowhere(entry.room_id)
            for room_id, part in parts.items():  # where there is much to tell, the other rooms do not wait for it
                self._tellers.ask(room_id, str(id(part)), partial(self._tell, room_id, part))

    def _tell(self, room_id: int, part: Part) -> None:
        for entry in part.entries:
            if entry.refused is None:
                try:
                    entry.tell()
                except Exception:  # it is stored, so the answer is yes; who missed this asks for a snapshot
                    log.exception("stored, not told", room=room_id)
        with self._lock:
            if self._newest.get(room_id) is part:
                del self._newest[room_id]
        part.done.set()


def _store(entries: list[Entry]) -> None:
    """Raises Refused if nothing could be stored; marks the changes that were made to a room as it no longer is."""
    if any(entry.ledger.changed for entry in entries):
        with db.writing() as session:
            connection = session.connection()
            _notice_others(connection, {entry.room_id for entry in entries})
            good = _chained(entries)
            write(connection, [(entry.room_id, entry.ledger) for entry in good])
    else:
        good = _chained(entries)
    for room_id, last in {entry.room_id: entry for entry in good}.items():
        live.became(room_id, last.after)


def _chained(entries: list[Entry]) -> list[Entry]:
    """The changes that were made to the room as it is stored, or as one before them in this list makes it."""
    stored: dict[int, Room | None] = {}
    for entry in entries:
        expected = stored[entry.room_id] if entry.room_id in stored else live.stored(entry.room_id)
        if entry.ledger.before is expected:
            stored[entry.room_id] = entry.after
        else:
            entry.refused = Stale()
            live.goes_nowhere(entry.room_id)
    return [entry for entry in entries if entry.refused is None]


def _notice_others(connection: Connection, rooms: set[int]) -> None:
    """From here on nobody else can write to these rooms: anyone who already did is noticed."""
    live.notice_others()
    if db.shared:
        query = select(models.Room.id, models.Room.revision).where(models.Room.id.in_(rooms))
        rows = connection.execute(query.order_by(models.Room.id).with_for_update())
        revisions = {row.id: row.revision for row in rows}
        changed = {id for id in rooms if (held := live.stored(id)) is None or held.revision != revisions.get(id)}
        live.let_go(changed)
