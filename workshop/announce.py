"""THE DOOR OUT: everything that goes to a client goes through here, after it is on disk.

`change` is how a door does anything to a room: made in memory under the room's lock, stored by the journal, then told.
The journal tells in the order in which changes were made, and before the acknowledgement.

What changes often (people, the wall) is collected and sent at most four times a second (contract.md).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import msgspec
import structlog
from msgspec import UNSET
from msgspec.structs import asdict
from msgspec.structs import replace as replace_record

from . import live, streams, wire
from .access import EVERYONE, Holder, Role
from .core import reading as rules
from .core.errors import Refused
from .database import busy
from .extensions import db, now, prints, rest, room_locks, socketio
from .guard import Guard
from .journal import Entry, Journal, Stale
from .networks import listening
from .presence import presence
from .room.ledger import Ledger
from .room.room import Room, differing
from .rooms import counting, on_wall, reading
from .rooms.change import (
    Change,
    GroupsChanged,
    GroupTouched,
    LineClosed,
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
from .store.due import those_there
from .streams import OFTEN, Reader, Stream
from .told import Told

A = TypeVar("A")
M = TypeVar("M")
log = structlog.get_logger()
TRIES = 3
"""Of a change, where somebody else wrote to the room meanwhile."""
GOODBYE_SECONDS = 0.25
"""For what was said to a line that is being closed to go out."""
PATIENCE_SECONDS = 0.8
SNAPSHOT_PATIENCE_SECONDS = 0.5
UNREAD_SECONDS = 0.7
"""After which a line that took nothing is cut, where something was erased."""
SNAPSHOTS_AT_ONCE = 4
"""Being made, in the process."""
BREATH_SECONDS = 0.01
"""For which a long piece of work stops, so that others have a turn."""
AT_ONCE = 2
"""How many tables, or snapshots, are told before others have a turn."""
BEFORE_THE_ANSWER = 8
"""Snapshots that are sent before whoever made the change is answered; more than one person has lines."""
LEFT_TO_OTHERS = 3
"""Times as long as snapshots took that their server does something else."""
MANY = 15
"""So many tables, or people, are a piece of work before and behind which others have a turn."""

DESKS: tuple[Role, ...] = ("leader", "screen")
"""Each of them hears on a channel of its own."""

OF_THE_WALL = (WallChanged, WallTurned, PeopleMerged, RoomErased)
"""The news after which the wall is another."""
COUNTED = (NoteChanged, WallChanged, PeopleChanged, GroupsChanged, Stepped)
"""The news that may change how far everyone is."""


@dataclass
class Pending:
    """What waits for the next moment at which this room may be told about people and the wall."""

    people: set[int] = field(default_factory=set)
    for_leaders: set[int] = field(default_factory=set)
    """Those who look different to leaders alone."""
    dots: set[int] = field(default_factory=set)
    """Those who came or went, so that their partners see it too."""
    posts: set[str] = field(default_factory=set)
    hidden: bool = False
    """What only leaders see of the wall is different."""
    notices: bool = False
    """Somebody saw a notice, or those who may have seen one are others."""
    scheduled: bool = False
    last_sent: int = 0


holders: dict[str, Holder] = {}
"""Who is at the other end of each open line."""
_pending: dict[int, Pending] = defaultdict(Pending)
_walls: dict[int, tuple[int, bytes]] = {}
"""The wall of a room as somebody asked for it a moment ago, and its number."""
_called: dict[int, dict[int, str]] = {}
"""What those of a room are called who have a namesake, as they heard it last."""
_counted: dict[int, int] = {}
"""When leaders last heard how far everyone is (ms), for rooms of which they did."""
_counting: set[int] = set()
"""The rooms whose leaders are about to hear it."""
_held: set[int] = set()
"""The rooms of which this process holds anything."""
also_forget: list[Callable[[int], None]] = []
"""What else is to forget a room that is gone; asked with its number."""
bounds: list[Guard] = []
"""Around the sockets of this process."""
journal = Journal()
_making = threading.BoundedSemaphore(SNAPSHOTS_AT_ONCE)
_owed: dict[int, dict[str, None]] = {}
"""By room the sockets that are about to get a snapshot, one after the other."""
_began = now()
_seq: dict[tuple[int, str], int] = defaultdict(lambda: _began)
"""The number of the last message of each stream that several hear alike. It begins at the moment this process did, so
it never goes back."""
told = Told(_began)
"""The streams in which each line is told what it may see."""


def everyone(room_id: int) -> str:
    """The channel that all sockets of a room listen to."""
    return f"room {room_id}"


def channels(holder: Holder) -> list[str]:
    """What a holder listens to: the room, and what is for leaders, for the screen or for this person."""
    own = of_person(holder.person_id) if holder.person_id is not None else of_desks(holder.role, holder.room_id)
    return [everyone(holder.room_id), own]


def of_person(person_id: int) -> str:
    """The channel of someone's sockets."""
    return f"person {person_id}"


