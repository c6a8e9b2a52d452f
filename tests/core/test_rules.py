"""Rules that stand in two languages, on the same cases as in `tests/js/rules.test.mjs`."""

import json
from pathlib import Path

import pytest

from workshop.core import run
from workshop.core.clock import Clock
from workshop.core.editing import MoveStep, edit
from workshop.core.errors import Refused
from workshop.core.groups import smallest
from workshop.core.programme import Step

RULES = Path(__file__).parents[1] / "rules"
NOON = 1_800_000_000_000


def cases(name):
    return json.loads((RULES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", cases("smallest"))
def test_who_comes_late_joins_the_smallest_table(case):
    guests = {
        group: [person for person in people if person not in case["stand_ins"]] for group, people in case["tables"]
    }
    assert smallest(guests) == case["goes_to"]


CARRYING_ON = cases("carrying_on")


@pytest.mark.parametrize("case", CARRYING_ON["cases"])
def test_a_room_goes_on_by_its_clock(case):
    steps = tuple(
        Step(kind, kind, seconds, round=number, auto_advance=by_itself)
        for kind, number, seconds, by_itself in CARRYING_ON["programme"]
    )
    length = steps[case["in"]].seconds
    left = case["left"]
    clock = Clock("paused", length, 10) if left is None else Clock("running", length, left, NOON + left * 1000)
    here = run.settle(run.Run(steps, case["in"], clock), NOON + int(case["after"] * 1000))
    ends_at = None if case["ends_in"] is None else NOON + case["ends_in"] * 1000
    assert (here.index, here.clock.ends_at) == (case["index"], ends_at)


@pytest.mark.parametrize("case", cases("moving"))
def test_what_may_move_and_to_where(case):
    """What the desk offers is taken. What it does not offer is refused as well, but for the step of the groups, which
    a programme may have elsewhere."""
    parts = [kind.partition(" ") for kind in case["kinds"]]
    steps = tuple(Step(kind, kind, round=int(number) if number else None) for kind, _, number in parts)
    for index, step in enumerate(steps):
        for by, to in ((-1, case["earlier"][index]), (1, case["later"][index])):
            if to is not None:
                after, _ = edit(steps, case["at"], MoveStep(index, to))
                assert after[to] == step
            elif step.kind != "groups" and (steps[index + by : index + by + 1] or (step,))[0].kind != "groups":
                with pytest.raises(Refused):
                    edit(steps, case["at"], MoveStep(index, index + by))
