"""A room goes from one process to another, and this process comes to its end (decision 34)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from . import live, metrics
from .core.errors import Refused
from .extensions import Aside, db, rest, room_locks, socketio
from .holding import KEPT_SECONDS, holding
from .journal import journal
from .telling import connections, forgetting, news, wall

log = structlog.get_logger()
STAYS_SECONDS = 2.0
"""How long a room stays with a process that was given it, as long as somebody is in it; four times as long if it went
from there within the last `LATELY_SECONDS`, nine times if it did so twice, and so on. Whoever comes to a process that
is back after an upgrade hears `busy` until then."""
LATELY_SECONDS = 60.0
PATIENCE_SECONDS = 0.8
ANSWERED_SECONDS = 0.02
"""How long to wait for answers to what was stored last to go out."""
LEAVING_SECONDS, BETWEEN_SECONDS = 4.0, 0.05
"""In how long this process is gone; and how long it waits between two rooms, so that the people of one need not come
back together with those of all the others."""
doors: list[Callable[[], object]] = []
"""What makes this process stop listening."""
_going: set[int] = set()
_gave: dict[int, list[float]] = {}
"""When rooms with people in them went from here to another process."""


def wanted(room_id: int, code: str) -> None:
    """Another process wants a room, because a request for it came there by this code. It gets it if nobody is in the
    room here; otherwise if that is the room's own code, unless the room came here just now."""
    if room_id in _going:
        return
    if _stays(room_id, code):  # whoever asked need not wait for the room's lock to hear it
        _keep(room_id)
        return
    somebody = connections.lines_in(room_id) and not holding.leaving
    if not hand_over(room_id, lambda: _stays(room_id, code)):
        _keep(room_id)
    elif somebody:
        now = time.monotonic()
        lately = _lately(room_id, now)
        _gave[room_id] = [*lately, now]
        if len(lately) > 1:
            log.warning("a room goes to and fro between processes: does the proxy send requests by code?", room=room_id)


def _stays(room_id: int, code: str) -> bool:
    """Is somebody in the room here, or about to come back to it, who is not to be sent elsewhere?"""
    if holding.leaving:
        return False
    if not connections.lines_in(room_id):
        return holding.had_it_lately(room_id, STAYS_SECONDS)
    room, now = live.stored(room_id), time.monotonic()
    since = holding.rooms.get(room_id, now)
    return room is None or room.code != code or now - since < STAYS_SECONDS * (1 + len(_lately(room_id, now))) ** 2


def _keep(room_id: int) -> None:
    metrics.handed_over["kept"].inc()
    holding.keep(room_id)


def _lately(room_id: int, now: float) -> list[float]:
    """When it went from here lately."""
    return [at for at in _gave.get(room_id, ()) if now - at < LATELY_SECONDS]


def hand_over(room_id: int, stays: Callable[[], bool] = lambda: False) -> bool:
    """As `give`, for another process to have it."""
    given = give(room_id, stays)
    metrics.handed_over["gave"].inc(given)
    return given


def give(room_id: int, stays: Callable[[], bool] = lambda: False) -> bool:
    """Lets a room go: everything that waits is stored and answered before. False if that takes too long, or if the room
    `stays`, which is asked when nobody else can come in any more."""
    lock = room_locks[room_id]
    _going.add(room_id)
    try:
        if not lock.acquire(timeout=PATIENCE_SECONDS):
            return False
        try:
            if stays():
                return False
            if not journal.settled(room_id, PATIENCE_SECONDS):
                return False
            if connections.lines_in(room_id):
                rest(ANSWERED_SECONDS)
            forgetting.leave(room_id)
            holding.let_go(room_id)
            return True
        finally:
            lock.release()
    finally:
        _going.discard(room_id)


def give_idle() -> None:
    """To be called now and then: rooms that were let go because nobody asked for them are anybody's."""
    for room_id in list(_gave):
        if not _lately(room_id, time.monotonic()):
            _gave.pop(room_id, None)
    known = {*live.held()}
    for room_id in holding.rooms:
        if room_id not in known and not connections.lines_in(room_id):
            give(room_id, lambda room_id=room_id: bool(connections.lines_in(room_id)))  # type: ignore[misc]


