"""What condition the server is in: what its metrics of the last minutes say to whoever runs it, each either good or in
need of a look. Figures in, findings out; the words are in `web/ops.py`."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from prometheus_client import REGISTRY

Figures = Mapping[str, float]
"""The metrics at a moment, by name and labels."""
WINDOW_SECONDS = 600.0
"""The last minutes are judged: what went wrong this morning is in the log, and in Prometheus."""
EVERY_SECONDS = 60.0
OUTLIERS, FEW = 0.01, 10
"""Of the things that took time, one in a hundred may be slower than the page says; and at least a single one, if there
were this many."""


class Finding(NamedTuple):
    """One thing that was looked at. `many`: how many there were, out of `most` if there is such a bound; `within`: the
    seconds in which nearly all of it was done, math.inf if that is more than the histogram tells."""

    about: str
    good: bool
    many: int = 0
    most: int = 0
    within: float | None = None


def figures() -> Figures:
    """The metrics of this moment; those that are looked up rather than counted have just been measured."""
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for metric in REGISTRY.collect()
        if metric.name.startswith(("workshop_", "process_"))
        for sample in metric.samples
    }


class Recent:
    """What the figures were in the last minutes."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, Figures]] = deque()

    def due(self, now: float) -> bool:
        """Is it time for the next? `now`: seconds of the monotonic clock."""
        return not self._kept or now - self._kept[-1][0] >= EVERY_SECONDS

    def keep(self, now: float, figures: Figures) -> None:
        """Keeps one more; what is older than it needs to be goes."""
        self._kept.append((now, figures))
        while len(self._kept) > 1 and now - self._kept[1][0] >= WINDOW_SECONDS:
            self._kept.popleft()

    def before(self, now: float) -> tuple[float, Figures]:
        """How many seconds old the oldest figures are, and those figures; none if nothing is kept yet."""
        if not self._kept:
            return 0.0, {}
        at, kept = self._kept[0]
        return now - at, kept


recent = Recent()


def findings(now: Figures, before: Figures) -> list[Finding]:
    """What there is to say about the time between these two; what needs a look comes first."""

    def many(*names: str) -> int:
        return round(sum(now.get(name, 0) - before.get(name, 0) for name in names))

    def timed(about: str, name: str, bound: float) -> Finding:
        within = quick(now, before, name)
        return Finding(about, within is None or within <= bound, many(f"{name}_count"), within=within)

    here = round(sum(now.get(f"workshop_connections {role}", 0) for role in ("person", "leader", "screen")))
    opened = many(*(f"workshop_connections_opened_total {role}" for role in ("person", "leader", "screen")))
    waiting = round(now.get("workshop_journal_waiting", 0))
    lost = many("workshop_changes_not_stored_total")
    unread = many("workshop_connections_cut_total unread")
    told_to_wait = many(
        *(f"workshop_refusals_total {code} {door}" for code in ("busy", "too_fast")
          for door in ("request", "connect", "event")),
        "workshop_connections_turned_away_total",
    )  # fmt: skip
    errors = many("workshop_log_lines_total error")
    overdue = now.get("workshop_steps_overdue", 0)
    files, most_files = round(now.get("process_open_fds", 0)), round(now.get("process_max_fds", 0))
    found = [
        Finding("database", now.get("workshop_database_up", 1) == 1),
        Finding("overdue", not overdue > 0, 0 if math.isnan(overdue) else round(overdue)),
        timed("steps", "workshop_step_late_seconds", 1.0),
        timed("changes", "workshop_change_stored_seconds", 0.5),
        timed("commits", "workshop_commit_seconds", 0.1),
        Finding("waiting", waiting <= 200, waiting),
        Finding("lost", lost == 0, lost),
        timed("turns", "workshop_loop_late_seconds", 0.25),
        timed("telling", "workshop_broadcast_seconds", 0.25),
        Finding("coming_back", opened <= 30 or opened <= 3 * here, opened, here),
        Finding("unread", unread <= 5, unread),
        Finding("told_to_wait", told_to_wait <= 50, told_to_wait),
        Finding("errors", errors == 0, errors),
        Finding("files", files <= 0.8 * most_files or not most_files, files, most_files),
    ]
    return sorted(found, key=lambda one: one.good)


def quick(now: Figures, before: Figures, name: str) -> float | None:
    """Within how many seconds nearly everything was done that this histogram timed in between; None if there was
    nothing."""
    total = now.get(f"{name}_count", 0) - before.get(f"{name}_count", 0)
    if total <= 0:
        return None
    nearly = total - max(OUTLIERS * total, total >= FEW)
    start = f"{name}_bucket "
    for key in sorted((key for key in now if key.startswith(start)), key=lambda key: float(key.removeprefix(start))):
        if now[key] - before.get(key, 0) >= nearly:
            return float(key.removeprefix(start))
    return math.inf
