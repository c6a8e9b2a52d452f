"""Forgetting: one person, one room, or all rooms that are past their date.

Everything hangs under its room and its person with ON DELETE CASCADE, and SQLite overwrites what it frees
(`secure_delete`), so deleting the row is all it takes; the door empties the write-ahead log after it (S6).
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..core.errors import Refused
from ..core.reading import is_open
from ..models import Note, Person, Post, Recognition, Room
from . import undoing, wall
from .change import Change, LineClosed, NoteChanged, PeopleChanged, RoomErased, WallChanged
from .grouping import give_up_seat
from .reading import opened_rounds
from .recording import begin_anew
from .row import facts


def erase_person(change: Change, person_id: int) -> None:
    """Someone erases themselves and all they wrote. Cannot be undone."""
    session, room_id = change.session, change.room.id
    person = session.get(Person, person_id)
    if person is None or person.room_id != room_id:
        raise Refused("not_found", "That person is not in this room.")
    opened = opened_rounds(change.room)
    for note in session.scalars(select(Note).where(Note.person_id == person.id, Note.visibility == "group")):
        if is_open(facts(note), opened):
            change.tell(NoteChanged(person.id, note.id, note.group_id))
    give_up_seat(change, person.id)
    posts = session.execute(
        select(Post.id, Post.bundle).where(Post.room_id == room_id, Post.person_id == person.id)
    ).all()
    own = [id for id, _ in posts]
    recognised = list(session.scalars(select(Recognition.post_id).where(Recognition.person_id == person.id)))
    readers: list[int] = []
    if own:
        of_own = (Recognition.room_id == room_id) & Recognition.post_id.in_(own)
        readers = list(session.scalars(select(Recognition.person_id).where(of_own).distinct()))
        session.execute(delete(Recognition).where(of_own))
    session.flush()
    session.delete(person)
    session.flush()
    change.forgets = True
    change.tell(PeopleChanged((person.id,)), LineClosed(person.id, "erased"))
    if own or recognised:
        others = tuple(reader for reader in readers if reader != person_id)
        change.tell(WallChanged((*own, *recognised), others, hiding=True))
        wall.tidy(change, {title for _, title in posts if title})
        undoing.forget(change, "bundle", "unbundle")  # a title that was kept there may have quoted them


def dismiss(change: Change) -> None:
    """Everyone simulated is gone, with all that they wrote. Cannot be undone."""
    query = select(Person.id).where(Person.room_id == change.room.id, Person.simulated.is_(True)).order_by(Person.id)
    for person_id in list(change.session.scalars(query)):
        erase_person(change, person_id)
    begin_anew(change)


def erase_room(change: Change) -> None:
    """The room and everything in it."""
    change.session.execute(delete(Room).where(Room.id == change.room.id))
    change.forgets = True
    change.tell(RoomErased())


def expired_rooms(session: Session, now: int) -> list[int]:
    """The rooms that are past their date."""
    return list(session.scalars(select(Room.id).where(Room.erase_at <= now)))
