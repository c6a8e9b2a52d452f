"""A snapshot and the events after it are a fresh snapshot, on lines that break in between, too (R17).

The property itself is held by tests/app/test_snapshot.py; a soak runs it over more afternoons.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator

import pytest
from app.test_snapshot import NAMES, assert_fresh, known, something
from faults.figures import size
from live import Line, Server, until


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
    afternoons, happenings = size(1, 25), size(60, 200)
    for seed in range(afternoons):
        chance = random.Random(1000 + seed)
        made = sqlite_server.create()
        tokens = [sqlite_server.join(made["code"], name)["token"] for name in NAMES]
        leader, screen, *phones = (
            Line(sqlite_server, token) for token in (made["lead_token"], made["screen_token"], *tokens)
        )
        lines += [leader, screen, *phones]
        posts, notes = ([str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(5)] for _ in range(2))
        leader.do("go", index=2)
        for n in range(happenings):
            something(chance, leader, phones, posts, notes)
            if n % 20 == 10:  # a line breaks, and another takes its place
                broken = chance.randrange(len(phones))
                phones[broken].close()
                phones[broken] = Line(sqlite_server, tokens[broken])
                lines.append(phones[broken])
        for line in (leader, screen, *phones):
            assert_fresh(line)
        wall = sqlite_server.get(f"/api/rooms/{made['code']}/wall", made["screen_token"]).json()["posts"]
        until(lambda wall=wall, screen=screen: sorted(wall, key=lambda p: p["id"]) == known(screen)["wall"])  # type: ignore[misc]
        for line in lines:
            line.close()
        lines.clear()
    how = f"{afternoons} random afternoons of {happenings} happenings on {len(NAMES) + 2} lines, some of which broke"
    figure("lines that knew something else than a fresh snapshot", 0, 0, "", how)
