"""Notices whoever writes to rooms besides the journal: by the rows of a session, or by a statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from sqlalchemy import ColumnElement, Connection, Update, event, func, select, update
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from .. import models
from ..holding import CHANNEL
from .ids import new_id
from .records import KINDS

COUNTS = "counts"
"""The option of the statement that counts a revision: that one is news to nobody."""
UNHEARD = {COUNTS: True, "synchronize_session": False}
ALL: tuple[type[models.Base], ...] = (models.Room, *KINDS)
TABLES = {model.__tablename__ for model in ALL}
by_others: list[Callable[[set[int] | None], None]] = []
"""Called after the commit of a session that wrote to these rooms; None: to any."""


def _hear(model: type[models.Base], happened: str) -> None:
    @event.listens_for(model, happened)
    def hear(_mapper: object, _connection: object, row: models.Base) -> None:
        session = object_session(row)
        assert session is not None
        _wrote_to(session, row.id if isinstance(row, models.Room) else getattr(row, "room_id", None))


for model in ALL:
    for happened in ("after_insert", "after_update", "after_delete"):
        _hear(model, happened)


def _number(_mapper: object, connection: Connection, row: models.Base) -> None:
    """From the same numbers that are given out in memory: the database's own next one may already be taken."""
    if vars(row).get("id") is None:
        row.id = new_id(str(connection.engine.url), type(row), lambda: nullcontext(connection))  # type: ignore[attr-defined]


for model in (models.Person, models.Group, models.Wish, models.Notice, models.Trace):
    event.listen(model, "before_insert", _number)


@event.listens_for(Session, "do_orm_execute")
def _ran(state: ORMExecuteState) -> None:
    if state.is_select or state.execution_options.get(COUNTS):
        return
    if getattr(getattr(state.statement, "table", None), "name", "") in TABLES:
        _wrote_to(state.session, None)


def _wrote_to(session: Session, room_id: int | None) -> None:
    session.info.setdefault("rooms", set()).add(room_id)


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    """Makes sure that whoever holds one of these rooms, in this process or another, finds out that it was written
    to."""
    session.flush()
    if (rooms := session.info.get("rooms")) is not None:
        counted = _counting(*([] if None in rooms else [models.Room.id.in_(rooms)]))
        if session.get_bind().dialect.name != "postgresql":
            session.execute(counted, execution_options=UNHEARD)
            return
        found = session.execute(counted.returning(models.Room.id, models.Room.revision), execution_options=UNHEARD)
        tell_holders(session.connection(), [(room_id, revision) for room_id, revision in found])


def count(session: Session, room_id: int) -> None:
    """Counts a room's revision, and changes nothing else."""
    session.execute(_counting(models.Room.id == room_id), execution_options=UNHEARD)


def tell_holders(connection: Connection, wrote: Sequence[tuple[int, int]]) -> None:
    """With PostgreSQL: once this is committed, whoever holds one of these rooms hears which revision it has now."""
    for room_id, revision in wrote:
        connection.execute(select(func.pg_notify(CHANNEL, f"wrote {room_id} {revision}")))


def _counting(*these: ColumnElement[bool]) -> Update:
    return update(models.Room).where(*these).values(revision=models.Room.revision + 1)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if (rooms := session.info.pop("rooms", None)) is not None:
        for tell in by_others:
            tell(None if None in rooms else rooms)
