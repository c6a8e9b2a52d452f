"""Other users of the machine read nothing of what people wrote: the bits of every file and folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from live import Line, Server
from sqlalchemy import make_url

from config import from_environment
from workshop.private import keep_private, write_private

OPEN_TO_ALL = {"folder": 0o755, "file": 0o644}


def modes(folder: Path) -> dict[str, str]:
    """Who may do what, for a folder and all in it."""
    return {
        str(path.relative_to(folder.parent)): stat.filemode(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


def open_up(folder: Path) -> None:
    """As the first versions left it."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(OPEN_TO_ALL["folder" if path.is_dir() else "file"])


def test_nobody_else_reads_the_instance_folder(tmp_path: Path) -> None:
    with Server(tmp_path, pressed=False) as server:
        made = server.create()
        line = Line(server, server.join(made["code"], "Noor")["token"])
        line.note("tip", "x", "organiser")
        found = modes(tmp_path / "instance")
        assert {"instance/workshop.sqlite", "instance/workshop.sqlite-wal", "instance/secret_key"} <= set(found)
        assert not {path: mode for path, mode in found.items() if mode[4:] != "------"}
        line.close()
        server.kill()  # so that the files beside the database stay
        open_up(tmp_path / "instance")
        server.start()
        found = modes(tmp_path / "instance")
        assert not {path: mode for path, mode in found.items() if mode[4:] != "------"}, "what there was is mended"
        assert server.get("/lead").status == 302


def test_what_a_command_writes_is_its_users_alone(tmp_path: Path) -> None:
    with Server(tmp_path, pressed=False) as server:
        made = server.create()
        old = tmp_path / "old.csv"
        old.write_text("an earlier download")
        old.chmod(0o644)
        for name in ("new.csv", "old.csv"):
            done = server.workshop("export", made["code"], "--format", "csv", "--output", str(tmp_path / name))
            assert done.returncode == 0, done.stderr
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        done = server.workshop("pack", "copy", "nl", str(tmp_path / "pack"))
        assert done.returncode == 0 and (tmp_path / "pack" / "pack.yaml").stat().st_mode & 0o044 == 0o044


def test_a_folder_that_was_given_to_a_group_stays_the_groups(tmp_path: Path) -> None:
    """Such as for who makes the backups. Others still read nothing."""
    with Server(tmp_path, pressed=False) as server:
        server.stop()
        (tmp_path / "instance" / "workshop.sqlite").chmod(0o644)
        (tmp_path / "instance").chmod(0o750)
        server.start()
        server.create()
        found = modes(tmp_path / "instance")
        assert found["instance"] == "drwxr-x---" and found["instance/workshop.sqlite"] == "-rw-r-----"
        assert not {path: mode for path, mode in found.items() if mode[7:] != "---" or mode[5] == "w"}


def test_a_database_elsewhere_is_private_too_and_its_folder_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    with Server(tmp_path, DATABASE_URL=f"sqlite:///{elsewhere / 'data.sqlite'}") as server:
        server.create()
        found = modes(elsewhere)
        assert found.pop("elsewhere") == "drwxr-xr-x"
        assert len(found) == 4 and not {path: mode for path, mode in found.items() if mode[4:] != "------"}


SITE = {"index.html": 0o644, "bin/tool": 0o755, "static/style.css": 0o644}
"""A folder that is somebody else's, with rights as they need them."""


def somebody_elses(folder: Path) -> dict[str, str]:
    """Puts one there; returns who may do what in it."""
    for name, mode in SITE.items():
        (folder / name).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        (folder / name).write_text("theirs")
        (folder / name).chmod(mode)
    folder.chmod(0o755)
    return modes(folder)


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(
    sqlite_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = somebody_elses(tmp_path / "site")
    monkeypatch.setitem(sqlite_server.environ, "INSTANCE_PATH", str(tmp_path / "site"))
    monkeypatch.setitem(sqlite_server.environ, "DATABASE_URL", "")
    done = sqlite_server.workshop("check")
    assert done.returncode == 1 and "INSTANCE_PATH" in done.stderr and "bin" in done.stderr, done.stderr
    assert modes(tmp_path / "site") == before


def test_what_is_not_ours_in_the_instance_folder_keeps_its_rights(tmp_path: Path) -> None:
    instance, mask = tmp_path / "instance", os.umask(0o022)
    somebody_elses(instance)
    (instance / "packs" / "mine").mkdir(parents=True)
    for name in ("secret_key", "workshop.sqlite-wal", "packs/mine/pack.yaml", "data.sqlite"):
        (instance / name).write_text("kept secret, and long enough")
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "theirs").write_text("x")
    (instance / "static" / "link").symlink_to(tmp_path / "away")
    try:
        settings = from_environment({"INSTANCE_PATH": str(instance)})
        keep_private(settings.instance, make_url(f"sqlite:///{instance / 'data.sqlite'}"))
    finally:
        os.umask(mask)
    found = {name.removeprefix("instance/"): mode for name, mode in modes(instance).items()}
    assert found["index.html"] == found["data.sqlite"] == "-rw-r--r--" and found["bin/tool"] == "-rwxr-xr-x"
    closed = {"instance", "secret_key", "workshop.sqlite-wal", "packs", "packs/mine", "packs/mine/pack.yaml"}
    assert {name for name in closed if found[name][4:] != "------"} == set()
    assert stat.S_IMODE((tmp_path / "away" / "theirs").stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["secret_key", "erasures.log", "data.sqlite", "packs", "lost+found", ".profile"])
def test_a_folder_with_something_of_ours_is_ours(tmp_path: Path, name: str) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    if name in ("packs", "lost+found"):
        (instance / name).mkdir()
    else:
        (instance / name).write_text("kept secret, and long enough")
    if "." in name or name == "secret_key":
        (instance / ".cache").mkdir()
    told = {"INSTANCE_PATH": str(instance), "DATABASE_URL": f"sqlite:///{instance / 'data.sqlite'}"}
    assert from_environment(told).instance == instance


def test_what_is_no_file_keeps_its_rights(tmp_path: Path) -> None:
    pipe, away = tmp_path / "pipe", tmp_path / "away"
    os.mkfifo(pipe, 0o600)
    pipe.chmod(0o666)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_private(pipe, b"data")
    assert os.read(reader, 10) == b"data" and stat.S_IMODE(pipe.stat().st_mode) == 0o666
    os.close(reader)
    with pytest.raises(OSError):
        write_private(away / "no folder", b"data")
