"""What is typed at the command line: what cannot be meant is refused in a sentence, without a traceback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest
from flask import Flask
from live import PATIENCE, ROOT, Server, free_port

from workshop import accounts
from workshop.cli import _parser
from workshop.core.errors import Refused
from workshop.extensions import db, now

PASSWORD = "een heel lang wachtwoord"


def typed(server: Server, redirected: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """A command as a shell runs it, with streams sent elsewhere."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m workshop "$@" {redirected}', sys.executable, *arguments],
        env=server.environ, cwd=ROOT, timeout=2 * PATIENCE, stderr=subprocess.PIPE, **options,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line that says what is wrong."""
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 1
    return line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        *((["serve", "--host", host], "0.0.0.0 for all") for host in ("", " ", "[]")),
        *((["create", "--title", "x", "--keep", keep], "write 30d or 12h") for keep in ("30", "1w", "1d12h", "", "²d")),
        *((["print", "12345678", "--tables", tables], "is no number of tables") for tables in ("0", "x", "1000")),
    ],
    ids=str,
)
def test_a_word_that_cannot_be_meant_is_refused(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(arguments)
    assert says in (last := capsys.readouterr().err.splitlines()[-1]) and len(last) < 160


@pytest.mark.parametrize(
    ("keep", "seconds"), [("30d", 2_592_000), ("12h", 43_200), (" 1D ", 86_400), ("48h", 172_800), ("1h30m", 5_400)]
)
def test_how_long_a_room_is_kept(keep: str, seconds: int) -> None:
    assert _parser().parse_args(["create", "--title", "x", "--keep", keep]).keep == seconds
    assert _parser().parse_args(["create", "--title", "x"]).keep == 2_592_000


def test_a_stream_that_is_closed_takes_all_and_gives_nothing(sqlite_server: Server) -> None:
    done = typed(sqlite_server, ">&-", "links", sqlite_server.create()["code"])
    assert (done.returncode, done.stderr) == (0, b"")
    assert "at least" in said(typed(sqlite_server, "<&-", "user", "add", "closed@example.org"))


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_a_password_that_is_no_text_is_refused(
    sqlite_server: Server, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setitem(sqlite_server.environ, "LC_ALL", locale)
    done = typed(sqlite_server, "", "user", "add", "bytes@example.org", input=b"\xff\xfe" * 10 + b"\n")
    assert "no text" in said(done)


def test_a_reader_that_goes_away_is_no_traceback(sqlite_server: Server) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = typed(sqlite_server, "", "links", sqlite_server.create()["code"], stdout=writes)
    os.close(writes)
    assert "ended before it had all" in said(done)


def test_a_terminal_is_not_shown_what_is_no_text(sqlite_server: Server) -> None:
    code, (ours, theirs) = sqlite_server.create()["code"], pty.openpty()
    for command in (["export", code, "--format", "pdf"], ["print", code]):
        assert "--output FILE" in said(typed(sqlite_server, "", *command, stdout=theirs))
    os.close(ours)
    os.close(theirs)


def test_a_choice_in_which_nothing_is_is_said(sqlite_server: Server) -> None:
    for choice, says in (
        (["--from", "2026-12-01", "--to", "2026-11-01"], "later day"),
        (["--label", "nope"], "No workshop"),
    ):
        done = sqlite_server.workshop("export", "--all", *choice, "--format", "csv")
        assert done.returncode == 1 and says in done.stderr and not done.stdout


def test_a_rehearsal_without_a_server_says_to_start_it(sqlite_server: Server) -> None:
    code, nowhere = sqlite_server.create()["code"], f"http://127.0.0.1:{free_port()}"
    done = sqlite_server.workshop("rehearse", code, "--url", nowhere)
    assert done.returncode == 1 and "workshop serve" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_written_is_named(sqlite_server: Server) -> None:
    done = sqlite_server.workshop("backup-key", "/nowhere/key")
    assert (done.returncode, done.stderr) == (1, "/nowhere/key: No such file or directory\n")


@pytest.mark.parametrize("address", ["a b@example.org", "a@b", "a@@example.org", "a@example", "<a@example.org>x y"])
def test_an_address_that_is_none_gets_no_account(app: Flask, address: str) -> None:
    with db.writing() as session:
        with pytest.raises(Refused, match="e-mail address"):
            accounts.free_address(session, address)
        assert accounts.free_address(session, address, typed=False) == address, "of a provider, as it says it"


def test_two_organisations_are_not_told_apart_by_capitals(app: Flask) -> None:
    with db.writing() as session:
        zuid = accounts.add_organisation(session, "Zuid", now())
        accounts.add_organisation(session, "Noord", now())
        makes: list[Callable[[], object]] = [
            lambda: accounts.add_organisation(session, "ZUID", now()),
            lambda: accounts.rename(session, zuid, "noord"),
        ]
        for make in makes:
            with pytest.raises(Refused, match="already"):
                make()
        accounts.rename(session, zuid, "zuid")
        assert zuid.name == "zuid"
