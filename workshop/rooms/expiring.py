"""What goes by itself on a date of its own, by the table from which people are told what is kept (`kept`, S8).

Rooms have a date as well, but are erased one at a time by `erasing`, which tells those who are in them.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..kept import DATED
from ..models import Base


def expire(session: Session, now: int) -> None:
    """Deletes every row that is past its date: a login that is over, a pass that nobody used."""
    for name, date in DATED.items():
        if name != "rooms":
            table = Base.metadata.tables[name]
            session.execute(delete(table).where(table.c[date] <= now))
