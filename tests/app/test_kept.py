"""What is kept: the page says it, and what it says happens: every column filled, erased, and looked for (S8, S6)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from live import Server, fetch, until
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from config import WrongSetting, from_environment
from workshop import accounts, resets
from workshop.access import LOGIN_DAYS
from workshop.kept import DATED, LINES, TABLES, WORDS
from workshop.models import Base, Room
from workshop.room.ledger import Ledger
from workshop.rooms.change import Change
from workshop.rooms.erasing import erase_person, erase_room
from workshop.rooms.opening import Wanted, open_room
from workshop.rooms.passing import expire
from workshop.store import due
from workshop.store.load import load
from workshop.store.write import write
from workshop.web.privacy import UNTIL

MOST_WORDS = 140
SOON, LATE = 4_000_000_000_000, 4_000_000_000_001
"""A date (ms since the epoch) that no other test comes near, and just after it."""
METADATA = Base.metadata.tables
OWNERS = ("hers", "his")
AS_IT_IS = {
    ("notes", "visibility"): "group",
    ("seats", "roles"): ["client"],
    ("seats", "away"): [],
    ("groups", "active"): True,
}
"""Where the code makes something of what stands there."""


def owned(table: str) -> bool:
    """Its rows go with the person whose they are."""
    return "people" in TABLES[table].until.goes_with


def value(column: Column[Any], owner: str) -> Any:
    """Something to find again, wherever the type of the column has room for it."""
    table = column.table.name  # type: ignore[attr-defined]
    if (table, column.name) in AS_IT_IS:
        return AS_IT_IS[table, column.name]
    if column.name == DATED.get(table):
        return SOON
    canary = f"canary {owner} {table}.{column.name}"
    match column.type:
        case Text() | String():
            return canary[: column.type.length]
        case JSON():
            return {"canary": canary}
        case Boolean():
            return False
        case BigInteger() | Integer():
            return 7
    raise AssertionError(f"{column}: what may stand in it?")


class Filled:
    """A room in which each column of each table has something in it, of two people where it is somebody's."""

    def __init__(self, session: Session) -> None:
        self.ids: dict[tuple[str, str], dict[str, Any]] = {}
        self._put(session, METADATA["accounts"], "hers")
        room = open_room(session, Wanted(title="canary theirs rooms.title"), 1, self.ids["accounts", "hers"]["id"])
        room.erase_at = SOON
        session.flush()
        self.room = room.id
        self.ids["rooms", "hers"] = {"id": room.id}
        for table in Base.metadata.sorted_tables:
            if table.name not in ("accounts", "rooms"):
                for owner in OWNERS if owned(table.name) else OWNERS[:1]:
                    self._put(session, table, owner)

    def _put(self, session: Session, table: Table, owner: str) -> None:
        values = {}
        for column in table.columns:
            for key in column.foreign_keys:
                above = key.column.table.name
                values[column.name] = self.ids.get((above, owner), self.ids.get((above, "hers"), {}))[key.column.name]
            if column.name not in values and not (column.name == "id" and isinstance(column.type, Integer)):
                of = owner if owned(table.name) or table.name == "accounts" else "theirs"
                values[column.name] = value(column, of)
        made = session.execute(insert(table).values(**values)).inserted_primary_key
        self.ids[table.name, owner] = dict(zip(table.primary_key.columns.keys(), made or (), strict=True))

    def left(self, session: Session) -> set[tuple[str, str]]:
        """Whose rows of which tables are still there."""
        found = set()
        for (name, owner), key in self.ids.items():
            table = METADATA[name]
            where = [table.columns[column] == value for column, value in key.items()]
            if session.execute(select(table.primary_key.columns).where(*where)).first():
                found.add((name, owner))
        return found


def done(session: Session, room_id: int, now: int, do: Callable[[Change], None]) -> Change:
    """A use case, written by this session."""
    room = load(session, room_id)
    assert room is not None
    change = Change(Ledger(room, lambda _: 0), now)
    do(change)
    write(session.connection(), [(room_id, change.ledger)])
    return change


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Server:
    """A server whose database a test may fill; on SQLite, whose file it may read, one of its own."""
    found: Server = request.getfixturevalue("own_server" if request.param == "sqlite" else "postgres_server")
    return found


def on_disk(server: Server) -> str:
    """All that stands in the files of an installation on SQLite."""
    server.database.forget()
    until(lambda: not server.database.owes_forgetting or server.database.forget())
    files = [path for path in (server.folder / "instance").rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("latin-1") for path in files)


