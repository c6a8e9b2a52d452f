"""What a session does to a room, record by record: what was flushed, as the value it makes of the room.

What a statement changes without SQLAlchemy seeing each row (UPDATE ... WHERE, ON DELETE CASCADE) is not followed but
read again, table by table. A session that writes to rooms and follows none is noticed too (`by_others`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import event, inspect, update
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from .. import models
from ..room.room import Room
from .load import load, reload
from .records import KINDS, ROOM_FIELDS

FOLLOWED = "followed"
"""The option of a statement whose rows are told by `Following.put`."""
CASCADES = (models.Room, models.Person, models.Phone, models.Group, models.Notice)
"""With a row of these go others, which no session sees go."""
ALL: tuple[type[models.Base], ...] = (models.Room, *KINDS)
TABLES = {model.__tablename__: model for model in ALL}
by_others: list[Callable[[set[int] | None], None]] = []
"""Called after the commit of a session that followed no room and wrote to these; None: to any."""


class Following:
    """Stands beside a session until its commit. `before`: the room as it is stored, as far as this session sees."""

    def __init__(self, session: Session, before: Room) -> None:
        self._session, self._room = session, before
        self._rows: dict[str, dict[Any, Any]] = defaultdict(dict)
        """What became of each row that was written, by table and key; None: it is gone."""
        self._fields: dict[str, Any] = {}
        self._read_again: set[str] = set()
        self._all_again = False
        self.wrote = False
        """Anything of the room is not as it was before."""
        session.info["following"] = self

    def room(self) -> Room | None:
        """The room as this session has made it so far; None when it deleted it."""
        self._session.flush()
        if self._all_again:
            found = load(self._session, self._room.id)
            if found is None:
                return None
            self._room = found
        else:
            tables: dict[str, Any] = {
                name: getattr(self._room, name).changed(rows) for name, rows in self._rows.items()
            }
            self._room = replace(self._room, **self._fields, **tables)
            if self._read_again:
                self._room = reload(self._session, self._room, frozenset(self._read_again))
        self._all_again = False
        for taken in (self._rows, self._fields, self._read_again):
            taken.clear()
        return self._room

    def put(self, row: models.Base, *, deleted: bool = False) -> None:
        """A row was written, or deleted."""
        self.wrote = True
        if isinstance(row, models.Room):
            self._all_again |= deleted
            self._fields |= {field: getattr(row, field) for field in ROOM_FIELDS}
            return
        kind = KINDS[type(row)]
        if inspect(row).identity is not None:
            self._rows[kind.name][kind.key_of_stored(row)] = None  # if its key is another now
        if deleted:
            self._all_again |= isinstance(row, CASCADES)
        else:
            record = kind.of(row)
            self._rows[kind.name][kind.key_of(record)] = record

    def ran(self, table: str, *, deletes: bool) -> None:
        """A statement changed rows of this table."""
        self.wrote = True
        self._all_again |= TABLES[table] is models.Room or (deletes and TABLES[table] in CASCADES)
        self._read_again |= {kind.name for model, kind in KINDS.items() if model.__tablename__ == table}


def _hear(model: type[models.Base], happened: str, *, deleted: bool) -> None:
    @event.listens_for(model, happened)
    def hear(_mapper: object, _connection: object, row: models.Base) -> None:
        session = object_session(row)
        assert session is not None
        if (following := session.info.get("following")) is not None:
            following.put(row, deleted=deleted)
        else:
            _wrote_to(session, row.id if isinstance(row, models.Room) else getattr(row, "room_id", None))


for model in ALL:
    _hear(model, "after_insert", deleted=False)
    _hear(model, "after_update", deleted=False)
    _hear(model, "after_delete", deleted=True)


@event.listens_for(Session, "do_orm_execute")
def _ran(state: ORMExecuteState) -> None:
    if state.is_select or state.execution_options.get(FOLLOWED):
        return
    table = getattr(getattr(state.statement, "table", None), "name", "")
    if table not in TABLES:
        return
    if (following := state.session.info.get("following")) is not None:
        following.ran(table, deletes=state.is_delete)
    else:
        _wrote_to(state.session, None)


def _wrote_to(session: Session, room_id: int | None) -> None:
    session.info.setdefault("rooms", set()).add(room_id)


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    """Whoever holds one of these rooms, in this process or another, finds that it was written."""
    session.flush()
    if (rooms := session.info.get("rooms")) is not None:
        these = [] if None in rooms else [models.Room.id.in_(rooms)]
        followed = update(models.Room).where(*these).values(revision=models.Room.revision + 1)
        session.execute(followed, execution_options={FOLLOWED: True, "synchronize_session": False})


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if (rooms := session.info.pop("rooms", None)) is not None:
        for tell in by_others:
            tell(None if None in rooms else rooms)
