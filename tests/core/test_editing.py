"""The programme changed while the room is in it: what has been stays, rounds stay rounds, the clock keeps its time."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.clock import Clock
from workshop.core.editing import AddRound, DropRound, DropStep, InsertStep, MoveStep, PutStep, SetStep, faults
from workshop.core.errors import Refused
from workshop.core.programme import Part, Step, unroll
from workshop.core.roles import extended, make_whole, never, plan
from workshop.core.run import Add, Back, Command, Go, Next, Pause, Restart, Resume, Start, apply, begin, due, settle

C, P, O = ("client", "professional", "observer")  # noqa: E741
NOON = 1_800_000_000_000
WELCOME, BREAK, GROUPS, BRIEF, CONVERSATION, FEEDBACK, BRIEF2, CONVERSATION2, FEEDBACK2, PLENARY, CLOSING = range(11)
STEPS = unroll(
    (
        Part("welcome", "Welcome"),
        Part("break", "Break", 900),
        Part("groups", "Groups", 300),
        Part("brief", "Brief", 120),
        Part("conversation", "Talk", 300, auto_advance=True),
        Part("feedback", "Feedback", 180),
        Part("plenary", "Wall", 900),
        Part("closing", "Thanks"),
    ),
    rounds=2,
)
indices = st.integers(0, 14)
edits = st.one_of(
    st.builds(
        SetStep,
        index=indices,
        seconds=st.none() | st.integers(0, 600),
        auto_advance=st.none() | st.booleans(),
        title=st.none() | st.just("Other"),
    ),
    st.builds(
        InsertStep,
        index=indices,
        kind=st.sampled_from(["break", "talk", "plenary", "conversation"]),
        seconds=st.integers(0, 300),
        auto_advance=st.booleans(),
    ),
    st.builds(DropStep, index=indices),
    st.builds(MoveStep, index=indices, to=indices),
    st.just(AddRound()),
)
steering = st.sampled_from([Next(), Next(), Back(), Pause(), Resume(), Start(), Restart(), Add(45), Add(-400)])
moves = st.lists(st.tuples(st.integers(0, 200_000), edits | edits | steering | st.builds(Go, indices)), max_size=16)


def seconds(number):
    """That many seconds after noon, in ms."""
    return NOON + round(number * 1000)


def at(index, steps=STEPS):
    """A room that was brought to this step at noon."""
    return apply(begin(steps, NOON), Go(index), NOON)


def kinds(run):
    return [step.kind for step in run.steps]


def walked(moves):
    """Each step on the way: the room as it was, settled, the command, the moment, and the room after it."""
    run, now, states = begin(STEPS, NOON), NOON, []
    for waited, command in moves:
        now += waited
        before = settle(run, now)
        try:
            run = apply(before, command, now)
        except Refused as refused:
            assert refused.code == "invalid"
            run = before
        states.append((before, command, now, run))
    return states


def refusal(run, command):
    with pytest.raises(Refused) as refused:
        apply(run, command, NOON)
    return refused.value.code


EDITS = (SetStep, InsertStep, DropStep, MoveStep, AddRound)


@given(moves)
def test_no_edit_changes_what_has_been_or_where_the_room_is(moves):
    for before, command, _, after in walked(moves):
        if isinstance(command, EDITS):
            assert after.steps[: before.index] == before.steps[: before.index]
            assert (after.index, after.slide) == (before.index, before.slide)
            assert (after.entered_at, after.began_at) == (before.entered_at, before.began_at)
            present = after.steps[after.index]
            if not (isinstance(command, SetStep) and command.index == before.index):
                assert present == before.step
            assert after.version == before.version + (after != before)


@given(moves)
def test_the_clock_makes_and_loses_no_time_but_what_was_asked(moves):
    for before, command, now, after in walked(moves):
        if isinstance(command, EDITS):
            had, has = before.clock.remaining(now), after.clock.remaining(now)
            assert after.clock.state == before.clock.state
            asked = after.step.seconds - before.step.seconds if isinstance(command, SetStep) else 0
            ends_by_itself = after.step.auto_advance and after.index < len(after.steps) - 1
            if had < 0 and ends_by_itself:
                assert has == max(0, had + asked * 1000), "what was overtime ends now"
            else:
                assert has == max(had + asked * 1000, min(had, 0))
            assert after.clock.length * 1000 >= has


@given(moves)
def test_rounds_stay_in_order_and_whole(moves):
    for _, _, _, after in walked(moves):
        assert faults(after.steps) == ()
        numbers = [step.round for step in after.steps if step.round]
        assert numbers == sorted(numbers)
        talks = Counter(step.round for step in after.steps if step.kind == "conversation")
        assert set(talks.values()) <= {1} and sorted(talks) == list(range(1, len(talks) + 1))


@given(moves, st.integers(0, 900_000), st.integers(0, 900_000))
def test_settling_twice_is_settling_once_also_among_edits(moves, wait, longer):
    run, now = (walked(moves) or [(None, None, NOON, begin(STEPS, NOON))])[-1][3], NOON + sum(w for w, _ in moves)
    settled = settle(run, now + wait)
    assert settle(settled, now + wait) is settled
    later = now + wait + longer
    assert replace(settle(settled, later), version=0) == replace(settle(run, later), version=0)
    assert due(run) is None or due(run) >= now, "an edit lets nothing end in the past"


@given(moves)
def test_the_way_back_leads_to_the_same_steps(moves):
    for before, command, _, after in walked(moves):
        places = [left.index for left in after.left]
        assert len(places) == len(set(places)) and after.index not in places
        assert all(0 <= place < len(after.steps) for place in places)
        if isinstance(command, (InsertStep, MoveStep, DropStep, AddRound)):
            was = [(left.at_ms, before.steps[left.index]) for left in before.left]
            assert all((left.at_ms, after.steps[left.index]) in was for left in after.left)
            assert len(before.left) - len(after.left) <= isinstance(command, DropStep)


@given(moves)
def test_the_step_was_entered_before_now_and_the_room_began_once(moves):
    began = set()
    for _, _, now, after in walked(moves):
        assert after.entered_at <= now
        began.add(after.began_at)
        assert after.began_at is None or NOON <= after.began_at <= now
        assert after.index == 0 or after.began_at is not None


# One by one


def test_what_was_planned_is_the_length_when_the_room_was_made():
    run = apply(begin(STEPS, NOON), SetStep(BREAK, seconds=600), NOON)
    assert (run.steps[BREAK].seconds, run.steps[BREAK].planned) == (600, 900)
    more = apply(apply(run, InsertStep(2, "break", "Air", 60), NOON), AddRound(), NOON)
    assert [step.planned for step in more.steps if step.title == "Air" or step.round == 3] == [0, 0, 0, 0]


def test_a_step_left_out_once_the_room_has_begun_is_time_won():
    run = apply(begin(STEPS, NOON), Next(), NOON)
    less = apply(run, DropStep(GROUPS), NOON)
    assert sum(step.planned for step in less.steps) == sum(step.planned for step in run.steps)
    back = apply(less, PutStep(GROUPS, run.steps[GROUPS], 300), NOON)
    assert back.steps == run.steps, "and none once it is back"
    assert apply(less, PutStep(GROUPS, run.steps[GROUPS]), NOON).steps == run.steps, (
        "an older version did not say how much"
    )
    before = apply(begin(STEPS, NOON), DropStep(BREAK), NOON)
    assert before.steps[-1].planned == 0, "before that it is the plan that changes"


def test_the_length_of_the_present_step_changes_what_remains_by_the_same():
    run = apply(at(BREAK), SetStep(BREAK, seconds=600), seconds(100))
    assert run.clock.remaining(seconds(100)) == 500_000 and run.clock.length == 600
    assert apply(run, SetStep(BREAK, seconds=60), seconds(100)).clock.remaining(seconds(100)) == 0
    late = apply(at(BREAK), SetStep(BREAK, seconds=930), seconds(1_000))
    assert late.clock.remaining(seconds(1_000)) == -70_000
    paused = apply(at(BREAK), Pause(), seconds(100))
    assert apply(paused, SetStep(BREAK, seconds=960), NOON).clock == Clock("paused", 960, 860_000)
    assert apply(begin(STEPS), SetStep(WELCOME, seconds=60), NOON).clock == Clock.idle(60)


def test_a_step_in_overtime_that_is_to_end_by_itself_ends_now_and_not_earlier():
    run = apply(at(BREAK), SetStep(BREAK, auto_advance=True), seconds(2_000))
    assert due(run) == seconds(2_000)
    moved = settle(run, seconds(2_000.2))
    assert moved.index == GROUPS and moved.clock == Clock.entered(300, seconds(2_000))


def test_a_last_step_in_overtime_that_is_last_no_more_ends_now():
    steps = (Step("talk", "Why", 60), Step("talk", "Then", 60, auto_advance=True))
    run = apply(at(1, steps), InsertStep(2, "break", "Air", 60), seconds(500))
    assert due(run) == seconds(500)


def test_the_way_back_keeps_to_its_step():
    run = apply(at(BRIEF2), Go(BREAK), seconds(20))
    run = apply(run, InsertStep(2, "talk", "More", 60), seconds(21))
    run = apply(run, SetStep(BRIEF2 + 1, seconds=180), seconds(22))
    back = apply(run, Go(BRIEF2 + 1), seconds(30))
    assert back.clock.remaining(seconds(30)) == 150_000, "it went on, a minute longer"
    dropped = apply(run, DropStep(BRIEF2 + 1), seconds(30))
    assert [left.index for left in dropped.left] == [left.index for left in run.left if left.index != BRIEF2 + 1]


def test_back_in_the_first_step_within_a_minute_the_room_has_not_begun():
    begun = apply(begin(STEPS, NOON), Next(), seconds(10))
    assert (begun.began_at, begun.entered_at) == (seconds(10), seconds(10))
    home = apply(begun, Back(), seconds(40))
    assert (home.began_at, home.entered_at) == (None, NOON)
    again = apply(home, Next(), seconds(50))
    assert (again.began_at, again.entered_at) == (seconds(50), seconds(10)), "and the break goes on as if not left"
    late = apply(begun, Back(), seconds(100))
    assert (late.began_at, late.entered_at) == (seconds(10), seconds(100))


def test_after_a_rehearsal_the_day_before_the_room_begins_anew():
    rehearsed = apply(apply(begin(STEPS, NOON), Next(), seconds(10)), Go(WELCOME), seconds(4_000))
    assert apply(rehearsed, Next(), seconds(5_000)).began_at == seconds(10), "of the same afternoon"
    today = apply(rehearsed, Next(), seconds(86_400))
    assert today.began_at == seconds(86_400)
    assert apply(today, Next(), seconds(90_000)).began_at == seconds(86_400)
    home = apply(today, Back(), seconds(86_420))
    assert (home.began_at, apply(home, Next(), seconds(86_430)).began_at) == (None, seconds(86_430))


@pytest.mark.parametrize(
    ("where", "command"),
    [
        (BRIEF, SetStep(GROUPS, seconds=60)),
        (BRIEF, SetStep(99, seconds=60)),
        (BRIEF, InsertStep(BRIEF, "break")),
        (BRIEF, DropStep(BRIEF)),
        (BRIEF, DropStep(GROUPS)),
        (BREAK, DropStep(99)),
        (BREAK, MoveStep(WELCOME, 5)),
        (BREAK, MoveStep(PLENARY, BREAK)),
        (BREAK, MoveStep(PLENARY, 99)),
        (BREAK, MoveStep(GROUPS, FEEDBACK)),
        (BREAK, MoveStep(BRIEF, CONVERSATION)),
        (BREAK, MoveStep(BRIEF2, BRIEF)),
        (BREAK, InsertStep(CONVERSATION, "break")),
        (BREAK, InsertStep(3, "conversation")),
        (BREAK, InsertStep(3, "closing")),
        (BREAK, InsertStep(CLOSING + 1, "plenary")),
        (BREAK, DropStep(CONVERSATION)),
        (PLENARY, AddRound()),
        (CLOSING, AddRound()),
    ],
)
def test_what_has_been_and_what_makes_a_round_cannot_be_changed(where, command):
    assert refusal(at(where), command) == "invalid"


def test_a_programme_has_an_end_to_its_rounds_and_steps():
    run = begin(STEPS)
    for _ in range(4):
        run = apply(run, AddRound(), NOON)
    assert refusal(run, AddRound()) == "invalid"
    assert refusal(begin((Step("talk", "Why"),)), AddRound()) == "invalid"
    while len(run.steps) < 80:
        run = apply(run, InsertStep(1, "break"), NOON)
    assert refusal(run, InsertStep(1, "break")) == "invalid"


def test_a_step_is_added_dropped_and_moved():
    run = apply(begin(STEPS), InsertStep(BRIEF2, "break", "  Fresh \n air ", 300, True), NOON)
    assert run.steps[BRIEF2] == Step("break", "Fresh air", 300, auto_advance=True)
    assert kinds(apply(run, DropStep(BRIEF2), NOON)) == kinds(begin(STEPS))
    moved = apply(run, MoveStep(BRIEF2, 1), NOON)
    assert moved.steps[1].title == "Fresh air" and moved.version == run.version + 1
    assert apply(moved, MoveStep(1, BRIEF2), NOON).steps == run.steps
    assert apply(run, MoveStep(3, 3), NOON) is run
    assert apply(run, SetStep(3), NOON) is run
    dropped = apply(run, DropStep(BREAK), NOON)
    assert apply(dropped, PutStep(BREAK, run.steps[BREAK]), NOON).steps == run.steps


def test_the_last_round_can_be_left_out_the_first_cannot():
    run = at(BREAK)
    for index in (FEEDBACK2, BRIEF2):
        run = apply(run, DropStep(index), NOON)
    assert refusal(run, DropStep(CONVERSATION)) == "invalid", "a round in between has to stay"
    run = apply(run, DropStep(BRIEF2), NOON)
    assert max(step.round or 0 for step in run.steps) == 1


def test_one_more_round_stands_behind_the_last_and_is_as_long():
    run = apply(apply(at(FEEDBACK), SetStep(FEEDBACK2, seconds=240), NOON), AddRound(), NOON)
    added = [step for step in run.steps if step.round == 3]
    assert [(s.kind, s.seconds, s.auto_advance, s.planned) for s in added] == [
        ("brief", 120, False, 0),
        ("conversation", 300, True, 0),
        ("feedback", 240, False, 0),
    ]
    assert kinds(run)[-5:] == ["brief", "conversation", "feedback", "plenary", "closing"]


def test_one_more_round_comes_after_the_break_the_room_is_in():
    run = apply(begin(STEPS), InsertStep(PLENARY, "break", "Air", 60), NOON)
    run = apply(apply(run, Go(PLENARY), NOON), AddRound(), NOON)
    assert kinds(run)[PLENARY : PLENARY + 3] == ["break", "brief", "conversation"]


def test_a_round_that_was_added_is_taken_back_until_it_begins():
    run = apply(at(BREAK), AddRound(), NOON)
    assert apply(run, DropRound(3), NOON).steps == at(BREAK).steps
    assert refusal(apply(run, Go(PLENARY), NOON), DropRound(3)) == "invalid"
    assert refusal(run, DropRound(2)) == "invalid", "the third would stand behind a gap"


def test_an_odd_programme_can_be_changed_where_it_is_not_odder_for_it():
    odd = (Step("welcome", "W"), Step("closing", "Half way"), Step("break", "B"), Step("brief", "B", round=1))
    assert faults(odd)
    assert len(apply(begin(odd), DropStep(2), NOON).steps) == 3


# The roles of a round added


@given(st.integers(2, 6), st.integers(1, 4), st.integers(1, 3))
def test_a_round_more_has_one_client_and_one_professional_and_keeps_what_was(people, rounds, more):
    before = plan(list(range(people)), rounds)
    after = extended(before, rounds + more)
    assert all(after[who][:rounds] == before[who] for who in before)
    for number in range(rounds, rounds + more):
        cast = [roles[number] for roles in after.values()]
        assert cast.count(C) == cast.count(P) == 1
        for role in (C, P):
            waiting = never(before | {w: r[:number] for w, r in after.items()}, number)[role]
            assert not waiting or len(never(after, number + 1)[role]) < len(waiting) or people == 2


def test_in_a_group_of_four_the_fourth_round_is_for_who_was_not_yet():
    assert extended(plan([1, 2, 3, 4], 3), 4) == plan([1, 2, 3, 4], 4)


def test_in_a_triad_one_more_round_goes_on_in_turn():
    assert extended(plan([1, 2, 3], 3), 5) == plan([1, 2, 3], 5)
    assert extended(plan([1, 2], 3), 4) == plan([1, 2], 4)


def test_one_alone_and_a_plan_that_is_long_enough():
    assert extended({1: (C, P, O)}, 4) == {1: (C, P, O, C)}
    assert extended(plan([1, 2, 3], 3), 2) == plan([1, 2, 3], 3)
    assert extended({}, 4) == {}


def test_the_leader_makes_a_running_round_whole():
    left = {1: (P, C), 2: (O, P), 3: (O, O)}
    assert make_whole(left, 1) == {1: (P, C), 2: (C, P), 3: (O, O)}
    assert make_whole(left, 5) == left


# The words


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('{"do": "set_step", "index": 1, "seconds": 60}', SetStep(1, 60)),
        ('{"do": "insert_step", "index": 1, "kind": "break"}', InsertStep(1, "break")),
        ('{"do": "drop_step", "index": 1}', DropStep(1)),
        ('{"do": "move_step", "index": 1, "to": 2}', MoveStep(1, 2)),
        ('{"do": "add_round"}', AddRound()),
    ],
)
def test_the_wire_speaks_the_same_words(text, command):
    assert msgspec.json.decode(text, type=Command) == command


@pytest.mark.parametrize(
    "text",
    [
        '{"do": "set_step", "index": -1}',
        '{"do": "set_step", "index": 1, "title": ""}',
        '{"do": "set_step", "index": 1, "seconds": 90000}',
        '{"do": "put_step", "index": 1, "step": {"kind": "break", "title": "x"}}',
    ],
)
def test_the_wire_refuses_what_is_no_edit(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Command)


def test_versions_of_a_walk_of_edits_count_each_change_once():
    run = begin(STEPS)
    versions = [run.version]
    for command in (InsertStep(1, "break"), MoveStep(1, 2), DropStep(2), AddRound(), SetStep(1, seconds=1)):
        run = apply(run, command, NOON)
        versions.append(run.version)
    assert all(b - a == 1 for a, b in pairwise(versions))
