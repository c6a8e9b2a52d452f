"""The commands of whoever looks after an installation, as they are typed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from live import Line, Server, until
from sqlalchemy import select

from workshop.erasures import name_of
from workshop.models import Person, Room

Dial = Callable[..., Line]


def public_key(server: Server, file: Path) -> str:
    """A new pair; the private one is in the file."""
    made = server.workshop("backup-key", str(file))
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0 or os.name == "nt"
    return made.stdout.splitlines()[0]


def test_a_backup_of_a_running_server_comes_back_elsewhere_with_its_links(
    own_server: Server, dial: Dial, tmp_path: Path
) -> None:
    room = own_server.create()
    noor, sem = (own_server.join(room["code"], name)["token"] for name in ("Noor", "Sem"))
    dial(own_server, sem).note("preparation", "Van Sem")
    to = public_key(own_server, tmp_path / "key")
    file = str(tmp_path / "workshop.age")
    made = own_server.workshop("backup", file, "--to", to)
    assert made.returncode == 0 and "erasures.log" in made.stdout, made.stderr
    assert own_server.get("/api/me", noor, method="DELETE").status == 204

    (tmp_path / "elsewhere").mkdir()
    elsewhere = Server(tmp_path / "elsewhere")
    refused = elsewhere.workshop("restore", file, "--identity", str(tmp_path / "key"))
    assert refused.returncode == 1 and "does not know this backup" in refused.stderr
    log = tmp_path / "elsewhere" / "instance" / "erasures.log"
    log.write_bytes((tmp_path / "instance" / "erasures.log").read_bytes())
    restored = elsewhere.workshop("restore", file, "--identity", str(tmp_path / "key"))
    assert restored.returncode == 0 and restored.stdout.startswith("1 room, as it was on"), restored.stderr
    with elsewhere:
        leader = dial(elsewhere, room["lead_token"])
        assert [person["name"] for person in leader.snapshot["people"]] == ["Sem"]
        assert elsewhere.get("/api/me", noor).status == 401
        assert [note["text"] for note in elsewhere.get("/api/me", sem).json()["notes"]] == ["Van Sem"]
        new = elsewhere.join(room["code"], "Bo")
        assert new["person"] > 1_000_000
        again = elsewhere.workshop("restore", file, "--identity", str(tmp_path / "key"))
        assert again.returncode == 1 and "Another server uses" in again.stderr


def test_from_sqlite_to_postgres_while_nobody_serves(
    own_server: Server, dial: Dial, tmp_path: Path, empty_postgres_url: str
) -> None:
    room = own_server.create()
    noor = own_server.join(room["code"], "Noor")["token"]
    refused = own_server.workshop("move", "--to", empty_postgres_url)
    assert refused.returncode == 1 and "Another server uses" in refused.stderr
    own_server.stop()
    moved = own_server.workshop("move", "--to", empty_postgres_url)
    assert moved.returncode == 0 and moved.stdout.startswith("1 room is there now"), moved.stderr
    assert "Set DATABASE_URL to" in moved.stdout and "***" not in moved.stdout, "no address that cannot be used"
    assert own_server.workshop("move", "--to", empty_postgres_url).returncode == 1, "somebody is there now"
    there = Server(tmp_path, DATABASE_URL=empty_postgres_url)
    with there:
        assert dial(there, noor).snapshot["me"]["name"] == "Noor"
        assert there.join(room["code"], "Sem")["person"] > 1
    own_server.start()


def test_a_backup_is_made_whole_or_not_at_all(own_server: Server, tmp_path: Path) -> None:
    to = public_key(own_server, tmp_path / "key")
    for wrong in (["--to", "age1nonsense"], [], ["--plain", "--to", to]):
        refused = own_server.workshop("backup", str(tmp_path / "backup"), *wrong)
        assert refused.returncode == 1 and "Traceback" not in refused.stderr
    (tmp_path / "there").write_text("something else")
    assert "is there already" in own_server.workshop("backup", str(tmp_path / "there"), "--plain").stderr
    assert "is there already" in own_server.workshop("backup-key", str(tmp_path / "key")).stderr
    nowhere = own_server.workshop("backup", str(tmp_path / "nowhere" / "backup"), "--plain")
    assert nowhere.returncode == 1
    assert nowhere.stderr == f"{tmp_path / 'nowhere' / 'backup'}: No such file or directory\n", (
        "the name that was given"
    )
    log = tmp_path / "instance" / "erasures.log"
    log.unlink(missing_ok=True)
    log.mkdir()
    unwritten = own_server.workshop("backup", str(tmp_path / "backup"), "--plain")
    assert unwritten.returncode == 1 and "cannot be written; mend that first" in unwritten.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "key", "server.log", "there"]


def test_erasing_by_command_says_that_it_could_not_be_written_down(own_server: Server, tmp_path: Path) -> None:
    room = own_server.create()
    log = tmp_path / "instance" / "erasures.log"
    log.mkdir()
    done = own_server.workshop("erase", room["code"], "--yes")
    assert done.returncode == 1 and "It is done, but" in done.stderr
    assert until(lambda: own_server.get(f"/r/{room['code']}").status == 404)


def test_one_wrong_digit_erases_nothing_unasked(sqlite_server: Server) -> None:
    room = sqlite_server.create(title="Samen oefenen")
    code = room["code"]
    for text in ("", "no\n", "y\n"):
        unsure = sqlite_server.workshop("erase", code, text=text)
        assert unsure.returncode == 1 and "Nothing was done" in unsure.stderr
        assert "‘Samen oefenen’ of 20" in unsure.stdout and f"{code[:4]} {code[4:]}" in unsure.stdout
        assert sqlite_server.get(f"/api/rooms/{code}").status == 200
    sure = sqlite_server.workshop("erase", code, text="yes\n")
    assert sure.returncode == 0 and sure.stdout.endswith(f"{code[:4]} {code[4:]} is erased.\n"), sure.stderr
    assert sqlite_server.get(f"/api/rooms/{code}").status == 404


def test_no_kill_loses_an_erasure(own_server: Server, tmp_path: Path) -> None:
    """Whoever is gone from the database stands in the log, however the server ended."""
    room = own_server.create()
    stays = own_server.join(room["code"], "Noor")["person"]
    with own_server.database.reading() as session:
        called = name_of(session.scalars(select(Room)).one())
    tokens = [own_server.join(room["code"], f"Sem {n}") for n in range(24)]
    left = threading.Semaphore(0)

    def erase(token: str) -> None:
        with suppress(OSError, HTTPException):
            if own_server.get("/api/me", token, method="DELETE").status == 204:
                left.release()

    with ThreadPoolExecutor(8) as pool:
        for one in tokens:
            pool.submit(erase, one["token"])
        for _ in range(6):
            left.acquire()
        own_server.kill()
    with own_server.database.reading() as session:
        there = set(session.scalars(select(Person.id)))
    lines = [json.loads(line) for line in (tmp_path / "instance" / "erasures.log").read_text().splitlines()]
    written = {id for line in lines if line["is"] == "erased" and line["room"] == called for id in line["people"]}
    gone = {one["person"] for one in tokens} - there
    assert len(gone) >= 6 and gone <= written
    assert stays in there
    own_server.start()
