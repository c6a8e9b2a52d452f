"""Every table out of one database and into another, whichever of the two kinds each is: for backups and for moving.

Tables are read and filled as the database itself describes them, and not by the models: so those of an earlier version
are carried too, and a new table needs nothing done for it. A consistent look takes one transaction, however long it
lasts, and holds up no writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from ..core.errors import Refused
from ..database import Database
from ..models import Base
from ..schema import MIGRATIONS

VERSION = "alembic_version"
AT_ONCE, AT_ONCE_BYTES = 500, 1024 * 1024
"""How much is kept in memory before it is written: rows, and what they take as text."""
SHORT_LIVED = ("logins", "passes", "invitations", "resets", "challenges")
"""Keys that somebody may have withdrawn since: a restore does not bring them back."""


class Tables(msgspec.Struct, tag="tables", tag_field="is"):
    """Begins the tables: the number of their schema, and the last number that each of them gave out."""

    schema: str
    numbers: dict[str, int]


class TableBegins(msgspec.Struct, tag="table", tag_field="is"):
    """From here on rows of this table, with the values of these columns."""

    name: str
    columns: list[str]


Carried = Tables | TableBegins | list[Any]


@contextmanager
def looking(database: Database) -> Iterator[Connection]:
    """One look at a database, in which nothing changes."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if database.shared else {"writes": False}
    with database.engine.connect().execution_options(**options) as connection:
        yield connection
        connection.rollback()


def everything(connection: Connection) -> Iterator[Carried]:
    """All rows of all tables. A row comes after those that it refers to."""
    described = _described(connection)
    if VERSION not in described.tables:
        raise Refused("not_found", "There is nothing in this database yet.")
    number = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar_one()
    yield Tables(number, numbers(connection, described))
    for table in described.sorted_tables:
        if table.name != VERSION:
            yield TableBegins(str(table.name), [str(column.name) for column in table.columns])
            query = select(table).order_by(*table.primary_key)
            for row in connection.execute(query.execution_options(stream_results=True, yield_per=AT_ONCE)):
                yield list(row)


def packs_used(connection: Connection) -> list[str]:
    """The packs whose texts the rooms use."""
    if not inspect(connection).has_table("rooms"):
        return []
    return list(connection.execute(text("SELECT DISTINCT pack FROM rooms ORDER BY pack")).scalars())


def number_of(connection: Connection) -> str | None:
    """The number of the schema; None if there are no tables."""
    if not inspect(connection).has_table(VERSION):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar()
    return found


def numbers(connection: Connection, described: MetaData) -> dict[str, int]:
    """The last number that each table gave out."""
    found = {}
    for table in described.tables.values():
        if _is_numbered(table):
            highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            if (kept := _kept_number(connection, table.name)) is not None:
                found[str(table.name)] = max(highest, kept)
    return found


