"""What tries at one moment cost the others (R18): passwords, and people who come in by a code."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from faults import flood
from faults.conftest import Room
from faults.figures import share
from faults.phone import Crowd, play
from faults.test_bounds import ask_on
from live import Server, fetch

SECONDS = 4.0
pytestmark = pytest.mark.alone
LEAST = 0.010
"""Seconds: a p99 below this is that of the machine and not of the server."""


def request(path: str, port: int, headers: str, body: bytes) -> bytes:
    """As it goes over the network."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def asker_of(port: int, tries: int) -> Process:
    """`flood.py at-once`, which waits for what it is to ask. A process of its own, there before it is measured: what
    it costs to start one, and to open so many connections, is nothing that the server does to others."""
    command = (sys.executable, flood.__file__, "at-once", str(port), str(tries))
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)


async def answers(process: Process, request: bytes) -> list[int]:
    """What it was answered."""
    said, _ = await process.communicate(request)
    found: list[int] = json.loads(said)
    return found


async def post(port: int, path: str, headers: str, body: bytes) -> int:
    """One request on a connection of its own; the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(path, port, headers, body))
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def beside(room: Room, begin: Callable[[], asyncio.Future[list[int]]]) -> tuple[float, Counter[int]]:
    """How many times longer a hundredth of the answers to others takes while something goes on."""
    async with Crowd(room.phones()) as crowd:
        quiet = share(await ask_on(crowd.phones, SECONDS, 0.1), 0.99)
        going = begin()
        during = share(await ask_on(crowd.phones, SECONDS, 0.1), 0.99)
        return max(during, LEAST) / max(quiet, LEAST), Counter(await going)


@pytest.mark.parametrize("tries", [40, 120])
def test_r18_passwords_at_one_moment(own_server: Server, figure: Callable[..., None], tries: int) -> None:
    room, form = Room(own_server, 8), fetch(own_server.url + "/login")
    cookie = "; ".join(c.split(";")[0] for c in form.headers.get_all("Set-Cookie"))  # type: ignore[attr-defined]
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form.body.decode())[0]
    headers = f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    before, most = own_server.resident, 0.0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, own_server.resident)
            await asyncio.sleep(0.02)

    body = urlencode({"csrf_token": token, "email": "noor@example.org", "password": "wrong"}).encode()
    wrong = request("/login", own_server.port, headers, body)

    async def scene() -> tuple[float, Counter[int]]:
        asker = await asker_of(own_server.port, tries)
        watching = asyncio.create_task(watch())
        times, found = await beside(room, lambda: asyncio.ensure_future(answers(asker, wrong)))
        watching.cancel()
        return times, found

    times, found = play(scene())
    assert found[200] <= 10 and found[429] + found[503] >= tries - 10, found
    figure(f"memory beside {tries} passwords at one moment", most - before, 200, "MB", "the most while it lasted")
    figure(f"others beside {tries} passwords at one moment", times, 2, "×", f"p99 against quiet, in {SECONDS:g} s")


def test_r18_two_thousand_come_in_by_the_code(own_server: Server, figure: Callable[..., None]) -> None:
    room = Room(own_server, 8)

    async def one(code: str, place: int) -> int:
        await asyncio.sleep(place / 200)
        body = json.dumps({"name": f"P{place}"}).encode()
        return await post(own_server.port, f"/api/rooms/{code}/people", "Content-Type: application/json\r\n", body)

    def begin() -> asyncio.Future[list[int]]:
        code = own_server.create()["code"]
        return asyncio.gather(*(one(code, place) for place in range(2000)))

    async def scene() -> float:
        since = time.monotonic()
        times, found = await beside(room, begin)
        took = time.monotonic() - since - SECONDS  # what may come in by a code comes back with time
        assert found[201] <= 25 * max(10, took) and found[429] >= 1950 - found[201], found
        return times

    times = play(scene())
    figure("others beside 2,000 who come in by a code in 10 s", times, 2, "×", f"p99 against quiet, in {SECONDS:g} s")
