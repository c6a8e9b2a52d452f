"""Work that costs something and that many may ask for at once: room by room, one piece after another.

Many askers in one room wait for each other, and hold up nobody in another room; asking again for what is still to be
done adds nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from .extensions import rest, socketio

log = structlog.get_logger()


class Turns:
    """What is still to be done, by room, in the order in which it was asked for."""

    def __init__(self) -> None:
        self._rooms: dict[int, dict[str, Callable[[], None]]] = {}
        self._lock = threading.Lock()

    def ask(self, room_id: int, what: str, work: Callable[[], None]) -> None:
        """Has `work` done when its turn comes; `what` tells it from other work of the room."""
        with self._lock:
            if room_id not in self._rooms:  # first, so that nothing waits where nobody can be found to do it
                socketio.start_background_task(self._go_on, room_id)
            self._rooms.setdefault(room_id, {}).setdefault(what, work)

    def _go_on(self, room_id: int) -> None:
        while (work := self._next(room_id)) is not None:
            try:
                work()
            except Exception:
                log.exception("what was asked for was not done", room=room_id)
            rest(0)

    def _next(self, room_id: int) -> Callable[[], None] | None:
        with self._lock:
            waiting = self._rooms[room_id]
            if not waiting:
                del self._rooms[room_id]
                return None
            return waiting.pop(next(iter(waiting)))
