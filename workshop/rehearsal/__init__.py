"""A rehearsal: simulated people come in over the real sockets, write, drop out and come back. Leading is left to the
leader.

A rehearsal is a client of the server like any other and knows nothing that a phone does not. Its people are a *cast*;
what they write is in `texts.yaml`. It only waits by means of `threading`, so that it runs under eventlet, gevent and
plain threads alike.
"""

from __future__ import annotations

import math
import threading
import time
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from ..content import Pack
from ..core.errors import Refused
from .cast import Character, cast
from .player import ANSWER_WITHIN, Player

__all__ = ["Character", "Rehearsal", "cast"]


class Texts(Struct, frozen=True):
    """What simulated people write, in one language."""

    notes: dict[str, list[str]]
    posts: dict[str, list[str]]
    own: str


class Door(Struct, frozen=True):
    """What a room says about itself to anyone who asks."""

    open: bool


class Rehearsal:
    """One run of a cast in one room, until the room is in `closing` or the leader stops it."""

    def __init__(self, url: str, code: str, key: str, pack: Pack, *, speed: float, seed: int) -> None:
        if not 0 < speed < math.inf:
            raise Refused("invalid", "A rehearsal goes forward: take a speed above 0.")
        if not url.startswith(("http://", "https://")):
            raise Refused("invalid", f"{url} is no address of a server; it begins with http:// or https://.")
        self.url, self.code, self.key, self.pack, self.speed, self.seed = url, code, key, pack, speed, seed
        known = msgspec.yaml.decode(Path(__file__).with_name("texts.yaml").read_bytes(), type=dict[str, Texts])
        self.texts = known.get(pack.language, known["en"])
        self.players: list[Player] = []
        self.over = threading.Event()
        self.stopped = False
        """The rehearsal ended before the room did: nobody writes a last word."""
        self.reached: set[str] = set()
        """The steps that the room has been in, such as "brief 2"."""
        self.began = time.monotonic()
        self._speaking = threading.Lock()

    def run(self, characters: Sequence[Character]) -> None:
        """Plays them all; returns when the last one has gone home. Refused if that is impossible."""
        self._look_for_the_room()
        for character in characters:
            if character.phone == "none":
                self.tell(character.name, "has no phone: add this person by hand on the dashboard")
        self.players = [Player(self, c, place) for place, c in enumerate(characters) if c.phone != "none"]
        threads = [threading.Thread(target=player.live, daemon=True) for player in self.players]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self.tell("The rehearsal", "was stopped")
            self.stop()
        if threads and not self.over.is_set():
            raise Refused("failed", "Nobody is left to play on.")

    def stop_with(self, leash: IO[bytes]) -> None:
        """Stops as soon as this stream ends: a server that started the rehearsal holds the other end, so that, however
        the server ends, nobody plays on."""

        def watch() -> None:
            leash.read()
            self.stop()

        threading.Thread(target=watch, daemon=True).start()

    def end(self) -> None:
        """The room is in its last step: everyone hears it, even those who are away."""
        self.over.set()
        for player in self.players:
            player.rouse()

    def stop(self) -> None:
        """Whoever started it no longer wants it: everyone goes at once."""
        self.stopped = True
        self.end()

    def is_in(self, step: str) -> None:
        """The room has come to a step."""
        if step not in self.reached:
            self.reached.add(step)
            for player in self.players:
                player.arrived.set()

    def was_taken_out(self) -> None:
        """Someone was taken out. Once nobody who came in is left, all have been dismissed, and those still on their way
        turn round."""
        if all(player.removed for player in self.players if player.me):
            self.stop()

    def wait_until(self, minute: float) -> bool:
        """Waits for a minute of the rehearsal; False if it was over before that."""
        return not self.over.wait(max(0.0, self.began + minute * 60 / self.speed - time.monotonic()))

    def tell(self, name: str, what: str) -> None:
        """Prints a line for each thing that happens, with the minute of the rehearsal; never what someone wrote."""
        with self._speaking:
            print(f"{(time.monotonic() - self.began) * self.speed / 60:6.1f}  {name} {what}", flush=True)

    def _look_for_the_room(self) -> None:
        try:
            with urllib.request.urlopen(f"{self.url}/api/rooms/{self.code}", timeout=ANSWER_WITHIN) as answer:
                room = msgspec.json.decode(answer.read(), type=Door)
        except (OSError, ValueError, HTTPException, msgspec.MsgspecError) as problem:
            if isinstance(getattr(problem, "reason", None), ConnectionRefusedError):
                away = f"No server answers at {self.url}. Start the server first: workshop serve."
                raise Refused("not_found", away) from problem
            raise Refused("not_found", f"No workshop with this room answers at {self.url}: {problem}.") from problem
        if not room.open:
            raise Refused("closed", "This room is closed; nobody can come in.")
