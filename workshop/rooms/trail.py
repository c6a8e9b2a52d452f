"""The audit trail: what was done with phones, names and files, when, and by which kind of holder. Never a word of what
anyone wrote, and no name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from .. import wire
from ..room.room import Room, Trace
from .change import Change

Did = Literal[
    "leaders_pass", "own_pass", "merge", "that_is_me", "not_me", "remove", "restore", "rename",
    "wall", "reflections", "print", "erase", "close",
    "leaders_link", "screens_link", "organisers_link",
]  # fmt: skip
By = Literal["person", "leader", "organiser", "server"]
TOLD = 100
AGAIN_MS = 60_000
ALWAYS = ("leaders_pass", "own_pass", "merge")


def mark(change: Change, did: Did, by: By, person_id: int | None = None) -> None:
    """Adds a line. What can be done every second is written once a minute: nobody fills up the trail by asking for a
    file."""
    what = did, by, person_id
    lately = ((t.did, t.by, t.person_id) == what for t in change.value.trail if t.at > change.now - AGAIN_MS)
    if did not in ALWAYS and any(lately):
        return
    change.put(Trace(change.new_id(Trace), change.now, *what))


def closed_at(room: Room) -> int | None:
    """When (ms) the leader closed the room, if that was noted."""
    return max((trace.at for trace in room.trail if trace.did == "close"), default=None)


def of_room(room: Room) -> list[wire.LeadersTrace]:
    """The last lines of a room, the newest last, for its leaders."""
    return [wire.LeadersTrace(t.at, t.did, t.by, t.person_id) for t in _last(room.trail)]


def of_person(room: Room, person_id: int) -> list[wire.Trace]:
    """The lines about someone, the newest last."""
    return [wire.Trace(t.at, t.did, t.by) for t in _last(room.trail.where("person_id", person_id))]


def _last(traces: Iterable[Trace]) -> list[Trace]:
    return sorted(traces, key=lambda trace: (trace.at, trace.id))[-TOLD:]
