"""Two entries that are one person: someone came in twice, or was added by hand and then came by phone."""

from __future__ import annotations

from msgspec.structs import replace

from ..core.errors import Refused
from ..core.reading import is_open
from ..room.room import Person, Phone, Seat
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
from .grouping import give_up_seat


def merge(change: Change, keep_id: int, other_id: int) -> None:
    """Everything of `other`'s becomes `keep`'s, and `other` is gone. Cannot be undone.

    Their circles stay apart: no phone will show what was, or is, written on a phone of the other entry; and others are
    told no more than that the two are one (docs/decisions/0010).
    """
    keep, other = change.check_person(keep_id), change.check_person(other_id)
    if keep is other:
        raise Refused("invalid", "This takes two people.")
    if keep.simulated != other.simulated or keep.stand_in or other.stand_in:
        raise Refused("invalid", "These two cannot be one person.")
    change.put(_united(keep, other))
    _seat(change, keep_id, other_id)
    _tell_notes(change, keep_id, other_id)
    signed = [post.id for post in change.value.posts.where("person_id", other_id) if post.signed]
    _give(change, keep_id, other_id)
    if signed:  # to say more would tell whose the other lines are
        change.tell(WallChanged(tuple(on_wall.those_on(change.value, signed)), hiding=True))
    _give_wishes(change, keep_id, other_id)
    change.drop(change.value.people[other_id])
    change.forgets = True
    trail.mark(change, "merge", "leader", keep_id)
    change.tell(PeopleMerged(keep_id, other_id), PhoneCame(keep_id))
    change.tell(PeopleChanged((keep_id, other_id)), PersonMoved(keep_id))


def _united(keep: Person, other: Person) -> Person:
    return replace(
        keep,
        team=keep.team or other.team,
        by_hand=keep.by_hand and other.by_hand,
        left=keep.left and other.left,
        came=keep.came or other.came,
        vouched=keep.vouched or other.vouched,
        joined_at=min(keep.joined_at, other.joined_at),
    )


def _seat(change: Change, keep_id: int, other_id: int) -> None:
    """The seat of `keep`, or else that of `other`, with its roles."""
    seat = change.value.seat_of(other_id)
    if seat is None:
        return
    if change.value.seat_of(keep_id) is not None:
        give_up_seat(change, other_id)
        return
    change.drop(seat)
    change.put(replace(seat, person_id=keep_id))
    change.tell(GroupsChanged((seat.group_id,)))


def _tell_notes(change: Change, keep_id: int, other_id: int) -> None:
    room = change.value
    for note in [note for note in room.notes.where("person_id", other_id) if is_open(note.facts, room.opened)]:
        change.tell(NoteChanged(keep_id, note.circle, note.id, note.group_id, note.facts))
        change.tell(*[GroupTouched(note.group_id)] if note.group_id and note.prompt == "agreed" else [])


def _give(change: Change, keep_id: int, other_id: int) -> None:
    """Everything that hangs under one comes to hang under the other, except for where they sat in earlier draws: that
    is dropped."""
    for record in change.value.of_person(other_id):
        if isinstance(record, Seat):
            change.drop(record)
        else:
            merged = {"merged_at": change.now} if isinstance(record, Phone) else {}
            change.put(replace(record, person_id=keep_id, **merged))


def _give_wishes(change: Change, keep_id: int, other_id: int) -> None:
    for wish in change.value.wishes:
        if other_id in wish.people:
            people = tuple(sorted({keep_id if person == other_id else person for person in wish.people}))
            if len(people) > 1:
                change.put(replace(wish, people=people))
            else:
                change.drop(wish)
            change.tell(GroupsChanged())
