"""Commands for whoever looks after an installation: back up, restore, move, check."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import backup, restoring, schema, trouble
from .alone import Alone, alone
from .app import create_app, without_pages
from .core.errors import Refused
from .database import Database
from .erasures import erasures
from .extensions import db, now
from .private import keep_private, write_private
from .settings import Settings, from_environment
from .web.mailing import outgoing

PARTLY = ".part"
"""Added to the name of a backup while it is being made."""


def back_up(settings: Settings, _: Any, wanted: argparse.Namespace) -> None:
    """Puts everything in one file, encrypted to your key; also while the server runs."""
    if bool(wanted.to) == wanted.plain:
        raise Refused(
            "invalid",
            "Say to which public key: --to age1…; `workshop backup-key` makes one. Or --plain, for a file that anyone "
            "who has it can read.",
        )
    recipients = [backup.recipient(one) for one in wanted.to]
    target = Path(wanted.file)
    if target.exists():
        raise Refused("invalid", f"{target} is there already; give the file another name.")
    without_pages(settings)
    partly = target.with_name(target.name + PARTLY)
    things = restoring.kept_things(db, settings, erasures, now(), secret=bool(recipients))
    partly.unlink(missing_ok=True)  # of one that was broken off; or a link that somebody put there
    try:
        with os.fdopen(os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as file:
            backup.write(things, file, recipients)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partly, target)
    except BaseException as error:
        with suppress(OSError):
            partly.unlink()
        if isinstance(error, OSError) and error.filename == str(partly):  # a name that nobody gave
            error.filename = str(target)
        raise
    print(
        f"{target}: {target.stat().st_size / 1e6:.2f} MB. To restore it takes the log of erasures too, {erasures.path}."
    )
    if not recipients:
        print("It is not encrypted, and the secret key is not in it.")


def new_key(_settings: Settings, _: Any, wanted: argparse.Namespace) -> None:
    """Makes a pair of keys for backups: a file with the private one, and the public one to give to `backup --to`."""
    file = Path(wanted.file)
    if file.exists():
        raise Refused(
            "invalid", f"{file} is there already, and without what is in it no backup made to it can be read."
        )
    private, public = backup.new_identity()
    write_private(file, private.encode())
    print(public)
    print(f"Keep {file} somewhere else than on this server, and keep it well: without it no backup can be read.")


def restore(settings: Settings, _: Any, wanted: argparse.Namespace) -> None:
    """Brings a backup back, into a database in which there is nothing yet; what was erased since stays erased."""
    keys = backup.identities(Path(wanted.identity)) if wanted.identity else []
    log = None if wanted.without_erasures else erasures
    with Path(wanted.file).open("rb") as file:
        without_pages(settings)
        alone.hold(settings.instance, db)
        done = restoring.restore(
            db,
            lambda connection: restoring.Restoring(connection, settings, log),
            lambda take: backup.read(file, keys, take),
            now(),
        )
    schema.bring_up_to_date(db)
    made = datetime.fromtimestamp(done.made_at / 1000, UTC)
    left = done.rooms - done.erased
    print(f"{_rooms(left)}, as {'it was' if left == 1 else 'they were'} on {made:%Y-%m-%d at %H:%M} UTC.")
    if done.erased:
        print(f"{_rooms(done.erased)} did not come back: erased since, or past the date.")
    for sentence in done.said:
        print(sentence)


def move(settings: Settings, _: Any, wanted: argparse.Namespace) -> None:
    """Copies everything into another database, in which there is nothing yet, such as from SQLite to PostgreSQL."""
    other = from_environment({**os.environ, "DATABASE_URL": wanted.to})
    without_pages(settings)
    target, beside = Database(), Alone()
    target.connect(other.database_url)
    keep_private(settings.instance, target.engine.url)
    if target.engine.url == db.engine.url:
        raise Refused("invalid", "That is the database that is used now; name another one.")
    try:
        alone.hold(settings.instance, db)
        beside.hold_database(target, settings.instance)
        rooms = restoring.move(db, target)
        target.forget()
    finally:
        target.disconnect()
    print(
        f"{_rooms(rooms)} {'is' if rooms == 1 else 'are'} there now, with everything, and here as well. Set "
        "DATABASE_URL to the address that you gave, start,"
    )
    print("and once it does what it did, delete the old database: what is erased from now on is not erased there.")


def check(settings: Settings, _: Any, _wanted: argparse.Namespace) -> int:
    """Says what you have to see to: a disk or a certificate that runs out, a log that cannot be written, a mail server
    that takes no mail, a database that does not answer."""
    if settings.root:
        create_app(settings)  # only the pages know which folder of a site they cannot be in
    else:
        without_pages(settings)
    troubles = [
        *trouble.found(settings, erasures, now()),
        *trouble.of_database(settings, db),
        *outgoing.look(settings),
    ]
    for one in troubles:
        print(one.sentence)
    if not troubles:
        print("There is nothing to see to.")
    return 1 if troubles else 0


def _rooms(count: int) -> str:
    return f"{count} room" if count == 1 else f"{count} rooms"


def add_to(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The commands, and what they may be told."""
    sub = add("backup", back_up)
    sub.add_argument("file", metavar="FILE")
    sub.add_argument(
        "--to", metavar="PUBLIC_KEY", action="append", default=[], help="such as age1…; may be given more than once"
    )
    sub.add_argument("--plain", action="store_true", help="not encrypted")

    sub = add("backup-key", new_key)
    sub.add_argument("file", metavar="FILE")

    sub = add("restore", restore)
    sub.add_argument("file", metavar="FILE")
    sub.add_argument("--identity", metavar="FILE", help="with the private key")
    sub.add_argument(
        "--without-erasures", action="store_true", help="the log of erasures is lost; what was erased comes back"
    )

    sub = add("move", move)
    sub.add_argument("--to", metavar="DATABASE_URL", required=True)

    add("check", check)


_BINARY = getattr(os, "O_BINARY", 0)
"""Without it Windows would write other line endings."""
