"""What people are called where two have one name: the same on every phone, on the screen, the desk and the wall."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.names import told_apart
from ..models import Person, Room


def called(session: Session, room: Room) -> dict[int, str]:
    """The name to show, by person; asked once for all that a session reads."""
    return _names(session, room)[0]


def namesakes(session: Session, room: Room) -> dict[int, str]:
    """The same, of those alone whose own name does not say who they are."""
    return _names(session, room)[1]


def _names(session: Session, room: Room) -> tuple[dict[int, str], dict[int, str]]:
    known: dict[int, tuple[dict[int, str], dict[int, str]]] = session.info.setdefault("called", {})
    if room.id not in known:
        query = select(Person.id, Person.name, Person.team).where(Person.room_id == room.id, Person.removed.is_(False))
        people = [(id, name, team) for id, name, team in session.execute(query)]
        names = told_apart(people)
        known[room.id] = names, {id: names[id] for id, name, _ in people if names[id] != name}
    return known[room.id]
