"""The application in the test's own process, without a server: what it asks of its database, and a room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from workshop.extensions import db, now
from workshop.models import Room
from workshop.rooms import opening


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL of this thread, and of those that work for it, while it lasts."""
    said: list[str] = []
    own = threading.get_ident()

    def hear(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if (threading.get_ident() == own or threading.current_thread().daemon) and not sql.startswith("BEGIN"):
            said.append(sql)

    for engine in {db.engine, db.writer}:
        event.listen(engine, "before_cursor_execute", hear)
    yield said
    for engine in {db.engine, db.writer}:
        event.remove(engine, "before_cursor_execute", hear)


def room() -> Room:
    """A room on the table."""
    with db.writing() as session:
        return opening.open_room(session, opening.Wanted("Counting"), now())
