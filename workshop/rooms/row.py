"""A room's row and a note's, and the rules' view of them."""

from __future__ import annotations

import msgspec

from ..core import run as rules
from ..core.clock import Clock
from ..core.programme import Step
from ..core.reading import NoteFacts
from ..core.run import Left, Run
from ..models import Note, Room


def run_of(room: Room) -> Run:
    """The rules' view of a room's row."""
    return Run(
        steps=msgspec.convert(room.steps, tuple[Step, ...]),
        index=room.step_index,
        clock=msgspec.convert(room.clock, Clock),
        slide=room.slide,
        version=room.version,
        left=msgspec.convert(room.way_back, tuple[Left, ...]),
        entered_at=room.entered_at,
        began_at=room.began_at,
    )


def facts(note: Note) -> NoteFacts:
    """The rules' view of a note's row."""
    return NoteFacts(note.person_id, note.circle, note.visibility, note.group_id, note.written_at, note.sheet)


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
