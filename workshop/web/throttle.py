"""Guessing codes is slow; mistyping one is not punished, and a whole room behind one address gets in (S2).

Only failures cost. Who shows the secret of the QR code, or a cookie of the room, is not looked at.
"""

from __future__ import annotations

from flask import request
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.orm import Session

from ..core.errors import Refused
from ..models import Room
from ..rooms.opening import room_by_code

FROM_ONE_ADDRESS = RateLimitItemPerMinute(60)
FROM_ALL = RateLimitItemPerSecond(300, 100)
_failures = MovingWindowRateLimiter(MemoryStorage())


def find_room(session: Session, code: str, *, known: bool = False) -> Room:
    """The room with this code; Refused("not_found"), or ("too_fast") after too many wrong codes.

    `known`: the asker shows something that only who is allowed has, so the throttle does not apply.
    """
    if not known and not _may_guess():
        raise Refused("too_fast", "Too many wrong codes; wait a minute, or scan the QR code on the screen.")
    room = room_by_code(session, code)
    if room is None:
        fail()
        raise Refused("not_found", "There is no room with this code.")
    return room


def fail() -> None:
    """Someone showed a wrong code or key."""
    _failures.hit(FROM_ONE_ADDRESS, _address())
    _failures.hit(FROM_ALL, "all")


def _may_guess() -> bool:
    return _failures.test(FROM_ONE_ADDRESS, _address()) and _failures.test(FROM_ALL, "all")


def _address() -> str:
    return request.remote_addr or "unknown"
