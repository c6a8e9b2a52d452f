"""Who has a line open right now. Only this process knows; nothing of it is kept.

*Away* is not *left*: an empty list of sockets means a sleeping phone, never a free seat (product.md).
Sockets are remembered by their own id, so the late goodbye of an old one cannot make a person away (R9).
"""

from __future__ import annotations

from collections import defaultdict

MOST_SOCKETS = 3
MOST_DESKS = 12
"""Of leaders in one room, and of screens: several of each, on several machines."""


class Presence:
    """The open sockets of each person, the newest last. The newest holds the pen."""

    def __init__(self) -> None:
        self._sockets: dict[int, list[str]] = defaultdict(list)

    def arrive(self, person_id: int, socket: str) -> list[str]:
        """A person opened one more line. Returns the sockets that are one too many, oldest first."""
        lines = self._sockets[person_id]
        lines.append(socket)
        surplus, self._sockets[person_id] = lines[:-MOST_SOCKETS], lines[-MOST_SOCKETS:]
        return surplus

    def depart(self, person_id: int, socket: str) -> None:
        """A line closed; one that was closed before changes nothing."""
        lines = self._sockets.get(person_id, [])
        if socket in lines:
            lines.remove(socket)
        if not lines:
            self._sockets.pop(person_id, None)

    def sockets(self, person_id: int) -> list[str]:
        """Open sockets, the newest last."""
        return list(self._sockets.get(person_id, ()))

    def here(self, person_id: int) -> bool:
        """Has at least one line open."""
        return person_id in self._sockets


presence = Presence()


class Desks:
    """The open sockets on each key of a room: several desks, or screens, share one. The one that was silent longest
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
        """A line closed; one that made way before changes nothing."""
        if key in self._heard:
            self._heard[key].pop(socket, None)
            if not self._heard[key]:
                del self._heard[key]


desks = Desks()
