"""Who may read which note (docs/decisions/0004; docs/protocol.md, From a client)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workshop.core.programme import Step
from workshop.core.roles import SPEAKING, Role

Visibility = Literal["me", "group", "organiser"]

OBSERVED = ("conversation", "feedback")
"""The steps in which an observer looks on and writes down what they see."""
OPENED = ("feedback", "notes")
"""The steps from which on a group looks at what its observer saw and counted."""


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What decides about a note: who wrote it, in which circle of their phones, for whom, in which group (None: in
    none), when (ms), and which round's observer's sheet it belongs to (None: to none)."""

    writer: int
    circle: str
    visibility: Visibility
    group: int | None
    written_at: int
    sheet: int | None = None


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What decides about a phone that asks: whose it is, which circles it shows in full, the group they are in now
    (None: in none), and since when (ms); the rounds whose sheets are opened; and from when until when (ms) they were
    gone from that group before they came back to it."""

    person: int
    circles: frozenset[str]
    group: int | None
    since_ms: int
    opened: frozenset[int] = frozenset()
    away: Sequence[tuple[int, int]] = ()


def may_read(note: NoteFacts, reader: ReaderFacts) -> bool:
    """Always true on the writer's own phones. True for others only if the note is open to its group, and they were in
    that group when it was written and still are; a note of the observer's sheet opens with the feedback of that round.
    Another phone in the writer's name counts as one of the others, who sat there with the writer. A note for the
    organiser is not for the group. Leaders never read through here."""
    if note.circle in reader.circles:
        return True
    sits_there = note.group is not None and reader.group == note.group
    there_then = reader.person == note.writer or was_there(reader.since_ms, reader.away, note.written_at)
    return is_open(note, reader.opened) and sits_there and there_then


def was_there(since: int, away: Sequence[tuple[int, int]], at: int) -> bool:
    """Did someone who sits in a group since then, and was gone from it in between, sit there at that moment (ms)?"""
    return since <= at and not any(gone <= at < back for gone, back in away)


def is_open(note: NoteFacts, opened: frozenset[int]) -> bool:
    """True when a note is open to its group: its writer said so, and it is not part of a sheet that is still closed."""
    return note.visibility == "group" and (note.sheet is None or note.sheet in opened)


def of_the_sheet(step: Step, role: Role | None) -> bool:
    """Does what someone writes in this step belong to the observer's sheet? It does whatever question it answers, as a
    program may call that anything; and for anyone who does not speak in the round: someone without a seat listens in at
    a table."""
    return step.kind in OBSERVED and role not in SPEAKING


def opened_rounds(steps: Sequence[Step], index: int) -> frozenset[int]:
    """The rounds whose observations and counts the group may look at: those that have reached the feedback, or that are
    over if the leader left the feedback out."""
    begun = {step.round for step in steps[: index + 1] if step.round}
    to_come = {step.round for step in steps[index:]}
    looked_at = {step.round for step in steps[: index + 1] if step.kind in OPENED}
    return frozenset(number for number in begun if number in looked_at or number not in to_come)


def in_download(note: NoteFacts) -> bool:
    """True when its writer gave the note to the organiser, and it is not part of the sheet, which never leaves the
    group; nothing else reaches the organiser's download."""
    return note.visibility == "organiser" and note.sheet is None
