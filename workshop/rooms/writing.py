"""What people write: notes, posts on the wall, recognition, an observer's counts.

Ids are made by the phone, so sending something twice stores it once. Empty text deletes.
"""

from __future__ import annotations

from sqlalchemy import func, select

from ..content import load
from ..core.errors import Refused
from ..core.reading import Visibility
from ..models import Note, Post, Recognition, Tally
from .change import Change, GroupTouched, NoteChanged, Stepped, WallChanged
from .grouping import group_of, rounds
from .row import run_of
from .table import own_group
from .undoing import remember


def note(
    change: Change, person_id: int, id: str, prompt: str, text: str, visibility: Visibility, round: int | None
) -> None:
    """Keeps, replaces or (empty text) deletes a note. It belongs to the group its writer sat in when first written."""
    person = change.person(person_id)
    if round is not None and not 1 <= round <= max(rounds(change), 1):
        raise Refused("invalid", "There is no such round.")
    old = change.session.get(Note, (person.id, id))
    group_id = old.group_id if old else _group_id(change, person.id)
    was_open = old is not None and old.visibility == "group"
    was_agreed = old is not None and old.prompt == "agreed"
    withdrawn = not text or (old is not None and old.text == text and visibility == "me")
    if not withdrawn:
        change.open_for_writing()
    if old is not None and group_id is None and visibility == "group":
        # Written on one's own, now brought to the table: it is theirs to read from here on.
        old.group_id = group_id = _group_id(change, person.id)
        old.written_at = change.now
    if not text:
        if old is not None:
            change.session.delete(old)
            change.forgets = True
    elif old is not None:
        change.forgets = change.forgets or old.text != text
        old.text, old.visibility, old.prompt, old.round = text, visibility, prompt, round or old.round
    else:
        change.session.add(
            Note(
                person_id=person.id,
                id=id,
                room_id=change.room.id,
                group_id=group_id,
                prompt=prompt,
                round=round or current_round(change),
                text=text,
                visibility=visibility,
                written_at=change.now,
            )
        )
    # Others hear of a note only where it is, or was, open to them: not even that there is a private one.
    shared = group_id if was_open or visibility == "group" else None
    change.tell(NoteChanged(person.id, id, shared))
    if shared is not None and (was_agreed or prompt == "agreed"):
        change.tell(GroupTouched(shared))


def post(change: Change, person_id: int | None, id: str, column: str, text: str, signed: bool) -> None:
    """Puts a line on the wall, changes it or (empty text) takes it off. Without a person it is the leader's."""
    if text:
        change.open_for_writing()
    if person_id is not None:
        change.person(person_id)
    old = change.session.get(Post, (change.room.id, id))
    if old is not None and old.person_id != person_id:
        raise Refused("forbidden", "That line is someone else's.")
    if column not in {c.key for c in load(change.room.pack).wall}:
        raise Refused("invalid", "There is no such column on the wall.")
    if not text:
        if old is not None:
            _take_off(change, old)
    elif old is not None:
        old.column, old.text, old.signed = column, text, signed
    else:
        change.session.add(
            Post(
                room_id=change.room.id,
                id=id,
                person_id=person_id,
                column=column,
                text=text,
                signed=signed,
                posted_at=change.now,
            )
        )
    hidden = old is not None and old.hidden
    change.tell(WallChanged((id,), (person_id,) if person_id is not None else (), hiding=hidden))


def recognise(change: Change, person_id: int, post_id: str, on: bool) -> None:
    """Someone recognises a post, or no longer does."""
    change.open_for_writing()
    post = _post(change, post_id)
    if post.hidden:
        raise Refused("not_found", "That line is not on the wall.")
    old = change.session.get(Recognition, (person_id, post_id))
    if on and old is None:
        change.session.add(Recognition(person_id=person_id, post_id=post_id, room_id=change.room.id))
    elif not on and old is not None:
        change.session.delete(old)
    change.tell(WallChanged((post_id,), (person_id,)))


def hide(change: Change, post_id: str, hidden: bool) -> None:
    """The leader takes a line off the wall, or puts it back; its writer keeps it."""
    post = _post(change, post_id)
    if hidden and not post.hidden:
        remember(change, "hide", {"do": "show", "post": post_id})
    post.hidden = hidden
    change.tell(WallChanged((post_id,), (post.person_id,) if post.person_id else (), hiding=True))


def tally(change: Change, person_id: int, id: str, round: int, counter: str, by: int) -> None:
    """An observer counts one more, or one less; never below zero. Only whoever observes in that round may."""
    change.open_for_writing()
    group = own_group(change, person_id)
    seat = next(s for s in group.seats if s.person_id == person_id)
    if not 1 <= round <= len(seat.roles):
        raise Refused("invalid", "There is no such round.")
    if seat.roles[round - 1] != "observer":
        raise Refused("forbidden", "Only the observer counts.")
    if change.session.get(Tally, (person_id, id)) is not None:
        return
    counted = change.session.scalar(
        select(func.coalesce(func.sum(Tally.by), 0)).where(
            Tally.group_id == group.id, Tally.round == round, Tally.counter == counter
        )
    )
    # What would go below zero is remembered as nothing, so that it is nothing too when it is sent again.
    by = by if (counted or 0) + by >= 0 else 0
    change.session.add(Tally(person_id=person_id, id=id, group_id=group.id, round=round, counter=counter, by=by))
    change.tell(GroupTouched(group.id))


def close(change: Change) -> None:
    """Ends writing in this room. Reading, taking home and erasing go on."""
    if not change.room.closed:
        change.room.closed = True
        change.room.version += 1
        change.tell(Stepped("leader"))


def current_round(change: Change) -> int | None:
    """The round the room is in, if any."""
    return run_of(change.room).step.round


def _group_id(change: Change, person_id: int) -> int | None:
    group = group_of(change, person_id) if change.room.groups_shown else None
    return group.id if group else None


def _post(change: Change, post_id: str) -> Post:
    post = change.session.get(Post, (change.room.id, post_id))
    if post is None:
        raise Refused("not_found", "That line is not on the wall.")
    return post


def _take_off(change: Change, post: Post) -> None:
    for recognition in change.session.scalars(
        select(Recognition).where(Recognition.room_id == change.room.id, Recognition.post_id == post.id)
    ):
        change.session.delete(recognition)
    change.session.delete(post)
    change.forgets = True
