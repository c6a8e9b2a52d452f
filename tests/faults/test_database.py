"""A database that is locked by someone else, or a disk that is full (R13)."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from faults.conftest import Room
from faults.figures import share, size
from faults.phone import Crowd, Phone, end, eventually, play
from faults.test_bounds import ask_on
from faults.test_writing import lost, write_on
from live import Server
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from workshop.core.errors import Refused
from workshop.database import Database, may_be_stored


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """An exclusive transaction from elsewhere: of the whole file, or on PostgreSQL of what is written here."""
    if server.database.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(server.database.engine.url.database or "", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
    else:
        with server.database.engine.connect() as other:
            other.execute(text("LOCK TABLE notes, groups IN EXCLUSIVE MODE"))
            yield
            other.rollback()


@pytest.fixture
def two_connections(postgres_url: str) -> Iterator[Database]:
    """PostgreSQL, which lets in whoever asks twice at a time."""
    address = make_url(postgres_url).set(drivername="postgresql+psycopg2")
    role, admin = f"two_{os.getpid()}", create_engine(address, isolation_level="AUTOCOMMIT")
    few = Database()
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 2"))
        few.connect(str(address.set(username=role)))
        yield few
        few.disconnect()
        connection.execute(text(f"DROP ROLE {role}"))
    admin.dispose()


def test_r13_a_database_whose_connections_are_all_in_use_is_busy(two_connections: Database) -> None:
    with two_connections.reading(), two_connections.reading():
        with pytest.raises(Refused) as refused, two_connections.reading():
            pass
        assert refused.value.code == "busy"
    with two_connections.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_r13_what_a_statement_refused_is_surely_not_stored(two_connections: Database) -> None:
    """Only where the connection itself ended has a room to be read again, and everyone in it waits for that."""
    for sql, may in ("SELECT 1 / 0", False), ("SELECT pg_terminate_backend(pg_backend_pid())", True):
        with pytest.raises(DBAPIError) as found, two_connections.engine.connect() as connection:
            connection.execute(text(sql))
        assert may_be_stored(found.value) == may


def test_r13_a_locked_database_is_busy_and_nobody_waits(server: Server, figure: Callable[..., None]) -> None:
    seconds = size(3, 8)
    rooms = [Room(server, 9, seed) for seed in range(size(3, 8))]
    busy: list[float] = []

    async def insist(phone: Phone, until: float) -> None:
        """Tries to write while it cannot."""
        while time.monotonic() < until:
            since = time.monotonic()
            answer = await phone.call("hand", {"up": True}, 10)
            if answer.get("code") == "busy":
                busy.append(time.monotonic() - since)
            elif time.monotonic() < until:  # a phone may give its line up by itself, where the machine has no time
                assert answer.get("code") in ("too_fast", "timeout", "offline"), answer
            await asyncio.sleep(0.2)

    async def scene() -> tuple[list[float], float, list[Phone]]:
        phones = [phone for room in rooms for phone in room.phones()]
        async with Crowd(phones) as crowd:
            bystanders, writers, newcomer = phones[::3], phones[1::3], phones[2]
            with locked(server):
                until = time.monotonic() + seconds
                insisting = [asyncio.create_task(insist(phone, until)) for phone in writers]
                for phone in writers[:3]:
                    phone.note("written while the database was locked")
                newcomer.drop()  # reading goes on: it comes back in the middle of it
                since = time.monotonic()
                coming = asyncio.create_task(eventually(lambda: newcomer.fresh, 30))
                took = await ask_on(bystanders, seconds)
                await coming
                waited = newcomer.came_back[-1] - since
                await asyncio.sleep(max(0.0, until - time.monotonic()))
            await asyncio.gather(*insisting)
            await crowd.all_saved()
            return took, waited, phones

    took, waited, phones = play(scene())
    base = server.database.engine.dialect.name
    how = f"{base} locked for {seconds} s, {len(rooms)} rooms with 3 writers each"
    assert busy and not lost(server, phones)
    figure(f"bystanders on {base}", share(took, 0.99) * 1000, 200, "ms", f"p99 of {len(took)} answers, {how}")
    figure(f"slowest `busy` on {base}", max(busy), 2, "s", how)  # as long as a probe waits
    figure(f"a snapshot meanwhile on {base}", waited, 5, "s", how)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("no disk can be mounted here: this takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fills(server: Server, fill: Callable[[], None], empty: Callable[[], None]) -> tuple[str, int]:
    """Writes until the disk is full, reads on, and writes again once there is room."""
    room = Room(server, 6)

    async def scene() -> tuple[str, list[Phone]]:
        async with Crowd(room.phones()) as crowd:
            writers = [asyncio.create_task(write_on(phone)) for phone in crowd.phones[:3]]
            await eventually(lambda: all(len(p.saved) > 2 for p in crowd.phones[:3]))
            fill()
            refusal: dict[str, object] = {}
            until = time.monotonic() + 20
            while refusal.get("code") != "failed":
                assert time.monotonic() < until, "never full"
                id = f"00000000-0000-4000-8000-{time.monotonic_ns() % 10**12:012}"
                refusal = await crowd.phones[5].call(
                    "note", {"id": id, "prompt": "tip", "text": "x" * 2000, "visibility": "me"}
                )
                await asyncio.sleep(0.11)
            reader = crowd.phones[4]
            reader.drop()
            await eventually(lambda: reader.fresh)  # reading goes on, also for who comes back
            took = await ask_on(crowd.phones[3:5], 1)
            assert max(took) < 2
            empty()
            await end(writers)
            await crowd.all_saved()
            return str(refusal["detail"]), crowd.phones

    detail, phones = play(scene())
    return detail, len(lost(server, phones))


def test_r13_a_full_disk_is_told_in_words(small_disk: Path, figure: Callable[..., None]) -> None:
    ballast = small_disk / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    with Server(small_disk) as server:
        detail, gone = fills(server, fill, ballast.unlink)
    assert "disk" in detail and "full" in detail
    figure(
        "acknowledged and lost on a full disk", gone, 0, "", "a disk of 3 MB, the log on it as well; reading went on"
    )


def test_r13_a_file_that_may_not_grow_is_told_in_words(tmp_path: Path) -> None:
    """The same without being root: the database file reaches the largest size this process may write."""
    with Server(tmp_path, silent=False) as server:
        assert server.process is not None
        pid = server.process.pid
        wal = Path(str(server.database.engine.url.database) + "-wal")

        def limit(bytes: int) -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes, resource.RLIM_INFINITY))

        detail, gone = fills(
            server,
            lambda: limit(max(wal.stat().st_size, 100_000) + 20_000),
            lambda: limit(resource.RLIM_INFINITY),
        )
    assert "disk" in detail and not gone
