"""What changed in memory goes to disk: everything that waits, for all rooms, in one transaction.

Only one writes at a time. What comes meanwhile waits, and goes together in the next transaction. Nobody hears of a
change, nor is anyone answered, before it is stored; what cannot be stored is nowhere, and what was built on it is
refused, too. A room in which somebody else is writing is tried again, and holds up no other. Patience is counted from
when a change was added, however many tries it waits for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlalchemy import Connection

from . import live, metrics
from .core.errors import Refused
from .database import PATIENCE_SECONDS, busy, may_be_stored
from .erasures import Erasure, erasures
from .extensions import db, rest, socketio
from .holding import holding
from .room.ledger import Ledger
from .room.room import Room
from .store.others import tell_holders
from .store.write import count_all, write
from .turns import Turns

log = structlog.get_logger()
GATHERING_SECONDS = 0.02
"""How long, at most, to wait for changes that come one after the other, before they are stored together; and
between two tries at a room in which somebody else is writing."""


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
    outside: bool = False
    """It was made without holding the room."""
    erased: Erasure | None = None
    """What a backup from before must not bring back."""
    refused: Exception | None = None
    since: float = field(default_factory=time.perf_counter)
    """From here on it waits, for those before it too."""


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
        self._again: dict[int, Part] = {}
        """What was to be stored in rooms in which somebody else was writing. What comes for them waits behind it."""
        self._newest: dict[int, Part] = {}
        """By room: the last part that waits, until it is done."""
        self._goes_on = False
        self.is_storing = False
        """Is anything on its way to disk, and no longer waiting?"""
        self._tellers = Turns()

    def add(self, entry: Entry) -> Part:
        """Adds a change, in the order in which the changes of a room were made: whoever holds its lock adds it."""
        with self._lock:
            if not self._goes_on:  # first, so that nothing is added where nobody can be found to store it
                socketio.start_background_task(self._go_on)
                self._goes_on = True
            part = self._next.get(entry.room_id)
            if part is None:
                part = self._next[entry.room_id] = self._newest[entry.room_id] = Part()
            part.entries.append(entry)
            live.goes_to(entry.room_id, entry.after)
            return part

    @property
    def waiting(self) -> int:
        """How many changes wait for those before them to be stored, or for somebody else's."""
        with self._lock:
            return sum(len(part.entries) for parts in (self._next, self._again) for part in parts.values())

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
                parts, behind = self._next | self._again, self._again
                self._next = {room_id: part for room_id, part in self._next.items() if room_id in behind}
                self._again = {}
                self._goes_on = self.is_storing = bool(parts)
                if not self._goes_on:
                    return
            taken = _try([part.entries for part in parts.values()])
            self._again = {room_id: parts.pop(room_id) for room_id in taken}
            self.is_storing = False
            for room_id, part in parts.items():  # where there is much to tell, the other rooms do not wait for it
                _count(part.entries)
                try:
                    self._tellers.ask(room_id, str(id(part)), partial(self._tell, room_id, part))
                except Exception:  # there is no thread for it
                    log.exception("told by who stores")
                    self._tell(room_id, part)
            if self._again and not parts:
                rest(GATHERING_SECONDS)

    def _tell(self, room_id: int, part: Part) -> None:
        try:
            for entry in part.entries:
                if entry.refused is None:
                    try:
                        entry.tell()
                    except Exception:  # it is stored, so the answer is yes; who missed this asks for a snapshot
                        log.exception("stored, not told", room=room_id)
        finally:  # whatever happened, whoever waits is not left waiting
            with self._lock:
                if self._newest.get(room_id) is part:
                    del self._newest[room_id]
            part.done.set()


def _doubt(rooms: set[int]) -> None:
    """These rooms may not be what this process knows: others wrote to them, or a connection ended at a commit and did
    not say whether that came through. They are read again."""
    live.outrun(rooms)
    for room_id in rooms:
        holding.doubt(room_id)


def _count(entries: list[Entry]) -> None:
    stored = time.perf_counter()
    for entry in entries:
        if entry.refused is None:
            metrics.CHANGE.observe(stored - entry.since)
        elif not isinstance(entry.refused, Stale):  # which is made anew
            metrics.NOT_STORED.inc()


