"""What was kept comes back from a backup, on either database, and what was erased since does not."""

from __future__ import annotations

import io
import itertools
import random
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from happenings import Afternoon, afternoon
from live import Line, Server
from pages import pages
from sqlalchemy import MetaData, insert, select, text, update

from config import Settings, from_environment
from tests.app.filled import CIRCLES, LATER, NOON, TEXT, contents, fill, note
from workshop import backup, migrating, restoring, schema
from workshop.access import DAY, keys
from workshop.content import shelf
from workshop.core.errors import Refused
from workshop.database import Database
from workshop.erasures import Erasure, Log, Mark, name_of
from workshop.models import Base, Note, Person, Room
from workshop.store import carry, ids

PAIRS = ["sqlite to sqlite", "sqlite to postgres", "postgres to sqlite"]
SHORT_LIVED = {"logins", "passes", "invitations", "resets", "challenges"}
NEVER_AGAIN = {t.name for t in Base.metadata.sorted_tables if t.dialect_options["sqlite"]["autoincrement"]}
KEY = pyrage.x25519.Identity.generate()


class Place:
    """An installation, as far as its data goes."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        folder.mkdir()
        self.settings = Settings(folder, url or f"sqlite:///{folder / 'data.sqlite'}", "s", None, 0, "threading")
        (folder / "secret_key").write_text("s")
        self.database = Database()
        self.database.connect(self.settings.database_url)
        self.log = Log()

    def ready(self) -> Place:
        """With its tables, and nobody in them."""
        schema.bring_up_to_date(self.database)
        return self

    def back_up(self, *, plain: bool = False) -> bytes:
        """A backup of it."""
        made = io.BytesIO()
        things = restoring.kept_things(self.database, self.settings, self.log, NOON + 10, secret=not plain)
        backup.write(things, made, [] if plain else [KEY.to_public()])
        return made.getvalue()

    def restore(self, data: bytes, log: Log | None, key: Any = KEY, now: int = NOON + 20) -> restoring.Restored:
        """Brings it back here."""
        return restoring.restore(
            self.database,
            lambda connection: restoring.Restoring(connection, self.settings, log),
            lambda take: backup.read(io.BytesIO(data), [key] if key else [], take),
            now,
        )

    def is_untouched(self) -> bool:
        """There are no tables, or there is nobody in them."""
        with self.database.reading() as session:
            there = carry.number_of(session.connection()) is not None
        return not there or not any(contents(self.database).values())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes installations: `place()` on SQLite, `place(url)` on PostgreSQL; all of them write one log of erasures."""
    made: list[Place] = []
    keys.use("s")
    numbers = itertools.count()

    def make(url: str | None = None) -> Place:
        made.append(Place(tmp_path / f"place{next(numbers)}", url))
        shelf.use(made[-1].settings.packs)
        made[-1].log.use(tmp_path / "erasures.log")
        return made[-1]

    yield make
    ids.forget()
    for one in made:
        one.database.disconnect()


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest, place: Callable[..., Place]) -> tuple[Place, Place]:
    """One in which there is something in every table, and one in which there is nothing."""
    names = request.param.split(" to ")
    urls = [request.getfixturevalue("empty_postgres_url") if name == "postgres" else None for name in names]
    source, target = (place(url) for url in urls)
    fill(source.ready().database)
    return source, target


@pytest.fixture
def one(place: Callable[..., Place]) -> Place:
    """One with something in every table."""
    made = place().ready()
    fill(made.database)
    return made


def next_numbers(database: Database) -> dict[str, int]:
    """What each table gives out next."""
    ids.forget()
    with database.reading() as session:
        found = carry.numbers(session.connection(), Base.metadata)
    return {name: number + 1 for name, number in found.items()}


