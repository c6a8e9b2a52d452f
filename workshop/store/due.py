"""Whatever falls due, whoever holds its room: steps that end by the clock, and what is deleted on a date (`kept`, S8).

A room, and what hangs under it, is deleted by a change of that room, which tells the people in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..kept import DATED
from ..models import Base, Pass, Person, Room
from .records import KINDS

MOST_ASKED = 500
"""Rooms in one statement: SQLite takes 32,766 values at most."""
OF_ROOMS = {Room.__tablename__, *(model.__tablename__ for model in KINDS)}


def next_due(session: Session, after: int = 0) -> int | None:
    """When the next step anywhere will be over, of those that are not over by then."""
    query = select(Room.due_at).where(Room.due_at > after).order_by(Room.due_at).limit(1)
    return session.scalars(query).first()


def due_rooms(session: Session, now: int) -> dict[int, int]:
    """The rooms in which a step is over, and since when."""
    rows = session.execute(select(Room.id, Room.due_at).where(Room.due_at.is_not(None), Room.due_at <= now))
    return {room_id: due_at for room_id, due_at in rows if due_at is not None}


def rooms_open(session: Session) -> int:
    """How many rooms there are that are not closed."""
    return session.scalar(select(func.count(Room.id)).where(Room.closed.is_(False))) or 0


def expired_rooms(session: Session, now: int) -> list[int]:
    """The rooms that are past their date."""
    return list(session.scalars(select(Room.id).where(Room.erase_at <= now)))


def with_expired_passes(session: Session, now: int) -> list[int]:
    """The rooms with a pass that nobody used in time."""
    query = select(Person.room_id).join(Pass, Pass.person_id == Person.id).where(Pass.expires_at <= now)
    return list(session.scalars(query.distinct()))


def expire(session: Session, now: int) -> None:
    """Deletes whatever else is past its date and belongs to no room: logins that are over."""
    for name, date in DATED.items():
        if name not in OF_ROOMS:
            table = Base.metadata.tables[name]
            session.execute(delete(table).where(table.c[date] <= now))


def revisions(session: Session, rooms: Collection[int]) -> dict[int, int]:
    """Those of these rooms that have not been erased, each with how often it was written."""
    return {row.id: row.revision for row in _rows(session, rooms, Room.revision)}


class Whose(NamedTuple):
    """To whom a room belongs."""

    account_id: int | None
    organisation_id: int | None


def whose(session: Session, rooms: Collection[int]) -> dict[int, Whose]:
    """To whom those of these rooms belong that have not been erased."""
    rows = _rows(session, rooms, Room.account_id, Room.organisation_id)
    return {row.id: Whose(row.account_id, row.organisation_id) for row in rows}


def _rows(session: Session, rooms: Collection[int], *columns: Any) -> Iterator[Any]:
    left = iter(rooms)
    while piece := list(islice(left, MOST_ASKED)):
        yield from session.execute(select(Room.id, *columns).where(Room.id.in_(piece)))
