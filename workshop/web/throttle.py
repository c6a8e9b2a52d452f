"""Guessing codes is slow; mistyping one is not punished, and a whole room behind one address gets in (S2).

Only failures cost. Who shows the secret of the QR code, or a cookie of the room, is not looked at.
"""

from __future__ import annotations

from flask import request
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.orm import Session

from .. import cookies
from ..access import Holder
from ..core.errors import Refused
from ..models import Room
from ..rooms.opening import room_by_code

FROM_ONE_ADDRESS = RateLimitItemPerMinute(60)
FROM_ALL = RateLimitItemPerSecond(300, 100)
PASSES_OF_ONE_ROOM = RateLimitItemPerMinute(30)
_failures = MovingWindowRateLimiter(MemoryStorage())


def find_room(session: Session, code: str, holder: Holder | None = None) -> Room:
    """The room with this code; Refused("not_found"), or ("too_fast") after too many wrong codes.

    `holder`: who the asker is by a key they show. Where it is of this very room, or a cookie is, nothing is throttled;
    after too many failures all others hear the same, whether there is such a room or not.
    """
    room = room_by_code(session, code)
    if not _known(session, room, holder) and not _may_guess():
        raise Refused("too_fast", "Too many wrong codes; wait a minute, or scan the QR code on the screen.")
    if room is None:
        fail()
        raise Refused("not_found", "There is no room with this code.")
    return room


def fail() -> None:
    """Someone showed a wrong code or key."""
    _failures.hit(FROM_ONE_ADDRESS, _address())
    _failures.hit(FROM_ALL, "all")


def may_try_pass(room: Room) -> None:
    """Refused("too_fast") after too many wrong passes in a room, whoever showed them: who is in the room already is
    known at its door, and could otherwise try all passes of the others."""
    if not _failures.test(PASSES_OF_ONE_ROOM, f"pass {room.id}"):
        raise Refused("too_fast", "Too many wrong passes; wait a minute.")


def wrong_pass(room: Room) -> None:
    """Someone showed a wrong pass."""
    fail()
    _failures.hit(PASSES_OF_ONE_ROOM, f"pass {room.id}")


def _known(session: Session, room: Room | None, holder: Holder | None) -> bool:
    if room is None:
        return False
    if holder is not None and holder.room_id == room.id:
        return True
    return any(cookies.of_room(session, room, role) for role in ("join", "screen", "leader", "organiser"))


def _may_guess() -> bool:
    return _failures.test(FROM_ONE_ADDRESS, _address()) and _failures.test(FROM_ALL, "all")


def _address() -> str:
    return request.remote_addr or "unknown"
