"""THE DOOR OUT: everything that goes to a client goes through here, after it is on disk.

`changing` is how a door does anything to a room: lock, transaction, commit, then the news. The lock is held until the
news is out, so events leave in the order in which they were stored, and before the acknowledgement.

What changes often (people, the wall) is collected and sent at most four times a second (contract.md).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from .access import Holder
from .core import reading as rules
from .core.errors import Refused
from .database import busy
from .extensions import db, now, prints, rest, room_locks, socketio
from .guard import Guard
from .models import Group, Note, Notice, Person, Phone, Room, Seat
from .networks import listening
from .presence import presence
from .rooms import circles, counting, naming, on_wall, reading, trail
from .rooms.change import (
    Ahead,
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
    TrailGrew,
    WallChanged,
    WallTurned,
)
from .rooms.row import facts
from .told import Told

log = structlog.get_logger()
T = TypeVar("T")
PAUSE_SECONDS = 0.25
PATIENCE_SECONDS = 0.8
PROGRESS_SECONDS = 1.0
SNAPSHOT_PATIENCE_SECONDS = 0.5
UNREAD_SECONDS = 0.7
"""After which a line that took nothing is cut, where something was erased."""
SNAPSHOTS_AT_ONCE = 4
"""Being made, in the process; each holds a connection to the database."""
BREATH_SECONDS = 0.01
"""For which a long piece of work stops, so that others have a turn."""
AT_ONCE = 2
"""How many tables, or snapshots, are told before others have a turn."""
BEFORE_THE_ANSWER = 8
"""Snapshots that are sent before whoever made the change is answered; more than one person has lines."""
LEFT_TO_OTHERS = 3
"""Times as long as snapshots took that their server does something else."""
TABLES_OF_A_ROOM = 45
"""As many are looked up in one query; only a room that is fuller than any workshop takes more than one."""
MANY = 15
"""So many tables, or people, are a piece of work before and behind which others have a turn."""

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
    own = f"person {holder.person_id}" if holder.person_id is not None else f"{holder.role}s {holder.room_id}"
    return [everyone(holder.room_id), own]


@contextmanager
def changing(room_id: int, patience: float = PATIENCE_SECONDS, ahead: Ahead | None = None) -> Iterator[Change]:
    """One change to one room, told to everyone it concerns once it is stored. Raises Refused; "busy" where others are
    before it for longer than `patience`, in seconds. `ahead`: what can be worked out before anything is written."""
    holds(room_id)
    with _locked(room_id, patience):
        worked_out = _work_ahead(room_id, ahead) if ahead is not None else None
        with db.writing() as session:
            since = time.thread_time()
            room = session.get(Room, room_id)
            if room is None:
                raise Refused("closed", "This room is not there any more.")
            change = Change(session, room, now(), worked_out)
            yield change
            try:
                session.flush()
            except StaleDataError as error:
                raise busy() from error
        if change.forgets:
            db.owes_forgetting = True
            if taken := [guard.taken(_in_room(room_id)) for guard in bounds]:
                socketio.start_background_task(_cut_unread, taken)
        try:
            if time.thread_time() - since > BREATH_SECONDS:  # of work: a slow disk is no reason to wait longer
                rest(BREATH_SECONDS)
            _tell(change)
        except Exception:  # it is stored, so the answer is yes; who missed this finds a gap and asks for a snapshot
            log.exception("stored, not told", room=room_id)


def _work_ahead(room_id: int, ahead: Ahead) -> Any:
    """Under the room's lock nothing of it changes meanwhile; the other rooms go on, and write."""
    with db.reading() as session:
        room = session.get(Room, room_id)
        work = ahead(Change(session, room, now())) if room is not None else None
    if work is None:
        return None
    rest(BREATH_SECONDS)
    found = work()
    rest(BREATH_SECONDS)
    return found


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
        with _making, db.reading() as session:
            room = session.get(Room, room_id)
            if room is not None:
                _send_snapshots_to(session, room, readers)
    finally:
        if held:
            lock.release()


