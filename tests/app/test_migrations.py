"""A room of the version before, in mid-afternoon: brought up to date, every phone shows what it showed, but for what a
phone that a leader let in may no longer read (docs/decisions/0010)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from live import Line, Server
from sqlalchemy import MetaData, Table, create_engine, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from config import from_environment
from workshop.access import token_hash
from workshop.core.programme import Step
from workshop.database import Database
from workshop.models import Base
from workshop.rooms.opening import Wanted, open_room

Dial = Callable[..., Line]
ROOT = Path(__file__).parents[2]
NOON = 1_800_000_000_000
MINUTE = 60_000
IDS = {n: f"{n:08d}-0000-4000-8000-000000000000" for n in range(1, 20)}
PEOPLE = {1: "Noor", 2: "Sem", 3: "Fatma", 4: "Ans", 5: "Bo"}


def to(connection: Connection, revision: str) -> None:
    """Brings a database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        (tmp_path / "instance").mkdir()
        yield f"sqlite:///{tmp_path / 'instance' / 'old.sqlite'}"
        return
    postgres = make_url(request.getfixturevalue("postgres_url"))
    name = f"{postgres.database}_old"
    admin = create_engine(postgres.set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


class Before:
    """The tables as they were, to be filled as the version before filled them."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.tables = connection, MetaData()
        self.tables.reflect(connection)

    def add(self, name: str, *rows: dict[str, Any]) -> None:
        """Puts rows into a table; JSON as it stood there."""
        table: Table = self.tables.tables[name]
        for row in rows:
            known = {name: value for name, value in row.items() if name in table.columns}
            self.connection.execute(table.insert().values(**known))


def afternoon(before: Before, room: dict[str, Any]) -> None:
    """Noor wrote, and a leader let a second phone in at noon; Fatma was merged with the entry 6; Ans was added by hand
    and got a pass; Bo has two phones by a pass of their own. All but Bo sit at one table."""
    before.add("rooms", room)
    flags = {"left": False, "removed": False, "vouched": False, "simulated": False, "came": True, "stand_in": False}
    before.add(
        "people",
        *({"id": id, "room_id": 1, "name": name, "joined_at": NOON - 30 * MINUTE, "by_hand": id == 4, **flags}
          for id, name in PEOPLE.items()),
    )  # fmt: skip
    before.add("groups", {"id": 1, "room_id": 1, "number": 1, "active": True})
    before.add(
        "seats",
        *({"person_id": id, "group_id": 1, "place": id, "since": NOON - 20 * MINUTE, "roles": ["observer"] * 3}
          for id in (1, 2, 3, 4)),
    )  # fmt: skip
    phones = [
        ("phone-noor-first", 1, {"1": 0}, False),
        ("phone-noor-let-in", 1, {"1": NOON}, True),
        ("phone-sem-first", 2, {"2": 0}, False),
        ("phone-fatma-kept", 3, {"3": 0}, True),
        ("phone-fatma-other", 3, {"6": 0, "3": NOON}, False),
        ("phone-ans-first", 4, {"4": 0}, False),
        ("phone-bo-first", 5, {"5": 0}, False),
        ("phone-bo-second", 5, {"5": 0}, False),
    ]
    before.add(
        "phones",
        *({"token_hash": token_hash(token), "person_id": person, "reads": reads, "guest": guest}
          for token, person, reads, guest in phones),
    )  # fmt: skip
    wrote = [
        (1, None, "noor before", "me", -10), (1, None, "noor after", "me", 10), (1, None, "noor opened", "group", 11),
        (3, None, "fatma before", "me", -10), (3, 6, "other before", "organiser", -9),
        (3, None, "fatma or other after", "me", 10), (4, None, "ans", "me", 1), (5, None, "bo", "me", 1),
    ]  # fmt: skip
    before.add(
        "notes",
        *({"person_id": person, "id": IDS[n], "written_as": entry, "room_id": 1, "text": words,
           "visibility": visibility, "group_id": 1 if person != 5 else None,
           "prompt": "tip", "round": 1, "written_at": NOON + at * MINUTE,
           "changed_at": NOON + at * MINUTE}
          for n, (person, entry, words, visibility, at) in enumerate(wrote, start=1)),
    )  # fmt: skip
    before.add(
        "posts",
        *({"room_id": 1, "id": IDS[10 + person], "person_id": person, "wall_column": "snags",
           "text": f"line of {person}", "signed": False, "hidden": False, "posted_at": NOON}
          for person in (1, 3, 5)),
    )  # fmt: skip
    before.add("recognitions", *({"person_id": person, "post_id": IDS[15], "room_id": 1} for person in (1, 3)))
    before.add("tallies", {"person_id": 1, "id": IDS[19], "group_id": 1, "round": 1, "counter": "open", "by": 1})
    before.add("notices", {"id": 1, "room_id": 1, "text": "tea", "sent_at": NOON})
    before.add("seen", {"notice_id": 1, "person_id": 1})
    for token, person, reads, guest in (phones[1], phones[6]):
        kept = {"person_id": person, "reads": reads, "guest": guest, "expires_at": NOON}
        before.add("passes", {"code_hash": token_hash(f"pass {token}"), **kept})


def room_row() -> dict[str, Any]:
    """A room, as opening one fills its row, in the notes of its first round."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        to(connection, "head")
        with Session(connection) as session:
            room = open_room(session, Wanted("Mid-afternoon"), NOON - 60 * MINUTE)
            session.flush()
            row = {column.name: getattr(room, column.key) for column in room.__table__.columns}
    steps = [Step(**step) for step in row["steps"]]
    at = next(n for n, step in enumerate(steps) if step.kind == "notes")
    title = {"id": IDS[16], "column": "snags", "text": "time", "posted_at": NOON, "recognised": [1]}
    undo = [{"did": "unbundle", "deed": NOON, "do": "rebundle", "under": {}, "make": [title]}]
    return row | {"id": 1, "step_index": at, "groups_shown": True, "erase_at": 2 * NOON, "undo": undo}


def test_a_room_in_mid_afternoon_goes_on(old: str, tmp_path: Path, dial: Dial) -> None:
    database = Database()
    database.connect(old)
    with database.engine.begin() as connection:
        to(connection, "0001")
        afternoon(Before(connection), room_row())
    with database.rebuilding() as connection:
        to(connection, "head")
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        kept = connection.execute(text("SELECT circle FROM passes ORDER BY person_id")).scalars().all()
        phones = dict(connection.execute(text("SELECT token_hash, circle FROM phones")).all())
        assert kept == [phones[token_hash("phone-noor-let-in")], phones[token_hash("phone-bo-first")]]
        (undo,) = connection.execute(text("SELECT undo FROM rooms")).scalars()
        undo = json.loads(undo) if isinstance(undo, str) else undo
        assert undo[0]["make"][0]["recognised"] == [phones[token_hash("phone-noor-first")]]
    database.disconnect()

    with Server(tmp_path, DATABASE_URL=old) as server:
        assert server.environ["DATABASE_URL"] == from_environment(server.environ).database_url
        shown = {}
        for token in (
            "phone-noor-first",
            "phone-noor-let-in",
            "phone-sem-first",
            "phone-fatma-kept",
            "phone-fatma-other",
            "phone-ans-first",
            "phone-bo-second",
        ):
            line, me = dial(server, token), server.get("/api/me", token).json()
            notes = {note["text"] for note in line.snapshot["notes"]}
            assert {note["text"] for note in me["notes"]} <= notes
            shown[token] = notes | {post["text"] for post in line.snapshot["my_posts"]}
            line.close()
        opened = {"noor opened"}
        assert shown == {
            "phone-noor-first": {"noor before", "noor after", "line of 1"} | opened,
            "phone-noor-let-in": opened,
            "phone-sem-first": opened,
            "phone-fatma-kept": {"fatma before", "fatma or other after"} | opened,
            "phone-fatma-other": {"other before"} | opened,
            "phone-ans-first": {"ans"} | opened,
            "phone-bo-second": {"bo", "line of 5"},
        }
        first, let_in = dial(server, "phone-noor-first"), dial(server, "phone-noor-let-in")
        assert first.snapshot["my_recognised"] and not let_in.snapshot["my_recognised"]
        assert [phone["by"] for phone in first.snapshot["me"]["phones"]] == ["leader"], "and it is asked about that one"
        assert first.note("tip", "canary")["ok"]
        first.say("clock"), let_in.say("clock")
        assert "canary" not in json.dumps(let_in.heard)
        assert server.get("/api/me", "phone-noor-first", "DELETE").status == 204
