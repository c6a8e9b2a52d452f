"""The numbers of new records, given out before they are stored. None is given out twice: the connection of someone who
was erased can never become somebody else's."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, text

from .. import models

AT_ONCE = 50
"""How many PostgreSQL sets aside for this process; those it does not use are never used."""

_free: dict[tuple[str, str], deque[int]] = {}
"""By database and table. With SQLite, whose only writer we are: the next one."""
_lock = threading.Lock()


def new_id(database: str, model: type[models.Base], connect: Callable[[], AbstractContextManager[Connection]]) -> int:
    """The number of the next record of this kind. `connect` is called if none was set aside."""
    table = model.__tablename__
    while True:
        with _lock:
            free = _free.get((database, table))
            if free:
                if database.startswith("sqlite"):
                    free.append(free[0] + 1)
                return free.popleft()
        with connect() as connection:
            found = _set_aside(connection, table)
        with _lock:
            _free.setdefault((database, table), deque()).extend(found)


def forget() -> None:
    """Somebody else wrote: ask again which numbers are free."""
    with _lock:
        _free.clear()


def _set_aside(connection: Connection, table: str) -> list[int]:
    if connection.dialect.name == "sqlite":
        # It keeps the last one of those that are never to be given out again; of the others it looks at the largest.
        kept = f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"
        last = f"SELECT coalesce(({kept}), max(id), 0) FROM {table}"
        return [connection.execute(text(last)).scalar_one() + 1]
    some = text(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, {AT_ONCE})")
    return list(connection.execute(some).scalars())
