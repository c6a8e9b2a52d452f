"""Work that takes much of the machine: a few at a time, kept while nothing changes, gone with its room."""

from __future__ import annotations

import itertools
import os
import selectors
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask import Flask
from live import Server, fetch, until

from tests.app.test_web import cookie
from workshop import changing
from workshop.core.errors import Refused
from workshop.extensions import Kept, Queue, db, now, prints
from workshop.models import Room
from workshop.rooms import erasing, opening
from workshop.telling import forgetting
from workshop.web import printing

ROOT = Path(__file__).parents[2]


def children(pid: int) -> set[int]:
    """The processes that this one started and that run still."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(parent) == pid and state != "Z":
                found.add(int(folder.name))
    return found


class Children:
    """Watches which processes a server starts; a context manager."""

    def __init__(self, server: Server) -> None:
        assert server.process is not None
        self.pid, self.most = server.process.pid, 0
        self.all: set[int] = set()
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            found = children(self.pid)
            self.most, self.all = max(self.most, len(found)), self.all | found

    def __enter__(self) -> Children:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()


def test_one_at_a_time_and_a_few_wait() -> None:
    queue, at_work, go_on = Queue(at_once=1, waiting=2, each=3, patience=20), [], threading.Event()
    together: list[int] = []

    def work(asker: str) -> str:
        with queue.turn(asker):
            at_work.append(asker)
            together.append(len(at_work))
            go_on.wait(20)
            at_work.remove(asker)
        return asker

    with ThreadPoolExecutor(8) as pool:
        inside = [pool.submit(work, asker) for asker in "abc"]
        until(lambda: queue._askers.total() == 3)
        with pytest.raises(Refused) as refused, queue.turn("d"):
            pass
        go_on.set()
        assert [one.result() for one in inside] == ["a", "b", "c"]
    assert refused.value.code == "busy" and together == [1, 1, 1] and not queue._askers


def test_no_asker_takes_all_the_places() -> None:
    queue = Queue(at_once=4, waiting=0, each=2, patience=20)
    with queue.turn("a"), queue.turn("a"):
        with pytest.raises(Refused), queue.turn("a"):
            pass
        with queue.turn("b"):
            pass


def test_who_went_away_and_what_went_wrong_free_their_place() -> None:
    queue, there = Queue(at_once=1, waiting=1, each=9, patience=20), True

    def wait() -> None:
        with queue.turn("b", lambda: there):
            pass

    with ThreadPoolExecutor(1) as pool, queue.turn("a"):
        waiting = pool.submit(wait)
        until(lambda: queue._askers["b"])
        there = False
        assert isinstance(waiting.exception(20), Refused)
        assert not queue._askers["b"]
    with pytest.raises(ZeroDivisionError), queue.turn("a"):
        raise ZeroDivisionError
    with queue.turn("a"):
        pass


def test_what_is_kept_is_bounded_and_of_just_this() -> None:
    kept = Kept(most=10)
    kept.keep(1, "of this", b"12345")
    assert kept.find(1, "of this") == b"12345" and kept.find(1, "of that") is None and kept.find(2, "of this") is None
    kept.keep(1, "of that", b"1234")
    assert kept.find(1, "of this") is None, "one for each room"
    kept.keep(2, "of this", b"1234567")
    assert kept.rooms() == [2]
    kept.keep(3, "of this", b"x" * 11)
    assert kept.rooms() == [], "more than there may be is not kept at all"


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_link_prints_one_set_at_a_time_and_the_same_one_once(tmp_path: Path, mode: str) -> None:
    with Server(tmp_path, ASYNC_MODE=mode) as server:
        made = server.create()
        address, leader = f"{server.url}/lead/{made['code']}/print.pdf", {"Cookie": cookie(fetch(made["lead_url"]))}

        def printed(tables: int) -> tuple[int, str | None, bytes]:
            answer = fetch(f"{address}?tables={tables}", headers=leader)
            return answer.status, answer.headers.get("Retry-After"), answer.body

        with ThreadPoolExecutor(8) as pool:
            with Children(server) as first:
                answers = list(pool.map(printed, [2] * 8))
            sets = [body for status, _, body in answers if status == 200]
            assert sets and set(sets) == {sets[0]} and sets[0].startswith(b"%PDF")
            assert {(status, wait) for status, wait, _ in answers} <= {(200, None), (503, "5")}
            assert len(first.all) == first.most == 1
            with Children(server) as again:
                assert printed(2)[2] == sets[0]
            assert not again.all, "nothing changed, so nothing is made"
            more = itertools.count(3)
            with Children(server) as others:
                statuses = [status for status, _, _ in pool.map(printed, itertools.islice(more, 8))]
                assert 200 in statuses
                # On a slow machine those who wait are told to come again; they are served then.
                until(lambda: statuses.count(200) >= 3 or statuses.append(printed(next(more))[0]))
            assert statuses.count(200) == len(others.all) and others.most == 1
            assert statuses.count(503) == len(statuses) - len(others.all)


def test_who_goes_away_while_waiting_frees_the_place(own_server: Server) -> None:
    made = own_server.create()
    leader = cookie(fetch(made["lead_url"]))
    path = f"/lead/{made['code']}/print.pdf"

    tables = itertools.count(40)

    def turned_away(asking: ExitStack, answers: selectors.BaseSelector) -> bool:
        """More ask at one moment than a quick machine makes meanwhile; who is not turned away at once waits. A slow one
        answers later."""
        for _ in range(6):
            one = asking.enter_context(socket.create_connection(("127.0.0.1", own_server.port)))
            request = f"GET {path}?tables={next(tables)} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {leader}\r\n\r\n"
            one.sendall(request.encode())
            answers.register(one, selectors.EVENT_READ)
        answered = [key.fileobj for key, _ in answers.select(5)]
        for one in answered:
            answers.unregister(one)
        return any(b" 503 " in one.recv(64) for one in answered)  # type: ignore[union-attr]

    with ExitStack() as asking, selectors.DefaultSelector() as answers:
        until(lambda: turned_away(asking, answers))
    until(lambda: fetch(f"{own_server.url}{path}?tables=1", headers={"Cookie": leader}).status == 200)


def test_a_set_being_made_ends_with_the_server(own_server: Server) -> None:
    made = own_server.create()
    leader = {"Cookie": cookie(fetch(made["lead_url"]))}
    assert own_server.process is not None
    pid = own_server.process.pid
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(fetch, f"{own_server.url}/lead/{made['code']}/print.pdf?tables=60", headers=leader)
        making = until(lambda: children(pid))
        own_server.kill()
        assert asking.exception(20) is not None
    until(lambda: not any(os.path.exists(f"/proc/{child}") for child in making))
    own_server.start()


def room() -> Room:
    """A room on the table."""
    with db.writing() as session:
        return opening.open_room(session, opening.Wanted("Printing"), now())


def test_a_kept_set_does_not_outlive_its_room(app: Flask) -> None:
    here, elsewhere, meanwhile = room(), room(), room()
    with app.test_request_context():
        for one in (here, elsewhere):
            printing.printed(one, "http://x", 1)
    assert prints.rooms() == [here.id, elsewhere.id]
    with changing.changing(here.id) as change:
        erasing.erase_room(change)
    assert prints.rooms() == [elsewhere.id]
    with db.writing() as session:  # another process did it
        session.delete(session.get_one(Room, elsewhere.id))
    forgetting.forget_the_gone()
    assert prints.rooms() == []
    with db.writing() as session:  # while it was made
        session.delete(session.get_one(Room, meanwhile.id))
    with app.test_request_context(), pytest.raises(Refused, match="not there"):
        printing.printed(meanwhile, "http://x", 1)
    assert prints.rooms() == []


def test_a_page_is_made_in_the_loop_and_beside_it_and_neither_waits_for_ever() -> None:
    """Templates and the names of days and months are kept behind a lock, which eventlet's threads could not share."""
    script = """if True:
        import sys
        from workshop import __main__ as entry
        aside = entry._eventlet()["aside"]
        import eventlet
        from babel import localedata
        from jinja2 import DictLoader, Environment
        sys.setswitchinterval(1e-6)
        pages = Environment(loader=DictLoader({str(n): "page" for n in range(9)}))
        def make(turns):
            for turn in range(turns):
                pages.get_template(str(turn % 9))
                localedata.load("nl")
            return turns
        beside = [eventlet.spawn(aside, make, 10_000) for _ in range(3)]
        eventlet.sleep(0)
        print(make(10_000), *(one.wait() for one in beside))
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.stdout.split() == ["10000"] * 4 and not done.stderr, done.stderr
