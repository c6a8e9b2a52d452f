"""A snapshot and the events after it are a fresh snapshot, on lines that break in between, too (R17).

The property itself is held by tests/app/test_snapshot.py; a soak runs it over more afternoons.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from faults.figures import size
from happenings import Afternoon, afternoon
from live import Line, Server
from pages import assert_fresh, pages


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    """Lines that are closed when the test ends."""
    lines: list[Line] = []
    yield lines
    for line in lines:
        line.close()


def test_r17_events_keep_a_snapshot_fresh(
    sqlite_server: Server, figure: Callable[..., None], lines: list[Line]
) -> None:
    def dial(server: Server, token: str) -> Line:
        lines.append(Line(server, token))
        return lines[-1]

    afternoons, happenings = size(1, 25), size(100, 300)
    with pages() as folded:
        for seed in range(afternoons):
            here = Afternoon(sqlite_server, folded, dial, random.Random(1000 + seed))
            afternoon(here, happenings, breaks=20)
            for line in here.lines:
                assert_fresh(folded, line)
            for line in lines:
                line.close()
            lines.clear()
    how = f"{afternoons} random afternoons of {happenings} happenings, some of which broke a line, folded by state.js"
    figure("lines that knew something else than a fresh snapshot", 0, 0, "", how)
