"""The operator's page: how the server is, in words, for an admin alone, and without a word of any room."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from live import Line, Server, fetch, until
from sqlalchemy import select, text

from tests.app.test_across import account
from workshop import cookies
from workshop.access import sign_in
from workshop.extensions import db, now
from workshop.models import Account, Room
from workshop.web import ops

Dial = Callable[..., Line]


def read(server: Server, browser: str, language: str = "en") -> str:
    """The page as an admin reads it."""
    answer = fetch(f"{server.url}/ops", headers={"Cookie": browser, "Accept-Language": language})
    assert answer.status == 200
    return unescape(answer.body.decode())


def test_it_is_an_admins(sqlite_server: Server) -> None:
    nobody = fetch(f"{sqlite_server.url}/ops")
    assert nobody.status == 302 and nobody.headers["Location"] == "/login"
    accounts = {
        "leader": account(sqlite_server, "ops-leader@example.org"),
        "organiser": account(sqlite_server, "ops-organiser@example.org", "organiser"),
        "admin": account(sqlite_server, "ops-admin@example.org", admin=True),
    }
    for role, browser in accounts.items():
        seen = role == "admin"
        answer = fetch(f"{sqlite_server.url}/ops", headers={"Cookie": browser})
        assert answer.status == (200 if seen else 403), role
        rooms = fetch(f"{sqlite_server.url}/lead", headers={"Cookie": browser})
        assert (b'href="/ops"' in rooms.body) == seen, role


def test_a_room_goes_by_its_mark_and_nothing_else(sqlite_server: Server, dial: Dial) -> None:
    browser = account(sqlite_server, "marks@example.org", admin=True)
    made = sqlite_server.create(title="Kanarie", label="Kanarievogel")
    leader = dial(sqlite_server, made["lead_token"])
    for name in ("Kanariepiet", "Kanarietje"):
        dial(sqlite_server, sqlite_server.join(made["code"], name)["token"])
    leader.do("next")
    with sqlite_server.database.reading() as session:
        room_id = session.scalars(select(Room.id).where(Room.code == made["code"])).one()
    for language, phones in ("en", "2 phones, 1 dashboard"), ("nl", "2 telefoons, 1 dashboard"):
        told = until(
            lambda language=language, phones=phones: phones in (it := read(sqlite_server, browser, language)) and it
        )
        row = told.partition(sqlite_server.keys.mark(room_id))[2].partition("</tr>")[0]
        assert phones in row and "≤ 250 kB" in row, "so coarse that it tells nothing of who writes"
        code = made["code"]
        assert not [word for word in ("anarie", code, f"{code[:4]} {code[4:]}", made["lead_token"]) if word in told]


def test_what_goes_wrong_is_said_with_what_to_do(tmp_path: Path, dial: Dial) -> None:
    with Server(tmp_path, silent=False) as server:
        browser = account(server, "wrong@example.org", admin=True)
        assert "0 changes could not be stored." in read(server, browser)
        room = server.create()
        phone = dial(server, server.join(room["code"], "Noor")["token"])
        with server.database.writing() as session:
            session.execute(text("CREATE TRIGGER no_notes BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'x'); END"))
        assert phone.note("keep", "x")["code"] == "failed"
        told = read(server, browser)
        assert "1 change could not be stored." in told and "Look whether the disk is full" in told
        assert told.index("could not be stored") < told.index("The database answers"), "what needs a look comes first"
        assert "look at this" in told and "All is well" not in told


@pytest.fixture
def admin(app: Flask) -> str:
    """The token of an admin's login, without a server."""
    with db.writing() as session:
        made = Account(email="admin@example.org", password_hash="-", admin=True, created_at=now())
        session.add(made)
        session.flush()
        return sign_in(session, made, now())


def test_others_have_something_to_warn_of(app: Flask, admin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_client() as client:
        client.set_cookie(cookies.LOGIN, admin)
        assert "Er is geen zaal in gebruik." in client.get("/ops").get_data(as_text=True)
        monkeypatch.setattr(ops, "also_warn", [lambda: ["The certificate <b> ends."], list])
        told = client.get("/ops").get_data(as_text=True)
    assert "The certificate &lt;b&gt; ends." in told and "Alles gaat goed" not in told


def test_without_the_rooms_table_it_says_so(app: Flask, admin: str) -> None:
    with db.writing() as session:
        session.execute(text("ALTER TABLE rooms RENAME TO gone"))
    with app.test_client() as client:
        client.set_cookie(cookies.LOGIN, admin)
        told = client.get("/ops").get_data(as_text=True)
    assert "De database antwoordt niet." in told and "of de database draait" in told
