"""The parts that live as long as the process. Created here, bound to settings in `app.create_app`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from flask_babel import Babel
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

from .database import Database

db = Database()
socketio = SocketIO()
babel = Babel()
csrf = CSRFProtect()


def now() -> int:
    """The server's clock: milliseconds since the epoch. The doors read it; everything behind them is told."""
    return time.time_ns() // 1_000_000


def rest(seconds: float) -> None:
    """Waits and lets others go on, under whatever async mode the server runs."""
    socketio.sleep(seconds)  # type: ignore[arg-type]  # its stub knows whole seconds only


class Aside:
    """Runs slow work (hashing a password, making a PDF) where it does not hold up the phones.

    `__main__` knows how that is done under the server's async mode and puts the way in `run`.
    """

    run: Callable[..., Any] = staticmethod(lambda work, *args: work(*args))


class RoomLocks:
    """One lock per room: commands on one room happen one after the other, and are announced in that order."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.RLock] = {}

    def __getitem__(self, room_id: int) -> threading.RLock:
        return self._locks.setdefault(room_id, threading.RLock())

    def forget(self, room_id: int) -> None:
        """The room is gone; who waits for its lock still gets it, and finds no room."""
        self._locks.pop(room_id, None)


room_locks = RoomLocks()
