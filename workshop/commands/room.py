"""A leader about the room as a whole."""

from __future__ import annotations

from ..rooms import joining, writing
from ..rooms.change import Change
from .leader import LeaderCommand


class Lock(LeaderCommand):
    """Lets nobody new come in."""

    def do_it(self, change: Change) -> None:
        joining.lock(change, True)


class Unlock(LeaderCommand):
    """Opens the door again."""

    def do_it(self, change: Change) -> None:
        joining.lock(change, False)


class Close(LeaderCommand):
    """Ends writing in the room."""

    def do_it(self, change: Change) -> None:
        writing.close(change)


SettingCommand = Lock | Unlock | Close
