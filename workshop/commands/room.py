"""A leader about the room as a whole."""

from __future__ import annotations

from ..rooms import writing
from ..rooms.change import Change
from .leader import LeaderCommand


class Close(LeaderCommand):
    """Ends writing in the room."""

    def do_it(self, change: Change) -> None:
        writing.close(change)


SettingCommand = Close
