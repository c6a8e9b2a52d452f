"""What is good about the server and what is not, from figures alone."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as some

from workshop import metrics
from workshop.condition import EVERY_SECONDS, WINDOW_SECONDS, Figures, Recent, figures, findings, quick

assert metrics  # declares what there is
COMMIT = "workshop_commit_seconds"


def commits(**counts: int) -> dict[str, float]:
    """The histogram of commits, as so many within each time."""
    found = {f"{COMMIT}_bucket {bound.replace('_', '.').removeprefix('le')}": float(n) for bound, n in counts.items()}
    total = max(counts.values(), default=0)
    return found | {f"{COMMIT}_bucket +Inf": float(total), f"{COMMIT}_count": float(total)}


def bad(now: Figures, before: Figures) -> set[str]:
    """What needs a look."""
    return {one.about for one in findings(now, before) if not one.good}


def test_a_server_that_just_began_is_well() -> None:
    now = {**figures(), "workshop_database_up": 1.0}
    assert bad(now, now) == set()


def test_every_figure_that_is_judged_is_declared() -> None:
    names: set[str] = set()

    class Asked(dict[str, float]):
        def get(self, name: str, other: float = 0) -> float:  # type: ignore[override]
            names.add(name)
            return super().get(name, other)

    asked = Asked(figures())
    findings(asked, {})
    assert len(names) > 20 and not names - asked.keys()


def test_only_what_happened_since_counts() -> None:
    morning = commits(le0_01=10, le2_5=1000)
    assert bad(morning, {}) == {"commits"}
    assert quick(morning | commits(le0_01=110, le2_5=1100), morning, COMMIT) == 0.01
    assert bad(morning, morning) == set() and quick(morning, morning, COMMIT) is None


def test_nearly_all_is_all_but_one_in_a_hundred() -> None:
    assert quick(commits(le0_01=99, le1_0=100), {}, COMMIT) == 0.01
    assert quick(commits(le0_01=98, le1_0=100), {}, COMMIT) == 1.0
    assert (
        quick(commits(le0_01=9, le1_0=10), {}, COMMIT) == 0.01 and quick(commits(le0_01=8, le1_0=9), {}, COMMIT) == 1.0
    )
    assert quick({f"{COMMIT}_count": 5.0, f"{COMMIT}_bucket 1.0": 0.0}, {}, COMMIT) == math.inf


def test_what_needs_a_look_comes_first() -> None:
    now = {"workshop_database_up": 0.0, "workshop_log_lines_total error": 2.0, "workshop_steps_overdue": math.nan}
    assert [one.about for one in findings(now, {})][:2] == ["database", "errors"]
    assert bad(now, {}) == {"database", "errors"}


def test_phones_that_come_back_over_and_over() -> None:
    def after(opened: int, here: int) -> set[str]:
        return bad({"workshop_connections_opened_total person": opened, "workshop_connections person": here}, {})

    assert after(300, 300) == set(), "a whole venue comes in"
    assert after(31, 2) == {"coming_back"} and after(30, 0) == set()


@given(some.lists(some.integers(0, 200), min_size=1, max_size=80))
def test_the_last_minutes_are_kept_and_no_more(steps: list[int]) -> None:
    kept, now = Recent(), 0
    for step in steps:
        now += step
        if kept.due(now):
            kept.keep(now, {"at": now})
        ago, then = kept.before(now)
        assert then["at"] == now - ago and ago <= WINDOW_SECONDS + EVERY_SECONDS + 200
    assert len(kept._kept) <= WINDOW_SECONDS / EVERY_SECONDS + 2
