"""The audit trail: what was done with phones, names and files, when, and by which kind of holder. Never a word of what
anyone wrote, and no name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import Room, Trace
from .change import Change, TrailGrew

Did = Literal[
    "leaders_pass", "own_pass", "merge", "that_is_me", "not_me", "remove", "restore", "rename",
    "wall", "reflections", "print", "erase", "close",
]  # fmt: skip
By = Literal["person", "leader", "organiser", "server"]
Shape = dict[str, Any]
TOLD = 100
AGAIN_MS = 60_000
ALWAYS = ("leaders_pass", "own_pass", "merge")


def mark(change: Change, did: Did, by: By, person_id: int | None = None) -> None:
    """Adds a line. What can be done each second is one line a minute: nobody fills the trail with asking for a file."""
    same = (Trace.room_id == change.room.id) & (Trace.did == did) & (Trace.by == by) & (Trace.person_id == person_id)
    lately = select(Trace.id).where(same, Trace.at > change.now - AGAIN_MS).limit(1)
    if did not in ALWAYS and change.session.scalar(lately) is not None:
        return
    change.session.add(Trace(room_id=change.room.id, at=change.now, did=did, by=by, person_id=person_id))
    change.tell(TrailGrew())


def of_room(session: Session, room: Room) -> list[Shape]:
    """The last lines of a room, the newest last, for its leaders."""
    query = select(Trace).where(Trace.room_id == room.id).order_by(Trace.id.desc()).limit(TOLD)
    return [_shape(trace) | {"person": trace.person_id} for trace in session.scalars(query)][::-1]


def of_people(session: Session, people: Collection[int]) -> dict[int, list[Shape]]:
    """What concerns each of them, the newest last."""
    found: dict[int, list[Shape]] = {person_id: [] for person_id in people}
    for trace in session.scalars(select(Trace).where(Trace.person_id.in_(people)).order_by(Trace.id)):
        found[trace.person_id or 0].append(_shape(trace))
    return {person_id: traces[-TOLD:] for person_id, traces in found.items()}


def _shape(trace: Trace) -> Shape:
    return {"at": trace.at, "did": trace.did, "by": trace.by}
