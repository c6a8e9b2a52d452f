"""How a door does anything to a room: made in memory under the room's lock, stored by the journal, then told.

The journal tells in the order in which changes were made, and before the acknowledgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from . import live
from .database import busy
from .extensions import db, now, room_locks, socketio
from .holding import holding
from .journal import Entry, Stale, journal
from .room.ledger import Ledger
from .rooms import erased
from .rooms.change import Change
from .routed import routed_by
from .telling import news
from .telling.connections import bounds, cut_unread, everyone_in
from .telling.forgetting import holds

A = TypeVar("A")
TRIES = 3
"""How often a change is tried if somebody else keeps writing to the room."""
PATIENCE_SECONDS = 0.8


def change(room_id: int, do: Callable[[Change], A], patience: float = PATIENCE_SECONDS, *, outside: bool = False) -> A:
    """One change to one room, by a use case: as `changing`, and made anew if somebody else wrote to the room meanwhile.
    Raises Refused."""
    for _ in range(TRIES):
        with suppress(Stale), changing(room_id, patience, outside=outside) as change:
            return do(change)
    raise busy()


@contextmanager
def changing(room_id: int, patience: float = PATIENCE_SECONDS, *, outside: bool = False) -> Iterator[Change]:
    """One change to one room: made in memory, stored together with all that waits, and then told to everyone it
    concerns. Raises Refused; "busy" if others are before it for longer than `patience`, in seconds, or if another
    process holds the room and keeps it; and Stale if the room it was made from is different by now.

    `outside`: a process that holds the room goes on holding it, and hears that this was written."""
    holds(room_id)
    with _locked(room_id, patience):
        outside = not holding.holds(room_id) and (outside or not holding.shares)
        if not outside:
            live.take(room_id, routed_by())
        before = live.newest(room_id)
        ledger = Ledger(before, live.new_id)
        change = Change(ledger, now())
        yield change
        if ledger.changed and db.shared:
            ledger.set(revision=before.revision + 1)
        after = None if ledger.erases else ledger.room()

        def tell() -> None:
            _forget_written(room_id, change)
            news.tell(room_id, change, after)

        entry = Entry(room_id, ledger, after, tell, outside, erased.erased(change))
        part = journal.add(entry)
    part.done.wait()
    if entry.refused is not None:
        raise entry.refused


def _forget_written(room_id: int, change: Change) -> None:
    """Something was deleted that must not stay readable anywhere."""
    if change.forgets:
        db.owes_forgetting = True
        if taken := [guard.taken(everyone_in(room_id)) for guard in bounds]:
            socketio.start_background_task(cut_unread, taken)


@contextmanager
def _locked(room_id: int, patience: float) -> Iterator[None]:
    """Holds the room's lock; Refused("busy") rather than an answer that comes too late (R12)."""
    lock = room_locks[room_id]
    if not lock.acquire(timeout=patience):
        raise busy()
    try:
        yield
    finally:
        lock.release()
