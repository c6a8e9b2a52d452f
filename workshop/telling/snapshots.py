"""All that somebody may see, at once: on coming, on asking, and after a draw that moved them. And the answer to a
probe, by which a client knows whether it has to ask.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Collection

import structlog
from msgspec import UNSET

from .. import live, streams, wire
from ..access import Holder, is_current
from ..core.errors import Refused
from ..extensions import begin, now, rest, room_locks
from ..holding import elsewhere, holding
from ..journal import journal
from ..presence import presence, returns
from ..room.room import Room
from ..streams import Reader
from .connections import AT_ONCE, BREATH_SECONDS, come_back, holders, say
from .forgetting import also_forget, holds
from .numbers import numbers, told
from .people import namesakes

log = structlog.get_logger()
SNAPSHOT_PATIENCE_SECONDS = 0.5
"""How long a snapshot waits for whoever writes to its room, and for what is on its way."""
PULSE_SECONDS_OLD = 0.1
"""How old the answer to a probe may be with regard to what a command beside this server wrote: a room probes a hundred
times a second, and looking each time is an eighth of what that takes."""
SNAPSHOTS_AT_ONCE = 4
"""How many are being made at a time, in this process."""
BEFORE_THE_ANSWER = 8
"""Up to this many snapshots are sent before whoever made the change is answered; that is more than one person has
lines."""
LEFT_TO_OTHERS = 3
"""For every second that snapshots took, the server has this many for something else."""
_making = threading.BoundedSemaphore(SNAPSHOTS_AT_ONCE)
_owed: dict[int, dict[str, float]] = {}
"""By room the sockets that are about to get a snapshot, one after the other, each with when that was asked for."""
_in_vain: dict[int, float] = {}
"""By room when a snapshot last waited for too long. Moments are of the monotonic clock."""


def snapshot(sockets: Collection[str], holder: Holder, asked: float) -> None:
    """Sends these sockets of one reader all that it may see. Under the room's lock: nothing can come between look and
    send. Only so many are being made at a time, whichever rooms they are of.

    Where a writer waits for the database the lock is not worth waiting for (R13): what then comes between is found by
    the next probe. One waits for all who had `asked` by then (monotonic), as they are made one after the other.
    """
    _snapshots(holder.room_id, [(holder, sockets)], asked)


def _snapshots(room_id: int, readers: Collection[tuple[Holder, Collection[str]]], asked: float) -> None:
    if not _sockets(readers):
        return
    holds(room_id)
    lock = room_locks[room_id]
    # Not counted from `asked` alone: in a crowd the last turn comes seconds later, and a commit is still waited for.
    patience = 0.0 if asked <= _in_vain.get(room_id, -math.inf) else SNAPSHOT_PATIENCE_SECONDS
    until = time.monotonic() + patience
    held = lock.acquire(timeout=patience)
    try:
        settled = journal.settled(room_id, max(0.0, until - time.monotonic()))
        if patience and not (held and settled):
            _in_vain[room_id] = time.monotonic()
        with _making:
            try:
                room = live.here(room_id)
            except Refused:  # they ask again; with no answer at all they would think that they missed nothing
                come_back(_sockets(readers))
                return
            if room is not None:
                send_to(room, readers)
            elif _went(room_id):
                come_back(_sockets(readers))
    finally:
        if held:
            lock.release()


def _sockets(readers: Collection[tuple[Holder, Collection[str]]]) -> list[str]:
    return [socket for _, sockets in readers for socket in sockets]


def send_to(room: Room, readers: Collection[tuple[Holder, Collection[str]]]) -> None:
    """Sends snapshots to some readers, each with its sockets: people's phones, or one reader who is no person."""
    for asked, sockets in readers:
        # Who was merged with someone while they waited for their turn is somebody else by now. Where they closed, said
        # to nobody it would be said to all; who is out hears `removed` and is let go.
        are = {line: holders.get(line, asked) for line in sockets}
        for holder in dict.fromkeys(one for one in are.values() if _is_there(room, one)):
            lines = [line for line in sockets if are[line] == holder]
            message = streams.snapshot(_reader(room, holder, lines), {}, now())
            group = getattr(message, "group", None)
            for line in lines:
                told.sees(line, group)
            message.seq = numbers(holder, lines, in_group=group is not None)
            say(streams.SNAPSHOT, message, lines)


def _reader(room: Room, holder: Holder, sockets: Collection[str]) -> Reader:
    if holder.person_id is None:
        return Reader(room, holder)
    pen = presence.circles(holder.person_id).get(holder.circle, [])[-1:] == list(sockets)
    return Reader(room, holder, called=namesakes(room).get(holder.person_id), pen=pen)


def _is_there(room: Room, holder: Holder) -> bool:
    if holder.person_id is None:
        return not holder.removed and is_current(room, holder)
    person = room.people.get(holder.person_id)
    return person is not None and not person.removed


def pulse(socket: str, holder: Holder) -> wire.Done:
    """The answer to `clock`: the time, and where a client should be if it missed nothing; for a leader also how many
    phones lost their connection lately."""
    room = live.here(holder.room_id, PULSE_SECONDS_OLD)
    if room is None and _went(holder.room_id):
        come_back([socket])
        raise elsewhere()
    if room is None:
        raise Refused("closed", "This room is not there any more.")
    in_group = room.groups_shown and room.seat_of(holder.person_id) is not None
    back = returns.lately(room.id, time.monotonic()) if holder.role == "leader" else 0
    seq = numbers(holder, [socket], in_group=in_group)
    return wire.Done(now=now(), version=room.version, seq=seq, came_back=back or UNSET)


def _went(room_id: int) -> bool:
    """The room is not here: is it with another process, and not erased? Where that cannot be found out just now, those
    who come back find it out."""
    try:
        return not holding.locked(room_id) and live.room(room_id) is not None
    except Refused:
        return True


def start_afresh(room: Room, sockets: Collection[str]) -> None:
    """Sends snapshots to those who start afresh. A new draw moves a whole room: so many people get theirs a few at a
    time, while their room and all others go on. They have already heard where they sit now."""
    if len(sockets) > BEFORE_THE_ANSWER:
        begins = room.id not in _owed
        _owed.setdefault(room.id, {}).update(dict.fromkeys(sockets, time.monotonic()))
        if begins:
            begin(_send_owed, room.id, otherwise=lambda: _owed.pop(room.id, None))
        return
    if lines := _readers_on(sockets):
        send_to(room, lines)


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
            asked = max(owed.pop(socket) for socket in sockets)
            try:
                _snapshots(room_id, _readers_on(sockets), asked)
            except Exception:  # the client that misses something asks again
                log.exception("no snapshot sent", room=room_id)
            took = time.thread_time() - since
        rest(max(BREATH_SECONDS, LEFT_TO_OTHERS * took))


also_forget.append(lambda room_id: _owed.pop(room_id, None))
also_forget.append(lambda room_id: _in_vain.pop(room_id, None))
