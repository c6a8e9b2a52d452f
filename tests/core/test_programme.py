import json
from pathlib import Path

import pytest

from workshop.core.errors import Refused
from workshop.core.programme import KINDS, ROUND_KINDS, Part, Step, duration, time_of_day, unroll

PARTS = (
    Part("welcome", "Welcome"),
    Part("talk", "Why", 1500, slides=6),
    Part("groups", "Triads", 300),
    Part("brief", "Brief", 120, first_seconds=240),
    Part("conversation", "Talk together", 300, auto_advance=True),
    Part("feedback", "Feedback", 180),
    Part("notes", "One thing", 60),
    Part("plenary", "The wall", 900, auto_advance=True),
    Part("closing", "Thanks"),
)


def kinds(steps):
    return [step.kind for step in steps]


@pytest.mark.parametrize("rounds", [1, 3, 4])
def test_the_parts_of_a_round_come_once_per_round_and_the_rest_once(rounds):
    steps = unroll(PARTS, rounds=rounds)
    assert kinds(steps) == ["welcome", "talk", "groups", *ROUND_KINDS * rounds, "plenary", "closing"]
    numbers = [number for number in range(1, rounds + 1) for _ in ROUND_KINDS]
    assert [step.round for step in steps] == [None, None, None, *numbers, None, None]


def test_the_first_brief_has_its_own_length():
    assert [step.seconds for step in unroll(PARTS) if step.kind == "brief"] == [240, 120, 120]


def test_another_length_holds_in_every_round():
    steps = unroll(PARTS, seconds={"brief": 90, "welcome": 60})
    assert [step.seconds for step in steps if step.kind == "brief"] == [90, 90, 90]
    assert steps[0] == Step("welcome", "Welcome", 60)


def test_a_step_whose_length_becomes_nothing_is_left_out_but_one_that_never_had_one_stays():
    steps = unroll(PARTS, seconds={"notes": 0, "brief": 0, "plenary": 0, "welcome": 0, "closing": 0})
    assert kinds(steps) == ["welcome", "talk", "groups", *["conversation", "feedback"] * 3, "closing"]


@pytest.mark.parametrize(("later", "first"), [(0, 240), (120, 0)])
def test_a_step_that_has_a_length_in_some_rounds_only_is_left_out_of_all(later, first):
    parts = (Part("brief", "Brief", later, first_seconds=first), Part("conversation", "Talk", 300, auto_advance=True))
    assert [step.seconds for step in unroll(parts, rounds=2)] == [first, 300, later, 300]
    assert kinds(unroll(parts, rounds=2, seconds={"brief": 0})) == ["conversation", "conversation"]


def test_the_clock_carries_the_room_out_of_the_kinds_named_and_of_what_the_file_says():
    assert {step.kind for step in unroll(PARTS) if step.auto_advance} == {"conversation", "plenary"}
    assert not [step for step in unroll(PARTS, auto_advance=[]) if step.auto_advance]
    carried = unroll(PARTS, auto_advance=["brief", "feedback"])
    assert {step.kind for step in carried if step.auto_advance} == {"brief", "feedback"}


def test_slides_and_titles_come_over():
    assert unroll(PARTS)[1] == Step("talk", "Why", 1500, slides=6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: unroll(PARTS, rounds=0),
        lambda: unroll([Part("siesta", "Sleep")]),
        lambda: unroll(PARTS, seconds={"siesta": 1}),
        lambda: unroll(PARTS, auto_advance=["siesta"]),
        lambda: unroll(PARTS, seconds={"brief": -1}),
        lambda: unroll([]),
        lambda: unroll([PARTS[3], PARTS[2], PARTS[4]]),
    ],
    ids=["no round", "kind", "length of a kind", "auto of a kind", "negative", "empty", "two blocks"],
)
def test_what_is_no_programme(make):
    with pytest.raises(Refused) as refused:
        make()
    assert refused.value.code == "invalid"


def test_every_kind_can_be_in_a_programme():
    assert kinds(unroll([Part(kind, kind, 60) for kind in KINDS], rounds=1)) == list(KINDS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("0s", 0), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("1h1m1s", 3661), (" 2H ", 7200), ("24h", 86400)],
)
def test_durations(text, seconds):
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "m", "-5m", "5 m", "30m1h", "1.5m", "24h1s", "99999999h", "٥m", "5min", "00"]
)
def test_what_is_no_duration(text):
    with pytest.raises(Refused) as refused:
        duration(text)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    "case", json.loads((Path(__file__).parents[1] / "rules" / "lasts.json").read_text(encoding="utf-8"))["programmes"]
)
def test_a_programme_lasts_as_long_as_the_form_for_a_new_room_says(case):
    parts = [Part(kind, kind, seconds, first) for kind, seconds, first in case["parts"]]
    steps = unroll(parts, rounds=case["rounds"], seconds=case["lengths"])
    assert sum(step.seconds for step in steps[1:]) == case["seconds"]


@pytest.mark.parametrize("text", ["13:00", "13.00", "13", " 13:00 "])
def test_a_time_of_day_however_it_is_written(text):
    assert time_of_day(text) == "13:00"
    assert time_of_day("9:30") == "09:30"


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "1300", "one", "13:0", "١٣:٠٠", "-1:00"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(Refused):
        time_of_day(text)
