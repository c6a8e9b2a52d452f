"""Who has a connection open right now. Only this process knows; none of it is stored.

*Away* is not *left*: an empty list of sockets means a sleeping phone, never a free seat.
Sockets are remembered by their own id, so the late goodbye of an old one cannot make a person away (R9).
"""

from __future__ import annotations

import math
from collections import defaultdict

MOST_SOCKETS = 3
MOST_DESKS = 12
"""Desks, and screens, of one room: several of each, on several machines."""
SOON_SECONDS = 20.0
"""Within this time a phone that is awake has come back, and a dead older connection has been noticed."""
LATELY_SECONDS = 60.0


class Presence:
    """The open sockets of each person, the newest last, each with the circle of its phone. The newest of a circle holds
    that circle's pen."""

    def __init__(self) -> None:
        self._sockets: dict[int, dict[str, str]] = defaultdict(dict)

    def arrive(self, person_id: int, socket: str, circle: str) -> list[str]:
        """A person opened one more connection. Returns the sockets that are too many, oldest first: only those of that
        circle, so that no phone that a leader let in can crowd out the others."""
        lines = self._sockets[person_id]
        lines[socket] = circle
        surplus = [line for line, own in lines.items() if own == circle][:-MOST_SOCKETS]
        for line in surplus:
            del lines[line]
        return surplus

    def depart(self, person_id: int, socket: str) -> None:
        """A connection closed; one that was closed before changes nothing."""
        lines = self._sockets.get(person_id, {})
        lines.pop(socket, None)
        if not lines:
            self._sockets.pop(person_id, None)

    def sockets(self, person_id: int) -> list[str]:
        """Open sockets, the newest last."""
        return list(self._sockets.get(person_id, ()))

    def circles(self, person_id: int) -> dict[str, list[str]]:
        """The open sockets, by the circle of their phone."""
        found: dict[str, list[str]] = defaultdict(list)
        for socket, circle in self._sockets.get(person_id, {}).items():
            found[circle].append(socket)
        return found

    def here(self, person_id: int) -> bool:
        """Do they have at least one connection open?"""
        return person_id in self._sockets


presence = Presence()


class Desks:
    """The open sockets on each key of a room: several desks, or screens, share a key. The one that was silent longest
    makes way for a newcomer, so that a room in trouble can always open one more."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[str, float]] = defaultdict(dict)

    def arrive(self, key: str, socket: str, now: float) -> list[str]:
        """One more on this key. Returns the sockets that make way."""
        self._heard[key][socket] = now
        by_silence = sorted(self._heard[key], key=self._heard[key].__getitem__)
        surplus = by_silence[:-MOST_DESKS]
        for one in surplus:
            self.depart(key, one)
        return surplus

    def hear(self, key: str, socket: str, now: float) -> None:
        """This one said something."""
        if socket in self._heard.get(key, ()):
            self._heard[key][socket] = now

    def depart(self, key: str, socket: str) -> None:
        """A connection closed; one that had made way already changes nothing."""
        if key in self._heard:
            self._heard[key].pop(socket, None)
            if not self._heard[key]:
                del self._heard[key]


desks = Desks()


class Returns:
    """The phones that lost their connection and came back soon. Those are on a network in trouble; a phone that sleeps
    stays away. A moment (`now`) is in seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._opened: dict[str, float] = {}
        self._closed: dict[str, float] = {}
        self._back: dict[int, dict[str, float]] = {}

    def opened(self, room_id: int, circle: str, now: float) -> None:
        """A phone of this circle opened a connection."""
        if now - self._closed.pop(circle, -math.inf) <= SOON_SECONDS:
            self._came_back(room_id, circle, now)
        self._opened[circle] = now

    def closed(self, room_id: int, circle: str, now: float, *, another: bool) -> None:
        """One was closed; `another` is open, which came in its place if it came lately."""
        if not another:
            self._closed[circle] = now
        elif now - self._opened.get(circle, -math.inf) <= SOON_SECONDS:
            self._came_back(room_id, circle, now)

    def lately(self, room_id: int, now: float) -> int:
        """How many phones of a room came back in the last minute, each counted once."""
        return sum(now - at <= LATELY_SECONDS for at in self._back.get(room_id, {}).values())

    def tidy(self, now: float) -> None:
        """To be called every few seconds: what is long ago goes."""
        for moments in (self._opened, self._closed):
            for circle in [circle for circle, at in moments.items() if now - at > SOON_SECONDS]:
                moments.pop(circle, None)
        for room_id, back in list(self._back.items()):
            for circle in [circle for circle, at in back.items() if now - at > LATELY_SECONDS]:
                back.pop(circle, None)
            if not back:
                self.forget(room_id)

    def forget(self, room_id: int) -> None:
        """The room is gone."""
        self._back.pop(room_id, None)

    def _came_back(self, room_id: int, circle: str, now: float) -> None:
        self._back.setdefault(room_id, {})[circle] = now


returns = Returns()