def of_desks(role: Role, room_id: int) -> str:
    """The channel of a room's leaders, or of its screens."""
    return f"{role}s {room_id}"


def _say(stream: Stream[M], message: M, to: str | list[str]) -> None:
    """To a channel, a socket, or several. Nothing else sends: what is sent is declared, and looks as it is declared."""
    socketio.emit(stream.event, message, to=to)  # type: ignore[arg-type]  # its stub knows one


def change(room_id: int, do: Callable[[Change], A], patience: float = PATIENCE_SECONDS) -> A:
    """One change to one room, by a use case: as `changing`, and made anew where somebody else wrote to the room
    meanwhile. Raises Refused."""
    for _ in range(TRIES):
        with suppress(Stale), changing(room_id, patience) as change:
            return do(change)
    raise busy()


@contextmanager
def changing(room_id: int, patience: float = PATIENCE_SECONDS) -> Iterator[Change]:
    """One change to one room: made in memory, stored together with all that waits, and then told to everyone it
    concerns. Raises Refused; "busy" where others are before it for longer than `patience`, in seconds, and Stale where
    it was made of a room that is another by now."""
    holds(room_id)
    with _locked(room_id, patience):
        before = live.newest(room_id)
        ledger = Ledger(before, live.new_id)
        change = Change(ledger, now())
        yield change
        if ledger.changed and db.shared:
            ledger.set(revision=before.revision + 1)
        after = None if ledger.erases else ledger.room()

        def tell() -> None:
            _forget_written(room_id, change)
            _tell(room_id, change, after)

        entry = Entry(room_id, ledger, after, tell)
        part = journal.add(entry)
    part.done.wait()
    if entry.refused is not None:
        raise entry.refused


def _forget_written(room_id: int, change: Change) -> None:
    """Something was deleted that must not stay readable anywhere."""
    if change.forgets:
        db.owes_forgetting = True
        if taken := [guard.taken(_in_room(room_id)) for guard in bounds]:
            socketio.start_background_task(_cut_unread, taken)


@contextmanager
def _locked(room_id: int, patience: float) -> Iterator[None]:
    """Holds the room's lock; Refused("busy") rather than an answer that comes too late (R12)."""
    lock = room_locks[room_id]
    if not lock.acquire(timeout=patience):
        raise busy()
    try:
        yield
    finally:
        lock.release()


def snapshot(sockets: Collection[str], holder: Holder) -> None:
    """Sends these sockets of one reader all that it may see. Under the room's lock: nothing can come between look and
    send. A bounded number of them is being made at a time, whichever rooms they are of.

    Where a writer waits for the database the lock is not worth waiting for (R13): what then comes between is found by
    the next probe.
    """
    _snapshots(holder.room_id, [(holder, sockets)])


def _snapshots(room_id: int, readers: Collection[tuple[Holder, Collection[str]]]) -> None:
    holds(room_id)
    lock = room_locks[room_id]
    held = lock.acquire(timeout=SNAPSHOT_PATIENCE_SECONDS)
    try:
        journal.settled(room_id, SNAPSHOT_PATIENCE_SECONDS)
        with _making:
            room = live.room(room_id)
            if room is not None:
                _send_snapshots_to(room, readers)
    finally:
        if held:
            lock.release()


def pulse(socket: str, holder: Holder) -> wire.Done:
    """The answer to `clock`: the time, and where a client should be if it missed nothing."""
    room = live.there(holder.room_id)
    in_group = room.groups_shown and room.seat_of(holder.person_id) is not None
    return wire.Done(now=now(), version=room.version, seq=_numbers(holder, [socket], in_group=in_group))


