"""What each kind of holder may see of a room, in the shapes of the contract.

Every payload that leaves the server is built here, so what is private is decided in one place (product.md, what is
private and what is not): a note goes to its writer and to those whom `core.reading` lets; what a group says among
itself never goes to a leader or to the screen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ..access import Holder
from ..core import groups as draw
from ..core import reading as rules
from ..models import Group, Note, Person, Room, Seat, Tally, Wish
from ..presence import presence
from . import circles, counting, naming, on_wall, trail
from .row import facts, run_of

Shape = dict[str, Any]


def snapshot(session: Session, room: Room, holder: Holder, now: int) -> Shape:
    """All that this holder may see, at once: after it a client needs only events."""
    if holder.person_id is not None:
        return snapshots(session, room, [holder], now)[0]
    leader = holder.role == "leader"
    shape = _for_all(room, now) | {
        "people": people(session, room, leader=leader),
        "groups": groups(session, room, leader=leader),
        "notices": counting.notices(session, room) if leader else counting.said_to_all(session, room, now),
    }
    if leader:
        shape |= {
            "hidden": on_wall.hidden_posts(session, room),
            "shown": room.groups_shown,
            "wishes": wishes(session, room),
            "progress": counting.progress(session, room),
            "trail": trail.of_room(session, room),
            "own_notes": own_notes(room),
        }
    return shape


def snapshots(session: Session, room: Room, holders: Sequence[Holder], now: int) -> list[Shape]:
    """Those of some phones of people, in as many queries as that of one."""
    ids = [holder.person_id or 0 for holder in holders]
    found = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    seats = seats_of(session, room, ids) if room.groups_shown else {}
    inside = insides(session, {seat.group_id for seat in seats.values()})
    told = phones(session, holders)
    reads = circles.reads_of(session, {holder.circle for holder in holders})
    all_read = frozenset[str]().union(*reads.values())
    written, posted = notes_in(session, room, all_read), on_wall.own_posts(session, room, all_read)
    recognise, said = on_wall.who_recognise(session, room, all_read), counting.is_anything_said(session, room, now)
    called = naming.called(session, room) if seats else {}
    alike = _for_all(room, now)
    shapes = []
    for holder, person_id in zip(holders, ids, strict=True):
        person, seat, own = found[person_id], seats.get(person_id), reads[holder.circle]
        here = inside[seat.group_id] if seat else None
        me = {"id": person.id, "name": person.name, "team": person.team, "left": person.left}
        shape = {
            "me": me | told[holder],
            "group": group(room, seat.group, seat, here, own, called) if seat and here else None,
            "notes": readable_notes(room, person_id, seat, written, here, own),
            "my_posts": [post for circle, post in posted if circle in own],
            "my_recognised": on_wall.recognised_by(session, room, own) if own & recognise else [],
            **(counting.said_to(session, room, person_id, own, now) if said else counting.NOTHING_SAID),
        }
        shapes.append(alike | shape)
    return shapes


def phones(session: Session, holders: Collection[Holder]) -> dict[Holder, Shape]:
    """What each of these phones is told of the others in its person's name, and of what was done about them."""
    others, told = circles.others(session, holders), trail.of_people(session, {h.person_id or 0 for h in holders})
    return {holder: {"phones": others[holder], "trail": told[holder.person_id or 0]} for holder in holders}


def _for_all(room: Room, now: int) -> Shape:
    return {
        "version": room.version,
        "now": now,
        "room": room_shape(room),
        "programme": programme(room),
        "step": step(room, now),
    }


def room_shape(room: Room) -> Shape:
    """What anyone in the room may know of it."""
    return {
        "code": room.code,
        "title": room.title,
        "language": room.language,
        "open": not room.closed,
        "locked": room.locked,
        "erase_at": room.erase_at,
        "zone": room.zone,
    }


def programme(room: Room) -> list[Shape]:
    """The steps of the afternoon."""
    return [
        {
            "index": index,
            "kind": s.kind,
            "title": s.title,
            "round": s.round,
            "seconds": s.seconds,
            "auto_advance": s.auto_advance,
            "planned": s.planned,
        }
        for index, s in enumerate(run_of(room).steps)
    ]


