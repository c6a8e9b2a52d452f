"""With SQLite, one server at a time, for an instance folder and for a database: a second one would hold every room as
well, and tell some people one thing about it and others another. Commands beside a server are welcome.

It is held by SQLite's lock on a file of its own, which every system has and releases with the process, however that
ends. With PostgreSQL several may serve (`holding`); a command that needs the database for itself takes their lock.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, text

from .core.errors import Refused
from .database import Database
from .holding import SERVING

MARK = "serving"


class Alone:
    """What this process holds, from its start to its end."""

    def __init__(self) -> None:
        self._files: list[sqlite3.Connection] = []
        self._line: Connection | None = None

    def hold(self, instance: Path, database: Database) -> None:
        """Refused("busy") if another server has the folder or the database."""
        self._hold_file(instance / MARK, f"the instance folder {instance}")
        self.hold_database(database, instance)

    def hold_database(self, database: Database, instance: Path) -> None:
        """The database alone; what is in the folder is held with it."""
        if database.shared:
            self._hold_postgres(database)
            return
        path = Path(database.engine.url.database or "").resolve()
        if path.parent != instance.resolve():
            self._hold_file(path.with_name(f"{path.name}-{MARK}"), f"the database {path}")

    @property
    def shuts_out_servers(self) -> bool:
        """Does this process hold a database in PostgreSQL, so that nobody serves it?"""
        return self._line is not None

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

    def _hold_postgres(self, database: Database) -> None:
        line = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not line.execute(text(f"SELECT pg_try_advisory_lock({SERVING})")).scalar():
            line.close()
            raise _served("this database")
        self._line = line


def _served(what: str) -> Refused:
    return Refused(
        "busy",
        f"Another server uses {what} already, and two would tell people different things. Use that one, stop it, or "
        "give this one an INSTANCE_PATH and DATABASE_URL of its own.",
    )


alone = Alone()
"""What this process holds."""
