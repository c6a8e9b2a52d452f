"""Who is in a room, and what those who share a name are called."""

from __future__ import annotations

from collections.abc import Collection

from .. import streams, wire
from ..access import Role
from ..presence import presence
from ..room.room import Room
from ..rooms import reading
from .connections import breathe, of_desks, say, say_to_each
from .forgetting import also_forget
from .numbers import next_number

_called: dict[int, dict[int, str]] = {}
"""What the people of a room who have a namesake are called, as they last heard it."""


def tell_names(room: Room) -> set[int]:
    """A namesake came or went, or somebody has another name now: whoever is called something else because of it is
    told. Returns them; their table and the wall have yet to hear."""
    before, after = namesakes(room), room.namesakes
    different = {person for person in before.keys() | after.keys() if before.get(person) != after.get(person)}
    for person in different:
        say_to_each(presence.sockets(person), streams.CALLED, wire.CalledMessage(after.get(person)))
    _called[room.id] = after
    return different


def namesakes(room: Room) -> dict[int, str]:
    """What the namesakes of a room are called, as they know it: nobody does before the first of them is told."""
    if room.id not in _called:
        _called[room.id] = room.namesakes
    return _called[room.id]


def tell_people(room: Room, people: Collection[int], for_leaders: Collection[int]) -> None:
    """These people, as leaders and screens see them; `for_leaders`: to leaders alone."""
    desks: tuple[tuple[Role, set[int]], ...] = ("leader", {*people, *for_leaders}), ("screen", {*people})
    for role, concerned in desks:
        if not concerned:
            continue
        breathe(concerned, room.id)
        changed = reading.people(room, leader=role == "leader", only=concerned)
        gone = sorted(concerned - {person.id for person in changed})
        message = wire.PeopleMessage(next_number(room.id, streams.PEOPLE, role), changed, gone)
        say(streams.PEOPLE, message, of_desks(role, room.id))


also_forget.append(lambda room_id: _called.pop(room_id, None))
