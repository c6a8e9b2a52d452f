from dataclasses import replace
from itertools import accumulate, pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.clock import Clock
from workshop.core.errors import Refused
from workshop.core.programme import Part, Step, unroll
from workshop.core.run import (
    Add,
    Back,
    Command,
    Go,
    Next,
    Pause,
    Restart,
    Resume,
    Slide,
    Start,
    apply,
    begin,
    due,
    rounds_begun,
    rounds_over,
    settle,
)

NOON = 1_800_000_000_000
WELCOME, TALK, BRIEF, CONVERSATION, FEEDBACK, NOTES = range(6)
STEPS = unroll(
    (
        Part("welcome", "Welcome"),
        Part("talk", "Why", 1500, slides=6),
        Part("brief", "Brief", 120),
        Part("conversation", "Talk", 300, auto_advance=True),
        Part("feedback", "Feedback", 180),
        Part("notes", "Notes", 60),
        Part("closing", "Thanks"),
    ),
    rounds=2,
)
LAST = len(STEPS) - 1

WORDS = [
    Next(),
    Back(),
    Pause(),
    Resume(),
    Start(),
    Restart(),
    Add(45),
    Add(-400),
    Slide(3),
    *map(Go, range(len(STEPS))),
]
commands = st.sampled_from([*WORDS, Next(), Next(), Back()])
moves = st.lists(st.tuples(st.integers(0, 200_000), commands), max_size=12)


def seconds(number):
    """That many seconds after noon, in ms."""
    return NOON + round(number * 1000)


def at(index, steps=STEPS):
    """A room that was brought to this step at noon."""
    return apply(begin(steps), Go(index), NOON) if index else begin(steps)


def walked(moves, run=None):
    """Every state of a room on its way through these moves, with the moment; refusals leave it as it was."""
    run, now = run or begin(STEPS), NOON
    states = [(run, now)]
    for waited, command in moves:
        now += waited
        try:
            run = apply(run, command, now)
        except Refused as refused:
            assert refused.code == "invalid"
            run = settle(run, now)
        states.append((run, now))
    return states


def refusal(run, command, expect=None):
    with pytest.raises(Refused) as refused:
        apply(run, command, NOON, expect)
    return refused.value.code


def test_a_room_begins_in_its_first_step_with_an_idle_clock():
    run = begin((Step("prepare", "Think", 300), *STEPS))
    assert (run.index, run.version, run.clock) == (0, 1, Clock.idle(300))
    assert apply(run, Start(), NOON).clock.ends_at == NOON + 300_000


def test_entering_a_step_with_a_length_starts_its_clock_and_one_without_stands_idle():
    run = apply(begin(STEPS), Next(), NOON)
    assert (run.step.kind, run.clock) == ("talk", Clock.entered(1500, NOON))
    assert apply(run, Go(LAST), NOON).clock == Clock.idle(0)


def test_past_either_end_is_invalid_and_so_is_a_slide_that_is_not_there():
    assert refusal(begin(STEPS), Back()) == "invalid"
    assert refusal(at(LAST), Next()) == "invalid"
    assert refusal(begin(STEPS), Go(len(STEPS))) == "invalid"
    assert refusal(begin(STEPS), Go(-1)) == "invalid"
    assert refusal(at(TALK), Slide(6)) == "invalid"
    assert refusal(at(TALK), Slide(-1)) == "invalid"
    assert refusal(at(BRIEF), Slide(0)) == "invalid"


def test_slides_turn_and_a_new_step_begins_with_its_first():
    run = apply(at(TALK), Slide(5), NOON)
    assert run.slide == 5
    assert apply(run, Next(), NOON).slide == 0


def test_who_only_looks_at_the_first_step_is_back_in_the_same_afternoon() -> None:
    """For the code, three hours in: within the minute it is as if nobody had left."""
    hours = NOON + 4 * 3_600_000
    run = apply(apply(begin(STEPS, NOON), Next(), NOON), Go(LAST), NOON + 1000)
    back = apply(apply(run, Go(WELCOME), hours), Go(LAST), hours + 20_000)
    assert (back.began_at, back.entered_at, back.index) == (NOON, NOON + 1000, LAST)
    later = apply(apply(run, Go(WELCOME), hours), Go(LAST), hours + 120_000)
    assert later.began_at == hours + 120_000, "after that it begins anew"


# The version


@given(moves)
def test_the_version_counts_what_changed_and_only_that(moves):
    states = walked(moves)
    for ((before, _), (after, now)), (_, command) in zip(pairwise(states), moves, strict=True):
        settled = settle(before, now)
        assert settled.version - before.version == (settled != before)
        assert after.version - settled.version == (after != settled), command


