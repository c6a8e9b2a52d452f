"""A phone as the contract describes it, light enough for hundreds in one process: what `line.js` and `outbox.js` do,
over a wire that may be cut at any moment."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import suppress
from random import Random
from typing import Any, TypeVar

from faults.wire import Wire

PROBE_EVERY = 2.5
PROBE_WITHIN = 2.0
SNAPSHOT_WITHIN = 3.0
OPEN_WITHIN = 3.0
OPEN_WITH_PATIENCE = 8.0
ANSWER_WITHIN = 2.5
TRY_AGAIN = ("busy", "too_fast", "failed", "timeout", "offline")
Payload = dict[str, Any]
T = TypeVar("T")


class Phone:
    """One person with a phone. `run` it as a task: it keeps its line until `close`."""

    def __init__(self, port: int, token: str, chance: Random, name: str = "", code: str = "") -> None:
        self.port, self.token, self.chance, self.name, self.code = port, token, chance, name, code
        self.snapshot: Payload = {}
        self.fresh = False
        """A snapshot came over the present line."""
        self.version, self.step, self.group = 0, {}, None  # type: ignore[var-annotated]
        self.pen: bool | None = None
        self.saved: dict[str, tuple[str, Payload]] = {}
        self.waiting: dict[str, tuple[str, Payload]] = {}
        self.refused: dict[str, Payload] = {}
        self.came_back: list[float] = []
        """When the snapshots came, by the monotonic clock."""
        self.noticed: list[float] = []
        """When a line was found dead or closed."""
        self.trips: list[float] = []
        """Seconds until a probe was answered."""
        self.heard: Counter[str] = Counter()
        self.on: Callable[[str, Any], None] = lambda event, payload: None
        self.refusal: str | None = None
        self.asleep, self.probing = False, True
        self.ended = False
        self.wire: Wire | None = None
        self.failures = 0
        self._answers: dict[int, asyncio.Future[Payload]] = {}
        self._id = 0
        self._more = asyncio.Event()
        self._ready: asyncio.Future[None] | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._offsets: list[tuple[float, float]] = []

    # The line

    async def run(self) -> None:
        """Opens the line again and again, with pauses that differ from phone to phone."""
        self._tasks = [asyncio.create_task(work()) for work in (self._probe_on, self._send_on)]
        try:
            while not self.ended:
                if self.asleep:
                    await asyncio.sleep(0.05)
                    continue
                await self._one_line()
                if self.ended or self.refusal:
                    break
                self.noticed.append(time.monotonic())
                self.failures += 1
                await asyncio.sleep(self._delay())
        finally:
            self.drop()
            await end(self._tasks)

    def _delay(self) -> float:
        if self.wire is not None and getattr(self.wire, "said_goodbye", False):
            return self.chance.uniform(20, 40)
        return min(0.5 * 2.0 ** (self.failures - 1), 2.0) * self.chance.uniform(0.5, 1.5)

    async def _one_line(self) -> None:
        patience = OPEN_WITH_PATIENCE if self.failures % 4 == 3 else OPEN_WITHIN
        self.fresh = False
        try:
            async with asyncio.timeout(patience):
                self._ready = asyncio.get_running_loop().create_future()
                wire = await Wire.open(self.port, self._hear, patience, code=self.code, hold=self._hold)
                if self.ended:
                    return
                await asyncio.wait({self._ready, wire.lost}, return_when=asyncio.FIRST_COMPLETED)
            if self.refusal or not wire.open_still:
                return
            late = asyncio.create_task(self._await_snapshot(wire))
            try:
                await wire.lost
            finally:
                late.cancel()
        except (OSError, TimeoutError):
            pass
        finally:
            self.drop()

    async def _await_snapshot(self, wire: Wire) -> None:
        """Asks again for one that is late; a server that answers is busy, not gone."""
        await asyncio.sleep(SNAPSHOT_WITHIN + self.chance.uniform(0, 0.5))
        while wire is self.wire and not self.fresh:
            answer = await self.call("sync")
            if not (answer["ok"] or answer.get("code") in ("busy", "too_fast") or wire is not self.wire or self.fresh):
                wire.cut()
            await asyncio.sleep(SNAPSHOT_WITHIN + self.chance.uniform(0, 0.5))

    def _hold(self, wire: Wire) -> None:
        self.wire = wire

    def drop(self) -> None:
        """The line is no more, whoever ended it."""
        self.fresh = False
        if self.wire is not None:
            self.wire.cut()
        for future in self._answers.values():
            if not future.done():
                future.set_result({"ok": False, "code": "timeout"})
        self._answers.clear()

    def _hear(self, text: str) -> None:
        wire = self.wire
        match text[:2]:
            case "0{":
                self._write("40" + json.dumps({"token": self.token}))
            case "2":
                self._write("3")
            case "40":
                self.failures = 0
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(None)
                self._more.set()
            case "44":
                error = json.loads(text[2:])
                code = (error.get("data") or {}).get("code")
                if code in ("unauthorized", "closed"):
                    self.refusal = code
                if wire is not None:
                    wire.cut()
            case "41":
                if wire is not None:
                    wire.said_goodbye = True  # type: ignore[attr-defined]
                    wire.cut()
            case "42":
                event, *rest = json.loads(text[2:])
                self._take(event, rest[0] if rest else None)
            case "43":
                head, _, body = text[2:].partition("[")
                future = self._answers.pop(int(head), None)
                if future is not None and not future.done():
                    future.set_result(json.loads("[" + body)[0])

    def _take(self, event: str, payload: Any) -> None:
        self.heard[event] += 1
        match event:
            case "snapshot":
                self.snapshot = payload
                self.version, self.step = payload["version"], payload["step"]
                self.group = payload.get("group")
                if not self.fresh:
                    self.fresh = True
                    self.came_back.append(time.monotonic())
                    self._more.set()
            case "step":
                self.version, self.step = payload["version"], payload
            case "group":
                self.group = payload if payload["id"] is not None else None
            case "pen":
                self.pen = payload["mine"]
            case "removed":
                self.refusal = "removed"
        self.on(event, payload)

    def _write(self, text: str) -> None:
        if self.wire is not None:
            self.wire.say(text)

    @property
    def connected(self) -> bool:
        """As far as it knows."""
        return self.wire is not None and self.wire.open_still and self._ready is not None and self._ready.done()

    async def call(self, event: str, payload: Any = None, within: float = 5.0) -> Payload:
        """The answer, or the code that says why there is none."""
        if not self.connected:
            return {"ok": False, "code": "offline"}
        self._id += 1
        number = self._id
        answer: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self._write(f"42{number}" + json.dumps([event, {} if payload is None else payload]))
        try:
            return await asyncio.wait_for(answer, within)
        except TimeoutError:
            return {"ok": False, "code": "timeout"}
        finally:
            self._answers.pop(number, None)

    async def probe(self) -> bool:
        """Is the line alive, and what time is it there?"""
        wire, asked = self.wire, time.monotonic()
        answer = await self.call("clock", {}, PROBE_WITHIN)
        if wire is not self.wire:
            return False
        if answer.get("code") == "timeout" and wire is not None:
            wire.cut()
        if not answer["ok"]:
            return False
        answered = time.monotonic()
        self.trips.append(answered - asked)
        self._offsets = [*self._offsets[-15:], (answered - asked, answer["now"] - (asked + answered) * 500)]
        if answer["version"] > self.version and self.fresh:
            asyncio.get_running_loop().call_later(0.5, self._compare, answer["version"])
        return True

    def _compare(self, version: int) -> None:
        if version > self.version and self.connected:
            self._id += 1
            self._write(f'42{self._id}["sync",{{}}]')

    async def _probe_on(self) -> None:
        while True:
            await asyncio.sleep(PROBE_EVERY)
            if self.connected and not self.asleep and self.probing:
                await self.probe()

    def now(self) -> float:
        """The server's clock in ms since the epoch, by the quickest of the last exchanges."""
        return time.monotonic() * 1000 + min(self._offsets)[1]

    # What its holder does

    def write(self, event: str, id: str | None = None, **payload: Any) -> str:
        """Puts something in the outbox."""
        id = id or str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        self.waiting[id] = (event, {"id": id, **payload})
        self._more.set()
        return id

    def note(self, text: str, visibility: str = "me", id: str | None = None) -> str:
        """A note into the outbox."""
        return self.write("note", id, prompt="tip", text=text, visibility=visibility)

    def post(self, text: str, id: str | None = None) -> str:
        """A line for the wall into the outbox."""
        return self.write("post", id, column="snags", text=text, signed=False)

    async def _send_on(self) -> None:
        tries = 0
        while True:
            while not self.waiting or not self.fresh:
                self._more.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._more.wait(), 1.0)
            id, (event, payload) = next(iter(self.waiting.items()))
            answer = await self.call(event, payload, ANSWER_WITHIN)
            if answer["ok"]:
                tries = 0
                self.saved[id] = self.waiting.pop(id)
            elif answer["code"] in TRY_AGAIN:
                tries += 1
                await asyncio.sleep(min(0.5 * 2.0 ** (tries - 1), 4.0) * self.chance.uniform(0.5, 1.5))
            else:
                self.refused[id] = answer
                self.waiting.pop(id)

    def sleep(self) -> None:
        """The screen goes dark: the socket is suspended and dies."""
        self.asleep = True
        self.drop()

    def wake(self) -> None:
        """It is looked at again."""
        self.asleep = False
        self.failures = 0

    def close(self) -> None:
        """The end."""
        self.ended = True
        self.drop()


