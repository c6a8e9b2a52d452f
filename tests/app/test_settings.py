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
    "http://[::FFFF:192.0.2.1]": "http://[::ffff:c000:201]",
    "HTTPS://Intranet.Example.org:443/Workshop/": "https://intranet.example.org/Workshop",
    "https://intranet.example.org/tools/work_shop-2//": "https://intranet.example.org/tools/work_shop-2",
    "https://[2001:DB8::1]:8443/workshop": "https://[2001:db8::1]:8443/workshop",
    "http://192.168.1.20:5000": "http://192.168.1.20:5000",
    "http://localhost:5000": "http://localhost:5000",
}
WRONG = {
    "PUBLIC_URL": [
        "workshop.example.org", "https://", "https:///lead", "https:/example.org", "ftp://example.org",
        f"{HOUSE}/een werkplaats", f"{HOUSE}/wérkplaats", f"{HOUSE}/a//b", f"{HOUSE}/../b", f"{HOUSE}/a/.",
        f"{HOUSE}/%77", f"{HOUSE}/a;b", f"{HOUSE}/?a=b", f"{HOUSE}/workshop?", f"{HOUSE}?", f"{HOUSE}#",
        f"{HOUSE}/ lead", "https://workshop example.org",
        "https://workshop.\nexample.org", "https://example.org\\lead", "https://noor:secret@example.org",
        f"{HOUSE}:x", f"{HOUSE}:0", f"{HOUSE}:99999", "https://[::1", "https://my_host.example.org", "https://a..b",
        "https://-a.example.org", "https://0.0.0.0:5000", "http://[::]", "http://127.1:5000", "http://0x7f.0.0.1",
        "http://[fe80::1%25eth0]:5000", f'"{HOUSE}"', f"'{HOUSE}'", "https://example.org,https://example.com",
    ],
    "DATABASE_URL": [
        "mysql://host/name", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://srv/data.sqlite",
        "sqlite:////srv/a?b/data.sqlite", "sqlite:///file:x?mode=memory&uri=true", "sqlite+aiosqlite:///data.sqlite",
        "sqlite:////tmp", "postgresql+asyncpg://host/name", "postgresql://host:port/name", "postgresql://host:0/name",
        "postgresql://host:99999/name", "sqlite:////there/is/no/such/folder/data.sqlite", "sqlite:///%00", '"sqlite:////srv/data.sqlite"',
    ],
    "REDIS_URL": ["redis://127.0.0.1"],
    "TRUSTED_PROXIES": ["²", "-1", "one", "1.0", "1_0", "11", "9" * 5_000, "true"],
    "PEOPLE_A_ROOM": ["²", "0", "400.0", "9" * 5_000, "4e2"],
    "ASYNC_MODE": ["asyncio", "Gevent"],
    "LOG_FORMAT": ["yaml", "JSON", "'json'"],
    "STYLEGUIDE": ["perhaps", "2"],
    "SECRET_KEY": ["   ", "x", "fifteen letters"],
    "ERASURES_LOG": [str(Path(__file__).parent), "/there/is/no/such/folder/log"],
    "METRICS_TOKEN": ["   ", "two words", "ends in a line, as files do\n", "geheim van Zoë, lang", "metrics"],
    "SMTP_URL": [
        "mail.example.org", "mail.example.org:25", "http://mail.example.org", "smtp://", "smtp://:25", "smtp+tls://a.b",
        "smtp://noor:secret@mail.example.org:x", "smtp://noor:secret@mail.example.org:0", "smtp://noor@mail.example.org",
        "smtp://:secret@mail.example.org", "smtp://noor:se/secret@mail.example.org", "smtp://noor:se#secret@mail.example",
        "smtps://mail.example.org/inbox", "smtps://mail.example.org?x", "smtp://mail example.org", "smtp://[::1",
        "smtp://mail.example.org",
    ],
    "MAIL_FROM": [
        "workshop", "Workshop <workshop@example.org>", "a@example.org, b@example.org", "zoë@example.org", "a@b",
        "workshop@example.org",
    ],
    "INSTANCE_PATH": [__file__, f"{__file__}/below", '"/srv/workshop"'],
}  # fmt: skip
NO_TEXT = os.fsdecode(b"caf\xe9")


