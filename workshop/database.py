"""The database: one engine, one short transaction at a time.

SQLite runs in WAL with ``synchronous=FULL``: what was acknowledged is on disk (docs/reliability.md, R1). It never waits
long inside SQLite, because that would stop every phone: a locked database is tried again from here, where waiting lets
others go on, and becomes `busy` in the end (R13).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from .core.errors import Refused

log = structlog.get_logger()
LOCK_WAIT_MS = 2
"""Inside SQLite, while nobody else can go on: with several rooms trying, 25 ms each would fill up the second."""
PATIENCE_SECONDS = 0.8
"""Together with the wait for the room's lock, less than the 2 s within which a phone expects an answer to its probe:
what it says is taken in turn, and a phone that hears nothing drops its connection."""
SHORTER_SECONDS = 0.1
"""Whoever has so much less patience than that tells PostgreSQL, which takes a statement; a usual commit has none."""

CONNECTIONS, CONNECTIONS_KEPT = 20, 5
"""Connections to PostgreSQL, of one process, at a time; and those that stay open. By default it lets in a hundred in
all: four processes and an operator's own. A transaction takes milliseconds, so whoever waits for a connection soon has
one."""
CONNECTION_SECONDS = 2.5
"""How long one waits for a connection: when another process is gone its rooms are all read here at one moment, and
whoever comes in then had better be slow than refused. A phone gives up opening after three."""

IDLE_SECONDS = 8
"""How long a transaction of a server may do nothing until PostgreSQL ends it: one whose way to us swallows everything
would keep its rooms from everybody else. It is longer than any loop stands still."""
NOTICE_SILENCE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""PostgreSQL looks whether somebody is still there."""
STARTING_SECONDS = 60.0
"""A process that starts while another one makes the tables waits for it."""


def busy() -> Refused:
    """A new refusal each time: one that is raised again and again would hold on to all its tracebacks."""
    return Refused("busy", "The room is very busy; try again in a moment.")


