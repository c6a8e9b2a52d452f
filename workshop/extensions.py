"""The parts that live as long as the process. Created here, bound to settings in `app.create_app`."""

from __future__ import annotations

import select
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import structlog
from flask_babel import Babel
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

from .core.errors import Refused
from .database import Database

log = structlog.get_logger()
db = Database()
socketio = SocketIO()
babel = Babel()
csrf = CSRFProtect()


def now() -> int:
    """The server's clock: milliseconds since the epoch. The doors read it; everything behind them is told the time."""
    return time.time_ns() // 1_000_000


def rest(seconds: float) -> None:
    """Waits and lets others go on, under whatever async mode the server runs."""
    socketio.sleep(seconds)  # type: ignore[arg-type]  # its stub knows whole seconds only


def begin(task: Callable[..., None], *with_what: Any, otherwise: Callable[[], object]) -> None:
    """Starts a task of its own that is marked as begun. `otherwise` takes the mark back where it cannot be started, as
    when a machine has no thread left: else nobody would ever start it again."""
    try:
        socketio.start_background_task(task, *with_what)
    except Exception:
        otherwise()
        raise


_in_tasks: set[Callable[[], object]] = set()


def one_at_a_time(do: Callable[[], object]) -> None:
    """Does it in a task of its own, unless it is being done in one already; what goes wrong is logged. For what has to
    be done every now and then: however long one thing takes, or fails, the others have their turn."""
    if do not in _in_tasks:
        _in_tasks.add(do)
        try:
            begin(_do_once, do, otherwise=lambda: _in_tasks.discard(do))
        except Exception:  # whoever has this done every now and then goes on
            log.exception("not begun", name=do.__name__)


def _do_once(do: Callable[[], object]) -> None:
    try:
        do()
    except Refused as refused:
        log.warning("not done yet", name=do.__name__, code=refused.code)
    except Exception:
        log.exception("not done", name=do.__name__)
    finally:
        _in_tasks.discard(do)


class Aside:
    """Runs slow work (hashing a password, making a PDF) where it does not hold up the phones, nor they it: in a thread
    of the system's.

    `__main__` knows how that is done under the server's async mode and puts it in `run`.
    """

    run: Callable[..., Any] = staticmethod(lambda work, *args: work(*args))
    select: Callable[..., Any] = staticmethod(select.select)
    """How such a thread waits, …"""
    lock: Callable[[], AbstractContextManager[Any]] = threading.Lock
    """… and what it can share with the loop."""


class Queue:
    """Work that is heavy on the machine: `at_once` pieces of it at a time, `waiting` more wait their turn for
    `patience` seconds, and no single asker has more than `each` of these places. Anyone beyond that hears `busy`."""

    LOOK_SECONDS = 0.5
    """How often a piece of work that waits looks whether its asker is still there."""

    def __init__(self, *, at_once: int, waiting: int, each: int, patience: float) -> None:
        self._places, self._each, self._patience = at_once + waiting, each, patience
        self._turns = threading.Semaphore(at_once)
        self._askers: Counter[Hashable] = Counter()
        self._count = threading.Lock()

    @contextmanager
    def turn(self, asker: Hashable, still_there: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """One's turn: the work is done inside. Refused("busy") if there is no place, or no turn in time. If the asker
        is no longer `still_there`, the place is given up."""
        with self._count:  # looked at and taken in one
            if self._askers.total() >= self._places or self._askers[asker] >= self._each:
                raise _busy()
            self._askers[asker] += 1
        try:
            self._wait(still_there)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            with self._count:
                self._askers[asker] -= 1
                self._askers += Counter()  # who has none is not remembered

    def _wait(self, still_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self._patience
        while not self._turns.acquire(timeout=self.LOOK_SECONDS):
            if time.monotonic() > deadline or not still_there():
                raise _busy()


def _busy() -> Refused:
    return Refused("busy", "This server makes one such file at a time, and others wait. Try again in a moment.", wait=5)


class Kept:
    """What was made for rooms: the newest for each, as long as the room exists and nothing that went into it has
    changed; at most `most` bytes together, beyond which the oldest go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[int, tuple[str, bytes]] = {}
        self._lock = threading.Lock()

    def find(self, room_id: int, made_of: str) -> bytes | None:
        """What was made from exactly this."""
        digest, made = self._kept.get(room_id, ("", b""))
        return made if digest == made_of else None

    def keep(self, room_id: int, made_of: str, made: bytes) -> None:
        """Keeps it, in place of what the room had."""
        with self._lock:
            self._kept.pop(room_id, None)
            self._kept[room_id] = made_of, made
            while sum(len(one) for _, one in self._kept.values()) > self._most:
                del self._kept[next(iter(self._kept))]

    def rooms(self) -> list[int]:
        """The rooms for which something is kept."""
        return list(self._kept)

    def forget(self, room_id: int) -> None:
        """Nothing of a room outlives its erasure."""
        with self._lock:
            self._kept.pop(room_id, None)


class RoomLocks:
    """One lock per room: commands on one room happen one after the other, and are told in that order."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.RLock] = {}

    def __getitem__(self, room_id: int) -> threading.RLock:
        return self._locks.setdefault(room_id, threading.RLock())

    def forget(self, room_id: int) -> None:
        """The room is gone; whoever waits for its lock still gets it, and finds no room."""
        self._locks.pop(room_id, None)


room_locks = RoomLocks()
prints = Kept(16 * 1024 * 1024)
"""The printed sets of some rooms."""