def wall(room_id: int) -> bytes:
    """The whole wall as JSON, put together once for all who ask, until it changes."""
    holds(room_id)
    seq = _seq[room_id, streams.WALL.event]  # before the posts are read: what is newer is told again, never missed
    kept = _walls.get(room_id)
    if kept is None or kept[0] != seq:
        room = live.room(room_id)
        posts = on_wall.wall(room) if room is not None else []
        kept = seq, msgspec.json.encode(wire.Wall(seq=seq, posts=posts))
        _walls[room_id] = kept
    return kept[1]


def holds(room_id: int) -> None:
    """This process holds something of this room from now on, and is to forget it when the room is gone."""
    _held.add(room_id)


def forget_the_gone() -> None:
    """To be called every second: another process may have erased a room, and nothing of it stays here."""
    held = {*_held, *prints.rooms(), *live.held()}
    if not held:
        return
    with db.reading() as session:
        there = those_there(session, held)
    for room_id in held - there:
        _forget(room_id)
    if held - there:
        db.owes_forgetting = True


def someone_came_or_went(holder: Holder) -> None:
    """A person's line opened or closed: the dot beside their name, and who holds the pen of their circle."""
    if holder.person_id is None:
        return
    lines = presence.circles(holder.person_id).get(holder.circle, [])
    for line in lines:
        _say(streams.PEN, wire.PenMessage(mine=line == lines[-1]), line)
    _collect(holder.room_id, people={holder.person_id}, dots={holder.person_id})


def let_go(socket: str) -> None:
    """Closes one socket for good, once what was said to it is out; its client does not come back by itself."""

    def close() -> None:
        rest(GOODBYE_SECONDS)
        server = socketio.server  # type: ignore[attr-defined]
        line = server.manager.eio_sid_from_sid(socket, "/")
        socketio.start_background_task(server.disconnect, socket)  # it waits until all that was said is read
        rest(GOODBYE_SECONDS)
        for guard in bounds:
            guard.end(line)

    socketio.start_background_task(close)


def _send_snapshots_to(room: Room, readers: Collection[tuple[Holder, Collection[str]]]) -> None:
    """To some readers, each with its sockets: phones of people, or one that is of none."""
    for holder, sockets in readers:
        # Where they closed, said to nobody it would be said to all; who is out hears `removed` and is let go.
        if not sockets or (holder.person_id is not None and not _is_there(room, holder.person_id)):
            continue
        message = streams.snapshot(_reader(room, holder, sockets), {}, now())
        group = getattr(message, "group", None)
        for socket in sockets:
            told.sees(socket, group)
        message.seq = _numbers(holder, sockets, in_group=group is not None)
        _say(streams.SNAPSHOT, message, list(sockets))


def _reader(room: Room, holder: Holder, sockets: Collection[str]) -> Reader:
    if holder.person_id is None:
        return Reader(room, holder)
    pen = presence.circles(holder.person_id).get(holder.circle, [])[-1:] == list(sockets)
    return Reader(room, holder, called=_namesakes(room).get(holder.person_id), pen=pen)


def _is_there(room: Room, person_id: int) -> bool:
    person = room.people.get(person_id)
    return person is not None and not person.removed


def address() -> None:
    """Tells leaders and screens of all rooms of this process that phones come by another address, or that one did."""
    shape = listening.shape()
    for role, room_id in {(holder.role, holder.room_id) for holder in list(holders.values())}:
        if role in streams.ADDRESS.to:
            _say(streams.ADDRESS, shape, of_desks(role, room_id))


def _numbers(holder: Holder, sockets: Collection[str], *, in_group: bool) -> dict[str, int]:
    """Up to where these lines of a holder were told of each stream that is counted."""
    found = {}
    for stream in streams.STREAMS:
        if holder.role not in stream.to:
            continue
        if stream.counted == "line" and in_group:
            found[stream.event] = max(told.number(line, stream.event) for line in sockets)
        elif stream.counted in ("all", "role"):
            found[stream.event] = _seq[holder.room_id, _counter(stream, holder.role)]
    return found


def _next_seq(room_id: int, stream: Stream[Any], role: Role = "person") -> int:
    counter = _counter(stream, role)
    _seq[room_id, counter] += 1
    return _seq[room_id, counter]


def _counter(stream: Stream[Any], role: Role) -> str:
    return f"{stream.event} {role}" if stream.counted == "role" else stream.event


