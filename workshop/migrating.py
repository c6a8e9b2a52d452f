"""Alembic, which takes a fifth of a second and twenty megabytes to load: loaded only if tables have to be changed, or
looked at more closely than `schema` does."""

from __future__ import annotations

from pathlib import Path

from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from .alone import alone
from .core.errors import Refused
from .database import Database
from .holding import SERVING
from .models import Base


def bring_up_to_date(database: Database, folder: Path) -> None:
    """Runs the migrations that this database has not had, all of them or none, and checks that it then is what the
    models say; Refused("failed") with a sentence if it is not, or if a newer version of the program made it."""
    scripts = ScriptDirectory.from_config(_config(folder))
    newest = scripts.get_current_head()
    with database.reading() as session:
        current = _number(session.connection())
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise Refused(
            "failed",
            f"A newer version of this program made this database (its schema is number {current}, this version "
            f"knows up to {newest}): start that version again, or restore the backup from before.",
        )
    if current != newest:  # a running server is not held up by a command beside it
        _run(database, folder)
    with database.reading() as session:
        if (difference := first_difference(session.connection())) is not None:
            raise Refused(
                "failed",
                f"The tables of this database are not those of this version, though they have its number {newest}: "
                f"{difference}. Nothing is served. Take what you need out of it with the version that made it, then "
                "start with a new database, or restore a backup of this one.",
            )
    database.number = newest


def known(folder: Path) -> set[str]:
    """The numbers of all schemas that this version of the program can bring up to date."""
    return {script.revision for script in ScriptDirectory.from_config(_config(folder)).walk_revisions()}


def run(connection: Connection, number: str, folder: Path) -> None:
    """Brings the tables to the schema of this number, or the newest ("head"), within a transaction that may do so
    (`Database.rebuilding`). Refused("busy") if servers use them."""
    config = _config(folder)
    if connection.dialect.name == "postgresql":  # one starts it, and who starts at the same moment waits
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(19)"))
        _nobody_serves(connection, ScriptDirectory.from_config(config).get_current_head())
    config.attributes["connection"] = connection
    alembic.upgrade(config, number)


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _run(database: Database, folder: Path) -> None:
    try:
        with database.rebuilding() as connection:
            run(connection, "head", folder)
    except SQLAlchemyError as problem:
        why = getattr(problem, "orig", None) or problem
        raise Refused("failed", f"The database could not be brought up to date, and is as it was: {why}") from problem


def _nobody_serves(connection: Connection, newest: str | None) -> None:
    """Refused("busy") if the tables would change under a server, which knows them as they are."""
    if _number(connection) in (None, newest):  # nobody can serve it yet, or somebody else was quicker
        return
    if alone.shuts_out_servers:
        return
    if not connection.execute(text(f"SELECT pg_try_advisory_xact_lock({SERVING})")).scalar():
        raise Refused(
            "busy", "Servers use this database, and its tables have to be others for this version: stop them first."
        )


def _number(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def first_difference(connection: Connection) -> str | None:
    """In words, the first place where the tables of a database are not those of the models; None if they agree.

    Alembic compares tables, columns, types, what may be empty, indexes and foreign keys; primary keys and SQLite's
    promise to give no number out twice are checked here."""
    for found in compare_metadata(MigrationContext.configure(connection), Base.metadata):
        return _told(found[0] if isinstance(found, list) else found)
    for name, table in Base.metadata.tables.items():
        wanted = [column.name for column in table.primary_key]
        if (has := inspect(connection).get_pk_constraint(name)["constrained_columns"]) != wanted:
            return f"the key of table {name} is {', '.join(has) or 'nothing'}, and not {', '.join(wanted)}"
    if connection.dialect.name != "sqlite":
        return None
    made = {row.name: row.sql for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")}
    for name, table in Base.metadata.tables.items():
        if table.dialect_options["sqlite"]["autoincrement"] and "AUTOINCREMENT" not in made[name].upper():
            return f"table {name} gives a number out again that somebody had"
    return None


def _told(found: tuple[object, ...]) -> str:
    """One of Alembic's differences as part of a sentence."""
    match found:
        case ("add_table", table):
            return f"table {table.name} is not there"  # type: ignore[attr-defined]
        case ("remove_table", table):
            return f"table {table.name} is not known here"  # type: ignore[attr-defined]
        case ("add_column", _, table, column):
            return f"table {table} has no column {column.name}"  # type: ignore[attr-defined]
        case ("remove_column", _, table, column):
            return f"table {table} has a column {column.name} that is not known here"  # type: ignore[attr-defined]
        case ("modify_nullable", _, table, column, _, may, _):
            return f"column {column} of table {table} {'may' if may else 'may not'} be empty"
        case ("modify_type", _, table, column, _, is_now, wanted):
            return f"column {column} of table {table} is {is_now}, and not {wanted}"
        case ("add_index" | "add_constraint" | "add_fk" as what, thing):
            return f"{_kind(what)} {_called(thing)} is not there"
        case ("remove_index" | "remove_constraint" | "remove_fk" as what, thing):
            return f"{_kind(what)} {_called(thing)} is not known here"
    return f"{found[0]}"


def _kind(what: str) -> str:
    return {"index": "the index", "constraint": "the rule", "fk": "the foreign key"}[what.partition("_")[2]]


def _called(thing: object) -> str:
    columns = ", ".join(column.name for column in thing.columns)  # type: ignore[attr-defined]
    return f"on {columns} of table {thing.table.name}"  # type: ignore[attr-defined]
