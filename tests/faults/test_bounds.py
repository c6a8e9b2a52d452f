"""What one phone, or many connections, may cost the others (R11, R14), and what is no message at all."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable

import pytest
from faults.conftest import Room
from faults.figures import share, size
from faults.phone import Crowd, Phone, eventually, play
from faults.wire import Wire, frame
from live import Server, fetch

from workshop.core.pace import Pace
from workshop.guard import MOST_BYTES


async def ask_on(phones: list[Phone], seconds: float, pause: float = 0.25) -> list[float]:
    """Each asks the time again and again; returns how long the answers took."""
    took: list[float] = []

    async def ask(phone: Phone) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            since = time.monotonic()
            answer = await phone.call("clock")
            took.append(time.monotonic() - since)
            assert answer["ok"], answer
            await asyncio.sleep(pause * phone.chance.uniform(0.5, 1.5))

    await asyncio.gather(*(ask(phone) for phone in phones))
    return took


async def named(port: int, token: str, code: str, hear: Callable[[str], None] = lambda _: None) -> Wire:
    """A line that said whose it is, and is asked nothing more."""
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def listen(text: str) -> None:
        if text.startswith('42["snapshot"') and not ready.done():
            ready.set_result(None)
        hear(text)

    wire = await Wire.open(port, listen, code=code)
    wire.say("40" + json.dumps({"token": token}))
    try:
        await asyncio.wait_for(ready, 10)
    except TimeoutError:  # it was not let in: that was a lot at once
        wire.cut()
        raise
    return wire


def test_r11_a_flood_is_the_flooders_own_trouble(sqlite_server: Server, figure: Callable[..., None]) -> None:
    room, seconds = Room(sqlite_server, 31), size(3, 60)
    sent = answers = lines = 0
    note = {"id": "00000000-0000-4000-8000-000000000000", "prompt": "tip", "text": "flood"}
    volley = frame("427" + json.dumps(["note", note])) * 20

    async def flood(token: str, until: float) -> None:
        """2,000 notes a second; who is cut opens another line. The frames are made beforehand: it must not be slow."""
        nonlocal sent, answers, lines

        def hear(text: str) -> None:
            nonlocal answers
            answers += text.startswith("43")

        while time.monotonic() < until:
            try:
                wire = await named(sqlite_server.port, token, room.code, hear)
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1)
                continue
            lines += 1
            while wire.open_still and time.monotonic() < until:
                if wire.transport.get_write_buffer_size() < 65536:
                    wire.write(volley)
                    sent += 20
                await asyncio.sleep(0.01)
            wire.cut()

    async def scene() -> list[float]:
        phones = room.phones()
        async with Crowd(phones[1:]) as crowd:
            flooding = asyncio.create_task(flood(phones[0].token, time.monotonic() + seconds))
            took = await ask_on(crowd.phones, seconds)
            await flooding
            return took

    took = play(scene())
    how = f"p99 of {len(took)} answers to 30 others; {sent} events sent in {seconds} s over {lines} lines of one phone"
    assert sent > 100 * seconds and lines
    figure("bystanders, while one sends 2,000 a second", share(took, 0.99) * 1000, 150, "ms", how)


def test_r11_who_never_reads_costs_little_and_is_cut(own_server: Server, figure: Callable[..., None]) -> None:
    """It asks for all it ever wrote ten times a second, answers no ping, and takes nothing in."""
    deaf = size(8, 20)
    room = Room(own_server, deaf)

    async def scene() -> float:
        async with Crowd(room.phones()) as crowd:
            for n in range(20):
                for phone in crowd.phones:
                    phone.note(f"{n} " + "x" * 1900)
            await crowd.all_saved(120)
            for phone in crowd.phones:  # what a snapshot takes by itself has been taken
                await phone.call("sync")
            await ask_on(crowd.phones, 1)
        before = own_server.resident
        most = before
        wires = [await named(own_server.port, p["token"], room.code) for p in room.joined]
        for wire in wires:
            wire.stop_reading()
        until = time.monotonic() + 25
        while any(wire.open_still for wire in wires) and time.monotonic() < until:
            for number, wire in enumerate(wires):
                wire.say(f'42{number}["sync",{{}}]')
            await asyncio.sleep(0.12)
            most = max(most, own_server.resident)
        assert not any(wire.open_still for wire in wires)
        assert re.search(r"nobody reads it", own_server.said.read_text())
        return (most - before) / deaf

    figure("memory for one that never reads", play(scene()), 2, "MB", f"at most, {deaf} of them at once")


def test_r11_what_someone_erased_waits_on_nobodys_line(own_server: Server, figure: Callable[..., None]) -> None:
    """One who does not read, with half a megabyte waiting that may hold what another wrote: when that one erases
    themselves the line is cut, and those of who reads are not."""
    room = Room(own_server, 3)

    async def scene() -> float:
        async with Crowd(room.phones()[:1]) as crowd:
            for n in range(20):
                crowd.phones[0].note(f"{n} " + "x" * 1900)
            await crowd.all_saved(60)
        deaf, reader = [await named(own_server.port, person["token"], room.code) for person in room.joined[:2]]
        deaf.stop_reading()
        for number in range(20):
            deaf.say(f'42{number}["sync",{{}}]')
            await asyncio.sleep(0.12)
        assert deaf.open_still and "nobody reads" not in own_server.said.read_text()
        erased = asyncio.to_thread(own_server.get, "/api/me", room.joined[2]["token"], "DELETE")
        assert (await erased).status == 204
        began = time.monotonic()
        while deaf.open_still and time.monotonic() < began + 10:
            deaf.say("3")  # it says that it is there, so that it does not end for its silence
            await asyncio.sleep(0.05)
        passed = time.monotonic() - began
        assert not deaf.open_still and reader.open_still
        assert "nobody reads" in own_server.said.read_text()
        reader.cut()
        return passed

    figure(
        "until who does not read is cut, once someone erased themselves",
        play(scene()),
        2,
        "s",
        "notes of half a megabyte waited",
    )


def test_r11_a_bucket_fills_by_itself() -> None:
    pace = Pace(rate=10, burst=40, patience=5)
    assert [pace.allows("a", 0.0) for _ in range(41)] == [True] * 40 + [False]
    assert pace.allows("b", 0.0)
    assert pace.allows("a", 0.1) and not pace.allows("a", 0.1)
    assert not pace.beyond("a", 0.2)
    for _ in range(9):
        pace.allows("a", 0.1)
    assert pace.beyond("a", 0.2) and not pace.beyond("c", 0.2)
    assert not pace.beyond("a", 3.0)  # it was quiet for a while
    pace.forget(100.0)
    assert len(pace) == 0


def test_r14_idle_connections_do_not_hold_up_a_phone(sqlite_server: Server, figure: Callable[..., None]) -> None:
    room, idle = Room(sqlite_server, 3), 1100

    async def scene() -> float:
        transports = []
        loop = asyncio.get_running_loop()
        for _ in range(idle):
            transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", sqlite_server.port)
            transports.append(transport)
        try:
            since = time.monotonic()
            page = await asyncio.to_thread(sqlite_server.get, f"/r/{room.code}")
            async with Crowd(room.phones()[:1]) as crowd:
                assert page.status == 200 and (await crowd.phones[0].call("clock"))["ok"]
                return time.monotonic() - since
        finally:
            for transport in transports:
                transport.abort()

    how = f"page, line, snapshot and an answer, with {idle} connections that say nothing"
    figure("an ordinary phone", play(scene()), 1, "s", how)


NONSENSE = (
    "", "x", "4", "49", "4x", "42", "42{}", "42[", '42["note"', "42[1]", "45", "6", "7", "44{}", "b4AAAA", "bQ",
    '451-["note",{"_placeholder":true,"num":0}]', "4" + "[" * 5000, "42" + "9" * 200 + '["clock"]',
    '42/other,["clock"]',
)  # fmt: skip


def test_r12_what_makes_no_sense_hurts_nobody_else(sqlite_server: Server) -> None:
    """And stands in no log with a traceback: the server's own check at its end."""
    room = Room(sqlite_server, 3)

    async def scene() -> None:
        async with Crowd(room.phones()[1:]) as crowd:
            for text in NONSENSE:
                wire = await named(sqlite_server.port, room.joined[0]["token"], room.code)
                wire.say(text)
                wire.write(b"")
                await asyncio.sleep(0.02)
                wire.cut()
            wire = await Wire.open(sqlite_server.port, lambda _: None)
            for _ in range(50):
                wire.say('40{"token":"not-a-token-of-anyone"}')
            await eventually(lambda: not wire.open_still)
            assert all([(await phone.call("clock"))["ok"] for phone in crowd.phones])

    play(scene())