def _tell(room_id: int, change: Change, room: Room | None) -> None:
    """Sends the news of one change, which made this of the room. Several pieces about the same thing become one
    message."""
    news = change.news
    if any(isinstance(item, OF_THE_WALL) for item in news):
        _walls.pop(room_id, None)
    for item in news:
        match item:
            case PeopleChanged(people, to_leaders=True):
                _collect(room_id, for_leaders=people)
            case PeopleChanged(people):
                _collect(room_id, people=people, notices=True)
            case WallChanged(posts, _, hiding):
                _collect(room_id, posts=posts, hidden=hiding)
            case NoticeSent() | NoticeUnsaid() | NoticeSeen():
                _collect(room_id, notices=True)
            case PeopleMerged():
                _merge_lines(item)
            case LineClosed(person, _, phones):
                for socket in _lines(person, phones):  # what it still says is answered with a refusal
                    holders[socket] = replace(holders[socket], removed=True)
    if any(isinstance(item, COUNTED) for item in news):
        _count_soon(room_id)
    if room is not None:
        _tell_whole(change.ledger.before, room)
    if all(isinstance(item, PeopleChanged) for item in news):
        return
    if room is not None:
        _tell_room(room, change)
    for item in news:
        match item:
            case LineClosed(person, why, None):
                _close_lines(of_person(person), why)
            case LineClosed(person, why, phones):
                for socket in _lines(person, phones):
                    _say(streams.REMOVED, wire.RemovedMessage(why=why), socket)
                    let_go(socket)
            case RoomErased():
                _close_lines(everyone(room_id), "erased")
                _forget(room_id)


def _tell_whole(before: Room, room: Room) -> None:
    """The streams that are told whole, if they are made of records that are different and look different themselves.
    No use case says so."""
    different = differing(before, room)
    for stream in streams.STREAMS:
        if stream.whole is None or stream.made_of.isdisjoint(different):
            continue
        message = stream.whole(room)
        if message != stream.whole(before):
            desks = [of_desks(role, room.id) for role in DESKS if role in stream.to]
            for channel in [everyone(room.id)] if stream.to == EVERYONE else desks:
                _say(stream, message, channel)


def _in_room(room_id: int) -> list[str]:
    return [socket for socket, _ in list(socketio.server.manager.get_participants("/", everyone(room_id)))]  # type: ignore[attr-defined]


def _cut_unread(taken: list[dict[str, int]]) -> None:
    """What someone wrote who erased it waits, perhaps, on the line of a phone that does not read. It comes back by
    itself, and asks anew."""
    rest(UNREAD_SECONDS)
    for guard, before in zip(bounds, taken, strict=True):
        guard.cut_unread(before)


def _forget(room_id: int) -> None:
    """Nothing of a room that is gone stays in this process; its number is never given out again."""
    _held.discard(room_id)
    _pending.pop(room_id, None)
    _called.pop(room_id, None)
    _counted.pop(room_id, None)
    _counting.discard(room_id)
    _owed.pop(room_id, None)
    for forget in also_forget:
        forget(room_id)
    for stream in [key for key in _seq if key[0] == room_id]:
        _seq.pop(stream, None)
    _walls.pop(room_id, None)
    prints.forget(room_id)
    live.forget(room_id)
    room_locks.forget(room_id)


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
                _tell_note(room, item)
            case SheetsTurned(rounds):
                touched |= dict.fromkeys(_turn_sheets(room, rounds))
            case WallChanged(_, written_in):
                _tell_writers(room, written_in)
            case WallTurned(posts):
                _turn_wall(room, posts)
            case NoticeSent(notice):
                shape = counting.notice_shape(room.notices[notice])
                _tell_notice(room, streams.NOTICE, shape, shape.group)
            case NoticeUnsaid(notice, group):
                _tell_notice(room, streams.UNSAID, wire.UnsaidMessage(notice), group)
            case NoticeSeen(person, circle):
                for sockets, reads in _readers(room, person, circle):
                    _to(sockets, streams.NOTICES, counting.unseen(room, person, reads, now()))
            case PhoneCame(person):
                for socket in presence.sockets(person):
                    _say(streams.MY_PHONES, reading.phones(room, holders[socket]), socket)
    if steps is not None:
        touched |= dict.fromkeys(reading.groups_that_counted(room))
    # Groups first: a phone that hears of a step already knows its role in it.
    if room.groups_shown:
        _tell_members(room, touched)
    _tell_groups(room, regrouped)
    _send_snapshots(room, [socket for person_id in moved for socket in presence.sockets(person_id)])
    if programme:
        _say(streams.PROGRAMME, reading.programme(room), everyone(room.id))
    if own_notes:
        _say(streams.OWN_NOTES, reading.own_notes(room), of_desks("leader", room.id))
    if steps is not None:
        at = now()
        here = asdict(reading.step(room, at))
        message = wire.StepMessage(version=room.version, now=at, cause=steps.cause, **here)
        _say(streams.STEP, message, everyone(room.id))


