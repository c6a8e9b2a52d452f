"""The workshop itself, or a rehearsal of it: whether what simulated people wrote counts.

As long as nobody has said, and no real phone has left the welcome, everything in a room counts: someone who rehearses
alone sees what an afternoon leaves behind. Once it is real, simulated people are in no count and in no file; they still
sit at their tables, and their posts are still on the wall, marked, until the leader takes them away.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ..core.errors import Refused
from ..room.room import Room
from . import grouping, joining, wall
from .change import Change, LineClosed, PeopleChanged, PersonMoved
from .passing import withdraw
from .seats import as_they_sit
from .undoing import remember


def say(change: Change, on: bool | None) -> None:
    """The leader says: this is real; or that it is a rehearsal, although there are real phones. None: it is as if
    nobody had said, so that something said by mistake does not keep the next step from making it real."""
    if change.value.real == on:
        return
    remember(change, "real", {"do": "real", "on": change.value.real})
    change.set_for_all(real=on)
    _retell(change)


def begins(change: Change, kind: str) -> None:
    """The room comes to a step of this kind: from here on it is real if a real phone is in it and nobody has said
    otherwise."""
    room = change.value
    if room.real is None and kind != "welcome" and _a_phone_is_there(room):
        change.set(real=True)
        _retell(change)


def take_away(change: Change) -> None:
    """Everyone simulated leaves the room, with what they wrote; until the room is erased this can be undone."""
    going = [person for person in change.value.people if person.simulated and not person.removed]
    if not going:
        return
    inverse = {
        "do": "bring_back",
        "people": [[person.id, person.left] for person in going],
        "seat": as_they_sit(change, [person.id for person in going if not person.left]),
    }
    for person in going:
        joining.leave(change, person.id)
        change.put(replace(change.value.people[person.id], removed=True))
        withdraw(change, person.id)
        change.tell(PeopleChanged((person.id,)), LineClosed(person.id, "leader"))
    wall.retell(change, [person.id for person in going])
    remember(change, "take_away", inverse)


def bring_back(change: Change, people: Sequence[tuple[int, bool]]) -> None:
    """Those who were taken away are in the room again, with what they wrote, but without a seat yet."""
    for person_id, left in people:
        person = change.value.people.get(person_id)
        if person is None or not person.removed:  # dismissed since, or let in one by one
            raise Refused("not_found", "That person is not out of this room.")
        joining.check_place(change)
        change.put(replace(person, removed=False, left=left))
        change.tell(PeopleChanged((person.id,)), PersonMoved(person.id))
    wall.retell(change, [person_id for person_id, _ in people])


def seat_the_rest(change: Change, people: Sequence[tuple[int, bool]]) -> None:
    """Those of them who are not back where they sat, because the tables were laid anew, sit down as late comers."""
    for person_id, left in people:
        if change.value.groups_shown and not left and change.value.seat_of(person_id) is None:
            grouping.seat_late(change, person_id)


def _retell(change: Change) -> None:
    """From now on simulated people count, or no longer do."""
    if simulated := [person.id for person in change.value.people if person.simulated]:
        wall.retell(change, simulated)  # by how many a line is recognised
        change.tell(PeopleChanged(()))  # and of how many a notice was seen


def _a_phone_is_there(room: Room) -> bool:
    return any(not (p.simulated or p.by_hand or p.stand_in or p.removed or p.left) for p in room.people)
