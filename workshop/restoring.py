"""What is kept goes into a backup, out of it into a new database, or straight into another one.

Only what may come back does: what was erased since is erased again, and what is past its date goes, before anything is
committed. If anything is wrong with a backup, nothing is changed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from .access import keys
from .backup import (
    FORMAT,
    OF_A_PACK,
    Head,
    PackFile,
    Secret,
    Thing,
    check_pack_file,
)
from .content import shelf
from .content.places import MOST_BYTES
from .content.shelf import LONGEST_NAME, MOST_OF_A_PACK, MOST_OFFERED, files_of
from .core.errors import Refused
from .database import Database
from .erasures import Erasure, Log
from .private import write_private
from .room.ledger import Ledger
from .room.room import Room
from .rooms import erased
from .rooms.change import Change
from .settings import Settings
from .store import carry, returned
from .store.write import write

LEAP = 1_000_000
"""This many numbers may have been given out between a backup and its restore; none of them is given out again."""
SECRET = "secret_key"


@dataclass
class Restored:
    """What came of it."""

    made_at: int = 0
    """When the backup began, in milliseconds since the epoch."""
    rooms: int = 0
    erased: int = 0
    """How many rooms were erased again, or are past their date."""
    said: list[str] = field(default_factory=list)
    """What the operator should know, in sentences."""


def kept_things(database: Database, settings: Settings, erasures: Log, now: int, *, secret: bool) -> Iterator[Thing]:
    """All that a backup holds. `secret`: including what the links are made with."""
    yield Head(FORMAT, erasures.mark(now), now, _links() if secret else "")
    if secret and _keeps_secret(settings):
        yield Secret(settings.secret_key)
    with carry.looking(database) as connection:
        yield from _packs(settings, carry.packs_used(connection))
        yield from carry.everything(connection)


def move(source: Database, target: Database) -> int:
    """Everything from one database into another one, in which there is nobody. Returns the number of rooms."""
    with target.rebuilding() as connection:
        _refuse_if_used(connection)
        loading = carry.Loading(connection)
        with carry.looking(source) as looking:
            for carried in carry.everything(looking):
                loading.take(carried)
        loading.finish()
        return len(returned.rooms(connection))


class Restoring:
    """Takes what a backup holds, one thing after the other, within one transaction."""

    def __init__(self, connection: Connection, settings: Settings, log: Log | None) -> None:
        """`log`: the one of erasures; None: do without, whatever comes back because of that."""
        self._connection, self._settings, self._log = connection, settings, log
        self._loading = carry.Loading(connection, leave_out=carry.SHORT_LIVED)
        self._erasures: list[Erasure] = []
        self._packs: dict[str, dict[str, bytes]] = {}
        self._head: Head | None = None
        self._secret: str | None = None
        self._secret_is_ready = False
        self._made: list[Path] = []
        self.restored = Restored()

    def take(self, thing: Thing, size: int) -> None:
        """The next thing. Raises Refused."""
        match thing:
            case Head():
                self._begin(thing)
            case PackFile():
                check_pack_file(thing, self._packs)
                self._packs.setdefault(thing.pack, {})[thing.file] = thing.data
            case Secret():
                if self._secret is not None:
                    raise carry.damaged()
                self._secret = thing.key
            case _:
                self._loading.take(thing, size)

    def finish(self, now: int) -> None:
        """After the last: whatever may not come back goes, and packs are put where they belong."""
        self._loading.finish(LEAP)
        self._forget(now)
        self._put_packs()
        self._ready_secret()

    def settle(self) -> Restored:
        """It is stored: now the secret takes the place of the one that is there."""
        self._put_secret()
        return self.restored

    def give_up(self) -> None:
        """It came to nothing: what was put beside the database is taken away again."""
        for path in self._made:
            shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            self._new_secret.unlink(missing_ok=True)

    def _begin(self, head: Head) -> None:
        if head.format != FORMAT:
            raise Refused("failed", "A newer version of this program made this backup: install that one first.")
        self._head, self.restored.made_at = head, head.at
        if self._log is None:
            self.restored.said.append("Without the log of erasures: erase again what was erased since.")
            return
        since = self._log.since(head.id)
        if since is None:
            raise Refused(
                "failed",
                f"The log of erasures, {self._log.path}, does not know this backup: it is not there, or not the one "
                "that was written after it. Put it there (or set ERASURES_LOG), else what people erased since would "
                "be back. If it is lost: --without-erasures, and erase again what has to be.",
            )
        self._erasures = since

    def _forget(self, now: int) -> None:
        by_room: dict[str, list[Erasure]] = defaultdict(list)
        for one in self._erasures:
            by_room[one.room].append(one)
        for row in returned.rooms(self._connection):
            self.restored.rooms += 1
            room = returned.room(self._connection, row.id)
            of_room = by_room.get(row.called, [])
            if row.erase_at <= now or any(one.whole for one in of_room):
                _erase(self._connection, room, now)
                self.restored.erased += 1
            elif of_room:
                _change(self._connection, room, now, lambda change, of=of_room: erased.again(change, of))  # type: ignore[misc]
        returned.forget_accounts(self._connection, [one.account for one in self._erasures if one.account])
        returned.forget_passkeys(self._connection, [one.passkey for one in self._erasures if one.passkey])

    def _put_packs(self) -> None:
        """Puts packs beside those that are there already; one that is there stays as it is."""
        for name, files in self._packs.items():
            folder = self._settings.packs / name
            if name in shelf.shipped or folder.exists():
                if any(_read(folder / file) != data for file, data in files.items()):
                    self.restored.said.append(
                        f"The pack {name} is there already, and another one: it was left as it is."
                    )
                continue
            self._made.append(folder)
            for file, data in files.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                write_private(folder / file, data)
        for pack in carry.packs_used(self._connection):
            if not _is_name(pack):
                self._give_a_name(pack)
            elif pack not in shelf.shipped and not (self._settings.packs / pack).is_dir():
                self.restored.said.append(
                    f"Rooms use the pack {pack}, which is not here: put it in {self._settings.packs}."
                )

    def _give_a_name(self, pack: str) -> None:
        """A room whose pack was a folder somewhere gets the one of that name: no path in a backup leads anywhere."""
        name = _last(pack)
        if name.startswith(".") or not (self._settings.packs / name).is_dir():
            name = shelf.shipped[0]
            self.restored.said.append(f"Rooms used a pack by its folder, which is not here; they have {name} now.")
        returned.use_pack(self._connection, pack, name)

    @property
    def _new_secret(self) -> Path:
        return self._settings.instance / f"{SECRET}.new"

    def _ready_secret(self) -> None:
        """Writes it beside the one that is there; that stays until all else is stored. An installation whose settings
        give a SECRET_KEY keeps that one."""
        if self._secret is not None and _keeps_secret(self._settings) and self._secret != self._settings.secret_key:
            if re.search(r"\s", self._secret) or not 1 <= len(self._secret) <= 1000:
                raise carry.damaged()
            write_private(self._new_secret, self._secret.encode())
            self._secret_is_ready = True

    def _put_secret(self) -> None:
        """The links of the rooms are made with it."""
        if self._secret is not None and self._secret_is_ready:
            path = self._settings.instance / SECRET
            write_private(path.with_name(f"{SECRET}.before"), self._settings.secret_key.encode())
            os.replace(self._new_secret, path)
            keys.use(self._secret)
        links = self._head.links if self._head else ""
        if links and links != _links():
            self.restored.said.append("The links of these rooms work only with the SECRET_KEY of before: set it.")
        elif not links:
            self.restored.said.append("If SECRET_KEY is not the one of before, links of these rooms work no more.")


def restore(database: Database, restoring: Callable[[Connection], Restoring], feed: Any, now: int) -> Restored:
    """Either everything that `feed` hands over goes into a database in which there is nobody, or nothing does."""
    doing: Restoring | None = None
    try:
        with database.rebuilding() as connection:
            _refuse_if_used(connection)
            doing = restoring(connection)
            feed(doing.take)
            doing.finish(now)
    except BaseException as error:
        if doing:
            doing.give_up()
        if isinstance(error, IntegrityError):
            raise carry.damaged() from error
        raise
    database.forget()
    return doing.settle()


def _refuse_if_used(connection: Connection) -> None:
    if found := carry.who_is_in(connection):
        raise Refused(
            "invalid",
            f"There is something in this database already ({found}), and it would be lost. Take a new one: another "
            "DATABASE_URL or INSTANCE_PATH.",
        )


def _erase(connection: Connection, room: Room, now: int) -> None:
    """The database does not take along what hangs under a room while tables may be made anew; so that goes first."""
    _change(connection, room, now, erased.empty)
    _change(connection, room, now, lambda change: change.erase())


def _change(connection: Connection, room: Room, now: int, do: Callable[[Change], None]) -> None:
    change = Change(Ledger(room, _no_number), now)
    do(change)
    write(connection, [(room.id, change.ledger)])


def _no_number(kind: type[Struct]) -> int:
    raise AssertionError(f"erasing makes no {kind.__name__}")


def _links() -> str:
    return sha256(b"links " + keys.secret).hexdigest()[:16]


def _keeps_secret(settings: Settings) -> bool:
    """Does the secret come from the instance folder, and not from the environment?"""
    return (_read(settings.instance / SECRET) or b"").decode(errors="replace").strip() == settings.secret_key


def _read(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None


def _packs(settings: Settings, used: Sequence[str]) -> Iterator[PackFile]:
    """The installation's own packs, and those that a room has by their folder."""
    own = [path for path in sorted(settings.packs.glob("*")) if path.is_dir()][:MOST_OFFERED]
    found = {path.name: path for path in own}
    found |= {_last(pack): Path(pack) for pack in used if not _is_name(pack) and _last(pack) not in found}
    for name, folder in found.items():
        if name.startswith(".") or len(name) > LONGEST_NAME:
            continue
        for path in sorted(files_of(folder))[:MOST_OF_A_PACK]:
            file = path.relative_to(folder).as_posix()
            data = _read(path) if path.is_file() else None
            if data is not None and len(data) <= MOST_BYTES and OF_A_PACK.fullmatch(file):
                yield PackFile(name, file, data)


def _is_name(pack: str) -> bool:
    return bool(pack) and not re.search(r"[/\\:]", pack) and not pack.startswith(".")


def _last(pack: str) -> str:
    """The name of a folder."""
    return re.split(r"[/\\:]", pack.rstrip("/\\"))[-1] or "pack"
