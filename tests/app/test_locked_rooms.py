"""With PostgreSQL: a room in which somebody else is writing just now is tried again, and holds up no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from live import until
from sqlalchemy import text

from tests.app.in_process import room, statements
from workshop import changing, live
from workshop.core.errors import Refused
from workshop.extensions import db
from workshop.journal import Entry, Part, Stale, journal
from workshop.models import Room
from workshop.room.ledger import Ledger
from workshop.rooms import joining


@contextmanager
def locked(made: Room, how: str = "UPDATE") -> Iterator[None]:
    """Somebody else has the room's row."""
    with db.engine.connect() as other:
        other.execute(text(f"SELECT FROM rooms WHERE id = :id FOR {how}"), {"id": made.id})
        yield


def comes(made: Room, name: str) -> None:
    changing.change(made.id, lambda change: joining.add_person(change, name))


def names(made: Room) -> list[str]:
    """As they are stored, in the order in which they came."""
    with db.reading() as session:
        found = session.execute(text("SELECT name FROM people WHERE room_id = :id ORDER BY id"), {"id": made.id})
        return list(found.scalars())


def tried(said: list[str]) -> int:
    """How often a revision was to be counted."""
    return sum("UPDATE rooms SET revision" in sql for sql in said)


def comes_later(made: Room, name: str, after: int) -> threading.Thread:
    """In a thread of its own, which has a change under way when this returns, besides this many."""
    thread = threading.Thread(target=comes, args=(made, name), daemon=True)
    thread.start()
    until(lambda: journal.waiting > after or not thread.is_alive())
    return thread


def test_a_room_that_somebody_else_has_locked_is_written_when_it_is_free_and_the_others_are_at_once(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 600)  # however slow the machine is
    there, other = room(), room()
    with locked(there), statements() as said:
        waiting = [comes_later(there, "Noor", 0)]
        until(lambda: tried(said))
        waiting.append(comes_later(there, "Sem", 1))
        comes(other, "Fatma")
        again = tried(said)
        until(lambda: tried(said) > again)
        assert names(other) == ["Fatma"] and names(there) == []
        assert not journal.settled(there.id, 0)
    for thread in waiting:
        thread.join()
    assert names(there) == ["Noor", "Sem"] == [person.name for person in live.there(there.id).people]
    assert journal.settled(there.id, 60) and journal.waiting == 0


def test_a_room_that_stays_locked_is_busy_and_no_other_is(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    there, other = room(), room()
    with locked(there):
        came: list[Exception] = []

        def refused() -> None:
            try:
                comes(there, "Noor")
            except Refused as error:
                came.append(error)

        thread = threading.Thread(target=refused)
        thread.start()
        comes(other, "Fatma")
        monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 0)
        thread.join()
        assert [getattr(error, "code", error) for error in came] == ["busy"]
        assert names(other) == ["Fatma"]
    comes(there, "Sem")
    assert names(there) == ["Sem"]


def test_who_looks_at_a_rooms_row_for_one_of_their_own_locks_nobody_out(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 0)
    made = room()
    with locked(made, "KEY SHARE"):
        comes(made, "Noor")
    assert names(made) == ["Noor"]


def test_what_was_refused_when_it_was_tried_first_is_not_refused_again(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would take the room as it will be from those who came since."""
    monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 600)
    made = room()
    comes(made, "Noor")
    before = live.there(made.id)
    with locked(made), statements() as said:
        stale = Entry(made.id, Ledger(before.becoming({}), live.new_id), before, bool)
        good = Ledger(before, live.new_id)
        good.set(title="Other", revision=before.revision + 1)
        part: Part = journal.add(Entry(made.id, good, good.room(), bool, outside=True))
        part.entries.append(stale)
        until(lambda: stale.refused)
        first = stale.refused
        again = tried(said)
        until(lambda: tried(said) > again + 1)
    part.done.wait()
    assert isinstance(first, Stale) and stale.refused is first
    assert live.there(made.id).title == "Other"


def test_while_a_table_is_locked_each_room_is_busy_when_its_own_patience_ends(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 600)
    there, other, together = room(), room(), threading.Event()
    for made in there, other:
        comes(made, "Noor")

    def renamed(made: Room) -> Entry:
        before = live.there(made.id)
        ledger = Ledger(before, live.new_id)
        ledger.set(title="Other", revision=before.revision + 1)
        return Entry(made.id, ledger, ledger.room(), list, outside=True)

    long, new = renamed(there), renamed(other)
    long.since -= 600
    monkeypatch.setattr(journal, "_gather", together.wait)
    with db.engine.connect() as another, statements() as said:
        another.execute(text("LOCK TABLE rooms IN EXCLUSIVE MODE"))
        first, second = journal.add(long), journal.add(new)
        together.set()
        first.done.wait()
        assert isinstance(long.refused, Refused) and long.refused.code == "busy"
        assert new.refused is None and not second.done.is_set()
        assert "SET LOCAL lock_timeout = 1" in said, "it does not wait anew in the database"
    second.done.wait()
    assert new.refused is None and live.there(other.id).title == "Other"
    assert live.there(there.id).title == "Counting"
