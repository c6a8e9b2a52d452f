"""What every command of a leader has in common. The clock's own commands are the core's."""

from __future__ import annotations

from msgspec import Struct

from ..rooms.change import Change
from .words import Answer


class LeaderCommand(Struct, kw_only=True, tag_field="do", tag=str.lower):
    """Something a leader does. The clock's own commands are the core's."""

    def do_it(self, change: Change) -> Answer | None:
        """Does it; raises Refused."""
        raise NotImplementedError
