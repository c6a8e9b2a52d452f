"""What people wrote is in files, and no other user of the machine can read them.

New files are readable by their owner alone; those that an earlier version made readable for everyone are mended at the
start.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sqlalchemy import URL

from .settings import is_own

GROUP, OTHERS = 0o070, 0o007
SQLITE = b"SQLite format 3\0"
"""How each database of SQLite begins."""


def keep_private(instance: Path, database: URL) -> None:
    """From here on the files of this process are its user's alone, and so are the instance folder, what the workshop
    keeps in it, and the files of an SQLite database, wherever they are. What somebody else put there stays as it is.

    A folder that its group may enter and others may not was made so by somebody, for instance for whoever makes the
    backups: in that case the group keeps its rights, and can read new files too. What belongs to another user is for
    them to arrange.
    """
    chosen = instance.is_dir() and _mode(instance) & GROUP and not _mode(instance) & OTHERS
    closed = OTHERS if chosen else OTHERS | GROUP
    os.umask(closed | (0o020 if chosen else 0))
    _close(instance, closed)
    for own in filter(is_own, os.listdir(instance)):
        _close(instance / own, closed)
        if (instance / own).is_symlink():
            continue
        for folder, folders, files in os.walk(instance / own):  # another process may take away what it is about to read
            for name in (*folders, *files):
                _close(Path(folder, name), closed)
    if database.get_backend_name() == "sqlite" and database.database and _is_sqlite(Path(database.database)):
        for beside in ("", "-wal", "-shm", "-journal"):
            _close(Path(f"{database.database}{beside}"), closed)


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner can read, even if there was one already that everyone could read. What is not a
    file (a terminal, a pipe) is only written to."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        _close(path, GROUP | OTHERS)
        file.write(data)


def _close(path: Path, bits: int) -> None:
    """Takes rights away from a file or folder of ours, but not from what a link leads to."""
    try:
        found = path.lstat()
        ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if ours and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)) and found.st_mode & bits:
            path.chmod(stat.S_IMODE(found.st_mode) & ~bits)
    except FileNotFoundError:  # none there, or another process just removed it
        return


def _is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite, or can become one; DATABASE_URL may be a slip of the pen."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) in (SQLITE, b"")
    except OSError:
        return False


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
