"""The leader's hand at the tables: someone moves, two groups become one, people without a table get a new one, the
leader sits in an empty chair.

The leader's hand mends the running round too, so that it has its client and its professional. All of it can be undone
(`seats`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ..core import groups as draw
from ..core import roles
from ..core.errors import Refused
from ..room.room import Person
from .change import Change, GroupsChanged, PeopleChanged
from .grouping import begun, give_up_seat, lay_tables, next_number, over, plan_of, play, sit_down, tell_all, who_waits
from .joining import check_place
from .seats import as_they_sit
from .undoing import remember


def move(change: Change, person_id: int, group_id: int) -> None:
    """The leader moves someone to another table."""
    person, target = change.check_person(person_id), change.check_group(group_id)
    seat = change.value.seat_of(person_id)
    if seat is not None and seat.group_id == target.id:
        return
    if person.left:
        raise Refused("invalid", "That person has left.")
    inverse = as_they_sit(change, [person_id], [group_id])
    _move_over(change, person_id, group_id)
    remember(change, "move", inverse)


def merge_groups(change: Change, group_id: int, into_id: int) -> None:
    """Everyone of one group joins another: what mends a group that has become too small."""
    if change.check_group(group_id) is change.check_group(into_id):
        raise Refused("invalid", "These are one group already.")
    people = [seat.person_id for seat in change.value.seats_at(group_id)]
    inverse = as_they_sit(change, people, [into_id])
    for person_id in people:
        _move_over(change, person_id, into_id)
    remember(change, "merge_groups", inverse)


def new_tables(change: Change) -> None:
    """Those who came too late for a place at a table sit down at new ones."""
    people = who_waits(change.value)
    sizes = draw.sizes(len(people), change.value.leftovers)
    if not sizes:
        raise Refused("invalid", "This takes at least two people without a table.")
    inverse, rest = as_they_sit(change, people), iter(people)
    groups = lay_tables(change, [list(islice(rest, size)) for size in sizes], next_number(change.value))
    change.moved(*people)
    tell_all(change, groups)
    remember(change, "new_tables", inverse)


def sit_in(change: Change, group_id: int, name: str) -> Person:
    """The leader sits down in an empty chair; `remove` ends it. The leader is in no draw, and counted nowhere."""
    change.open_for_writing()
    check_place(change)
    change.check_group(group_id)
    person = Person(change.new_id(Person), name, None, change.now, by_hand=True, stand_in=True)
    change.put(person)
    _seat(change, person.id, group_id)
    remember(change, "sit_in", {"do": "remove", "person": person.id})
    return person


def _move_over(change: Change, person_id: int, target: int) -> None:
    settled = over(change.value)
    seat = change.value.seat_of(person_id)
    if seat is not None:
        give_up_seat(change, person_id, settled=settled)
    _seat(change, person_id, target, seat.roles[:settled] if seat is not None else ())


def _seat(change: Change, person_id: int, group_id: int, past: Sequence[roles.Role] = ()) -> None:
    sit_down(change, person_id, group_id, past)
    if (running := begun(change.value)) > over(change.value):
        play(change, {group_id: roles.make_whole(plan_of(change.value.seats_at(group_id)), running)})
    change.tell(GroupsChanged((group_id,)), PeopleChanged((person_id,)))
    change.moved(person_id)
