"""THE WIRE IN: what each message may say, and the one use case it leads to.

A message is a struct; its `do` is the use case. Text is trimmed and composed (NFC) before its length is checked, and
what cannot be seen is taken out. A message never says who sends it. A person's messages are in `person`, a leader's in
`groups`, `people`, `wall`, `help` and `room`; those for the clock are in `core`.
"""

from __future__ import annotations

from typing import Any, get_args

from msgspec import Struct

from ..access import MAY, Holder
from ..core.errors import Refused
from ..core.run import Command as ClockCommand
from ..rooms import running, undoing
from ..rooms.change import Change
from .groups import GroupCommand
from .help import HelpCommand
from .leader import LeaderCommand
from .people import PassOn, PeopleCommand, pass_shape
from .person import (
    Choose,
    EraseMe,
    Hand,
    Leave,
    Message,
    Note,
    Post,
    Recognise,
    Return,
    Safe,
    Seen,
    Sit,
    Tally,
    ThatIsMe,
)
from .room import SettingCommand
from .undo import Inverse, Undo
from .wall import WallCommand
from .words import Answer, Id, Name, clean, convert, one_line

__all__ = [
    "EVENTS", "ClockCommand", "Command", "Id", "Message", "Name", "RoomCommand",
    "convert", "one_line", "parse", "pass_shape",
]  # fmt: skip

RoomCommand = GroupCommand | PeopleCommand | WallCommand | HelpCommand | SettingCommand | Undo


class Expecting(Struct, frozen=True):
    """What every command may carry: the version its leader saw."""

    expect: int | None = None


class Command(Message):
    """A leader's command, clock or room."""

    what: ClockCommand | RoomCommand
    expect: int | None = None

    @property
    def says_address(self) -> bool:
        return isinstance(self.what, PassOn)

    def do(self, change: Change, holder: Holder) -> Answer:
        """Does it and answers with the version the room then has, and, if it can be undone, with its number."""
        before = undoing.newest(change)
        if isinstance(self.what, LeaderCommand):
            running.meet(change, self.expect)
            answer = self.what.do_it(change)
        else:
            answer = None
            running.command(change, self.what, self.expect)
        deed = undoing.newest(change)
        undoable = {"deed": deed} if deed is not None and deed > (before or 0) else {}
        return {**(answer or {}), **undoable, "version": change.value.version}


class Nothing(Struct, frozen=True):
    """`{}`."""


EVENTS: dict[str, Any] = {
    "clock": Nothing,
    "sync": Nothing,
    "command": ClockCommand | RoomCommand,
    "note": Note,
    "post": Post,
    "recognise": Recognise,
    "tally": Tally,
    "choose": Choose,
    "safe": Safe,
    "hand": Hand,
    "sit": Sit,
    "seen": Seen,
    "leave": Leave,
    "return": Return,
    "erase_me": EraseMe,
    "that_is_me": ThatIsMe,
}
"""Every event a client may send."""

if undeclared := [event for event in EVENTS if event not in MAY]:
    raise TypeError(f"who may say {', '.join(undeclared)}?")
if unsaid := {*Message.__subclasses__()} - {Command, *EVENTS.values()}:
    raise TypeError(f"nobody can say {', '.join(kind.__name__ for kind in unsaid)}")
if undeclared := [
    kind.__name__ for kind in LeaderCommand.__subclasses__() if kind not in get_args(RoomCommand | Inverse)
]:
    raise TypeError(f"no leader can send, and nothing takes back by, {', '.join(undeclared)}")


def _as_kept(key: str, value: Any) -> Any:
    """An id the same, however it is spelt; a name or title as one line."""
    match key, value:
        case "id" | "post" | "circle", str():
            return value.lower()
        case "posts", list():
            return [one.lower() if isinstance(one, str) else one for one in value]
        case "name" | "team" | "title", str():
            return one_line(value)
    return value


def parse(event: str, payload: object) -> Message | Nothing:
    """The message in a payload. Refused("not_found", "invalid" or "too_large") says why there is none."""
    if event not in EVENTS:
        raise Refused("not_found", "There is no such message.")
    try:
        payload = clean(payload)
    except RecursionError as error:
        raise Refused("invalid", "This is nested too deeply.") from error
    if isinstance(payload, dict):
        payload = {key: _as_kept(key, value) for key, value in payload.items()}
    if event == "command":
        return Command(what=convert(payload, EVENTS[event]), expect=convert(payload, Expecting).expect)
    message: Message | Nothing = convert(payload, EVENTS[event])
    return message
