"""What leaders are told in numbers and never in words: how far everyone is with writing, and who saw a notice.

Each takes as many queries for a hundred groups as for one. What is counted is counted by circle: if a second circle of
someone's added nothing, its holder, or whoever merges two entries, could work out what the other did. Only people with
a phone count: whoever was added by hand can neither write here nor see a notice. Whoever left or was taken out counts
no more; nor, once the room is real, does anyone simulated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ..core import reading as rules
from ..core import run as steps
from ..models import Group, Note, Notice, Person, Post, Room, Seat, Seen
from .row import run_of

Shape = dict[str, Any]
MOST_NOTICES = 20
NOTHING_SAID: Shape = {"notices": [], "said": []}


def progress(session: Session, room: Room) -> Shape:
    """How many wrote something in the round the room is in (outside the rounds: in none), how many opened a note of
    it to their group, so that it can be read there, how many stand on the wall, of how many.

    Table by table only as long as no shared note is out: a table whose number falls at the moment at which a line
    falls out of the organiser's page would be where it was written.
    """
    run = run_of(room)
    readable = rules.opened_rounds(run.steps, run.index)
    counted = [Person.room_id == room.id, *_counts(room)]
    notes = select(Note.person_id, Note.circle, Note.visibility, Note.group_id, Note.written_at, Note.sheet)
    notes = notes.join(Person, Person.id == Note.person_id)
    notes = notes.where(Note.room_id == room.id, Note.round == run.step.round, *counted)
    written = [rules.NoteFacts(*row) for row in session.execute(notes)]
    wrote = {(note.writer, note.circle) for note in written}
    opened = {(note.writer, note.group, note.circle) for note in written if rules.is_open(note, readable)}
    writers = Counter(person for person, _ in wrote)
    openers = Counter((person, group) for person, group, _ in opened)
    groups: dict[str, dict[str, int]] = defaultdict(lambda: {"wrote": 0, "opened": 0})
    if not room.batches:
        seats = select(Seat.person_id, Seat.group_id).join(Group)
        for person, group in session.execute(seats.where(Group.room_id == room.id, Group.active.is_(True))):
            groups[str(group)]["wrote"] += writers[person]
            groups[str(group)]["opened"] += openers[person, group]
    posted = select(func.count(Post.circle.distinct())).join(Person, Person.id == Post.person_id)
    return {
        "step": run.index,
        "groups": dict(groups),
        "wrote": len(wrote),
        "posted": session.scalar(posted.where(Post.room_id == room.id, *counted)) or 0,
        "of": session.scalar(select(func.count(Person.id)).where(*counted)) or 0,
    }


def notices(session: Session, room: Room) -> list[Shape]:
    """The last notices, with how many saw each, of how many to whom it went and who have not left."""
    query = (
        select(Notice, func.count(Person.id.distinct()), func.count(Seen.circle))
        .select_from(Notice)
        .outerjoin(Person, (Person.room_id == Notice.room_id) & _went_to() & and_(*_counts(room)))
        .outerjoin(Seen, (Seen.notice_id == Notice.id) & (Seen.person_id == Person.id))
        .where(Notice.room_id == room.id)
        .group_by(Notice.id)
        .order_by(Notice.id.desc())
        .limit(MOST_NOTICES)
    )
    found = [notice_shape(notice) | {"seen": seen, "of": of} for notice, of, seen in session.execute(query)]
    return found[::-1]


def said_to_all(session: Session, room: Room, now: int) -> list[Shape]:
    """What was said to everyone and is not over, as the screen shows it; it is told of nobody who saw it."""
    query = select(Notice).where(Notice.room_id == room.id, Notice.group_id.is_(None), _not_over(room, now))
    query = query.order_by(Notice.id.desc()).limit(MOST_NOTICES)
    return [notice_shape(notice) for notice in session.scalars(query)][::-1]


def is_anything_said(session: Session, room: Room, now: int) -> bool:
    """Is there a notice, to whomever, that is not over?"""
    query = select(Notice.id).where(Notice.room_id == room.id, _not_over(room, now)).limit(1)
    return session.scalar(query) is not None


def said_to(session: Session, room: Room, person_id: int, reads: Collection[str], now: int) -> Shape:
    """`notices`: those that are for this person, are not over, and that they have not seen in these circles. `said`:
    the ids of all that are not over, so that a phone that shows one knows when it was taken off."""
    query = _for(room, person_id).where(_not_over(room, now)).order_by(Notice.id.desc()).limit(MOST_NOTICES)
    found = list(session.scalars(query))[::-1]
    query = select(Seen.notice_id).where(Seen.circle.in_(reads), Seen.notice_id.in_([n.id for n in found]))
    seen = set(session.scalars(query)) if found else set()
    return {"notices": [notice_shape(n) for n in found if n.id not in seen], "said": [n.id for n in found]}


def is_for(session: Session, room: Room, person_id: int, notice_id: int) -> bool:
    """Did this notice go to this person, and are they still where it went?"""
    return session.scalar(_for(room, person_id).where(Notice.id == notice_id)) is not None


def notice_shape(notice: Notice) -> Shape:
    """One notice, for someone it is for."""
    return {"id": notice.id, "text": notice.text, "group": notice.group_id, "at": notice.sent_at}


def _not_over(room: Room, now: int) -> Any:
    """A notice ends with the step in which it was said. One whose step may be entered again as it was is still told:
    who shows it looks at the step, and at `at`."""
    return Notice.sent_at >= steps.reaches_back(run_of(room), now)


def _for(room: Room, person_id: int) -> Any:
    """A notice to a group is for those who sat in it and still do; one to all for those who were in the room."""
    active = select(Group.id).where(Group.room_id == room.id, Group.active.is_(True))
    still = Notice.group_id.is_(None) | Notice.group_id.in_(active)
    return (
        select(Notice)
        .join(Person, Person.room_id == Notice.room_id)
        .where(Notice.room_id == room.id, Person.id == person_id, _went_to(), still)
    )


def _went_to() -> Any:
    """The condition by which a notice went to a person."""
    at_that_table = (Seat.group_id == Notice.group_id) & (Seat.person_id == Person.id)
    sat_there = select(Seat.person_id).where(at_that_table, Seat.since <= Notice.sent_at).correlate(Notice, Person)
    return (Person.joined_at <= Notice.sent_at) & (Notice.group_id.is_(None) | sat_there.exists())


def _counts(room: Room) -> tuple[Any, ...]:
    counts = (Person.left.is_(False), Person.removed.is_(False), Person.by_hand.is_(False))
    return (*counts, Person.simulated.is_(False)) if room.real else counts
