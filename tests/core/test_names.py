"""Namesakes told apart: the cases of tests/rules, which the screen's script runs too (tests/js)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop.core.names import told_apart

CASES = json.loads((Path(__file__).parents[1] / "rules" / "names.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_by_team_where_that_is_enough_else_by_number(case: dict[str, list[tuple[int, str, str | None]]]) -> None:
    called = told_apart(case["people"])
    assert [called[id] for id, _, _ in case["people"]] == case["called"]