def pulse(socket: str, holder: Holder) -> dict[str, Any]:
    """The answer to `clock`: the time, and where a client should be if it missed nothing."""
    with db.reading() as session:
        version = session.scalar(select(Room.version).where(Room.id == holder.room_id))
        if version is None:
            raise Refused("closed", "This room is not there any more.")
        return {
            "now": now(),
            "version": version,
            "seq": _streams(holder, [socket], in_group=_is_in_group(session, holder)),
        }


def wall(room_id: int) -> bytes:
    """The whole wall as JSON, put together once for all who ask, until it changes."""
    holds(room_id)
    seq = _seq[room_id, "wall"]  # before the posts are read: what is newer is told again, never missed
    kept = _walls.get(room_id)
    if kept is None or kept[0] != seq:
        with db.reading() as session:
            room = session.get(Room, room_id)
            posts = on_wall.wall(session, room) if room is not None else []
        kept = seq, msgspec.json.encode({"seq": seq, "posts": posts})
        _walls[room_id] = kept
    return kept[1]


def holds(room_id: int) -> None:
    """This process holds something of this room from now on, and is to forget it when the room is gone."""
    _held.add(room_id)


def forget_the_gone() -> None:
    """To be called every second: another process may have erased a room, and nothing of it stays here."""
    held = {*_held, *prints.rooms()}
    if not held:
        return
    with db.reading() as session:
        there = set(session.scalars(select(Room.id).where(Room.id.in_(held))))
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
        socketio.emit("pen", {"mine": line == lines[-1]}, to=line)
    _collect(holder.room_id, people={holder.person_id}, dots={holder.person_id})


def let_go(socket: str) -> None:
    """Closes one socket for good, once what was said to it is out; its client does not come back by itself."""

    def close() -> None:
        rest(PAUSE_SECONDS)
        server = socketio.server  # type: ignore[attr-defined]
        line = server.manager.eio_sid_from_sid(socket, "/")
        socketio.start_background_task(server.disconnect, socket)  # it waits until all that was said is read
        rest(PAUSE_SECONDS)
        for guard in bounds:
            guard.end(line)

    socketio.start_background_task(close)


def _send_snapshots_to(session: Session, room: Room, readers: Collection[tuple[Holder, Collection[str]]]) -> None:
    """To some readers, each with its sockets: phones of people, or one that is of none."""
    readers = [one for one in readers if one[1]]  # where they closed, said to nobody it would be said to all
    if people := [holder.person_id for holder, _ in readers if holder.person_id is not None]:
        there = set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.removed.is_(False))))
        readers = [one for one in readers if one[0].person_id in there]  # the others hear `removed` and are let go
        shapes = reading.snapshots(session, room, [holder for holder, _ in readers], now())
    else:
        shapes = [reading.snapshot(session, room, holder, now()) for holder, _ in readers]
    if len(readers) > 1:
        rest(BREATH_SECONDS)
    for (holder, sockets), shape in zip(readers, shapes, strict=True):
        for socket in sockets:
            told.sees(socket, shape.get("group"))
        shape["seq"] = _streams(holder, sockets, in_group=shape.get("group") is not None)
        if holder.person_id is not None:
            if called := _namesakes(session, room).get(holder.person_id):
                shape["me"]["called"] = called
            shape["me"]["pen"] = presence.circles(holder.person_id).get(holder.circle, [])[-1:] == list(sockets)
        else:
            shape["address"] = listening.shape()
        socketio.emit("snapshot", shape, to=list(sockets))  # type: ignore[arg-type]  # its stub knows one


def address() -> None:
    """Tells leaders and screens of all rooms of this process that phones come by another address, or that one did."""
    shape = listening.shape()
    for role, room_id in {(holder.role, holder.room_id) for holder in list(holders.values())}:
        if role in ("leader", "screen"):
            socketio.emit("address", shape, to=f"{role}s {room_id}")


def _streams(holder: Holder, sockets: Collection[str], *, in_group: bool) -> dict[str, int]:
    """The counters of the streams these lines of a holder listen to."""
    room_id = holder.room_id
    streams = {"wall": _seq[room_id, "wall"]}
    if holder.person_id is None:
        return streams | {name: _seq[room_id, f"{name} {holder.role}"] for name in ("people", "groups")}
    if in_group:
        streams |= {name: max(told.number(line, name) for line in sockets) for name in ("group", "notes")}
    return streams


