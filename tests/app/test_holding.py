"""The connection that holds the rooms of a process: whatever happens, it is soon there again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask
from live import PATIENCE, ROOT, until
from structlog.testing import capture_logs

from workshop.database import Database
from workshop.extensions import Aside
from workshop.holding import Holding

WAITS = """if True:
    import os, resource, socket, sys
    from workshop import __main__ as entry

    entry._allow_many_lines()
    wait = getattr(entry, f"_{sys.argv[1]}")()["select"]
    one, other = socket.socketpair()
    high = socket.socket(fileno=os.dup2(one.fileno(), 1500))
    assert wait([high], [], [], 0.001) == ([], [], [])
    assert wait([], [high], [], 60) == ([], [high], [])
    other.send(b".")
    assert wait([high], [], [], 60) == ([high], [], [])
    high.recv(1)
    other.close()
    assert wait([high], [], [], 60) == ([high], [], []), "that it has ended is heard too"
    assert wait([], [], [], 0.001) == ([], [], [])
"""


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_connection_beyond_a_thousand_files_is_waited_for(mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAITS, mode], cwd=ROOT, capture_output=True, text=True, timeout=2 * PATIENCE
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def held(app: Flask, empty_postgres_url: str) -> Iterator[Holding]:
    """What a process holds on a database of its own, without its threads."""
    database, holding = Database(), Holding()
    database.connect(empty_postgres_url)
    holding.begin(database)
    yield holding
    database.disconnect()
    for end in (holding._bell, holding._heard, holding._caller, holding._called):
        end.close()


def thread(never_returns: Callable[[], None]) -> threading.Thread:
    """One that ends when a `SystemExit` comes to it all the same."""

    def run() -> None:
        with suppress(SystemExit):
            never_returns()

    begun = threading.Thread(target=run, daemon=True)
    begun.start()
    return begun


def test_what_cannot_be_done_keeps_nothing_else_from_being_done(held: Holding) -> None:
    done = threading.Event()
    with capture_logs() as said:
        hears = thread(held.hear)
        held._do(int, "not a number")
        held._do(done.set)
        held._do(sys.exit)
        hears.join(60)
    assert done.is_set() and [line["event"] for line in said] == ["what other processes say was not heeded"]


def test_whatever_goes_wrong_the_connection_comes_back(held: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    before, waits, ends = held._line.info.backend_pid, Aside.select, threading.Event()
    failing = [ZeroDivisionError(), KeyError()]

    def wait(*what: object) -> object:
        if ends.is_set():
            raise SystemExit
        if failing:
            raise failing.pop()
        return waits(*what)

    monkeypatch.setattr(Aside, "select", staticmethod(wait))
    with capture_logs() as said:
        goes_on = thread(held.go_on)
        until(lambda: not goes_on.is_alive() or (held.welcomes and held._line.info.backend_pid != before), 60)
        assert goes_on.is_alive() and not failing
        ends.set()
        goes_on.join(60)
    assert "the rooms could not be held" in [line["event"] for line in said]
