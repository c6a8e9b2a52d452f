"""With PostgreSQL: others write to a room while the answer to a commit of ours is still on its way."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from live import until
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.app.in_process import room
from workshop import changing, handing, live
from workshop.extensions import db
from workshop.journal import Entry, journal
from workshop.room.ledger import Ledger


@pytest.mark.parametrize("read", [True, False])
def test_what_others_wrote_after_a_change_of_ours_is_not_undone_in_memory_by_its_late_answer(
    shared_app: Flask, read: bool
) -> None:
    made = room()
    live.there(made.id)

    @event.listens_for(Session, "after_commit", once=True)
    def theirs_comes_first(_session: object) -> None:
        with db.engine.begin() as other:
            other.execute(text("UPDATE rooms SET title = 'Theirs', revision = revision + 1"))
        live.outrun({made.id})  # as whoever holds it does when it hears of it
        if read:
            assert live.there(made.id).title == "Theirs"

    changing.change(made.id, lambda change: change.set(label="ours"))
    held = live.stored(made.id)
    assert (held.title if held else None) == ("Theirs" if read else None)
    changing.change(made.id, lambda change: change.set(title="Ours"))
    assert (live.there(made.id).title, live.there(made.id).label) == ("Ours", "ours")


class Waited(threading.Event):
    """Knows whether anybody has begun to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.begun.set()
        return super().wait(timeout)


def test_what_others_wrote_is_told_after_a_change_of_ours_that_was_before_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "PATIENCE_SECONDS", 600)
    made = room()
    before, goes_on, known = live.there(made.id), threading.Event(), list[object]()

    def tell() -> None:
        goes_on.wait()
        known.append(live.stored(made.id))

    part = journal.add(Entry(made.id, Ledger(before, live.new_id), before, tell))
    part.done = done = Waited()
    theirs = threading.Thread(target=handing.wrote, args=(made.id, before.revision + 1))
    theirs.start()
    until(lambda: done.begun.is_set() or not theirs.is_alive())
    goes_on.set()
    theirs.join()
    assert known == [before]
    assert live.stored(made.id) is None