def wrote(room_id: int, revision: int) -> None:
    """Somebody wrote to a room that this process holds. A change of its own that is being stored just now may have been
    before theirs: that one is told first."""
    journal.settled(room_id, PATIENCE_SECONDS)
    known = live.stored(room_id)
    if known is None or known.revision < revision:  # also one that is being read just now
        live.outrun({room_id})
    tell_written(room_id)


def tell_written(room_id: int) -> None:
    """Tells those who are in a room what others wrote to it. Where that cannot be now, the ticker asks again. A room in
    which nobody is, is not read for it, and not kept in memory by it: a command with SQLite may have written to any."""
    if not connections.everyone_in(room_id):
        live.need_not_tell(room_id)
        wall.changed(room_id)
        return
    lock = room_locks[room_id]
    if not lock.acquire(blocking=False):
        return
    try:
        if (told := live.tells(room_id)) is not None:
            news.written_outside(*told)
    except Refused as refused:
        log.warning("what others wrote is not told", room=room_id, code=refused.code)
    finally:
        lock.release()


def tell_all_written() -> None:
    """The same, of every room."""
    for room_id in live.untold():
        tell_written(room_id)


def lost() -> None:
    """This process holds nothing any more, and no longer believes anything that it knew, nor its other database
    connections. If PostgreSQL ended the connection (`holding.unsure`) it may soon be back: people stay if their room is
    had again and nobody wrote to it meanwhile. All others come back to whoever has their room now."""
    until = time.monotonic() + KEPT_SECONDS
    rooms = {holder.room_id for holder in list(connections.holders.values())}
    known = live.revisions()
    live.let_go()
    for room_id in holding.unsure - rooms:
        holding.resolve(room_id)
    db.engine.dispose()
    while holding.unsure and not holding.welcomes and time.monotonic() < until:
        rest(BETWEEN_SECONDS)
    for room_id in rooms:
        socketio.start_background_task(_stay_or_go, room_id, known.get(room_id))


def _stay_or_go(room_id: int, revision: int | None) -> None:
    if not _is_as_it_was(room_id, revision):
        forgetting.leave(room_id)


def _is_as_it_was(room_id: int, revision: int | None) -> bool:
    """Does this process hold the room again, with nothing written to it since it had this revision?"""
    was_ours = room_id in holding.unsure
    holding.resolve(room_id)
    try:
        if not was_ours or revision is None or not holding.locked(room_id) or not live.take(room_id):
            return False
    except Refused:
        return False
    except Exception:
        log.exception("room not read", room=room_id)
        return False
    room = live.stored(room_id)
    return room is not None and room.revision == revision + 1  # it is counted when it is taken


def leave(end: Callable[[], None]) -> bool:
    """This process stops listening, hands over one room after the other, and then comes to its `end`. False if there is
    nobody to hand over to, or if it is leaving already."""
    if not holding.shares or holding.leaving:
        return False
    holding.leaving = True
    socketio.start_background_task(_leave, end)
    return True


def _leave(end: Callable[[], None]) -> None:
    until = time.monotonic() + LEAVING_SECONDS
    try:
        for shut in doors:
            with suppress(OSError):
                shut()
        rooms = holding.all_locked
        log.info("this process leaves", count=len(rooms))
        pause = min(BETWEEN_SECONDS, LEAVING_SECONDS / 2 / max(len(rooms), 1))
        begun: set[int] = set()
        while time.monotonic() < until and not holding.all_free():
            for room_id in holding.all_locked - begun:  # also one that was on its way here just now
                begun.add(room_id)
                # One whose journal stands still holds up no other.
                socketio.start_background_task(hand_over, room_id)  # type: ignore[arg-type]  # its stub knows no answers
                rest(pause)
            rest(BETWEEN_SECONDS)
    except Exception:
        log.exception("not everything was handed over")
    end()


def serve_together(listener: socket.socket) -> None:
    """From now on this process hears what others say of rooms."""
    doors[:] = [partial(listener.shutdown, socket.SHUT_RDWR)]
    holding.wanted, holding.wrote, holding.lost = wanted, wrote, lost
    if db.shared:
        socketio.start_background_task(holding.hear)
        socketio.start_background_task(Aside.run, holding.go_on)
