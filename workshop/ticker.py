"""Ends steps on time with no browser open, and lets rooms forget themselves on their date.

It looks at the next deadline in the database, so nobody who changes one need tell it, and after a restart it does what
is overdue first (R8).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import structlog

from . import changing, handing, lapsed, live, metrics, openid
from .core.errors import Refused
from .erasures import erasures
from .extensions import db, now, rest, socketio
from .holding import holding
from .rooms import erasing, passing, running
from .rooms.change import Change
from .store import due
from .telling import forgetting

log = structlog.get_logger()
LONGEST_SLEEP = 0.2
OF_OTHERS = 0.05
"""Seconds: how soon it looks again at steps that another process has to end."""
ERASE_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 0.8
"""By the monotonic clock: no other is right when the clock of the machine was set."""


def run() -> None:
    """Never returns; whatever goes wrong is logged and tried again."""
    erase_at = forget_at = 0.0
    while True:
        try:
            pause = tick()
            if time.monotonic() >= forget_at:
                forgetting.forget_the_gone()
                lapsed.end()
                live.notice_others()
                if live.untold():
                    socketio.start_background_task(handing.tell_all_written)
                forget_at = time.monotonic() + FORGET_EVERY_SECONDS
            if db.owes_forgetting:
                db.forget()
            if time.monotonic() >= erase_at:
                erasures.settle()
                erase_expired()
                erase_at = time.monotonic() + ERASE_EVERY_SECONDS
        except Refused as refused:
            log.warning("ticker waits", code=refused.code)
            pause = LONGEST_SLEEP
        except Exception:
            log.exception("ticker failed")
            pause = LONGEST_SLEEP
        asked = time.perf_counter()
        rest(pause)
        metrics.LOOP_LATE.observe(max(0.0, time.perf_counter() - asked - pause))


def tick() -> float:
    """Ends what is over; returns the seconds until it is worth looking again."""
    with db.reading() as session:
        following = due.next_due(session)
        rooms = due.due_rooms(session, now()) if following is not None and following <= now() else {}
    for room_id in ours(rooms):
        try:
            changing.change(room_id, running.settle)
            metrics.STEP_LATE.observe((now() - rooms[room_id]) / 1000)
        except Refused as refused:
            log.warning("step not ended yet", room=room_id, code=refused.code)
        except Exception:  # one room's trouble is not another's
            log.exception("step not ended", room=room_id)
    wait = LONGEST_SLEEP if following is None else (following - now()) / 1000
    return min(max(wait, OF_OTHERS if wait < 0 and holding.shares else 0.005), LONGEST_SLEEP)


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
