"""Several processes on one PostgreSQL, and each room held by one of them (R15)."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import socketio
from faults.cluster import OF_ROOMS, cluster, held_twice, watch_writes
from faults.conftest import FAULTY, Room, plant
from faults.figures import size
from faults.phone import Crowd, Phone, end, eventually, play
from faults.proxy import Proxy
from faults.test_time import further, look
from faults.test_writing import lost, stored, write_on
from live import PATIENCE, Line, Server, until
from socketio.exceptions import ConnectionError as NotIn
from sqlalchemy import make_url, text

from workshop.handing import STAYS_SECONDS
from workshop.store.others import tell_holders

Two = tuple[Server, Server]
NOTE = {"prompt": "tip", "visibility": "me"}
CONFLICT = "others wrote to what was changed here"


SECRET = "the secret of both of them"


@contextmanager
def together(folder: Path, *urls: str, silent: bool = True) -> Iterator[Two]:
    """Two processes on one database, each by a way of its own to it; afterwards no room was held twice."""
    one, two = (
        Server(folder / name, DATABASE_URL=url, SECRET_KEY=SECRET, PGAPPNAME=name, silent=silent)
        for name, url in zip(("one", "two"), urls, strict=True)
    )
    with two:
        watch_writes(two)
        with one:
            yield one, two
        assert held_twice(two) == []


PAUSE = size(1, 20) * 0.3
"""Seconds between two lines of one phone. At full size 1,200 phones write 200 a second: they, the processes and
PostgreSQL share two cores."""


@pytest.fixture
def two(tmp_path: Path, empty_postgres_url: str) -> Iterator[Two]:
    """Two processes on one database."""
    with together(tmp_path, empty_postgres_url, empty_postgres_url) as both:
        yield both


def holder(server: Server, code: str) -> int | None:
    """By PostgreSQL's own word, which of its sessions has the lock of a room."""
    asked = text(
        f"SELECT pid FROM pg_locks JOIN rooms ON objid = rooms.id WHERE {OF_ROOMS} AND granted AND code = :code"
    )
    with server.database.reading() as session:
        found: int | None = session.scalar(asked, {"code": code})
        return found


def comes_in(server: Server, token: str, code: str) -> Line:
    """By a way on which a proxy saw this code; as often as it takes, as phones do."""

    def line() -> Line | None:
        with suppress(NotIn):
            return Line(server, token, by_code=code)
        return None

    return until(line)  # type: ignore[no-any-return]


def with_a_note(server: Server) -> tuple[Room, Line]:
    """A room that this process holds, and the line of somebody in it who wrote."""
    room = Room(server, 3)
    line = comes_in(server, room.joined[0]["token"], room.code)
    assert line.note(**NOTE, text="before")["ok"]
    return room, line


def refusal(server: Server, auth: dict[str, str]) -> dict[str, Any]:
    """What a refused connection is told."""
    told: list[dict[str, Any]] = []
    client = socketio.Client(reconnection=False, request_timeout=PATIENCE)
    client.on("connect_error", told.append)
    with pytest.raises(NotIn):
        client.connect(server.url, auth=auth, transports=["websocket"])
    return until(lambda: told)[0]  # type: ignore[no-any-return]


def away(line: Line) -> bool:
    """Was it closed by the server, so that its client comes back?"""
    return not line.open


def nothing_was_written_by_two(two: Two) -> bool:
    """No process made a change to a room that another one had changed."""
    return not any(CONFLICT in server.said.read_text() for server in two)


def test_r15_a_room_goes_where_its_requests_come_and_takes_everything_along(two: Two) -> None:
    one, other = two
    room = Room(one, 3)
    before = [comes_in(one, p["token"], room.code) for p in room.joined]
    assert all(line.note(**NOTE, text=f"before {n}")["ok"] for n, line in enumerate(before))
    held = holder(one, room.code)
    after = [comes_in(other, p["token"], room.code) for p in room.joined]
    until(lambda: all(map(away, before)))
    assert holder(one, room.code) not in (None, held), "by another session"
    assert [line.snapshot["group"] for line in after] == [line.snapshot["group"] for line in before], "and their seats"
    assert [[n["text"] for n in line.snapshot["notes"]] for line in after] == [[f"before {n}"] for n in range(3)]
    assert after[0].note(**NOTE, text="after")["ok"]
    assert sorted(stored(one).values()) == ["after", "before 0", "before 1", "before 2"]
    for line in (*before, *after):
        line.close()
    assert nothing_was_written_by_two(two)


