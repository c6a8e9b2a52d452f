"""What a change did, told to everyone it concerns, once it is stored and before whoever made it is answered."""

from __future__ import annotations

from typing import TypeVar

from msgspec import structs

from .. import streams, wire
from ..access import EVERYONE, Role, is_current
from ..extensions import now, socketio
from ..networks import listening
from ..presence import presence
from ..room.room import Room, differ
from ..rooms import counting, reading
from ..rooms.change import (
    Change,
    GroupsChanged,
    GroupTouched,
    LineClosed,
    LinkReplaced,
    NoteChanged,
    NoticeSeen,
    NoticeSent,
    NoticeUnsaid,
    OwnNotesChanged,
    PeopleChanged,
    PeopleMerged,
    PersonMoved,
    PhoneCame,
    ProgrammeChanged,
    RoomErased,
    SheetsTurned,
    Stepped,
    WallChanged,
    WallTurned,
)
from ..streams import Stream
from . import snapshots, wall
from .connections import (
    DESKS,
    close,
    desk_lines_of,
    end,
    everyone,
    holders,
    let_go,
    lines_of,
    of_desks,
    of_person,
    say,
    say_to_all,
    say_to_each,
)
from .forgetting import forget
from .groups import readers, tell_groups, tell_members, tell_note, turn_sheets
from .numbers import next_number
from .often import collect, count_soon, turn_wall

M = TypeVar("M")
OF_THE_WALL = (WallChanged, WallTurned, PeopleMerged, RoomErased)
"""The news after which the wall is different."""
COUNTED = (NoteChanged, WallChanged, PeopleChanged, GroupsChanged, Stepped)
"""The news that may change how far everyone is."""


def tell(room_id: int, change: Change, room: Room | None) -> None:
    """Sends the news of one change, which made this of the room. Several pieces about the same thing become one
    message."""
    news = change.news
    if any(isinstance(item, OF_THE_WALL) for item in news):
        wall.changed(room_id)
    for item in news:
        match item:
            case PeopleChanged(people, to_leaders=True):
                collect(room_id, for_leaders=people)
            case PeopleChanged(people):
                collect(room_id, people=people, notices=True)
            case WallChanged(posts, _, hiding):
                collect(room_id, posts=posts, hidden=hiding)
            case NoticeSent() | NoticeUnsaid() | NoticeSeen():
                collect(room_id, notices=True)
            case PeopleMerged():
                _merge_lines(item)
            case LineClosed(person, _, phones):
                for socket in lines_of(person, phones):  # what it still says is answered with a refusal
                    holders.alter(socket, removed=True)
            case LinkReplaced() if room is not None:
                end([line for line, one in desk_lines_of(room_id).items() if not is_current(room, one)], "replaced")
    if any(isinstance(item, COUNTED) for item in news):
        count_soon(room_id)
    if room is not None:
        _tell_whole(change.ledger.before, room)
    if all(isinstance(item, PeopleChanged) for item in news):
        return
    if room is not None:
        _tell_room(room, change)
    for item in news:
        match item:
            case LineClosed(person, why, None):
                close(of_person(person), why)
            case LineClosed(person, why, phones):
                for socket in lines_of(person, phones):
                    say(streams.REMOVED, wire.RemovedMessage(why=why), socket)
                    let_go(socket)
            case RoomErased():
                close(everyone(room_id), "erased")
                forget(room_id)


def _tell_whole(before: Room, room: Room) -> None:
    """Sends the streams that are told whole, if what they are made of is different and they look different because of
    that. No use case has to ask for it."""
    for stream in streams.STREAMS:
        if stream.whole is None or not differ(before, room, stream.made_of):
            continue
        message = stream.whole(room)
        if message != stream.whole(before):
            if stream.counted:
                message = structs.replace(message, seq=next_number(room.id, stream))
            desks = [of_desks(role, room.id) for role in DESKS if role in stream.to]
            for channel in [everyone(room.id)] if stream.to == EVERYONE else desks:
                say(stream, message, channel)