def test_what_goes_with_a_person_a_room_and_an_account_is_what_the_page_says(place: Server) -> None:
    on_sqlite = place.database.engine.dialect.name == "sqlite"
    with place.database.writing() as session:
        filled = Filled(session)
        everything = filled.left(session)
        assert everything == set(filled.ids) and len({name for name, _ in everything}) == len(METADATA)
    assert not on_sqlite or on_disk(place).count("canary") > 40

    with place.database.writing() as session:
        change = done(session, filled.room, 10, lambda change: erase_person(change, filled.ids["people", "hers"]["id"]))
        gone = {(name, "hers") for name in METADATA if owned(name)}
        assert filled.left(session) == everything - gone
        assert change.forgets
    if on_sqlite:
        assert set(re.findall(r"canary (\w+) \w+\.", on_disk(place))) == {"hers", "his", "theirs"}
        assert set(re.findall(r"canary hers (\w+)\.", on_disk(place))) == {"accounts"}, "her account is another thing"

    with place.database.writing() as session:
        done(session, filled.room, 11, erase_room)
        stay = {(n, "hers") for n in METADATA if TABLES[n].until.goes_with <= {"accounts", "organisations"}}
        assert filled.left(session) == stay
    if on_sqlite:
        assert set(re.findall(r"canary \w+ (\w+)\.", on_disk(place))) <= {name for name, _ in stay}

    with place.database.writing() as session:
        accounts = METADATA["accounts"]
        session.execute(delete(accounts).where(accounts.c.id == filled.ids["accounts", "hers"]["id"]))
        assert {name for name, _ in filled.left(session)} == {"organisations", "packs", "invitations"}
        session.execute(delete(METADATA["organisations"]))
        assert filled.left(session) == set()
    assert not on_sqlite or "canary" not in on_disk(place)


def test_what_has_a_date_goes_on_it_and_not_before(place: Server) -> None:
    with Session(place.database.engine) as session:  # never committed: other tests have dates, too
        filled = Filled(session)
        everything = filled.left(session)
        due.expire(session, SOON - 1)
        assert filled.room not in due.with_expired_passes(session, SOON - 1)
        assert filled.left(session) == everything
        due.expire(session, LATE)
        assert filled.room in due.with_expired_passes(session, LATE)
        done(session, filled.room, LATE, expire)
        gone = {(name, owner) for name, owner in everything if name in DATED and name != "rooms"}
        assert filled.left(session) == everything - gone and len(gone) >= 3


def test_an_erased_account_leaves_its_rooms_to_another_or_takes_them_along(own_server: Server) -> None:
    def user(*arguments: str, text: str = "een heel lang wachtwoord\n") -> Any:
        return own_server.workshop("user", *arguments, text=text)

    assert user("add", "sem@example.org").returncode == 0
    last = user("remove", "sem@example.org", "--yes")
    assert last.returncode == 1 and "last account" in last.stderr
    assert user("add", "noor@example.org").returncode == 0
    admin = user("remove", "sem@example.org", "--yes")
    assert admin.returncode == 1 and "last admin" in admin.stderr
    assert user("grant", "noor@example.org", "--admin").returncode == 0
    elsewhere = own_server.account("jan@example.org", organisation="Elders")
    with own_server.database.writing() as session:
        first, other = accounts.organisations(session)
        sem = accounts.the_account(session, "sem@example.org")
        accounts.join(session, sem, other, "leader")
        here = open_room(session, Wanted(title="Samen"), SOON, sem.id, first.id).code
        there = open_room(session, Wanted(title="Samen"), SOON, sem.id, other.id).code
    for choice, says in (
        ((), "--pass-to ADDRESS (who leads there: noor@example.org)"),
        (("--pass-to", "noor@example.org"), "Rooms of this account in Elders: 1."),
        (("--pass-to", "nobody@example.org", "--pass-to", "noor@example.org"), "no account with this address"),
    ):
        unsaid = user("remove", "sem@example.org", *choice, text="yes\n")
        assert unsaid.returncode == 1 and says in unsaid.stderr
    both = ("--pass-to", "noor@example.org", "--pass-to", "jan@example.org")
    for text in ("", "no\n"):
        unsure = user("remove", "sem@example.org", *both, text=text)
        assert unsure.returncode == 1 and "2 rooms passed on" in unsure.stdout, unsure.stderr
    assert user("remove", " Sem@example.org ", *both, text="yes\n").returncode == 0
    assert user("remove", "sem@example.org", "--yes").returncode == 1
    with own_server.database.reading() as session:
        owners = {room.code: (room.account_id, room.adopted) for room in session.scalars(select(Room))}
        noor = accounts.the_account(session, "noor@example.org").id
    assert owners == {here: (noor, True), there: (elsewhere, True)}
    assert "sem@example.org" not in on_disk(own_server)
    assert user("remove", "jan@example.org", "--erase-rooms", "--yes").returncode == 0
    assert own_server.get(f"/api/rooms/{there}").status == 404 and own_server.get(f"/api/rooms/{here}").status == 200


