"""The same second everywhere, and steps that end on time and once (R7, R8)."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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


class Row:
    """A row of a room, looked at from outside: no browser is open."""

    def __init__(self, server: Server, code: str) -> None:
        self.server, self.code = server, code

    def look(self) -> tuple[int, int, int | None]:
        """Step, version, and when the step will be over."""
        with self.server.database.reading() as session:
            query = select(models.Room.step_index, models.Room.version, models.Room.due_at)
            step, version, due = session.execute(query.where(models.Room.code == self.code)).one()
            return step, version, due


def in_conversation(server: Server, seconds: int) -> Row:
    """A room whose conversation ends by itself."""
    return Row(server, Room(server, 3, conversation=f"{seconds}s").code)


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
        rooms = [in_conversation(one, 4 + many // 2) for _ in range(many)]  # none is over before the last is made
        before = [room.look() for room in rooms]
        assert all(due for *_, due in before)
        late = []
        for room, (step, version, due) in sorted(zip(rooms, before, strict=True), key=lambda x: x[1][2] or 0):
            while (now := room.look())[0] == step:
                assert time.time() * 1000 < (due or 0) + 5000, "did not end"
                time.sleep(0.005)
            late.append(max(0.0, time.time() * 1000 - (due or 0)))
            assert now[:2] == (step + 1, version + 1)
        time.sleep(0.5)  # time for a second ending that must not come
        assert [room.look()[:2] for room in rooms] == [(step + 1, version + 1) for step, version, _ in before]
    how = f"{many} steps, two processes that both look at the clock, no browser open; each ended once"
    figure("a step ends after its deadline", max(late), 250, "ms", how)


def test_r8_an_overdue_step_ends_after_a_restart(own_server: Server, figure: Callable[..., None]) -> None:
    rooms = [in_conversation(own_server, 2) for _ in range(size(5, 30))]
    before = [room.look() for room in rooms]
    own_server.kill()
    until(lambda: all(time.time() * 1000 > (due or 0) + 500 for *_, due in before))
    own_server.start()
    ready = time.monotonic()
    until(lambda: all(room.look()[0] == step + 1 for room, (step, _, _) in zip(rooms, before, strict=True)))
    took = time.monotonic() - ready
    assert [room.look()[:2] for room in rooms] == [(step + 1, version + 1) for step, version, _ in before]
    figure("overdue steps ended after it is ready again", took, 2, "s", f"{len(rooms)} rooms, killed across a deadline")
