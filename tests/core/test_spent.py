"""How the time went: what is kept of how long the room was in each step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workshop.core.programme import Part, unroll
from workshop.core.run import Back, Command, Go, Next, Run, apply, begin, settle
from workshop.core.spent import Spent, in_minutes, is_known, spent

NOON = 1_800_000_000_000
STEPS = unroll(
    (
        Part("welcome", "Welcome"),
        Part("talk", "Why", 600),
        Part("conversation", "Talk", 300, auto_advance=True),
        Part("feedback", "Feedback", 180),
        Part("closing", "Thanks"),
    ),
    rounds=1,
)


def after(*presses: tuple[int, Command]) -> Run:
    """A room in which these were pressed, each so many seconds after the one before."""
    run, now = begin(STEPS, NOON), NOON
    for seconds, command in presses:
        now += seconds * 1000
        run = apply(run, command, now)
    return run


def took(run: Run) -> list[int]:
    """How long each step took (s)."""
    return [round(step.took / 1000) for step in run.steps]


def test_what_was_planned_stands_beside_how_long_it_took() -> None:
    run = after((900, Next()), (700, Next()), (500, Next()))  # in overtime, by the clock after 300 s, and then by hand
    assert spent(run) == (
        Spent("Why", None, 600, 700),
        Spent("Talk", 1, 300, 300),
        Spent("Feedback", 1, 180, 200),
    )
    assert is_known(spent(run))


def test_who_was_not_there_reads_whole_minutes_of_steps_with_a_clock() -> None:
    run = after((900, Next()), (690, Next()), (500, Next()))  # Feedback took 190 of 180 s
    assert in_minutes(run) == (Spent("Why", None, 10, 12), Spent("Talk", 1, 5, 5), Spent("Feedback", 1, 3, 3))
    steps = unroll(
        (Part("welcome", "Welcome"), Part("talk", "A walk"), Part("break", "Break", 90), Part("closing", "Bye"))
    )
    run, now = begin(steps, NOON), NOON
    for seconds in (10, 600, 29):
        now += seconds * 1000
        run = apply(run, Next(), now)
    assert in_minutes(run) == (Spent("Break", None, 2, 0),), "a walk has no clock; half a minute is one, less is none"
    assert in_minutes(after((900, Next()))) == ()


def test_the_step_in_which_people_come_in_and_the_one_that_goes_on_are_not_counted() -> None:
    assert spent(after((900, Next()))) == () and not is_known(())


def test_the_step_in_which_the_room_was_closed_is_over() -> None:
    run = after((900, Next()), (700, Next()))
    closed_at = run.entered_at + 130_000
    assert spent(run, closed_at) == (Spent("Why", None, 600, 700), Spent("Talk", 1, 300, 130))
    assert in_minutes(run, closed_at) == (Spent("Why", None, 10, 12), Spent("Talk", 1, 5, 2))
    later = apply(run, Next(), closed_at + 1000)
    assert [one.title for one in spent(later, closed_at)] == ["Why", "Talk"], "a closed room that goes on is in no step"
    assert spent(begin(STEPS, NOON), NOON + 900_000) == (), "nor is there one before it began"


def test_a_step_left_by_a_wrong_key_was_never_left() -> None:
    run = after((900, Next()), (100, Next()), (20, Back()), (480, Next()), (10, Go(4)))
    assert took(run)[1:3] == [600, 10], "the visit of 20 seconds is a part of the step that went on"


def test_a_step_entered_again_later_adds_up_and_one_jumped_over_took_nothing() -> None:
    run = after((0, Next()), (100, Go(3)), (200, Go(1)), (300, Go(3)), (50, Next()))
    assert took(run)[1:4] == [400, 0, 250]


def test_a_room_that_begins_anew_forgets_the_rehearsal() -> None:
    run = after((0, Next()), (100, Go(4)), (60, Go(0)), (86_400, Next()), (700, Go(3)))
    assert took(run) == [0, 700, 0, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 2000), st.sampled_from((Next(), Back(), Go(1), Go(3)))), max_size=12))
def test_no_step_took_longer_than_there_was_time(presses: list[tuple[int, Command]]) -> None:
    run, now = begin(STEPS, NOON), NOON
    for seconds, command in presses:
        now += seconds * 1000
        run = settle(run, now)
        if not (isinstance(command, Next) and run.index == len(STEPS) - 1) and not (
            isinstance(command, Back) and run.index == 0
        ):
            run = apply(run, command, now)
    assert all(0 <= step.took <= now - NOON for step in run.steps)
