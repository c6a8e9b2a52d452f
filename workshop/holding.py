"""Which of several processes holds a room: with PostgreSQL, the one that has the room's advisory lock (decision 34).

A process has one connection for its locks. As long as that one lives nobody else has them; when it ends, however it
ends, PostgreSQL gives them to whoever asks next. One thread alone speaks on it, and hears there what other processes
say: that they want a room, that one is free, that they wrote to one. It is a thread of the system's (`Aside`), as
PostgreSQL gives up a process that says nothing, and a loop in which a thousand phones come in at one moment is silent
for seconds. What the thread finds is done in the loop (`hear`).

With SQLite there is one process (`alone`), which holds every room.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from . import metrics
from .core.errors import Refused
from .database import NOTICE_SILENCE, Database
from .extensions import Aside, db, socketio

log = structlog.get_logger()
ROOMS = 21
"""The number before that of the room; of locks with one number, 19 is that of `schema` and 20 `SERVING`."""
SERVING = 20
CHANNEL = "workshop"
WAIT_SECONDS = 1.0
"""How long to wait for a room that another process has to let go."""
TRY_SECONDS, ASK_SECONDS = 0.1, 0.3
"""How often one tries in that time, and how often one says that one wants it."""
WORD_SECONDS, ANSWER_SECONDS = 1.0, 2.0
"""How often something is said on the connection, and how long the answer may take. PostgreSQL gives up after more than
both together, so nobody else has a room before this process knows that it lost it."""
STARTING_SECONDS = 5.0
KEPT_SECONDS = 3.0
"""How long people stay where they are when PostgreSQL itself ended the connection, as it does when it starts anew: so
long this process tries to have their rooms again."""
PREPARE = (
    "SET idle_session_timeout = '4s'",
    NOTICE_SILENCE,
    f"LISTEN {CHANNEL}",
)
TAKE = f"SELECT room, pg_try_advisory_lock({ROOMS}, room) FROM unnest(%s::int[]) AS room"
FREE = (
    f"SELECT pg_advisory_unlock({ROOMS}, room), pg_notify('{CHANNEL}', 'free ' || room) FROM unnest(%s::int[]) AS room"
)
SAY = f"SELECT pg_notify('{CHANNEL}', said) FROM unnest(%s::text[]) AS said"

ANOTHER_VERSION = (
    "Another server uses this database, of a version that shares it with nobody. Stop it, or give this one a "
    "DATABASE_URL of its own."
)
NO_CONNECTION = "PostgreSQL has no connection for this server. Raise its max_connections (docs/operators.md)."


def elsewhere() -> Refused:
    """This process does not get the room now."""
    return Refused("busy", "This room is with another process of the server just now; try again in a moment.")


class Lost(Exception):
    """The connection is no more, or does not answer."""


@dataclass(slots=True)
class Wish:
    """A room that somebody here waits for."""

    until: float
    """By the monotonic clock."""
    code: str | None = None
    """None: another process is not asked for it. Otherwise the code by which its request came here, or nothing."""
    try_at: float = 0.0
    ask_at: float = 0.0
    got: bool = False
    over: threading.Event = field(default_factory=threading.Event)


class Holding:
    """The rooms of this process. What others say is handed to `wanted(room, code)`, `wrote(room, revision)` and, when
    all is lost, `lost()`, each in a task of its own."""

    def __init__(self) -> None:
        self.wanted: Callable[[int, str], None] = lambda room_id, code: None
        self.wrote: Callable[[int, int], None] = lambda room_id, revision: None
        self.lost: Callable[[], None] = lambda: None
        self.shares = False
        """Does this process serve together with others?"""
        self.leaving = False
        """It takes no more rooms."""
        self.unsure: set[int] = set()
        """Rooms that were lost because PostgreSQL ended the connection, until it is known whether they are as they
        were: nothing is done in them, and nobody is sent away."""
        self._database: Database | None = None
        self._driver: Any = None
        """psycopg2, which is loaded only where it is needed."""
        self._line: Any = None
        self._spoke = 0.0
        self._session = 0
        self._locked: set[int] = set()
        self._held: dict[int, float] = {}
        """Those of them that were read since, with the moment."""
        self._had: set[int] = set()
        """Those that it had when the connection was lost, until there is another one."""
        self._taken_back: dict[int, float] = {}
        """Those of them that it then had again, with the moment."""
        self._wishes: dict[int, Wish] = {}
        self._freed: set[int] = set()
        self._said: list[str] = []
        self._lock: Any = threading.Lock()
        self._bell: socket.socket
        self._heard: socket.socket
        self._calls: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        """What is to be done in the loop."""
        self._caller: socket.socket
        self._called: socket.socket

    # What the rest of the process asks

    def begin(self, database: Database) -> None:
        """From now on this process serves, and others may besides; Refused("busy") if another one serves that shares
        with nobody, as earlier versions do, or if PostgreSQL has no connection left."""
        self._lock = Aside.lock()
        (self._bell, self._heard), (self._caller, self._called) = socket.socketpair(), socket.socketpair()
        self._database, self._driver, self.shares = database, database.engine.dialect.loaded_dbapi, True
        for end in (self._bell, self._heard, self._caller, self._called):
            end.setblocking(False)
        deadline = time.monotonic() + STARTING_SECONDS
        while (why := self._why_not()) is not None:
            if time.monotonic() > deadline:
                raise Refused("busy", why)
            time.sleep(TRY_SECONDS)
        database.answers = lambda: self._line is not None
        database.serve()

    def go_on(self) -> None:
        """Never returns; whatever happens to the connection, there is soon another one. For a thread of its own, in
        which nothing is done that belongs to the loop."""
        while True:
            try:
                while True:
                    self._once()
            except (Lost, self._driver.Error, OSError) as error:
                self._lose(error)
            except Exception as error:
                log.exception("the rooms could not be held")
                self._lose(error)
            while self._line is None:
                with suppress(Exception):
                    self._open()
                Aside.select([], [], [], TRY_SECONDS)

    def hear(self) -> None:
        """Never returns; does in the loop what was found to be done there."""
        while True:
            select.select([self._called], [], [])
            with suppress(BlockingIOError):
                self._called.recv(4096)
            while self._calls:
                do, with_what = self._calls.popleft()
                try:
                    do(*with_what)
                except Exception:  # what comes after it is done all the same
                    log.exception("what other processes say was not heeded")

    def _do(self, what: Callable[..., object], *with_what: Any) -> None:
        self._calls.append((what, with_what))
        _ring(self._caller)

    def _begin(self, task: Callable[..., object], *with_what: Any) -> None:
        self._do(socketio.start_background_task, task, *with_what)

    def holds(self, room_id: int) -> bool:
        """Does this process hold the room?"""
        return not db.shared or room_id in self._held

    def locked(self, room_id: int) -> bool:
        """Does this process have the lock of the room, even if what it knows of the room has to be read anew?"""
        return not db.shared or room_id in self._locked

    @property
    def welcomes(self) -> bool:
        """Does this process take rooms?"""
        return not self.shares or (self._line is not None and not self.leaving)

    @property
    def rooms(self) -> dict[int, float]:
        """The rooms that this process holds, each with the moment since when (monotonic)."""
        return dict(self._held)

    @property
    def all_locked(self) -> set[int]:
        """The rooms whose lock this process has."""
        with self._lock:
            return set(self._locked)

    def had_it_lately(self, room_id: int, seconds: float) -> bool:
        """Did the lock of this room come back with the connection, less than so long ago? Its people are on their
        way."""
        return time.monotonic() - self._taken_back.get(room_id, -seconds) < seconds

    def lock(self, room_id: int, code: str | None) -> int:
        """Gets the lock of a room, from another process if need be; the number to `hold` it by. `code` as in `Wish`.
        Refused("busy") if the room stays where it is."""
        if not self.welcomes:
            raise elsewhere()
        with self._lock:
            wish = self._wishes.setdefault(room_id, Wish(time.monotonic() + (0 if code is None else WAIT_SECONDS)))
            if code is not None:
                wish.until = max(wish.until, time.monotonic() + WAIT_SECONDS)
                wish.code = code or wish.code or ""
            session = self._session
        self._wake()
        if not wish.over.wait(WAIT_SECONDS + ANSWER_SECONDS):
            with self._lock:
                self._wishes.pop(room_id, None)
        if not wish.got or session != self._session:
            raise elsewhere()
        return session

    def hold(self, room_id: int, session: int) -> None:
        """The room was read since it was locked; from now on nothing that others write to it goes unnoticed.
        Refused("busy") if the lock was lost meanwhile."""
        with self._lock:
            if session != self._session or room_id not in self._locked or self.leaving:
                raise elsewhere()
            self._held.setdefault(room_id, time.monotonic())

    def resolve(self, room_id: int) -> None:
        """The room is no longer unsure: somebody looks at it from here on, or nobody is in it."""
        with self._lock:
            self.unsure = self.unsure - {room_id}

    def doubt(self, room_id: int) -> None:
        """Somebody wrote to the room: whether this process still holds it has to be checked."""
        self._held.pop(room_id, None)

    def let_go(self, room_id: int) -> None:
        """The room is free for others. What this process knew of it is forgotten first."""
        with self._lock:
            self._held.pop(room_id, None)
            if room_id in self._locked:
                self._locked.discard(room_id)
                self._freed.add(room_id)
        self._wake()

    def keep(self, room_id: int) -> None:
        """Whoever asked for the room does not get it now."""
        with self._lock:
            self._said.append(f"kept {room_id}")
        self._wake()

    def all_free(self) -> bool:
        """Has everything that was let go been freed?"""
        return not self._freed and not self._locked

    def _wake(self) -> None:
        """There is something to say, for a process that speaks with others."""
        if self.shares:
            _ring(self._bell)

    # The connection

    def _why_not(self) -> str | None:
        """Opens it; if it cannot, the reason why."""
        try:
            return None if self._open() else ANOTHER_VERSION
        except self._driver.OperationalError:
            return NO_CONNECTION

    def _open(self) -> bool:
        assert self._database is not None
        engine = self._database.engine
        arguments, options = engine.dialect.create_connect_args(engine.url)
        self._line = None
        line = self._driver.connect(*arguments, **options, async_=True)
        try:
            self._answered(line, STARTING_SECONDS)
            for statement in PREPARE:
                self._ask(statement, line=line)
            [(free,)] = self._ask(f"SELECT pg_try_advisory_lock_shared({SERVING})", line=line)
            with self._lock:
                had = {*self._had}
            again = [room for room, is_ours in self._ask(TAKE, [*had], line=line) if is_ours] if had and free else []
        except BaseException:
            line.close()
            raise
        if not free:
            line.close()
            return False
        with self._lock:
            self._had.clear()
            self._locked.update(again)
            self._taken_back = dict.fromkeys(again, time.monotonic())
            self._line = line
        return True

    def _lose(self, error: Exception) -> None:
        log.warning("the database connection that holds the rooms is lost", error=type(error).__name__)
        ended = isinstance(error, self._driver.Error)
        with self._lock:
            line, self._line = self._line, None
            self._session += 1
            self._had |= self._locked  # also one that was in doubt just then, as its commit ended with the connection
            self.unsure = self.unsure | self._had if ended else set()
            self._locked.clear()
            metrics.handed_over["lost"].inc(len(self._held))
            self._held.clear()
            self._freed.clear()
            self._said.clear()
            wishes, self._wishes = self._wishes, {}
        with suppress(Exception):  # whatever became of it
            line.close()
        for wish in wishes.values():
            self._do(wish.over.set)
        self._begin(self.lost)

    def _once(self) -> None:
        """Says what is to be said, and waits for something to hear."""
        self._unlock()
        self._try()
        with self._lock:
            said, self._said = self._said, []
        if said:
            self._ask(SAY, said)
        if time.monotonic() - self._spoke >= WORD_SECONDS:
            self._ask("SELECT 1")
        self._hear()
        ready, _, _ = Aside.select([self._line, self._heard], [], [], self._patience())
        if self._heard in ready:
            with suppress(BlockingIOError):
                self._heard.recv(4096)
        if self._line in ready:
            self._line.poll()
        self._hear()

    def _patience(self) -> float:
        """Until something has to be said."""
        if self._said or self._freed:
            return 0.0
        wanted = [min(wish.try_at, wish.until) for wish in list(self._wishes.values())]
        return max(0.0, min([self._spoke + WORD_SECONDS, *wanted]) - time.monotonic())

    def _unlock(self) -> None:
        if freed := list(self._freed):
            self._ask(FREE, freed)
            with self._lock:
                self._freed.difference_update(freed)

    def _try(self) -> None:
        now = time.monotonic()
        with self._lock:
            tried = {room: wish for room, wish in self._wishes.items() if wish.try_at <= now or wish.until <= now}
            known = [room for room in tried if room in self._locked]
        if not tried:
            return
        found = self._ask(TAKE, [room for room in tried if room not in known])
        got = {room for room, is_ours in found if is_ours} | {*known}
        with self._lock:
            self._locked |= got
            for room, wish in tried.items():
                wish.try_at = now + TRY_SECONDS
                wish.got = room in got
                if wish.got or wish.until <= now:
                    self._wishes.pop(room, None)
                    self._do(wish.over.set)
                elif wish.code is not None and wish.ask_at <= now:
                    wish.ask_at = now + ASK_SECONDS
                    self._said.append(f"wanted {room} {wish.code}")

    def _hear(self) -> None:
        heard, self._line.notifies[:] = list(self._line.notifies), []
        own = self._line.info.backend_pid
        for word in heard:
            if word.pid != own:
                what, room, *more = word.payload.split(" ")
                self._heed(what, int(room), more[0] if more else "")

    def _heed(self, what: str, room_id: int, more: str) -> None:
        wish = self._wishes.get(room_id)
        match what:
            case "wanted" if room_id in self._locked:
                self._begin(self.wanted, room_id, more)
            case "free" if wish is not None:
                wish.try_at = 0.0
            case "kept" if wish is not None:
                wish.until = wish.try_at = 0.0
            case "wrote" if room_id in self._locked:
                self._begin(self.wrote, room_id, int(more))

    def _ask(self, statement: str, *values: Any, line: Any = None) -> list[Any]:
        line = line or self._line
        cursor = line.cursor()
        self._spoke = time.monotonic()
        cursor.execute(statement, values or None)
        self._answered(line, ANSWER_SECONDS)
        return cursor.fetchall() if cursor.description else []

    def _answered(self, line: Any, patience: float) -> None:
        deadline = time.monotonic() + patience
        states = self._driver.extensions
        while (state := line.poll()) != states.POLL_OK:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost
            reads, writes = ([line], []) if state == states.POLL_READ else ([], [line])
            Aside.select(reads, writes, [], left)


def _ring(bell: socket.socket) -> None:
    with suppress(BlockingIOError):
        bell.sendall(b".")


holding = Holding()
"""What this process holds."""
