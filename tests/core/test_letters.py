"""Letters without their marks: the cases of tests/rules, which the desk's script runs too (tests/js)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop.core.letters import plain

RULE = json.loads((Path(__file__).parents[1] / "rules" / "letters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "typed"), RULE)
def test_a_name_is_found_by_whoever_types_it_without_accents(text: str, typed: str) -> None:
    assert plain(text) == typed == plain(typed)
