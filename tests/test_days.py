"""A day is that of the calendar on the wall, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workshop.days import day, day_began

ZONE = "Europe/Amsterdam"


def ms(*at: int) -> int:
    return int(datetime(*at, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("moment", "on", "began"),
    [
        (ms(2026, 11, 29, 23, 13), date(2026, 11, 30), ms(2026, 11, 29, 23)),
        (ms(2026, 11, 29, 22, 59), date(2026, 11, 29), ms(2026, 11, 28, 23)),
        (ms(2026, 3, 29, 12), date(2026, 3, 29), ms(2026, 3, 28, 23)),
        (ms(2026, 10, 25, 12), date(2026, 10, 25), ms(2026, 10, 24, 22)),
    ],
    ids=["just after midnight", "just before", "clocks forward", "clocks back"],
)
def test_a_day_begins_where_its_calendar_turns(moment: int, on: date, began: int) -> None:
    assert day(moment, ZONE) == day(began, ZONE) == on
    assert day_began(moment, ZONE) == day_began(began, ZONE) == began