class Database:
    """Hands out transactions. `connect` it to an address first."""

    engine: Engine
    """For everyone who reads; with PostgreSQL also for those who write."""
    writer: Engine
    """For those who write. With SQLite it is one connection, so that it can tell whether others wrote (`elsewhere`)."""
    owes_forgetting = False
    answers: Callable[[], bool]
    """Is it known to answer at all? Otherwise nobody waits for it."""
    number: str | None = None
    """The number of the schema that was compared with the models at the start."""

    def connect(self, url: str) -> None:
        """Opens the database at `url`; ``postgresql://`` means psycopg2, as psycopg 3 would block the whole server."""
        self.answers = lambda: True
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
            address = address.set(drivername="postgresql+psycopg2")
        if address.get_backend_name() == "sqlite":
            arguments = {"timeout": LOCK_WAIT_MS / 1000, "check_same_thread": False}
            self.engine = create_engine(address, connect_args=arguments, hide_parameters=True)  # no text in the log
            self.writer = create_engine(
                address,
                connect_args=arguments | {"cached_statements": 0},  # with it would stay what was written last
                hide_parameters=True,
                poolclass=QueuePool,
                pool_size=1,
                max_overflow=0,
                pool_timeout=PATIENCE_SECONDS / 4,
            )
            for engine in (self.engine, self.writer):
                event.listen(engine, "connect", _prepare_sqlite)
                event.listen(engine, "begin", _begin_sqlite)
            event.listen(self.writer, "connect", self._watch)
        else:
            self.engine = create_engine(
                address,
                pool_size=CONNECTIONS_KEPT,
                max_overflow=CONNECTIONS - CONNECTIONS_KEPT,
                pool_timeout=CONNECTION_SECONDS,
                pool_pre_ping=True,
                connect_args={"options": f"-c lock_timeout={int(PATIENCE_SECONDS * 1000)}"},
                hide_parameters=True,
            )
            self.writer = self.engine

    def serve(self) -> None:
        """From now on this is the database of a server that shares it with others: connections of before are made
        anew."""

        @event.listens_for(self.engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; {NOTICE_SILENCE}")
            connection.commit()

        self.engine.dispose()

    @property
    def shared(self) -> bool:
        """May other processes write besides this one, unseen by the database's own means? Then revisions have to be
        looked at."""
        return self.engine.dialect.name != "sqlite"

    def elsewhere(self) -> bool:
        """Has somebody else written to SQLite since this was last asked? Costs no statement. Always False for
        PostgreSQL."""
        if self.shared:
            return False
        seen, self._seen = self._seen, self._version()
        return seen is None or seen != self._seen

    _watched: sqlite3.Connection | None = None
    _seen: int | None = None

    def _watch(self, connection: sqlite3.Connection, _record: Any) -> None:
        self._watched, self._seen = connection, None

    def _version(self) -> int | None:
        """Changes when a connection other than this one wrote, and only then."""
        if self._watched is None:
            with suppress(DBAPIError, PoolTimeout), self.writer.connect():
                pass
        if self._watched is None:
            return None
        found: int = self._watched.execute("PRAGMA data_version").fetchone()[0]
        return found

    def disconnect(self) -> None:
        """Closes whatever is open."""
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.writer.dispose()
            self._watched = None

    @contextmanager
    def writing(self, patience: float = PATIENCE_SECONDS) -> Iterator[Session]:
        """One transaction that may write: committed at the end, undone by any exception. Raises Refused("busy") if
        somebody else is writing for longer than `patience`, in seconds; it is tried once at least."""
        with self._session(write=True, patience=patience) as session:
            if self.shared and patience <= PATIENCE_SECONDS - SHORTER_SECONDS:
                left_ms = max(1, int(patience * 1000))  # 0 would be for ever
                session.execute(text(f"SET LOCAL lock_timeout = {left_ms}"))
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look at the data, without holding up a writer."""
        with self._session(write=False) as session:
            yield session  # closing it afterwards ends the transaction and leaves what was read usable

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """The same, for callers without a session."""
        with self.reading() as session:
            yield session.connection()

    @contextmanager
    def _session(self, write: bool, patience: float = PATIENCE_SECONDS) -> Iterator[Session]:
        if not self.answers():
            raise busy()
        engine = self.writer if write else self.engine
        with Session(engine, expire_on_commit=False, autoflush=True) as session:
            try:
                _patiently(lambda: session.connection(execution_options={"writes": write}), patience)
                yield session
            except OperationalError as error:
                if _is_locked(error):
                    raise busy() from error
                if _is_full(error):
                    log.error("the database found no room on the disk", kind=type(error.orig).__name__)
                    raise Refused("failed", "The disk of the server is full; nothing was stored.") from error
                raise
            finally:
                session.info.clear()  # what stands there knows the session: else all it read waits for the collector

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """One transaction that may make tables anew, all or nothing. Raises Refused("busy").

        SQLite changes a column by copying its table and dropping the old one, and with foreign keys on that would take
        along every row that hangs under it. So they are off while it lasts, and what they promise is checked at the
        end.
        """
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            lite = self.engine.dialect.name == "sqlite"
            if lite:
                driver.execute("PRAGMA foreign_keys=OFF")  # within a transaction this would do nothing
            try:
                _patiently(connection.begin, STARTING_SECONDS)
                yield connection
                if lite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()) is not None:
                    raise IntegrityError(None, None, ValueError(f"rows of {lost[0]} hang under none of {lost[2]}"))
                connection.commit()
            finally:
                connection.rollback()
                if lite:
                    driver.execute("PRAGMA foreign_keys=ON")

    def forget(self) -> None:
        """After erasing: nothing of what was deleted stays readable in SQLite's write-ahead log (S6).

        A reader can keep the log from being emptied: `owes_forgetting` stays true until a later try succeeds.
        """
        self.owes_forgetting = True
        if self.engine.dialect.name != "sqlite":
            self.owes_forgetting = False
            return
        # On the connection that writes: emptied by another one, the log would look as if somebody else had written.
        reading = self.writer.execution_options(writes=False)
        with suppress(DBAPIError, PoolTimeout), reading.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
            connection.exec_driver_sql("BEGIN")
            self.owes_forgetting = row is None or row[0] != 0
        if not self.owes_forgetting:
            if self._watched is not None:
                self._watched.execute("PRAGMA shrink_memory")
            self.engine.dispose()  # connections keep pages and values in memory; new ones begin with none

    def check(self) -> None:
        """Raises if the database does not answer, or if a newer version has changed its tables meanwhile."""
        with self.reading() as session:
            if session.execute(text("SELECT version_num FROM alembic_version")).scalar() != self.number:
                raise RuntimeError("The tables are those of another version by now.")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Python's own idea of transactions is switched off: BEGIN is said in `_begin_sqlite`, and only there.
    connection.isolation_level = None
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise RuntimeError(f"SQLite runs in {mode} mode here, not in WAL: what is saved would not be safe (R1).")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _patiently(begin: Callable[[], object], patience: float = PATIENCE_SECONDS) -> None:
    """Tries to begin until the lock is free; sleeping lets the other phones go on."""
    deadline, pause = time.monotonic() + patience, 0.01
    while True:
        with suppress(PoolTimeout):
            try:
                begin()
                return
            except DBAPIError as error:
                if not _is_locked(error):
                    raise
        left = deadline - time.monotonic()
        if left <= 0:
            raise busy()
        time.sleep(min(pause, left))
        pause = min(pause * 2, 0.1)


SILENT = "the database says nothing"
TAKEN = (
    "database is locked", "lock timeout", "could not obtain lock",
    "too many clients", "too many connections", "remaining connection slots",
    "the database system is", "terminating connection", "server closed the connection", SILENT,
)  # fmt: skip
"""What a database says when others use it, when all its connections are in use, or when it stops or starts: that
passes."""


CONNECTION_ENDED = ("08", "57")
"""The classes of PostgreSQL's errors that are about the connection or the server, and not about a statement."""


def may_be_stored(error: BaseException) -> bool:
    """Did a connection end without saying whether the commit came through, also where that only led to this error? A
    statement that was refused, such as one that waited too long for a lock, undid all of its transaction; and SQLite,
    whose errors have no such code, always says what it did."""
    found: BaseException | None = error
    while found is not None and not hasattr(found, "pgcode"):
        found = found.__cause__
    code = getattr(found, "pgcode", None)
    return found is not None and (code is None or code.startswith(CONNECTION_ENDED))


def _is_locked(error: DBAPIError) -> bool:
    return any(words in str(error.orig) for words in TAKEN)


def _is_full(error: DBAPIError) -> bool:
    # SQLite says "disk I/O error" where a file may not grow (a quota, a limit); nothing was stored then, either.
    return any(words in str(error.orig) for words in ("disk is full", "disk I/O error", "No space left"))