@pytest.mark.parametrize(
    ("run", "command"),
    [
        (at(BRIEF), Start()),
        (at(BRIEF), Resume()),
        (at(BRIEF), Add(0)),
        (at(BRIEF), Go(BRIEF)),
        (at(BRIEF), Restart()),
        (at(TALK), Slide(0)),
        (at(LAST), Start()),
        (at(LAST), Pause()),
        (at(LAST), Add(-60)),
        (apply(at(BRIEF), Pause(), NOON), Pause()),
    ],
)
def test_a_command_without_effect_leaves_the_room_as_it_is(run, command):
    assert apply(run, command, NOON, expect=run.version) is run


def test_of_two_leaders_who_press_next_together_one_is_stale():
    run = at(BRIEF)
    moved = apply(run, Next(), NOON, expect=run.version)
    assert (moved.index, moved.version) == (CONVERSATION, run.version + 1)
    assert refusal(moved, Next(), expect=run.version) == "stale"
    assert refusal(moved, Pause(), expect=moved.version + 1) == "stale"


def test_a_leader_who_presses_next_as_the_clock_runs_out_is_stale_too():
    run = at(CONVERSATION)
    with pytest.raises(Refused) as refused:
        apply(run, Next(), seconds(300), expect=run.version)
    assert refused.value.code == "stale"
    assert apply(run, Next(), seconds(300)).index == NOTES


# The clock carries the room


def test_a_step_ends_at_its_moment_and_the_next_begins_there():
    run = at(CONVERSATION)
    assert due(run) == seconds(300)
    assert settle(run, seconds(300) - 1) is run
    ended = settle(run, seconds(307))
    assert (ended.index, ended.clock, ended.version) == (FEEDBACK, Clock.entered(180, seconds(300)), run.version + 1)
    assert due(ended) is None


def test_feedback_waits_for_the_leader_in_overtime():
    run = settle(at(FEEDBACK), seconds(500))
    assert (run.index, run.clock.remaining(seconds(500))) == (FEEDBACK, -320_000)


@pytest.mark.parametrize("hold", [apply(at(CONVERSATION), Pause(), NOON), begin(STEPS[CONVERSATION:])])
def test_a_clock_that_does_not_run_ends_nothing(hold):
    assert due(hold) is None
    assert settle(hold, seconds(9_999)) is hold


def test_the_clock_too_begins_a_step_with_its_first_slide():
    talks = tuple(Step("talk", "Why", 60, auto_advance=True, slides=6) for _ in range(2))
    assert settle(apply(apply(begin(talks), Start(), NOON), Slide(4), NOON), seconds(60)).slide == 0


def test_the_last_step_never_ends():
    run = at(1, (Step("talk", "Why", 60, auto_advance=True), Step("plenary", "Wall", 60, auto_advance=True)))
    assert due(run) is None
    assert settle(run, seconds(3_600)) is run


def test_a_step_without_length_stops_the_chain():
    steps = tuple(Step("talk", "Why", length, auto_advance=True) for length in (10, 10, 0, 10))
    run = settle(apply(begin(steps), Start(), NOON), seconds(3_600))
    assert (run.index, run.clock) == (2, Clock.idle(0))


def test_taking_the_time_away_ends_the_step_at_once():
    run = apply(at(CONVERSATION), Add(-999), seconds(10))
    assert due(run) == seconds(10)
    assert settle(run, seconds(10)).index == FEEDBACK


@given(
    st.lists(st.integers(1, 90), min_size=2, max_size=8),
    st.lists(st.tuples(st.integers(0, 120_000), st.sampled_from([Pause(), Resume(), None])), max_size=10),
)
def test_however_often_it_is_looked_at_the_room_is_where_running_time_alone_puts_it(lengths, waits):
    steps = (*(Step("talk", "Why", length, auto_advance=True) for length in lengths), Step("closing", "Thanks"))
    run, now, ran = apply(begin(steps), Start(), NOON), NOON, 0
    for waited, command in waits:
        running = run.clock.state == "running"
        now, ran = now + waited, ran + waited * running
        run = apply(run, command, now) if command else settle(run, now)
        ends = [end * 1000 for end in accumulate(lengths)]
        index = sum(end <= ran for end in ends)
        assert run.index == index
        if index < len(lengths):
            assert run.clock.remaining(now) == ends[index] - ran


@given(moves, st.integers(0, 900_000), st.integers(0, 900_000))
def test_settling_twice_is_settling_once(moves, wait, longer):
    run, now = walked(moves)[-1]
    settled = settle(run, now + wait)
    assert settle(settled, now + wait) is settled
    later = now + wait + longer
    assert replace(settle(settled, later), version=0) == replace(settle(run, later), version=0)
    assert due(settled) is None or due(settled) > now + wait


# The way back


@given(moves, st.integers(0, LAST), st.integers(0, 60_000))
def test_a_wrong_key_undone_within_a_minute_changes_nothing(moves, wrong, away):
    run, left_at = walked(moves)[-1]
    back_at = left_at + away
    astray = settle(apply(run, Go(wrong), left_at), back_at)
    undone = apply(astray, Go(run.index), back_at)
    if astray.index == wrong and settle(run, back_at) is run:
        assert (undone.index, undone.clock, undone.slide) == (run.index, run.clock, run.slide)


