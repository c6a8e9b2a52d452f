"""Ends steps on time with no browser open, and lets rooms forget themselves on their date.

It looks at the next deadline in the database, so nobody who changes one need tell it, and after a restart it does what
is overdue first (R8). It waits for nothing else: whatever takes longer is done in tasks beside it, one for each room,
so that no room's trouble holds up the clock of another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from functools import partial

import structlog

from . import changing, handing, lapsed, live, metrics, openid
from .core.errors import Refused
from .erasures import erasures
from .extensions import begin, db, now, one_at_a_time, rest
from .holding import holding
from .rooms import erasing, passing, running
from .rooms.change import Change
from .store import due
from .telling import forgetting

log = structlog.get_logger()
LONGEST_SLEEP = 0.2
IN_HAND = 0.05
"""Seconds: how soon it looks again at steps that are being ended, or that another process has to end."""
AT_ONCE = 10
"""Steps that are being ended at the same time: with PostgreSQL each may take a connection."""
SOON_SECONDS, LATER_SECONDS = 1.0, 60.0
"""When a room is tried again in which a step could not be ended for a reason that does not pass by itself: the first
time, and from then on."""
ERASE_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 0.8
"""By the monotonic clock: no other is right when the clock of the machine was set."""

_in_hand: set[int] = set()
"""The rooms whose step is being ended."""
_turns = threading.Semaphore(AT_ONCE)
_failed: dict[int, float] = {}
"""The rooms in which that failed, and when each is tried again; by the monotonic clock."""


def run() -> None:
    """Never returns; whatever goes wrong is logged and tried again."""
    erase_at = forget_at = 0.0
    while True:
        pause = LONGEST_SLEEP
        try:
            pause = tick()
        except Refused as refused:
            log.warning("ticker waits", code=refused.code)
        except Exception:
            log.exception("ticker failed")
        if time.monotonic() >= forget_at:
            for do in forgetting.forget_the_gone, lapsed.end, tell_what_others_wrote:
                one_at_a_time(do)
            forget_at = time.monotonic() + FORGET_EVERY_SECONDS
        if db.owes_forgetting:
            one_at_a_time(db.forget)
        if time.monotonic() >= erase_at:
            one_at_a_time(erasures.settle)
            one_at_a_time(erase_expired)
            erase_at = time.monotonic() + ERASE_EVERY_SECONDS
        asked = time.perf_counter()
        rest(pause)
        metrics.LOOP_LATE.observe(max(0.0, time.perf_counter() - asked - pause))


def tick() -> float:
    """Has everything ended that is over; returns the seconds until it is worth looking again."""
    rooms: dict[int, int] = {}
    with db.reading() as session:
        following = due.next_due(session)
        if following is not None and following <= (moment := now()):
            rooms, following = due.due_rooms(session, moment), due.next_due(session, after=moment)
    for room_id in _failed.keys() - rooms.keys():
        _failed.pop(room_id, None)
    tried = time.monotonic()
    over = [room_id for room_id in rooms if _failed.get(room_id, 0.0) <= tried]
    for room_id in over:
        if room_id not in _in_hand:
            _in_hand.add(room_id)
            begin(_end_step, room_id, rooms[room_id], otherwise=partial(_in_hand.discard, room_id))
    wait = LONGEST_SLEEP if following is None else (following - now()) / 1000
    return min(max(wait, 0.005), IN_HAND if over else LONGEST_SLEEP)


def _end_step(room_id: int, due_at: int) -> None:
    try:
        with _turns:
            if ours([room_id]):
                changing.change(room_id, running.settle)
                metrics.STEP_LATE.observe((now() - due_at) / 1000)
    except Refused as refused:
        log.warning("step not ended yet", room=room_id, code=refused.code)
    except Exception:  # one room's trouble is not another's
        log.exception("step not ended", room=room_id)
        _failed[room_id] = time.monotonic() + (LATER_SECONDS if room_id in _failed else SOON_SECONDS)
    finally:
        _in_hand.discard(room_id)


def tell_what_others_wrote() -> None:
    """To be called every second: whoever is here hears what other processes wrote to their rooms."""
    live.notice_others()
    handing.tell_all_written()


def ours(rooms: Collection[int]) -> list[int]:
    """Those of these rooms that this process holds, or that nobody held; they are its own from now on."""
    found = []
    for room_id in rooms:
        try:
            if not holding.shares or live.take(room_id):
                found.append(room_id)
        except Refused:  # another process has it
            continue
        except Exception:  # one room's trouble is not another's
            log.exception("room not read", room=room_id)
    return found


def _each(rooms: Collection[int], do: Callable[[Change], None]) -> int:
    """Does it to each of these rooms, whatever happens to one of them; returns how many it was done to."""
    done = 0
    for room_id in ours(rooms):
        try:
            changing.change(room_id, do)
            done += 1
        except Refused as refused:
            log.warning("not erased yet", room=room_id, code=refused.code)
        except Exception:
            log.exception("not erased", room=room_id)
    return done


def erase_expired() -> int:
    """Erases the rooms that are past their date, and whatever else is past a date of its own; returns how many
    rooms."""
    with db.reading() as session:
        expired = due.expired_rooms(session, now())
        with_passes = due.with_expired_passes(session, now())
    erased = _each(expired, erasing.erase_room)
    _each({*with_passes} - {*expired}, passing.expire)
    if erased:
        db.forget()
        log.info("rooms erased", count=erased)
    with db.writing() as session:
        openid.expire(session, now())
    with db.writing() as session:
        due.expire(session, now())
    return erased