def _send_snapshots(room: Room, sockets: Collection[str]) -> None:
    """To those who start afresh. A new draw moves a whole room: that many get theirs a few at a time, and the room, and
    all others, go on meanwhile. Where they sit now they have heard already."""
    if len(sockets) > BEFORE_THE_ANSWER:
        if room.id not in _owed:
            socketio.start_background_task(_send_owed, room.id)
        _owed.setdefault(room.id, {}).update(dict.fromkeys(sockets))
        return
    if lines := _readers_on(sockets):
        _send_snapshots_to(room, lines)


def _readers_on(sockets: Collection[str]) -> list[tuple[Holder, list[str]]]:
    """Who is at the other end of these, each with its socket; nobody where it closed or its holder was let go."""
    found = [(holders.get(socket), [socket]) for socket in sockets]
    return [(holder, line) for holder, line in found if holder is not None and not holder.removed]


def _send_owed(room_id: int) -> None:
    while True:
        with room_locks[room_id]:
            since = time.thread_time()
            owed = _owed.get(room_id)
            if not owed:
                _owed.pop(room_id, None)
                return
            sockets = list(owed)[:AT_ONCE]
            for socket in sockets:
                del owed[socket]
            try:
                _snapshots(room_id, _readers_on(sockets))
            except Exception:  # the client that misses something asks again
                log.exception("no snapshot sent", room=room_id)
            took = time.thread_time() - since
        rest(max(BREATH_SECONDS, LEFT_TO_OTHERS * took))


def _tell_members(room: Room, group_ids: Collection[int]) -> None:
    """Each of these groups to its members who are here, to each as they may see it."""
    for at, group_id in enumerate(group_ids, start=1):
        group = room.groups.get(group_id)
        if group is None or not group.active:
            continue
        if at % AT_ONCE == 0 and len(group_ids) >= MANY:
            rest(BREATH_SECONDS)
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
        _say(streams.GROUP, wire.GroupMessage(seq=told.next(socket, "group"), **asdict(group)), socket)


def _tell_groups(room: Room, roles: Collection[Role]) -> None:
    for role in roles:
        if role == "leader" or room.groups_shown:
            _breathe(room.active_groups)
            message = wire.GroupsMessage(
                seq=_next_seq(room.id, streams.GROUPS, role),
                shown=room.groups_shown,
                groups=reading.groups(room, leader=role == "leader"),
                wishes=reading.wishes(room) if role == "leader" else UNSET,
            )
            _say(streams.GROUPS, message, of_desks(role, room.id))


def _breathe(work: Collection[object]) -> None:
    """Lets others have a turn where there was, or will be, much to do."""
    if len(work) >= MANY:
        rest(BREATH_SECONDS)


def _readers(room: Room, person_id: int, written_in: str) -> Iterator[tuple[list[str], frozenset[str]]]:
    """The open lines of those phones of someone that show what was written in a circle, with all that they show. The
    others hear nothing, not even that something was written."""
    for circle, sockets in presence.circles(person_id).items():
        reads = room.reads(circle)
        if written_in in reads:
            yield sockets, reads


def _tell_note(room: Room, item: NoteChanged) -> None:
    """A note to its writer's phones and to those of the group who may read it; for the rest of them it is gone."""
    note = room.notes.get((item.circle, item.note))
    own_lines: set[str] = set()
    for sockets, _ in _readers(room, item.person, item.circle):
        changed, gone = ([reading.note_shape(note)], []) if note else ([], [item.note])
        _to(sockets, streams.MY_NOTES, wire.MyNotesMessage(changed, gone))
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
        _say(streams.NOTES, wire.NotesMessage(told.next(socket, "notes"), changed, gone), socket)


