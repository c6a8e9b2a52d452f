"""Rows become a `Room`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import models
from ..room.room import Room, key_of
from ..room.table import Table
from .records import KINDS, ROOM_FIELDS, Kind

MANY_ROWS = 500
"""After this many, others have a turn."""
SHARED = (str, int)
"""Not bool, which is equal to a number."""


def load(session: Session, room_id: int, breathe: Callable[[], None] = lambda: None) -> Room | None:
    """The room as it is stored, as this session sees it; None when it is not there. `breathe` is called in between if
    there is much to read."""
    columns = [getattr(models.Room, field) for field in ROOM_FIELDS]
    row = session.execute(select(*columns).where(models.Room.id == room_id)).first()
    if row is None:
        return None
    tables: dict[str, Any] = {}
    known: dict[Any, Any] = {}
    since = 0
    for model, kind in KINDS.items():
        tables[kind.name] = table = _table(session, model, kind, room_id, known)
        since += len(table)
        if since > MANY_ROWS:
            breathe()
            since = 0
    return Room(**row._mapping, **tables)


def _table(session: Session, model: type[models.Base], kind: Kind, room_id: int, known: dict[Any, Any]) -> Table[Any]:
    """`known`: the texts and numbers that were read before, to be the same objects when they are read again. Whose
    phone it is, what was asked and who may read it stands in each note: a third of a full room."""
    query = kind.of_room(select(*[getattr(model, field) for field in kind.fields]), room_id)
    rows = session.execute(query.order_by(*[getattr(model, field) for field in kind.key]))
    made = (kind.make([known.setdefault(one, one) if type(one) in SHARED else one for one in row]) for row in rows)
    return Table({key_of(record): record for record in made})
