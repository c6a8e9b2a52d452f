"""What was written in rooms becomes rows: many at once, a statement for each sort of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, cast

from msgspec import Struct
from sqlalchemy import Connection, Delete, Insert, Table, Update, bindparam, delete, insert, inspect, update

from .. import models
from ..room.ledger import Written
from .records import KINDS, OF_RECORD

Key = tuple[int, type[Struct], Any]
"""A record: of which room, of which kind, and its key there."""


class Statements(NamedTuple):
    """How one kind of record is written."""

    insert: Insert
    update: Update
    delete: Delete
    columns: tuple[tuple[str, str], ...]
    """Each field, with the name of its column."""
    key: tuple[str, ...]
    has_room: bool

    def key_values(self, room_id: int, record: Struct) -> dict[str, Any]:
        """What finds its row."""
        found = {f"key_{field}": getattr(record, field) for field in self.key}
        return found | {"key_room_id": room_id} if self.has_room else found

    def values(self, room_id: int, record: Struct) -> dict[str, Any]:
        """What stands in its row."""
        found = {column: getattr(record, field) for field, column in self.columns}
        return found | {"room_id": room_id} if self.has_room else found


def write_records(connection: Connection, written: Mapping[Key, Written]) -> None:
    """Writes what is different now. What others hang under comes first, and goes last."""
    by_kind: dict[type[Struct], list[tuple[int, Written]]] = {}
    for (room_id, kind, _), change in written.items():
        if change.before != change.now:
            by_kind.setdefault(kind, []).append((room_id, change))
    in_order = [kind for kind in OF_RECORD if kind in by_kind]
    for kind in in_order:
        how = _statements(kind)
        new = [how.values(room, w.now) for room, w in by_kind[kind] if w.now is not None and w.before is None]
        other = [
            how.values(room, w.now) | how.key_values(room, w.now)
            for room, w in by_kind[kind]
            if w.now is not None and w.before is not None
        ]
        if new:
            connection.execute(how.insert, new)
        if other:
            connection.execute(how.update, other)
    for kind in reversed(in_order):
        how = _statements(kind)
        gone = [how.key_values(room, w.before) for room, w in by_kind[kind] if w.now is None and w.before is not None]
        if gone:
            connection.execute(how.delete, gone)


def write_room(connection: Connection, room_id: int, fields: Mapping[str, Any]) -> None:
    """Writes what is different of the room itself."""
    if fields:
        connection.execute(update(models.Room).where(models.Room.id == room_id).values(**fields))


@cache
def _statements(record: type[Struct]) -> Statements:
    model = OF_RECORD[record]
    kind, mapper, table = KINDS[model], inspect(model), cast(Table, model.__table__)
    columns = tuple((field, mapper.columns[field].key) for field in kind.fields)
    key = (*kind.key, "room_id") if kind.has_room else kind.key
    found = [mapper.columns[field] == bindparam(f"key_{field}") for field in key]
    others: dict[str, Any] = {column: bindparam(column) for field, column in columns if field not in kind.key}
    return Statements(
        insert(table),
        update(table).where(*found).values(others),
        delete(table).where(*found),
        columns,
        kind.key,
        kind.has_room,
    )
