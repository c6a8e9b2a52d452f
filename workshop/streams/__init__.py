"""STREAMS: everything that clients are told, each declared once.

A declaration says what a message is called, who hears it, how often at most, how it is numbered, what it looks like
(`wire`), and which kinds of record it is made from; and its `parts`: what it keeps up to date in a snapshot, each with
the function that looks it up. So a snapshot is the whole of each of a reader's streams, and a message is what changed
in one. From here come the snapshots' types, the table in docs/protocol.md and the scripts' types (`make wire`).
"""

from __future__ import annotations

from msgspec import defstruct

from .. import wire
from ..access import EVERYONE
from ..room import room as records
from ..rooms import reading
from ..rooms.reading import Reader
from .course import OWN_NOTES, PROGRAMME, PROGRESS, SNAPSHOT, STEP
from .notices import COUNTED_NOTICES, NOTICE, NOTICES, UNSAID
from .people import ADDRESS, CALLED, GROUPS, MY_PHONES, PEN, PEOPLE, REMOVED, TRAIL
from .stream import DECLARED, OFTEN, Part, Stream
from .table import GROUP, MY_NOTES, NOTES
from .wall import HIDDEN, MY_POSTS, WALL

__all__ = [
    "ADDRESS", "CALLED", "COUNTED_NOTICES", "GROUP", "GROUPS", "HIDDEN", "MY_NOTES", "MY_PHONES", "MY_POSTS",
    "NOTES", "NOTICE", "NOTICES", "OFTEN", "OWN_NOTES", "PARTS", "PEN", "PEOPLE", "PROGRAMME", "PROGRESS", "REMOVED",
    "SNAPSHOT", "SNAPSHOTS", "STEP", "STREAMS", "TRAIL", "UNSAID", "WALL", "Reader", "Stream", "snapshot",
]  # fmt: skip

STREAMS = tuple(DECLARED)


def _parts_of(role: str) -> dict[str, Part]:
    """What a snapshot for this kind of reader holds besides what is for everyone, in the order of the declarations."""
    found = [part for stream in STREAMS for part in stream.parts if role in part.to]
    by_name = {part.name: part for part in found}
    if len(by_name) < len(found):
        raise TypeError(f"two streams keep the same for a {role}")
    return by_name


def _snapshot_of(role: str) -> type[wire.Snapshot]:
    fields = [(part.name, part.type) for part in PARTS[role].values()]
    made = defstruct(f"{role.capitalize()}Snapshot", fields, bases=(wire.Snapshot,), kw_only=True, gc=False)
    made.__doc__ = f"What a {role} may see, at once."
    return made  # type: ignore[return-value]  # its stub forgets the `bases`


PARTS = {role: _parts_of(role) for role in sorted(EVERYONE)}
SNAPSHOTS = {role: _snapshot_of(role) for role in PARTS}
"""The type of each reader's snapshot."""

SECRET = {records.Pass, records.Theme}
"""Kinds of record that no stream tells of: a pass is told once, to whoever asked for it; the organiser's themes are on
the organiser's page and in the files made there."""

if untold := set(records.KINDS) - SECRET - {kind for stream in STREAMS for kind in stream.made_of}:
    raise TypeError(f"of which stream is {', '.join(kind.__name__ for kind in untold)}?")


def snapshot(reader: Reader, seq: dict[str, int], now: int) -> wire.Snapshot:
    """The whole of each of a reader's streams, at once: after it a client only needs messages."""
    room, role = reader.room, reader.holder.role
    parts = {name: part.of(reader, now) for name, part in PARTS[role].items()}
    return SNAPSHOTS[role](version=room.version, now=now, seq=seq, room=reading.room_shape(room), **parts)
