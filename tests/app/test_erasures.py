"""The log of erasures: what is erased is written down before it is gone, and nothing of it can be read there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from live import Server
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.app.in_process import room as make_room
from tests.app.in_process import statements
from workshop import accounts, changing, live
from workshop.access import Holder
from workshop.core.errors import Refused
from workshop.core.reading import Visibility
from workshop.database import Database
from workshop.erasures import Erasure, Log, erasures, name_of
from workshop.extensions import db, now
from workshop.models import Account, Room
from workshop.rooms import erasing, joining, merging, running, wall, writing
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer

CANARY = "kanarie"
NO_MORE = "CREATE TRIGGER no_more BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END"


def lines() -> list[dict[str, Any]]:
    """What the log says so far."""
    assert erasures.path is not None
    return [json.loads(line) for line in erasures.path.read_text().splitlines()] if erasures.path.exists() else []


class Someone:
    """A person who came in with a phone, and what they can do."""

    def __init__(self, room: Room, name: str) -> None:
        self.room = room.id

        def come(change: Change) -> tuple[int, str, str]:
            person, _ = joining.join(change, f"{name} {CANARY}", CANARY)
            (phone,) = change.value.phones_of(person.id)
            return person.id, phone.circle, phone.token_hash

        self.id, self.circle, self.phone = changing.change(room.id, come)

    def write(self, words: str, visibility: Visibility = "me", id: str | None = None) -> str:
        """A note."""
        id = id or str(uuid4())
        writer = Writer(self.id, self.circle)
        prompt = "worked_well"
        changing.change(self.room, lambda change: writing.note(change, writer, id, prompt, words, visibility, None))
        return id

    def post(self, words: str, id: str | None = None) -> str:
        """A line on the wall."""
        id = id or str(uuid4())
        writer = Writer(self.id, self.circle)
        changing.change(self.room, lambda change: wall.post(change, writer, id, "snags", words, False))
        return id

    def erase(self) -> None:
        """Themselves, and all they wrote."""
        holder = Holder(self.room, "person", self.id, False, self.circle, self.phone)
        changing.change(self.room, lambda change: erasing.erase(change, holder))


@contextmanager
def at_each_commit(look: Any) -> Iterator[None]:
    """Calls `look` just before the database commits."""
    event.listen(db.writer, "commit", look)
    yield
    event.remove(db.writer, "commit", look)


def test_who_erases_themselves_is_written_down_before_they_are_gone(app: Flask) -> None:
    room = make_room()
    noor, sem = Someone(room, "Noor"), Someone(room, "Sem")
    note, post = noor.write(CANARY), noor.post(CANARY)
    sem.write(CANARY)
    seen: list[list[dict[str, Any]]] = []
    with at_each_commit(lambda _: seen.append(lines())):
        noor.erase()
    assert [line["people"] for line in seen[0]] == [[noor.id]], "it is on disk when the database commits"
    (line,) = lines()
    assert line["rows"]["notes"] == [[noor.circle, note]] and line["rows"]["posts"] == [[post]]
    assert line["room"] == name_of(room)


def test_no_name_no_text_and_no_code_is_in_it(app: Flask) -> None:
    room = make_room()
    noor, sem = Someone(room, "Noor"), Someone(room, "Sem")
    noor.post(CANARY)
    noor.write("", id=noor.write(CANARY, "organiser"))
    changing.change(room.id, lambda change: merging.merge(change, sem.id, noor.id))
    sem.erase()
    changing.change(room.id, erasing.erase_room)
    assert erasures.path is not None
    said = erasures.path.read_text()
    assert said.count("\n") == len(lines()) >= 4
    assert not [word for word in (CANARY, "Noor", room.code, room.salt, room.title) if word in said]


def test_each_kind_of_erasing_has_its_line(app: Flask) -> None:
    room = make_room()
    noor, sem, fatma = (Someone(room, name) for name in ("Noor", "Sem", "Fatma"))
    note, post = noor.write("a"), noor.post("b")
    noor.write("", id=note)
    noor.post("", id=post)
    assert [line["rows"] for line in lines()] == [{"notes": [[noor.circle, note]]}, {"posts": [[post]]}]
    shared = noor.write("c", "organiser")
    noor.write("c", "me", id=shared)
    assert lines()[-1]["taken_back"] == [[noor.circle, shared]], "who may read it changes only when its writer says so"
    changing.change(room.id, lambda change: merging.merge(change, sem.id, noor.id))
    assert lines()[-1]["merged"] == [[sem.id, noor.id]] and "people" not in lines()[-1], "nobody was erased"
    for words in (CANARY, ""):
        changing.change(room.id, lambda change, words=words: running.own_note(change, 2, words))  # type: ignore[misc]
    assert (lines()[-1]["own_notes"], lines()[-1]["steps"]) == ([2], len(live.there(room.id).run.steps))
    fatma.erase()
    assert lines()[-1]["people"] == [fatma.id]
    changing.change(room.id, erasing.erase_room)
    assert lines()[-1]["whole"] is True


def test_what_erases_nothing_writes_nothing_and_asks_nothing_more(app: Flask) -> None:
    room = make_room()
    noor = Someone(room, "Noor")
    note, post = noor.write("a"), noor.post("b")
    noor.write("a, and more", id=note)
    noor.write("a, and more", "organiser", id=note)
    noor.post("b, and more", id=post)
    assert lines() == []
    with statements() as said:
        noor.write("", id=note)
    assert len(said) == 1 and said[0].startswith("DELETE FROM notes")


def test_an_account_that_is_removed_has_a_line(app: Flask) -> None:
    with db.writing() as session:
        for email in ("noor@example.org", "sem@example.org"):
            session.add(Account(email=email, password_hash="x", admin=True, created_at=5))
    with db.writing() as session:
        accounts.remove_account(session, "noor@example.org", now())
    assert [line["account"][1] for line in lines()] == [5]
    assert erasures.path is not None and "noor" not in erasures.path.read_text()


def test_what_was_not_committed_is_taken_back(app: Flask) -> None:
    room = make_room()
    noor = Someone(room, "Noor")
    mark = erasures.mark(now())

    with db.writing() as session:
        session.execute(text(NO_MORE))
    with pytest.raises(Refused):
        noor.erase()
    with db.writing() as session:
        session.execute(text("DROP TRIGGER no_more"))
    live.let_go()
    assert noor.id in live.there(room.id).people
    assert [line["is"] for line in lines()] == ["backup", "erased", "not_erased"]
    assert erasures.since(mark) == []
    noor.erase()
    found = erasures.since(mark)
    assert found is not None and [one.people for one in found] == [[noor.id]]


ENDS_AT_THE_COMMIT = """
CREATE TABLE ends (why text);
CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.why = 'the connection' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RAISE EXCEPTION 'lock timeout' USING ERRCODE = NEW.why;
END $$;
CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON ends DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION end_it();
"""


def test_what_may_have_been_committed_is_not_taken_back(empty_postgres_url: str, tmp_path: Path) -> None:
    """A connection that ends at the commit does not say whether that came through: a line too many erases what somebody
    asked to erase, and one that is missing would bring it back."""
    database, log = Database(), Log()
    database.connect(empty_postgres_url)
    log.use(tmp_path / "log")
    mark = log.mark(1)
    with database.writing() as session:
        session.execute(text(ENDS_AT_THE_COMMIT))
    for why, error in ("the connection", Refused), ("55P03", Refused), ("23505", IntegrityError):
        with pytest.raises(error), log.noting() as note, database.writing() as session:
            note([Erasure(2, why, whole=True)])
            session.execute(text("INSERT INTO ends VALUES (:why)"), {"why": why})
    database.disconnect()
    found = log.since(mark)
    assert found is not None and [one.room for one in found] == ["the connection"]


def test_a_log_that_cannot_be_written_keeps_nobody_from_erasing(app: Flask) -> None:
    room = make_room()
    noor = Someone(room, "Noor")
    path = erasures.path
    assert path is not None
    path.mkdir()  # whatever stands in the way
    noor.erase()
    assert noor.id not in live.there(room.id).people
    assert erasures.owes == 1 and not erasures.can_be_written()
    with pytest.raises(Refused, match="cannot be written"):
        erasures.mark(now())
    path.rmdir()
    erasures.settle()
    assert erasures.owes == 0 and erasures.can_be_written()
    assert [line["is"] for line in lines()] == ["erased", "backup"]


def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Server(tmp_path, ERASURES_LOG=str(log)) as server:
        log.mkdir()  # whatever stands in the way
        noor = server.join(server.create()["code"], "Noor")
        assert server.get("/api/me", noor["token"], "DELETE").status == 204
        log.rmdir()
        server.stop()
        (line,) = log.read_text().splitlines()
        assert len(json.loads(line)["people"]) == 1


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    log = Log()
    log.use(tmp_path / "log")
    mark = log.mark(1_000_000)
    with (tmp_path / "log").open("ab") as file:
        file.write(b'{"is":"erased","at":1000')
    with log.noting() as note:
        note([Erasure(1_000_001, "a room", whole=True)])
    found = log.since(mark)
    assert found is not None and [one.room for one in found] == ["a room"]


def test_a_log_knows_which_backups_it_goes_on_after(tmp_path: Path) -> None:
    log = Log()
    log.use(tmp_path / "log")
    with log.noting() as note:
        note([Erasure(1, "long ago", whole=True), Erasure(1_000_000, "perhaps not committed yet", whole=True)])
    mark = log.mark(1_000_001)
    with log.noting() as note:
        note([Erasure(1_000_002, "after it", whole=True)])
    found = log.since(mark)
    assert found is not None and [one.room for one in found] == ["perhaps not committed yet", "after it"]
    assert log.since("another") is None
