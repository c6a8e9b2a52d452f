"""Two processes behind nginx, as `TEST_PAIR=1` gives them to other tests: a server like any, and each room in one of
them."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import pair
from live import Line, fetch
from pair import Pair


def told_by(port: int) -> dict[str, float]:
    """How many rooms a process took, and how many it gave away."""
    said = fetch(f"http://127.0.0.1:{port}/metrics").body.decode()
    return {how: float(many) for how, many in re.findall(r'workshop_handovers_total\{how="(\w+)"\} (\S+)', said)}


def test_two_processes_are_to_their_rooms_one_server(tmp_path: Path, empty_postgres_url: str) -> None:
    with pair(tmp_path, empty_postgres_url) as server:
        for _ in range(4):
            made = server.create()
            leader = Line(server, made["lead_token"])
            phone = Line(server, server.join(made["code"], "Noor")["token"])
            leader.do("next")
            phone.wait("step", lambda step: step["index"] == 1)
            assert phone.note("case", "a letter")["ok"]
            leader.close()
            phone.close()
        assert isinstance(server, Pair)
        both = [told_by(port) for port in server.ports]
    assert sum(one["took"] for one in both) == 4, "each room came to one process, and stayed there"
    assert not any(one["gave"] or one["kept"] or one["lost"] for one in both)
