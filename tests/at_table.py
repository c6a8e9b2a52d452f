"""A room as a value, with one table at which three people sit: for tests of what happens there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import count
from typing import Any

from workshop.access import Holder
from workshop.core.programme import Part, unroll
from workshop.core.run import begin
from workshop.room.ledger import Ledger
from workshop.room.room import KINDS, Group, Person, Phone, Room, Seat, fields_of
from workshop.room.table import Table
from workshop.rooms import reading, writing
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