@pytest.mark.parametrize("by_code", [None, "00000000"], ids=["no code", "another code"])
def test_r15_nobody_takes_a_room_from_those_who_are_in_it_by_coming_another_way(two: Two, by_code: str | None) -> None:
    one, other = two
    room = Room(one, 3)
    line = comes_in(one, room.joined[0]["token"], room.code)
    since = time.monotonic()
    until(lambda: time.monotonic() > since + STAYS_SECONDS)  # from now on it would go, if it were asked well
    for _ in range(3):
        with pytest.raises(NotIn):
            Line(other, room.joined[1]["token"], by_code=by_code)
    assert refusal(other, {"token": room.joined[1]["token"]})["data"] == {"code": "busy"}
    assert other.get("/api/me", room.joined[1]["token"]).status == 200, "who only looks is welcome everywhere"
    assert other.get("/api/me/passes", room.joined[1]["token"], "POST").status == 503
    assert line.say("clock")["ok"] and line.open, "whoever is in notices nothing"
    after = comes_in(other, room.joined[1]["token"], room.code)
    for one_line in (line, after):
        one_line.close()


def test_r15_another_process_has_the_rooms_of_one_that_was_killed(two: Two) -> None:
    one, other = two
    room, line = with_a_note(one)
    one.kill()
    after = comes_in(other, room.joined[0]["token"], room.code)
    assert [n["text"] for n in after.snapshot["notes"]] == ["before"]
    assert after.note(**NOTE, text="after")["ok"]
    line.close()
    after.close()
    one.start()


def test_r15_who_loses_the_connection_holds_nothing_and_takes_it_anew(two: Two) -> None:
    """PostgreSQL ended it, and nobody wrote: whoever is in the room notices nothing, and misses nothing."""
    one, _ = two
    room, line = with_a_note(one)
    leader = comes_in(one, room.made["lead_token"], room.code)
    session, counted = holder(one, room.code), line.say("clock")["seq"]
    assert session is not None
    terminate(one, session)
    until(lambda: holder(one, room.code) not in (None, session))
    assert line.note(**NOTE, text="after")["ok"]
    assert line.say("clock")["seq"] == counted, "nothing that was told was forgotten"
    leader.wait("progress", lambda progress: progress["wrote"] == 1)
    again = comes_in(one, room.joined[0]["token"], room.code)
    assert sorted(n["text"] for n in again.snapshot["notes"]) == ["after", "before"] and line.open and leader.open
    for one_line in (line, leader, again):
        one_line.close()


def test_r15_who_lost_the_connection_while_another_wrote_sends_everyone_for_the_news(two: Two) -> None:
    one, _ = two
    room, line = with_a_note(one)
    session = holder(one, room.code)
    with one.database.engine.begin() as connection:
        connection.execute(text("UPDATE rooms SET revision = revision + 1 WHERE code = :code"), {"code": room.code})
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": session})
    until(lambda: away(line))
    again = comes_in(one, room.joined[0]["token"], room.code)
    assert [n["text"] for n in again.snapshot["notes"]] == ["before"]
    assert again.note(**NOTE, text="after")["ok"]
    assert holder(one, room.code) not in (None, session)
    for one_line in (line, again):
        one_line.close()


def test_r15_who_slept_and_does_not_know_it_writes_nothing(two: Two) -> None:
    """A process that stands still says nothing to PostgreSQL, which gives its rooms to others. When it goes on it
    believes that it holds them."""
    one, other = two
    room, line = with_a_note(one)
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        after = comes_in(other, room.joined[1]["token"], room.code)
        line.say_into_the_dark("note", **NOTE, id="6f1c8f5e-2c1e-4a2f-9b0a-1f6f0c7f9a01", text="by one that slept")
    finally:
        os.kill(one.process.pid, signal.SIGCONT)
    until(lambda: away(line))
    assert after.note(**NOTE, text="after")["ok"]
    assert sorted(stored(one).values()) == ["after", "before"]
    for one_line in (line, after):
        one_line.close()


