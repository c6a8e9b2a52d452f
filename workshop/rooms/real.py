"""The workshop itself, or a rehearsal of it: whether what simulated people wrote counts (product.md, a rehearsal).

As long as nobody has said, and no real phone has left the welcome, a room is whole as it is: whoever rehearses alone
sees what an afternoon leaves behind. Once it is real simulated people are in no count and in no file; they still sit at
their tables, and their lines still stand on the wall, marked, until the leader takes them away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from ..core.errors import Refused
from ..models import Person
from . import joining, wall
from .change import Change, LineClosed, PeopleChanged, PersonMoved, Stepped
from .passing import withdraw
from .seats import as_they_sit
from .undoing import remember


def say(change: Change, on: bool | None) -> None:
    """The leader says: this is real; or that it is a rehearsal, although there are real phones. None: it is as if
    nobody had said, so that what was said by mistake does not keep the next step from making it real."""
    if change.room.real == on:
        return
    remember(change, "real", {"do": "real", "on": change.room.real})
    change.room.version += 1
    change.tell(Stepped("leader"))
    _set(change, on)


def begins(change: Change, kind: str) -> None:
    """The room comes to a step of this kind: it is real from here on if a real phone is in it, and nobody said."""
    if change.room.real is None and kind != "welcome" and change.session.scalar(_a_phone(change)) is not None:
        _set(change, True)


def take_away(change: Change) -> None:
    """Everyone simulated leaves the room, with what they wrote; until it is erased this can be taken back."""
    query = select(Person).where(
        Person.room_id == change.room.id, Person.simulated.is_(True), Person.removed.is_(False)
    )
    going = list(change.session.scalars(query.order_by(Person.id)))
    if not going:
        return
    inverse = {
        "do": "bring_back",
        "people": [[person.id, person.left] for person in going],
        "seat": as_they_sit(change, [person.id for person in going if not person.left]),
    }
    for person in going:
        joining.leave(change, person.id)
        person.removed = True
        withdraw(change, person.id)
        change.tell(PeopleChanged((person.id,)), LineClosed(person.id, "leader"))
    wall.retell(change, [person.id for person in going])
    remember(change, "take_away", inverse)


def bring_back(change: Change, people: Sequence[tuple[int, bool]]) -> None:
    """Those who were taken away are in the room again, without a seat yet; with what they wrote."""
    for person_id, left in people:
        person = change.session.get(Person, person_id)
        if person is None or not person.removed:  # dismissed since, or let in one by one
            raise Refused("not_found", "That person is not out of this room.")
        joining.check_place(change)
        person.removed, person.left = False, left
        change.session.flush()
        change.tell(PeopleChanged((person.id,)), PersonMoved(person.id))
    wall.retell(change, [person_id for person_id, _ in people])


def _set(change: Change, on: bool | None) -> None:
    change.room.real = on
    change.session.flush()
    query = select(Person.id).where(Person.room_id == change.room.id, Person.simulated.is_(True))
    if simulated := list(change.session.scalars(query)):
        wall.retell(change, simulated)  # by how many a line is recognised
        change.tell(PeopleChanged(()))  # and of how many a notice was seen


def _a_phone(change: Change) -> Any:
    query = select(Person.id).where(
        Person.room_id == change.room.id,
        Person.simulated.is_(False),
        Person.by_hand.is_(False),
        Person.stand_in.is_(False),
        Person.removed.is_(False),
        Person.left.is_(False),
    )
    return query.limit(1)
