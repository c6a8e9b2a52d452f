"""circles of phones, and the audit trail

What stood in `reads` and `written_as` says which phones showed each other everything, so it becomes their circle:
phones with the same bounds are of one. Nothing says on which phone something was written after a leader let another
one in, or after a merge. It goes to the circle of the phone that was there first: that one shows what it showed, and
the other ones no longer what may have been written there (docs/decisions/0010). Where two entries were merged nobody
knows either on whose phone a line was put on the wall; then it is of a circle that has no phone.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WRITTEN = ("notes", "posts", "recognitions", "tallies", "seen")
KEYS = {
    "notes": ("circle", "id"),
    "recognitions": ("circle", "post_id"),
    "tallies": ("circle", "id"),
    "seen": ("notice_id", "circle"),
}


def upgrade() -> None:
    bind = op.get_bind()
    circles = _circles(bind)
    _phones(bind, circles)
    for name in WRITTEN:
        op.add_column(name, sa.Column("circle", sa.String(length=36), nullable=True))
    _fill(bind, circles)
    _undo(bind, circles)
    for name, key in KEYS.items():
        _key(bind, name, key)
        op.create_index(f"ix_{name}_person_id", name, ["person_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["phone"], ["phones.token_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("phone", "about"),
    )
    op.create_index("ix_answers_about", "answers", ["about"], unique=False)
    op.create_table(
        "trail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("did", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_trail_room_id", "trail", ["room_id"], unique=False)
    op.create_index("ix_trail_person_id", "trail", ["person_id"], unique=False)


def _key(bind: Any, name: str, key: tuple[str, ...]) -> None:
    """Gives a table another primary key, and takes what the old one stood for out of it."""
    if bind.dialect.name == "postgresql":
        op.drop_constraint(f"{name}_pkey", name, type_="primary")
        op.alter_column(name, "circle", nullable=False)
        op.create_primary_key(f"{name}_pkey", name, list(key))
        if name == "notes":
            op.drop_column("notes", "written_as")
        return
    was = sa.Table(name, sa.MetaData(), autoload_with=bind)
    columns = [
        sa.Column(column.name, column.type, nullable=column.nullable and column.name not in key)
        for column in was.columns
        if column.name != "written_as"
    ]
    links = [
        sa.ForeignKeyConstraint(
            link.column_keys, [one.target_fullname for one in link.elements], ondelete=link.ondelete
        )
        for link in was.foreign_key_constraints
    ]
    indexes = [sa.Index(index.name, *(column.name for column in index.columns)) for index in was.indexes]
    to_be = sa.Table(name, sa.MetaData(), *columns, sa.PrimaryKeyConstraint(*key), *links, *indexes)
    with op.batch_alter_table(name, copy_from=to_be, recreate="always"):
        pass


class _Circle:
    """The phones of one person with the same bounds. The first in `reads` is the entry they came in as."""

    def __init__(self, reads: dict[int, int], guest: bool) -> None:
        self.name, self.reads, self.guest = str(uuid.uuid4()), reads, guest
        self.entry, self.since = next(iter(reads.items()))
        self.phones: list[str] = []


class _Circles:
    """The circles of each person."""

    def __init__(self, people: dict[int, Any]) -> None:
        self.people = people
        self.of: dict[int, list[_Circle]] = defaultdict(list)
        self._nobodys: dict[int, str] = {}

    def with_bounds(self, person: int, reads: dict[int, int], guest: bool) -> _Circle | None:
        return next((one for one in self.of[person] if (one.reads, one.guest) == (reads, guest)), None)

    def of_entry(self, person: int, entry: int) -> str:
        """Where that was written which someone wrote as this entry: on the phones that came in as it, or, where it had
        none, on those that showed it from the beginning."""
        came = [one for one in self.of[person] if not one.since]
        own = [one for one in came if one.entry == entry] or [one for one in came if one.reads.get(entry) == 0]
        return self._only(person, own)

    def of_person(self, person: int) -> str:
        """Where everything else was written."""
        return self._only(person, [one for one in self.of[person] if not one.since])

    def _only(self, person: int, circles: list[_Circle]) -> str:
        if len(circles) == 1:
            return circles[0].name
        return self._nobodys.setdefault(person, str(uuid.uuid4()))


def _circles(bind: Any) -> _Circles:
    people = bind.execute(sa.text("SELECT id, joined_at, by_hand FROM people"))
    circles = _Circles({row.id: row for row in people})
    for row in bind.execute(sa.text("SELECT token_hash, person_id, reads, guest FROM phones")):
        reads = _read(row.reads)
        circle = circles.with_bounds(row.person_id, reads, bool(row.guest))
        if circle is None:
            circle = _Circle(reads, bool(row.guest))
            circles.of[row.person_id].append(circle)
        circle.phones.append(row.token_hash)
    return circles


def _read(reads: Any) -> dict[int, int]:
    found = json.loads(reads) if isinstance(reads, str) else reads
    return {int(entry): since for entry, since in found.items()}


def _phones(bind: Any, circles: _Circles) -> None:
    passes = list(bind.execute(sa.text("SELECT code_hash, person_id, reads, guest FROM passes")))
    op.add_column("phones", sa.Column("circle", sa.String(length=36), nullable=True))
    op.add_column("phones", sa.Column("came", sa.String(length=8), nullable=True))
    op.add_column("phones", sa.Column("came_at", sa.BigInteger(), nullable=True))
    op.add_column("phones", sa.Column("merged_at", sa.BigInteger(), nullable=True))
    op.add_column("phones", sa.Column("ended", sa.Boolean(), nullable=True))
    op.add_column("passes", sa.Column("circle", sa.String(length=36), nullable=True))
    rows = []
    for person, own in circles.of.items():
        joined, by_hand = circles.people[person].joined_at, circles.people[person].by_hand
        for circle in own:
            came = "guest" if circle.since else "first" if by_hand else "door"
            at = circle.since or joined
            merged = max(at, *circle.reads.values()) if len(circle.reads) > 1 else None
            rows += [
                {"hash": phone, "circle": circle.name, "came": came, "at": at, "merged": merged}
                for phone in circle.phones
            ]
    _many(
        bind,
        "UPDATE phones SET circle = :circle, came = :came, came_at = :at, merged_at = :merged, ended = false"
        " WHERE token_hash = :hash",
        rows,
    )
    made_by = ((row, circles.with_bounds(row.person_id, _read(row.reads), bool(row.guest))) for row in passes)
    known = [{"hash": row.code_hash, "circle": circle.name} for row, circle in made_by if circle]
    _many(bind, "UPDATE passes SET circle = :circle WHERE code_hash = :hash", known)
    with op.batch_alter_table("phones") as table:
        for name, kind in (
            ("circle", sa.String(length=36)), ("came", sa.String(length=8)),
            ("came_at", sa.BigInteger()), ("ended", sa.Boolean()),
        ):  # fmt: skip
            table.alter_column(name, existing_type=kind, nullable=False)
        table.drop_column("reads")
        table.drop_column("guest")
    with op.batch_alter_table("passes") as table:
        table.drop_column("reads")
        table.drop_column("guest")


def _fill(bind: Any, circles: _Circles) -> None:
    notes = bind.execute(sa.text("SELECT DISTINCT person_id, written_as FROM notes"))
    _many(
        bind,
        "UPDATE notes SET circle = :circle WHERE person_id = :person AND coalesce(written_as, person_id) = :entry",
        [
            {"circle": circles.of_entry(row.person_id, entry), "person": row.person_id, "entry": entry}
            for row in notes
            for entry in [row.written_as or row.person_id]
        ],
    )
    for name in WRITTEN[1:]:
        people = bind.scalars(sa.text(f"SELECT DISTINCT person_id FROM {name} WHERE person_id IS NOT NULL"))
        rows = [{"circle": circles.of_person(person), "person": person} for person in people]
        _many(bind, f"UPDATE {name} SET circle = :circle WHERE person_id = :person", rows)


def _undo(bind: Any, circles: _Circles) -> None:
    """A title that can be had back remembers who recognised it."""
    rooms = sa.table("rooms", sa.column("id", sa.Integer), sa.column("undo", sa.JSON))
    for room_id, undo in bind.execute(sa.select(rooms.c.id, rooms.c.undo)).all():
        titles = [title for entry in undo for title in entry.get("make", ()) if title.get("recognised")]
        for title in titles:
            title["recognised"] = [circles.of_person(person) for person in title["recognised"]]
        if titles:
            bind.execute(sa.update(rooms).where(rooms.c.id == room_id).values(undo=undo))


def _many(bind: Any, statement: str, rows: Iterable[dict[str, Any]]) -> None:
    if rows := list(rows):
        bind.execute(sa.text(statement), rows)


def downgrade() -> None:
    raise NotImplementedError("What is written in circles cannot go back to a table that does not know them.")