def own_notes(room: Room) -> list[str]:
    """What leaders wrote for themselves, in the order of the programme; for nobody else."""
    return [step.own_note for step in run_of(room).steps]


def step(room: Room, now: int) -> Shape:
    """Where the room is."""
    run = run_of(room)
    return {
        "index": run.index,
        "kind": run.step.kind,
        "round": run.step.round,
        "slide": run.slide if run.step.kind == "talk" else None,
        "clock": run.clock.as_wire(now),
        "entered_at": run.entered_at,
        "began_at": run.began_at,
        "held": len(room.held),
        "open": not room.closed,
        "extras": room.extras,
        "locked": room.locked,
        "wall": room.wall,
        "real": room.real,
        "planned_start": room.planned_start,
    }


def people(session: Session, room: Room, *, leader: bool) -> list[Shape]:
    """People as leaders and the screen see them; the screen learns nothing of hands or of groups still in draft."""
    return [person_shape(room, *one, leader) for one in found_people(session, room)]


def found_people(
    session: Session, room: Room, only: Collection[int] | None = None
) -> list[tuple[Person, int | None, int | None, bool]]:
    """Each with the group they have a seat in, since when (ms) its hand is up, and whether they said that they sit."""
    query = (
        select(Person, Seat.group_id, Group.hand_at, Seat.sits)
        .select_from(Person)
        .outerjoin(Seat, (Seat.person_id == Person.id) & Seat.group_id.in_(_active_groups(room)))
        .outerjoin(Group, Group.id == Seat.group_id)
        .where(Person.room_id == room.id, Person.removed.is_(False))
        .order_by(Person.id)
    )
    if only is not None:
        query = query.where(Person.id.in_(only))
    return [(person, group, hand, bool(sits)) for person, group, hand, sits in session.execute(query)]


def person_shape(
    room: Room, person: Person, group_id: int | None, hand_at: int | None, sits: bool, leader: bool
) -> Shape:
    """One person on the dashboard or the screen."""
    shape = {
        "id": person.id,
        "name": person.name,
        "team": person.team,
        "here": is_here(person),
        "left": person.left,
        "group": group_id if leader or room.groups_shown else None,
        "by_hand": person.by_hand,
        "simulated": person.simulated,
        "came": person.came,
        "stand_in": person.stand_in,
        "sits": sits,
    }
    return shape | {"hand": hand_at is not None} if leader else shape


def is_here(person: Person) -> bool:
    """Away is only ever a quiet dot: a person without a phone, or whom the leader sees, is here."""
    return not person.left and (person.by_hand or person.vouched or presence.here(person.id))


def groups(session: Session, room: Room, *, leader: bool) -> list[Shape]:
    """All groups, for leaders, and for the screen once they are shown. What is said within a group stays out."""
    return group_shapes(found_groups(session, room), leader=leader) if leader or room.groups_shown else []


def found_groups(session: Session, room: Room) -> list[Group]:
    """The groups of the last draw, by number."""
    return these_groups(session, room, group_ids(session, room))


def group_ids(session: Session, room: Room) -> list[int]:
    """Those of the last draw, by number."""
    query = select(Group.id).where(Group.room_id == room.id, Group.active.is_(True))
    return list(session.scalars(query.order_by(Group.number)))


def these_groups(session: Session, room: Room, ids: Collection[int]) -> list[Group]:
    """Those of these groups that are of the last draw, by number."""
    query = select(Group).where(Group.room_id == room.id, Group.id.in_(ids), Group.active.is_(True))
    return list(session.scalars(query.order_by(Group.number)))


def group_shapes(found: Collection[Group], *, leader: bool) -> list[Shape]:
    """Groups as leaders see them, or as the screen does."""
    mends = _mends(found) if leader else {}
    shapes = []
    for g in found:
        shape = {"id": g.id, "number": g.number, "members": [_member(s) for s in g.seats]}
        if leader:
            shape |= {"topic": g.topic, "hand_at": g.hand_at, "coming_at": g.coming_at, "mends": mends.get(g.id, [])}
        shapes.append(shape)
    return shapes


