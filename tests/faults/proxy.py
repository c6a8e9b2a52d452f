"""A network that can be made bad: it delays, drops, cuts and goes silent, each way by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

from faults.wire import reset


@dataclass
class Way:
    """One direction. `delay`: ms, from and to, drawn for each piece anew; what was sent first arrives first."""

    delay: tuple[float, float] = (0.0, 0.0)
    silent: bool = False
    """Swallows what comes, and says nothing of it; connections that lost something are dead from then on."""


@dataclass(eq=False)
class _Link:
    ends: list[asyncio.StreamWriter] = field(default_factory=list)
    dead: bool = False


class Proxy:
    """Between phones and a server; an asynchronous context manager. `up`: from the phones, `down`: to them."""

    def __init__(self, port: int, chance: Random | None = None) -> None:
        self.target, self.port = port, 0
        self.up, self.down = Way(), Way()
        self.unplugged = False
        self._chance = chance or Random(1)
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self, share: float = 1.0) -> int:
        """Resets the open connections, or a share of them; returns how many."""
        unlucky = [link for link in list(self._links) if self._chance.random() < share]
        for link in unlucky:
            for end in link.ends:
                reset(end.transport)
        return len(unlucky)

    def unplug(self) -> None:
        """No network: what was open is reset, what is tried is reset."""
        self.unplugged = True
        self.cut()

    def go_silent(self) -> None:
        """No network, and nobody says so."""
        self.up.silent = self.down.silent = True

    def lose_track(self) -> None:
        """What is open goes nowhere any more, and nobody says so; what is opened from now on works."""
        for link in self._links:
            link.dead = True

    def heal(self) -> None:
        """A network again, for what is opened from now on."""
        self.unplugged = self.up.silent = self.down.silent = False

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        link = _Link([writer])
        self._links.add(link)
        try:
            if self.unplugged:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            link.ends.append(far_writer)
            await asyncio.gather(
                self._pump(reader, far_writer, self.up, link), self._pump(far_reader, writer, self.down, link)
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._links.discard(link)
            self._tasks.discard(task)
            for end in link.ends:
                reset(end.transport)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way, link: _Link) -> None:
        loop, last = asyncio.get_running_loop(), 0.0
        while data := await reader.read(65536):
            if way.silent or link.dead:
                link.dead = True
                continue
            last = max(loop.time() + self._chance.uniform(*way.delay) / 1000, last + 1e-6)
            if way.delay == (0.0, 0.0) and last <= loop.time() + 2e-6:
                writer.write(data)
                await writer.drain()
            else:
                loop.call_at(last, _deliver, writer, data, way, link)
        if not link.dead:
            delay = max(0.0, last - loop.time()) + 0.001
            loop.call_later(delay, writer.close)


def _deliver(writer: asyncio.StreamWriter, data: bytes, way: Way, link: _Link) -> None:
    if way.silent or link.dead:
        link.dead = True
    elif not writer.is_closing():
        writer.write(data)
