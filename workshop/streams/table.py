"""What is said at a table, and what is written there."""

from __future__ import annotations

from .. import wire
from ..room import room as records
from ..rooms import reading
from .stream import PERSON, Part, Stream

GROUP = Stream(
    event="group",
    message=wire.GroupMessage,
    to=PERSON,
    who="each member of a group",
    what="`tally` holds the counts of rounds that have come to `feedback` (an observer sees their own at once)",
    made_of=frozenset({records.Group, records.Seat, records.Person, records.Tally, records.Note}),
    counted="line",
    parts=(Part("group", wire.OwnGroup | None, lambda reader, _: reading.group(reader), PERSON),),
)

NOTES = Stream(
    event="notes",
    message=wire.NotesMessage,
    to=PERSON,
    who="those who may read them",
    what="notes in my group that were opened, changed or closed; and, when a step opens or closes it, what an observer "
    "had opened before its time",
    made_of=frozenset({records.Note, records.Group, records.Seat}),
    counted="line",
    parts=(Part("notes", list[wire.Note], lambda reader, _: reading.readable_notes(reader), PERSON),),
)

MY_NOTES = Stream(
    event="my_notes",
    message=wire.MyNotesMessage,
    to=PERSON,
    who="the writer's sockets, of [circles](#circles) that read the one it was written in",
    what="what they wrote themselves, on this or another phone",
    made_of=frozenset({records.Note}),
)
