"""What one who sits at a table reads of what was written there, when they were gone, or came later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest

from workshop.access import Holder
from workshop.core.programme import Part, unroll
from workshop.core.run import begin
from workshop.room.ledger import Ledger
from workshop.room.room import KINDS, Group, Person, Phone, Room, Seat, fields_of
from workshop.room.table import Table
from workshop.rooms import grouping, joining, reading, writing
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer

ROUND = [Part(kind, kind) for kind in ("brief", "conversation", "feedback")]
TABLES: dict[str, Any] = {name: Table({}) for name, _ in KINDS.values()}
EMPTY = replace(
    Room(**{field.name: TABLES.get(field.name, 1) for field in fields(Room)}),
    closed=False, wall={"concealed": False, "spotlight": None, "column": None, "page": 0}, undo=[], extras=[],
    pack="en", groups_shown=True, held=[], batches=0, leftovers="observers",
    **fields_of(begin(unroll([Part("groups", "groups"), *ROUND, Part("plenary", "plenary")], rounds=2))),
)  # fmt: skip
ROLES = ("client", "professional", "observer")
A, B, C = WRITERS = [Writer(n, f"circle {n}") for n in (1, 2, 3)]
IN_CONVERSATION, IN_FEEDBACK = 2, 3


class AtTable:
    """A room with a table at which three people sit. Each thing that is done is done at its moment (ms)."""

    def __init__(self) -> None:
        self.room, self.now, self.ids = EMPTY, 0, count(10)
        self.do(self._sit)

    def _sit(self, change: Change) -> None:
        change.put(Group(1, 1), Group(2, 2))
        for n, (person, circle) in enumerate(WRITERS):
            change.put(Person(person, "ABC"[n], None, 0), Phone(f"phone {person}", person, circle, "door", 0))
            change.put(Seat(person, 1, n, 0, (ROLES[n], ROLES[(n + 1) % 3])))

    def do(self, what: Callable[..., Any], *how: Any, **more: Any) -> Any:
        """Does this in the room, a millisecond after what was done before."""
        self.now += 1
        change = Change(Ledger(self.room, lambda kind: next(self.ids)), self.now)
        found = what(change, *how, **more)
        self.room = change.value
        return found

    def note(self, writer: Writer, id: str, text: str, visibility: str, prompt: str = "tip") -> Any:
        """Somebody writes a note."""
        return self.do(writing.note, writer, id, prompt, text, visibility, None)

    def enter(self, step: int) -> None:
        """The room is in another step."""
        self.do(lambda change: change.set(**fields_of(replace(change.value.run, index=step, entered_at=change.now))))

    def reader(self, writer: Writer) -> reading.Reader:
        """The phone of one of them."""
        holder = Holder(self.room.id, "person", person_id=writer.person, phone=f"phone {writer.person}")
        return reading.Reader(self.room, replace(holder, circle=writer.circle))

    def read(self, writer: Writer) -> set[str]:
        """The texts that one of them reads."""
        return {note.text for note in reading.readable_notes(self.reader(writer))}


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
