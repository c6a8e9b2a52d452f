"""The phones, leader and screen of `load.c`, driven from here: a command a line, an answer a line."""

from __future__ import annotations

import json
import select
import subprocess
from dataclasses import dataclass, field
from types import TracebackType

from .servers import BUILD, Room, Server

MARGIN_SECONDS = 15
"""How much longer than its own patience the generator may take before it is given up."""


class Stuck(Exception):
    """The generator did not answer in time, or is gone."""


@dataclass(frozen=True)
class Told:
    """What came of one command. Lists are milliseconds, one for each phone or message."""

    phones_in: int
    """Phones whose connection is open."""
    cut: int
    refused: int
    leader: bool
    """The leader's connection is open."""
    bytes: int
    """What the phones heard; since the posting began, if there was any."""
    why: str
    """Why the first connection ended that did."""
    refusal: str
    """The first answer that was not ok."""
    join: list[float] = field(default_factory=list)
    steps: list[list[float]] = field(default_factory=list)
    draw: list[float] = field(default_factory=list)
    command: list[float] = field(default_factory=list)
    note: list[float] = field(default_factory=list)
    post: list[float] = field(default_factory=list)
    recognise: list[float] = field(default_factory=list)
    probe: list[float] = field(default_factory=list)
    sent: int = 0
    marks: int = 0
    took: float = 0.0
    not_ok: int = 0
    """Answers that were refusals."""


class Crowd:
    """Everyone in one room; a context manager."""

    def __init__(self, server: Server, room: Room) -> None:
        self._process = subprocess.Popen(
            [str(BUILD / "load"), str(server.port), room.code, room.join_key, room.leader_token, room.screen_token],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Crowd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def join(self, phones: int, how: str, over_ms: int, patience: int) -> Told:
        """They come in."""
        return self._tell(f"join {phones} {how} {over_ms} {patience}", over_ms / 1000 + patience)

    def steps(self, times: int, gap_ms: int, patience: int) -> Told:
        """The leader presses next and back."""
        return self._tell(f"steps {times} {gap_ms} {patience}", times * (gap_ms / 1000 + patience))

    def draw(self, patience: int) -> Told:
        """The leader goes on until groups are drawn."""
        return self._tell(f"draw {patience}", patience)

    def notes(self, notes: int, over_ms: int, patience: int, visibility: str = "me") -> Told:
        """Everyone writes."""
        return self._tell(f"notes {notes} {over_ms} {patience} {visibility}", over_ms / 1000 + patience)

    def wall(self, posts: int, marks: int, over_ms: int, patience: int) -> Told:
        """Everyone posts so many and recognises so many."""
        return self._tell(f"wall {posts} {marks} {over_ms} {patience}", over_ms / 1000 + patience)

    def close(self, patience: int) -> Told:
        """The leader closes the room."""
        return self._tell(f"close {patience}", patience)

    def probe(self, every_ms: int) -> Told:
        """From now on each phone probes so often; 0: no more."""
        return self._tell(f"probe {every_ms}", 0)

    def wait(self, ms: int) -> Told:
        """Nothing but what goes on by itself."""
        return self._tell(f"wait {ms}", ms / 1000)

    def _tell(self, command: str, seconds: float) -> Told:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except OSError:
            raise Stuck(f"the generator was gone before {command!r}") from None
        if not select.select([self._process.stdout], [], [], seconds + MARGIN_SECONDS)[0]:
            raise Stuck(f"{command!r} did not end within {seconds + MARGIN_SECONDS:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise Stuck(f"the generator ended in {command!r}: leader or screen were not let in")
        answer = json.loads(line)
        not_ok = sum(value for name, value in answer.items() if name.endswith("_refused"))
        known = {name: value for name, value in answer.items() if name in Told.__dataclass_fields__}
        return Told(phones_in=answer["in"], not_ok=not_ok, **known)
