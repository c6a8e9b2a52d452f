"""The same second everywhere, and steps that end on time and once (R7, R8)."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import unavailable
from faults.conftest import Room
from faults.figures import share, size
from faults.phone import play
from faults.proxy import Proxy
from live import ROOT, Server, until
from sqlalchemy import select

from workshop import models

DEVICES = Path(__file__).with_name("devices.mjs")


def devices(server: Server, up: tuple[float, float], down: tuple[float, float], count: int) -> list[float]:
    """How far off the second is that each of so many devices shows, behind such a network; ms."""
    node = shutil.which("node")
    if node is None:
        unavailable("there is no node on PATH")
    room = Room(server, count)

    async def scene() -> list[float]:
        async with Proxy(server.port) as proxy:
            proxy.up.delay, proxy.down.delay = up, down
            tokens = [p["token"] for p in room.joined]
            done = await asyncio.create_subprocess_exec(
                str(node), "--no-warnings", "--experimental-websocket", str(DEVICES), str(proxy.port), "5", *tokens,
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            said, _ = await asyncio.wait_for(done.communicate(), 60)
            assert done.returncode == 0
            found: list[float] = json.loads(said)
            return found

    return play(scene())


def apart(errors: list[float]) -> float:
    """How far any two devices are apart, but for one pair in a hundred."""
    return share([abs(a - b) for i, a in enumerate(errors) for b in errors[:i]], 0.99)


@pytest.mark.parametrize(
    ("what", "up", "down", "most"),
    [
        ("two devices apart, 20 to 80 ms each way", (20, 80), (20, 80), 100),
        ("two devices apart, 20 ms up and 400 down", (20, 20), (400, 400), 400),
    ],
    ids=["jitter", "one-sided"],
)
def test_r7_any_two_devices_show_the_same_second(
    sqlite_server: Server,
    figure: Callable[..., None],
    what: str,
    up: tuple[float, float],
    down: tuple[float, float],
    most: float,
) -> None:
    count = size(12, 60)
    errors = devices(sqlite_server, up, down, count)
    # Against a device with a good network, too: the screen.
    figure(what, apart([*errors, 0.0]), most, "ms", f"p99 over all pairs of {count} devices, own clocks hours wrong")


Places = dict[str, tuple[int, int]]
"""Of rooms, by their codes, the step and the version."""


def look(server: Server, codes: Iterable[str]) -> Places:
    """Where rooms are, from outside: no browser is open."""
    query = select(models.Room.code, models.Room.step_index, models.Room.version)
    with server.database.reading() as session:
        found = session.execute(query.where(models.Room.code.in_(codes))).all()
        return {code: (step, version) for code, step, version in found}


def in_conversation(server: Server, many: int) -> Places:
    """Rooms whose conversation ends by itself, after longer than any machine takes to make them."""
    return look(server, [Room(server, 3).code for _ in range(many)])


def further(before: Places) -> Places:
    """One step on, of which is told once."""
    return {code: (step + 1, version + 1) for code, (step, version) in before.items()}


@contextmanager
def ticking(server: Server) -> Iterator[None]:
    """A process that looks at the clock of a server's rooms, as a second one would; that may not serve them too."""
    command = [sys.executable, str(Path(__file__).parent / "ticking.py")]
    environ = server.environ | {"ASYNC_MODE": "threading"}
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout and process.stdout.readline()
            yield
            assert process.poll() is None, "it looked until the end"
        finally:
            process.kill()


def test_r8_a_step_ends_once_and_on_time_with_two_workers(tmp_path: Path, figure: Callable[..., None]) -> None:
    many = size(8, 60)
    with Server(tmp_path) as one, ticking(one):  # two processes, two tickers, one database
        before = in_conversation(one, many)
        soon = int(time.time() * 1000) + 1000
        moments = {code: soon + 400 * number for number, code in enumerate(before)}
        one.let_end(moments)
        late: dict[str, float] = {}

        def ended() -> bool:
            """Have they all? Of each: how late that was seen."""
            places, seen = look(one, before), time.time() * 1000
            for code in before:
                if places[code] != before[code]:
                    late.setdefault(code, max(0.0, seen - moments[code]))
            return len(late) == many

        until(ended, 60)
        time.sleep(0.5)  # time for a second ending that must not come
        assert look(one, before) == further(before)
    how = f"{many} steps, two processes that both look at the clock, no browser open; each ended once"
    figure("a step ends after its deadline", max(late.values()), 250, "ms", how)


def test_r8_an_overdue_step_ends_after_a_restart(own_server: Server, figure: Callable[..., None]) -> None:
    before = in_conversation(own_server, size(5, 30))
    own_server.kill()
    own_server.let_end(dict.fromkeys(before, int(time.time() * 1000) - 500))
    own_server.start()
    ready = time.monotonic()
    until(lambda: look(own_server, before) == further(before))
    took = time.monotonic() - ready
    figure(
        "overdue steps ended after it is ready again", took, 2, "s", f"{len(before)} rooms, killed across a deadline"
    )
