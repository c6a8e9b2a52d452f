"""What all of a leader's commands have in common. Those for the clock are in `core`."""

from __future__ import annotations

from msgspec import Struct

from ..rooms.change import Change
from .words import Answer


class LeaderCommand(Struct, kw_only=True, tag_field="do", tag=str.lower):
    """Something a leader does. Commands for the clock are in `core`."""

    def do_it(self, change: Change) -> Answer | None:
        """Does it; raises Refused."""
        raise NotImplementedError