@pytest.mark.parametrize("told", [str(KEY), f" {KEY}\n", str(KEY).lower(), f"# a file\n{KEY}"], ids=range(4))
def test_a_private_key_is_not_repeated(told: str) -> None:
    with pytest.raises(Refused, match="That is the private key") as refused:
        backup.recipient(told)
    assert str(KEY)[20:] not in str(refused.value.detail).upper()


def test_there_is_something_in_every_table(one: Place) -> None:
    """A new table has to be filled in `filled.py`: then the other tests look after it."""
    assert [name for name, rows in contents(one.database).items() if not rows] == []


def test_everything_comes_back(pair: tuple[Place, Place]) -> None:
    source, target = pair
    before = contents(source.database)
    restored = target.restore(source.back_up(), source.log)
    after = contents(target.database)
    assert {name for name in before if before[name] != after[name]} == SHORT_LIVED
    assert not any(after[name] for name in SHORT_LIVED), "keys that somebody may have withdrawn since"
    assert (restored.rooms, restored.erased, restored.said) == (1, 0, [])
    schema.bring_up_to_date(target.database)


def test_moving_takes_everything_along(pair: tuple[Place, Place]) -> None:
    source, target = pair
    assert restoring.move(source.database, target.database) == 1
    assert contents(target.database) == contents(source.database)
    before, after = next_numbers(source.database), next_numbers(target.database)
    assert {name: after[name] for name in NEVER_AGAIN} == {name: before[name] for name in NEVER_AGAIN}
    schema.bring_up_to_date(target.database)
    assert fill_again(target.database) == 2


def fill_again(database: Database) -> int:
    """Another room, made as the program makes one."""
    from workshop.rooms.opening import Wanted, open_room

    ids.forget()
    with database.writing() as session:
        return int(open_room(session, Wanted(title="Nog een"), NOON).id)


def test_no_number_is_given_out_twice(pair: tuple[Place, Place]) -> None:
    """Not even one that was given out after the backup, and that nothing knows of any more."""
    source, target = pair
    data = source.back_up()
    since = fill_again(source.database)
    target.restore(data, source.log)
    assert fill_again(target.database) > since
    given, gives = next_numbers(source.database), next_numbers(target.database)
    assert all(gives[name] > given[name] + 1000 for name in NEVER_AGAIN)


def test_a_database_that_gave_out_numbers_before_gives_out_later_ones(one: Place, place: Callable[..., Place]) -> None:
    target = place().ready()
    for _ in range(3):
        last = fill_again(target.database)
    with target.database.writing() as session:
        session.execute(text("DELETE FROM rooms"))
    target.restore(one.back_up(), one.log)
    assert fill_again(target.database) > last


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_backup_is_one_look_while_others_write(
    kind: str, request: pytest.FixtureRequest, place: Callable[..., Place]
) -> None:
    url = request.getfixturevalue("empty_postgres_url") if kind == "postgres" else None
    source, target = place(url).ready(), place()
    room = fill(source.database)
    before = contents(source.database)
    written = itertools.count(100)

    def in_between(things: Iterator[Any]) -> Iterator[Any]:
        for thing in things:
            yield thing
            if isinstance(thing, carry.TableBegins):  # a whole transaction at each table, before its rows are read
                with source.database.writing() as session:
                    person = Person(room_id=room, name="Bo", team=None, joined_at=next(written), gave_up=None)
                    session.add(person)
                    session.flush()
                    session.add(note(room, person.id, 3, f"n{person.id}", TEXT))
                    session.execute(update(Room).values(title=f"{person.id}"))

    made = io.BytesIO()
    things = restoring.kept_things(source.database, source.settings, source.log, NOON, secret=True)
    backup.write(in_between(things), made, [KEY.to_public()])
    assert len(contents(source.database)["people"]) > len(before["people"]) + 10, "they were not held up"
    target.restore(made.getvalue(), source.log)
    after = contents(target.database)
    assert {name for name in before if before[name] != after[name]} == SHORT_LIVED


