"""What is installed is not what was developed: other folders, other users, files that nobody may write; and a second
server where there is one."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from live import PATIENCE, ROOT, Server, fetch, free_port
from sqlalchemy import make_url, text

from workshop.holding import SERVING
from workshop.private import keep_private

NOBODY_MAY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
"""Root, to whom rights of files apply as to others."""


def installed(site: Path) -> Path:
    """The package as a wheel lays it out, with nothing that may be written."""
    shutil.copytree(ROOT / "workshop", site / "workshop", ignore=shutil.ignore_patterns("__pycache__"))
    build = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    top_level = re.search(r"^TOP_LEVEL = (.+)$", build, re.MULTILINE)
    assert top_level
    for source, goal in ast.literal_eval(top_level[1]).items():
        assert goal.split("/")[0] == "workshop", "the wheel claims no name but its own"
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile)(ROOT / source, site / goal)
    for path in (site, *site.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return site


def run(site: Path, here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the installed program, typed in a folder that has a config.py of its own."""
    here.mkdir(exist_ok=True)
    (here / "config.py").write_text("raise SystemExit('this is somebody else')")
    return subprocess.run(
        [*(NOBODY_MAY if os.geteuid() == 0 else []), sys.executable, "-m", "workshop", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(site)}, cwd=here, capture_output=True, text=True,
        timeout=2 * PATIENCE,
    )  # fmt: skip


def test_an_installed_program_that_nobody_may_write_starts_anywhere(tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    try:
        made = run(site, tmp_path / "here", "create", "--title", "x", "--json")
        assert made.returncode == 0 and "lead_url" in made.stdout, made.stderr
        printed = run(site, tmp_path / "here", "print", json.loads(made.stdout)["code"], "--output", "set.pdf")
        assert printed.returncode == 0, printed.stderr
        copied = run(site, tmp_path / "here", "pack", "copy", "nl", str(tmp_path / "pack"))
        assert copied.returncode == 0, copied.stderr
        assert all(path.stat().st_mode & 0o200 for path in (tmp_path / "pack", *(tmp_path / "pack").rglob("*")))
        pressed = list((tmp_path / "here" / "instance" / "static").iterdir())
        assert len(pressed) == 1 and not pressed[0].name.startswith("."), "no copy that was not finished"
    finally:
        for path in (site, *site.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


def test_a_start_that_fails_leaves_no_copies_behind(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    environ = os.environ | {"INSTANCE_PATH": str(instance)}
    script = "import sys; sys.executable = '/nowhere/python'; from workshop.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", script, "print", "12345678"], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
    assert list((instance / "static").iterdir()) == []


def test_a_server_reads_nothing_that_only_clients_need() -> None:
    """Also where it is installed, as it is beside these tests and for those who rehearse."""
    script = """if True:
        import sys
        from workshop.__main__ import main
        try:
            main()
        except SystemExit:
            print(*(name for name, module in sys.modules.items() if module), file=sys.stderr)
    """
    done = subprocess.run(
        [sys.executable, "-c", script, "serve", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    read = set(done.stderr.split())
    assert {"socketio", "structlog", "workshop.app"} <= read
    assert not read & {"requests", "urllib3", "websocket", "aiohttp", "rich", "docx", "typst", "xlsxwriter"}
    assert not read & {"webauthn", "cryptography", "OpenSSL", "cbor2", "pyasn1", "joserfc"}, "most log in by a password"


def second(server: Server, **told: str) -> subprocess.CompletedProcess[str]:
    """Another server beside one, at another port."""
    return subprocess.run(
        [sys.executable, "-m", "workshop", "serve", "--port", str(free_port())],
        env=server.environ | told, cwd=ROOT, capture_output=True, text=True, timeout=2 * PATIENCE,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess[str], what: str) -> bool:
    assert done.returncode == 1 and not done.stdout and len(done.stderr.splitlines()) == 1, done.stderr + done.stdout
    return "Another server uses" in done.stderr and what in done.stderr


def test_a_second_server_is_refused_and_commands_are_not(tmp_path: Path) -> None:
    with Server(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'data.sqlite'}") as server:
        link = tmp_path / "link.sqlite"
        link.symlink_to(tmp_path / "data.sqlite")
        elsewhere = {"INSTANCE_PATH": str(tmp_path / "other")}
        assert refused(second(server, DATABASE_URL=""), "folder"), "one instance folder, another database"
        assert refused(second(server, **elsewhere, DATABASE_URL=f"sqlite:///{link}"), "data.sqlite"), "by another name"
        made = server.create()
        assert fetch(made["lead_url"]).status == 302 and server.workshop("erase", made["code"], "--yes").returncode == 0
        server.kill()
        server.start()


def test_a_second_server_on_one_postgres_database_is_welcome_but_not_beside_an_earlier_version(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    with Server(tmp_path, DATABASE_URL=empty_postgres_url) as server, Server(tmp_path, DATABASE_URL=empty_postgres_url):
        server.kill()
        server.start()
    with server.database.engine.connect() as earlier:
        earlier.execute(text(f"SELECT pg_advisory_lock({SERVING})"))
        assert refused(second(server), "database"), "it holds all rooms, and shares with nobody"


def test_tables_are_not_changed_under_a_server(empty_postgres_url: str, tmp_path: Path) -> None:
    with Server(tmp_path, DATABASE_URL=empty_postgres_url) as server:
        with server.database.engine.begin() as connection:
            now = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        done = second(server)
        assert done.returncode == 1 and "stop them first" in done.stderr and len(done.stderr.splitlines()) == 1
        with server.database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": now})


def test_a_place_where_nobody_can_listen_is_said_in_a_sentence(sqlite_server: Server) -> None:
    for options in (["--host", "203.0.113.7"], ["--host", "no such name"], ["--host", "http://localhost"]):
        done = sqlite_server.workshop("serve", *options)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "--host" in done.stderr, done.stderr


def test_what_another_process_takes_away_meanwhile_stops_no_start(tmp_path: Path) -> None:
    """Two that start at one moment in one folder, as a machine starts them, make the static files both."""
    over = threading.Event()

    def make_and_take_away() -> None:
        while not over.is_set():
            for part in "abcdefgh":
                (tmp_path / part / "css" / "parts").mkdir(parents=True)
            for part in "abcdefgh":
                shutil.rmtree(tmp_path / part)

    another, before = threading.Thread(target=make_and_take_away), os.umask(0o022)
    another.start()
    try:
        for _ in range(200):
            keep_private(tmp_path, make_url("postgresql:///workshop"))
    finally:
        over.set()
        another.join()
        os.umask(before)
