"""A leader who takes back what was thrown away last."""

from __future__ import annotations

from ..core.errors import Refused
from ..core.run import Command as ClockCommand
from ..rooms import running, undoing
from ..rooms.change import Change
from .groups import GroupCommand
from .help import HelpCommand
from .leader import LeaderCommand
from .people import PeopleCommand
from .room import SettingCommand
from .wall import Rebundle, WallCommand
from .words import Answer, convert

Inverse = ClockCommand | GroupCommand | PeopleCommand | WallCommand | HelpCommand | SettingCommand | Rebundle
"""What may take something back: any command, and those that no leader sends."""


class Undo(LeaderCommand):
    """Takes back the last of what was thrown away. The answer says what that was; null where it no longer can be."""

    def do_it(self, change: Change) -> Answer:
        did: str | None
        did, inverse = undoing.last(change)
        rest, told = change.room.undo, len(change.news)
        try:
            with change.session.begin_nested():
                _do(change, convert(inverse, Inverse))
        except Refused:  # who it was about is erased, or the room is past it
            del change.news[told:]
            did = None
        change.room.undo = rest  # what takes something back is not itself taken back
        return {"undone": did}


def _do(change: Change, inverse: Inverse) -> None:
    if isinstance(inverse, LeaderCommand):
        inverse.do_it(change)
    else:
        running.command(change, inverse, None)
