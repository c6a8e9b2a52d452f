"""What leaders are told in numbers and never in words: how far everyone is with writing, and who saw a notice.

Counting is by circle: if a second circle of the same person added nothing, its holder, or whoever merges two entries,
could work out what the other one did. Only people with a phone count: whoever was added by hand can neither write here
nor see a notice. Anyone who left or was taken out no longer counts; nor, once the room is real, does anyone simulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from msgspec.structs import asdict

from .. import wire
from ..core import later
from ..core import reading as rules
from ..core import run as steps
from ..room.room import Notice, Person, Room

MOST_NOTICES = 20


def progress(room: Room) -> wire.Progress:
    """How many wrote something in the round the room is in (outside the rounds: in none), how many opened a note of
    that round to their group, so that it can be read there, and how many have a post on the wall; and of how many
    people.

    Table by table only as long as no shared note is out: if the number of a table fell at the moment at which a note
    disappeared from the organiser's page, that table would be where it was written.
    """
    counted = {person.id for person in room.counting()}
    round = room.run.step.round  # once a second; an index of it would be kept right at every note
    of_round = (note for note in room.notes if note.round == round and note.prompt != later.PROMPT)
    written = [note for note in of_round if note.person_id in counted]
    wrote = {(note.person_id, note.circle) for note in written}
    opened = {
        (note.person_id, note.group_id, note.circle)
        for note in written
        if note.visibility == "group" and rules.is_open(note.facts, room.opened)
    }
    writers = Counter(person for person, _ in wrote)
    openers = Counter((person, group) for person, group, _ in opened)
    groups: dict[str, wire.GroupProgress] = {}
    if not room.batches:
        for group in room.active_groups:
            if seats := list(room.seats.where("group_id", group.id)):
                groups[str(group.id)] = wire.GroupProgress(
                    wrote=sum(writers[seat.person_id] for seat in seats),
                    opened=sum(openers[seat.person_id, group.id] for seat in seats),
                )
    return wire.Progress(
        step=room.run.index,
        groups=groups,
        wrote=len(wrote),
        posted=len({post.circle for post in room.posts if post.circle and post.person_id in counted}),
        of=len(counted),
    )


def notices(room: Room) -> list[wire.CountedNotice]:
    """The last notices, each with how many people saw it, out of those it went to who have not left."""
    counted = list(room.counting())
    shapes = []
    for notice in _last(room.notices):
        went_to = {person.id for person in counted if _went_to(room, notice, person)}
        seen = sum(one.person_id in went_to for one in room.seen.where("notice_id", notice.id))
        shapes.append(wire.CountedNotice(**asdict(notice_shape(notice)), seen=seen, of=len(went_to)))
    return shapes


def said_to_all(room: Room, now: int) -> list[wire.Notice]:
    """What was said to everyone and is not over, as the screen shows it; without any word of who saw it."""
    to_all = [notice for notice in room.notices if notice.group_id is None and _is_on(room, notice, now)]
    return [notice_shape(notice) for notice in _last(to_all)]


def said_to(room: Room, person_id: int, now: int) -> list[Notice]:
    """The notices that are for this person and are not over, so that a phone that shows one knows when it was taken
    back."""
    person = room.people[person_id]
    return _last([n for n in room.notices if _is_on(room, n, now) and _is_for(room, n, person)])


def unseen(room: Room, person_id: int, reads: Collection[str], now: int) -> list[wire.Notice]:
    """Those among them that were not seen in these circles."""
    new = [n for n in said_to(room, person_id, now) if not any((n.id, circle) in room.seen for circle in reads)]
    return [notice_shape(n) for n in new]


def is_for(room: Room, person_id: int, notice_id: int) -> bool:
    """Did this notice go to this person, and are they still where it went?"""
    person, notice = room.people.get(person_id), room.notices.get(notice_id)
    return person is not None and notice is not None and _is_for(room, notice, person)


def notice_shape(notice: Notice) -> wire.Notice:
    """One notice, for someone it is for."""
    return wire.Notice(id=notice.id, text=notice.text, group=notice.group_id, at=notice.sent_at)


def _last(found: Collection[Notice]) -> list[Notice]:
    return sorted(found, key=lambda notice: notice.id)[-MOST_NOTICES:]


def _is_on(room: Room, notice: Notice, now: int) -> bool:
    """A notice ends with the step in which it was said. If its step may still be entered again as it was, the notice is
    still sent: whoever shows it looks at the step, and at `at`."""
    return notice.sent_at >= steps.reaches_back(room.run, now)


def _is_for(room: Room, notice: Notice, person: Person) -> bool:
    """A notice to a group is for those who sat in it and still do; one to all for those who were in the room."""
    still = notice.group_id is None or room.groups[notice.group_id].active
    return still and _went_to(room, notice, person)


def _went_to(room: Room, notice: Notice, person: Person) -> bool:
    if person.joined_at > notice.sent_at:
        return False
    if notice.group_id is None:
        return True
    seat = room.seats.get((person.id, notice.group_id))
    return seat is not None and seat.since <= notice.sent_at
