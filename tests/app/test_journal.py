"""What changed in memory goes to disk together, is told after that, and is nowhere where it could not be stored."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from flask import Flask
from live import PATIENCE, until
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from tests.app.in_process import room, statements
from workshop import changing, live
from workshop.access import Holder
from workshop.commands.undo import Undo
from workshop.core.errors import Refused
from workshop.core.run import Next
from workshop.database import PATIENCE_SECONDS
from workshop.extensions import db
from workshop.journal import Entry, Part, journal
from workshop.models import Room
from workshop.room import room as room_value
from workshop.room.ledger import Ledger
from workshop.rooms import circles, drafts, erasing, joining, merging, real, running, writing
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer
from workshop.telling import connections, numbers, often, snapshots
from workshop.turns import Turns


def writers(made: Room, many: int) -> list[Writer]:
    ids = [changing.change(made.id, lambda change, n=n: joining.join(change, f"P{n}"))[0].id for n in range(many)]
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
    """Each by a thread of its own, in this order, while nothing can be stored; what came of each."""
    came: list[Exception | None] = [None] * len(work)

    def do(at: int) -> None:
        try:
            changing.change(made.id, work[at])
        except Exception as error:
            came[at] = error

    threads = [threading.Thread(target=do, args=(at,)) for at in range(len(work))]
    first, *others = threads
    with Held():
        first.start()
        while not journal.is_storing:
            threading.Event().wait(0.001)
        for many, thread in enumerate(others, start=1):
            thread.start()
            while journal.waiting + sum(error is not None for error in came) < many:
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
        changing.change(made.id, noting(some[0]))
    assert refused.value.code == "failed"
    assert "disk" in refused.value.detail
    assert live.newest(made.id) is live.there(made.id) is before
    assert stored(made) == []
    changing.change(made.id, noting(some[1], "later"))
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


def test_what_is_wrong_in_one_room_is_not_held_against_the_others_and_each_hears_it_by_itself(app: Flask) -> None:
    first, wrong, right = room(), room(), room()

    def entry(before: room_value.Room, **fields: object) -> Entry:
        ledger = Ledger(before, live.new_id)
        ledger.set(**fields)
        return Entry(before.id, ledger, ledger.room(), list)

    no_title = entry(live.there(wrong.id), title=None)  # which the database does not take
    assert no_title.after is not None
    built_on_it, fine = entry(no_title.after, label="Another"), entry(live.there(right.id), label="Another")
    parts: list[Part] = []

    def while_it_is_stored(_connection: object) -> None:
        parts.extend(journal.add(one) for one in (no_title, built_on_it, fine) if len(parts) < 3)

    event.listen(db.writer, "commit", while_it_is_stored)
    changing.change(first.id, lambda change: change.set(label="Another"))
    assert all(part.done.wait(PATIENCE) for part in parts)
    event.remove(db.writer, "commit", while_it_is_stored)
    assert [getattr(one.refused, "code", None) for one in (no_title, built_on_it, fine)] == ["failed", "failed", None]
    assert no_title.refused is not built_on_it.refused, "an exception that is raised keeps its traceback"
    assert [live.there(made.id).label == "Another" for made in (first, wrong, right)] == [True, False, True]
    changing.change(wrong.id, lambda change: change.set(label="Another"))
    assert live.there(wrong.id).label == "Another"


def relabelled(made: Room, waited: float = 0) -> Entry:
    """A change that has waited already, so many seconds."""
    before = live.there(made.id)
    ledger = Ledger(before, live.new_id)
    ledger.set(label="Another")
    return Entry(made.id, ledger, ledger.room(), list, since=time.perf_counter() - waited)


@contextmanager
def locked_by_another() -> Iterator[None]:
    with db.engine.connect() as other:
        other.execute(text("SELECT 1"))  # which begins a transaction that may write
        yield


def test_what_has_waited_for_those_before_it_is_tried_once_and_does_not_wait_anew(app: Flask) -> None:
    made, tries = room(), list[str]()
    entry = relabelled(made, PATIENCE_SECONDS)
    with locked_by_another():
        event.listen(db.writer, "before_cursor_execute", lambda _connection, _cursor, sql, *_: tries.append(sql))
        assert journal.add(entry).done.wait(PATIENCE)
    assert isinstance(entry.refused, Refused) and entry.refused.code == "busy"
    assert tries == ["BEGIN IMMEDIATE"]


def test_while_the_database_is_locked_each_room_is_busy_when_its_own_patience_ends(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.journal.PATIENCE_SECONDS", 600)
    made, together = room(), threading.Event()
    long, new = relabelled(room(), waited=600), relabelled(made)
    monkeypatch.setattr(journal, "_gather", together.wait)
    with locked_by_another():
        first, second = journal.add(long), journal.add(new)
        together.set()
        assert first.done.wait(PATIENCE)
        assert isinstance(long.refused, Refused) and long.refused.code == "busy"
        assert new.refused is None and not second.done.is_set()
    assert second.done.wait(PATIENCE)
    assert new.refused is None and live.there(made.id).label == "Another"


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

    changing.change(made.id, slowly)
    assert done == ["Counting", "Another"]
    assert len(stored(made)) == 1


def test_two_who_saw_one_version_do_not_both_save(app: Flask) -> None:
    made = room()
    held = live.there(made.id)
    came = all_at_once(made, [lambda change: running.command(change, Next(), held.version)] * 3)
    assert sorted(getattr(error, "code", "done") for error in came) == ["done", "stale", "stale"]
    with db.reading() as session:
        stored = session.get_one(Room, made.id)
        assert (stored.version, stored.step_index) == (held.version + 1, held.step_index + 1)


def test_what_was_made_of_a_version_that_is_no_more_is_not_saved(app: Flask) -> None:
    made = room()
    with pytest.raises(Refused) as refused, changing.changing(made.id) as change:
        running.command(change, Next(), None)
        with db.writing() as session:  # another process went on meanwhile, by three
            session.get_one(Room, made.id).version += 3
    assert refused.value.code == "busy"
    assert live.there(made.id).version == made.version + 3
    changing.change(made.id, lambda change: running.command(change, Next(), None))
    assert live.there(made.id).version == made.version + 4


def test_an_undo_that_is_refused_halfway_leaves_nothing_of_it(app: Flask) -> None:
    made = room()
    with changing.changing(made.id) as change:
        first, second = (joining.join(change, name, simulated=True)[0].id for name in ("Noor", "Sem"))
        real.take_away(change)
        erasing.erase_person(change, second)
    with statements() as said, changing.changing(made.id) as change:
        assert Undo().do_it(change) == {"undone": None}
        assert change.news == []
    assert [sql.split()[:2] for sql in said] == [["UPDATE", "rooms"]]
    held = live.there(made.id)
    assert held.people[first].removed and held.undo == []


def test_a_room_that_is_erased_takes_along_what_waits_and_takes_nothing_more(app: Flask) -> None:
    made, other = room(), room()
    some = writers(made, 2)
    changing.change(other.id, erasing.erase_room)
    came = all_at_once(made, [noting(some[0]), erasing.erase_room, noting(some[1])])
    assert [getattr(error, "code", None) for error in came] == [None, None, "closed"]
    assert stored(made) == []
    assert live.held() == []
    with pytest.raises(Refused, match="not there"):
        changing.change(made.id, noting(some[1]))


def test_a_room_with_much_to_tell_does_not_keep_another_one_waiting(app: Flask) -> None:
    told, goes_on = threading.Event(), threading.Event()
    large, small = room(), room()
    before = live.newest(large.id)

    def tell() -> None:
        told.set()
        goes_on.wait()

    part = journal.add(Entry(large.id, Ledger(before, live.new_id), before, tell))
    told.wait()
    (writer,) = writers(small, 1)
    changing.change(small.id, noting(writer))
    assert not part.done.is_set()
    assert not journal.settled(large.id, 0)
    goes_on.set()
    assert journal.settled(large.id, 5)


def test_who_waits_to_be_noted_as_here_keeps_nobody_from_writing_and_whoever_comes_then_is_noted_next(
    app: Flask,
) -> None:
    noting_it, goes_on, noted = threading.Event(), threading.Event(), list[set[int]]()
    made = room()
    (writer,) = writers(made, 1)

    def mark(_room_id: int, people: Collection[int]) -> set[int]:
        noted.append({*people})
        noting_it.set()
        goes_on.wait(PATIENCE)
        return set()

    often.collect(made.id, dots={1}, mark=mark)
    assert noting_it.wait(PATIENCE)
    try:
        changing.change(made.id, noting(writer), patience=0)
        often.collect(made.id, dots={2}, mark=mark)
    finally:
        goes_on.set()
    until(lambda: noted == [{1}, {2}])


def test_a_number_is_given_out_once_whoever_gives_it_out(app: Flask) -> None:
    made = room()
    some = [writer.person for writer in writers(made, 2)]
    with changing.changing(made.id) as change:
        some.append(joining.add_person(change, "Without").id)
    some += [writer.person for writer in writers(made, 2)]
    assert some == sorted(set(some))
    assert len(live.there(made.id).people) == 5
    drawn: list[int] = []
    for _ in range(3):  # each draft takes the place of the one before, which nobody ever saw
        with changing.changing(made.id) as change:
            drafts.redraw(change, None, mix=True, other=False)
        drawn += [group.id for group in live.there(made.id).groups]
        live.let_go()
    assert len(drawn) == len(set(drawn)) == 6
    circle = circles.new()
    assert circle not in {phone.circle for phone in live.there(made.id).phones}


def test_who_was_merged_while_a_snapshot_waited_for_its_turn_gets_that_of_whom_they_are_now(app: Flask) -> None:
    """What waits knows them as they were; it failed on somebody who is not there any more."""
    made = room()
    kept, other = writers(made, 2)
    was = Holder(made.id, "person", other.person, circle=other.circle)
    connections.holders["a line"] = was
    try:
        numbers.told.forget("a line")
        changing.change(made.id, lambda change: merging.merge(change, kept.person, other.person))
        now_is = connections.holders["a line"]
        assert now_is.person_id == kept.person
        snapshots.send_to(live.there(made.id), [(was, ["a line"])])
        assert not numbers.told.sees("a line", None), "it was told where they sit: at no table yet"
    finally:
        del connections.holders["a line"]


def test_of_snapshots_that_were_asked_for_together_one_waits_for_what_does_not_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, turns = room(), Turns()
    readers = {
        f"line {n}": Holder(made.id, "person", one.person, circle=one.circle) for n, one in enumerate(writers(made, 10))
    }
    waits, ends, said = list[bool](), list[bool](), list[str]()

    def settled(_room_id: int, patience: float) -> bool:
        waits.append(patience > 0)
        return bool(ends)

    monkeypatch.setattr(journal, "settled", settled)
    monkeypatch.setattr(snapshots, "SNAPSHOT_PATIENCE_SECONDS", 600)
    monkeypatch.setattr(snapshots, "say", lambda _stream, _message, lines: said.extend(lines))
    asked = time.monotonic()
    for line, holder in readers.items():
        turns.ask(made.id, line, partial(snapshots.snapshot, [line], holder, asked))
    until(lambda: len(said) == 10)
    assert said == list(readers)
    assert waits == [True] + [False] * 9
    snapshots.snapshot([], holder, time.monotonic())
    assert len(waits) == 10, "nobody is left to send it to"
    ends.append(True)
    waits.clear()
    asked = time.monotonic()
    for _ in range(2):  # whose turn comes late in a crowd waits for a commit all the same
        snapshots.snapshot([line], holder, asked)
    assert waits == [True, True]