def _try(parts: list[list[Entry]]) -> set[int]:
    """Stores what waits, by room, and marks what could not be. If something is wrong with what was to be stored, each
    room is tried by itself: only where it is wrong somebody hears so. Returns the same as `_store`; where all of the
    database is locked that is every room that has not waited for too long yet."""
    entries = [entry for part in parts for entry in part]
    try:
        return _store(entries)
    except Exception as error:
        in_doubt = db.shared and may_be_stored(error)
        if in_doubt:
            _doubt({entry.room_id for entry in entries})
        if not isinstance(error, Refused):
            log.exception("not stored")
            if len(parts) > 1 and not in_doubt:
                return {room_id for part in parts for room_id in _try([part])}
            error = Refused("failed", "Something went wrong here; nothing was changed.")
        taken: set[int] = set()
        if error.code == "busy" and not in_doubt and db.answers():
            taken = {entry.room_id for entry in entries if entry.refused is None} - _too_long(entries)
        for entry in entries:
            if entry.room_id not in taken:
                _refuse(entry, Refused(error.code, error.detail, error.wait))
        return taken


def _store(entries: list[Entry]) -> set[int]:
    """Raises Refused if nothing could be stored; marks the changes made to a room that is different by now. Returns the
    rooms of which nothing was stored yet, as somebody else is writing there."""
    taken: set[int] = set()
    if any(entry.ledger.changed for entry in entries):
        with metrics.COMMIT.time(), erasures.noting() as note, db.writing(_patience(entries)) as session:
            connection = session.connection()
            live.notice_others()
            good = _chained(entries)
            if db.shared:
                good, taken = _counted(connection, good)
            note(entry.erased for entry in good)
            write(connection, [(entry.room_id, entry.ledger) for entry in good])
    else:
        good = _chained(entries)
    for room_id, last in {entry.room_id: entry for entry in good}.items():
        live.became(room_id, last.after)
    return taken


def _patience(entries: list[Entry]) -> float:
    """What is left of that of whoever has waited longest, in seconds."""
    now = time.perf_counter()
    oldest = min((entry.since for entry in entries if entry.refused is None), default=now)
    return max(0.0, PATIENCE_SECONDS - (now - oldest))


def _too_long(entries: list[Entry]) -> set[int]:
    """The rooms in which somebody has no patience left."""
    long_ago = time.perf_counter() - PATIENCE_SECONDS
    return {entry.room_id for entry in entries if entry.refused is None and entry.since < long_ago}


def _chained(entries: list[Entry]) -> list[Entry]:
    """The changes that were made to the room as it is stored, or as one before them in this list makes it."""
    stored: dict[int, Room | None] = {}
    for entry in entries:
        if entry.refused is not None:  # when it was tried before
            continue
        expected = stored[entry.room_id] if entry.room_id in stored else live.stored(entry.room_id)
        if entry.ledger.before is expected:
            stored[entry.room_id] = entry.after
        else:
            _refuse(entry)
    return [entry for entry in entries if entry.refused is None]


def _counted(connection: Connection, entries: list[Entry]) -> tuple[list[Entry], set[int]]:
    """Counts the revision of each room, and from here on nobody else can write to it. Leaves out what was made of a
    room that somebody else wrote to, or that this process lost: the revision is another one then. Leaves out as well,
    and returns, the rooms in which somebody else is writing; who does so for too long makes them busy."""
    lost = {entry.room_id for entry in entries if not entry.outside and not holding.holds(entry.room_id)}
    counts: dict[int, tuple[int, int]] = {}
    for entry in entries:
        if entry.ledger.changed and entry.room_id not in lost:
            was, _ = counts.get(entry.room_id, (entry.ledger.before.revision, 0))
            counts[entry.room_id] = was, entry.ledger.before.revision + 1
    there, taken = count_all(connection, counts)
    given_up = taken & _too_long(entries)
    taken -= given_up
    outside = {entry.room_id for entry in entries if entry.outside}
    tell_holders(connection, [(room_id, counts[room_id][1]) for room_id in there & outside])
    lost |= counts.keys() - there - taken - given_up
    for room_id in lost:
        log.warning("others wrote to what was changed here", room=room_id)
    _doubt(lost)
    for entry in entries:
        if entry.room_id in lost:
            _refuse(entry)
        elif entry.room_id in given_up:
            _refuse(entry, busy())
    return [entry for entry in entries if entry.refused is None and entry.room_id not in taken], taken


def _refuse(entry: Entry, why: Refused | None = None) -> None:
    """This change is not stored; where nothing is said of why, it has to be made anew. `why` is its own: it is raised,
    and keeps the traceback."""
    entry.refused = entry.refused or why or Stale()
    live.goes_nowhere(entry.room_id)


journal = Journal()
"""That of this process."""