def written_outside(before: Room, room: Room) -> None:
    """Somebody who does not hold the room made this of it."""
    wall.changed(room.id)
    _tell_whole(before, room)


def _tell_room(room: Room, change: Change) -> None:
    touched: dict[int, None] = {}
    moved: dict[int, None] = {}
    steps, programme, own_notes = None, False, False
    regrouped: set[Role] = set()
    for item in change.news:
        match item:
            case Stepped():
                steps = item
            case ProgrammeChanged():
                programme = own_notes = True
            case OwnNotesChanged():
                own_notes = True
            case GroupsChanged(groups):
                touched |= dict.fromkeys(groups)
                regrouped |= {"leader", "screen"}
            case PersonMoved(person):
                moved[person] = None
            case GroupTouched(group, to_leaders):
                touched[group] = None
                regrouped |= {"leader"} if to_leaders else set()
            case NoteChanged():
                tell_note(room, item)
            case SheetsTurned(rounds):
                touched |= dict.fromkeys(turn_sheets(room, rounds))
            case WallChanged(_, written_in):
                wall.tell_writers(room, written_in)
            case WallTurned(posts):
                turn_wall(room, posts)
            case NoticeSent(notice):
                shape = counting.notice_shape(room.notices[notice])
                _tell_notice(room, streams.NOTICE, shape, shape.group)
            case NoticeUnsaid(notice, group):
                _tell_notice(room, streams.UNSAID, wire.UnsaidMessage(notice), group)
            case NoticeSeen(person, circle):
                for sockets, reads in readers(room, person, circle):
                    say_to_each(sockets, streams.NOTICES, counting.unseen(room, person, reads, now()))
            case PhoneCame(person):
                for socket in presence.sockets(person):
                    if (holder := holders.get(socket)) is not None:  # with threads it may have closed just now
                        say(streams.MY_PHONES, reading.phones(room, holder), socket)
    if steps is not None:
        touched |= dict.fromkeys(reading.groups_that_counted(room))
    # Groups first: a phone that hears of a step already knows its role in it.
    if room.groups_shown:
        tell_members(room, touched)
    tell_groups(room, regrouped, were_shown=change.ledger.before.groups_shown)
    snapshots.start_afresh(room, [socket for person_id in moved for socket in presence.sockets(person_id)])
    if programme:
        say_to_all(streams.PROGRAMME, reading.programme(room), room.id)
    if own_notes:
        say(streams.OWN_NOTES, reading.own_notes(room), of_desks("leader", room.id))
    if steps is not None:
        at = now()
        here = structs.asdict(reading.step(room, at))
        message = wire.StepMessage(version=room.version, now=at, cause=steps.cause, **here)
        say_to_all(streams.STEP, message, room.id)


def _tell_notice(room: Room, stream: Stream[M], message: M, group: int | None) -> None:
    """What the leader said or took back, to all; or to one group, and to leaders, who know of each other's."""
    if group is None:
        say_to_all(stream, message, room.id)
        return
    say(stream, message, of_desks("leader", room.id))
    for seat in room.seats_at(group):
        say(stream, message, of_person(seat.person_id))


def _merge_lines(merged: PeopleMerged) -> None:
    """The lines of someone who turned out to be someone else are theirs from now on."""
    server = socketio.server  # type: ignore[attr-defined]
    for line in lines_of(merged.other):
        if holders.alter(line, person_id=merged.keep):
            server.leave_room(line, of_person(merged.other))
            server.enter_room(line, of_person(merged.keep))
    for circle, lines in presence.circles(merged.other).items():
        for line in lines:
            presence.depart(merged.other, line)
            presence.arrive(merged.keep, line, circle)


def address() -> None:
    """Tells leaders and screens of all rooms of this process that phones come by another address, or that one did."""
    shape = listening.shape()
    for role, room_id in {(holder.role, holder.room_id) for holder in list(holders.values())}:
        if role in streams.ADDRESS.to:
            say(streams.ADDRESS, shape, of_desks(role, room_id))
