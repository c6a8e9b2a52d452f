"""What the fault tests share: rooms with people at tables, and a place for what they measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import STOOD_STILL, own
from faults.figures import SOAK, Figures, Slow, size, slowness
from faults.phone import Phone
from live import Line, Server

FAULTY = str(Path(__file__).with_name("faulty.py"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What took too long is measured again, twice at most, and so is that for which the machine stood still. A soak
    measures once."""
    again = pytest.mark.flaky(reruns=size(2, 0), only_rerun=[rf"\b{Slow.__name__}\b", *STOOD_STILL])
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(again)


@pytest.fixture(scope="session")
def figures() -> Figures:
    """What this run measures; a soak writes it down."""
    return Figures()


@pytest.fixture
def slower() -> Callable[[], float]:
    """How many times as slow as a quiet machine this one is, or was when the test began. A soak allows for nothing."""
    before = slowness()
    return lambda: 1 if SOAK else max(before, slowness())


@pytest.fixture
def figure(figures: Figures, request: pytest.FixtureRequest, slower: Callable[[], float]) -> Callable[..., None]:
    """`figure(what, value, most, unit, how)` for the promise that the test is named by."""
    found = re.match(r"test_(r\d+)_", request.node.originalname)
    assert found, "a fault test is named by its promise"
    number = found[1].upper()

    def add(what: str, value: float, most: float, unit: str, how: str) -> None:
        figures.add(number, what, value, most, unit, how, slower())

    return add


@pytest.fixture
def faulty_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server in which a test can plant a fault: `plant(server, "note")`."""
    with own(request, program=(FAULTY,), silent=False, FAULT=str(tmp_path / "fault")) as server:
        yield server


def plant(server: Server, fault: str) -> None:
    """From now on this goes wrong; "" for nothing."""
    Path(server.environ["FAULT"]).write_text(fault)


class Room:
    """A room in the middle of its first conversation, with people at tables."""

    def __init__(self, server: Server, people: int, seed: int = 1, **options: str) -> None:
        self.server, self.made = server, server.create(**({"conversation": "20m"} | options))
        self.code = self.made["code"]
        self.chance = Random(seed)
        self.joined = [server.join(self.code, f"Noor {n}") for n in range(people)]
        leader = Line(server, self.made["lead_token"])
        try:
            for kind in ("groups", "brief", "conversation"):
                index = next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == kind)
                leader.do("go", index=index)
        finally:
            leader.close()

    def phones(self, port: int | None = None) -> list[Phone]:
        """A phone for each, none of them on yet."""
        port = port or self.server.port
        return [Phone(port, p["token"], Random(self.chance.random()), p["name"], self.code) for p in self.joined]

    def leader(self, port: int | None = None) -> Phone:
        """The leader's line."""
        port = port or self.server.port
        return Phone(port, self.made["lead_token"], Random(self.chance.random()), "leader", self.code)


def seat(phone: Phone) -> tuple[Any, ...]:
    """Where someone sits and what they are in each round."""
    me = phone.snapshot["me"]["id"]
    assert phone.group is not None
    return phone.group["id"], *next(tuple(m["roles"]) for m in phone.group["members"] if m["id"] == me)
