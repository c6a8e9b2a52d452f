"""Two entries that are one person: someone came in twice, or was added by hand and then came by phone."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, func, select, update

from ..core.errors import Refused
from ..core.reading import is_open
from ..models import Note, Pass, Person, Phone, Post, Recognition, Seat, Seen, Tally, Wish
from .change import (
    Change,
    GroupsChanged,
    GroupTouched,
    NoteChanged,
    PeopleChanged,
    PeopleMerged,
    PersonMoved,
    WallChanged,
)
from .grouping import give_up_seat, group_of
from .reading import opened_rounds
from .row import facts


def merge(change: Change, keep_id: int, other_id: int) -> None:
    """All that is `other`'s becomes `keep`'s, and `other` is gone. Cannot be undone.

    A phone does not come to show what was written on the other one before (docs/decisions/0010).
    """
    keep, other = change.person(keep_id), change.person(other_id)
    if keep is other:
        raise Refused("invalid", "This takes two people.")
    if keep.simulated != other.simulated or keep.stand_in or other.stand_in:
        raise Refused("invalid", "These two cannot be one person.")
    since = _after_the_last_note(change, keep.id)
    guests = other.id if since else keep.id if _after_the_last_note(change, other.id) else None
    _unite(keep, other)
    _seat(change, keep.id, other.id)
    _give_notes(change, keep.id, other.id)
    _give_wall(change, keep.id, other.id)
    _give_counts(change, keep.id, other.id)
    _give_phones(change, keep.id, other.id, since, guests)
    _give_wishes(change, keep.id, other.id)
    change.session.flush()
    change.session.delete(other)
    change.session.flush()
    change.forgets = True
    change.tell(PeopleMerged(keep_id, other_id, since, guests))
    change.tell(PeopleChanged((keep_id, other_id)), PersonMoved(keep_id))


def _after_the_last_note(change: Change, person_id: int) -> int:
    """From when on (ms) the other's phones may show what this one writes for themselves: always where nothing was."""
    private = (Note.person_id == person_id) & (Note.visibility != "group")
    last = change.session.scalar(select(func.max(Note.written_at)).where(private))
    return 0 if last is None else last + 1


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
    opened = opened_rounds(change.room)
    for note in list(change.session.scalars(select(Note).where(Note.person_id == other_id))):
        id = note.id if change.session.get(Note, (keep_id, note.id)) is None else str(uuid.uuid4())
        _hand_over(change, note, person_id=keep_id, id=id, written_as=note.written_as or other_id)
        if is_open(facts(note), opened):
            change.tell(NoteChanged(keep_id, id, note.group_id))
            change.tell(*[GroupTouched(note.group_id)] if note.group_id and note.prompt == "agreed" else [])


def _give_wall(change: Change, keep_id: int, other_id: int) -> None:
    session = change.session
    posts = list(session.scalars(select(Post.id).where(Post.person_id == other_id)))
    session.execute(update(Post).where(Post.person_id == other_id).values(person_id=keep_id))
    already = set(session.scalars(select(Recognition.post_id).where(Recognition.person_id == keep_id)))
    recognised = list(session.scalars(select(Recognition).where(Recognition.person_id == other_id)))
    for recognition in recognised:
        if recognition.post_id in already:
            session.delete(recognition)
        else:
            _hand_over(change, recognition, person_id=keep_id)
    own = select(Post.id).where(Post.room_id == change.room.id, Post.person_id == keep_id)
    mine = (Recognition.person_id == keep_id) & Recognition.post_id.in_(own)
    unsaid = list(session.scalars(select(Recognition.post_id).where(mine)))
    session.execute(delete(Recognition).where(mine))
    hidden = session.scalars(select(Post.id).where(Post.id.in_(posts), Post.hidden.is_(True))).first()
    if lines := (*posts, *already, *unsaid, *(recognition.post_id for recognition in recognised)):
        change.tell(WallChanged(lines, (keep_id,), hiding=hidden is not None))


def _give_counts(change: Change, keep_id: int, other_id: int) -> None:
    for tally in list(change.session.scalars(select(Tally).where(Tally.person_id == other_id))):
        id = tally.id if change.session.get(Tally, (keep_id, tally.id)) is None else str(uuid.uuid4())
        _hand_over(change, tally, person_id=keep_id, id=id)
    for seen in list(change.session.scalars(select(Seen).where(Seen.person_id == other_id))):
        if change.session.get(Seen, (seen.notice_id, keep_id)) is None:
            _hand_over(change, seen, person_id=keep_id)


def _give_phones(change: Change, keep_id: int, other_id: int, since: int, guests: int | None) -> None:
    """Both go on with all their phones. Where only one of the two wrote for their own eyes, the phones of the other one
    show nothing of that and cannot erase it; where both did, those of `keep` can erase all."""
    if guests is not None:
        for kind in (Phone, Pass):
            change.session.execute(update(kind).where(kind.person_id == guests).values(guest=True))
    theirs: list[Phone | Pass] = [
        *change.session.scalars(select(Phone).where(Phone.person_id == other_id)),
        *change.session.scalars(select(Pass).where(Pass.person_id == other_id)),
    ]
    for key in theirs:
        key.person_id, key.reads = keep_id, {**key.reads, str(keep_id): since}


def _give_wishes(change: Change, keep_id: int, other_id: int) -> None:
    for wish in change.session.scalars(select(Wish).where(Wish.room_id == change.room.id)):
        if other_id in wish.people:
            people = sorted({keep_id if person == other_id else person for person in wish.people})
            if len(people) > 1:
                wish.people = people
            else:
                change.session.delete(wish)
            change.tell(GroupsChanged())


def _hand_over(change: Change, row: Any, **key: Any) -> None:
    """Gives a row that stands under a person to another one: SQLAlchemy moves it by its key."""
    for name, value in key.items():
        setattr(row, name, value)
    change.session.flush()