def test_what_is_erased_stays_erased(pair: tuple[Place, Place]) -> None:
    source, target = pair
    with source.database.reading() as session:
        room = session.scalars(select(Room)).one()
        noor, sem, fatma = session.scalars(select(Person.id).order_by(Person.id))
    data, called = source.back_up(), name_of(room)
    with source.log.noting() as note_down:
        note_down(
            [
                Erasure(LATER, called, people=[noor]),
                Erasure(LATER, called, rows={"notes": [[CIRCLES[1], "a"]], "posts": [["sems"]]}),
                Erasure(LATER, called, taken_back=[[CIRCLES[2], "a"]]),
                Erasure(LATER, account=(2, NOON + 1)),
                Erasure(LATER, passkey=1),
                Erasure(LATER, "another room", whole=True),
            ]
        )
    target.restore(data, source.log)
    after = contents(target.database)
    assert [row["id"] for row in after["people"]] == [sem, fatma]
    assert [(row["person_id"], row["visibility"], row["batch"]) for row in after["notes"]] == [(fatma, "me", None)]
    assert after["posts"] == [], "nor is there a title over nothing"
    assert after["recognitions"] == [] and not [row for row in after["seats"] if row["person_id"] == noor]
    assert [row["email"] for row in after["accounts"]] == ["leider@example.org"] and not after["identities"]
    assert len(contents(source.database)["passkeys"]) == 2 and after["passkeys"] == [], (
        "one by itself, one with its account"
    )
    assert [row["token_hash"] for row in after["phones"]] == ["1" * 64, "2" * 64]


def test_who_was_merged_and_then_erased_is_erased_under_both_names(one: Place, place: Callable[..., Place]) -> None:
    target = place()
    with one.database.reading() as session:
        called = name_of(session.scalars(select(Room)).one())
    data = one.back_up()
    with one.log.noting() as note_down:
        note_down([Erasure(LATER, called, merged=[(2, 1)]), Erasure(LATER + 1, called, people=[2])])
    target.restore(data, one.log)
    assert [row["name"] for row in contents(target.database)["people"]] == ["Fatma"]


def test_merging_alone_erases_nobody(one: Place, place: Callable[..., Place]) -> None:
    target = place()
    with one.database.reading() as session:
        called = name_of(session.scalars(select(Room)).one())
    data = one.back_up()
    with one.log.noting() as note_down:
        note_down([Erasure(LATER, called, merged=[(2, 1)])])
    target.restore(data, one.log)
    assert len(contents(target.database)["people"]) == 3


def test_what_was_written_anew_after_it_was_removed_comes_back(one: Place, place: Callable[..., Place]) -> None:
    """A phone uses the id of a note again; the backup was made after that, but within the margin of the log."""
    target = place()
    with one.database.writing() as session:
        called = name_of(session.scalars(select(Room)).one())
        session.execute(update(Note).where(Note.circle == CIRCLES[0]).values(written_at=NOON + 5))
    with one.log.noting() as note_down:
        note_down([Erasure(NOON + 4, called, rows={"notes": [[CIRCLES[0], "a"], [CIRCLES[1], "a"]]})])
    target.restore(one.back_up(), one.log)
    assert {row["circle"] for row in contents(target.database)["notes"]} == {CIRCLES[0], CIRCLES[2]}


@pytest.mark.parametrize(("steps", "left"), [(0, [0, 2]), (-1, [])])
def test_what_leaders_emptied_stays_empty(one: Place, place: Callable[..., Place], steps: int, left: list[int]) -> None:
    """In a programme that has other steps by now nobody knows which it was: there all that leaders noted goes."""
    target = place()
    with one.database.writing() as session:
        room = session.scalars(select(Room)).one()
        room.steps = [step | {"own_note": "for myself"} if n < 3 else step for n, step in enumerate(room.steps)]
        count, called = len(room.steps), name_of(room)
    data = one.back_up()
    with one.log.noting() as note_down:
        note_down([Erasure(LATER, called, own_notes=[1], steps=count + steps)])
    target.restore(data, one.log)
    (restored,) = contents(target.database)["rooms"]
    assert [n for n, step in enumerate(restored["steps"]) if step["own_note"]] == left


