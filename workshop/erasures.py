"""The log of erasures: a file of its own that says what was erased, so that no backup from before brings it back.

It holds moments, numbers and random ids: no name, no code and nothing that anyone wrote. A room is called by a hash of
its salt, which no other room in the world has, so that the log of one installation says nothing about another.

A line is on disk before what it tells is committed. So a crash in between leaves a line about something that is still
there; when a backup is restored it is erased after all, as somebody had asked. A commit that failed takes its line
back.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec
import structlog
from sqlalchemy.exc import IntegrityError

from .core.errors import Refused
from .database import may_be_stored

log = structlog.get_logger()
MOST_WAITING = 10_000
"""Lines that are kept in memory while the file cannot be written."""
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a room of 400 people who wrote all they may is well below."""
MARGIN_MS = 60_000
"""How long before a backup began a line may have been written whose commit the backup does not see yet."""

Key = list[str | int]
"""What a record is found by in its room."""


class Salted(Protocol):
    """A room, as far as its name in the log goes."""

    @property
    def salt(self) -> str: ...


class Erasure(msgspec.Struct, tag="erased", tag_field="is", omit_defaults=True):
    """What one change erased. `at`: milliseconds since the epoch."""

    at: int
    room: str = ""
    whole: bool = False
    """The room, with everything in it."""
    people: list[int] = []
    """These people, with everything of theirs."""
    merged: list[tuple[int, int]] = []
    """Not erased, but needed: the second became the first, and what is said of the first from here on goes for both."""
    rows: dict[str, list[Key]] = {}
    """By table of the room: these records, with what hangs under them."""
    taken_back: list[Key] = []
    """Notes that their writers no longer share."""
    own_notes: list[int] = []
    """Steps whose own note a leader emptied, by their place in the programme,"""
    steps: int = 0
    """which had this many."""
    account: tuple[int, int] | None = None
    """The number of an account, and when it was made."""
    passkey: int = 0
    """The number of a passkey; 0: of none."""
    batch: str = ""
    """What was written together, to be taken back together."""

    @property
    def says_something(self) -> bool:
        """Is there anything in it that has to be done again?"""
        return self != Erasure(self.at, self.room)


class TakenBack(msgspec.Struct, tag="not_erased", tag_field="is"):
    """What was written together under this name was not committed."""

    batch: str


class Mark(msgspec.Struct, tag="backup", tag_field="is"):
    """A backup began: whoever restores it knows by this line that the log goes on after it."""

    at: int
    id: str


Line = Erasure | TakenBack | Mark
_reads = msgspec.json.Decoder(Line)
Note = Callable[[Iterable[Erasure | None]], None]


def name_of(room: Salted) -> str:
    """What a room is called in the log."""
    return sha256(f"erased {room.salt}".encode()).hexdigest()[:32]


class Log:
    """The file, and what waits for it. `use` it first."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()

    def use(self, path: Path) -> None:
        """Says where the file is; it is made when there is something to write."""
        self.path = path
        self._waiting.clear()

    @property
    def owes(self) -> int:
        """Lines that could not be written yet."""
        return len(self._waiting)

    @contextmanager
    def noting(self) -> Iterator[Note]:
        """What is noted in here is on disk when the call returns, and is taken back if the transaction, which goes
        inside, was certainly refused. If a connection ends at the commit nobody knows; then the line stays. A log that
        cannot be written keeps nobody from erasing: its lines wait, and the operator is told (`trouble`)."""
        batch = ""

        def note(erasures: Iterable[Erasure | None]) -> None:
            nonlocal batch
            if found := [one for one in erasures if one is not None]:
                batch = batch or secrets.token_hex(8)
                self._write([msgspec.structs.replace(one, batch=batch) for one in found])

        try:
            yield note
        except (Refused, IntegrityError) as error:
            if batch and not may_be_stored(error):
                self._write([TakenBack(batch)])
            raise

    def mark(self, at: int) -> str:
        """Notes that a backup begins, and returns its name. Refused("failed") if the file cannot be written: without
        this line nobody could restore that backup."""
        mark = Mark(at, secrets.token_hex(16))
        if not self._write([mark]):
            raise Refused("failed", f"The log of erasures, {self.path}, cannot be written; mend that first.")
        return mark.id

    def settle(self, *, patient: bool = True) -> None:
        """Writes what waited; to be called now and then, and at the end. Not `patient`: unless something is being
        written at this moment."""
        if self._waiting and self._lock.acquire(blocking=patient):
            try:
                self._write_waiting(says=patient)
            finally:
                self._lock.release()

    def can_be_written(self) -> bool:
        """Would a line find its way now?"""
        if self._waiting or self.path is None:
            return False
        if self.path.exists():
            return self.path.is_file() and os.access(self.path, os.W_OK)
        return os.access(self.path.parent, os.W_OK)

    def since(self, backup: str) -> list[Erasure] | None:
        """What was erased after the backup of this name began, or was about to be; None if the log does not know that
        backup, and so cannot say. Refused("failed") if it cannot be read."""
        lines = list(self._lines())
        marks = [n for n, line in enumerate(lines) if isinstance(line, Mark) and line.id == backup]
        if not marks:
            return None
        taken_back = {line.batch for line in lines if isinstance(line, TakenBack)}
        began = lines[marks[0]]
        assert isinstance(began, Mark)
        return [
            line
            for n, line in enumerate(lines)
            if isinstance(line, Erasure)
            and line.batch not in taken_back
            and (n > marks[0] or line.at >= began.at - MARGIN_MS)
        ]

    def _lines(self) -> Iterator[Line]:
        """A line that was cut off was not committed either; anything else that is not a line tells nothing."""
        assert self.path is not None, "used first"
        try:
            with self.path.open("rb") as file:
                while raw := file.readline(LONGEST_LINE):
                    try:
                        yield _reads.decode(raw)
                    except (msgspec.DecodeError, UnicodeDecodeError):
                        log.warning("a line of the log of erasures cannot be read")
        except FileNotFoundError:
            return
        except OSError as error:
            raise Refused("failed", f"The log of erasures, {self.path}, cannot be read: {error.strerror}.") from error

    def _write(self, lines: Iterable[Line]) -> bool:
        """Adds lines, and whatever waited before them; False if they wait now."""
        assert self.path is not None, "used first"
        with self._lock:
            self._waiting.extend(msgspec.json.encode(line) + b"\n" for line in lines)
            return self._write_waiting()

    def _write_waiting(self, says: bool = True) -> bool:
        try:
            self._append(b"".join(self._waiting))
        except OSError as error:
            if says:  # not in a signal handler: whoever was interrupted may hold the lock of the log
                log.error("the log of erasures cannot be written", error=error.strerror, count=len(self._waiting))
            return False
        self._waiting.clear()
        return True

    def _append(self, data: bytes) -> None:
        assert self.path is not None
        new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if (size := os.fstat(file).st_size) and not _ends_a_line(file, size):
                data = b"\n" + data  # a crash, or a full disk, cut the last one off
            while data:
                data = data[os.write(file, data) :]
            os.fsync(file)
        finally:
            os.close(file)
        if new and hasattr(os, "O_DIRECTORY"):
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _ends_a_line(file: int, size: int) -> bool:
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) == b"\n"


erasures = Log()
"""That of this process."""
