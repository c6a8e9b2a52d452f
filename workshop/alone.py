"""One server at a time, for an instance folder and for a database: a second one would hold every room as well, and tell
some people one thing about it and others another. Commands beside a server are welcome.

It is held by a lock that the system releases with the process, however that ends: for files SQLite's lock on a file of
its own, which every system has; for PostgreSQL an advisory lock of the database.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from .core.errors import Refused
from .database import Database

MARK = "serving"
SERVING = 20
"""The number of the advisory lock; 19 is that of `schema`."""
PATIENCE_SECONDS = 5.0
"""PostgreSQL needs a moment to see that a killed server is gone."""
LOOK_SECONDS = 0.1
KEEPALIVE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""So that a machine that fell silent is given up within half a minute, and another one can serve."""


class Alone:
    """What this process holds, from its start to its end."""

    def __init__(self) -> None:
        self._files: list[sqlite3.Connection] = []
        self._line: Connection | None = None

    def hold(self, instance: Path, database: Database) -> None:
        """Refused("busy") if another server has the folder or the database."""
        self._hold_file(instance / MARK, f"the instance folder {instance}")
        address = database.engine.url
        if address.get_backend_name() == "sqlite":
            path = Path(address.database or "").resolve()
            if path.parent != instance.resolve():
                self._hold_file(path.with_name(f"{path.name}-{MARK}"), f"the database {path}")
        else:
            self._hold_database(database)

    def keep(self, database: Database) -> bool:
        """To be called now and then: PostgreSQL lets go when it is started again. False if another server was
        quicker."""
        if self._line is None:
            return True
        with suppress(SQLAlchemyError):
            self._line.execute(text("SELECT 1"))
            return True
        self._line.invalidate()
        self._line = _line(database)
        return self._has_database()

    def _hold_file(self, path: Path, of: str) -> None:
        held = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        self._files.append(held)
        try:
            held.execute("PRAGMA journal_mode=MEMORY")  # nothing is written, so there is no second file either
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_BUSY":
                raise _served(of) from error
            raise Refused("failed", f"{path}, which says that a server runs, cannot be made: {error}.") from error

    def _hold_database(self, database: Database) -> None:
        self._line = _line(database)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._has_database():
            if time.monotonic() > deadline:
                raise _served("this database")
            time.sleep(LOOK_SECONDS)

    def _has_database(self) -> bool:
        line: Any = self._line
        line.execute(text(KEEPALIVE))
        return bool(line.execute(text(f"SELECT pg_try_advisory_lock({SERVING})")).scalar())


def _line(database: Database) -> Connection:
    return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _served(what: str) -> Refused:
    return Refused(
        "busy",
        f"Another server uses {what} already, and two would tell people different things. Use that one, stop it, or "
        "give this one an INSTANCE_PATH and DATABASE_URL of its own.",
    )


alone = Alone()
"""What this process holds."""