def _is_in_group(session: Session, holder: Holder) -> bool:
    query = select(Seat.group_id).join(Group).join(Room, Room.id == Group.room_id)
    query = query.where(Seat.person_id == holder.person_id, Group.active.is_(True), Room.groups_shown.is_(True))
    return session.scalar(query) is not None


def _next_seq(room_id: int, stream: str) -> int:
    _seq[room_id, stream] += 1
    return _seq[room_id, stream]


def _tell(change: Change) -> None:
    """Sends the news of one change. Several pieces about the same thing become one message."""
    news, room_id = change.news, change.room.id
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
    if all(isinstance(item, PeopleChanged) for item in news):
        return
    with db.reading() as session:
        room = session.get(Room, room_id)
        if room is not None:
            _tell_room(session, room, change)
    for item in news:
        match item:
            case LineClosed(person, why, None):
                _close_lines(f"person {person}", why)
            case LineClosed(person, why, phones):
                for socket in _lines(person, phones):
                    socketio.emit("removed", {"why": why}, to=socket)
                    let_go(socket)
            case RoomErased():
                _close_lines(everyone(room_id), "erased")
                _forget(room_id)


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
    room_locks.forget(room_id)


def _tell_room(session: Session, room: Room, change: Change) -> None:
    touched: dict[int, None] = {}
    moved: dict[int, None] = {}
    steps, programme, own_notes = None, False, False
    regrouped: set[str] = set()
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
                _tell_note(session, room, item)
            case SheetsTurned(rounds):
                touched |= dict.fromkeys(_turn_sheets(session, room, rounds))
            case WallChanged(_, written_in):
                _tell_writers(session, room, written_in)
            case WallTurned(posts):
                _turn_wall(session, room, posts)
            case NoticeSent(notice):
                shape = counting.notice_shape(session.get_one(Notice, notice))
                _tell_notice(session, room, "notice", shape, shape["group"])
            case NoticeUnsaid(notice, group):
                _tell_notice(session, room, "unsaid", {"id": notice}, group)
            case NoticeSeen(person, circle):
                for sockets, reads in _readers(session, person, circle):
                    _to(sockets, "notices", counting.said_to(session, room, person, reads, now())["notices"])
            case PhoneCame(person):
                for socket in presence.sockets(person):
                    socketio.emit("my_phones", reading.phones(session, [holders[socket]])[holders[socket]], to=socket)
            case TrailGrew():
                socketio.emit("trail", trail.of_room(session, room), to=f"leaders {room.id}")
    if steps is not None:
        touched |= dict.fromkeys(reading.groups_that_counted(session, room))
    # Groups first: a phone that hears of a step already knows its role in it.
    if room.groups_shown:
        _tell_members(session, room, touched)
    _tell_groups(session, room, regrouped)
    _send_snapshots(session, room, [socket for person_id in moved for socket in presence.sockets(person_id)])
    if programme:
        _to_all(room, "programme", reading.programme(room))
    if own_notes:
        socketio.emit("own_notes", reading.own_notes(room), to=f"leaders {room.id}")
    if steps is not None:
        at = now()
        message = {"version": room.version, "now": at, "cause": steps.cause} | reading.step(room, at)
        _to_all(room, "step", message)


def _send_snapshots(session: Session, room: Room, sockets: Collection[str]) -> None:
    """To those who start afresh. A new draw moves a whole room: that many get theirs a few at a time, and the room, and
    all others, go on meanwhile. Where they sit now they have heard already."""
    if len(sockets) > BEFORE_THE_ANSWER:
        if room.id not in _owed:
            socketio.start_background_task(_send_owed, room.id)
        _owed.setdefault(room.id, {}).update(dict.fromkeys(sockets))
        return
    if lines := _readers_on(sockets):
        _send_snapshots_to(session, room, lines)


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


def _to_all(room: Room, event: str, message: dict[str, Any] | list[dict[str, Any]]) -> None:
    socketio.emit(event, message, to=everyone(room.id))