def _turn_sheets(room: Room, rounds: frozenset[int]) -> list[int]:
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


def _tell_writers(room: Room, written_in: Collection[str]) -> None:
    """What is not for all: a line to its writer's phones, and to those that show what is written there."""
    lines: dict[str, frozenset[str]] = {}
    for circle in written_in:
        for person_id in {phone.person_id for phone in room.phones.where("circle", circle)}:
            lines |= {socket: reads for sockets, reads in _readers(room, person_id, circle) for socket in sockets}
    for socket, reads in lines.items():
        own = wire.MyPostsMessage(on_wall.own_posts(room, reads), on_wall.recognised_by(room, reads))
        _say(streams.MY_POSTS, own, socket)


def _tell_notice(room: Room, stream: Stream[M], message: M, group: int | None) -> None:
    """What the leader said or took back, to all; or to one group, and to leaders, who know of each other's."""
    if group is None:
        _say(stream, message, everyone(room.id))
        return
    _say(stream, message, of_desks("leader", room.id))
    for seat in room.seats_at(group):
        _say(stream, message, of_person(seat.person_id))


def _turn_wall(room: Room, posts: Collection[str]) -> None:
    """The whole wall goes, or comes back, before anything else is said; with it what still waited to be told."""
    pending = _pending[room.id]
    if turned := {*posts, *pending.posts}:
        _send_wall(room, turned)
    _send_hidden(room)
    pending.posts.clear()


def _merge_lines(merged: PeopleMerged) -> None:
    """The lines of someone who turned out to be someone else are theirs from now on."""
    server = socketio.server  # type: ignore[attr-defined]
    for line in _lines(merged.other):
        holders[line] = replace(holders[line], person_id=merged.keep)
        server.leave_room(line, of_person(merged.other))
        server.enter_room(line, of_person(merged.keep))
    for circle, lines in presence.circles(merged.other).items():
        for line in lines:
            presence.depart(merged.other, line)
            presence.arrive(merged.keep, line, circle)


def _to(sockets: Collection[str], stream: Stream[M], message: M) -> None:
    for socket in sockets:
        _say(stream, message, socket)


def _lines(person: int, phones: Collection[str] | None = None) -> list[str]:
    """The lines of someone, or of only these phones of theirs."""
    own = {socket: holder for socket, holder in holders.items() if holder.person_id == person}
    return [socket for socket, holder in own.items() if phones is None or holder.phone in phones]


def _close_lines(channel: str, why: Literal["leader", "erased", "not_me"]) -> None:
    """Tells every line on a channel why, and closes it: by the channel itself, whatever else is thought of it."""
    _say(streams.REMOVED, wire.RemovedMessage(why=why), channel)
    listening = socketio.server.manager.get_participants("/", channel)  # type: ignore[attr-defined]
    for socket, _ in list(listening):
        let_go(socket)


def _collect(
    room_id: int,
    people: Collection[int] = (),
    for_leaders: Collection[int] = (),
    dots: Collection[int] = (),
    posts: Collection[str] = (),
    *,
    hidden: bool = False,
    notices: bool = False,
) -> None:
    """Keeps changes until the room may be told again: at once after a quiet moment, at most four times a second."""
    holds(room_id)
    pending = _pending[room_id]
    pending.people.update(people)
    pending.for_leaders.update(for_leaders)
    pending.dots.update(dots)
    pending.posts.update(posts)
    pending.hidden |= hidden
    pending.notices |= notices
    if not pending.scheduled:
        pending.scheduled = True
        socketio.start_background_task(_send_collected_soon, room_id)


def _send_collected_soon(room_id: int) -> None:
    rest(max(0.0, OFTEN - (now() - _pending[room_id].last_sent) / 1000))
    with room_locks[room_id]:
        due = _pending.pop(room_id, Pending())
        _pending[room_id].last_sent = now()
        try:
            try:
                due.people |= _mark_who_came(room_id, due.dots)
            except Refused:  # the database is locked: who is here is told all the same, and marked later
                _collect(room_id, dots=due.dots)
            _send_collected(room_id, due)
        except Exception:
            log.exception("not told yet", room=room_id)
            people, for_leaders = due.people, due.for_leaders
            _collect(room_id, people, for_leaders, due.dots, due.posts, hidden=due.hidden, notices=due.notices)


