"""A task that cannot be started, as when a machine has no thread left, is started by whoever asks next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from live import PATIENCE

from tests.app.in_process import room
from workshop import live, sockets
from workshop.access import Holder
from workshop.extensions import socketio
from workshop.journal import Entry, Journal
from workshop.room.ledger import Ledger
from workshop.room.room import Room
from workshop.telling import forgetting, often, snapshots
from workshop.turns import Turns
from workshop.web.mailing import Outgoing

Start = Callable[..., Any]


class NoThread:
    """Starts no task where one of these is asked for (the first is 0), and every other as usual."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *fails: int) -> None:
        self._start, self._fails, self._asked = socketio.start_background_task, fails, 0
        monkeypatch.setattr(socketio, "start_background_task", self)

    def __call__(self, *what: Any) -> object:
        self._asked += 1
        if self._asked - 1 in self._fails:
            raise RuntimeError("can't start new thread")
        return self._start(*what)


def entry(made: Room, told: list[str]) -> Entry:
    return Entry(made.id, Ledger(made, live.new_id), made, lambda: told.append("told"))


def test_a_change_that_nobody_could_be_found_to_store_holds_up_none_after_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, journal, told = live.there(room().id), Journal(), list[str]()
    NoThread(monkeypatch, 0)
    with pytest.raises(RuntimeError):
        journal.add(entry(made, told))
    assert journal.waiting == 0 and journal.settled(made.id, 0)
    assert journal.add(entry(made, told)).done.wait(PATIENCE)
    assert told == ["told"]


def test_a_change_that_nobody_could_be_found_to_tell_is_told_and_answered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, journal, told = live.there(room().id), Journal(), list[str]()
    NoThread(monkeypatch, 1)
    assert journal.add(entry(made, told)).done.wait(PATIENCE)
    assert journal.add(entry(made, told)).done.wait(PATIENCE)
    assert told == ["told"] * 2


turns, outgoing = Turns(), Outgoing()
ASKED: dict[str, Callable[[Room], object]] = {
    "a turn": lambda made: turns.ask(made.id, "this", list),
    "people and wall": lambda made: often.collect(made.id, notices=True),
    "progress": lambda made: often.count_soon(made.id),
    "snapshots": lambda made: snapshots.start_afresh(made, [f"line {n}" for n in range(20)]),
    "a snapshot": lambda made: sockets._ask("a line of its own", Holder(made.id, "leader"), None),  # type: ignore[arg-type]
    "a mail": lambda made: outgoing.later(lambda: pytest.fail("nobody sends it")),
}


@pytest.mark.parametrize("what", ASKED)
def test_what_could_not_be_begun_is_begun_when_it_is_asked_for_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    made, ask, begun = live.there(room().id), ASKED[what], list[object]()
    with monkeypatch.context() as patched:
        NoThread(patched, 0)
        with pytest.raises(RuntimeError):
            ask(made)
    monkeypatch.setattr(socketio, "start_background_task", lambda task, *_: begun.append(task))
    ask(made)
    forgetting.forget_told(made.id)
    assert len(begun) == 1
