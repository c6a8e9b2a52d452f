"""Who may read which note (product.md, what is private, and what is not; contract.md, visibility of a note)."""

from dataclasses import dataclass
from typing import Literal

Visibility = Literal["me", "group", "organiser"]


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What decides about a note: who wrote it, for whom, in which group (None: in none), when (ms)."""

    writer: int
    visibility: Visibility
    group: int | None
    written_at: int


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What decides about a person who asks: the group they are in now (None: in none), and since when (ms)."""

    person: int
    group: int | None
    since_ms: int


def may_read(note: NoteFacts, reader: ReaderFacts) -> bool:
    """True for the writer, always; for others only where the note is open to its group and they were in that group
    when it was written and still are. A note for the organiser is not for the group. Leaders have no way in here."""
    if reader.person == note.writer:
        return True
    sat_there = note.group is not None and reader.group == note.group and reader.since_ms <= note.written_at
    return note.visibility == "group" and sat_there


def in_download(note: NoteFacts) -> bool:
    """True when its writer gave the note to the organiser; nothing else reaches the organiser's download."""
    return note.visibility == "organiser"
