"""The draw of a room in memory: when it is a draft, and who sits where after any order of a leader's commands."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from tests.room.test_themes import EMPTY
from workshop.core import run as rules
from workshop.core.programme import Step
from workshop.room.ledger import Ledger
from workshop.room.room import Person, fields_of
from workshop.rooms import grouping, joining, running
from workshop.rooms.change import Change
from workshop.rooms.erasing import dismiss

KINDS = ("welcome", "prepare", "groups", "brief", "conversation", "feedback", "brief", "conversation", "plenary",
         "closing")  # fmt: skip
STEPS = tuple(
    Step(kind, kind, 60, round=at // 3 if kind in ("brief", "conversation", "feedback") else None)
    for at, kind in enumerate(KINDS)
)
WELCOME, GROUPS, BRIEF, CLOSING = 0, 2, 3, 9


@pytest.fixture
def change() -> Change:
    """A change of a room that nobody has come to yet."""
    numbers = count(1)
    fields = fields_of(rules.begin(STEPS))
    room = replace(
        EMPTY, **fields, locked=False, groups_shown=False, leftovers="observers", held=[], batches=0, real=None
    )
    return Change(Ledger(room, lambda kind: next(numbers)), 10)


def go(change: Change, index: int) -> None:
    running.command(change, rules.Go(index), None)


def come(change: Change, *names: str, simulated: bool = False) -> list[Person]:
    return [joining.join(change, name, simulated=simulated)[0] for name in names]


def sizes(change: Change) -> list[int]:
    return sorted(len(people) for people in grouping.who_sits(change.value).values())


@pytest.mark.parametrize("first", ["simulated", "nobody", "a phone of the leader's own", "who left"])
@pytest.mark.parametrize("back", ["after", "before"])
def test_whoever_comes_to_the_next_welcome_is_in_a_draft(change: Change, first: str, back: str) -> None:
    own = come(change, "Own") if first == "a phone of the leader's own" else []
    if first != "nobody":
        cast = come(change, *(f"S{n}" for n in range(6 - len(own))), simulated=first != "who left")
    for index in (GROUPS, BRIEF, CLOSING):
        go(change, index)
    assert change.value.groups_shown
    if back == "before":
        go(change, WELCOME)
    if first == "who left":
        for person in cast:
            joining.leave(change, person.id)
    dismiss(change)
    if back == "after":
        go(change, WELCOME)
    come(change, *(f"R{n}" for n in range(7 - len(own))))
    assert not change.value.groups_shown and not change.value.seated
    go(change, GROUPS)
    assert change.value.groups_shown and sizes(change) == [3, 4]


def test_who_went_back_by_mistake_finds_the_tables_as_they_were(change: Change) -> None:
    come(change, *"abcdef")
    go(change, BRIEF)
    tables = grouping.who_sits(change.value)
    go(change, WELCOME)
    come(change, "late")
    assert change.value.groups_shown and Counter(sizes(change)) == {3: 1, 4: 1}
    go(change, BRIEF)
    assert grouping.who_sits(change.value).keys() == tables.keys()


def test_one_who_is_left_at_a_table_keeps_it_to_the_end(change: Change) -> None:
    people = come(change, *"abc")
    go(change, BRIEF)
    for person in people[1:]:
        joining.leave(change, person.id)
    go(change, CLOSING)
    assert change.value.groups_shown and change.value.seat_of(people[0].id)
