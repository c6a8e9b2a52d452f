"""Several workshops together: who reads which, in which choice, and that nothing outlives its erasure."""

from __future__ import annotations

import csv
import io
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from live import Answer, Line, Server, fetch
from sqlalchemy import select, update

from tests.app.test_again import press, row
from workshop import changing, cookies, live
from workshop.access import sign_in
from workshop.extensions import db, now
from workshop.models import Account, MemberRole, Room, Trace
from workshop.rooms import erasing, opening, wall
from workshop.web import across

Dial = Callable[..., Line]
LABEL = "Kring <b>Zuid</b> & co"


def account(
    server: Server, email: str, *roles: MemberRole, organisation: str | None = None, admin: bool = False
) -> str:
    """The cookie of a browser in which somebody with a new account is signed in; nobody knows the password."""
    made = server.account(email, *roles, organisation=organisation, admin=admin)
    with server.database.writing() as session:
        known = session.get(Account, made)
        assert known is not None
        return f"{cookies.LOGIN}={sign_in(session, known, int(time.time() * 1000))}"


def held(server: Server, dial: Dial, owner: str, lines: list[str], sharing: int, label: str = LABEL) -> dict[str, str]:
    """A workshop of somebody's that is at its closing: lines on its wall, and as many who shared a note."""
    made = server.create(label=label)
    with server.database.writing() as session:
        of = session.scalars(select(Account.id).where(Account.email == owner)).one()
        session.execute(update(Room).where(Room.code == made["code"]).values(account_id=of))
    desk = dial(server, made["lead_token"])
    people = [dial(server, server.join(made["code"], f"Mens {n}")["token"]) for n in range(max(sharing, 1))]
    desk.do("go", index=15)
    for line in lines:
        assert people[0].say("post", id=str(uuid.uuid4()), column="snags", text=line, signed=False)["ok"]
    for number, phone in enumerate(people[:sharing]):
        assert phone.note("first_step", f"gedeeld {made['code']} {number}", "organiser")["ok"]
    desk.do("go", index=16)
    return made


def asked(server: Server, browser: str, what: str = "", **choice: str) -> Answer:
    """The page, or a file, for a choice."""
    return fetch(f"{server.url}/reflections{what}?{urlencode(choice)}", headers={"Cookie": browser})


def rows(server: Server, browser: str, **choice: str) -> list[dict[str, Any]]:
    """The table of a choice."""
    answer = asked(server, browser, ".csv", **choice)
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), delimiter=";"))


def did(server: Server, code: str) -> list[tuple[str, str]]:
    """What the trail of a room says of its files."""
    with server.database.reading() as session:
        query = select(Trace.did, Trace.by).join(Room, Room.id == Trace.room_id).where(Room.code == code)
        return [(what, by) for what, by in session.execute(query) if what in ("wall", "reflections")]


def test_everyone_reads_the_workshops_that_are_theirs_to_read(sqlite_server: Server, dial: Dial) -> None:
    mine = account(sqlite_server, "across@example.org")
    other = account(sqlite_server, "across-other@example.org")
    reader = account(sqlite_server, "across-reader@example.org", "organiser")
    five = held(sqlite_server, dial, "across@example.org", ["Geen tijd", "alleen hier"], 5)
    four = held(sqlite_server, dial, "across@example.org", ["geen  tijd!"], 4)
    theirs = held(sqlite_server, dial, "across-other@example.org", ["canary van een ander"], 1, "iets anders")
    simulated = sqlite_server.create(label=LABEL)
    with sqlite_server.database.reading() as session:
        room = session.scalars(select(Room).where(Room.code == simulated["code"])).one()
        key = sqlite_server.keys.key(room, "rehearsal")
    actor = dial(sqlite_server, sqlite_server.join(simulated["code"], "Acteur", key=key)["token"])
    dial(sqlite_server, simulated["lead_token"]).do("go", index=15)
    assert actor.say("post", id=str(uuid.uuid4()), column="snags", text="gespeeld", signed=False)["ok"]

    # A leader's login has the walls of their own, and no notes; and what returns.
    table = rows(sqlite_server, mine)
    assert [row["text"] for row in table] == ["alleen hier", "geen  tijd!", "Geen tijd"]
    assert {row["workshop"] for row in table} == {"Samen oefenen"} and {row["kind"] for row in table} == {"wall"}
    page = asked(sqlite_server, mine)
    assert "die zijn voor de organisatie" in page.body.decode()
    assert page.status == 200 and b"canary" not in page.body and f"gedeeld {five['code']}".encode() not in page.body
    assert b"Kring &lt;b&gt;Zuid" in page.body and b"<b>Zuid" not in page.body
    assert asked(sqlite_server, mine, ".json").json()["returning"][0]["workshops"] == 2
    assert did(sqlite_server, five["code"]) == [("wall", "leader")]

    # An organiser reads all, by the same rule of five for each; a label chooses, and rehearsals are not told.
    found = rows(sqlite_server, reader, label=LABEL)
    notes = {row["text"] for row in found if row["kind"] == "note"}
    assert notes == {f"gedeeld {five['code']} {n}" for n in range(5)} and four["code"] not in str(notes)
    assert not {"gespeeld", "canary van een ander"} & {row["text"] for row in found}
    told = asked(sqlite_server, reader, ".json", label=LABEL).json()
    assert [one["notes"] for one in told["workshops"]] == [5, 0] or [one["notes"] for one in told["workshops"]] == [
        0,
        5,
    ]
    assert told["figures"]["people"] == 5 and told["figures"]["notes"] == 5
    assert {row["text"] for row in rows(sqlite_server, reader, label="iets anders")} >= {"canary van een ander"}
    assert ("reflections", "organiser") in did(sqlite_server, theirs["code"])

    # Whoever has the machine.
    by_hand = sqlite_server.workshop("export", "--all", "--label", LABEL, "--format", "json")
    assert by_hand.returncode == 0 and len(json.loads(by_hand.stdout)["workshops"]) == 2, by_hand.stderr
    assert ("reflections", "server") in did(sqlite_server, five["code"])
    assert sqlite_server.workshop("export", "--label", LABEL, "--format", "json").returncode == 1

    # Other days, and what is none; nobody else.
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert rows(sqlite_server, mine, **{"from": tomorrow}) == [] and len(rows(sqlite_server, mine, to=tomorrow)) == 3
    assert "In deze keuze valt geen workshop" in asked(sqlite_server, mine, **{"from": tomorrow}).body.decode()
    assert asked(sqlite_server, mine, to="gisteren").status == 400
    assert asked(sqlite_server, mine, ".exe").status == 404
    assert asked(sqlite_server, "").status == 302 and asked(sqlite_server, "", ".csv").status == 401

    # What is erased is not told any more.
    dashboard = fetch(f"{sqlite_server.url}/lead/{five['code']}", headers={"Cookie": mine})
    assert press(sqlite_server, f"/lead/{five['code']}/erase", mine, dashboard).status == 302
    assert [row["text"] for row in rows(sqlite_server, mine)] == ["geen  tijd!"]
    assert rows(sqlite_server, other)[0]["text"] == "canary van een ander"


