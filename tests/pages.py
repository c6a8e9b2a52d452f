"""What pages know of their room: all that their lines heard, folded by the pages' own state.js under node (R17)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import unavailable
from live import Line, Server, until
from socketio.exceptions import SocketIOError

State = dict[str, Any]
ROWS = ("people", "notes")
"""Lists of which a message brings single rows: they are in no order."""


class Pages:
    """One page for each line, as `line.js` keeps it: it knows what it heard, and fetches the wall when it is behind."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node
        self._names = count()
        self._pages: dict[Line, Page] = {}
        self._said_at: dict[int, int] = {}
        """When each notice was said that anyone heard of (ms)."""

    def follow(self, line: Line, server: Server, code: str, token: str) -> None:
        """From now on what this line hears is what a page of its own knows."""
        self._pages[line] = Page(f"page {next(self._names)}", server, code, token)

    def know(self, line: Line) -> State:
        """All that its page knows, but for the snapshots that only a test asked for."""
        page = self._pages[line]
        heard = line.heard[page.read :]
        page.read += len(heard)
        self._said_at |= {said["id"]: said["at"] for event, said in heard if event == "notice"}
        return self._fold(page.name, [one for one in heard if id(one[1]) not in page.asked])

    def differences(self, line: Line) -> list[tuple[str, Any, Any]]:
        """What this page knows, and a fresh one would not know just so, field by field. Asks for a snapshot."""
        page = self._pages[line]
        there = line.say("clock")
        before = len(line.all("snapshot"))
        line.say("sync")
        until(lambda: len(line.all("snapshot")) > before)
        fresh = line.all("snapshot")[before]
        page.asked.add(id(fresh))
        self.know(line)
        wall = page.server.get(f"/api/rooms/{page.code}/wall", page.token).json()
        known = self._fold(page.name, [], there)
        if known["wall"]["seq"] is None or known["wall"]["seq"] != known["wall"]["seen"]:
            known = self._fold(page.name, [("wall_fetched", wall)], there)
        anew = self._fold(f"page {next(self._names)}", [("snapshot", fresh), ("wall_fetched", wall)], there)
        if "notes" not in known["seq"]:  # the first group came by a message, and of its notes none
            anew["seq"].pop("notes", None)
        known, anew = self._comparable(known), self._comparable(anew)
        names = sorted({*known, *anew})
        return [(name, known.get(name), anew.get(name)) for name in names if known.get(name) != anew.get(name)]

    def _comparable(self, state: State) -> State:
        """A state without what no two moments have alike; for each thing that is left out it says why."""
        state["step"].pop("cause", None)  # of the last step, which a snapshot is not told
        if state["step"]["clock"]["ends_at"] is not None:
            state["step"]["clock"]["remaining"] = None  # of the moment; `ends_at` says it
        for rows in ROWS:  # single ones come and go
            state[rows].sort(key=lambda row: str(row["id"]))
        state["wall"]["posts"].sort(key=lambda post: post["id"])
        here = {person["id"]: person["here"] for person in state["people"]}
        for group in state["groups"]:  # desks look in `people` for who is here
            group["members"] = [member | {"here": here.get(member["id"])} for member in group["members"]]
        if state["progress"] is None:  # no leader's: what was said is shown as long as its step lasts, by `stands`
            since = state["step"]["entered_at"]
            state["notices"] = [one for one in state["notices"] if one["at"] >= since]
            state["said"] = [one for one in state["said"] if self._said_at[one] >= since]
        if state["me"] is None:  # a snapshot says this to phones alone
            del state["said"]
        if state["me"] is state["progress"] is None:  # and this to leaders: a screen has groups once they are shown
            del state["shown"]
        return state

    def _fold(self, page: str, heard: list[tuple[str, Any]], there: Any = None) -> State:
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(json.dumps({"page": page, "heard": heard, "there": there or {}}) + "\n")
        self._node.stdin.flush()
        state: State = json.loads(self._node.stdout.readline())
        return state


class Page:
    """Of one line: how much of it was read, and the snapshots that are not to be folded."""

    def __init__(self, name: str, server: Server, code: str, token: str) -> None:
        self.name, self.server, self.code, self.token = name, server, code, token
        self.read = 0
        self.asked: set[int] = set()


@contextmanager
def pages() -> Iterator[Pages]:
    """Pages, as long as a test needs them."""
    if shutil.which("node") is None:
        unavailable("there is no node to fold what pages hear")
    fold = Path(__file__).parent / "js" / "fold.mjs"
    with subprocess.Popen(["node", str(fold)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        yield Pages(node)
        assert node.stdin
        node.stdin.close()


def assert_fresh(pages: Pages, line: Line) -> None:
    """What a page knows by what it heard becomes the same as what a snapshot says."""
    found: list[Any] = []

    def same() -> bool:
        nonlocal found
        found = pages.differences(line)
        return not found

    try:
        until(same)
    except (AssertionError, SocketIOError) as error:  # a line that asks over and over is cut
        pytest.fail(f"not the same: {found}; {error}")
