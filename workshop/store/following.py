"""What a session does to a room, record by record: what was flushed, as the value it makes of the room.

What a statement changes without SQLAlchemy seeing each row (UPDATE ... WHERE, ON DELETE CASCADE) is not followed but
read again, table by table. A session that writes to rooms and follows none is noticed too (`by_others`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, event, inspect, update
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    make_transient_to_detached,
    object_session,
)

from .. import models
from ..room.ledger import Written
from ..room.room import Room, key_of
from .ids import new_id
from .load import load, reload
from .records import KINDS, OF_RECORD, ROOM_FIELDS
from .write import write_records

M = TypeVar("M", bound=models.Base)
COUNTS = "counts"
"""The option of the statement that counts a revision: it is no news to anyone."""
CASCADES: dict[type[models.Base], frozenset[str]] = {
    models.Room: frozenset(kind.name for kind in KINDS.values()),
    models.Person: frozenset(kind.name for kind in KINDS.values()),
    models.Phone: frozenset({"answers"}),
    models.Group: frozenset({"seats", "notes", "tallies", "notices", "seen"}),
    models.Notice: frozenset({"seen"}),
}
"""With a row of these go others, or change, which no session sees."""
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
        self._is_gone = self._went_back = False
        self.wrote = False
        """Anything of the room is not as it was before."""
        session.info["following"] = self

    def room(self) -> Room | None:
        """The room as this session has made it so far; None when it deleted it."""
        self._session.flush()
        if self._is_gone:
            return None
        if self._went_back:
            found = load(self._session, self._room.id)
            assert found is not None, "it was there before"
            self._room, self._went_back = found, False
            self._forget_what_waits()
        if self._rows or self._fields or self._read_again:
            tables: dict[str, Any] = {
                name: getattr(self._room, name).changed(rows) for name, rows in self._rows.items()
            }
            self._room = self._room.becoming(self._fields | tables)
            if self._read_again:
                self._room = reload(self._session, self._room, frozenset(self._read_again))
            self._forget_what_waits()
        return self._room

    def _forget_what_waits(self) -> None:
        for waiting in (self._rows, self._fields, self._read_again):
            waiting.clear()

    def goes_back(self) -> None:
        """The session undid what it wrote since a savepoint: what was taken of it is read again."""
        self._went_back, self._is_gone = True, False

    def row(self, model: type[M], key: Any) -> M | None:
        """A row that is to be written, as SQLAlchemy wants it; not read, as it is known. None when there is none."""
        room, kind = self.room(), KINDS[model]
        record = getattr(room, kind.name).get(key) if room is not None else None
        if record is None:
            return None
        values = {field: _as_column(getattr(record, field)) for field in kind.fields}
        return self._known(model, values | ({"room_id": self._room.id} if hasattr(model, "room_id") else {}))

    def room_row(self) -> models.Room:
        """The room's own row, in the same way."""
        room = self.room()
        assert room is not None, "its row is there"
        return self._known(models.Room, {field: getattr(room, field) for field in ROOM_FIELDS})

    def _known(self, model: type[M], values: dict[str, Any]) -> M:
        there = self._session.identity_map.get(_identity(model, values))
        if isinstance(there, model):
            return there
        row = model(**values)
        make_transient_to_detached(row)
        self._session.add(row)
        return row

    def put(self, *records: Struct) -> None:
        """These are in the room from now on, in the place of those with the same key: as `Ledger.put`, but written."""
        for record in records:
            self._write(record, record)

    def drop(self, *records: Struct) -> None:
        """These are in the room no longer."""
        for record in records:
            self._write(record, None)

    def new_id(self, kind: type[Struct]) -> int:
        """The number of a new record."""
        connection = self._session.connection()
        return new_id(str(connection.engine.url), OF_RECORD[kind], lambda: nullcontext(connection))

    def set(self, **fields: Any) -> None:
        """Fields of the room itself."""
        row = self.room_row()
        for name, value in fields.items():
            setattr(row, name, value)

    def _write(self, record: Struct, now: Struct | None) -> None:
        room = self.room()
        assert room is not None, "nothing is written in a room that was just deleted"
        model, key = OF_RECORD[type(record)], key_of(record)
        name = KINDS[model].name
        before = getattr(room, name).get(key)
        if before == now:
            return
        self.wrote = True
        write_records(self._session.connection(), {(room.id, type(record), key): Written(before, now)})
        self._rows[name][key] = now
        values = {field: getattr(record, field) for field in KINDS[model].key} | {"room_id": room.id}
        if (row := self._session.identity_map.get(_identity(model, values))) is not None:
            self._session.expunge(row)  # SQLAlchemy has it as it was

    def flushed(self, row: models.Base, *, deleted: bool = False) -> None:
        """A row was written, or deleted, by SQLAlchemy."""
        self.wrote = True
        if isinstance(row, models.Room):
            self._is_gone |= deleted
            self._fields |= {field: getattr(row, field) for field in ROOM_FIELDS}
            return
        kind = KINDS[type(row)]
        if inspect(row).identity is not None:
            self._rows[kind.name][kind.key_of_stored(row)] = None  # if its key is another now
        if deleted:
            self._read_again |= CASCADES.get(type(row), frozenset())
        else:
            record = kind.of(row)
            self._rows[kind.name][key_of(record)] = record

    def ran(self, table: str, *, deletes: bool) -> None:
        """A statement changed rows of this table."""
        self.wrote = True
        model = TABLES[table]
        if model is models.Room:
            self._is_gone |= deletes
        else:
            self._read_again |= {KINDS[model].name} | (CASCADES.get(model, frozenset()) if deletes else frozenset())