def test_r12_too_long_a_message_cuts_the_line_also_in_pieces(sqlite_server: Server) -> None:
    room = Room(sqlite_server, 3)

    async def scene() -> None:
        for pieces, length in ((1, MOST_BYTES + 1), (40, 1000), (2000, 1)):
            wire = await named(sqlite_server.port, room.joined[0]["token"], room.code)
            wire.piece('421["note",{"text":"')
            for _ in range(pieces):
                wire.piece("x" * length)
            await eventually(lambda wire=wire: not wire.open_still)  # type: ignore[misc]
        heard: list[str] = []
        wire = await named(sqlite_server.port, room.joined[0]["token"], room.code, heard.append)
        for n in range(12):
            wire.piece(f'42{n}["clock",')
            wire.piece("{}]", last=True)
        await eventually(lambda: sum(one.startswith("43") for one in heard) == 12)
        assert wire.open_still
        wire.cut()

    play(scene())


def test_r11_compression_is_refused(sqlite_server: Server) -> None:
    async def scene() -> None:
        wire = await Wire.open(sqlite_server.port, lambda _: None, deflate=True)
        assert not wire.compressed
        wire.cut()

    play(scene())


class Poller:
    """A phone where websockets are blocked."""

    def __init__(self, server: Server, token: str) -> None:
        self.address = f"{server.url}/socket.io/?EIO=4&transport=polling&code={server.code_of(token) or ''}"
        opened = fetch(self.address).body.decode()
        self.address += "&sid=" + json.loads(opened[1:])["sid"]
        assert self.post("40" + json.dumps({"token": token})) == 200

    def post(self, body: str) -> int:
        """Says something; the status of the answer."""
        return fetch(self.address, "POST", {"Content-Type": "text/plain"}, body.encode()).status

    def poll(self) -> list[str]:
        """What waits to be heard."""
        return fetch(self.address).body.decode().split("\x1e")


