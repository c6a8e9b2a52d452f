"""What the operator has to see to is said before it goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from live import Server, until

from config import Settings
from workshop import trouble
from workshop.database import Database
from workshop.erasures import Erasure, Log

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
NOW = int(NOON.timestamp() * 1000)
PLENTY, NONE = 10**18, 0


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """An installation in which nothing is wrong."""
    yield Settings(tmp_path, f"sqlite:///{tmp_path / 'data.sqlite'}", None, "s", None, 0, "threading")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Its log of erasures."""
    made = Log()
    made.use(tmp_path / "erasures.log")
    return made


def certificate(until: datetime) -> bytes:
    """One that is good until then, and the one it hangs under, which is good for longer."""
    key = ec.generate_private_key(ec.SECP256R1())

    def one(name: str, end: datetime) -> bytes:
        of = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = x509.CertificateBuilder().subject_name(of).issuer_name(of).public_key(key.public_key())
        made = made.serial_number(1).not_valid_before(NOON - timedelta(days=90)).not_valid_after(end)
        return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    return one("workshop.example.org", until) + one("Authority", NOON + timedelta(days=3650))


def of_certificate(settings: Settings, log: Log, path: Path) -> list[trouble.Trouble]:
    """What is said of this one."""
    with_one = Settings(**{**vars(settings), "tls_certificate": path})
    return trouble.found(with_one, log, NOW, NONE)


def test_nothing_is_said_if_nothing_is_wrong(settings: Settings, log: Log) -> None:
    assert trouble.found(settings, log, NOW, NONE) == []


def test_a_disk_that_fills_up_is_named_once(settings: Settings, log: Log) -> None:
    (one,) = trouble.found(settings, log, NOW, PLENTY)
    assert (one.kind, one.where) == ("disk", str(settings.instance)) and "MB left" in one.sentence
    assert one.left is not None and 0 <= one.left < PLENTY
    assert trouble.folders(settings, log) == [settings.instance], "three folders on one disk"


@pytest.mark.parametrize(
    ("days", "said"),
    [(90.0, None), (14.0, None), (13.9, "runs out in 14 days"), (1.0, "in 24 hours"), (-0.5, "ran out 12 hours ago")],
)
def test_a_certificate_is_said_to_run_out_in_time(
    settings: Settings, log: Log, tmp_path: Path, days: float, said: str | None
) -> None:
    path = tmp_path / "fullchain.pem"
    path.write_bytes(certificate(NOON + timedelta(days=days)))
    found = of_certificate(settings, log, path)
    assert [(one.kind, said in one.sentence if said else None) for one in found] == (
        [("certificate", True)] if said else []
    )


def test_a_certificate_that_cannot_be_read_is_said_too(settings: Settings, log: Log, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("-----BEGIN NONSENSE-----")
    for path, why in ((tmp_path / "none.pem", "it is no certificate"), (tmp_path / "lost.pem", "No such file")):
        (one,) = of_certificate(settings, log, path)
        assert why in one.sentence


def test_a_log_that_cannot_be_written_is_said_with_what_waits(settings: Settings, log: Log) -> None:
    assert log.path is not None
    log.path.mkdir()
    (one,) = trouble.found(settings, log, NOW, NONE)
    assert one.kind == "erasures" and "lines wait" not in one.sentence
    with log.noting() as note:
        note([Erasure(NOW, "a room", whole=True)])
    (one,) = trouble.found(settings, log, NOW, NONE)
    assert one.left == 1 and "1 line waits" in one.sentence


@pytest.mark.parametrize("url", ["postgresql://noor:secret@127.0.0.1:1/db", "sqlite:///{}/notes.txt"])
def test_a_database_that_is_away_or_is_none_is_said(settings: Settings, tmp_path: Path, url: str) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and no database. " * 100)
    wrong = Settings(**{**vars(settings), "database_url": url.format(tmp_path)})
    database = Database()
    database.connect(wrong.database_url)
    (one,) = trouble.of_database(wrong, database)
    assert one.kind == "database" and "cannot be used" in one.sentence and "secret" not in one.sentence
    assert len(one.sentence.splitlines()) == 1


def test_a_database_that_is_not_there_yet_is_not_made_by_asking(settings: Settings, tmp_path: Path) -> None:
    database = Database()
    database.connect(settings.database_url)
    assert trouble.of_database(settings, database) == [] and not list(tmp_path.iterdir())
    with database.writing():
        pass
    assert trouble.of_database(settings, database) == [] and list(tmp_path.iterdir())
    database.disconnect()


def test_check_refuses_what_serve_refuses(sqlite_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite_server.environ, "PUBLIC_URL", "https://example.org/lead")
    done = sqlite_server.workshop("check")
    assert done.returncode == 1 and "PUBLIC_URL" in done.stderr


def test_it_is_in_the_log_at_the_start_and_said_by_a_command(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    path = tmp_path / "cert.pem"
    path.write_bytes(certificate(datetime.now(UTC) + timedelta(days=3)))
    with Server(tmp_path, TLS_CERTIFICATE=str(path)) as server:
        until(lambda: "runs out in 3 days" in server.said.read_text())
        said = server.workshop("check")
        assert said.returncode == 1 and "runs out in 3 days" in said.stdout
        server.environ["TLS_CERTIFICATE"] = ""
        assert "runs out" not in server.workshop("check").stdout