def _tell_members(session: Session, room: Room, group_ids: Collection[int]) -> None:
    """Each of these groups to its members who are here, to each as they may see it."""
    if not group_ids:
        return
    found = _piece_by_piece(group_ids, TABLES_OF_A_ROOM, lambda piece: reading.these_groups(session, room, piece))
    _breathe(found)
    insides, called = reading.insides(session, {group.id for group in found}), naming.called(session, room)
    lines = {seat.person_id: presence.circles(seat.person_id) for group in found for seat in group.seats}
    reads = circles.reads_of(session, {circle for own in lines.values() for circle in own})
    for at, group in enumerate(found, start=1):
        if at % AT_ONCE == 0:
            rest(BREATH_SECONDS)
        for seat in group.seats:
            for circle, sockets in lines[seat.person_id].items():
                shape = reading.group(room, group, seat, insides[group.id], reads[circle], called)
                for socket in sockets:
                    if told.sees(socket, shape):
                        socketio.emit("group", {"seq": told.next(socket, "group")} | shape, to=socket)


def _tell_groups(session: Session, room: Room, roles: Collection[str]) -> None:
    if not roles:
        return
    ids = reading.group_ids(session, room)
    found = _piece_by_piece(ids, TABLES_OF_A_ROOM, lambda piece: reading.these_groups(session, room, piece))
    for role in roles:
        if role == "leader" or room.groups_shown:
            _breathe(found)
            shape = {
                "seq": _next_seq(room.id, f"groups {role}"),
                "shown": room.groups_shown,
                "groups": reading.group_shapes(found, leader=role == "leader"),
            }
            if role == "leader":
                shape["wishes"] = reading.wishes(session, room)
            socketio.emit("groups", shape, to=f"{role}s {room.id}")


def _piece_by_piece(ids: Collection[int], size: int, look: Callable[[Collection[int]], list[T]]) -> list[T]:
    """What is found under these ids, so many at a time; others have a turn in between."""
    found: list[T] = []
    all_ids = list(ids)
    for at in range(0, len(all_ids), size):
        if at:
            rest(BREATH_SECONDS)
        found += look(all_ids[at : at + size])
    return found


def _breathe(work: Collection[object]) -> None:
    """Lets others have a turn where there was, or will be, much to do."""
    if len(work) >= MANY:
        rest(BREATH_SECONDS)


def _readers(session: Session, person_id: int, written_in: str) -> Iterator[tuple[list[str], frozenset[str]]]:
    """The open lines of those phones of someone that show what was written in a circle, with all that they show. The
    others hear nothing, not even that something was written."""
    lines = presence.circles(person_id)
    for circle, reads in circles.reads_of(session, lines).items():
        if written_in in reads:
            yield lines[circle], reads


def _tell_note(session: Session, room: Room, item: NoteChanged) -> None:
    """A note to its writer's phones and to those of the group who may read it; for the rest of them it is gone."""
    note = session.get(Note, (item.circle, item.note))
    own_lines: set[str] = set()
    for sockets, _ in _readers(session, item.person, item.circle):
        own = {"changed": [reading.note_shape(note)] if note else [], "gone": [] if note else [item.note]}
        _to(sockets, "my_notes", own)
        own_lines.update(sockets)
    group = session.get(Group, item.group) if item.group is not None else None
    if group is None or not group.active:  # the people of an earlier draw are its members no more
        return
    opened = reading.opened_rounds(room)
    for seat in group.seats:
        reader = reading.reader_facts(seat.person_id, seat, opened)
        sockets = [socket for socket in presence.sockets(seat.person_id) if socket not in own_lines]
        if note is not None and rules.may_read(facts(note), reader):
            _tell_notes(sockets, [reading.note_shape(note, elsewhere=seat.person_id == item.person)], [])
        elif item.was is not None and rules.may_read(item.was, reader):
            _tell_notes(sockets, [], [item.note])


def _tell_notes(sockets: Collection[str], changed: list[dict[str, Any]], gone: list[str]) -> None:
    for socket in sockets:
        socketio.emit("notes", {"seq": told.next(socket, "notes"), "changed": changed, "gone": gone}, to=socket)


