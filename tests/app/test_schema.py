"""A migration that has landed is never edited (docs/decisions/0018), and nothing is served from other tables."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import perf_counter

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from conftest import POSTGRES
from live import ROOT, Server
from sqlalchemy import create_engine, inspect, text

from workshop import migrating, schema
from workshop.core.errors import Refused
from workshop.database import Database
from workshop.models import Group, Person, Seat
from workshop.rooms.opening import Wanted, open_room

LANDED = {
    "0001": "8c54bfa7c487ca4d9fc64820f17ebe8534334430a8dee4d44e8048f9fc656c32",
    "0002": "1d51df393e44738ac5b97d1a2f84c48e7ecdb6a44eafe47b32937f274a9840ae",
    "0003": "3bf98da5fc8fd4723538252d69d0aea7da1a6ed5b17bf8914124377ac045f101",
    "0004": "8affbb0c4adcf26b17e39a2d27e9158e879f233ba3b01751cee670aa8f234622",
    "0005": "062e7e23a13f8adbf88f23ab3a21b903c2c0c3a6300f8ad26ad0c2b5c65e9273",
    "0006": "07b0c466ef64bc526530fb0e28869d2547a5e30da6c88c4b876c9031b056c66b",
    "0007": "de3e26b45142c5280dce21a90e024b1bff52c5df545d036813c344ef7d657b65",
    "0008": "502d783ae32f27df89012458223df54f77fcdebecd928201cf3cbb35c3368d1a",
    "0009": "337ee9d741c8dde3316977dd9a32d25286aeefed58640c0bb68bfc448e031e22",
    "0010": "4738ee11ef2978eb0905ce244bea194852ae08af197e4a524cd92272c453f815",
    "0011": "9ade67c7925e676d1eb0cad188536a0dc9ce78a8204f73b079a0868968fc2a2b",
    "0012": "c64a093c224993b445f36cc60ffd3f0e7bb535ca0994c52f8258af5829ca6b6c",
    "0013": "d82ae76e172ff29fe36f7b8d999d483aa5d608d6bbcee3da425583b9836d9afd",
    "0014": "6781504f6b6de60cbc6672ff91f21580bbeb5cc053bac86f53cc289de221e2e5",
    "0015": "023498d12e116bb00ebc37c8179695c573ae0580cebd88b19e50c61d246bfa0d",
    "0016": "538b6a7b87bbe8fe74ad66cafcbacf7dac70d3eca2dfcef9f7ea7e8f767cc0ba",
    "0017": "1d78ff60823cb4c47705884c2a4b8223961e8acee7b81ce5885596dcbcf7365e",
}
"""SHA-256 of each migration that has landed, in order. Here only lines are added, when one lands."""


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, on each that this machine has."""
    found = Database()
    if request.param == "sqlite":
        found.connect(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield found
        found.disconnect()
        return
    request.getfixturevalue("postgres_url")  # skips where there is none
    name, admin = f"workshop_schema_{os.getpid()}", create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    found.connect(f"{POSTGRES}/{name}")
    yield found
    found.disconnect()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations, to which a test adds one of its own."""
    return Path(shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))


def add(folder: Path, body: str) -> None:
    """One migration more, behind the newest."""
    newest = scripts(folder).get_current_head()
    head = f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'test', {newest!r}\n"
    (folder / "versions" / "test.py").write_text(f"{head}\ndef upgrade():\n{body}\n")


def scripts(folder: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def seat_noor(database: Database) -> None:
    """A room with someone at a table, as the models of today make it."""
    with database.writing() as session:
        room = open_room(session, Wanted(title="T"), 1)
        noor = Person(room_id=room.id, name="Noor", joined_at=1)
        group = Group(room_id=room.id, number=1)
        session.add_all([noor, group])
        session.flush()
        session.add(Seat(person_id=noor.id, group_id=group.id, place=0, since=1, roles=[], safe=None))


def test_what_has_landed_is_what_it_was() -> None:
    found = list(scripts(schema.MIGRATIONS).walk_revisions())[::-1]
    assert [script.revision for script in found][: len(LANDED)] == list(LANDED), "new ones come behind what has landed"
    for script in found[: len(LANDED)]:
        digest = hashlib.sha256(Path(script.path).read_bytes()).hexdigest()
        assert digest == LANDED[script.revision], f"{script.revision} has landed: add a migration, edit none"


def test_models_and_migrations_agree(empty: Database) -> None:
    schema.bring_up_to_date(empty)
    with empty.reading() as session:
        assert migrating.first_difference(session.connection()) is None
    began = perf_counter()
    schema.bring_up_to_date(empty)
    print(f"held against the models in {(perf_counter() - began) * 1000:.0f} ms")


def test_a_new_database_is_just_what_the_migrations_make(tmp_path: Path) -> None:
    """So it needs none of them to start; and one that they made is known as quickly."""
    number, made = schema.read((schema.MIGRATIONS / schema.MADE).read_text(encoding="utf-8"))
    for name, bring in (("by one", schema.bring_up_to_date), ("by all", migrating.bring_up_to_date)):
        database = Database()
        database.connect(f"sqlite:///{tmp_path / name}.sqlite")
        bring(database, schema.MIGRATIONS)
        with database.reading() as session:
            assert schema.alike(schema.statements(session.connection())) == schema.alike(made), "run `make schema`"
        assert database.number == number
        database.disconnect()


def test_a_server_on_a_new_database_does_without_alembic(tmp_path: Path) -> None:
    asked = "from workshop import cli; cli.main(cli.Runtime(*[lambda *_: sys.exit('alembic' in sys.modules)] * 4))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = ['workshop', 'serve']; {asked}"],
        env={**os.environ, "INSTANCE_PATH": str(tmp_path)}, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("ALTER TABLE people DROP COLUMN came", "table people has no column came"),
        ("ALTER TABLE people ADD COLUMN shoe_size INTEGER", "table people has a column shoe_size"),
        ("DROP TABLE seen", "table seen is not there"),
        ("CREATE TABLE strange (id INTEGER PRIMARY KEY)", "table strange is not known here"),
        ("DROP INDEX recognitions_by_post", "the index on room_id, post_id of table recognitions is not there"),
        ("CREATE INDEX strange ON notes (prompt)", "the index on prompt of table notes is not known here"),
    ],
)
def test_other_tables_are_one_sentence(empty: Database, change: str, says: str) -> None:
    schema.bring_up_to_date(empty)
    run(empty, change)
    with pytest.raises(Refused) as refused:
        schema.bring_up_to_date(empty)
    assert says in refused.value.detail and "Nothing is served." in refused.value.detail


EMAIL = 'sa.Column("email", sa.String(length=254), nullable=False)'
EDITED = {
    "column email of table accounts may be empty": (EMAIL, EMAIL.replace("False", "True")),
    "column email of table accounts is INTEGER": (EMAIL, EMAIL.replace("String(length=254)", "Integer()")),
    "the rule on email of table accounts is not there": ('sa.UniqueConstraint("email"),', ""),
    "the key of table seats is person_id, and not person_id, group_id": (
        'sa.PrimaryKeyConstraint("person_id", "group_id")',
        'sa.PrimaryKeyConstraint("person_id")',
    ),
    "the foreign key on group_id of table": (
        'sa.ForeignKeyConstraint(["group_id"], ["groups.id"], ondelete="CASCADE")',
        'sa.ForeignKeyConstraint(["group_id"], ["groups.id"])',
    ),
}


@pytest.mark.parametrize("says", EDITED)
def test_a_migration_that_somebody_edited_is_found(empty: Database, later: Path, says: str) -> None:
    edit(later, *EDITED[says])
    with pytest.raises(Refused) as refused:
        schema.bring_up_to_date(empty, later)
    assert says in refused.value.detail


def test_numbers_that_are_given_out_again_are_found(tmp_path: Path, later: Path) -> None:
    """SQLite would; PostgreSQL never does. Whoever was erased must never become somebody else."""
    edit(later, "        sqlite_autoincrement=True,\n", "")
    database = Database()
    database.connect(f"sqlite:///{tmp_path / 'again.sqlite'}")
    with pytest.raises(Refused, match="gives a number out again"):
        schema.bring_up_to_date(database, later)
    database.disconnect()


def edit(folder: Path, was: str, instead: str) -> None:
    """What must never be done again."""
    (first,) = folder.glob("versions/0001_*.py")
    assert was in first.read_text()
    first.write_text(first.read_text().replace(was, instead))


def test_a_newer_database_is_one_sentence(empty: Database, later: Path) -> None:
    add(later, "    pass")
    schema.bring_up_to_date(empty, later)
    with pytest.raises(Refused, match="newer version"):
        schema.bring_up_to_date(empty)


def test_an_upgrade_that_fails_half_way_changes_nothing(empty: Database, later: Path) -> None:
    schema.bring_up_to_date(empty)
    seat_noor(empty)
    add(
        later,
        "    op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    with op.batch_alter_table('people') as table:\n"
        "        table.alter_column('name', new_column_name='called')\n"
        "    op.execute(\"UPDATE people SET called = 'gone'\")\n"
        "    op.execute('SELECT nonsense')\n",
    )
    with pytest.raises(Refused, match="is as it was"):
        schema.bring_up_to_date(empty, later)
    schema.bring_up_to_date(empty)
    with empty.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM people").scalar() == "Noor"
        assert not inspect(connection).has_table("half")


def test_making_a_table_anew_loses_nothing_that_hangs_under_it(empty: Database, later: Path) -> None:
    """SQLite changes a column by dropping the table it was in; with foreign keys on every note would go with it."""
    schema.bring_up_to_date(empty)
    seat_noor(empty)
    add(
        later,
        "    with op.batch_alter_table('people') as table:\n        table.alter_column('name', type_=sa.String(50))",
    )
    with pytest.raises(Refused, match="column name of table people is"):
        schema.bring_up_to_date(empty, later)
    with empty.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM seats").scalar() == 1
        if empty.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1, "they are on again"


def test_a_migration_that_would_leave_orphans_changes_nothing(tmp_path: Path, later: Path) -> None:
    """While SQLite makes tables anew it looks at no foreign key; so it does in the end. PostgreSQL always does."""
    database = Database()
    database.connect(f"sqlite:///{tmp_path / 'orphans.sqlite'}")
    schema.bring_up_to_date(database)
    seat_noor(database)
    add(later, "    op.execute('DELETE FROM rooms')")
    with pytest.raises(Refused, match="hang under none of rooms"):
        schema.bring_up_to_date(database, later)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM rooms").scalar() == 1
    database.disconnect()


def test_no_command_and_no_server_starts_on_other_tables(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        made = server.create()
        server.stop()
        run(server.database, "ALTER TABLE people DROP COLUMN came")
        for arguments in (["serve", "--port", str(server.port)], ["export", made["code"], "--format", "csv"]):
            done = server.workshop(*arguments)
            assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1, done.stderr
            assert "table people has no column came" in done.stderr and not done.stdout
        run(server.database, "ALTER TABLE people ADD COLUMN came BOOLEAN NOT NULL DEFAULT false")
        server.start()


def test_a_server_whose_tables_are_changed_under_it_is_not_well(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        run(server.database, "UPDATE alembic_version SET version_num = 'later'")
        answer = server.get("/healthz")
        assert answer.status == 503 and answer.json() == {"status": "database"}


def test_two_that_start_at_once_both_start(empty: Database) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            schema.bring_up_to_date(empty)
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