# --- The page ---


class Read(HTMLParser):
    """A page as a reader has it: the words before its table, and the rows of that."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.above, self.links, self._in = "", [], ""  # type: ignore[var-annotated]
        self.rows: dict[str | None, list[str]] = {}
        self._cells: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href"))
        if tag in ("main", "table"):
            self._in = tag
        if tag == "tr":
            self._cells = self.rows.setdefault(given.get("id"), [])  # None: its heads
        if tag in ("td", "th") and self._cells is not None:
            self._cells.append("")

    def handle_data(self, data: str) -> None:
        if self._in == "main":
            self.above += data
        elif self._in == "table" and self._cells:
            self._cells[-1] += data


def read(server: Server, address: str, **headers: str) -> Read:
    """The page as it comes."""
    answer = fetch(server.url + address, headers=headers)
    assert answer.status == 200
    return Read(answer.body.decode())


@pytest.fixture(scope="module")
def of_an_organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    told = {"ORGANISATION": "Gemeente Ergens aan de <Rivier>", "PRIVACY_CONTACT": "privacy@example.org"}
    with Server(tmp_path_factory.mktemp("organisation"), **told) as server:
        yield server


@pytest.mark.parametrize("language", ["nl", "en"])
def test_there_are_few_words_and_then_each_line(
    sqlite_server: Server, of_an_organisation: Server, language: str
) -> None:
    for server in (sqlite_server, of_an_organisation):
        page = read(server, f"/privacy?language={language}")
        words = page.above.split()
        assert 80 < len(words) <= MOST_WORDS, f"{language}: {len(words)} words"
        rows = {key: cells for key, cells in page.rows.items() if key}
        assert list(rows) == list(LINES)
        assert all(len(cells) == 4 and all(cell.strip() for cell in cells) for cells in rows.values())
        for key, line in LINES.items():
            assert all(name in rows[key][0] for name in line.names)
            if language == "nl":
                english = {line.what, line.why, line.who, UNTIL[key], line.by_hand} - {""}
                assert not any(text in cell for text in english for cell in rows[key]), f"{key} is not in Dutch"
        meanings = "".join(page.rows[None])
        assert [meaning in meanings for meaning in WORDS.values()] == [language == "en"] * len(WORDS)
        assert f"{LOGIN_DAYS} d" in rows["login"][3] and "10 minut" in rows["pass"][3]
        assert not any("{" in cell for cells in rows.values() for cell in cells)


def test_the_page_comes_in_the_language_of_who_reads(sqlite_server: Server) -> None:
    assert "What you write" in read(sqlite_server, "/privacy", **{"Accept-Language": "en-GB,en"}).above
    assert "Wat je schrijft" in read(sqlite_server, "/privacy", **{"Accept-Language": "nl"}).above
    assert "What you write" in read(sqlite_server, "/privacy?language=en", **{"Accept-Language": "nl"}).above
    assert "Wat je schrijft" in read(sqlite_server, "/privacy?language=<x>", **{"Accept-Language": "nl"}).above


def test_who_is_responsible_is_told_before_one_joins(sqlite_server: Server, of_an_organisation: Server) -> None:
    for server, told in ((sqlite_server, "wie verantwoordelijk is"), (of_an_organisation, "Ergens aan de <Rivier>")):
        code = server.create()["code"]
        assert told in read(server, "/privacy?language=nl").above
        for address in ("/", f"/r/{code}"):
            page = read(server, address)
            assert "/privacy?language=nl" in page.links
            assert ("mailto:privacy@example.org" in page.links) == (server is of_an_organisation)
    assert "/privacy?language=en" in read(sqlite_server, f"/r/{sqlite_server.create(language='en')['code']}").links


def test_the_page_is_one_tap_from_every_door(own_server: Server) -> None:
    made = own_server.create()
    assert own_server.workshop("user", "add", "sem@example.org", text="een heel lang wachtwoord\n").returncode == 0
    jar: dict[str, str] = {}
    seen = {address: visit(own_server, address, jar) for address in ("/", "/login", "/nowhere", f"/r/{made['code']}")}
    seen |= {
        key: visit(own_server, made[key].removeprefix(own_server.url), jar) for key in ("lead_url", "reflections_url")
    }
    form = {"email": "sem@example.org", "password": "een heel lang wachtwoord"}
    visit(own_server, "/login", jar, form | {"csrf_token": token(seen["/login"])})
    seen |= {address: visit(own_server, address, jar) for address in ("/lead", "/lead/new")}
    for address, html in seen.items():
        assert re.search(r"/privacy\?language=nl", html), address


def visit(server: Server, address: str, jar: dict[str, str], form: dict[str, str] | None = None) -> str:
    """What a browser does: sends its cookies, keeps those it gets, follows where it is sent."""
    answer = fetch(
        server.url + address,
        method="POST" if form else "GET",
        headers={"Cookie": "; ".join(f"{name}={one}" for name, one in jar.items())},
        data=urlencode(form).encode() if form else None,
    )
    for cookie in answer.headers.get_all("Set-Cookie") or []:  # type: ignore[attr-defined]
        name, _, rest = cookie.partition("=")
        jar[name] = rest.partition(";")[0]
    if answer.status == 302:
        return visit(server, answer.headers["Location"].removeprefix(server.url), jar)
    return answer.body.decode()


def token(html: str) -> str:
    """The token of the form on a page."""
    return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', html)[0]


# --- Cookies ---


def test_cookies_last_as_long_as_the_page_says(own_server: Server) -> None:
    made = own_server.create()
    assert own_server.workshop("user", "add", "sem@example.org", text="een heel lang wachtwoord\n").returncode == 0
    answers = [fetch(made[key]) for key in ("lead_url", "screen_url", "reflections_url")]
    answers.append(own_server.get(f"/api/rooms/{made['code']}/people", method="POST", body={"name": "Noor"}))
    answers.append(fetch(f"{own_server.url}/r/{made['code']}?language=en"))
    knock = f"key={made['join_url'].partition('#k=')[2]}".encode()
    answers.append(fetch(f"{own_server.url}/r/{made['code']}/knock", method="POST", data=knock))
    with own_server.database.writing() as writing:
        place = accounts.organisation_called(writing, None, 1)
        invited = accounts.invite(writing, place, "leader", int(time.time() * 1000))
        sems = resets.make(writing, accounts.the_account(writing, "sem@example.org"), int(time.time() * 1000))
    answers.append(fetch(f"{own_server.url}/invitation?key={invited}"))
    answers.append(fetch(f"{own_server.url}/reset?key={sems}"))
    answers.append(fetch(f"{own_server.url}/login"))
    session = answers[-1].headers["Set-Cookie"].partition(";")[0]
    form = f"csrf_token={token(answers[-1].body.decode())}&email=sem@example.org&password=een+heel+lang+wachtwoord"
    answers.append(fetch(f"{own_server.url}/login", method="POST", headers={"Cookie": session}, data=form.encode()))
    ages = {}
    for answer in answers:
        for cookie in answer.headers.get_all("Set-Cookie") or []:  # type: ignore[attr-defined]
            age = re.search(r"Max-Age=(\d+)", cookie)
            ages[cookie.partition("=")[0].replace(made["code"], "<code>")] = age and round(int(age[1]) / 86_400, 1)
    told = {name for key, line in LINES.items() if key.startswith("cookie_") for name in line.names}
    told -= {"samen_openid"}  # needs a provider: tests/app/test_openid.py
    assert ages == dict.fromkeys(told, 30.0) | {
        "samen_login": float(LOGIN_DAYS),
        "samen_browser": 400.0,
        "samen_invitation": 0.0,  # an hour
        "samen_reset": 0.0,
        "session": None,
    }
    page = fetch(f"{own_server.url}/r/{made['code']}")
    assert not page.headers.get_all("Set-Cookie"), "none before someone joins"  # type: ignore[attr-defined]


# --- Settings ---

CONTACTS = {
    "privacy@example.org": "mailto:privacy@example.org",
    "https://example.org/privacy": "https://example.org/privacy",
    "+31 (0)20 123 45 67": "tel:+310201234567",
}


@pytest.mark.parametrize(("contact", "link"), CONTACTS.items())
def test_a_contact_becomes_a_link(tmp_path: Path, contact: str, link: str) -> None:
    told = {"INSTANCE_PATH": str(tmp_path), "ORGANISATION": " Gemeente  Ergens ", "PRIVACY_CONTACT": f" {contact} "}
    settings = from_environment(told)
    assert (settings.organisation, settings.privacy_contact, settings.contact_link) == (
        "Gemeente Ergens",
        contact,
        link,
    )


@pytest.mark.parametrize(
    "told",
    [
        {"ORGANISATION": "Gemeente"},
        {"PRIVACY_CONTACT": "a@b.nl"},
        {"ORGANISATION": "x" * 81, "PRIVACY_CONTACT": "a@b.nl"},
        *(
            {"ORGANISATION": "Gemeente", "PRIVACY_CONTACT": contact}
            for contact in (
                "ask me",
                "a@b",
                "http://b.nl",
                "javascript:alert(1)",
                "a@b.nl?bcc=c@d.nl",
                "12",
                "https://",
            )
        ),
    ],
)
def test_a_contact_that_leads_nowhere_stops_the_start(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(WrongSetting):
        from_environment({"INSTANCE_PATH": str(tmp_path)} | told)
    assert from_environment({"INSTANCE_PATH": str(tmp_path)}).contact_link is None