def _turn_sheets(session: Session, room: Room, rounds: frozenset[int]) -> list[int]:
    """What observers opened before its time, to those of the group who may read it from now on; after a step back it
    is gone for them. Returns the groups."""
    opened = reading.opened_rounds(room)
    found = reading.opened_early(session, room, rounds)
    for group_id, notes in found.items():
        for seat in session.get_one(Group, group_id).seats:
            lines = presence.circles(seat.person_id)
            for circle, reads in circles.reads_of(session, lines).items():
                others = [note for note in notes if note.circle not in reads]
                theirs = [note for note in others if reading.may_read(note, seat.person_id, seat, opened | rounds)]
                changed = [note for note in theirs if reading.may_read(note, seat.person_id, seat, opened)]
                if theirs:
                    shapes = [reading.note_shape(n, elsewhere=n.person_id == seat.person_id) for n in changed]
                    _tell_notes(lines[circle], shapes, [note.id for note in theirs if note not in changed])
    return list(found)


def _tell_writers(session: Session, room: Room, written_in: Collection[str]) -> None:
    """What is not for all: a line to its writer's phones, and to those that show what is written there."""
    if not written_in:
        return
    query = select(Phone.circle, Phone.person_id).where(Phone.circle.in_(written_in)).distinct()
    lines: dict[str, frozenset[str]] = {}
    for circle, person_id in session.execute(query):
        lines |= {socket: reads for sockets, reads in _readers(session, person_id, circle) for socket in sockets}
    for socket, reads in lines.items():
        shape = {
            "posts": [post for _, post in on_wall.own_posts(session, room, reads)],
            "recognised": on_wall.recognised_by(session, room, reads),
        }
        socketio.emit("my_posts", shape, to=socket)


def _tell_notice(session: Session, room: Room, event: str, shape: dict[str, Any], group: int | None) -> None:
    """What the leader said or took back, to all; or to one group, and to leaders, who know of each other's."""
    if group is None:
        _to_all(room, event, shape)
        return
    socketio.emit(event, shape, to=f"leaders {room.id}")
    for person_id in session.scalars(select(Seat.person_id).where(Seat.group_id == group)):
        socketio.emit(event, shape, to=f"person {person_id}")


def _turn_wall(session: Session, room: Room, posts: Collection[str]) -> None:
    """The whole wall goes, or comes back, before anything else is said; with it what still waited to be told."""
    pending = _pending[room.id]
    if turned := {*posts, *pending.posts}:
        _send_wall(session, room, turned)
    _send_hidden(session, room)
    pending.posts.clear()


def _merge_lines(merged: PeopleMerged) -> None:
    """The lines of someone who turned out to be someone else are theirs from now on."""
    server = socketio.server  # type: ignore[attr-defined]
    for line in _lines(merged.other):
        holders[line] = replace(holders[line], person_id=merged.keep)
        server.leave_room(line, f"person {merged.other}")
        server.enter_room(line, f"person {merged.keep}")
    for circle, lines in presence.circles(merged.other).items():
        for line in lines:
            presence.depart(merged.other, line)
            presence.arrive(merged.keep, line, circle)


def _to(sockets: Collection[str], event: str, message: Any) -> None:
    for socket in sockets:
        socketio.emit(event, message, to=socket)


def _lines(person: int, phones: Collection[str] | None = None) -> list[str]:
    """The lines of someone, or of only these phones of theirs."""
    own = {socket: holder for socket, holder in holders.items() if holder.person_id == person}
    return [socket for socket, holder in own.items() if phones is None or holder.phone in phones]


def _close_lines(channel: str, why: str) -> None:
    """Tells every line on a channel why, and closes it: by the channel itself, whatever else is thought of it."""
    socketio.emit("removed", {"why": why}, to=channel)
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
    rest(max(0.0, PAUSE_SECONDS - (now() - _pending[room_id].last_sent) / 1000))
    with room_locks[room_id]:
        due = _pending.pop(room_id, Pending())
        _pending[room_id].last_sent = now()
        try:
            try:
                due.people |= _mark_who_came(due.dots)
            except Refused:  # the database is locked: who is here is told all the same, and marked later
                _collect(room_id, dots=due.dots)
            with db.reading() as session:
                _send_collected(session, room_id, due)
        except Exception:
            log.exception("not told yet", room=room_id)
            people, for_leaders = due.people, due.for_leaders
            _collect(room_id, people, for_leaders, due.dots, due.posts, hidden=due.hidden, notices=due.notices)


