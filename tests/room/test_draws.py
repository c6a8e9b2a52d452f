"""The draw of a room in memory: when it is a draft, and who sits where after any order of a leader's commands."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest

from tests.room.test_themes import EMPTY
from workshop.commands.undo import Undo
from workshop.core import run as rules
from workshop.core.errors import Refused
from workshop.core.programme import Step
from workshop.room.ledger import Ledger
from workshop.room.room import Person, fields_of
from workshop.rooms import drafts, grouping, joining, mending, real, running
from workshop.rooms.change import Change
from workshop.rooms.erasing import dismiss

KINDS = ("welcome", "prepare", "groups", "brief", "conversation", "feedback", "brief", "conversation", "plenary",
         "closing")  # fmt: skip
STEPS = tuple(
    Step(kind, kind, 60, round=at // 3 if kind in ("brief", "conversation", "feedback") else None)
    for at, kind in enumerate(KINDS)
)
WELCOME, GROUPS, BRIEF, CLOSING = 0, 2, 3, 9


def opened() -> Change:
    """A change of a room that nobody has come to yet."""
    numbers = count(1)
    fields = fields_of(rules.begin(STEPS))
    room = replace(
        EMPTY, **fields, locked=False, groups_shown=False, leftovers="observers", held=[], batches=0, real=None
    )
    return Change(Ledger(room, lambda kind: next(numbers)), 10)


@pytest.fixture
def change() -> Change:
    return opened()


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


def assert_one_table_each(change: Change) -> None:
    room = change.value
    sitting = [seat.person_id for group in room.active_groups for seat in room.seats_at(group.id)]
    numbers = [group.number for group in room.active_groups]
    assert len(sitting) == len(set(sitting)) and len(numbers) == len(set(numbers)), (sitting, numbers)


def undo(change: Change) -> str | None:
    return Undo().do_it(change)["undone"]


def test_the_simulated_come_back_to_the_tables_there_are(change: Change) -> None:
    come(change, *"abcdef")
    simulated = come(change, *"xyz", simulated=True)
    go(change, BRIEF)
    real.take_away(change)
    drafts.redraw(change, 1, mix=True, other=False)
    assert undo(change) == "take_away"
    assert_one_table_each(change)
    assert sizes(change) == [4, 5] and all(change.value.seat_of(one.id) for one in simulated)


def test_the_simulated_come_back_though_the_draft_they_were_taken_from_was_shown(change: Change) -> None:
    come(change, *"abcdef")
    simulated = come(change, *"xyz", simulated=True)
    grouping.form_groups(change, 1)
    real.take_away(change)
    go(change, GROUPS)
    assert undo(change) == "take_away"
    assert_one_table_each(change)
    assert all(change.value.seat_of(one.id) for one in simulated)


def test_a_table_that_comes_back_has_a_number_of_its_own(change: Change) -> None:
    come(change, *"abcdef")
    go(change, BRIEF)
    one, two = change.value.active_groups
    mending.merge_groups(change, two.id, one.id)
    come(change, *"ghi")
    assert [group.number for group in change.value.active_groups] == [1]
    go(change, BRIEF + 3)
    assert undo(change) == "merge_groups"
    assert {group.number: len(change.value.seats_at(group.id)) for group in change.value.active_groups} == {
        1: 3, 2: 3, 3: 3
    }  # fmt: skip


def test_an_undo_from_before_a_draw_that_was_kept_by_an_older_version_brings_no_table_back(change: Change) -> None:
    come(change, *"abcdef")
    simulated = come(change, *"xyz", simulated=True)
    go(change, BRIEF)
    real.take_away(change)
    kept = change.value.undo
    drafts.redraw(change, 1, mix=True, other=False)
    change.set(undo=kept)
    assert undo(change) == "take_away"
    assert_one_table_each(change)
    assert all(change.value.seat_of(one.id) for one in simulated)


@pytest.mark.parametrize("seed", range(30))
def test_nobody_is_at_two_tables_whatever_a_leader_does(change: Change, seed: int) -> None:
    dice, names = random.Random(seed), count(1)
    come(change, *(f"R{n}" for n in range(6)))
    come(change, *(f"S{n}" for n in range(4)), simulated=True)

    def person() -> int:
        return dice.choice([one.id for one in change.value.people])

    def table() -> int:
        return dice.choice([group.id for group in change.value.groups] or [0])

    done: list[Callable[[], object]] = [
        lambda: go(change, dice.randrange(len(STEPS))),
        lambda: drafts.redraw(change, dice.randrange(99), mix=True, other=dice.random() < 0.5),
        lambda: mending.move(change, person(), table()),
        lambda: mending.merge_groups(change, table(), table()),
        lambda: mending.new_tables(change),
        lambda: mending.sit_in(change, table(), "leader"),
        lambda: joining.remove(change, person()),
        lambda: joining.restore(change, person()),
        lambda: joining.leave(change, person()),
        lambda: joining.come_back(change, person()),
        lambda: come(change, f"N{next(names)}", simulated=dice.random() < 0.3),
        lambda: real.take_away(change),
        lambda: undo(change),
        lambda: undo(change),
    ]
    for _ in range(60):
        change.now += dice.randrange(100_000)
        with suppress(Refused), change.attempt():
            dice.choice(done)()
        assert_one_table_each(change)
