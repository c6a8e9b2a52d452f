"""A room that begins anew after a rehearsal: what of it still counts."""

from __future__ import annotations

import pytest

from tests.room.test_draws import BRIEF, CLOSING, GROUPS, STEPS, WELCOME, come, go, opened
from workshop.room.room import Note, Person
from workshop.rooms import counting, real
from workshop.rooms.change import Change
from workshop.rooms.erasing import dismiss

HOUR = 3_600_000


@pytest.fixture
def change() -> Change:
    return opened()


def share(change: Change, people: list[Person]) -> list[Note]:
    """Each shares a note with the organiser."""
    ids = [f"{one.id}" for one in people]
    now = change.now
    change.put(*(Note(id, id, int(id), None, "tip", 1, "line", "organiser", now, now, None, None) for id in ids))
    return [change.value.notes[id, id] for id in ids]


def afternoon(change: Change) -> list[int | None]:
    """Six people come, share something in round 1 and come to the closing: in which batch each note left."""
    people = come(change, *(f"R{n}" for n in range(6)))
    for index in (GROUPS, BRIEF):
        go(change, index)
    assert counting.progress(change.value).groups, "table by table, until the closing"
    share(change, people)
    go(change, CLOSING)
    return [note.batch for note in change.value.notes if note.person_id in {one.id for one in people}]


def test_a_rehearsal_with_a_phone_of_ones_own_leaves_the_next_afternoon_its_first_batch(change: Change) -> None:
    come(change, "Own")
    share(change, come(change, *(f"S{n}" for n in range(6)), simulated=True))
    real.say(change, False)
    for index in (GROUPS, CLOSING):
        go(change, index)
    assert change.value.batches == 1
    dismiss(change)
    change.now += HOUR
    go(change, WELCOME)
    change.now += 24 * HOUR
    assert afternoon(change) == [1] * 6


def test_a_rehearsal_whose_people_were_only_taken_away_does_too(change: Change) -> None:
    share(change, come(change, *(f"S{n}" for n in range(6)), simulated=True))
    go(change, CLOSING)
    assert {note.batch for note in change.value.notes} == {1}
    real.take_away(change)
    change.now += HOUR
    go(change, WELCOME)
    change.now += 24 * HOUR
    assert afternoon(change) == [1] * 6


@pytest.mark.parametrize("sharing, stayed, hours", [(5, 1, 24), (4, 1, 1), (4, 0, 1), (4, 0, 0)])
def test_what_left_or_was_to_leave_on_that_day_is_no_rehearsal(
    change: Change, sharing: int, stayed: int, hours: int
) -> None:
    people = come(change, *(f"R{n}" for n in range(6)))
    share(change, people[:sharing])
    go(change, CLOSING)
    change.now += stayed * HOUR
    go(change, WELCOME)
    change.now += hours * HOUR
    go(change, BRIEF)
    assert change.value.batches == 1 and not counting.progress(change.value).groups
    share(change, people)
    go(change, CLOSING)
    assert {note.batch for note in change.value.notes} == {None}, "there is no second one at a closing"


@pytest.mark.parametrize("back", ["before", "after", "not"])
def test_a_rehearsal_of_the_same_afternoon_that_was_sent_away_is_not_counted(change: Change, back: str) -> None:
    come(change, *(f"S{n}" for n in range(6)), simulated=True)
    for index in range(1, len(STEPS)):
        change.now += 300_000
        go(change, index)
    assert change.value.held == [1, 2]
    if back == "before":
        go(change, WELCOME)
    version = change.value.version
    dismiss(change)
    assert change.value.began_at is None and change.value.held == [] and change.value.version == version + 1
    if back == "after":
        go(change, WELCOME)
    change.now += HOUR
    come(change, *(f"R{n}" for n in range(6)))
    go(change, 1)
    assert change.value.began_at == change.now
    for index in range(2, 5):
        change.now += 60_000
        go(change, index)
    assert change.value.held == [1]
    assert [step.took for step in change.value.run.steps] == [0, 60_000, 60_000, 60_000, 0, 0, 0, 0, 0, 0]
