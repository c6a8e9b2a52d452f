"""What users of neighbouring products complain of, and why nobody can say it of us: what the rules alone can show.

The whole list stands in tests/test_complaints.py.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core import groups, roles
from workshop.core.groups import Member
from workshop.core.programme import Part, unroll
from workshop.core.run import Add, Go, Next, apply, begin, due, settle

NOON = 1_800_000_000_000
STEPS = unroll(
    (
        Part("welcome", "Welcome"),
        Part("brief", "Brief", 120),
        Part("conversation", "Talk", 300, auto_advance=True),
        Part("feedback", "Feedback", 180),
        Part("notes", "Notes", 60),
        Part("closing", "Thanks"),
    ),
    rounds=3,
)
KINDS = [(step.kind, step.round) for step in STEPS]


@pytest.mark.parametrize("late", [-200, -1, 0, 1, 400])
def test_a_timer_can_be_extended_while_it_runs_and_after_it_is_over(late: int) -> None:
    """Whatever the moment, "+1" gives everyone a minute from the end, or from now where that has passed."""
    run = apply(begin(STEPS), Go(KINDS.index(("feedback", 1))), NOON)
    assert run.clock.ends_at is not None
    now = run.clock.ends_at + late * 1000
    if now <= NOON:
        now = NOON + 1
    more = apply(run, Add(60), now).clock
    assert more.ends_at == max(run.clock.ends_at, now) + 60_000


@given(st.integers(1, 100))
def test_the_end_of_a_step_breaks_nothing_off(minutes: int) -> None:
    """Where the leader carries the room on, the clock goes into overtime and the room stays where it is; a talk that
    the clock ends is followed by the step it was announced with."""
    feedback = apply(begin(STEPS), Go(KINDS.index(("feedback", 2))), NOON)
    assert due(feedback) is None and settle(feedback, NOON + minutes * 60_000) == feedback
    talk = apply(begin(STEPS), Go(KINDS.index(("conversation", 2))), NOON)
    assert settle(talk, NOON + 300_000).step.kind == "feedback"


@given(st.integers(0, 400), st.sampled_from(["observers", "pairs"]))
def test_there_are_no_groups_of_eight_and_none_of_one(people: int, leftovers: groups.Leftovers) -> None:
    made = groups.sizes(people, leftovers)
    assert set(made) <= {2, 3, 4} and sum(made) == (people if people > 1 else 0)
    assert not made or max(made) - min(made) <= 1


@given(st.integers(2, 60), st.integers(0, 1000))
def test_everyone_who_is_there_is_in_the_draw_once(people: int, seed: int) -> None:
    """Nobody is left out and nobody is drafted who is no participant: a draw is of those it is given, all of them."""
    members = [Member(id) for id in range(people)]
    assert sorted(id for group in groups.form(members, seed=seed) for id in group) == list(range(people))


@given(st.sampled_from(range(9, 46, 3)), st.integers(0, 1000))
def test_a_second_draw_brings_other_partners(people: int, seed: int) -> None:
    """Where there are three tables or more, "not with the same again" is a promise: nobody meets a partner again."""
    members = [Member(id) for id in range(people)]
    first = groups.form(members, seed=seed)
    again = groups.form(members, seed=seed + 1, before=[set(group) for group in first])
    assert all(len(set(group) & set(old)) <= 1 for group in again for old in first)


def test_the_clock_restarts_by_itself_after_rotating() -> None:
    """Entering the next round is one press; its clock then runs from its full length."""
    run = apply(begin(STEPS), Go(KINDS.index(("notes", 1))), NOON)
    turned = apply(run, Next(), NOON + 10_000)
    assert (turned.step.kind, turned.step.round) == ("brief", 2)
    assert turned.clock.ends_at == NOON + 10_000 + 120_000


@given(st.integers(3, 4), st.integers(0, 3), st.integers(0, 3))
def test_who_leaves_does_not_freeze_the_group(size: int, place: int, begun: int) -> None:
    """What a leaver was to be goes to someone who is there: each round to come has its client and its professional."""
    left = roles.without(roles.plan(range(size), 3), leaver=place % size, begun=begun)
    for number in range(begun, 3):
        playing = [row[number] for row in left.values()]
        assert playing.count("client") == 1 and playing.count("professional") == 1
