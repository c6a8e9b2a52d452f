"""shared notes leave in batches, and what an observer wrote is remembered as the sheet

What was out stays out where the room is closed (batch 0: whatever the number of writers). In a room that stands in its
closing the batch of that moment is given now, if five people shared something. In any other room nothing is out.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LEAST = 5
ASKED_OF_OBSERVERS = ("worked_well", "tip")


def upgrade() -> None:
    # Never by copying a table: SQLite would take the rows of other tables along that hang under it.
    op.add_column("rooms", sa.Column("batches", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notes", sa.Column("batch", sa.Integer(), nullable=True))
    op.add_column("notes", sa.Column("sheet", sa.Integer(), nullable=True))
    for room_id, closed, index, steps in list(_run("SELECT id, closed, step_index, steps FROM rooms")):
        if closed:
            _run("UPDATE rooms SET batches = 2 WHERE id = :room", room=room_id)
            _run("UPDATE notes SET batch = 0 WHERE room_id = :room AND visibility = 'organiser'", room=room_id)
            continue
        _remember_sheets(room_id)
        if _read(steps)[index]["kind"] == "closing":
            _give_batch(room_id)


def downgrade() -> None:
    op.drop_column("notes", "sheet")
    op.drop_column("notes", "batch")
    op.drop_column("rooms", "batches")


def _remember_sheets(room_id: int) -> None:
    """As the phone page has told them apart until now: an observer's answers to what the sheet asks."""
    seats = _run(
        "SELECT seats.person_id, seats.roles FROM seats JOIN groups ON groups.id = seats.group_id"
        " WHERE groups.room_id = :room ORDER BY groups.id",
        room=room_id,
    )
    roles = {person: _read(line) for person, line in seats}
    notes = _run("SELECT person_id, id, prompt, round FROM notes WHERE room_id = :room", room=room_id)
    for person, note, prompt, number in list(notes):
        line = roles.get(person, [])
        if prompt in ASKED_OF_OBSERVERS and number and number <= len(line) and line[number - 1] == "observer":
            _run(
                "UPDATE notes SET sheet = :round WHERE person_id = :person AND id = :note",
                round=number, person=person, note=note,
            )  # fmt: skip


def _give_batch(room_id: int) -> None:
    _run("UPDATE rooms SET batches = 1 WHERE id = :room", room=room_id)
    shared = "notes.room_id = :room AND notes.visibility = 'organiser' AND notes.sheet IS NULL"
    writers = _run(
        "SELECT count(DISTINCT people.id) FROM notes JOIN people ON people.id = notes.person_id"
        f" WHERE {shared} AND NOT people.simulated AND NOT people.by_hand AND NOT people.stand_in",
        room=room_id,
    ).scalar_one()
    if writers >= LEAST:
        _run(f"UPDATE notes SET batch = 1 WHERE {shared}", room=room_id)


def _run(sql: str, **values: object) -> sa.CursorResult[tuple[object, ...]]:
    return op.get_bind().execute(sa.text(sql), values)


def _read(value: object) -> list:
    """A JSON column, which PostgreSQL's driver has read already."""
    return json.loads(value) if isinstance(value, str) else list(value)
