"""The figures beside the promises: printed by every run, and written into docs/reliability.md by `make soak`."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

SOAK = bool(os.environ.get("SOAK"))
"""Everything at the size of the promise, not at that of a test run."""
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by make soak -->", "<!-- end of the figures -->"
TIMES = ("s", "ms", "×")
"""The units of what depends on how busy a machine is; of losses and memory none does."""
LOOPS, SECONDS = 2_000_000, 0.1
"""Of the work by which a machine's pace is taken, and what it takes a machine with nothing else to do."""
HEAD = ("| | measured | promised | seen | when, where, how |", "|---|---|---|---|---|")


def size(quick: int, full: int) -> int:
    """How much of something: less of it in a test run."""
    return full if SOAK else quick


@dataclass(frozen=True)
class Figure:
    """One thing that was measured for one promise."""

    promise: str
    what: str
    seen: str
    most: str
    how: str

    @property
    def row(self) -> str:
        """As it stands in the table."""
        return f"| {self.promise} | {self.what} | {self.most} | {self.seen} | {self.how} |"


class Slow(AssertionError):
    """It took longer than is asserted, also for a machine as slow as this one was before and after: `conftest`
    measures it again."""


def slowness() -> float:
    """How many times as long as on a quiet machine something takes here just now, at least 1: by the pace of its
    processor, and by how many want each of its cores."""
    since = time.thread_time()
    for _ in range(LOOPS):
        pass
    pace, wanted = (time.thread_time() - since) / SECONDS, os.getloadavg()[0] / (os.cpu_count() or 1)
    return max(1.0, pace) * max(1.0, wanted)


class Figures:
    """Those of one run."""

    def __init__(self) -> None:
        self.found: list[Figure] = []

    def add(self, promise: str, what: str, value: float, most: float, unit: str, how: str, slower: float = 1) -> None:
        """Prints it, and fails where it is more than twice what was promised (of losses: more than none). `slower`: how
        many times as slow as a quiet machine this one was."""
        seen = f"{value:.3g}" if value < 100 else f"{value:.0f}"
        figure = Figure(promise, what, f"{seen} {unit}".strip(), f"≤ {most:g} {unit}".strip(), f"{where()}: {how}")
        self.found.append(figure)
        on = f"; on a machine {slower:.1f} × as slow" if slower > 1.1 else ""
        print(f"\n{figure.promise} {figure.what}: {figure.seen} ({figure.most} promised), {how}{on}")
        if SOAK:
            self.write()  # at once: a soak is long, and may be stopped
        if unit not in TIMES:
            assert value <= 2 * most, figure
        elif value > 2 * most * slower:
            raise Slow(figure, slower)

    def write(self) -> None:
        """Puts the rows of this run into the document's table; what it did not measure stays."""
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        table, _, after = rest.partition(END)
        rows = {key(row): row for row in table.splitlines() if re.match(r"\| R\d", row)}
        rows |= {key(f.row): f.row for f in self.found}
        lines = [*HEAD, *(rows[k] for k in sorted(rows, key=lambda k: (int(k[0][1:]), k[1])))]
        PAGE.write_text(before + BEGIN + "\n\n" + "\n".join(lines) + "\n\n" + END + after, encoding="utf-8")


def key(row: str) -> tuple[str, str]:
    """What a row is about."""
    _, promise, what, *_ = (cell.strip() for cell in row.split("|"))
    return promise, what


def where() -> str:
    """The day and the machine."""
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores"


def share(values: list[float], part: float) -> float:
    """A quantile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
