from hypothesis import given
from hypothesis import strategies as st

from workshop.core.clock import Clock

NOON = 1_800_000_000_000

events = st.lists(
    st.tuples(
        st.integers(0, 400_000),
        st.sampled_from(["start", "pause", "resume", "restart"]) | st.integers(-400, 400),
    ),
    max_size=12,
)


@given(st.integers(0, 600), st.booleans(), events)
def test_what_remains_changes_only_by_time_that_runs_and_by_adding(length, entered, events):
    now = NOON
    clock = Clock.entered(length, now) if entered else Clock.idle(length)
    left, running = length * 1000, entered and length > 0
    stood_idle = not running
    for waited, command in events:
        now += waited
        left -= waited if running else 0
        if isinstance(command, int):
            clock = clock.add(command, now)
            if command > 0:
                left = max(left, 0) + command * 1000
            elif left > 0:
                left = max(left + command * 1000, 0)
        elif command == "restart":
            clock = clock.restart(length, now)
            left, running, stood_idle = length * 1000, length > 0, length == 0
        else:
            clock = getattr(clock, command)(now)
            if command == "start" and stood_idle and left > 0:
                running, stood_idle = True, False
            elif command == "resume" and not stood_idle:
                running = True
            elif command == "pause" and running:
                running = False
        state = "running" if running else "idle" if stood_idle else "paused"
        assert (clock.remaining(now), clock.state) == (left, state)
        assert clock.remaining(now + 7) == left - (7 if running else 0)
        assert (clock.ends_at is not None) == running
        assert clock.length * 1000 >= clock.remaining(now), "a dial is never more than full"


def test_a_paused_clock_goes_on_where_it_was_in_overtime_too():
    late = NOON + 12_500
    paused = Clock.entered(10, NOON).pause(late)
    assert (paused.state, paused.remaining(late + 999)) == ("paused", -2_500)
    resumed = paused.resume(late + 60_000)
    assert resumed.ends_at == late + 60_000 - 2_500


def test_adding_in_overtime_counts_from_now():
    late = NOON + 75_000
    assert Clock.entered(60, NOON).add(30, late).ends_at == late + 30_000
    assert Clock.entered(60, NOON).pause(late).add(30, late).left == 30_000


def test_taking_time_away_ends_now_at_most():
    clock = Clock.entered(60, NOON)
    assert clock.add(-90, NOON + 20_000).ends_at == NOON + 20_000
    assert clock.add(-90, NOON + 75_000) is clock


def test_a_clock_without_length_has_nothing_to_start_until_time_is_added():
    none = Clock.idle(0)
    assert none.start(NOON) is none
    assert none.add(60, NOON).start(NOON + 5) == Clock("running", 60, 0, NOON + 60_005)


def test_on_the_wire_lengths_are_seconds_and_moments_milliseconds():
    on_wire = {"state": "running", "length": 10, "remaining": 7.5, "ends_at": NOON + 10_000}
    assert Clock.entered(10, NOON).as_wire(NOON + 2_500) == on_wire
    assert Clock.idle(10).as_wire(NOON) == {"state": "idle", "length": 10, "remaining": 10, "ends_at": None}
