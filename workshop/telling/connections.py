"""THE DOOR OUT: who is at the other end of each open connection, and the one place from which anything is said to them.

What is said is declared as a stream, and looks as it is declared.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Literal, TypeVar

from .. import metrics, streams, wire
from ..access import Holder, Role
from ..extensions import rest, socketio
from ..guard import Guard
from ..streams import Stream

M = TypeVar("M")
GOODBYE_SECONDS = 0.25
"""How long a line that is being closed stays open, so that what was said to it can go out."""
UNREAD_SECONDS = 0.7
"""How long after an erasure a line that took nothing is cut."""
BREATH_SECONDS = 0.01
"""How long a long piece of work pauses, so that others have a turn."""
AT_ONCE = 2
"""How many tables, or snapshots, are told before others have a turn."""
MANY = 15
"""From this many tables or people on, a piece of work lets others have a turn before and after it."""
DESKS: tuple[Role, ...] = ("leader", "screen")
"""Each of them hears on a channel of its own."""
EVERY_DESK = "desks"


class Holders(dict[str, Holder]):
    """Who is at the other end of each open line; set one, or `pop` it. The lines on each channel are also kept apart:
    looking for them among thousands takes milliseconds, in which nobody else has a turn."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._on: dict[str, dict[str, Holder]] = {}

    def on(self, channel: str) -> dict[str, Holder]:
        """The lines that listen to one of `channels`, or those of `EVERY_DESK`."""
        return dict(self._on.get(channel, ()))

    def __setitem__(self, line: str, holder: Holder) -> None:
        with self._lock:
            self._put(line, holder)

    def alter(self, line: str, **different: Any) -> bool:
        """Whoever holds this line is different from now on. False if it closed just now, as with threads it may at any
        moment."""
        with self._lock:
            if (holder := self.get(line)) is None:
                return False
            self._put(line, replace(holder, **different))
            return True

    def _put(self, line: str, holder: Holder) -> None:
        self._leave(line)
        super().__setitem__(line, holder)
        for channel in _kept_apart(holder):
            self._on.setdefault(channel, {})[line] = holder

    def __delitem__(self, line: str) -> None:
        self.pop(line)

    def pop(self, line: str, *default: Any) -> Any:
        """As that of any dictionary."""
        with self._lock:
            self._leave(line)
            return super().pop(line, *default)

    def _leave(self, line: str) -> None:
        if (holder := self.get(line)) is not None:
            for channel in _kept_apart(holder):
                self._on[channel].pop(line)
                if not self._on[channel]:
                    del self._on[channel]


def _kept_apart(holder: Holder) -> list[str]:
    return [*channels(holder), *([EVERY_DESK] if holder.person_id is None else [])]


holders = Holders()
"""Those of this process."""
bounds: list[Guard] = []
"""Those around the sockets of this process."""


def everyone(room_id: int) -> str:
    """The channel that all sockets of a room listen to."""
    return f"room {room_id}"


def channels(holder: Holder) -> list[str]:
    """What a holder listens to: the room, and what is for leaders, for the screen or for this person."""
    own = of_person(holder.person_id) if holder.person_id is not None else of_desks(holder.role, holder.room_id)
    return [everyone(holder.room_id), own]


def of_person(person_id: int) -> str:
    """The channel of someone's sockets."""
    return f"person {person_id}"


def of_desks(role: Role, room_id: int) -> str:
    """The channel of a room's leaders, or of its screens."""
    return f"{role}s {room_id}"


def say(stream: Stream[M], message: M, to: str | list[str]) -> None:
    """To a channel, a socket, or several. Nothing else sends: what is sent is declared, and looks as it is declared."""
    socketio.emit(stream.event, message, to=to)  # type: ignore[arg-type]  # its stub knows one


def say_to_all(stream: Stream[M], message: M, room_id: int) -> None:
    """To everyone in a room."""
    with metrics.BROADCAST.time():
        say(stream, message, everyone(room_id))


def say_to_each(sockets: Collection[str], stream: Stream[M], message: M) -> None:
    """To each of these sockets by itself."""
    for socket in sockets:
        say(stream, message, socket)


def breathe(work: Collection[object], room_id: int) -> None:
    """Lets other rooms have a turn where there was, or will be, much to do for this one. A room that has the server to
    itself need not wait."""
    if len(work) >= MANY and len(holders) > len(lines_in(room_id)):
        rest(BREATH_SECONDS)


def lines_in(room_id: int) -> list[str]:
    """The open connections of a room in this process."""
    return [*holders.on(everyone(room_id))]


def desk_lines() -> dict[str, Holder]:
    """The open lines of leaders and screens, with who holds each."""
    return {line: one for line, one in holders.on(EVERY_DESK).items() if not one.removed}


def desk_lines_of(room_id: int) -> dict[str, Holder]:
    """Those of one room."""
    in_it = holders.on(everyone(room_id))
    return {line: one for line, one in in_it.items() if one.person_id is None and not one.removed}


def everyone_in(room_id: int) -> list[str]:
    """The sockets of a room, as the library knows them."""
    return [socket for socket, _ in list(socketio.server.manager.get_participants("/", everyone(room_id)))]  # type: ignore[attr-defined]


def lines_of(person: int, phones: Collection[str] | None = None) -> list[str]:
    """The lines of someone, or of only these phones of theirs."""
    own = holders.on(of_person(person))
    return [socket for socket, holder in own.items() if phones is None or holder.phone in phones]


def come_back(sockets: Iterable[str]) -> None:
    """Closes these connections as a network would. Their clients come back by themselves, to whoever holds their
    room."""
    for guard in bounds:
        guard.drop(sockets)


def end(lines: Collection[str], why: Literal["replaced", "signed_out"]) -> None:
    """The link or login by which these lines are open is no longer valid: each is told so, hears nothing else and is
    closed; what it still says is refused."""
    server = socketio.server  # type: ignore[attr-defined]
    for line in lines:
        if (holder := holders.get(line)) is None or not holders.alter(line, removed=True):  # it closed just now
            continue
        for channel in channels(holder):
            server.leave_room(line, channel)
        say(streams.REMOVED, wire.RemovedMessage(why=why), line)
        let_go(line)


def close(channel: str, why: Literal["leader", "erased", "not_me"]) -> None:
    """Tells every line on a channel why, and closes it: by the channel itself, whatever else is known about the
    line."""
    say(streams.REMOVED, wire.RemovedMessage(why=why), channel)
    listening = socketio.server.manager.get_participants("/", channel)  # type: ignore[attr-defined]
    for socket, _ in list(listening):
        let_go(socket)


def let_go(socket: str) -> None:
    """Closes one socket for good, once what was said to it is out; its client does not come back by itself."""

    def close() -> None:
        rest(GOODBYE_SECONDS)
        server = socketio.server  # type: ignore[attr-defined]
        line = server.manager.eio_sid_from_sid(socket, "/")
        socketio.start_background_task(server.disconnect, socket)  # it waits until all that was said is read
        rest(GOODBYE_SECONDS)
        for guard in bounds:
            guard.end(line)

    socketio.start_background_task(close)


def cut_unread(taken: list[dict[str, int]]) -> None:
    """What someone wrote and then erased may still be waiting on the line of a phone that does not read: cuts that
    line. The phone comes back by itself, and asks anew."""
    rest(UNREAD_SECONDS)
    for guard, before in zip(bounds, taken, strict=True):
        guard.cut_unread(before)