def test_r12_polling_answers_each_of_a_burst(sqlite_server: Server) -> None:
    room = Room(sqlite_server, 3)
    phone = Poller(sqlite_server, room.joined[0]["token"])
    assert phone.post("\x1e".join(f'42{n}["clock",{{}}]' for n in range(30))) == 200
    answers: set[str] = set()
    until = time.monotonic() + 10
    while len(answers) < 30 and time.monotonic() < until:
        for text in phone.poll():
            if text == "2":
                phone.post("3")
            if text.startswith("43"):
                answers.add(text.partition("[")[0])
    assert len(answers) == 30


@pytest.mark.parametrize("body", ["4" + "x" * MOST_BYTES, "\x1e" * 500, "nonsense", "2", "42["], ids=range(5))
def test_r12_polling_nonsense_ends_the_session_at_once(sqlite_server: Server, body: str) -> None:
    room = Room(sqlite_server, 3)
    phone = Poller(sqlite_server, room.joined[0]["token"])
    since = time.monotonic()
    phone.post(body)
    until = time.monotonic() + 5
    while (status := fetch(phone.address).status) == 200 and time.monotonic() < until:
        pass
    assert status == 400 and time.monotonic() - since < 3


def test_r12_an_odd_request_is_turned_away(sqlite_server: Server) -> None:
    assert fetch(sqlite_server.url + "/socket.io/?EIO=4&transport=polling&j=0").status == 400
    with socket.create_connection(("127.0.0.1", sqlite_server.port), 5) as raw:
        request = b"POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        raw.sendall(request + b"Content-Length: -5\r\n\r\n")
        assert raw.recv(100).split(b" ")[1][:1] == b"4"
    assert sqlite_server.healthy()


def test_r11_many_lines_of_one_person_do_not_add_up(sqlite_server: Server) -> None:
    """Opening lines over and over is answered with `busy` in the end, and others are not in the way."""
    room = Room(sqlite_server, 3)

    async def scene() -> None:
        refusals: list[str] = []
        async with Crowd(room.phones()[1:2]) as crowd:
            until = time.monotonic() + 15
            while not refusals and time.monotonic() < until:
                answers: list[str] = []
                wire = await Wire.open(sqlite_server.port, lambda t, heard=answers: heard.append(t), code=room.code)  # type: ignore[misc]
                wire.say("40" + json.dumps({"token": room.joined[0]["token"]}))
                await eventually(lambda heard=answers: [t for t in heard if t[:2] in ("40", "44")])  # type: ignore[misc]
                refusals += [t for t in answers if t[:2] == "44"]
                wire.cut()
            assert json.loads(refusals[0][2:])["data"]["code"] == "busy"
            assert (await crowd.phones[0].call("clock"))["ok"]

    play(scene())
