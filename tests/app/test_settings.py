"""Every setting: what cannot work is refused with a sentence before anything is served; another spelling of the same is
the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from live import Server
from sqlalchemy import make_url

from config import WrongSetting, from_environment

HOUSE = "https://workshop.example.org"
SAME = {
    "https://workshop.example.org/": HOUSE,
    "HTTPS://Workshop.Example.ORG": HOUSE,
    "https://workshop.example.org:443": HOUSE,
    "https://workshop.example.org:443//": HOUSE,
    "https://workshop.example.org.": HOUSE,
    "  https://workshop.example.org\r\n": HOUSE,
    "http://workshop.example.org:80": "http://workshop.example.org",
    "https://workshop.example.org:80": "https://workshop.example.org:80",
    "https://Wérkplaats.example.org": "https://xn--wrkplaats-b4a.example.org",
    "https://xn--wrkplaats-b4a.example.org": "https://xn--wrkplaats-b4a.example.org",
    "https://straße.example.org": "https://xn--strae-oqa.example.org",
    "http://[2001:DB8:0:0::1]:5000": "http://[2001:db8::1]:5000",
    "http://192.168.1.20:5000": "http://192.168.1.20:5000",
    "http://localhost:5000": "http://localhost:5000",
}
WRONG = {
    "PUBLIC_URL": [
        "workshop.example.org", "https://", "https:///lead", "https:/example.org", "ftp://example.org",
        f"{HOUSE}/workshop", f"{HOUSE}/?a=b", f"{HOUSE}?", f"{HOUSE}#", f"{HOUSE}/ lead",
        "https://workshop example.org",
        "https://workshop.\nexample.org", "https://example.org\\lead", "https://noor:secret@example.org",
        f"{HOUSE}:x", f"{HOUSE}:0", f"{HOUSE}:99999", "https://[::1", "https://my_host.example.org", "https://a..b",
        "https://-a.example.org", "https://0.0.0.0:5000", "http://[::]", "http://127.1:5000", "http://0x7f.0.0.1",
        "http://[fe80::1%25eth0]:5000", f'"{HOUSE}"', f"'{HOUSE}'", "https://example.org,https://example.com",
    ],
    "DATABASE_URL": [
        "mysql://host/name", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://srv/data.sqlite",
        "sqlite:////srv/a?b/data.sqlite", "sqlite:///file:x?mode=memory&uri=true", "sqlite+aiosqlite:///data.sqlite",
        "sqlite:////tmp", "postgresql+asyncpg://host/name", "postgresql://host:port/name", "postgresql://host:0/name",
        "postgresql://host:99999/name", '"sqlite:////srv/data.sqlite"',
    ],
    "REDIS_URL": ["redis://127.0.0.1"],
    "TRUSTED_PROXIES": ["²", "-1", "one", "1.0", "1_0", "11", "9" * 5_000, "true"],
    "PEOPLE_A_ROOM": ["²", "0", "400.0", "9" * 5_000, "4e2"],
    "ASYNC_MODE": ["asyncio", "Gevent"],
    "STYLEGUIDE": ["perhaps", "2"],
    "SECRET_KEY": ["   "],
    "METRICS_TOKEN": ["   ", "two words", "ends in a line\n", "gehé"],
    "INSTANCE_PATH": [__file__, f"{__file__}/below", '"/srv/workshop"'],
}  # fmt: skip
NO_TEXT = os.fsdecode(b"caf\xe9")


def read(folder: Path, **told: str):  # type: ignore[no-untyped-def]
    return from_environment({"INSTANCE_PATH": str(folder / "instance")} | told)


@pytest.mark.parametrize(("told", "same"), SAME.items(), ids=ascii)
def test_another_spelling_of_an_address_is_the_same_address(tmp_path: Path, told: str, same: str) -> None:
    assert read(tmp_path, PUBLIC_URL=told).public_url == same


@pytest.mark.parametrize(("name", "told"), [(name, told) for name, all in WRONG.items() for told in all], ids=ascii)
def test_a_setting_that_cannot_work_is_refused(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(tmp_path, **{name: told})
    said = str(refused.value)
    assert name in said and said.endswith(".") and len(said) < 6_000, said
    assert "secret" not in said, "no password is repeated"


@pytest.mark.parametrize("name", [*WRONG, "ORGANISATION", "PRIVACY_CONTACT"])
def test_what_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        read(tmp_path, **{name: NO_TEXT})


def test_empty_is_as_good_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    empty = from_environment(dict.fromkeys([*WRONG, "ORGANISATION", "PRIVACY_CONTACT"], ""))
    blank = from_environment(dict.fromkeys(set(WRONG) - {"SECRET_KEY", "METRICS_TOKEN"}, " "))
    assert empty == blank == from_environment({}) and empty.instance == tmp_path / "instance"


def test_a_home_is_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert from_environment({"INSTANCE_PATH": "~/workshop"}).instance == tmp_path / "workshop"


@pytest.mark.parametrize("told", ["1", "true", "Yes", " on "])
def test_what_people_write_for_on_is_on(tmp_path: Path, told: str) -> None:
    assert read(tmp_path, STYLEGUIDE=told).styleguide and not read(tmp_path, STYLEGUIDE="False").styleguide


@pytest.mark.parametrize("told", ["SQLite:////srv/Data.sqlite", "Postgresql://noor:Pa%2Fss@Host/Name"])
def test_a_database_by_its_name_in_capitals(tmp_path: Path, told: str) -> None:
    found = read(tmp_path, DATABASE_URL=told).database_url
    assert (
        found.partition(":")[0] == told.partition(":")[0].lower() and found.partition(":")[2] == told.partition(":")[2]
    )


def test_a_secret_that_is_no_secret_signs_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "instance" / "secret_key"
    secret = read(tmp_path).secret_key
    for broken in (b"", b"\n", b"\xff\xfe"):
        kept.write_bytes(broken)
        with pytest.raises(WrongSetting, match="secret_key"):
            read(tmp_path)
    kept.unlink()
    assert len(read(tmp_path).secret_key) == len(secret)


ODD = [
    "wh?t",
    "n#1",
    "100%",
    "a%20b",
    "two words",
    "it's",
    'q"q',
    "Zoë 🙂",
    "a&b=c;d",
    "[x]",
    "{x}",
    "back\\slash",
    ":x",
    "?",
]


@pytest.mark.parametrize("name", ODD)
def test_a_folder_is_called_as_it_is_called(tmp_path: Path, name: str) -> None:
    """Whatever a name looks like to an address, what is kept is inside."""
    instance = tmp_path / name / "instance"
    settings = from_environment({"INSTANCE_PATH": str(instance)})
    assert make_url(settings.database_url).database == str(instance / "workshop.sqlite")
    told = settings.database_url
    assert from_environment({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": told}).database_url == told


@pytest.mark.parametrize(
    "told", [{"PUBLIC_URL": f"{HOUSE}/x"}, {"REDIS_URL": "redis://127.0.0.1"}, {"TRUSTED_PROXIES": "²"}], ids=str
)
def test_the_start_ends_with_one_line(sqlite_server: Server, told: dict[str, str]) -> None:
    environ, sqlite_server.environ = sqlite_server.environ, sqlite_server.environ | told
    try:
        done = sqlite_server.workshop("serve", "--port", "1")
    finally:
        sqlite_server.environ = environ
    assert done.returncode == 1 and not done.stdout and len(done.stderr.splitlines()) == 1, done.stderr
