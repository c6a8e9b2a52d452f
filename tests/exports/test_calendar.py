"""Calendar files, read back by another hand; whatever somebody typed is text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.hostile import TEXTS
from workshop.exports.calendar import Entry, render
from workshop.exports.record import printable

NOW = 1_796_000_000_000


def events(made: bytes) -> list[Any]:
    """What a calendar finds in the file."""
    return list(Calendar.from_ical(made).walk("VEVENT"))


def test_an_entry_is_on_its_day_at_nine_wherever_one_is() -> None:
    first = Entry("somebody 1", date(2026, 12, 3), "Ik bel; eerst, Jan", "Ik bel; eerst, Jan\nmet vragen")
    second = Entry("somebody 2", date(2026, 12, 24), "Hoe ging het?", link="https://example.org/r/12345678/mine")
    one, two = events(render([first, second], NOW))
    assert one["DTSTART"].dt == datetime(2026, 12, 3, 9) and one["DTSTART"].dt.tzinfo is None
    assert one["DTSTAMP"].dt == datetime.fromtimestamp(NOW / 1000, UTC)
    assert (one["SUMMARY"], one["DESCRIPTION"]) == ("Ik bel; eerst, Jan", "Ik bel; eerst, Jan\nmet vragen")
    assert [alarm["TRIGGER"].dt for alarm in one.walk("VALARM")] == [timedelta(0)]
    assert two["URL"] == second.link and second.link in two["DESCRIPTION"] and "URL" not in one


def test_made_again_for_another_day_it_is_the_same_entry() -> None:
    same, moved, other = (
        events(render([Entry(name, day, "x")], NOW))[0]["UID"]
        for name, day in (("a", date(2026, 12, 3)), ("a", date(2026, 12, 9)), ("b", date(2026, 12, 3)))
    )
    assert same == moved != other


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_whatever_was_typed_is_text(text: str) -> None:
    made = render([Entry("n", date(2026, 12, 3), text, text)], NOW)
    (event,) = events(made)
    assert str(event["SUMMARY"]).split() == printable(text).split()
    assert str(event["DESCRIPTION"]).split() == printable(text).split()
    assert {key for key in event if key not in ("UID", "DTSTAMP", "DTSTART")} == {"SUMMARY", "DESCRIPTION"}
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
