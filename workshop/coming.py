"""A person's connection opened, or closed: their dot, their pen, and that they were there."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from . import live, streams, wire
from .access import Holder
from .changing import change
from .presence import presence
from .rooms.change import Change
from .telling.connections import say
from .telling.often import collect


def someone_came_or_went(holder: Holder) -> None:
    """To be called for each connection: the dot beside a name, and who holds the pen of their circle."""
    if holder.person_id is None:
        return
    lines = presence.circles(holder.person_id).get(holder.circle, [])
    for line in lines:
        say(streams.PEN, wire.PenMessage(mine=line == lines[-1]), line)
    collect(holder.room_id, people={holder.person_id}, dots={holder.person_id}, mark=_mark_who_came)


def _mark_who_came(room_id: int, people: Collection[int]) -> set[int]:
    """Notes that a line of theirs was open, once: a storm of lines that come back writes nothing. Returns who is
    new."""
    room = live.here(room_id)
    if room is None:
        return set()
    new = {id for id in people if (person := room.people.get(id)) is not None and not person.came}
    if new:
        change(room_id, lambda change: _mark(change, new))
    return new


def _mark(change: Change, people: Collection[int]) -> None:
    found = [person for id in people if (person := change.value.people.get(id)) is not None]
    change.put(*(replace(person, came=True) for person in found))
