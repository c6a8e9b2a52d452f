"""A run, as its room's row has it."""

from __future__ import annotations

import msgspec

from ..core import run as rules
from ..core.run import Run
from ..models import Room


def keep(room: Room, run: Run) -> None:
    """Writes a run back to its row."""
    room.steps = msgspec.to_builtins(run.steps)
    room.step_index = run.index
    room.clock = msgspec.to_builtins(run.clock)
    room.slide = run.slide
    room.version = run.version
    room.way_back = msgspec.to_builtins(run.left)
    room.entered_at = run.entered_at
    room.began_at = run.began_at
    room.due_at = rules.due(run)
