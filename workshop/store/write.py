"""What was written in rooms becomes rows: many at once, one statement for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from msgspec import Struct
from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    inspect,
    text,
    update,
)

from .. import models
from ..room.ledger import Ledger, Written
from .records import KINDS, OF_RECORD

COUNTED = "revision"
"""The field of a room that `count_all` writes."""
Key = tuple[int, type[Struct], Any]
"""A record: its room, its kind, and its key there."""
COUNT = text(
    "WITH free AS ("
    " SELECT rooms.id, becomes FROM rooms JOIN unnest(:rooms, :was, :becomes) AS counted (id, was, becomes)"
    " ON counted.id = rooms.id AND was = revision FOR NO KEY UPDATE OF rooms SKIP LOCKED)"
    " UPDATE rooms SET revision = free.becomes FROM free WHERE rooms.id = free.id RETURNING rooms.id"
)
"""NO KEY: whoever adds a row to a room from elsewhere, and so looks at the room's own, keeps nobody from writing."""
SEEN = text("SELECT id, revision FROM rooms WHERE id = ANY(:rooms)")


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
        """What its row holds."""
        found = {column: getattr(record, field) for field, column in self.columns}
        return found | {"room_id": room_id} if self.has_room else found


def count_all(connection: Connection, counts: Mapping[int, tuple[int, int]]) -> tuple[set[int], set[int]]:
    """With PostgreSQL: counts rooms' revisions, each from what it is to what it becomes. Returns those whose revision
    was as expected, and those in which somebody else is writing just now: nobody is waited for here. To any other,
    somebody else has written."""
    if not counts:
        return set(), set()
    rooms = sorted(counts)
    was, becomes = ([counts[room_id][n] for room_id in rooms] for n in (0, 1))
    found = set(connection.execute(COUNT, {"rooms": rooms, "was": was, "becomes": becomes}).scalars())
    if not (others := counts.keys() - found):
        return found, set()
    seen = connection.execute(SEEN, {"rooms": list(others)})
    return found, {room_id for room_id, revision in seen if revision == counts[room_id][0]}


def write(connection: Connection, changes: Sequence[tuple[int, Ledger]]) -> None:
    """Writes what these changes, in this order, made of their rooms; each room is given by its number."""
    records: dict[Key, Written] = {}
    fields: dict[int, dict[str, Any]] = {}
    erased = {room_id for room_id, ledger in changes if ledger.erases}
    for room_id, ledger in changes:
        if room_id in erased:
            continue
        for (kind, key), written in ledger.records.items():
            first = records.get((room_id, kind, key))
            records[room_id, kind, key] = Written(first.before if first else written.before, written.now)
        fields[room_id] = fields.get(room_id, {}) | {
            name: ledger.fields[name] for name in ledger.fields if name != COUNTED
        }
    for room_id, of_room in fields.items():
        if of_room:
            connection.execute(_of_room(tuple(of_room)), of_room | {"room_id": room_id})
    _write_records(connection, records)
    if erased:  # with all that hangs under them
        connection.execute(delete(models.Room).where(models.Room.id.in_(erased)))


def _write_records(connection: Connection, written: Mapping[Key, Written]) -> None:
    """Writes what is different now. Rows that others hang under are written first and deleted last."""
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


@cache
def _of_room(fields: tuple[str, ...]) -> Update:
    """Writes these fields of one room. Few kinds of change write to a room, and each of them always writes the same
    fields."""
    table = cast(Table, models.Room.__table__)
    return update(table).where(table.c.id == bindparam("room_id")).values({field: bindparam(field) for field in fields})


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
