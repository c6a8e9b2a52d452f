"""The clock of the rooms: one room's trouble is not another's, and nothing that goes wrong stops it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import msgspec
import pytest
from flask import Flask
from live import PATIENCE, until
from structlog.testing import capture_logs

from workshop import changing, live, ticker
from workshop.core.errors import Refused
from workshop.core.run import Go
from workshop.extensions import db, now, one_at_a_time, room_locks
from workshop.rooms import opening, running
from workshop.rooms.change import Change
from workshop.store import due
from workshop.telling import often

MORE_THAN_ANY_SQLITE_TAKES = 300_000
KIND = "check_in"


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """Each test has a room 1, and the lock of the one before is let go a moment after its step has ended."""
    yield
    until(lambda: not ticker._in_hand)


def with_a_step_that_is_over(title: str) -> int:
    """A room that nobody has looked at since."""
    with db.writing() as session:
        wanted = opening.Wanted(title, programme="full", auto_advance=(KIND,))
        room_id = opening.open_room(session, wanted, now()).id
    kinds = [step.kind for step in live.there(room_id).run.steps]
    changing.change(room_id, lambda change: running.command(change, Go(kinds.index(KIND)), None))

    def end(change: Change) -> None:
        at = now() - 1
        change.set(clock=msgspec.to_builtins(change.value.run.clock) | {"ends_at": at}, due_at=at)

    changing.change(room_id, end)
    return room_id


def is_past_it(room_id: int) -> bool:
    """Did the step end?"""
    due_at = live.there(room_id).due_at
    return due_at is None or due_at > now()


def test_a_room_that_is_held_up_holds_up_no_clock(app: Flask) -> None:
    """Before it is given up, all others have moved on."""
    rooms = [with_a_step_that_is_over(title) for title in ("held up", "second", "third")]
    held, goes_on = threading.Event(), threading.Event()

    def hold() -> None:
        with room_locks[rooms[0]]:
            held.set()
            goes_on.wait()

    threading.Thread(target=hold, daemon=True).start()
    assert held.wait(60)
    with capture_logs() as said:
        ticker.tick()
        until(lambda: all(map(is_past_it, rooms[1:])))
        assert not said, "the first was given up before the others had their turn"
        goes_on.set()
        until(lambda: bool(ticker.tick()) and is_past_it(rooms[0]))


def that_cannot_be_read() -> int:
    """A room in which a step is over."""
    room_id = with_a_step_that_is_over("broken")
    with closing(sqlite3.connect(db.engine.url.database or "")) as other, other:
        other.execute("UPDATE rooms SET clock = 'x' WHERE id = ?", (room_id,))
    live.notice_others()
    return room_id


def test_a_step_that_cannot_be_ended_is_not_tried_at_every_look(app: Flask) -> None:
    broken = that_cannot_be_read()
    with capture_logs() as said:
        for _ in range(20):
            ticker.tick()
            until(lambda: not ticker._in_hand)
        assert 1 <= len([line for line in said if line.get("room") == broken]) <= 2
        other_room = with_a_step_that_is_over("in order")
        ticker.tick()
        until(lambda: is_past_it(other_room))


def test_what_cannot_be_counted_is_not_tried_again_where_nobody_is(app: Flask) -> None:
    """Each time it holds the room's lock until the database has answered."""
    broken = that_cannot_be_read()
    with capture_logs() as said:
        until(lambda: broken not in often._counting)
        others = {*threading.enumerate()}
        often.count_soon(broken)
        until(lambda: said)
        until(lambda: others.issuperset(threading.enumerate()), patience=10)


def test_any_number_of_rooms_can_be_asked_for(app: Flask) -> None:
    room_id = with_a_step_that_is_over("one of many")
    with db.reading() as session:
        assert due.revisions(session, range(MORE_THAN_ANY_SQLITE_TAKES)).keys() == {room_id}
        assert due.whose(session, range(MORE_THAN_ANY_SQLITE_TAKES)).keys() == {room_id}


def failing(*errors: Exception) -> Callable[[], None]:
    """Fails so often, and then does it."""
    left = list(errors)

    def do() -> None:
        if left:
            raise left.pop(0)

    return do


def test_what_takes_long_or_fails_stops_nothing_else(app: Flask) -> None:
    begun, goes_on = threading.Semaphore(0), threading.Event()

    def takes_long() -> None:
        begun.release()
        goes_on.wait()

    fails, done = failing(Refused("busy", ""), ValueError()), threading.Event()
    with capture_logs() as said:
        one_at_a_time(takes_long)
        assert begun.acquire(timeout=2 * PATIENCE)
        one_at_a_time(takes_long)
        for times in range(3):
            one_at_a_time(fails)
            until(lambda times=times: len(said) == min(times + 1, 2))  # type: ignore[misc]
        one_at_a_time(done.set)
        assert done.wait(60) and not begun.acquire(blocking=False), "it is not begun twice"
        goes_on.set()
    assert [(line["event"], line.get("code")) for line in said] == [("not done yet", "busy"), ("not done", None)]