def test_r15_who_is_too_busy_to_say_a_word_keeps_its_rooms(tmp_path: Path, empty_postgres_url: str) -> None:
    """A loop in which a whole house comes in at one moment has no turn for anything else, for longer than PostgreSQL
    waits for a word. Nobody is cut for that (R18)."""
    fault = str(tmp_path / "fault")
    with Server(tmp_path, program=(FAULTY,), DATABASE_URL=empty_postgres_url, FAULT=fault) as one:
        room, line = with_a_note(one)
        session = holder(one, room.code)
        plant(one, "stall")
        assert line.say("clock")["ok"]
        assert line.note(**NOTE, text="after")["ok"] and line.open
        assert holder(one, room.code) == session
        line.close()


def says_nothing(server: Server) -> bool:
    """For half a second."""
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=0.5):
            return False
    except TimeoutError:
        return True


def test_r16_who_is_too_busy_to_leave_is_gone_all_the_same(
    tmp_path: Path, empty_postgres_url: str, figure: Callable[..., None]
) -> None:
    """Thousands of phones that go away at one moment give a loop work for longer than an operator waits."""
    fault = str(tmp_path / "fault")
    with Server(tmp_path, program=(FAULTY,), DATABASE_URL=empty_postgres_url, FAULT=fault) as one:
        _, line = with_a_note(one)
        plant(one, "spin")
        line.say_into_the_dark("clock")
        until(lambda: says_nothing(one))
        since = time.monotonic()
        assert one.stop() == 0
        figure("exit after SIGTERM, too busy for anything", time.monotonic() - since, 5, "s", "a loop that never rests")
        line.close()
        plant(one, "")
        one.start()


def test_r15_a_step_of_a_room_that_nobody_holds_ends(two: Two) -> None:
    one, other = two
    room = Room(one, 3)
    line = comes_in(one, room.joined[0]["token"], room.code)
    one.kill()
    before = look(other, [room.code])
    other.let_end({room.code: int(time.time() * 1000) - 500})
    until(lambda: look(other, before) == further(before), 2 * 2)
    line.close()
    one.start()


def test_r15_who_leaves_hands_over_and_nobody_is_refused(two: Two) -> None:
    one, other = two
    rooms = [Room(one, 3) for _ in range(3)]
    lines = [comes_in(one, p["token"], room.code) for room in rooms for p in room.joined]
    assert one.stop() == 0
    until(lambda: all(map(away, lines)))
    for room in rooms:
        assert holder(other, room.code) is None
        for person in room.joined:
            Line(other, person["token"], by_code=room.code).close()
    for line in lines:
        line.close()
    one.start()
    assert nothing_was_written_by_two(two)


def test_r15_what_a_command_writes_is_seen_by_who_holds_the_room(two: Two) -> None:
    one, other = two
    room = Room(one, 3)
    leader = comes_in(one, room.made["lead_token"], room.code)
    assert other.workshop("export", room.code, "--format", "csv").returncode == 0
    leader.wait("trail")
    assert leader.do("next")["ok"] and leader.open
    leader.close()
    assert other.workshop("erase", room.code, "--yes").returncode == 0
    until(lambda: one.get(f"/api/rooms/{room.code}").status == 404)


def test_r15_what_others_wrote_before_a_change_here_is_told_all_the_same(two: Two) -> None:
    """The holder's own change finds that somebody else was first, and is made anew; only then does it hear of it."""
    one, _ = two
    room = Room(one, 3)
    leader = comes_in(one, room.made["lead_token"], room.code)
    with one.database.engine.begin() as others:
        found = others.execute(
            text("UPDATE rooms SET revision = revision + 1 WHERE code = :code RETURNING id, revision"),
            {"code": room.code},
        ).one()
        others.execute(
            text("INSERT INTO trail (room_id, at, did, by) VALUES (:id, :at, 'reflections', 'server')"),
            {"id": found.id, "at": int(time.time() * 1000)},
        )
    leader.do("next")
    with one.database.engine.begin() as others:
        tell_holders(others, [(found.id, found.revision)])
    assert len(leader.wait("trail")) == 1
    leader.close()


