"""What this process holds of a room besides the room itself, and how all of that goes when the room is gone."""

from __future__ import annotations

from collections.abc import Callable

from .. import live
from ..extensions import db, prints, room_locks
from ..holding import holding
from ..presence import returns
from ..store.due import revisions
from .connections import come_back, lines_in

_held: set[int] = set()
"""The rooms of which this process holds anything."""
also_forget: list[Callable[[int], object]] = []
"""What else has to forget a room that is gone; called with its number."""


def holds(room_id: int) -> None:
    """This process holds something of this room from now on, and is to forget it when the room is gone."""
    _held.add(room_id)


def forget_the_gone() -> None:
    """To be called every second: another process may have erased a room, and nothing of it stays here."""
    held = {*_held, *prints.rooms(), *live.held()}
    if not held:
        return
    with db.reading() as session:
        there = revisions(session, held)
    for room_id in held - there.keys():
        forget(room_id)
    if held - there.keys():
        db.owes_forgetting = True


def leave(room_id: int) -> None:
    """Another process may hold this room from now on: its connections are closed, and nothing of it stays here. To be
    called under its lock."""
    come_back(lines_in(room_id))
    forget_told(room_id)
    live.let_go({room_id})


def forget(room_id: int) -> None:
    """Nothing of a room that is gone stays in this process; its number is never given out again."""
    forget_told(room_id)
    live.forget(room_id)
    holding.let_go(room_id)
    room_locks.forget(room_id)


def forget_told(room_id: int) -> None:
    """What this process knows of those who hear of a room, and what it made of it."""
    for forget in also_forget:
        forget(room_id)
    prints.forget(room_id)
    returns.forget(room_id)
    _held.discard(room_id)
