"""How did it go? When it is asked, and what is still taken."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.later import PROMPT, asked_on, is_asked, is_taken

ERASED = date(2026, 12, 29).toordinal()


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (date(2026, 12, 2), date(2026, 12, 23)),
        (date(2026, 12, 7), date(2026, 12, 28)),  # the last whole day
        (date(2026, 12, 8), None),  # some time on the day itself it is gone
        (date(2027, 3, 1), None),
    ],
)
def test_it_is_asked_three_weeks_after_the_step_as_long_as_the_room_is_there(step: date, asked: date | None) -> None:
    assert asked_on(step.toordinal(), ERASED) == (asked and asked.toordinal())


@given(st.integers(1, 3_000_000), st.integers(1, 3_000_000))
def test_nobody_is_asked_on_the_day_of_erasure_or_after_it(step: int, erased: int) -> None:
    asked = asked_on(step, erased)
    assert asked is None or step < asked < erased


def test_it_is_asked_from_the_day_after() -> None:
    assert [is_asked(100, 100 + days) for days in (-1, 0, 1, 21)] == [False, False, True, True]


def test_one_note_is_taken_when_the_room_is_closed_and_no_other_becomes_it() -> None:
    assert is_taken(PROMPT, None) and is_taken(PROMPT, PROMPT)
    assert not is_taken(PROMPT, "tip") and not is_taken("tip", PROMPT) and not is_taken("tip", None)
