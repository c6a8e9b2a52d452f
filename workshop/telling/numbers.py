"""The numbers of what was said, by which a client knows that it missed nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from .. import streams
from ..access import Holder, Role
from ..extensions import now
from ..streams import Stream
from ..told import Told
from .forgetting import also_forget

_seq: dict[tuple[int, str], int] = defaultdict(now)
"""The number of the last message of each stream that several hear alike. It begins at the present moment, so it never
goes back, whichever process held the room before."""
told = Told(now())
"""The streams in which each line is told what it may see."""


def numbers(holder: Holder, sockets: Collection[str], *, in_group: bool) -> dict[str, int]:
    """How far these lines of a holder have been told of each stream that is counted."""
    found = {}
    for stream in streams.STREAMS:
        if holder.role not in stream.to:
            continue
        if stream.counted == "line" and in_group:
            found[stream.event] = max(told.number(line, stream.event) for line in sockets)
        elif stream.counted in ("all", "role"):
            found[stream.event] = _seq[holder.room_id, _counter(stream, holder.role)]
    return found


def number(room_id: int, stream: Stream[Any]) -> int:
    """That of the last message of a stream that all hear alike."""
    return _seq[room_id, stream.event]


def next_number(room_id: int, stream: Stream[Any], role: Role = "person") -> int:
    """The number of the message that is being sent."""
    counter = _counter(stream, role)
    _seq[room_id, counter] += 1
    return _seq[room_id, counter]


def _counter(stream: Stream[Any], role: Role) -> str:
    return f"{stream.event} {role}" if stream.counted == "role" else stream.event


def _forget(room_id: int) -> None:
    for key in [key for key in _seq if key[0] == room_id]:
        _seq.pop(key, None)


also_forget.append(_forget)
