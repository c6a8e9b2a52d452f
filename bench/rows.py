"""The rows of the table, and what is asked of each (docs/performance.md tells them at length)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .files import FORMATS


@dataclass(frozen=True)
class Goal:
    """A bound on the house's figure, or on house ÷ peer."""

    of: Literal["figure", "ratio"]
    most: float | None = None
    least: float | None = None

    def holds(self, figure: float | None, ratio: float | None) -> bool:
        """What was measured keeps to it; nothing measured keeps to nothing."""
        value = figure if self.of == "figure" else ratio
        if value is None:
            return False
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def told(self, unit: str) -> str:
        """As it stands in the table."""
        sign, bound = ("≤", self.most) if self.most is not None else ("≥", self.least)
        return f"{sign} {bound:g} {'×' if self.of == 'ratio' else unit}"


def times_peer(most: float | None = None, least: float | None = None) -> Goal:
    """Against the peer."""
    return Goal("ratio", most, least)


def at_most(figure: float) -> Goal:
    """By itself."""
    return Goal("figure", figure)


@dataclass(frozen=True)
class Row:
    """One line of the table; `key` is how sessions call it."""

    key: str
    what: str
    unit: str
    session: str
    goal: Goal | None


ROWS = (
    Row("burst", "burst of 1,000 acknowledged notes", "/s", "1000", times_peer(least=1.0)),
    Row("slow.burst", "the same, 2 ms a commit", "/s", "slow1000", times_peer(least=6.0)),
    Row("rate", "250 notes a second, p99", "ms", "300", at_most(25)),
    Row("join.1000", "1,000 phones join, last one", "ms", "1000", times_peer(0.9)),
    Row("join.300", "300 phones join", "ms", "300", times_peer(0.9)),
    Row("join.41", "41 phones join", "ms", "41", times_peer(0.9)),
    Row("slow.join.1000", "1,000 phones join, 2 ms a commit", "ms", "slow1000", None),
    Row("slow.join.300", "300 phones join, 2 ms a commit", "ms", "slow300", times_peer(0.5)),
    Row("slow.join.41", "41 phones join, 2 ms a commit", "ms", "slow41", times_peer(0.5)),
    Row("poll.300", "300 phones join by polling", "ms", "poll300", times_peer(1.2)),
    Row("poll.1000", "1,000 phones join by polling", "ms", "poll1000", times_peer(1.2)),
    Row("join.3000", "3,000 phones join at once", "ms", "3000", times_peer(1.1)),
    Row("step.41", "a step to 41, last phone", "ms", "41", times_peer(0.9)),
    Row("step.300", "a step to 300", "ms", "300", times_peer(0.9)),
    Row("step.1000", "a step to 1,000", "ms", "1000", times_peer(0.9)),
    Row("step.3000", "a step to 3,000", "ms", "3000", times_peer(1.0)),
    Row("step.3000.p99", "a step to 3,000, p99 of the phones", "ms", "3000", at_most(50)),
    Row("step.probing", "a step to 1,000 while they probe", "ms", "1000", times_peer(1.0)),
    Row("wall.1", "300 post 1 and recognise 3 in 10 s, p99", "ms", "wall", at_most(150)),
    Row("wall.bytes", "… bytes a phone", "kB", "wall", None),
    Row("wall.least", "… as a multiple of the least", "× the least", "wall", at_most(1.2)),
    Row("wall.3", "300 post 3 and recognise 3 in 10 s, p99", "ms", "wall3", at_most(300)),
    *(Row(f"files.{name}", f"a full room as {name}, the slowest", "s", "files", at_most(3)) for name in FORMATS),
    Row("files.alone", "a step to 41 in another room without that, p99", "ms", "files", None),
    Row("files.beside", "… and meanwhile", "ms", "files", None),
    Row("files.step", "… as a multiple", "× alone", "files", at_most(1.5)),
    Row("probe.300", "300 phones that only probe", "% of a core", "300", times_peer(1.2)),
    Row("draw", "groups drawn and shown for 300, last phone", "ms", "300", at_most(50)),
    Row("memory.300", "memory a phone, at 300", "kB", "300", at_most(80)),
    Row("memory.1000", "memory a phone, at 1,000", "kB", "1000", at_most(80)),
    Row("rest", "memory at rest", "MB", "300", at_most(75)),
    Row("stay.step", "3,000 phones stay for 30 minutes: the slowest of 30 steps, last phone", "ms", "stay", None),
    Row("stay.memory", "… memory at minute 30", "× minute 5", "stay", at_most(1.1)),
    Row("start", "start", "s", "300", at_most(0.9)),
)
