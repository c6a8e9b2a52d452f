"""What an operator has to see to before it goes wrong: a disk or a certificate that runs out, a log that cannot be
written, a mail server that takes no mail. Said in the log at the start and once a day, and by `workshop check`, which
asks the database too; `found` gives all but those two to anything else that shows it. A server also says in its log
where it may open few files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from .core.errors import Refused
from .database import Database
from .erasures import Log, erasures
from .extensions import Aside, now, rest
from .settings import Settings

log = structlog.get_logger()
LOW_BYTES = 1_000_000_000
"""With less than this free, a disk is said to be filling up."""
FEW_FILES = 1_200
"""With fewer that may be open at a time, no thousand phones come in."""
SOON_DAYS = 14
"""Whatever renews certificates does so earlier: with fewer days left it did not."""
ANSWERS_SECONDS = 5
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to see to."""

    kind: Literal["disk", "certificate", "erasures", "files", "mail", "database"]
    where: str
    """The folder, file or server."""
    sentence: str
    left: float | None = None
    """Free bytes of a disk, days of a certificate, lines that wait for the log, files that may be open."""


def found(settings: Settings, kept: Log, now: int, low_bytes: int = LOW_BYTES) -> list[Trouble]:
    """All that is wrong at this moment (ms since the epoch), or will be soon. It looks at the machine's own files and
    asks nobody; a disk may take its time, so a server does it aside."""
    return [*_disks(settings, kept, low_bytes), *_certificate(settings.tls_certificate, now), *_log(kept)]


def of_database(settings: Settings, database: Database) -> list[Trouble]:
    """Asks the database whether it answers; an SQLite file that is yet to be made is not made by that."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return []
    os.environ.setdefault("PGCONNECT_TIMEOUT", str(ANSWERS_SECONDS))  # else it waits for ever for one that says nothing
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Refused, RuntimeError) as error:
        why = getattr(error, "detail", None) if isinstance(error, Refused) else getattr(error, "orig", None)
        where, said = address.render_as_string(), " ".join(str(why or error).split())
        end = "" if said.endswith((".", "?")) else "."
        sentence = f"The database {where} cannot be used, and nobody can come in: {said}{end}"
        return [Trouble("database", where, sentence)]
    return []


def watch(settings: Settings, also: Callable[[Settings], Iterable[Trouble]]) -> None:
    """Never returns; says once a day what is wrong. `also`: asks others, which holds up nobody."""
    while True:
        try:
            for one in (*Aside.run(found, settings, erasures, now()), *few_files(files()), *also(settings)):
                log.warning("see to this", kind=one.kind, sentence=one.sentence)
        except Exception:
            log.exception("not looked at")
        rest(DAY_SECONDS)


def folders(settings: Settings, kept: Log) -> list[Path]:
    """Where this installation writes, one folder for each disk. PostgreSQL looks after its own."""
    places = [settings.instance]
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and address.database:
        places.append(Path(address.database).absolute().parent)
    if kept.path is not None:
        places.append(kept.path.parent)
    disks: dict[int, Path] = {}
    for place in places:
        with suppress(OSError):
            disks.setdefault(place.stat().st_dev, place)
    return list(disks.values())


def days_left(certificate: Path, now: int) -> float:
    """How long a certificate is good for, in days; of a chain the first, which is one's own. Raises OSError or
    ValueError if it cannot be read."""
    from cryptography import x509  # takes time and memory that nobody without a certificate needs

    until = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    return (until - datetime.fromtimestamp(now / 1000, UTC)).total_seconds() / DAY_SECONDS


def files() -> int | None:
    """How many files this process may have open at a time; None: as many as it likes."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return None
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if most == resource.RLIM_INFINITY else most


def few_files(most: int | None) -> Iterator[Trouble]:
    """Of a server: a command may have another bound."""
    if most is not None and most < FEW_FILES:
        sentence = (
            f"This server may have {most:,} files open, and each phone takes one: when they are used up nobody else "
            "comes in. Raise the limit of open files (LimitNOFILE with systemd)."
        )
        yield Trouble("files", "", sentence, most)


def _disks(settings: Settings, kept: Log, low_bytes: int) -> Iterator[Trouble]:
    for folder in folders(settings, kept):
        free = shutil.disk_usage(folder).free
        if free < low_bytes:
            left = f"{free / 1e6:,.0f} MB left"
            sentence = f"The disk of {folder} is filling up: {left}. Make room, or nothing can be stored any more."
            yield Trouble("disk", str(folder), sentence, free)


def _certificate(path: Path | None, now: int) -> Iterator[Trouble]:
    if path is None:
        return
    try:
        days = days_left(path, now)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no certificate (PEM)"
        yield Trouble("certificate", str(path), f"The certificate {path} cannot be read: {why}.")
        return
    if days <= 0:
        sentence = f"The certificate {path} ran out {_days(-days)} ago: no phone can come in. Renew it."
        yield Trouble("certificate", str(path), sentence, days)
    elif days < SOON_DAYS:
        sentence = f"The certificate {path} runs out in {_days(days)}, and then no phone can come in. Renew it."
        yield Trouble("certificate", str(path), sentence, days)


def _log(kept: Log) -> Iterator[Trouble]:
    if not kept.can_be_written():
        sentence = f"The log of erasures, {kept.path}, cannot be written, and without it no backup can be restored."
        if kept.owes:
            wait = "1 line waits for it, and is" if kept.owes == 1 else f"{kept.owes} lines wait for it, and are"
            sentence += f" {wait} lost if the server stops."
        yield Trouble("erasures", str(kept.path), sentence, kept.owes)


def _days(days: float) -> str:
    return f"{days * 24:.0f} hours" if days < 2 else f"{days:.0f} days"
