"""The leader's hand at the tables: someone moves, two groups become one, who has no
table gets a new one, the leader sits in an empty chair.

By the leader's hand the running round is mended too, so that it has its client and its professional. All of it can be
taken back (`seats`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ..core import groups as draw
from ..core import roles
from ..core.errors import Refused
from ..models import Group, Person
from .change import Change, GroupsChanged, PeopleChanged
from .grouping import (
    begun,
    give_up_seat,
    group_here,
    group_of,
    lay_tables,
    next_number,
    plan_of,
    play,
    sit_down,
    tell_all,
    who_waits,
)
from .joining import check_place
from .seats import as_they_sit
from .undoing import remember


def move(change: Change, person_id: int, group_id: int) -> None:
    """The leader moves someone to another table."""
    person, target = change.person(person_id), group_here(change, group_id)
    if group_of(change, person_id) is target:
        return
    if person.left:
        raise Refused("invalid", "That person has left.")
    inverse = as_they_sit(change, [person_id], [target])
    _move_over(change, person_id, target)
    remember(change, "move", inverse)


def merge_groups(change: Change, group_id: int, into_id: int) -> None:
    """Everyone of one group joins another: what mends a group that has become too small."""
    group, into = group_here(change, group_id), group_here(change, into_id)
    if group is into:
        raise Refused("invalid", "These are one group already.")
    people = [seat.person_id for seat in group.seats]
    inverse = as_they_sit(change, people, [into])
    for person_id in people:
        _move_over(change, person_id, into)
    remember(change, "merge_groups", inverse)


def new_tables(change: Change) -> None:
    """Those who came too late for a place at a table sit down at new ones."""
    people = [person.id for person in who_waits(change)]
    sizes = draw.sizes(len(people), change.room.leftovers)
    if not sizes:
        raise Refused("invalid", "This takes at least two people without a table.")
    inverse, rest = as_they_sit(change, people), iter(people)
    groups = lay_tables(change, [list(islice(rest, size)) for size in sizes], next_number(change))
    change.moved(*people)
    tell_all(change, groups)
    remember(change, "new_tables", inverse)


def sit_in(change: Change, group_id: int, name: str) -> Person:
    """The leader sits down in an empty chair; `remove` ends it. In no draw, and counted nowhere."""
    change.open_for_writing()
    check_place(change)
    group = group_here(change, group_id)
    person = Person(room_id=change.room.id, name=name, joined_at=change.now, by_hand=True, stand_in=True)
    change.session.add(person)
    change.session.flush()
    _seat(change, person.id, group)
    remember(change, "sit_in", {"do": "remove", "person": person.id})
    return person


def _move_over(change: Change, person_id: int, target: Group) -> None:
    settled = max(begun(change) - 1, 0)
    origin = group_of(change, person_id)
    past: list[roles.Role] = []
    if origin is not None:
        past = next(list(s.roles[:settled]) for s in origin.seats if s.person_id == person_id)
        give_up_seat(change, person_id, settled=settled)
    _seat(change, person_id, target, past)


def _seat(change: Change, person_id: int, group: Group, past: Sequence[roles.Role] = ()) -> None:
    sit_down(change, person_id, group, past)
    if running := begun(change):
        play(group, roles.make_whole(plan_of(group), running))
    change.tell(GroupsChanged((group.id,)), PeopleChanged((person_id,)))
    change.moved(person_id)
