"""Whatever falls due, whoever holds its room: steps that end by the clock, and what is deleted on a date (`kept`, S8).

A room, and what hangs under it, is deleted by a change of that room, which tells the people in it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..kept import DATED
from ..models import Base, Pass, Person, Room
from .records import KINDS

OF_ROOMS = {Room.__tablename__, *(model.__tablename__ for model in KINDS)}


def next_due(session: Session) -> int | None:
    """When the next step anywhere will be over."""
    query = select(Room.due_at).where(Room.due_at.is_not(None)).order_by(Room.due_at).limit(1)
    return session.scalars(query).first()


def due_rooms(session: Session, now: int) -> list[int]:
    """The rooms in which a step is over."""
    return list(session.scalars(select(Room.id).where(Room.due_at <= now)))


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


def those_there(session: Session, rooms: Collection[int]) -> set[int]:
    """Those of these rooms that have not been erased."""
    return set(session.scalars(select(Room.id).where(Room.id.in_(rooms))))
