"""`make bench` in small: it comes to its end, loses nobody and measures its rows. How fast is not asked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import unavailable

from bench.rows import ROWS, times_peer
from bench.servers import Missing, build
from bench.sessions import SESSIONS, least_wall_bytes

ROOT = Path(__file__).parents[2]
PHONES = 12
RUN = ("41", "poll300", "slow41", "wall", "files")
"""One session of each kind."""
MEASURED = [row for row in ROWS if row.session in RUN]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The figures of one small run."""
    try:
        build({"house"})
    except Missing as what:
        unavailable(str(what))
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", *RUN, "--house", "--phones", str(PHONES), "--times", "1", "--json", str(file)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return figures


@pytest.mark.timeout(600)
def test_everyone_is_in_and_all_is_acknowledged(told: dict[str, Any]) -> None:
    assert [row["row"] for row in told["rows"]] == [row.key for row in MEASURED]
    for row in told["rows"]:
        house = row["house"]
        assert house["phones"] in (0, PHONES), row  # 0: what is measured before the first one comes
        assert house["missing"] == 0 and house["not_measured"] == 0, row
        assert house["answered"] == house["asked"], row
        # A server that others leave no processor may say that it is busy, and says so in words.
        assert house["acknowledged"] == house["asked"] or "busy" in house["why"], row


def test_every_row_is_of_a_session_that_there_is() -> None:
    assert {row.session for row in ROWS} == SESSIONS.keys()


def test_a_goal_is_not_met_by_what_was_not_measured() -> None:
    goal = times_peer(most=0.9)
    assert goal.holds(10, 0.9) and not goal.holds(10, 0.91) and not goal.holds(10, None)


def test_the_least_of_a_wall_grows_with_posts_and_with_recognitions() -> None:
    assert 300 * 150 < least_wall_bytes(300, 0, 10) < least_wall_bytes(300, 900, 10) < least_wall_bytes(900, 900, 10)