OPENID = {
    "PUBLIC_URL": HOUSE,
    "OPENID_ISSUER": "https://login.example.org/realms/x",
    "OPENID_CLIENT_ID": "workshop",
    "OPENID_CLIENT_SECRET": "theirs, and long enough",
    "OPENID_NAME": "Hogeschool Zo",
    "OPENID_LEADERS": "trainers",
}
"""An organisation's own login, with no more than it takes."""
WRONG_OPENID: list[tuple[str, dict[str, str]]] = [
    *((name, {name: ""}) for name in OPENID if name != "OPENID_LEADERS"),
    ("OPENID_LEADERS", {"OPENID_LEADERS": ""}),
    *(
        ("OPENID_ISSUER", {"OPENID_ISSUER": told})
        for told in (
            "login.example.org", "http://login.example.org", "https://", "https://noor:secret@example.org",
            "https://login.example.org/?x=y", "https://login.example.org/#", "https://login.example.org/{tenantid}/v2.0",
            "https://login.example.org/.well-known/openid-configuration", "https://login example.org", "ftp://x.example",
        )
    ),
    ("OPENID_CLIENT_SECRET", {"OPENID_CLIENT_SECRET": "short"}),
    ("OPENID_NAME", {"OPENID_NAME": "x" * 81}),
    ("OPENID_SCOPE", {"OPENID_SCOPE": "email profile"}),
    ("OPENID_SCOPE", {"OPENID_SCOPE": "openid,email"}),
    ("OPENID_LEADERS", {"OPENID_LEADERS": "a;;b"}),
    ("OPENID_ADMINS", {"OPENID_ADMINS": ";"}),
    ("OPENID_ORGANISATIONS", {"OPENID_ORGANISATION_CLAIM": "home"}),
    ("OPENID_ORGANISATION_CLAIM", {"OPENID_ORGANISATIONS": "han.nl=HAN"}),
    ("OPENID_ORGANISATIONS", {"OPENID_ORGANISATION_CLAIM": "home", "OPENID_ORGANISATIONS": "han.nl"}),
    ("OPENID_ORGANISATIONS", {"OPENID_ORGANISATION_CLAIM": "home", "OPENID_ORGANISATIONS": "=HAN"}),
    (
        "OPENID_ORGANISATION",
        {"OPENID_ORGANISATION": "HAN", "OPENID_ORGANISATION_CLAIM": "home", "OPENID_ORGANISATIONS": "han.nl=HAN"},
    ),
]  # fmt: skip


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


@pytest.mark.parametrize(("name", "told"), WRONG_OPENID, ids=ascii)
def test_a_login_of_an_organisation_that_cannot_work_is_refused(
    tmp_path: Path, name: str, told: dict[str, str]
) -> None:
    with pytest.raises(WrongSetting, match=name) as refused:
        read(tmp_path, **OPENID | told)
    assert str(refused.value).endswith(".") and OPENID["OPENID_CLIENT_SECRET"] not in str(refused.value)


def test_a_login_of_an_organisation_is_all_of_it_or_none(tmp_path: Path) -> None:
    assert read(tmp_path, PUBLIC_URL=HOUSE).openid is None
    found = read(tmp_path, **OPENID | {"OPENID_LEADERS": "CN=Trainers,OU=x ; a b"}).openid
    assert found is not None and found.leaders == {"CN=Trainers,OU=x", "a b"}
    assert (found.scope, found.role_claim, found.admins, found.organisation) == (
        "openid email profile", "roles", frozenset(), None,
    )  # fmt: skip
    two = {"OPENID_ORGANISATION_CLAIM": "home", "OPENID_ORGANISATIONS": "han.nl=HAN; OU=x = Zuyd Hogeschool"}
    found = read(tmp_path, **OPENID | two).openid
    assert found is not None and found.organisations == (("han.nl", "HAN"), ("OU=x", "Zuyd Hogeschool"))


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


@pytest.mark.parametrize(
    "smtp", ["smtp://localhost", "SMTPS://no%40or:se%2Fcret@Mail.example.org:465/", "smtp://[::1]:25"]
)
def test_mail_has_a_server_a_sender_and_an_address_to_come_back_to(tmp_path: Path, smtp: str) -> None:
    told = {"SMTP_URL": smtp, "MAIL_FROM": "workshop@example.org", "PUBLIC_URL": HOUSE}
    settings = read(tmp_path, **told)
    assert (settings.smtp_url, settings.mail_from) == (smtp, "workshop@example.org")
    for without, says in (
        ("PUBLIC_URL", "needs PUBLIC_URL"),
        ("MAIL_FROM", "go together"),
        ("SMTP_URL", "go together"),
    ):
        with pytest.raises(WrongSetting, match=says):
            read(tmp_path, **told | {without: ""})


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
    assert read(tmp_path, DATABASE_URL=told).database_url == told


@pytest.mark.parametrize(
    "told",
    [
        {"PUBLIC_URL": f"{HOUSE}/x y"},
        {"PUBLIC_URL": f"{HOUSE}/lead"},
        {"REDIS_URL": "redis://127.0.0.1"},
        {"TRUSTED_PROXIES": "²"},
    ],
    ids=str,
)
def test_the_start_ends_with_one_line(sqlite_server: Server, told: dict[str, str]) -> None:
    environ, sqlite_server.environ = sqlite_server.environ, sqlite_server.environ | told
    try:
        done = sqlite_server.workshop("serve", "--port", "1")
    finally:
        sqlite_server.environ = environ
    assert done.returncode == 1 and not done.stdout and len(done.stderr.splitlines()) == 1, done.stderr
