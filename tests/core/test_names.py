"""Namesakes told apart: the cases of tests/rules, which the screen's script runs too (tests/js)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.names import looks, told_apart

CASES = json.loads((Path(__file__).parents[1] / "rules" / "names.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_by_team_where_that_is_enough_else_by_number(case: dict[str, list[tuple[int, str, str | None]]]) -> None:
    called = told_apart(case["people"])
    assert [called[id] for id, _, _ in case["people"]] == case["called"]


NAMES = st.sampled_from(["Noor", "noor", "Noor 1", "Noor 2", "Noor 2 1", "Noor (Oost)", "Noor (Oost) 1", "N\u200boor"])


@given(st.lists(st.tuples(NAMES, st.sampled_from([None, "", "Oost", "oost", "West"])), max_size=9))
def test_no_two_have_the_same_name(people: list[tuple[str, str | None]]) -> None:
    called = told_apart((id, *one) for id, one in enumerate(people))
    assert len({looks(name) for name in called.values()}) == len(people)
