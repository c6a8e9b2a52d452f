"""What changed in memory goes to disk together, is told after that, and is nowhere where it could not be stored."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from tests.app.in_process import room, statements
from workshop import announce, live
from workshop.core.errors import Refused
from workshop.extensions import db
from workshop.models import Room
from workshop.rooms import circles, joining, wall, writing
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer


def writers(made: Room, many: int) -> list[Writer]:
    ids = [announce.change(made.id, lambda change, n=n: joining.join(change, f"P{n}"))[0].id for n in range(many)]
    held = live.there(made.id)
    return [Writer(id, held.phones_of(id)[0].circle) for id in ids]


def noting(writer: Writer, words: str = "a line", id: str | None = None) -> Callable[[Change], None]:
    id = id or str(uuid.uuid4())
    return lambda change: writing.note(change, writer, id, "tip", words, "me", None)


def stored(made: Room) -> list[str]:
    with db.reading() as session:
        return list(session.execute(text("SELECT text FROM notes WHERE room_id = :id"), {"id": made.id}).scalars())


class Held:
    """Nothing is stored as long as the database is held by somebody else."""

    def __enter__(self) -> None:
        self._writing = db.writing()
        self._writing.__enter__()

    def __exit__(self, *_: object) -> None:
        self._writing.__exit__(None, None, None)


@contextmanager
def full_once() -> Iterator[None]:
    """The first row that is to be inserted finds no place on the disk."""
    fails = [True]

    def fail(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if fails and sql.startswith("INSERT"):
            fails.clear()
            raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    event.listen(db.writer, "before_cursor_execute", fail)
    yield
    event.remove(db.writer, "before_cursor_execute", fail)


def all_at_once(made: Room, work: list[Callable[[Change], None]]) -> list[Exception | None]:
    """Each by a thread of its own, while nothing can be stored; what came of each."""
    came: list[Exception | None] = [None] * len(work)

    def do(at: int) -> None:
        try:
            announce.change(made.id, work[at])
        except Exception as error:
            came[at] = error

    threads = [threading.Thread(target=do, args=(at,)) for at in range(len(work))]
    first, *others = threads
    with Held():
        first.start()
        while not announce.journal.is_storing:
            threading.Event().wait(0.001)
        for thread in others:
            thread.start()
        while announce.journal.waiting < len(others):
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    return came


def test_what_waits_together_is_one_commit(app: Flask) -> None:
    made = room()
    some = writers(made, 20)
    commits: list[object] = []
    event.listen(db.writer, "commit", lambda connection: commits.append(connection))
    with statements() as said:
        came = all_at_once(made, [noting(writer) for writer in some])
    assert came == [None] * 20
    assert len(stored(made)) == 20
    assert len(commits) == 3, "of who held the database, of the first note, of all that came meanwhile"
    assert [sql.split()[0] for sql in said] == ["INSERT", "INSERT"]


def test_what_was_written_twice_before_it_is_stored_is_there_once(app: Flask) -> None:
    made = room()
    (writer,) = writers(made, 1)
    id = str(uuid.uuid4())
    other = noting(writer, "other")
    came = all_at_once(made, [other, *(noting(writer, words, id) for words in ("a", "b", "c"))])
    assert came == [None] * 4
    held = live.there(made.id).notes[writer.circle, id].text
    assert held in "abc"
    assert sorted(stored(made)) == sorted(["other", held])


def test_what_cannot_be_stored_is_nowhere_and_what_comes_after_it_is_kept(app: Flask) -> None:
    made = room()
    some = writers(made, 3)
    before = live.there(made.id)
    with full_once(), pytest.raises(Refused) as refused:
        announce.change(made.id, noting(some[0]))
    assert refused.value.code == "failed"
    assert "disk" in refused.value.detail
    assert live.newest(made.id) is live.there(made.id) is before
    assert stored(made) == []
    announce.change(made.id, noting(some[1], "later"))
    assert stored(made) == [note.text for note in live.there(made.id).notes] == ["later"]


def test_what_was_built_on_something_that_could_not_be_stored_is_made_anew(app: Flask) -> None:
    made = room()
    some = writers(made, 4)
    with full_once():
        came = all_at_once(made, [noting(writer, writer.circle) for writer in some])
    lost = [writer.circle for writer, error in zip(some, came, strict=True) if error is not None]
    assert lost == [some[0].circle]
    kept = {writer.circle for writer in some[1:]}
    assert set(stored(made)) == {note.text for note in live.there(made.id).notes} == kept


def test_a_room_that_somebody_else_wrote_to_is_read_again_before_anything_is_stored(app: Flask) -> None:
    made = room()
    some = writers(made, 2)
    done: list[str] = []

    def slowly(change: Change) -> None:
        if not done:
            with db.writing() as session:
                session.execute(text("UPDATE rooms SET title = 'Another' WHERE id = :id"), {"id": made.id})
            live.let_go({made.id})
        done.append(change.value.title)
        noting(some[0])(change)

    announce.change(made.id, slowly)
    assert done == ["Counting", "Another"]
    assert len(stored(made)) == 1


def test_a_use_case_that_asks_for_rows_is_done_with_rows(app: Flask) -> None:
    made = room()
    some = writers(made, 2)
    line, title = str(uuid.uuid4()), "a title"

    def both(change: Change) -> str:
        wall.post(change, some[0], line, "snags", "one", False)
        assert change.session is not None
        return title

    assert announce.change(made.id, both) == title
    assert live.there(made.id).posts[line].text == "one"


def test_a_number_is_given_out_once_whoever_gives_it_out(app: Flask) -> None:
    made = room()
    some = [writer.person for writer in writers(made, 2)]
    with announce.changing(made.id) as change:
        some.append(joining.add_person(change, "Without").id)
    some += [writer.person for writer in writers(made, 2)]
    assert some == sorted(set(some))
    assert len(live.there(made.id).people) == 5
    circle = circles.new()
    assert circle not in {phone.circle for phone in live.there(made.id).phones}