def refuses(server: Server) -> bool:
    """Does nobody listen there, or somebody who says to ask another one? Whoever does not answer may yet."""
    request = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.2)
    try:
        request.request("GET", "/healthz")
        return request.getresponse().status == 503
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        request.close()


class Door:
    """Whether one process lets people in, as a proxy knows it: asked aside, and not for each who comes."""

    def __init__(self, server: Server) -> None:
        self.server, self.is_shut, self._asked_at = server, False, 0.0

    def ask(self) -> None:
        """Asks again, if that is some time ago."""
        if time.monotonic() - self._asked_at > 0.1:
            self._asked_at = time.monotonic()
            threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        self.is_shut = refuses(self.server)


class Ways:
    """What a proxy does with the connections of one room: to the process they hash to or, while nobody listens there,
    to the other one."""

    def __init__(self, first: Door, second: Door) -> None:
        self.doors = first, second

    @property
    def port(self) -> int:
        """Where the next one goes."""
        for door in self.doors:
            door.ask()
        return next((door for door in self.doors if not door.is_shut), self.doors[0]).server.port


class Routed(Phone):
    """A phone behind such a proxy."""

    ways: Ways

    @property
    def port(self) -> int:
        return self.ways.port

    @port.setter
    def port(self, _: int) -> None:
        pass


def behind(ways: Ways, phones: list[Phone]) -> list[Phone]:
    """These phones behind the proxy."""
    for phone in phones:
        phone.__class__ = Routed
        phone.ways = ways  # type: ignore[attr-defined]
    return phones


def waited(phones: list[Phone]) -> float:
    """How long it took, at most, from a line that was gone to the next snapshot; in seconds. Nothing, if none was."""
    back = (
        (min((came - gone for came in phone.came_back if came > gone), default=float("inf")))
        for phone in phones
        for gone in phone.noticed
    )
    return max(back, default=0.0)


@pytest.mark.timeout(size(600, 1800))  # servers are started five times, and each start takes seconds
def test_r15_rooms_go_from_process_to_process_under_load(two: Two, figure: Callable[..., None]) -> None:
    one, _ = two
    crowds = shared_out(two)

    async def upgraded(server: Server, crowd: Crowd) -> None:
        assert await asyncio.to_thread(server.stop) == 0
        await crowd.all_fresh()
        await asyncio.to_thread(server.start)
        await crowd.all_fresh()

    async def scene() -> list[Phone]:
        async with Crowd([phone for crowd in crowds for phone in crowd]) as crowd:
            writers = [asyncio.create_task(write_on(phone, 3, PAUSE)) for phone in crowd.phones]
            for _ in range(size(1, 10)):
                for server in two:
                    await upgraded(server, crowd)
            lines = {phone: len(phone.noticed) for phone in crowd.phones if phone.port == one.port}
            one.kill()
            await eventually(lambda: all(len(phone.noticed) > before for phone, before in lines.items()))
            await crowd.all_fresh()
            await asyncio.to_thread(one.start)
            for session in sessions(one):
                await asyncio.to_thread(terminate, one, session)
            await asyncio.sleep(1)
            await crowd.all_fresh()
            await end(writers)
            await crowd.all_saved()
            return crowd.phones

    phones = play(scene())
    how = nothing_is_lost(one, phones, figure, "each upgraded, one killed, both cut off")
    figure("back after each of it", waited(phones), 5, "s", how)