def test_a_phone_that_was_erased_takes_along_what_it_said(one: Place, place: Callable[..., Place]) -> None:
    """Someone had two entries, and erased only what one phone shows: the person stays, for the other phone."""
    target = place()
    with one.database.reading() as session:
        called = name_of(session.scalars(select(Room)).one())
    data = one.back_up()
    with one.log.noting() as note_down:
        note_down([Erasure(LATER, called, rows={"phones": [["0" * 64], ["1" * 64]]})])
    target.restore(data, one.log)
    after = contents(target.database)
    assert [row["token_hash"] for row in after["phones"]] == ["2" * 64] and after["answers"] == []
    assert [row["safe"] for row in after["seats"]] == [None, None, ["rust"]] and len(after["people"]) == 3


@pytest.mark.parametrize("by", ["the log", "its date"])
def test_a_room_that_is_gone_is_not_brought_back(pair: tuple[Place, Place], by: str) -> None:
    source, target = pair
    with source.database.reading() as session:
        room = session.scalars(select(Room)).one()
    data = source.back_up()
    if by == "the log":
        with source.log.noting() as note_down:
            note_down([Erasure(LATER, name_of(room), whole=True)])
    restored = target.restore(data, source.log, now=NOON + 20 if by == "the log" else room.erase_at)
    assert (restored.rooms, restored.erased) == (1, 1)
    assert {name for name, rows in contents(target.database).items() if rows} == {
        "accounts",
        "identities",
        "memberships",
        "organisations",
        "packs",
        "passkeys",
    }
    schema.bring_up_to_date(target.database)


def test_nothing_of_what_stayed_erased_is_on_disk(one: Place, place: Callable[..., Place]) -> None:
    target = place()
    with one.database.writing() as session:
        session.execute(update(Note).values(text="kanarie"))
        called = name_of(session.scalars(select(Room)).one())
    data = one.back_up()
    with one.log.noting() as note_down:
        note_down([Erasure(LATER, called, whole=True)])
    target.restore(data, one.log)
    target.database.disconnect()
    assert not [
        path for path in target.settings.instance.rglob("*") if path.is_file() and b"kanarie" in path.read_bytes()
    ]


def test_without_the_log_that_goes_on_after_it_nothing_is_restored(one: Place, place: Callable[..., Place]) -> None:
    target, data = place(), one.back_up()
    path = one.log.path
    assert path is not None
    before = path.read_bytes()
    for wrong in (None, b"", Mark(NOON, "another").id.encode()):
        path.unlink(missing_ok=True)
        if wrong is not None:
            path.write_bytes(wrong)
        with pytest.raises(Refused, match="does not know this backup"):
            target.restore(data, one.log)
        assert target.is_untouched()
    restored = target.restore(data, None)
    assert restored.rooms == 1 and "erase again" in restored.said[0]
    path.write_bytes(before)
    assert place().restore(data, one.log).rooms == 1


def test_a_database_in_which_somebody_is_takes_no_backup(one: Place, pair: tuple[Place, Place]) -> None:
    source, target = pair
    data = source.back_up()
    target.restore(data, source.log)
    before = contents(target.database)
    with pytest.raises(Refused, match="rooms: 1, accounts: 2"):
        target.restore(data, source.log)
    with pytest.raises(Refused, match="rooms: 1, accounts: 2"):
        restoring.move(one.database, target.database)
    assert contents(target.database) == before


def test_another_key_opens_nothing(one: Place, place: Callable[..., Place]) -> None:
    target, data = place(), one.back_up()
    with pytest.raises(Refused, match="to another key"):
        target.restore(data, one.log, pyrage.x25519.Identity.generate())
    with pytest.raises(Refused, match="is encrypted"):
        target.restore(data, one.log, None)
    assert target.is_untouched()
    assert TEXT.encode() not in data and b"leider" not in zlib.compress(data)