def _identity(model: type[models.Base], values: dict[str, Any]) -> Any:
    mapper = inspect(model)
    key = tuple(values[mapper.get_property_by_column(column).key] for column in mapper.primary_key)
    return mapper.identity_key_from_primary_key(key)


def _as_column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _hear(model: type[models.Base], happened: str, *, deleted: bool) -> None:
    @event.listens_for(model, happened)
    def hear(_mapper: object, _connection: object, row: models.Base) -> None:
        session = object_session(row)
        assert session is not None
        if (following := session.info.get("following")) is not None:
            following.flushed(row, deleted=deleted)
        else:
            _wrote_to(session, row.id if isinstance(row, models.Room) else getattr(row, "room_id", None))


for model in ALL:
    _hear(model, "after_insert", deleted=False)
    _hear(model, "after_update", deleted=False)
    _hear(model, "after_delete", deleted=True)


@event.listens_for(models.Person, "before_insert")
def _number(_mapper: object, connection: Connection, person: models.Person) -> None:
    """Of the same numbers as are given out in memory: the database's own next one is somebody's by now."""
    if vars(person).get("id") is None:
        person.id = new_id(str(connection.engine.url), models.Person, lambda: nullcontext(connection))


@event.listens_for(Session, "do_orm_execute")
def _ran(state: ORMExecuteState) -> None:
    if state.is_select or state.execution_options.get(COUNTS):
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


@event.listens_for(Session, "after_soft_rollback")
def _went_back(session: Session, undone: SessionTransaction) -> None:
    if undone.nested and (following := session.info.get("following")) is not None:
        following.goes_back()


@event.listens_for(Session, "before_commit")
def _count(session: Session) -> None:
    """Whoever holds one of these rooms, in this process or another, finds that it was written."""
    session.flush()
    if (rooms := session.info.get("rooms")) is not None:
        these = [] if None in rooms else [models.Room.id.in_(rooms)]
        counted = update(models.Room).where(*these).values(revision=models.Room.revision + 1)
        session.execute(counted, execution_options={COUNTS: True, "synchronize_session": False})


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if (rooms := session.info.pop("rooms", None)) is not None:
        for tell in by_others:
            tell(None if None in rooms else rooms)
