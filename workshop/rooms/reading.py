"""What each kind of holder may see of a room, in the shapes of `wire`.

Every payload that leaves the server is built here, so what is private is decided in one place
(docs/decisions/0004): a note goes to its writer and to those whom `core.reading` allows; what a group says among itself
never goes to a leader or to the screen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

import msgspec
from msgspec import UNSET

from .. import wire
from ..access import Holder
from ..core import groups as draw
from ..core import reading as rules
from ..presence import presence
from ..room.room import Note, Person, Room, Seat
from . import circles, on_wall, trail

Mend = wire.Merge | wire.MoveOver | wire.SitIn


class Reader:
    """Who reads a room: a leader, a screen, or a phone; of a phone: whose it is, the circles that it shows in full, and
    where they sit, once that is shown. `called` and `pen`: what a phone is told about those. Who was let go sits
    nowhere, though the person that the phone was may sit at a table still."""

    def __init__(self, room: Room, holder: Holder, *, called: str | None = None, pen: bool = True) -> None:
        self.room, self.holder, self.called, self.pen = room, holder, called, pen
        self.leads = holder.role == "leader"
        self.person_id = holder.person_id or 0
        self.reads = room.reads(holder.circle)
        self.seat = room.seat_of(self.person_id) if room.groups_shown and not holder.removed else None
        self._opened = room.opened

    def may_read(self, note: Note) -> bool:
        """The rule of `core.reading`, for this phone."""
        return rules.may_read(note.facts, reader_facts(self.person_id, self.seat, self._opened, self.reads))


def me(reader: Reader) -> wire.Me:
    """Whoever holds this phone."""
    person, mine = reader.room.people[reader.person_id], phones(reader.room, reader.holder)
    return wire.Me(
        id=person.id,
        name=person.name,
        team=person.team,
        left=person.left,
        phones=mine.phones,
        trail=mine.trail,
        pen=reader.pen,
        called=reader.called or UNSET,
    )


def phones(room: Room, holder: Holder) -> wire.MyPhonesMessage:
    """What a phone is told about the others in its person's name, and about what was done with them; if it was let
    go, nothing."""
    phone = room.phones.get(holder.phone)
    if phone is None or phone.ended:
        return wire.MyPhonesMessage(phones=[], trail=[])
    return wire.MyPhonesMessage(phones=circles.others(room, holder), trail=trail.of_person(room, holder.person_id or 0))


def room_shape(room: Room) -> wire.Room:
    """What anyone in the room may know about it."""
    return wire.Room(
        code=room.code,
        title=room.title,
        language=room.language,
        open=not room.closed,
        locked=room.locked,
        erase_at=room.erase_at,
        zone=room.zone,
    )


def programme(room: Room) -> list[wire.ProgrammeStep]:
    """The steps of the afternoon."""
    return [
        wire.ProgrammeStep(
            index=index,
            kind=s.kind,
            title=s.title,
            round=s.round,
            seconds=s.seconds,
            auto_advance=s.auto_advance,
            planned=s.planned,
        )
        for index, s in enumerate(room.run.steps)
    ]


def own_notes(room: Room) -> list[str]:
    """What leaders wrote for themselves, in the order of the programme; for nobody else."""
    return [step.own_note for step in room.run.steps]


def step(room: Room, now: int) -> wire.Step:
    """Where the room is."""
    run = room.run
    return wire.Step(
        index=run.index,
        kind=run.step.kind,
        round=run.step.round,
        slide=run.slide if run.step.kind == "talk" else None,
        clock=msgspec.convert(run.clock.as_wire(now), wire.Clock),
        entered_at=run.entered_at,
        began_at=run.began_at,
        held=len(room.held),
        open=not room.closed,
        locked=room.locked,
        extras=room.extras,
        wall=msgspec.convert(room.wall, wire.WallView),
        real=room.real,
        planned_start=room.planned_start,
    )


def people(room: Room, *, leader: bool, only: Collection[int] | None = None) -> list[wire.Person]:
    """People as leaders and the screen see them; the screen learns nothing about hands or about groups still in
    draft."""
    these = room.people if only is None else [room.people[id] for id in sorted(only) if id in room.people]
    return [_person(room, person, leader) for person in these if not person.removed]


def _person(room: Room, person: Person, leader: bool) -> wire.Person:
    seat = room.seat_of(person.id)
    return wire.Person(
        id=person.id,
        name=person.name,
        team=person.team,
        here=is_here(person),
        left=person.left,
        group=seat.group_id if seat and (leader or room.groups_shown) else None,
        hand=(seat is not None and room.groups[seat.group_id].hand_at is not None) if leader else UNSET,
        by_hand=person.by_hand,
        simulated=person.simulated,
        came=person.came,
        stand_in=person.stand_in,
        sits=seat is not None and seat.sits,
    )


def is_here(person: Person) -> bool:
    """Away is only ever a quiet dot: a person who has no phone, or whom the leader has seen, is here."""
    return not person.left and (person.by_hand or person.vouched or presence.here(person.id))


def groups(room: Room, *, leader: bool) -> list[wire.Group]:
    """All groups, for leaders, and for the screen once they are shown. What is said within a group stays out."""
    if not (leader or room.groups_shown):
        return []
    mends = _mends(room) if leader else {}
    shapes = []
    for g in room.active_groups:
        shape = wire.Group(id=g.id, number=g.number, members=[_member(room, s) for s in room.seats_at(g.id)])
        if leader:
            shape.topic, shape.hand_at, shape.coming_at = g.topic, g.hand_at, g.coming_at
            shape.mends = mends.get(g.id, [])
        shapes.append(shape)
    return shapes


def wishes(room: Room) -> list[wire.Wish]:
    """Who is to sit apart or together at the next draw."""
    return [wire.Wish(kind=w.kind, people=w.people) for w in room.wishes]


def group(reader: Reader) -> wire.OwnGroup | None:
    """A group as one of its members sees it, on their phone; None for anyone who sits in none."""
    if reader.seat is None:
        return None
    room, g = reader.room, reader.room.groups[reader.seat.group_id]
    return wire.OwnGroup(
        id=g.id,
        number=g.number,
        members=[_partner(room, seat) for seat in room.seats_at(g.id)],
        topic=g.topic,
        hand_at=g.hand_at,
        coming_at=g.coming_at,
        agreed=_agreed(reader),
        tally=_tally(reader, reader.seat),
    )


def _tally(reader: Reader, seat: Seat) -> dict[str, dict[str, int]]:
    room = reader.room
    observed = {i + 1 for i, part in enumerate(seat.roles) if part == "observer"}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in room.tallies.where("group_id", seat.group_id):
        own = one.person_id == reader.person_id
        if not (own or seat.was_there(one.counted_at)):  # who came later was not there when it was counted
            continue
        # An observer sees what is counted at once; but not what another phone in their name counts.
        if one.round in room.opened or (one.round in observed and not (own and one.circle not in reader.reads)):
            found[str(one.round)][one.counter] += one.by
    return {round: {key: max(n, 0) for key, n in counts.items()} for round, counts in found.items()}


def _agreed(reader: Reader) -> list[wire.Agreed]:
    """What a group agreed, as far as one of its members may read it."""
    return [
        wire.Agreed(round=n.round, text=n.text, by=n.person_id)
        for n in _shared_at_table(reader)
        if n.prompt == "agreed" and reader.may_read(n)
    ]


def _shared_at_table(reader: Reader) -> list[Note]:
    if reader.seat is None:
        return []
    return _as_written(n for n in reader.room.notes.where("group_id", reader.seat.group_id) if n.visibility == "group")


def readable_notes(reader: Reader) -> list[wire.Note]:
    """What was written in the circles that a phone reads, and what its group has opened to it."""
    found = _as_written(note for circle in reader.reads for note in reader.room.notes.where("circle", circle))
    found += [n for n in _shared_at_table(reader) if n.circle not in reader.reads and reader.may_read(n)]
    return [note_shape(n, n.person_id == reader.person_id and n.circle not in reader.reads) for n in found]


def _as_written(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.written_at)


def note_shape(note: Note, elsewhere: bool = False) -> wire.Note:
    """One note, for someone who may read it. `elsewhere`: in their own name, on a phone that is not known as theirs."""
    return wire.Note(
        id=note.id,
        prompt=note.prompt,
        round=note.round,
        text=note.text,
        visibility=note.visibility,
        by=note.person_id,
        sheet=note.sheet is not None,
        elsewhere=True if elsewhere else UNSET,
    )


def reader_facts(
    person_id: int, seat: Seat | None, opened: frozenset[int], reads: Collection[str] = ()
) -> rules.ReaderFacts:
    """The facts that decide what one phone of someone who sits there may read."""
    group, since, away = (seat.group_id, seat.since, seat.away) if seat else (None, 0, ())
    return rules.ReaderFacts(person_id, frozenset(reads), group, since, opened, away)


def everything_of(room: Room, holder: Holder) -> wire.Mine:
    """Everything someone wrote, as far as this phone may show it, to read and to take home: `GET /api/me`."""
    reader = Reader(room, holder)
    person, mine = room.people[reader.person_id], phones(room, holder)
    return wire.Mine(
        phones=mine.phones,
        trail=mine.trail,
        person=wire.Someone(id=person.id, name=person.name, team=person.team),
        room=room_shape(room),
        notes=[note for note in readable_notes(reader) if note.by == person.id],
        posts=on_wall.own_posts(room, reader.reads),
        agreed=_agreed(reader),
    )


def groups_that_counted(room: Room) -> list[int]:
    """The groups whose observer counted something, which a step may open or close to the others."""
    return [group.id for group in room.active_groups if room.tallies.where("group_id", group.id)]


def opened_early(room: Room, rounds: Collection[int]) -> dict[int, list[Note]]:
    """By group: what observers of these rounds opened to it, which a step may open or close to the others."""
    found = {}
    for group in room.active_groups:
        notes = [n for n in room.notes.where("group_id", group.id) if n.visibility == "group" and n.sheet in rounds]
        if notes:
            found[group.id] = _as_written(notes)
    return found


def _member(room: Room, seat: Seat) -> wire.Member:
    person = room.people[seat.person_id]
    return wire.Member(
        id=person.id, name=person.name, here=is_here(person), roles=seat.roles, simulated=person.simulated
    )


def _partner(room: Room, seat: Seat) -> wire.Partner:
    person = room.people[seat.person_id]
    return wire.Partner(
        id=person.id,
        name=person.name,
        here=is_here(person),
        roles=seat.roles,
        simulated=person.simulated,
        safe=seat.safe or (),
        sits=seat.sits,
        called=room.namesakes.get(person.id, UNSET),
    )


def _mends(room: Room) -> dict[int, list[Mend]]:
    """What a leader is offered for each group that is too small, the best first."""
    offers: dict[int, list[Mend]] = defaultdict(list)
    tables = {group.id: [seat.person_id for seat in room.seats_at(group.id)] for group in room.active_groups}
    for mend in draw.mends(tables):
        match mend:
            case draw.Merge(group, into):
                offers[group].append(wire.Merge(into=into))
            case draw.MoveOver(person, group):
                offers[group].append(wire.MoveOver(person=person))
            case draw.SitIn(group):
                offers[group].append(wire.SitIn())
    return offers