def _kept_number(connection: Connection, table: str) -> int | None:
    """What the database itself remembers; 0 if it gave none out yet, None if it gives out none."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return 0
        found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}).scalar()
        return int(found or 0)
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table}).scalar()
    if sequence is None:
        return None
    last = connection.execute(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"))
    return int(last.scalar_one())


class Loading:
    """Fills a database in which nobody is, within one transaction."""

    def __init__(self, connection: Connection, leave_out: tuple[str, ...] = ()) -> None:
        self._connection, self._leave_out = connection, leave_out
        self._numbers: dict[str, int] = {}
        self._described = MetaData()
        self._filled: set[str] = set()
        self._table: Table | None = None
        self._columns: list[Column[Any]] = []
        self._rows: list[dict[str, Any]] = []
        self._size = 0
        self._began = False

    def take(self, carried: Carried, size: int = 0) -> None:
        """The next of what `everything` gives; `size`: what it takes as text, in bytes. Refused("invalid") for what no
        backup holds."""
        try:
            match carried:
                case Tables():
                    self._begin(carried)
                case TableBegins():
                    self._begin_table(carried)
                case list():
                    self._add(carried, size)
        except (SQLAlchemyError, UnicodeError, OverflowError) as error:
            raise damaged() from error

    def finish(self, leap: int = 0) -> None:
        """The tables become those of this version, and give out no number that was ever given out before, nor any of
        the next `leap`, which may have been given out since."""
        from .. import migrating

        if not self._began:
            raise damaged()
        try:
            self._flush()
        except (SQLAlchemyError, UnicodeError, OverflowError) as error:
            raise damaged() from error
        migrating.run(self._connection, "head", MIGRATIONS)
        described = _described(self._connection)
        there = numbers(self._connection, described)
        for name in there:
            self._set_number(name, max(there[name], self._numbers.get(name, 0)) + leap)
        if (difference := migrating.first_difference(self._connection)) is not None:
            raise Refused("failed", f"The tables that were made are not those of this version: {difference}.")

    def _begin(self, tables: Tables) -> None:
        from .. import migrating

        if self._began:
            raise damaged()
        if tables.schema not in migrating.known(MIGRATIONS):
            raise Refused(
                "failed",
                f"A newer version of this program made this (its schema is number {tables.schema}): install that "
                "version, and try again with it.",
            )
        self._began = True
        before = numbers(self._connection, _described(self._connection))
        asked = {**before, **{name: max(n, before.get(name, 0)) for name, n in tables.numbers.items()}}
        if any(not 0 <= n < 2**30 for n in asked.values()):
            raise damaged()
        self._numbers = asked
        _clear(self._connection)
        migrating.run(self._connection, tables.schema, MIGRATIONS)
        self._described = _described(self._connection)

    def _begin_table(self, begins: TableBegins) -> None:
        self._flush()
        table = self._described.tables.get(begins.name)
        if table is None or begins.name in (VERSION, *self._filled):
            raise damaged()
        if sorted(begins.columns) != sorted(table.columns.keys()):
            raise damaged()
        self._columns = [table.columns[name] for name in begins.columns]
        self._filled.add(begins.name)
        self._table = table

    def _add(self, row: list[Any], size: int) -> None:
        table = self._table
        if table is None or len(row) != len(self._columns):
            raise damaged()
        if table.name in self._leave_out:
            return
        if not all(map(fits, self._columns, row)):
            raise damaged()
        self._rows.append({column.name: value for column, value in zip(self._columns, row, strict=True)})
        self._size += size
        if len(self._rows) >= AT_ONCE or self._size >= AT_ONCE_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows and self._table is not None:
            self._connection.execute(self._table.insert(), self._rows)
        self._rows, self._size = [], 0

    def _set_number(self, table: str, number: int) -> None:
        """From here on the database gives out what comes after it."""
        values = {"name": table, "number": number}
        if self._connection.dialect.name == "postgresql":
            if number:
                self._connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), values)
        elif Base.metadata.tables[table].dialect_options["sqlite"]["autoincrement"]:
            self._connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            self._connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values)


def who_is_in(connection: Connection) -> str | None:
    """What keeps a database from being filled, in words; None if nobody is in it."""
    found = {
        name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        for name in ("rooms", "accounts")
        if inspect(connection).has_table(name)
    }
    return ", ".join(f"{name}: {count}" for name, count in found.items()) if any(found.values()) else None


def fits(column: Column[Any], value: Any) -> bool:
    """May this stand in the column?"""
    if value is None:
        return bool(column.nullable)
    match column.type:
        case JSON():
            return isinstance(value, list | dict)
        case Boolean():
            return isinstance(value, bool)
        case BigInteger():
            return type(value) is int and abs(value) < 2**63
        case Integer():
            return type(value) is int and abs(value) < 2**31
        case String():
            return isinstance(value, str) and "\0" not in value and len(value) <= (column.type.length or len(value))
    return False


def damaged() -> Refused:
    """What was read is not a backup, or not a whole one any more."""
    return Refused("invalid", "This is no backup of a workshop, or it is damaged. Nothing was changed.")


def _described(connection: Connection) -> MetaData:
    """The tables as the database describes them."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return found


def _is_numbered(table: Table) -> bool:
    return [column.name for column in table.primary_key] == ["id"] and isinstance(table.c.id.type, Integer)


def _clear(connection: Connection) -> None:
    """Takes away our tables, in which there is nobody."""
    described = _described(connection)
    ours = {*Base.metadata.tables, VERSION}
    described.drop_all(connection, tables=[table for name, table in described.tables.items() if name in ours])
