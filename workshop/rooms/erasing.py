"""Forgetting: one person, one room, or all rooms that are past their date.

Everything hangs under its room and its person with ON DELETE CASCADE, and SQLite overwrites what it frees
(`secure_delete`), so deleting the row is all it takes; the door empties the write-ahead log afterwards (S6).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from msgspec.structs import replace

from ..access import Holder
from ..core.errors import Refused
from ..core.reading import is_open
from ..room.table import Table
from . import on_wall, trail, undoing, wall
from .change import (
    Change,
    GroupTouched,
    LineClosed,
    NoteChanged,
    PeopleChanged,
    PersonMoved,
    RoomErased,
    WallChanged,
)
from .grouping import give_up_seat
from .recording import begin_anew

R = TypeVar("R")


def erase(change: Change, holder: Holder) -> None:
    """Someone erases themselves and all they wrote, from this phone. Cannot be undone.

    Nobody destroys what they cannot see. A phone that the leader let in for someone who has another one cannot do it
    (Refused("forbidden")) until the others have said that it is theirs. If two entries were merged and the other one
    wrote something, only what this phone shows is erased, and the person stays for the other one; the same goes for a
    phone that was let go. A phone that came by the door erases what was written on phones that a leader let in as well
    (decisions/0010).
    """
    room = change.value
    mine = room.phones.get(holder.phone)
    if mine is None:
        raise Refused("not_found", "That person is not in this room.")
    phones, reads = room.phones_of(mine.person_id), room.reads(mine.circle)
    hidden = {phone.circle: phone.came for phone in phones if phone.circle not in reads}
    if mine.came == "guest" and not holder.removed and any(came != "guest" for came in hidden.values()):
        raise Refused(
            "forbidden", "You have another phone that shows more of what you wrote; only that one can erase it."
        )
    spares = [circle for circle, came in hidden.items() if came != "guest" or mine.came != "door"]
    if mine.ended or any(room.notes.where("circle", one) or room.posts.where("circle", one) for one in spares):
        _erase_writing(change, mine.person_id, reads)
        gone = [phone for phone in phones if phone.circle in reads]
        passes = [one for one in room.passes if one.circle in reads]
        change.drop(*room.answers_of(gone), *passes, *gone)
        hashes = tuple(phone.token_hash for phone in gone)
        change.tell(LineClosed(mine.person_id, "erased", hashes), PersonMoved(mine.person_id))
    else:
        erase_person(change, mine.person_id)
    trail.mark(change, "erase", "person")


def erase_person(change: Change, person_id: int) -> None:
    """A person goes altogether, with everything written in their name. Cannot be undone."""
    _erase_writing(change, person_id)
    give_up_seat(change, person_id)
    room = change.value
    answers = room.answers_of(room.phones.where("person_id", person_id))
    change.drop(*answers, *room.of_person(person_id), room.people[person_id])
    change.tell(PeopleChanged((person_id,)), LineClosed(person_id, "erased"))


def _erase_writing(change: Change, person_id: int, among: Collection[str] | None = None) -> None:
    """What someone wrote, counted, recognised and saw, in these circles (None: in all), and what they said they
    need."""
    room = change.value

    def theirs(table: Table[R]) -> list[R]:
        own = table.where("person_id", person_id)
        return [one for one in own if among is None or one.circle in among]  # type: ignore[attr-defined]

    notes, posts, known, taps = theirs(room.notes), theirs(room.posts), theirs(room.recognitions), theirs(room.tallies)
    for note in notes:
        if is_open(note.facts, room.opened):
            change.tell(NoteChanged(person_id, note.circle, note.id, note.group_id, note.facts))
    own, recognised = [post.id for post in posts], [one.post_id for one in known]
    of_own = [one for id in own for one in room.recognitions.where("post_id", id)]
    titles = {post.bundle for post in posts if post.bundle}
    seen = on_wall.those_on(room, {*own, *recognised, *titles})
    change.drop(*of_own, *known, *notes, *posts, *theirs(room.seen), *taps)
    change.put(*(replace(seat, safe=None) for seat in room.seats.where("person_id", person_id)))
    counted = [tap.group_id for tap in taps]
    if (seat := room.seat_of(person_id)) is not None:
        counted.append(seat.group_id)
    change.forgets = True
    change.tell(*(GroupTouched(group_id) for group_id in dict.fromkeys(counted)))
    if own or recognised:
        noticed = tuple(id for id in (*own, *recognised) if id in seen)
        change.tell(WallChanged(noticed, tuple(dict.fromkeys(one.circle for one in of_own)), hiding=True))
        wall.tidy(change, titles, seen)
    undoing.forget(change, "bundle", "unbundle")  # a title there may quote them, also if their line has gone already


def dismiss(change: Change) -> None:
    """Everyone simulated goes, with all that they wrote. Cannot be undone."""
    for person in sorted((one for one in change.value.people if one.simulated), key=lambda one: one.id):
        erase_person(change, person.id)
    begin_anew(change)


def erase_room(change: Change) -> None:
    """The room and everything in it."""
    change.erase()
    change.forgets = True
    change.tell(RoomErased())