def says_the_same(file: bytes, other: bytes) -> bool:
    """Compressed, some text can be written in two ways: a repeated piece may be taken from either place it stood."""
    try:
        return zlib.decompress(file, backup.FULL) == zlib.decompress(other, backup.FULL)
    except zlib.error:
        return False


@pytest.mark.parametrize("plain", [False, True])
def test_a_file_that_was_cut_off_or_changed_restores_nothing(
    one: Place, place: Callable[..., Place], plain: bool
) -> None:
    target, data = place(), one.back_up(plain=plain)
    step = max(1, len(data) // 12)
    cut = [data[:n] for n in (*range(0, len(data), step), len(data) - 1)]
    changed = [data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :] for n in range(12, len(data), step)]
    longer = [data + b"more", data + data]
    for file in cut + [file for file in changed if not (plain and says_the_same(file, data))] + longer:
        with pytest.raises(Refused):
            target.restore(file, one.log)
    assert target.is_untouched()
    assert target.restore(data, one.log).rooms == 1


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(place: Callable[..., Place]) -> None:
    source, target = place(), place()
    with source.database.rebuilding() as connection:
        migrating.run(connection, "0008", schema.MIGRATIONS)
    new = place().ready()
    fill(new.database)
    with source.database.rebuilding() as connection:
        (before := MetaData()).reflect(connection)
        for table in Base.metadata.sorted_tables:
            old = before.tables.get(table.name)
            for row in contents(new.database)[table.name] if old is not None else ():
                values = {name: row[name] for name in row if name in old.columns}
                role = {"role": "admin" if row["admin"] else "leader"} if table.name == "accounts" else {}
                connection.execute(insert(old).values(values | role))
    assert b'"schema":"0008"' in zlib.decompress(source.back_up(plain=True), 31)
    target.restore(source.back_up(), source.log)
    expected = contents(new.database)
    since = {"organisations", "memberships", "packs", "identities", "passkeys"}
    found = contents(target.database)
    assert {name for name, rows in found.items() if rows != expected[name]} == SHORT_LIVED | since
    assert [one["role"] for one in found["memberships"]] == ["leader", "leader"], "as an upgrade gives them"
    schema.bring_up_to_date(target.database)


def test_who_was_admin_by_a_claim_in_an_earlier_version_is_it_for_a_while(place: Callable[..., Place]) -> None:
    source, target = place(), place()
    with source.database.rebuilding() as connection:
        migrating.run(connection, "0014", schema.MIGRATIONS)
        (before := MetaData()).reflect(connection)
        for n in range(1, 3):
            made = {"id": n, "email": f"{n}@example.org", "password_hash": "x", "created_at": n, "admin": True}
            connection.execute(insert(before.tables["accounts"]).values(**made, disabled=False))
            known = {"issuer": "i", "subject": f"{n}", "account_id": n, "made_admin": n == 2}
            connection.execute(insert(before.tables["identities"]).values(**known))
    target.restore(source.back_up(), source.log)
    first, second = contents(target.database)["identities"]
    assert first["admin_until"] is None and 29 * DAY < second["admin_until"] - time.time() * 1000 <= 30 * DAY
    assert next_numbers(target.database)["accounts"] == restoring.LEAP + 3, "on SQLite, too"
    schema.bring_up_to_date(target.database)


def things_of(data: bytes) -> list[Any]:
    """What a backup holds."""
    found: list[Any] = []
    backup.read(io.BytesIO(data), [KEY], lambda thing, _: found.append(thing))
    return found


def forged(things: list[Any]) -> bytes:
    """A backup made by somebody who has the public key."""
    made = io.BytesIO()
    backup.write(iter(things), made, [KEY.to_public()])
    return made.getvalue()


def of(things: list[Any], table: str) -> int:
    """Where the rows of a table begin."""
    return next(n for n, t in enumerate(things) if isinstance(t, carry.TableBegins) and t.name == table) + 1


