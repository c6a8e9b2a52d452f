"""A PostgreSQL of a test's own, which can be stopped and started; and who wrote what to a room."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from live import COMMAND, PATIENCE, Server, free_port
from sqlalchemy import text

from workshop.holding import ROOMS

PROGRAMS = [Path(path).parent for path in glob("/usr/lib/postgresql/*/bin/initdb")]
OF_ROOMS = (
    f"locktype = 'advisory' AND classid = {ROOMS} "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""The locks of rooms in this database."""
SEEN = f"""
CREATE SCHEMA seen;
CREATE TABLE seen.writes (number bigserial, room int, was int, revision int, by_whom text, holder text);
CREATE FUNCTION seen.write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_stat_clear_snapshot();
    INSERT INTO seen.writes (room, was, revision, by_whom, holder)
    SELECT NEW.id, OLD.revision, NEW.revision, current_setting('application_name'),
        (SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE {OF_ROOMS} AND objid = NEW.id AND granted);
    RETURN NULL;
END $$;
CREATE TRIGGER seen AFTER UPDATE OF revision ON rooms
    FOR EACH ROW WHEN (NEW.revision <> OLD.revision) EXECUTE FUNCTION seen.write();
"""
"""Each change of a room's revision, which every write counts: by which process, and which one had the room's lock then.
A process is known by its PGAPPNAME."""

BESIDE = (COMMAND, "")
"""Who writes without holding a room: a command, and the test itself, which has no name."""


def watch_writes(server: Server) -> None:
    """From now on."""
    with server.database.engine.begin() as connection:
        connection.exec_driver_sql(SEEN)


def held_twice(server: Server) -> list[str]:
    """What should not have been written: by a process that lost the room, after the one that has it had begun; or on
    top of anything else than the revision before."""
    asked = text("SELECT room, was, revision, by_whom, holder FROM seen.writes ORDER BY room, number")
    with server.database.reading() as session:
        rows = session.execute(asked).all()
    wrong = []
    for room, writes in groupby(rows, key=lambda row: row.room):
        before = None
        for row in writes:
            if before is not None and row.was != before.revision:
                wrong.append(f"room {room}: {row} after {before}")
            of_another = row.holder not in (None, row.by_whom) and row.by_whom not in BESIDE
            if before is not None and of_another and before.by_whom == row.holder:
                wrong.append(f"room {room}: {row}, while {row.holder} had it and had written")
            before = row
    assert rows, "nothing was seen"
    return wrong


class Cluster:
    """One that runs."""

    def __init__(self, folder: Path) -> None:
        self._data, self.port = folder / "data", free_port()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")

    @property
    def url(self) -> str:
        """Its one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Until it answers."""
        options = f"-p {self.port} -k {self._data} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-w", "-l", str(self._data / "log"), "-o", options, "start")

    def stop(self) -> None:
        """As a restart does: it waits for nobody, and cuts who is in."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    def _run(self, program: str, *options: str) -> None:
        command = [*self._as, str(PROGRAMS[-1] / program), "-D", str(self._data), *options]
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=2 * PATIENCE
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for this test alone, in a folder that its user may enter."""
    if not PROGRAMS:
        pytest.skip("the programs of PostgreSQL are not on this machine")
    with TemporaryDirectory(prefix="workshop-postgres-") as folder:
        one = Cluster(Path(folder))
        one.start()
        try:
            yield one
        finally:
            one.stop()
