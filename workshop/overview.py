"""What an admin may know of the whole installation: numbers, days and versions; not the title or code of any room."""

from __future__ import annotations

import platform
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from importlib import metadata

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .days import day
from .extensions import db
from .models import ZONE, Account, Membership, Note, Organisation, Post, Room

TENTH = 100_000
"""Bytes in a tenth of a megabyte: what people write is counted in these, so that no single text can be made out."""


@dataclass(frozen=True, slots=True)
class Looked:
    """An organisation as an admin sees it: how many accounts and rooms it has, and how much text in tenths of a
    megabyte, rounded up; at least one."""

    id: int
    name: str
    members: int
    rooms: int
    tenths: int


def organisations(session: Session) -> list[Looked]:
    """Each organisation, the first one first."""
    rooms = _counted(session, select(Room.organisation_id, func.count(Room.id)).group_by(Room.organisation_id))
    query = select(Membership.organisation_id, func.count(Membership.account_id.distinct()))
    members = _counted(session, query.group_by(Membership.organisation_id))
    text: Counter[int | None] = Counter()
    for model in (Note, Post):
        sizes = select(Room.organisation_id, func.sum(func.length(model.text))).join(model, model.room_id == Room.id)
        text.update(_counted(session, sizes.group_by(Room.organisation_id)))
    return [
        Looked(one.id, one.name, members.get(one.id, 0), rooms.get(one.id, 0), max(1, -(-text[one.id] // TENTH)))
        for one in session.scalars(select(Organisation).order_by(Organisation.id))
    ]


def _counted(session: Session, query: object) -> dict[int | None, int]:
    return {place: int(number or 0) for place, number in session.execute(query)}  # type: ignore[call-overload]


def rooms_of(session: Session, account: Account) -> dict[int | None, list[int]]:
    """The rooms of an account, by organisation."""
    found: defaultdict[int | None, list[int]] = defaultdict(list)
    query = select(Room.organisation_id, Room.id).where(Room.account_id == account.id).order_by(Room.id)
    for place, room in session.execute(query):
        found[place].append(room)
    return dict(found)


def due(session: Session) -> list[tuple[date, int]]:
    """How many rooms will be erased on which day."""
    return sorted(Counter(day(moment, ZONE) for moment in session.scalars(select(Room.erase_at))).items())


def versions(session: Session) -> dict[str, str | float]:
    """Of the program, of its tables, and of what it runs on; and how much the database takes, in megabytes."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    asked = "SELECT sqlite_version()" if sqlite else "SHOW server_version"
    size = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if sqlite
        else "SELECT pg_database_size(current_database())"
    )
    connection = session.connection()
    return {
        "program": metadata.version("samenleren-workshop"),
        "tables": db.number or "",
        "database": f"{'SQLite' if sqlite else 'PostgreSQL'} {connection.exec_driver_sql(asked).scalar()}",
        "python": platform.python_version(),
        "megabytes": int(connection.exec_driver_sql(size).scalar() or 0) / 1_000_000,
    }