def wishes(session: Session, room: Room) -> list[Shape]:
    """Who is to sit apart or together at the next draw."""
    found = session.scalars(select(Wish).where(Wish.room_id == room.id).order_by(Wish.id))
    return [{"kind": w.kind, "people": w.people} for w in found]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a group has among itself: its open notes, and what was counted: in which round, what, by whom, on which
    circle of their phones, how much."""

    notes: list[Note]
    counts: list[tuple[int, str, int, str, int]]


def insides(session: Session, groups: Collection[int]) -> dict[int, Inside]:
    """What each of these groups has among itself, in as many queries for a hundred groups as for one."""
    found = {group_id: Inside([], []) for group_id in groups}
    notes = select(Note).where(Note.group_id.in_(found), Note.visibility == "group").order_by(Note.written_at)
    for note in session.scalars(notes):
        found[note.group_id or 0].notes.append(note)
    whose = (Tally.group_id, Tally.round, Tally.counter, Tally.person_id, Tally.circle)
    counts = select(*whose, func.sum(Tally.by)).where(Tally.group_id.in_(found)).group_by(*whose)
    for group_id, round, counter, person, circle, count in session.execute(counts):
        found[group_id].counts.append((round, counter, person, circle, int(count)))
    return found


def group(
    room: Room, group: Group, reader: Seat, inside: Inside, reads: Collection[str], called: Mapping[int, str]
) -> Shape:
    """A group as one of its members sees it, on a phone that shows everything of the circles it `reads`; `called`: what
    people are called where two have one name."""
    opened = opened_rounds(room)
    observed = {i + 1 for i, part in enumerate(reader.roles) if part == "observer"}
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for round, counter, person, circle, count in inside.counts:
        # An observer sees what is counted at once; but not what another phone in their name counts.
        if round in opened or (round in observed and (person != reader.person_id or circle in reads)):
            tally[str(round)][counter] += count
    return {
        "id": group.id,
        "number": group.number,
        "members": [_member(s) | _called(s, called) | {"safe": s.safe or [], "sits": s.sits} for s in group.seats],
        "topic": group.topic,
        "hand_at": group.hand_at,
        "coming_at": group.coming_at,
        "agreed": _agreed(room, inside.notes, reader, reads),
        "tally": {round: {key: max(n, 0) for key, n in counts.items()} for round, counts in tally.items()},
    }


def _agreed(room: Room, notes: Collection[Note], reader: Seat, reads: Collection[str]) -> list[Shape]:
    """What a group agreed, as far as one of its members may read it."""
    opened = opened_rounds(room)
    return [
        {"round": n.round, "text": n.text, "by": n.person_id}
        for n in notes
        if n.prompt == "agreed" and may_read(n, reader.person_id, reader, opened, reads)
    ]


def notes_in(session: Session, room: Room, circles: Collection[str]) -> list[Note]:
    """What was written in these circles, in the order in which it was."""
    own = select(Note).where(Note.room_id == room.id, Note.circle.in_(circles))
    return list(session.scalars(own.order_by(Note.written_at)))


def readable_notes(
    room: Room,
    person_id: int,
    seat: Seat | None,
    written: Collection[Note],
    inside: Inside | None,
    reads: Collection[str],
) -> list[Shape]:
    """What was `written` in the circles that a phone reads, and what is open to it of what its group has `inside`."""
    found = [note for note in written if note.circle in reads]
    if inside is not None:
        opened = opened_rounds(room)
        found += [n for n in inside.notes if n.circle not in reads and may_read(n, person_id, seat, opened, reads)]
    return [note_shape(n, n.person_id == person_id and n.circle not in reads) for n in found]


def note_shape(note: Note, elsewhere: bool = False) -> Shape:
    """One note, for someone who may read it. `elsewhere`: in their own name, on a phone that is not known as theirs."""
    shape = {
        "id": note.id,
        "prompt": note.prompt,
        "round": note.round,
        "text": note.text,
        "visibility": note.visibility,
        "by": note.person_id,
        "sheet": note.sheet is not None,
    }
    return shape | {"elsewhere": True} if elsewhere else shape


def may_read(
    note: Note, person_id: int, seat: Seat | None, opened: frozenset[int], reads: Collection[str] = ()
) -> bool:
    """The rule of `core.reading` for one note and one phone; `opened`: the rounds whose sheets are."""
    return rules.may_read(facts(note), reader_facts(person_id, seat, opened, reads))


def reader_facts(
    person_id: int, seat: Seat | None, opened: frozenset[int], reads: Collection[str] = ()
) -> rules.ReaderFacts:
    """What decides about one phone of someone who sits there."""
    group, since = (seat.group_id, seat.since) if seat else (None, 0)
    return rules.ReaderFacts(person_id, frozenset(reads), group, since, opened)


def opened_rounds(room: Room) -> frozenset[int]:
    """The rounds whose sheets and counts the group may look at now."""
    run = run_of(room)
    return rules.opened_rounds(run.steps, run.index)


def seats_of(session: Session, room: Room, people: Collection[int]) -> dict[int, Seat]:
    """Where these people sit in the last draw."""
    query = select(Seat).where(Seat.person_id.in_(people), Seat.group_id.in_(_active_groups(room)))
    return {seat.person_id: seat for seat in session.scalars(query.options(joinedload(Seat.group)))}


def everything_of(session: Session, room: Room, holder: Holder) -> Shape:
    """All that someone wrote, as far as this phone may show it, to read and to take home: `GET /api/me`."""
    person = session.get_one(Person, holder.person_id)
    seat = seats_of(session, room, [person.id]).get(person.id) if room.groups_shown else None
    reads = circles.reads(session, holder.circle)
    inside = insides(session, [seat.group_id])[seat.group_id] if seat else None
    notes = readable_notes(room, person.id, seat, notes_in(session, room, reads), inside, reads)
    return phones(session, [holder])[holder] | {
        "person": {"id": person.id, "name": person.name, "team": person.team},
        "room": room_shape(room),
        "notes": [note for note in notes if note["by"] == person.id],
        "posts": [post for _, post in on_wall.own_posts(session, room, reads)],
        "agreed": _agreed(room, inside.notes, seat, reads) if seat and inside else [],
    }


def groups_that_counted(session: Session, room: Room) -> list[int]:
    """The groups whose observer counted something, which a step may open or close to the others."""
    return list(session.scalars(select(Tally.group_id).where(Tally.group_id.in_(_active_groups(room))).distinct()))


def opened_early(session: Session, room: Room, rounds: Collection[int]) -> dict[int, list[Note]]:
    """By group: what observers of these rounds opened to it, which a step may open or close to the others."""
    query = select(Note).where(Note.sheet.in_(rounds), Note.visibility == "group").order_by(Note.written_at)
    found: dict[int, list[Note]] = defaultdict(list)
    for note in session.scalars(query.where(Note.group_id.in_(_active_groups(room)))):
        found[note.group_id or 0].append(note)
    return found


def _called(seat: Seat, called: Mapping[int, str]) -> Shape:
    """What to call someone, where their name alone does not say who."""
    name = called.get(seat.person_id, seat.person.name)
    return {} if name == seat.person.name else {"called": name}


def _member(seat: Seat) -> Shape:
    return {
        "id": seat.person_id,
        "name": seat.person.name,
        "here": is_here(seat.person),
        "roles": seat.roles,
        "simulated": seat.person.simulated,
    }


def _mends(groups: Iterable[Group]) -> dict[int, list[Shape]]:
    """What a leader is offered for each group that is too small, the best first."""
    offers: dict[int, list[Shape]] = defaultdict(list)
    for mend in draw.mends({g.id: [s.person_id for s in g.seats] for g in groups}):
        match mend:
            case draw.Merge(group, into):
                offers[group].append({"do": "merge", "into": into})
            case draw.MoveOver(person, group):
                offers[group].append({"do": "move_over", "person": person})
            case draw.SitIn(group):
                offers[group].append({"do": "sit_in"})
    return offers


def _active_groups(room: Room) -> Any:
    return select(Group.id).where(Group.room_id == room.id, Group.active.is_(True))
