"""Forgetting: one person, one room, or all rooms that are past their date.

Everything hangs under its room and its person with ON DELETE CASCADE, and SQLite overwrites what it frees
(`secure_delete`), so deleting the row is all it takes; the door empties the write-ahead log after it (S6).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..access import Holder
from ..core.errors import Refused
from ..core.reading import is_open
from ..models import Note, Pass, Person, Phone, Post, Recognition, Room, Seat, Seen, Tally
from . import circles, on_wall, trail, undoing, wall
from .change import (
    Change,
    GroupTouched,
    LineClosed,
    NoteChanged,
    PeopleChanged,
    PersonMoved,
    RoomErased,
    TrailGrew,
    WallChanged,
)
from .grouping import give_up_seat, group_of
from .recording import begin_anew


def erase(change: Change, holder: Holder) -> None:
    """Someone erases themselves and all they wrote, from this phone. Cannot be undone.

    Nobody destroys what they cannot see. A phone that the leader let in for someone who has another cannot do it
    (Refused("forbidden")); it goes as soon as the others said that it is theirs. Where two entries were merged and the
    other one wrote, only what this phone shows goes, and the person stays for the other one; so it does for a phone
    that was let go. Who came by the door takes what was written on phones that a leader let in along (decisions/0010).
    """
    phones = circles.phones_of(change.session, holder.person_id or 0)
    mine = next((phone for phone in phones if phone.token_hash == holder.phone), None)
    if mine is None:
        raise Refused("not_found", "That person is not in this room.")
    reads = change.value.reads(mine.circle)
    hidden = {phone.circle: phone.came for phone in phones if phone.circle not in reads}
    if mine.came == "guest" and not holder.removed and any(came != "guest" for came in hidden.values()):
        raise Refused(
            "forbidden", "You have another phone that shows more of what you wrote; only that one can erase it."
        )
    spares = [circle for circle, came in hidden.items() if came != "guest" or mine.came != "door"]
    if mine.ended or _wrote(change, spares):
        _erase_writing(change, mine.person_id, reads)
        gone = tuple(phone.token_hash for phone in phones if phone.circle in reads)
        change.session.execute(delete(Phone).where(Phone.token_hash.in_(gone)))
        change.session.execute(delete(Pass).where(Pass.circle.in_(reads)))
        change.tell(LineClosed(mine.person_id, "erased", gone), PersonMoved(mine.person_id))
    else:
        erase_person(change, mine.person_id)
    trail.mark(change, "erase", "person")


def erase_person(change: Change, person_id: int) -> None:
    """A person goes altogether, with all that was written in their name. Cannot be undone."""
    person = change.session.get_one(Person, person_id)
    _erase_writing(change, person_id)
    give_up_seat(change, person_id)
    change.session.flush()
    change.session.delete(person)
    change.tell(PeopleChanged((person_id,)), LineClosed(person_id, "erased"), TrailGrew())  # lines about them are gone


def _wrote(change: Change, among: Collection[str]) -> bool:
    """Is there a note, or a line on the wall, of any of these?"""
    written = (select(table.id).where(table.circle.in_(among)).limit(1) for table in (Note, Post))
    return any(change.session.scalar(query) is not None for query in written)


def _erase_writing(change: Change, person_id: int, among: Collection[str] | None = None) -> None:
    """What someone wrote, counted, recognised and saw, in these circles (None: in all), and what they said to need."""
    session, room_id = change.session, change.room.id

    def theirs(table: Any) -> Any:
        own = table.person_id == person_id
        return own if among is None else own & table.circle.in_(among)

    opened = change.value.opened
    for note in change.value.notes.where("person_id", person_id):
        if (among is None or note.circle in among) and is_open(note.facts, opened):
            change.tell(NoteChanged(person_id, note.circle, note.id, note.group_id, note.facts))
    posts = session.execute(select(Post.id, Post.bundle).where(theirs(Post))).all()
    own = [id for id, _ in posts]
    recognised = list(session.scalars(select(Recognition.post_id).where(theirs(Recognition))))
    of_own = (Recognition.room_id == room_id) & Recognition.post_id.in_(own)
    readers = tuple(session.scalars(select(Recognition.circle).where(of_own).distinct())) if own else ()
    titles = {title for _, title in posts if title}
    seen = on_wall.those_on(change.value, {*own, *recognised, *titles})
    session.execute(delete(Recognition).where(of_own | theirs(Recognition)))
    for table in (Note, Post, Seen):
        session.execute(delete(table).where(theirs(table)))
    counted = list(session.scalars(select(Tally.group_id).where(theirs(Tally)).distinct()))
    session.execute(delete(Tally).where(theirs(Tally)))
    session.execute(update(Seat).where(Seat.person_id == person_id).values(safe=None))
    if (group := group_of(change, person_id)) is not None:
        counted.append(group.id)
    change.forgets = True
    change.tell(*(GroupTouched(group_id) for group_id in dict.fromkeys(counted)))
    if own or recognised:
        noticed = tuple(id for id in (*own, *recognised) if id in seen)
        change.tell(WallChanged(noticed, readers, hiding=True))
        wall.tidy(change, titles, seen)
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
