"""What leaves a room as a file: the wall, and the notes whose writers shared them with the organiser."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..content import load
from ..exports import HEADINGS, Note, Post, Reflections
from ..models import Note as NoteRow
from ..models import Room
from . import reading

HEADINGS_NL = {
    "wall": "Wand",
    "notes": "Gedeelde notities",
    "question": "Vraag",
    "text": "Tekst",
    "name": "Naam",
    "recognised": "Herkend door",
}


def record(session: Session, room: Room, *, with_notes: bool) -> Reflections:
    """The record of a room. Hidden posts are not in it. `with_notes` is for the organiser alone."""
    pack = load(room.pack)
    shared: tuple[Note, ...] = ()
    if with_notes:
        query = select(NoteRow).where(NoteRow.room_id == room.id, NoteRow.visibility == "organiser")
        shared = tuple(Note(n.prompt, n.text) for n in session.scalars(query))
    posts = reading.wall(session, room)
    told = {p["column"] for p in posts}
    return Reflections(
        title=room.title,
        code=room.code,
        language=room.language,
        held_on=datetime.fromtimestamp(room.created_at / 1000, UTC).date(),
        columns=tuple((c.key, c.question) for c in pack.wall if c in pack.columns or c.key in told),
        prompts={p.key: p.label for p in pack.prompts},
        posts=tuple(Post(p["column"], p["text"], p["name"], p["recognised"]) for p in posts),
        notes=shared,
        headings=HEADINGS_NL if room.language == "nl" else HEADINGS,
    )
