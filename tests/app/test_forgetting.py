"""What is erased is gone from the process too: what it kept to be quick, and what waits to be sent (S6)."""

from __future__ import annotations

import gc
import importlib
import secrets
import sqlite3
from contextlib import closing
from pkgutil import iter_modules

from flask import Flask
from live import until
from sqlalchemy import select

from workshop import changing, live, telling, ticker
from workshop.extensions import db, now, room_locks
from workshop.models import Room
from workshop.presence import presence
from workshop.rooms import erasing, joining, opening, wall
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer
from workshop.telling import forgetting, numbers, often, people, snapshots
from workshop.telling import wall as told_wall
from workshop.web import pages


def kept(word: str) -> list[str]:
    """What this process still holds in which the word stands, by what holds it. The word is given backwards, so as not
    to be found here. Python's collector knows all that holds anything, but for what holds only plain values."""
    wanted = word[::-1]
    found: list[str] = []
    gc.collect()
    for thing in gc.get_objects():
        parts = gc.get_referents(thing)
        parts += [inner for part in parts if not gc.is_tracked(part) for inner in gc.get_referents(part)]
        for part in parts:
            if isinstance(part, str | bytes) and (wanted if isinstance(part, str) else wanted.encode()) in part:
                found.append(f"{type(thing).__qualname__} of {len(part)}")
    return found


def writer(change: Change, person_id: int) -> Writer:
    """Someone on the phone they came in with."""
    (phone,) = change.value.phones_of(person_id)
    return Writer(person_id, phone.circle)


def fill(app: Flask, word: str) -> int:
    """A room whose title, people and wall hold the word, looked at by everyone."""
    canary = word[::-1]
    with db.writing() as session:
        room = opening.open_room(session, opening.Wanted(title=f"Title {canary}"), now())
    with changing.changing(room.id) as change:
        person, token = joining.join(change, f"Name {canary}"[:40], f"Team {canary}"[:40])
        wall.post(
            change, writer(change, person.id), "11111111-1111-1111-1111-111111111111", "snags", f"Post {canary}", True
        )
    browser = app.test_client()
    assert canary.encode() in browser.get(f"/r/{room.code}").data
    wall_of = f"/api/rooms/{room.code}/wall"
    assert canary.encode() in browser.get(wall_of, headers={"Authorization": f"Bearer {token}"}).data
    return int(room.id)


def test_a_room_that_is_erased_leaves_nothing_in_this_process(app: Flask) -> None:
    word = secrets.token_hex(8)
    room_id = fill(app, word)
    assert kept(word), "the pages and the wall are kept, to be quick"
    with changing.changing(room_id) as change:
        erasing.erase_room(change)
    del change
    nothing_is_held(room_id)
    assert kept(word) == []


def test_a_room_that_another_process_erased_leaves_nothing_either(app: Flask) -> None:
    word = secrets.token_hex(8)
    room_id = fill(app, word)
    with db.writing() as session:
        session.delete(session.get_one(Room, room_id))
    assert kept(word)
    forgetting.forget_the_gone()
    assert db.owes_forgetting, "what its connections still know goes next"
    nothing_is_held(room_id)
    assert kept(word) == []


def test_a_room_that_goes_to_another_process_leaves_nothing_here(app: Flask) -> None:
    """Where it is erased one day, without a word to this one."""
    word = secrets.token_hex(8)
    room_id = fill(app, word)
    assert kept(word)
    with room_locks[room_id]:
        forgetting.leave(room_id)
    assert kept(word) == [] and room_id not in live.held()


def test_a_room_that_cannot_be_read_keeps_no_other_from_its_date(app: Flask) -> None:
    with db.writing() as session:
        rooms = [opening.open_room(session, opening.Wanted(title), now()) for title in ("broken", "over", "later")]
        for room in rooms[:2]:
            room.erase_at = now() - 1
        ids = [room.id for room in rooms]
    with closing(sqlite3.connect(db.engine.url.database or "")) as other, other:
        other.execute("UPDATE rooms SET clock = 'x' WHERE id = ?", ids[:1])
    assert ticker.erase_expired() == 1
    with db.reading() as session:
        assert set(session.scalars(select(Room.id).where(Room.id.in_(ids)))) == {ids[0], ids[2]}


def test_a_room_that_was_only_looked_at_is_let_go_when_another_process_erased_it(app: Flask) -> None:
    with db.writing() as session:
        room_id = opening.open_room(session, opening.Wanted("Seen"), now()).id
    live.there(room_id)
    with closing(sqlite3.connect(db.engine.url.database or "")) as other, other:
        other.execute("PRAGMA foreign_keys=ON")
        other.execute("DELETE FROM rooms WHERE id = ?", (room_id,))
    forgetting.forget_the_gone()
    assert room_id not in live.held()


def test_a_person_who_erased_themselves_leaves_nothing_in_this_process(app: Flask) -> None:
    word = secrets.token_hex(8)
    with db.writing() as session:
        room = opening.open_room(session, opening.Wanted(title="Title"), now())
    canary = word[::-1]
    with changing.changing(room.id) as change:
        person, token = joining.join(change, canary, canary)
        wall.post(
            change, writer(change, person.id), "11111111-1111-1111-1111-111111111111", "snags", f"Post {canary}", True
        )
    browser = app.test_client()
    mine = {"Authorization": f"Bearer {token}"}
    assert canary.encode() in browser.get(f"/api/rooms/{room.code}/wall", headers=mine).data
    pool = db.engine.pool
    assert browser.delete("/api/me", headers=mine).status_code == 204
    # Who looked just then kept the log from being emptied; the server tries again every second.
    until(lambda: db.engine.pool is not pool or db.forget())
    assert not pool.checkedin(), "connections keep pages of the database in memory"  # type: ignore[attr-defined]
    del canary, person, change, mine
    assert kept(word) == []


def nothing_is_held(room_id: int) -> None:
    """By its number, wherever this process keeps anything by the numbers of rooms."""
    rooms = [
        forgetting._held,
        often._pending,
        told_wall._walls,
        people._called,
        often._counted,
        often._counting,
        snapshots._owed,
        snapshots._in_vain,
        room_locks._locks,
    ]
    assert not [held for held in rooms if room_id in held]
    assert not [key for key in numbers._seq if key[0] == room_id]
    assert not [key for key in pages._made if key[0] == room_id]
    assert not presence._sockets


def test_every_structure_that_lives_as_long_as_the_process_is_named_here() -> None:
    """A new one is told to `also_forget`, and needs its place in `nothing_is_held`."""
    modules = [importlib.import_module(f"workshop.telling.{found.name}") for found in iter_modules(telling.__path__)]
    lasting = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, dict | set) and "__" not in name
    }
    assert lasting == {
        "holders", "_held", "_pending", "_walls", "_called", "_counted", "_counting", "_in_vain", "_owed", "_seq",
    }  # fmt: skip
