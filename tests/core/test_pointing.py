"""What could point to someone: the cases of tests/rules, which the phone's script runs too (tests/js)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop.core.pointing import pointing

RULE = json.loads((Path(__file__).parents[1] / "rules" / "pointing.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "found"), RULE["cases"])
def test_all_that_could_point_to_someone_is_found_and_nothing_else(text: str, found: list[str]) -> None:
    assert pointing(text, RULE["names"]) == found