def _mark_who_came(room_id: int, people: Collection[int]) -> set[int]:
    """Keeps that a line of theirs was open, once: a storm of lines that come back writes nothing. Returns the new."""
    room = live.room(room_id)
    if room is None:
        return set()
    new = {id for id in people if (person := room.people.get(id)) is not None and not person.came}
    if new:
        change(room_id, lambda change: _mark(change, new))
    return new


def _mark(change: Change, people: Collection[int]) -> None:
    found = [person for id in people if (person := change.value.people.get(id)) is not None]
    change.put(*(replace_record(person, came=True) for person in found))


def _send_collected(room_id: int, due: Pending) -> None:
    room = live.room(room_id)
    if room is None:
        _forget(room_id)
        return
    _send_people(room, due.people, due.for_leaders)
    renamed = _tell_names(room) if due.people else set()
    if renamed and (signed := on_wall.signed_by(room, renamed)):
        due.posts |= signed
        due.hidden = True
    if (different := due.dots | renamed) and room.groups_shown:
        tables = {seat.group_id for person in different if (seat := room.seat_of(person)) is not None}
        _tell_members(room, tables)
    concealed = room.wall["concealed"]
    if due.posts and not concealed:
        _send_wall(room, due.posts)
    if due.hidden or (due.posts and (concealed or on_wall.hidden_posts(room))):
        _send_hidden(room)
    if due.notices and (found := counting.notices(room)):
        _say(streams.COUNTED_NOTICES, found, of_desks("leader", room_id))


def _tell_names(room: Room) -> set[int]:
    """A namesake came or went, or somebody has another name now: whoever is called otherwise since hears it. Returns
    these; their table and the wall are still to hear."""
    before, after = _namesakes(room), room.namesakes
    different = {person for person in before.keys() | after.keys() if before.get(person) != after.get(person)}
    for person in different:
        _to(presence.sockets(person), streams.CALLED, wire.CalledMessage(after.get(person)))
    _called[room.id] = after
    return different


def _namesakes(room: Room) -> dict[int, str]:
    """What the namesakes of a room are called, as they know it: nobody does before the first of them is told."""
    if room.id not in _called:
        _called[room.id] = room.namesakes
    return _called[room.id]


def _send_people(room: Room, people: Collection[int], for_leaders: Collection[int]) -> None:
    desks: tuple[tuple[Role, set[int]], ...] = ("leader", {*people, *for_leaders}), ("screen", {*people})
    for role, concerned in desks:
        if not concerned:
            continue
        _breathe(concerned)
        changed = reading.people(room, leader=role == "leader", only=concerned)
        gone = sorted(concerned - {person.id for person in changed})
        message = wire.PeopleMessage(_next_seq(room.id, streams.PEOPLE, role), changed, gone)
        _say(streams.PEOPLE, message, of_desks(role, room.id))


def _send_wall(room: Room, posts: set[str]) -> None:
    posts = posts | on_wall.titles_of(room, posts)
    changed = on_wall.wall(room, only=posts)
    gone = sorted(posts - {post.id for post in changed})
    _say(streams.WALL, wire.WallMessage(_next_seq(room.id, streams.WALL), changed, gone), everyone(room.id))


def _send_hidden(room: Room) -> None:
    _say(streams.HIDDEN, wire.HiddenMessage(on_wall.hidden_posts(room)), of_desks("leader", room.id))


def _count_soon(room_id: int) -> None:
    """Lets leaders hear how far everyone is: at once after a quiet moment, at most once a second."""
    if room_id not in _counting:
        _counting.add(room_id)
        socketio.start_background_task(_send_progress, room_id)


def _send_progress(room_id: int) -> None:
    rest(max(0.0, streams.PROGRESS.pace_seconds - (now() - _counted.get(room_id, 0)) / 1000))
    with room_locks[room_id]:
        _counting.discard(room_id)
        _counted[room_id] = now()
        try:
            room = live.room(room_id)
            if room is None:
                _counted.pop(room_id, None)
                return
            _say(streams.PROGRESS, counting.progress(room), of_desks("leader", room_id))
        except Exception:
            log.exception("not counted yet", room=room_id)
            _count_soon(room_id)
