"""Whatever one sends without end, the others hear nothing of it (R11): every kind of frame and request, by someone of
the room and by a stranger, against what the same flood costs this machine where it is sent to another port."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from faults import flood
from faults.conftest import Room
from faults.figures import SOAK, calmly, share
from faults.phone import Crowd, Phone, play
from live import Server, free_port

SECONDS = 60.0 if SOAK else 0.4
PROGRAM = str(Path(flood.__file__))
P99_TIMES, WORST_MORE = 2, 0.2
LITTLE = 0.01
"""Seconds: less than this is no difference that anybody notices, or that this machine makes."""


class Bystanders:
    """Phones that ask the time again and again, in a loop of their own, and how long each answer took."""

    def __init__(self, phones: list[Phone]) -> None:
        self.phones = phones
        self.took: list[tuple[float, float]] = []
        """When asked, and how long it took."""
        self.over, self.ready = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: play(self._stand_by()), daemon=True)

    async def _stand_by(self) -> None:
        async with Crowd(self.phones) as crowd:
            self.ready.set()
            await asyncio.gather(*(self._ask_on(phone) for phone in crowd.phones))

    async def _ask_on(self, phone: Phone) -> None:
        while not self.over.is_set():
            asked = time.monotonic()
            answer = await phone.call("clock", within=30)
            assert answer["code"] == "offline" if not answer["ok"] else True, answer
            self.took.append((asked, time.monotonic() - asked))
            await asyncio.sleep(phone.chance.uniform(0.02, 0.06))

    def during(self, happening: Callable[[], Any]) -> list[float]:
        """How long the answers took to what was asked while something happened."""
        since = time.monotonic()
        happening()
        until = time.monotonic()
        while not self.took or self.took[-1][0] < until:  # the last that was asked meanwhile is answered
            assert time.monotonic() < until + 60, "nobody is answered any more"
            time.sleep(0.01)
        return [took for asked, took in self.took if since <= asked <= until]


@pytest.fixture(scope="module")
def bystanders(sqlite_server: Server) -> Iterator[Bystanders]:
    found = Bystanders(Room(sqlite_server, 12).phones())
    found.thread.start()
    assert found.ready.wait(20)
    yield found
    found.over.set()
    found.thread.join(20)


@pytest.fixture(scope="module")
def flooders(sqlite_server: Server) -> list[str]:
    """The tokens of those who flood, one for each kind."""
    return [person["token"] for person in Room(sqlite_server, len(flood.KINDS), seed=2).joined]


@pytest.fixture(scope="module")
def elsewhere(bystanders: Bystanders) -> Iterator[Callable[[str], list[float]]]:
    """What a flood of this kind costs the bystanders where it goes to another port."""
    known: dict[str, list[float]] = {}
    port = free_port()

    def measure(kind: str) -> list[float]:
        if kind not in known:
            known[kind] = bystanders.during(lambda: send(kind, port))
        return known[kind]

    with program("swallow", str(port)) as swallowing:
        yield measure
        swallowing.kill()


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, PROGRAM, *arguments], stdout=subprocess.PIPE) as running:
        yield running


def send(kind: str, port: int, token: str = "") -> dict[str, Any]:
    """Floods for a while, in a process of its own; returns what it did."""
    with program(kind, str(port), str(SECONDS), token) as running:
        said, _ = running.communicate(timeout=SECONDS + 60)
    done: dict[str, Any] = json.loads(said)
    return done


@pytest.mark.timeout(SECONDS * 8 + 120)
@pytest.mark.parametrize("named", [True, False], ids=["of the room", "a stranger"])
@pytest.mark.parametrize("kind", flood.KINDS)
def test_r11_a_flood_of_whatever_kind_is_nobody_elses_trouble(
    sqlite_server: Server,
    bystanders: Bystanders,
    flooders: list[str],
    elsewhere: Callable[[str], list[float]],
    kind: str,
    named: bool,
) -> None:
    base = elsewhere(kind)
    token = flooders[flood.KINDS.index(kind)] if named else ""
    done: dict[str, Any] = {}

    def excess(took: list[float]) -> float:
        """1: as much as is promised; both promises in one number."""
        p99, worst = (share(times, 0.99) for times in (took, base)), (max(took), max(base))
        here, there = p99
        return max(here / max(P99_TIMES * there, LITTLE), (worst[0] - worst[1]) / WORST_MORE)

    took = calmly(
        lambda: bystanders.during(lambda: done.update(send(kind, sqlite_server.port, token))), excess, 1.0
    )  # fmt: skip
    ms = [" / ".join(f"{t * 1e3:.0f}" for t in (share(all, 0.5), share(all, 0.99), max(all))) for all in (base, took)]
    cut = f"; cut {len(done['lived'])} ×, after {share(done['lived'], 0.5):.2f} s" if done["lived"] else ""
    who = "of the room" if named else "a stranger"
    print(f"\nR11 {kind}, {who}: p50 / p99 / worst ms: sent elsewhere {ms[0]}, here {ms[1]}{cut}")
    assert done["sent"], "nothing was sent"
    assert excess(took) <= 2, (ms, done)