def with_value(table: str, column: str, value: Any) -> Callable[[list[Any]], None]:
    """Puts something into the first row of a table."""

    def put(things: list[Any]) -> None:
        at = of(things, table)
        things[at][things[at - 1].columns.index(column)] = value

    return put


def at(n: int, *these: Any) -> Callable[[list[Any]], None]:
    """Puts these things there."""
    return lambda things: things.__setitem__(slice(n, n), these)


def pack(name: str, file: str = "pack.yaml", data: bytes = b"") -> Callable[[list[Any]], None]:
    """With a file of a pack."""
    return at(1, backup.PackFile(name, file, data))


HOSTILE: dict[str, Callable[[list[Any]], None]] = {
    "a text that is too long": with_value("people", "name", "x" * 41),
    "a text with a NUL": with_value("people", "name", "a\0b"),
    "a text that is a number": with_value("people", "name", 5),
    "a number that is a text": with_value("people", "joined_at", "5; DROP TABLE rooms"),
    "a number that is too large": with_value("people", "joined_at", 2**63),
    "a number that is not whole": with_value("people", "joined_at", 1.5),
    "a yes that is a number": with_value("people", "left", 1),
    "a list that is a text": with_value("rooms", "steps", "[]"),
    "steps that are none": with_value("rooms", "steps", [{"kind": "nonsense"}]),
    "a wall that is none": with_value("rooms", "wall", {}),
    "a role that is none": with_value("seats", "roles", ["admin"]),
    "a visibility that is none": with_value("notes", "visibility", "everyone"),
    "nobody": with_value("notes", "person_id", 99),
    "nothing where something must be": with_value("people", "name", None),
    "a row that is too short": lambda things: things[of(things, "people")].pop(),
    "a row twice": lambda things: things.insert(of(things, "people"), things[of(things, "people")]),
    "a row before its table": at(1, [1, 2, 3]),
    "a table before the tables": at(1, carry.TableBegins("rooms", ["id"])),
    "a table that is not there": lambda things: things.append(carry.TableBegins("sqlite_master", ["sql"])),
    "a table that is not ours": lambda things: things.append(carry.TableBegins("alembic_version", ["version_num"])),
    "a table twice": lambda things: things.append(things[of(things, "people") - 1]),
    "a column that is not there": lambda things: things[of(things, "people") - 1].columns.append("id; --"),
    "two heads": lambda things: things.insert(1, things[0]),
    "no head": lambda things: things.pop(0),
    "the tables twice": lambda things: things.append(carry.Tables("0009", {})),
    "no tables": lambda things: things.__delitem__(slice(1, None)),
    "a number for ever": lambda things: things.append(carry.Tables("0009", {"rooms": 2**31})),
    "a line without an end": at(1, ["x" * (backup.LONGEST_LINE + 1)]),
    "a bomb": at(1, ["x" * 300_000_000]),
    "a pack above its folder": pack("../evil"),
    "a pack at the top": pack("/etc"),
    "a pack on another disk": pack("C:evil"),
    "a pack that is hidden": pack(".evil"),
    "a pack that is the folder": pack(".."),
    "a pack without a name": pack(""),
    "a file above its pack": pack("ours", "../../evil.yaml"),
    "a file that is no text of a pack": pack("ours", "evil.py"),
    "a file below nowhere": pack("ours", "programmes/../../evil.yaml"),
    "a file with a line in its name": pack("ours", "a\n.py\x00.yaml"),
    "a file that is too big": pack("ours", "pack.yaml", b"x" * 70_000),
    "a secret of two lines": lambda things: things.__setitem__(1, backup.Secret("a\nb")),
    "two secrets": at(1, backup.Secret("b")),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_restores_nothing(one: Place, place: Callable[..., Place], what: str) -> None:
    """The public key is no secret: whoever has it can make a file that decrypts."""
    target, things = place(), things_of(one.back_up())
    HOSTILE[what](things)
    with pytest.raises(Refused):
        target.restore(forged(things), one.log)
    assert target.is_untouched()
    assert (target.settings.instance / "secret_key").read_text() == "s"
    beside = {path.name for path in target.settings.instance.parent.rglob("*") if "evil" in path.name}
    assert not beside and not target.settings.packs.exists()


def test_a_file_that_only_the_commit_refuses_leaves_the_secret_as_it_was(
    one: Place, place: Callable[..., Place]
) -> None:
    """What hangs under nothing is found at the very end. Whoever made the file would know the new secret."""
    target, things = place(), things_of(one.back_up())
    with_value("memberships", "account_id", 4242)(things)
    things[1] = backup.Secret("an attacker's")
    with pytest.raises(Refused):
        target.restore(forged(things), one.log)
    beside = {path.name: path.read_text() for path in target.settings.instance.glob("secret_key*")}
    assert target.is_untouched() and beside == {"secret_key": "s"}


def test_what_a_restore_that_was_killed_left_behind_becomes_no_secret(one: Place, place: Callable[..., Place]) -> None:
    target = place()
    (target.settings.instance / "secret_key.new").write_text("of another backup")
    target.restore(one.back_up(), one.log)
    assert (target.settings.instance / "secret_key").read_text() == "s"


def test_lines_in_each_other_without_end_restore_nothing(one: Place, place: Callable[..., Place]) -> None:
    target = place()
    text = zlib.decompress(one.back_up(plain=True), 31).splitlines(keepends=True)
    for deep in (
        b"[" * 100_000 + b"\n",
        b'{"is":' * 50_000 + b"\n",
        b"\xff\xfe\n",
        b"\n",
        b"null\n",
        b'{"is":"exec"}\n',
    ):
        press = zlib.compressobj(wbits=31)
        data = b"".join((press.compress(text[0] + deep + b"".join(text[1:])), press.flush()))
        with pytest.raises(Refused, match="damaged"):
            target.restore(data, one.log, None)
    assert target.is_untouched()


def test_what_a_newer_version_made_says_so(one: Place, place: Callable[..., Place]) -> None:
    target, things = place(), things_of(one.back_up())
    at_tables = next(n for n, thing in enumerate(things) if isinstance(thing, carry.Tables))
    things[at_tables] = carry.Tables("9999", {})
    with pytest.raises(Refused, match="newer version"):
        target.restore(forged(things), one.log)
    things = things_of(one.back_up())
    things[0].format = 2
    with pytest.raises(Refused, match="newer version"):
        target.restore(forged(things), one.log)
    assert target.is_untouched()


def test_a_pack_comes_along_with_as_many_files_as_it_may_have(one: Place, place: Callable[..., Place]) -> None:
    names = {"pack.yaml", *(f"words{n}.yaml" for n in range(19)), *(f"programmes/p{n}.yaml" for n in range(20))}
    for name in names:
        file = one.settings.packs / "ours" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("title: Ours")
    target = place()
    target.restore(one.back_up(), one.log)
    folder = target.settings.packs / "ours"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")} == names


def test_packs_and_the_secret_come_along_and_take_nobodys_place(one: Place, place: Callable[..., Place]) -> None:
    ours = one.settings.packs / "ours"
    (ours / "programmes").mkdir(parents=True)
    (ours / "pack.yaml").write_text("title: Ours")
    (ours / "programmes" / "short.yaml").write_text("steps: []")
    (ours / "picture.png").write_bytes(b"x")
    elsewhere = one.settings.instance.parent / "by-its-folder"
    elsewhere.mkdir()
    (elsewhere / "pack.yaml").write_text("title: Elsewhere")
    with one.database.writing() as session:
        session.execute(update(Room).values(pack=str(elsewhere)))
    target = place()
    (target.settings.instance / "secret_key").write_text("t")
    new = Settings(**{**vars(target.settings), "secret_key": "t"})
    target.settings = new
    data = one.back_up()
    assert b"title: Ours" not in data
    restored = target.restore(data, one.log)
    assert restored.said == []
    packs = target.settings.packs
    assert {str(path.relative_to(packs)) for path in packs.rglob("*.*")} == {
        "ours/pack.yaml", "ours/programmes/short.yaml", "by-its-folder/pack.yaml"
    }  # fmt: skip
    assert contents(target.database)["rooms"][0]["pack"] == "by-its-folder", "and no folder somewhere"
    assert (target.settings.instance / "secret_key").read_text() == "s", "so the links of the rooms work"
    assert (target.settings.instance / "secret_key.before").read_text() == "t"

    other = place()
    (other.settings.packs / "ours").mkdir(parents=True)
    (other.settings.packs / "ours" / "pack.yaml").write_text("title: Another")
    said = other.restore(data, one.log).said
    assert said == ["The pack ours is there already, and another one: it was left as it is."]
    assert (other.settings.packs / "ours" / "pack.yaml").read_text() == "title: Another"


@pytest.mark.parametrize("path", ["/etc", "..", "/srv/..", "C:\\evil", ".hidden", "a/b/../c"])
def test_no_room_keeps_a_path_to_a_pack(one: Place, place: Callable[..., Place], path: str) -> None:
    target, things = place(), things_of(one.back_up())
    with_value("rooms", "pack", path)(things)
    target.restore(forged(things), one.log)
    assert contents(target.database)["rooms"][0]["pack"] == "nl"


def test_a_file_that_is_not_encrypted_has_no_secret_in_it(one: Place, place: Callable[..., Place]) -> None:
    assert b'"is":"secret"' not in zlib.decompress(one.back_up(plain=True), 31)
    restored = place().restore(one.back_up(plain=True), one.log, None)
    assert "SECRET_KEY" in restored.said[0]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_after_any_afternoon_nothing_comes_back_that_somebody_took_away(
    kind: str, request: pytest.FixtureRequest, place: Callable[..., Place], tmp_path: Path, dial: Callable[..., Line]
) -> None:
    """A backup is made in the middle of it; whatever a room may hold then is taken for one."""
    environ = {"DATABASE_URL": request.getfixturevalue("empty_postgres_url")} if kind == "postgres" else {}
    log, target = Log(), place()
    log.use(tmp_path / "instance" / "erasures.log")
    with Server(tmp_path, **environ) as server, pages() as folded:
        settings = from_environment(server.environ)
        here = Afternoon(server, folded, dial, random.Random(f"restored to {kind}"))
        afternoon(here, 150)
        made = io.BytesIO()
        things = restoring.kept_things(server.database, settings, log, int(time.time() * 1000), secret=True)
        backup.write(things, made, [KEY.to_public()])
        then = contents(server.database)
        afternoon(here, 60)
        for phone in here.phones[:2]:
            assert server.get("/api/me", here.tokens[phone], "DELETE").status in (204, 401, 403)
        now = contents(server.database)
        assert all(then[table] for table in ("people", "notes", "posts", "phones", "seats"))
        target.restore(made.getvalue(), log, now=int(time.time() * 1000))
    back = contents(target.database)
    found = log.since(things_of(made.getvalue())[0].id)
    assert found, "something was erased"
    merged = {other for one in found for _, other in one.merged}
    for table, key in (("people", "id"), ("notes", "id"), ("posts", "id"), ("phones", "token_hash")):
        before, still, came = (
            {row[key] for row in rows[table] if row.get("person_id", 0) is not None} for rows in (then, now, back)
        )
        assert came <= still | (merged if table == "people" else set()), f"{table} that somebody took away"
        assert came >= before & still, f"{table} that nobody took away"
    visible = {row["id"]: row["visibility"] for row in now["notes"]}
    assert not [row for row in back["notes"] if row["visibility"] not in ("me", visible[row["id"]])]
