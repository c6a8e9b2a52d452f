"""The code of a room: which room has it, and one that no room has."""

from __future__ import annotations

from random import Random

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..core import codes
from ..models import Room


def room_by_code(session: Session, text: str, *among: ColumnElement[bool]) -> Room | None:
    """The room with this code, however people type it; `among`: only those for which this holds."""
    code = codes.normalise(text)
    return session.scalars(select(Room).where(Room.code == code, *among)).first() if code else None


def add_with_a_free_code(session: Session, room: Room, random: Random) -> None:
    """Gives a new room a code and adds it. The database says whether a code is free: between looking and adding
    someone else might take it."""
    while True:
        room.code = codes.make(random)
        try:
            with session.begin_nested():
                session.add(room)
            return
        except IntegrityError:
            if session.scalar(select(Room.id).where(Room.code == room.code)) is None:
                raise