def _mark_who_came(people: Collection[int]) -> set[int]:
    """Keeps that a line of theirs was open, once: a storm of lines that come back writes nothing. Returns the new."""
    if not people:
        return set()
    query = select(Person.id).where(Person.id.in_(people), Person.came.is_(False))
    with db.reading() as session:
        new = set(session.scalars(query))
    if new:
        with db.writing() as session:
            session.execute(update(Person).where(Person.id.in_(new)).values(came=True))
    return new


def _send_collected(session: Session, room_id: int, due: Pending) -> None:
    room = session.get(Room, room_id)
    if room is None:
        _forget(room_id)
        return
    _send_people(session, room, due.people, due.for_leaders)
    renamed = _tell_names(session, room) if due.people else set()
    if renamed and (signed := on_wall.signed_by(session, room, renamed)):
        due.posts |= signed
        due.hidden = True
    if (different := due.dots | renamed) and room.groups_shown:
        tables = select(Seat.group_id).join(Group).where(Group.active.is_(True), Seat.person_id.in_(different))
        _tell_members(session, room, list(session.scalars(tables.distinct())))
    concealed = room.wall["concealed"]
    if due.posts and not concealed:
        _send_wall(session, room, due.posts)
    if due.hidden or (due.posts and (concealed or on_wall.hidden_posts(session, room))):
        _send_hidden(session, room)
    if due.notices and (found := counting.notices(session, room)):
        socketio.emit("notices", found, to=f"leaders {room_id}")


def _tell_names(session: Session, room: Room) -> set[int]:
    """A namesake came or went, or somebody has another name now: whoever is called otherwise since hears it. Returns
    these; their table and the wall are still to hear."""
    before, after = _namesakes(session, room), naming.namesakes(session, room)
    different = {person for person in before.keys() | after.keys() if before.get(person) != after.get(person)}
    for person in different:
        _to(presence.sockets(person), "called", {"called": after.get(person)})
    _called[room.id] = after
    return different


def _namesakes(session: Session, room: Room) -> dict[int, str]:
    """What the namesakes of a room are called, as they know it: nobody does before the first of them is told."""
    if room.id not in _called:
        _called[room.id] = naming.namesakes(session, room)
    return _called[room.id]


def _send_people(session: Session, room: Room, people: Collection[int], for_leaders: Collection[int]) -> None:
    ids = sorted({*people, *for_leaders})
    found = _piece_by_piece(ids, 3 * TABLES_OF_A_ROOM, lambda piece: reading.found_people(session, room, piece))
    for role, concerned in (("leader", {*people, *for_leaders}), ("screen", {*people})):
        if not concerned:
            continue
        _breathe(concerned)
        changed = [reading.person_shape(room, *one, role == "leader") for one in found if one[0].id in concerned]
        gone = sorted(concerned - {p["id"] for p in changed})
        seq = _next_seq(room.id, f"people {role}")
        socketio.emit("people", {"seq": seq, "changed": changed, "gone": gone}, to=f"{role}s {room.id}")


def _send_wall(session: Session, room: Room, posts: set[str]) -> None:
    posts = posts | on_wall.titles_of(session, room, posts)
    changed = on_wall.wall(session, room, only=posts)
    gone = sorted(posts - {p["id"] for p in changed})
    _to_all(room, "wall", {"seq": _next_seq(room.id, "wall"), "posts": changed, "gone": gone})


def _send_hidden(session: Session, room: Room) -> None:
    socketio.emit("hidden", {"posts": on_wall.hidden_posts(session, room)}, to=f"leaders {room.id}")


def _count_soon(room_id: int) -> None:
    """Lets leaders hear how far everyone is: at once after a quiet moment, at most once a second."""
    if room_id not in _counting:
        _counting.add(room_id)
        socketio.start_background_task(_send_progress, room_id)


def _send_progress(room_id: int) -> None:
    rest(max(0.0, PROGRESS_SECONDS - (now() - _counted.get(room_id, 0)) / 1000))
    with room_locks[room_id]:
        _counting.discard(room_id)
        _counted[room_id] = now()
        try:
            with db.reading() as session:
                room = session.get(Room, room_id)
                if room is None:
                    _counted.pop(room_id, None)
                    return
                socketio.emit("progress", counting.progress(session, room), to=f"leaders {room_id}")
        except Exception:
            log.exception("not counted yet", room=room_id)
            _count_soon(room_id)