@pytest.mark.timeout(size(300, 600))
def test_r15_postgresql_is_restarted_under_load(tmp_path: Path, figure: Callable[..., None]) -> None:
    with cluster() as postgres, together(tmp_path, postgres.url, postgres.url, silent=False) as two:
        crowds = shared_out(two)

        async def scene() -> list[Phone]:
            async with Crowd([phone for crowd in crowds for phone in crowd]) as crowd:
                writers = [asyncio.create_task(write_on(phone, 3, PAUSE)) for phone in crowd.phones]
                for _ in range(size(1, 3)):
                    await eventually(lambda: all(phone.saved for phone in crowd.phones), 60)
                    await asyncio.to_thread(postgres.stop)
                    await asyncio.to_thread(postgres.start)
                    await asyncio.to_thread(until, lambda: all(one.healthy() for one in two))
                    await crowd.all_fresh()
                await end(writers)
                await crowd.all_saved()
                return crowd.phones

        phones = play(scene())
        how = nothing_is_lost(two[0], phones, figure, "PostgreSQL restarted")
        figure("PostgreSQL restarted: back", waited(phones), 5, "s", how)


@pytest.mark.timeout(size(300, 600))
def test_r15_who_is_cut_off_from_the_database_in_silence(
    tmp_path: Path, empty_postgres_url: str, figure: Callable[..., None]
) -> None:
    address = make_url(empty_postgres_url)

    async def scene(proxy: Proxy, one: Server, other: Server) -> list[Phone]:
        rooms = [await asyncio.to_thread(Room, other, size(6, 20), seed) for seed in range(size(1, 60))]
        ways = Ways(Door(one), Door(other))
        crowds = [behind(ways, room.phones()) for room in rooms]
        async with Crowd([phone for crowd in crowds for phone in crowd]) as crowd:
            writers = [asyncio.create_task(write_on(phone, 3, PAUSE)) for phone in crowd.phones]
            await eventually(lambda: all(phone.saved for phone in crowd.phones), 60)
            proxy.go_silent()
            await eventually(lambda: all(phone.noticed for phone in crowd.phones), 60)
            await crowd.all_fresh()
            proxy.cut()
            proxy.heal()
            await asyncio.to_thread(until, one.healthy)
            await end(writers)
            await crowd.all_saved()
            return crowd.phones

    async def behind_a_proxy() -> None:
        async with Proxy(address.port or 5432) as proxy:
            cut = address.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
            both = together(tmp_path, cut, empty_postgres_url, silent=False)
            one, other = await asyncio.to_thread(both.__enter__)
            try:
                phones = await scene(proxy, one, other)
                how = nothing_is_lost(other, phones, figure, "the way to PostgreSQL swallows everything")
                figure("cut off in silence: back", waited(phones), 5, "s", how)
            finally:
                await asyncio.to_thread(both.__exit__, None, None, None)

    play(behind_a_proxy())


def shared_out(two: Two) -> list[list[Phone]]:
    """The phones of some rooms; by their codes half of the rooms go to each process."""
    rooms = [Room(two[0], size(4, 20), seed) for seed in range(size(4, 60))]
    for room in rooms[::2]:
        room.server = two[1]
    doors = [Door(server) for server in two]
    return [behind(Ways(*(doors if room.server is two[0] else doors[::-1])), room.phones()) for room in rooms]


def nothing_is_lost(server: Server, phones: list[Phone], figure: Callable[..., None], what: str) -> str:
    """Of all that was acknowledged, nor stored twice, and nobody was shown an error; returns how that was seen."""
    assert not any(phone.refused or phone.refusal for phone in phones), "nobody was shown an error"
    saved = sum(len(phone.saved) for phone in phones)
    how = f"{len(phones)} writers, {saved} acknowledged; {what}"
    figure(f"{what}: acknowledged and lost", len(lost(server, phones)), 0, "", how)
    figure(f"{what}: stored more than once, or not acknowledged", len(stored(server)) - saved, 0, "", how)
    return how


def sessions(server: Server) -> list[int]:
    """The sessions that hold rooms."""
    asked = text(f"SELECT DISTINCT pid FROM pg_locks WHERE {OF_ROOMS}")
    with server.database.reading() as session:
        return list(session.scalars(asked))


def terminate(server: Server, session: int) -> None:
    """Cuts one of them off."""
    with server.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": session})
