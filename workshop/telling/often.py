"""What changes often (people, the wall, how far everyone is) is collected, and told at most four times a second
(docs/protocol.md)."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import structlog

from .. import live, streams
from ..core.errors import Refused
from ..extensions import begin, rest, room_locks
from ..holding import holding
from ..room.room import Room
from ..rooms import counting, on_wall
from ..streams import OFTEN
from .connections import everyone_in, of_desks, say
from .forgetting import also_forget, forget, forget_told, holds
from .groups import tell_members
from .people import tell_names, tell_people
from .wall import tell_hidden, tell_wall

log = structlog.get_logger()
Mark = Callable[[int, Collection[int]], set[int]]
"""Notes for a room which of these people came; returns those of whom it was not known yet. Refused if it cannot."""


@dataclass
class Pending:
    """What waits for the next moment at which this room may be told about people and the wall."""

    people: set[int] = field(default_factory=set)
    for_leaders: set[int] = field(default_factory=set)
    """Those who look different to leaders alone."""
    dots: set[int] = field(default_factory=set)
    """Those who came or went, so that their partners see it too."""
    mark: Mark | None = None
    posts: set[str] = field(default_factory=set)
    hidden: bool = False
    """What only leaders see of the wall is different."""
    notices: bool = False
    """Somebody saw a notice, or the people who can have seen one have changed."""
    scheduled: bool = False
    last_sent: float = -OFTEN
    """When, by the monotonic clock: one that was set back would keep all that is told waiting as long."""


_pending: dict[int, Pending] = defaultdict(Pending)
_counted: dict[int, float] = {}
"""When leaders last heard how far everyone is (monotonic), for rooms of which they did."""
_counting: set[int] = set()
"""The rooms whose leaders are about to hear it."""


def collect(
    room_id: int,
    people: Collection[int] = (),
    for_leaders: Collection[int] = (),
    dots: Collection[int] = (),
    posts: Collection[str] = (),
    *,
    mark: Mark | None = None,
    hidden: bool = False,
    notices: bool = False,
) -> None:
    """Keeps changes until the room may be told again: at once after a quiet moment, at most four times a second."""
    holds(room_id)
    pending = _pending[room_id]
    pending.people.update(people)
    pending.for_leaders.update(for_leaders)
    pending.dots.update(dots)
    pending.mark = mark or pending.mark
    pending.posts.update(posts)
    pending.hidden |= hidden
    pending.notices |= notices
    if not pending.scheduled:
        pending.scheduled = True
        begin(_send_collected_soon, room_id, otherwise=lambda: setattr(pending, "scheduled", False))


def _send_collected_soon(room_id: int) -> None:
    rest(max(0.0, OFTEN - (time.monotonic() - _pending[room_id].last_sent)))
    marked = _mark(room_id)
    with room_locks[room_id]:
        due = _pending.pop(room_id, Pending())
        _pending[room_id].last_sent = time.monotonic()
        try:
            if unmarked := due.dots - marked:  # they are told all the same, and marked later
                collect(room_id, dots=unmarked, mark=due.mark)
            _send_collected(room_id, due)
        except Exception as error:
            if not isinstance(error, Refused):  # busy passes
                log.exception("not told yet", room=room_id)
            kept = {name: value for name, value in vars(due).items() if name not in ("scheduled", "last_sent")}
            _pending[room_id].last_sent = time.monotonic()  # also where the room was forgotten: not again at once
            collect(room_id, **kept)


def _mark(room_id: int) -> set[int]:
    """Notes for a room who came, and returns whom it marked. Not under the room's lock: this waits for the database,
    and whoever writes would wait for both. What is collected meanwhile is told together with what is there already."""
    pending = _pending[room_id]
    came = set(pending.dots)
    if pending.mark is None:
        return came
    try:
        pending.people |= pending.mark(room_id, came)
        return came
    except Refused:  # the database is locked
        return set()
    except Exception:
        log.exception("not marked yet", room=room_id)
        return set()


def _send_collected(room_id: int, due: Pending) -> None:
    room = live.here(room_id)
    if room is None:
        forget(room_id) if holding.locked(room_id) else forget_told(room_id)
        return
    tell_people(room, due.people, due.for_leaders)
    renamed = tell_names(room) if due.people else set()
    if renamed and (signed := on_wall.signed_by(room, renamed)):
        due.posts |= signed
        due.hidden = True
    if (different := due.dots | renamed) and room.groups_shown:
        tables = {seat.group_id for person in different if (seat := room.seat_of(person)) is not None}
        tell_members(room, tables)
    concealed = room.wall["concealed"]
    if due.posts and not concealed:
        tell_wall(room, due.posts)
    if due.hidden or (due.posts and (concealed or on_wall.hidden_posts(room))):
        tell_hidden(room)
    if due.notices and (found := counting.notices(room)):
        say(streams.COUNTED_NOTICES, found, of_desks("leader", room_id))


def turn_wall(room: Room, posts: Collection[str]) -> None:
    """The whole wall goes, or comes back, before anything else is said; with it what still waited to be told."""
    pending = _pending[room.id]
    if turned := {*posts, *pending.posts}:
        tell_wall(room, turned)
    tell_hidden(room)
    pending.posts.clear()


def count_soon(room_id: int) -> None:
    """Lets leaders hear how far everyone is: at once after a quiet moment, at most once a second."""
    if room_id not in _counting:
        _counting.add(room_id)
        begin(_send_progress, room_id, otherwise=lambda: _counting.discard(room_id))


def _send_progress(room_id: int) -> None:
    pace = streams.PROGRESS.pace_seconds
    rest(max(0.0, pace - (time.monotonic() - _counted.get(room_id, -pace))))
    with room_locks[room_id]:
        _counting.discard(room_id)
        _counted[room_id] = time.monotonic()
        try:
            room = live.here(room_id)
            if room is None:
                _counted.pop(room_id, None)
                return
            say(streams.PROGRESS, counting.progress(room), of_desks("leader", room_id))
        except Exception as error:
            if not isinstance(error, Refused):
                log.exception("not counted yet", room=room_id)
            if everyone_in(room_id):  # where nobody is, whoever comes next is told anyway
                count_soon(room_id)


def _forget(room_id: int) -> None:
    _pending.pop(room_id, None)
    _counted.pop(room_id, None)
    _counting.discard(room_id)


also_forget.append(_forget)
