"""What people are called where two have one name: the same on every phone, on the screen and on the desk."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.names import looks, told_apart
from ..models import Group, Person, Room, Seat
from .change import Change, GroupTouched


def called(session: Session, room: Room) -> dict[int, str]:
    """The name to show, by person; asked once for all that a session reads."""
    known: dict[int, dict[int, str]] = session.info.setdefault("called", {})
    if room.id not in known:
        query = select(Person.id, Person.name, Person.team).where(Person.room_id == room.id, Person.removed.is_(False))
        known[room.id] = told_apart([(id, name, team) for id, name, team in session.execute(query)])
    return known[room.id]


def tell_namesakes(change: Change, *names: str) -> None:
    """Somebody of this name came, went, or is called otherwise: whoever has the same name may have another number now,
    which their table hears."""
    if not change.room.groups_shown:
        return
    change.session.flush()
    query = select(Person.name, Seat.group_id).join(Seat, Seat.person_id == Person.id)
    query = query.join(Group).where(Group.room_id == change.room.id, Group.active.is_(True))
    alike = set(map(looks, names))
    groups = {group for name, group in change.session.execute(query) if looks(name) in alike}
    change.tell(*(GroupTouched(group) for group in sorted(groups)))
