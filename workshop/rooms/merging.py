"""Two entries that are one person: someone came in twice, or was added by hand and then came by phone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from ..core.errors import Refused
from ..core.reading import is_open
from ..models import Note, Pass, Person, Phone, Post, Recognition, Seat, Seen, Tally, Trace, Wish
from . import on_wall, trail
from .change import (
    Change,
    GroupsChanged,
    GroupTouched,
    NoteChanged,
    PeopleChanged,
    PeopleMerged,
    PersonMoved,
    PhoneCame,
    WallChanged,
)
from .grouping import give_up_seat, group_of


def merge(change: Change, keep_id: int, other_id: int) -> None:
    """All that is `other`'s becomes `keep`'s, and `other` is gone. Cannot be undone.

    Their circles stay apart: no phone comes to show what was, or is, written on a phone of the other entry; and what
    others are told is no more than that the two are one (docs/decisions/0010).
    """
    keep, other = change.person(keep_id), change.person(other_id)
    if keep is other:
        raise Refused("invalid", "This takes two people.")
    if keep.simulated != other.simulated or keep.stand_in or other.stand_in:
        raise Refused("invalid", "These two cannot be one person.")
    _unite(keep, other)
    _seat(change, keep.id, other.id)
    _give_notes(change, keep.id, other.id)
    _give_wall(change, keep.id, other.id)
    _give_rest(change, keep.id, other.id)
    _give_wishes(change, keep.id, other.id)
    change.session.flush()
    change.session.delete(other)
    change.forgets = True
    trail.mark(change, "merge", "leader", keep_id)
    change.tell(PeopleMerged(keep_id, other_id), PhoneCame(keep_id))
    change.tell(PeopleChanged((keep_id, other_id)), PersonMoved(keep_id))


def _unite(keep: Person, other: Person) -> None:
    keep.team = keep.team or other.team
    keep.by_hand = keep.by_hand and other.by_hand
    keep.left = keep.left and other.left
    keep.came = keep.came or other.came
    keep.vouched = keep.vouched or other.vouched
    keep.joined_at = min(keep.joined_at, other.joined_at)


def _seat(change: Change, keep_id: int, other_id: int) -> None:
    """The seat of `keep`, or else that of `other`, with its roles."""
    group = group_of(change, other_id)
    if group is None:
        return
    if group_of(change, keep_id) is not None:
        give_up_seat(change, other_id)
        return
    sitting = (Seat.person_id == other_id) & (Seat.group_id == group.id)
    change.session.flush()
    change.session.execute(update(Seat).where(sitting).values(person_id=keep_id))
    change.session.expire(group)
    change.tell(GroupsChanged((group.id,)))


def _give_notes(change: Change, keep_id: int, other_id: int) -> None:
    room = change.value
    for note in [note for note in room.notes.where("person_id", other_id) if is_open(note.facts, room.opened)]:
        change.tell(NoteChanged(keep_id, note.circle, note.id, note.group_id, note.facts))
        change.tell(*[GroupTouched(note.group_id)] if note.group_id and note.prompt == "agreed" else [])
    _give(change, Note, keep_id, other_id)


def _give_wall(change: Change, keep_id: int, other_id: int) -> None:
    """Only what is signed looks different to the room: to say more would tell whose the other lines are."""
    signed = list(change.session.scalars(select(Post.id).where(Post.person_id == other_id, Post.signed)))
    _give(change, Post, keep_id, other_id)
    if signed:
        change.tell(WallChanged(tuple(on_wall.those_on(change.value, signed)), hiding=True))


def _give_rest(change: Change, keep_id: int, other_id: int) -> None:
    change.session.execute(update(Phone).where(Phone.person_id == other_id).values(merged_at=change.now))
    for table in (Phone, Pass, Recognition, Tally, Seen, Trace):
        _give(change, table, keep_id, other_id)


def _give(change: Change, table: Any, keep_id: int, other_id: int) -> None:
    change.session.flush()
    change.session.execute(update(table).where(table.person_id == other_id).values(person_id=keep_id))


def _give_wishes(change: Change, keep_id: int, other_id: int) -> None:
    for wish in change.session.scalars(select(Wish).where(Wish.room_id == change.room.id)):
        if other_id in wish.people:
            people = sorted({keep_id if person == other_id else person for person in wish.people})
            if len(people) > 1:
                wish.people = people
            else:
                change.session.delete(wish)
            change.tell(GroupsChanged())
