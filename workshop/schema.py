"""The schema: tables are made by migrations alone, and before anything is served they are compared with the models.

A migration that has landed is never edited (docs/decisions/0018): a database that ran it would differ from what its
number says, and nobody would notice until a page fails.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text

from .database import Database

BESIDE = Path(__file__).parent / "migrations"
MIGRATIONS = BESIDE if BESIDE.is_dir() else Path(__file__).parent.parent / "migrations"
"""Where they are in an installed program, or in a checkout."""
MADE = "sqlite.sql"
"""What the migrations make of an empty SQLite database: written by `make schema`, and kept fresh by a test. It begins
with the number of the newest migration."""


def bring_up_to_date(database: Database, folder: Path = MIGRATIONS) -> None:
    """Makes the tables, or runs the migrations that this database has not had, and checks that it then is what the
    models say; Refused("failed") with a sentence if it is not, or if a newer version of the program made it."""
    if (
        folder == MIGRATIONS
        and database.engine.dialect.name == "sqlite"
        and (number := _made(database, folder)) is not None
    ):
        database.number = number
        return
    from . import migrating

    migrating.bring_up_to_date(database, folder)


def statements(connection: Connection) -> list[str]:
    """What makes the tables and indexes of a SQLite database."""
    found = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"))
    return list(found.scalars())


def alike(made: list[str]) -> list[list[str]]:
    """Equal for tables that are the same: some of them SQLAlchemy makes anew, with their constraints in any order."""
    return sorted(sorted(line.strip(" \t,") for line in one.splitlines()) for one in made)


def written(number: str, made: list[str]) -> str:
    """A schema as the file has it."""
    return "".join(f"{one};\n" for one in (f"-- {number}\n{made[0]}", *made[1:]))


def read(file: str) -> tuple[str, list[str]]:
    """What the file says."""
    head, _, rest = file.partition("\n")
    return head.removeprefix("-- "), rest.removesuffix(";\n").split(";\n")


def _made(database: Database, folder: Path) -> str | None:
    """The number of the tables, if they are exactly what the migrations make; an empty database becomes that. None if
    Alembic has to look."""
    number, made = read((folder / MADE).read_text(encoding="utf-8"))
    if number != max(file.name.partition("_")[0] for file in (folder / "versions").glob("*.py")):
        return None
    with database.reading() as session:
        there = statements(session.connection())
    if not there:
        with database.rebuilding() as connection:
            if not statements(connection):  # nobody else did meanwhile
                for one in made:
                    connection.exec_driver_sql(one)
                connection.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": number})
    with database.reading() as session:
        if alike(statements(session.connection())) != alike(made):
            return None
        has = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return number if has == number else None


def write(folder: Path = MIGRATIONS) -> None:
    """Writes the file again, after a migration was added: `make schema`."""
    from . import migrating

    database = Database()
    with TemporaryDirectory() as empty:
        database.connect(f"sqlite:///{empty}/empty.sqlite")
        migrating.bring_up_to_date(database, folder)
        with database.reading() as session:
            made = statements(session.connection())
        database.disconnect()
    assert database.number is not None, "it was just brought up to date"
    (folder / MADE).write_text(written(database.number, made), encoding="utf-8")


if __name__ == "__main__":
    write()