@pytest.mark.parametrize("away", [0, 1, 60])
@pytest.mark.parametrize("before", [[], [Slide(3)], [Pause(), Slide(2)], [Add(60)]])
@pytest.mark.parametrize(("out", "home"), [(Next(), Back()), (Back(), Next()), (Go(FEEDBACK), Go(TALK))])
def test_within_sixty_seconds_a_step_goes_on_as_if_it_had_not_been_left(away, before, out, home):
    run = at(TALK)
    for command in before:
        run = apply(run, command, seconds(20))
    back = apply(apply(run, out, seconds(30)), home, seconds(30 + away))
    assert (back.index, back.clock, back.slide) == (run.index, run.clock, run.slide)
    assert back.version == run.version + 2


def test_after_sixty_seconds_it_is_entered_at_full_length():
    run = apply(apply(apply(at(TALK), Slide(3), NOON), Next(), seconds(30)), Back(), seconds(90.001))
    assert (run.index, run.clock, run.slide) == (TALK, Clock.entered(1500, seconds(90.001)), 0)


def test_the_minute_counts_from_the_last_time_it_was_left():
    run = apply(apply(apply(at(TALK), Next(), seconds(30)), Back(), seconds(80)), Next(), seconds(85))
    assert apply(run, Back(), seconds(140)).clock == Clock.entered(1500, NOON)


def test_a_step_that_the_clock_ended_is_entered_again_at_full_length():
    ended = settle(at(CONVERSATION), seconds(305))
    again = apply(ended, Back(), seconds(310))
    assert (again.index, again.clock) == (CONVERSATION, Clock.entered(300, seconds(310)))
    assert apply(again, Next(), seconds(320)).clock == ended.clock, "but feedback was left by hand"


def test_a_step_that_was_left_by_hand_once_and_by_the_clock_since_has_no_way_back():
    run = apply(apply(at(CONVERSATION), Next(), seconds(290)), Back(), seconds(295))
    ended = settle(run, seconds(305))
    assert apply(ended, Back(), seconds(310)).clock == Clock.entered(300, seconds(310))


def test_a_step_whose_clock_would_have_carried_the_room_on_meanwhile_is_entered_at_full_length():
    run = apply(at(CONVERSATION), Next(), seconds(290))
    assert apply(run, Back(), seconds(299)).clock == Clock.entered(300, NOON)
    assert apply(run, Back(), seconds(300)).clock == Clock.entered(300, seconds(300))


def test_a_step_that_the_clock_entered_anew_goes_on_from_there():
    run = apply(apply(at(CONVERSATION), Next(), seconds(290)), Back(), seconds(295))
    feedback = settle(run, seconds(301))
    assert apply(apply(feedback, Next(), seconds(310)), Back(), seconds(315)).clock == Clock.entered(180, seconds(300))


def test_overtime_goes_on_as_overtime():
    run = apply(apply(at(BRIEF), Next(), seconds(150)), Back(), seconds(160))
    assert run.clock.remaining(seconds(160)) == -40_000


@given(moves)
def test_the_way_back_is_never_longer_than_a_minute_and_has_one_place_per_step(moves):
    for run, _ in walked(moves):
        places = [left.index for left in run.left]
        assert len(places) == len(set(places))
        moments = [left.at_ms for left in run.left]
        assert not moments or max(moments) - min(moments) <= 60_000


# Rounds and words


def test_a_round_has_begun_with_its_brief_and_stays_begun():
    begun = [rounds_begun(at(index)) for index in range(len(STEPS))]
    assert begun == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2]


def test_a_round_is_over_with_its_conversation_and_open_again_for_who_goes_back():
    over = [rounds_over(at(index)) for index in range(len(STEPS))]
    assert over == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    between = (*STEPS[: NOTES + 1], Step("break", "Tea", 600), *STEPS[NOTES + 1 :])
    assert rounds_over(replace(at(NOTES + 1), steps=between)) == 1


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('{"do": "next", "expect": 4}', Next()),
        ('{"do": "go", "index": 3}', Go(3)),
        ('{"do": "add", "seconds": -60}', Add(-60)),
        ('{"do": "slide", "to": 2}', Slide(2)),
        *((f'{{"do": "{kind.__name__.lower()}"}}', kind()) for kind in (Start, Back, Pause, Resume, Restart)),
    ],
)
def test_the_wire_speaks_the_same_words(text, command):
    assert msgspec.json.decode(text, type=Command) == command


@pytest.mark.parametrize(
    "text", ['{"do": "fly"}', '{"do": "go"}', '{"do": "go", "index": -1}', '{"do": "add", "seconds": 1000000000}']
)
def test_the_wire_refuses_what_is_no_command(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Command)
