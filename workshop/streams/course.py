"""Where the room is in its afternoon, and how far everyone is."""

from __future__ import annotations

from .. import wire
from ..access import EVERYONE
from ..room import room as records
from ..rooms import counting, reading
from .stream import LEADER, Part, Stream

SNAPSHOT = Stream(
    event="snapshot",
    message=wire.Snapshot,
    to=EVERYONE,
    who="a socket, right after it connected, after `sync`, and when a person's name, table or what they may read "
    "changed",
    what="and all that its holder may see, see below",
)
STEP = Stream(
    event="step",
    message=wire.StepMessage,
    to=EVERYONE,
    who="everyone",
    what="at every change of step, slide, clock, programme or `extras`, when the wall "
    "is shown otherwise, and when the room is closed, locked or unlocked. `cause` is `leader` or `clock`",
    parts=(Part("step", wire.Step, lambda reader, now: reading.step(reader.room, now), EVERYONE),),
)

PROGRAMME = Stream(
    event="programme",
    message=list[wire.ProgrammeStep],
    to=EVERYONE,
    who="everyone",
    what="the list of steps, when it changed; a `step` follows",
    parts=(Part("programme", list[wire.ProgrammeStep], lambda reader, _: reading.programme(reader.room), EVERYONE),),
)

PROGRESS = Stream(
    event="progress",
    message=wire.Progress,
    to=LEADER,
    who="leaders",
    what="how far everyone is, in numbers, see below",
    made_of=frozenset({records.Note, records.Post, records.Person, records.Group, records.Seat}),
    pace_seconds=1,
    parts=(Part("progress", wire.Progress, lambda reader, _: counting.progress(reader.room), LEADER),),
)

OWN_NOTES = Stream(
    event="own_notes",
    message=list[str],
    to=LEADER,
    who="leaders",
    what="what leaders wrote for themselves about each step, a text for each in the order of the `programme` (empty "
    "where there is none); when one changed, and after a `programme`",
    parts=(Part("own_notes", list[str], lambda reader, _: reading.own_notes(reader.room), LEADER),),
)