class Crowd:
    """Phones that run; an asynchronous context manager that ends them."""

    def __init__(self, phones: Iterable[Phone]) -> None:
        self.phones = list(phones)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Crowd:
        for phone in self.phones:
            self._tasks.append(asyncio.create_task(phone.run()))
            await asyncio.sleep(0.002)
        await self.all_fresh()
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self.phones:
            phone.close()
        await end(self._tasks)

    async def all_fresh(self, patience: float = 60.0) -> None:
        """Waits until each has its snapshot."""
        await eventually(lambda: all(p.fresh for p in self.phones if not p.asleep), patience)

    async def all_saved(self, patience: float = 60.0) -> None:
        """Waits until no outbox holds anything."""
        await eventually(lambda: not any(p.waiting for p in self.phones), patience)


def play(scene: Coroutine[Any, Any, T]) -> T:
    """Plays a scene in a thread of its own: in this one a browser's tests may have left a loop that runs."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(asyncio.run(scene))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome.result()


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels tasks until they are over: one that is answered at the very moment may not notice it was cancelled
    (`asyncio.wait_for` of Python 3.11), and would wait for ever."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        over, waiting = await asyncio.wait(waiting, timeout=0.1)
        for task in over:
            if not task.cancelled():
                task.exception()  # seen


async def eventually(true: Callable[[], Any], patience: float = 20.0) -> Any:
    """Waits until something is so and returns it; fails when it takes too long."""
    deadline = time.monotonic() + patience
    while not (value := true()):
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.01)
    return value
