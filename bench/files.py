"""The files of a full room, fetched over and over, as its organiser would who wants them all."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from types import TracebackType
from urllib.error import HTTPError

from .crowd import Crowd, Stuck
from .servers import Room, Server, create

FORMATS = ("csv", "json", "md", "xlsx", "docx", "pdf")
PEOPLE, NOTES_EACH, POSTS_EACH = 300, 10, 3
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Full:
    """How much is in a room."""

    people: int
    over_ms: int
    """How long they take to write it, twice: it is their pace, and not what is measured."""


def full_room(server: Server, full: Full) -> Room:
    """A room beside the one that is measured, in which everybody has written and which is closed, so that all that
    was shared is in its files."""
    room = create(server.folder)
    with Crowd(server, room) as crowd:
        crowd.join(full.people, "ws", full.over_ms // 2, 60)
        crowd.notes(full.people * NOTES_EACH, full.over_ms, 60, "organiser")
        crowd.wall(POSTS_EACH, POSTS_EACH, full.over_ms, 60)
        crowd.close(30)
    figures = json.loads(fetched(server, room, "json"))["figures"]
    wanted = {"notes": full.people * NOTES_EACH, "lines": full.people * POSTS_EACH}
    if found := {name: figures[name] for name in wanted if figures[name] != wanted[name]}:
        raise Stuck(f"the full room is not full: {found}, not {wanted}")
    return room


def fetched(server: Server, room: Room, extension: str) -> bytes:
    """A file; where the server says that it was asked too often, as soon as it says."""
    address = f"http://127.0.0.1:{server.port}/reflections/{room.code}.{extension}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {room.organiser_token}"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                body: bytes = answer.read()
                return body
        except HTTPError as refused:
            with refused:
                if refused.code != 429:
                    raise
                time.sleep(float(refused.headers["Retry-After"]))


@dataclass
class Fetching:
    """Fetches every format of a room, again and again, in a thread of its own; a context manager, which ends when each
    was fetched once at least. `ms`: how long each took."""

    server: Server
    room: Room
    ms: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in FORMATS})
    why: str = ""

    def __enter__(self) -> Fetching:
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._fetch)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self._thread.join()

    def _fetch(self) -> None:
        try:
            while not (self._enough.is_set() and all(self.ms.values())):
                for name, took in self.ms.items():
                    began = time.monotonic()
                    fetched(self.server, self.room, name)
                    took.append((time.monotonic() - began) * 1000)
        except OSError as why:  # an HTTPError is one
            self.why = str(why)
