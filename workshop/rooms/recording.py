"""What leaves a room as a file: the wall, and the notes whose writers shared them with the organiser."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..content import load
from ..exports import HEADINGS, Note, Post, Reflections
from ..models import Note as NoteRow
from ..models import Room
from . import on_wall

HEADINGS_NL = {
    "wall": "Wand",
    "notes": "Gedeelde notities",
    "question": "Vraag",
    "text": "Tekst",
    "name": "Naam",
    "recognised": "Herkend door",
    "under": "Hoort bij",
}


def record(session: Session, room: Room, *, with_notes: bool) -> Reflections:
    """The record of a room. Hidden posts are not in it; a wall that was never revealed is.
    `with_notes` is for the organiser alone."""
    pack = load(room.pack)
    shared: tuple[Note, ...] = ()
    if with_notes:
        query = select(NoteRow).where(NoteRow.room_id == room.id, NoteRow.visibility == "organiser")
        shared = tuple(Note(n.prompt, n.text) for n in session.scalars(query))
    posts = on_wall.revealed_wall(session, room)
    told = {p["column"] for p in posts}
    return Reflections(
        title=room.title,
        code=room.code,
        language=room.language,
        held_on=datetime.fromtimestamp(room.created_at / 1000, UTC).date(),
        columns=tuple((c.key, c.question) for c in pack.wall if c in pack.columns or c.key in told),
        prompts={p.key: p.label for p in pack.prompts},
        posts=_posts(posts),
        notes=shared,
        headings=HEADINGS_NL if room.language == "nl" else HEADINGS,
    )


def _posts(wall: list[on_wall.Shape]) -> tuple[Post, ...]:
    """The lines of the wall, those that were put together under their title."""
    under: dict[str | None, list[on_wall.Shape]] = defaultdict(list)
    for post in wall:
        under[post["bundle"]].append(post)
    return tuple(_post(post, tuple(_post(line) for line in under[post["id"]])) for post in under[None])


def _post(shape: on_wall.Shape, lines: tuple[Post, ...] = ()) -> Post:
    return Post(shape["column"], shape["text"], shape["name"], shape["recognised"], lines)
