"""Ends steps on time with no browser open, and lets rooms forget themselves on their date.

It looks at the next deadline in the database, so nobody who changes one need tell it, and after a restart it does what
is overdue first (R8).
"""

from __future__ import annotations

import structlog

from . import announce
from .alone import alone
from .core.errors import Refused
from .extensions import db, now, rest
from .rooms import erasing, passing, running
from .store import due

log = structlog.get_logger()
LONGEST_SLEEP = 0.2
ERASE_EVERY_MS = 60_000
FORGET_EVERY_MS = 800


def run() -> None:
    """Never returns; whatever goes wrong is logged and tried again."""
    erase_at = forget_at = 0
    while True:
        try:
            pause = tick()
            if now() >= forget_at:
                announce.forget_the_gone()
                forget_at = now() + FORGET_EVERY_MS
            if db.owes_forgetting:
                db.forget()
            if now() >= erase_at:
                erase_expired()
                erase_at = now() + ERASE_EVERY_MS
                if not alone.keep(db):
                    log.error("another server uses this database too; stop one of them")
        except Refused as refused:
            log.warning("ticker waits", code=refused.code)
            pause = LONGEST_SLEEP
        except Exception:
            log.exception("ticker failed")
            pause = LONGEST_SLEEP
        rest(pause)


def tick() -> float:
    """Ends what is over; returns the seconds until it is worth looking again."""
    with db.reading() as session:
        following = due.next_due(session)
        rooms = due.due_rooms(session, now()) if following is not None and following <= now() else []
    for room_id in rooms:
        try:
            announce.change(room_id, running.settle)
        except Refused as refused:
            log.warning("step not ended yet", room=room_id, code=refused.code)
        except Exception:  # one room's trouble is not another's
            log.exception("step not ended", room=room_id)
    wait = LONGEST_SLEEP if following is None else (following - now()) / 1000
    return min(max(wait, 0.005), LONGEST_SLEEP)


def erase_expired() -> int:
    """Erases the rooms that are past their date, and whatever else is past a date of its own; returns how many
    rooms."""
    with db.reading() as session:
        expired = due.expired_rooms(session, now())
        with_passes = due.with_expired_passes(session, now())
    for room_id in expired:
        announce.change(room_id, erasing.erase_room)
    for room_id in {*with_passes} - {*expired}:
        announce.change(room_id, passing.expire)
    if expired:
        db.forget()
        log.info("rooms erased", count=len(expired))
    with db.writing() as session:
        due.expire(session, now())
    return len(expired)
