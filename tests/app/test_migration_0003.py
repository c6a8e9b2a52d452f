"""A database of the version before batches, in every state in which an update can find a room (docs/decisions/0017)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from conftest import POSTGRES
from live import ROOT, Server

from workshop.core.clock import Clock
from workshop.core.programme import Step
from workshop.models import Base, Note, Room
from workshop.store.codes import room_by_code

BEFORE = "0001"
STEPS = msgspec.to_builtins(
    [Step("welcome", ""), *(Step(k, "", round=1) for k in ("brief", "conversation", "notes")), Step("closing", "")]
)
ROLES = ("client", "professional", "observer")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is empty."""
    if request.param == "sqlite":
        (tmp_path / "instance").mkdir()
        yield f"sqlite:///{tmp_path / 'instance' / 'old.sqlite'}"
        return
    request.getfixturevalue("postgres_url")  # skips where there is none
    name = f"workshop_old_{os.getpid()}"
    admin = sa.create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield f"{POSTGRES}/{name}".replace("+psycopg2", "")
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def migrate(connection: sa.Connection, to: str, *, down: bool = False) -> None:
    """Brings a database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, to)


class Old:
    """Rows as the version before wrote them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.tables = connection, sa.MetaData()
        self.tables.reflect(connection)

    def add(self, table: str, **row: Any) -> int:
        """One row; what it does not say is false, zero or empty."""
        columns = self.tables.tables[table].columns
        empty = {"JSON": [], "BOOLEAN": False}
        for column in columns:
            if column.name not in row and not column.nullable and not (column.primary_key and column.name == "id"):
                kind = type(column.type).__name__.upper()
                row[column.name] = empty.get(kind, "" if isinstance(column.type, sa.String) else 0)
        done = self.connection.execute(self.tables.tables[table].insert().values(**row))
        return int(done.inserted_primary_key[0]) if "id" not in row else 0

    def room(self, code: str, step: int, writers: int, *, closed: bool = False, simulated: bool = False) -> None:
        """A room in which so many people shared a note each, and one shared what they saw as an observer."""
        never = 4_102_444_800_000
        room = self.add("rooms", code=code, salt=code, title=code, language="nl", pack="nl", erase_at=never, version=1,
                        steps=STEPS, step_index=step, clock=msgspec.to_builtins(Clock.idle(0)), leftovers="observers",
                        groups_shown=True, closed=closed,
                        wall={"concealed": False, "spotlight": None, "column": None, "page": 0})  # fmt: skip
        group = self.add("groups", room_id=room, number=1, active=True)
        for number in range(max(writers, 3)):
            person = self.add("people", room_id=room, name=f"P{number}", simulated=simulated)
            self.add("seats", person_id=person, group_id=group, place=number, roles=[ROLES[min(number, 2)]])
            if number < writers:
                self.note(room, person, group, f"shared {number}", "organiser", None)
            if number == 2:
                self.note(room, person, group, "seen, for me", "me", 1)
                self.note(room, person, group, "seen, by a program", "organiser", 1)

    def note(self, room: int, person: int, group: int, text: str, visibility: str, round: int | None) -> None:
        """One note."""
        prompt = "tip" if round else "case"
        self.add("notes", room_id=room, person_id=person, group_id=group, id=str(uuid.uuid4()), prompt=prompt,
                 text=text, visibility=visibility, round=round)  # fmt: skip


def test_what_an_update_does_with_the_notes_there_are(url: str, tmp_path: Path) -> None:
    plain = url.replace("postgresql://", "postgresql+psycopg2://")
    engine = sa.create_engine(plain)
    with engine.begin() as connection:
        migrate(connection, BEFORE)
        old = Old(connection)
        old.room("10000001", 2, 6)
        old.room("10000002", 4, 5)
        old.room("10000003", 4, 4)
        old.room("10000004", 4, 1, closed=True)
        old.room("10000005", 4, 6, simulated=True)
    engine.dispose()
    with Server(tmp_path, DATABASE_URL=url) as server:

        def read(code: str) -> list[str]:
            with server.database.reading() as session:
                room = room_by_code(session, code)
                assert room is not None
                token = server.keys.key(room, "organiser")
            notes = server.get(f"/reflections/{code}.json", token).json()["notes"]
            return sorted(text for prompt in notes for text in prompt["texts"])

        assert read("10000001") == [], "in the middle of an afternoon nothing is out"
        assert read("10000002") == [f"shared {n}" for n in range(5)], "in the closing: the batch of that moment"
        assert read("10000003") == [], "and none of four"
        assert read("10000004") == ["seen, by a program", "shared 0"], "closed: nobody loses what they could read"
        assert read("10000005") == [], "a rehearsal is no batch"
        with server.database.reading() as session:
            sheets = session.execute(
                sa.select(Room.code, Note.text).join(Room, Room.id == Note.room_id).where(Note.sheet == 1)
            ).all()
        assert {code for code, _ in sheets} == {"10000001", "10000002", "10000003", "10000005"}
        assert {text for _, text in sheets} == {"seen, for me", "seen, by a program"}
    engine = sa.create_engine(plain)
    with engine.begin() as connection:
        counts = {t: connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in ("people", "notes", "seats")}
        migrate(connection, "0002", down=True)
        after = {t: connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in counts}
        assert after == counts and "batch" not in {c["name"] for c in sa.inspect(connection).get_columns("notes")}
        migrate(connection, "head")
        assert {t: connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in counts} == counts
        columns = {c["name"] for c in sa.inspect(connection).get_columns("notes")}
        assert columns == set(Base.metadata.tables["notes"].columns.keys())
    engine.dispose()
