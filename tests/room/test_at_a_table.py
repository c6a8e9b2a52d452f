"""What one who sits at a table reads of what was written there, when they were gone, or came later."""

from __future__ import annotations

import pytest
from at_table import IN_CONVERSATION, IN_FEEDBACK, A, AtTable, B, C

from workshop.room.room import Person, Phone
from workshop.rooms import grouping, joining, reading, writing
from workshop.rooms.circles import Writer


@pytest.fixture
def table() -> AtTable:
    return AtTable()


@pytest.mark.parametrize("visibility", ["me", "organiser", "group", None])
def test_who_comes_back_cannot_tell_what_the_others_wrote_for_themselves(
    table: AtTable, visibility: str | None
) -> None:
    table.note(B, "b", "before", "group")
    table.do(joining.leave, A.person)
    if visibility:
        table.note(C, "c", "meanwhile", visibility)
    table.do(joining.come_back, A.person)
    assert table.read(A) == {"before"}
    if visibility:
        table.note(C, "c", "meanwhile", "group")
    assert table.read(A) == {"before"} and table.read(B) >= {"before"}
    table.note(C, "c2", "since", "group")
    assert table.read(A) == {"before", "since"}


def test_what_was_changed_meanwhile_is_not_read_either(table: AtTable) -> None:
    table.note(B, "open", "before", "group")
    table.note(B, "private", "before", "me")
    table.do(joining.leave, A.person)
    table.note(B, "open", "meanwhile", "group")
    table.note(B, "private", "meanwhile too", "me")
    table.do(joining.come_back, A.person)
    table.do(joining.leave, A.person)
    table.do(joining.come_back, A.person)
    table.note(B, "private", "meanwhile too", "group")
    assert table.read(A) == set() and table.read(C) == {"meanwhile", "meanwhile too"}


def test_a_sheet_that_was_written_meanwhile_stays_closed_to_who_came_back(table: AtTable) -> None:
    table.enter(IN_CONVERSATION)
    table.note(B, "b", "before", "group")
    table.do(joining.leave, A.person)
    table.note(C, "c", "the sheet", "group")
    table.do(joining.come_back, A.person)
    assert table.read(A) == {"before"}
    table.enter(IN_FEEDBACK)
    assert table.read(A) == {"before"} and table.read(B) == {"before", "the sheet"}


def test_who_comes_later_is_not_told_what_was_counted_before(table: AtTable) -> None:
    def counted(writer: Writer) -> dict[str, dict[str, int]]:
        own = reading.group(table.reader(writer))
        assert own is not None
        return own.tally

    table.enter(IN_CONVERSATION)
    for n in range(3):
        table.do(writing.tally, C, f"first {n}", 1, "closed", 1)
    late = Writer(4, "circle 4")
    table.do(lambda change: change.put(Person(4, "D", None, 0), Phone("phone 4", 4, late.circle, "door", 0)))
    table.do(grouping.sit_down, late.person, 1)
    assert table.room.seats[4, 1].roles[0] == "observer" and counted(late) == {}
    table.do(writing.tally, late, "less", 1, "closed", -1)
    assert counted(C) == {"1": {"closed": 3}}, "nobody takes off what they do not see"
    table.do(joining.leave, A.person)
    table.do(writing.tally, C, "meanwhile", 1, "closed", 1)
    table.do(joining.come_back, A.person)
    table.enter(IN_FEEDBACK)
    assert [counted(one)["1"]["closed"] for one in (A, B, C, late)] == [3, 4, 4, 1]