def test_a_leader_gives_a_room_a_label(sqlite_server: Server) -> None:
    mine = account(sqlite_server, "label@example.org")
    other = account(sqlite_server, "label-other@example.org")
    form = fetch(f"{sqlite_server.url}/lead/new", headers={"Cookie": mine})
    made = press(sqlite_server, "/lead/new", mine, form, title="Zuid", programme="triads", label=f" {LABEL} ")
    code = made.headers["Location"].rpartition("/")[2]
    assert row(sqlite_server, code).label == LABEL
    assert (
        b'<option value="Kring &lt;b&gt;Zuid' in fetch(f"{sqlite_server.url}/lead/new", headers={"Cookie": mine}).body
    )
    dashboard = fetch(f"{sqlite_server.url}/lead/{code}", headers={"Cookie": mine})
    assert press(sqlite_server, f"/lead/{code}/label", mine, dashboard, label="Noord").status == 302
    assert row(sqlite_server, code).label == "Noord"
    assert press(sqlite_server, f"/lead/{code}/label", mine, dashboard, label="x" * 61).status == 400
    theirs = fetch(f"{sqlite_server.url}/lead/new", headers={"Cookie": other})
    assert press(sqlite_server, f"/lead/{code}/label", other, theirs, label="van mij").status == 404
    assert row(sqlite_server, code).label == "Noord"
    assert press(sqlite_server, f"/lead/{code}/label", mine, dashboard, label="").status == 302
    assert row(sqlite_server, code).label == ""


def test_a_room_that_is_erased_while_others_are_read_is_left_out(app: Flask) -> None:
    with db.writing() as session:
        rooms = [opening.open_room(session, opening.Wanted(title), now()) for title in ("stays", "goes")]
        for one in rooms:
            one.began_at = now()
        goes = rooms[1].id
    looked: list[int] = []

    def still_wanted() -> bool:
        if not looked:
            with changing.changing(goes) as change:
                erasing.erase_room(change)
        looked.append(goes)
        return True

    with app.test_request_context():
        found = across.gathered(across.Choice(None, None, ""), None, "nl", still_wanted)
    assert len(looked) == 2 and [one.title for one in found.record.workshops] == ["stays"] and not found.more


def test_of_more_than_can_be_told_the_newest_are_and_no_room_is_held_for_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.writing() as session:
        rooms = [opening.open_room(session, opening.Wanted(title), now()) for title in ("first", "second", "third")]
        for day, room in enumerate(rooms):
            room.began_at = now() - (3 - day) * 86_400_000
        ids = [room.id for room in rooms]
    for room in ids:
        changing.change(room, lambda change: wall.post_for(change, "snags", "time"))
    live.let_go()
    live.there(ids[2])
    monkeypatch.setattr(across, "MOST_LINES", 2)
    with app.test_request_context():
        found = across.gathered(across.Choice(None, None, ""), None, "nl")
    assert [one.title for one in found.record.workshops] == ["second", "third"] and found.more
    assert live.held() == [ids[2]], "the one that was in use"
