"""The rooms of ../shared/afternoons: people as protocol clients, with the phones that they have."""

from __future__ import annotations

from typing import Any

import yaml
from conftest import unavailable
from live import ROOT, Line, Server

from workshop.rehearsal.cast import Character, cast

FOLDER = ROOT.parent / "shared" / "afternoons"


def afternoon(name: str) -> dict[str, Any]:
    """One afternoon as it is written down; skips where the files are not beside this checkout."""
    file = FOLDER / f"{name}.yaml"
    if not file.exists():
        unavailable(f"{file} is not there")
    written: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return written | {"cast": cast(0, str(file))}


class Room:
    """The people of an afternoon, each with a line of their own where they have a phone."""

    def __init__(self, server: Server, made: dict[str, str]) -> None:
        self.server, self.made = server, made
        self.lines: dict[str, Line] = {}
        self.tokens: dict[str, str] = {}

    def come_in(self, *characters: Character) -> None:
        """They join, each under a name; two of one name are told apart by their team."""
        key = self.made["join_url"].split("#k=")[1]
        for one in characters:
            called = f"{one.name} ({one.team})" if one.name in self.tokens else one.name
            more = {"team": one.team} if one.team else {}
            self.tokens[called] = self.server.join(self.made["code"], one.name, key=key, **more)["token"]
            self.wake(called)

    def wake(self, name: str) -> None:
        """A phone comes back, or comes for the first time."""
        self.lines[name] = Line(self.server, self.tokens[name])

    def sleep(self, name: str) -> None:
        """A phone falls asleep or loses its network."""
        self.lines.pop(name).close()

    def id(self, name: str) -> int:
        """The person's id."""
        return int(self.lines[name].snapshot["me"]["id"])

    def close(self) -> None:
        """All phones go."""
        while self.lines:
            self.sleep(next(iter(self.lines)))
