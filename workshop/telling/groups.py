"""A group and its notes, to each of its members as they may see it, and the groups to the desks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import UNSET
from msgspec.structs import asdict

from .. import streams, wire
from ..access import Role
from ..core import reading as rules
from ..presence import presence
from ..room.room import Room
from ..rooms import reading
from ..rooms.change import NoteChanged
from ..streams import Reader
from .connections import AT_ONCE, breathe, holders, of_desks, say, say_to_each
from .numbers import next_number, told


def tell_members(room: Room, group_ids: Collection[int]) -> None:
    """Each of these groups to its members who are here, to each as they may see it."""
    for at, group_id in enumerate(group_ids, start=1):
        group = room.groups.get(group_id)
        if group is None or not group.active:
            continue
        if at % AT_ONCE == 0:
            breathe(group_ids, room.id)
        for seat in room.seats_at(group_id):
            for sockets in presence.circles(seat.person_id).values():
                for socket in sockets:
                    _tell_member(room, socket)


def _tell_member(room: Room, socket: str) -> None:
    holder = holders.get(socket)
    if holder is None:
        return
    group = reading.group(Reader(room, holder))
    if group is not None and told.sees(socket, group):
        say(streams.GROUP, wire.GroupMessage(seq=told.next(socket, "group"), **asdict(group)), socket)


def tell_groups(room: Room, roles: Collection[Role], *, were_shown: bool) -> None:
    """All groups, to desks of these roles; to screens once they are shown, and once more when they no longer are."""
    for role in roles:
        if role == "leader" or room.groups_shown or were_shown:
            breathe(room.active_groups, room.id)
            message = wire.GroupsMessage(
                seq=next_number(room.id, streams.GROUPS, role),
                shown=room.groups_shown,
                groups=reading.groups(room, leader=role == "leader"),
                wishes=reading.wishes(room) if role == "leader" else UNSET,
            )
            say(streams.GROUPS, message, of_desks(role, room.id))


def readers(room: Room, person_id: int, written_in: str) -> Iterator[tuple[list[str], frozenset[str]]]:
    """The open lines of those phones of someone that show what was written in a circle, with all that they show. The
    others hear nothing, not even that something was written."""
    for circle, sockets in presence.circles(person_id).items():
        reads = room.reads(circle)
        if written_in in reads:
            yield sockets, reads


def tell_note(room: Room, item: NoteChanged) -> None:
    """A note to its writer's phones and to those of the group who may read it; for the rest of them it is gone."""
    note = room.notes.get((item.circle, item.note))
    own_lines: set[str] = set()
    for sockets, _ in readers(room, item.person, item.circle):
        changed, gone = ([reading.note_shape(note)], []) if note else ([], [item.note])
        say_to_each(sockets, streams.MY_NOTES, wire.MyNotesMessage(changed, gone))
        own_lines.update(sockets)
    group = room.groups.get(item.group) if item.group is not None else None
    if group is None or not group.active:  # the people of an earlier draw are its members no more
        return
    for seat in room.seats_at(group.id):
        reader = reading.reader_facts(seat.person_id, seat, room.opened)
        sockets = [socket for socket in presence.sockets(seat.person_id) if socket not in own_lines]
        if note is not None and rules.may_read(note.facts, reader):
            _tell_notes(sockets, [reading.note_shape(note, elsewhere=seat.person_id == item.person)], [])
        elif item.was is not None and rules.may_read(item.was, reader):
            _tell_notes(sockets, [], [item.note])


def _tell_notes(sockets: Collection[str], changed: list[wire.Note], gone: list[str]) -> None:
    for socket in sockets:
        say(streams.NOTES, wire.NotesMessage(told.next(socket, "notes"), changed, gone), socket)


def turn_sheets(room: Room, rounds: frozenset[int]) -> list[int]:
    """What observers opened before its time, to those of the group who may read it from now on; after a step back it
    is gone for them. Returns the groups."""
    found = reading.opened_early(room, rounds)
    for group_id, notes in found.items():
        for seat in room.seats_at(group_id):
            either = reading.reader_facts(seat.person_id, seat, room.opened | rounds)
            since = reading.reader_facts(seat.person_id, seat, room.opened)
            for circle, sockets in presence.circles(seat.person_id).items():
                reads = room.reads(circle)
                theirs = [n for n in notes if n.circle not in reads and rules.may_read(n.facts, either)]
                changed = [n for n in theirs if rules.may_read(n.facts, since)]
                if theirs:
                    shapes = [reading.note_shape(n, elsewhere=n.person_id == seat.person_id) for n in changed]
                    _tell_notes(sockets, shapes, [n.id for n in theirs if n not in changed])
    return list(found)
