"""Forgetting: one person, one room, or all rooms that are past their date.

Everything hangs under its room and its person with ON DELETE CASCADE, and SQLite overwrites what it frees
(`secure_delete`), so deleting the row is all it takes; the door empties the write-ahead log after it (S6).
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..models import Post, Recognition, Room
from .change import Change, LineClosed, PeopleChanged, WallChanged
from .grouping import give_up_seat


def erase_person(change: Change, person_id: int) -> None:
    """Someone erases themselves and all they wrote. Cannot be undone."""
    person = change.person(person_id)
    give_up_seat(change, person.id)
    session, room_id = change.session, change.room.id
    own = list(session.scalars(select(Post.id).where(Post.room_id == room_id, Post.person_id == person.id)))
    recognised = list(session.scalars(select(Recognition.post_id).where(Recognition.person_id == person.id)))
    if own:
        session.execute(delete(Recognition).where(Recognition.room_id == room_id, Recognition.post_id.in_(own)))
    session.flush()
    session.delete(person)
    session.flush()
    change.tell(PeopleChanged((person.id,)), LineClosed(person.id, "erased"))
    if own or recognised:
        change.tell(WallChanged((*own, *recognised), hiding=True))


def erase_room(change: Change) -> None:
    """The room and everything in it."""
    for person in change.people():
        change.tell(LineClosed(person.id, "erased"))
    change.session.execute(delete(Room).where(Room.id == change.room.id))


def expired_rooms(session: Session, now: int) -> list[int]:
    """The rooms that are past their date."""
    return list(session.scalars(select(Room.id).where(Room.erase_at <= now)))
