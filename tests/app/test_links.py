"""A link that came to the wrong people is replaced, by itself and at once: the old one opens nothing, whoever held it
is told why, and the room goes on (docs/decisions/0035)."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from live import Answer, Line, Server, fetch, until
from sqlalchemy import MetaData, create_engine, select, update

from tests.app.in_process import room
from tests.app.test_access import refusal
from tests.app.test_across import account
from tests.app.test_again import press, row
from tests.app.test_migrations import room_row, to
from tests.app.test_web import cookie
from workshop import access, live, sockets, wire
from workshop.access import keys
from workshop.core import links
from workshop.core.links import MINUTE
from workshop.extensions import db
from workshop.models import Account, Room, Trace
from workshop.telling import connections

Dial = Callable[..., Line]
URN = "urn:workshop:replaced"
ROLES = ("leader", "screen", "organiser")


def owned(server: Server, name: str) -> tuple[dict[str, str], str]:
    """A room that an account made, and the cookie of the browser in which its maker is signed in."""
    email = f"links-{name}-{uuid.uuid4()}@example.org"
    login, made = account(server, email), server.create()
    with server.database.writing() as session:
        of = session.scalars(select(Account.id).where(Account.email == email)).one()
        session.execute(update(Room).where(Room.code == made["code"]).values(account_id=of))
    return made, login


def replace(server: Server, code: str, cookies: str, role: str) -> Answer:
    """Presses the button, in a browser with these cookies."""
    return press(server, f"/lead/{code}/links", cookies, fetch(f"{server.url}/login"), role=role)


def key(server: Server, code: str, role: str) -> str:
    """The key of a room as it is now."""
    return server.keys.key(row(server, code), role)  # type: ignore[arg-type]


def asked(server: Server, path: str, **headers: str) -> Answer:
    """An answer for a program that reads JSON."""
    return fetch(server.url + path, headers={"Accept": "application/json", **headers})


def page_of(role: str, code: str) -> str:
    """Where a link leads."""
    return {"leader": f"/lead/{code}", "screen": f"/screen/{code}", "organiser": f"/reflections/{code}"}[role]


def is_told_why(answer: Answer) -> bool:
    """Is it refused because the link was replaced?"""
    return answer.status == 401 and json.loads(answer.body)["type"] == URN


def test_one_press_and_both_devices_are_told_and_the_room_goes_on(server: Server, dial: Dial) -> None:
    made, login = owned(server, "press")
    code = made["code"]
    one = dial(server, made["lead_token"])
    browser = cookie(fetch(made["lead_url"]))
    two = Line(server, None, {"Cookie": browser}, **{"as": "leader", "code": code})
    desk = Line(server, None, {"Cookie": login}, **{"as": "leader", "code": code})
    screen, phone = dial(server, made["screen_token"]), dial(server, server.join(code, "Noor")["token"])
    assert phone.note("tip", "voor het vervangen")["ok"]
    phone.say("clock")
    heard = len(phone.heard)

    answer = replace(server, code, login, "leader")
    assert answer.status == 303 and answer.headers["Location"] == f"/lead/{code}?replaced=leader#links"
    for line in (one, two):
        assert line.wait("removed") == {"why": "replaced"}
        until(lambda line=line: not line.open)
    assert desk.wait("links", lambda links: links["leader"]["since"])["screen"]["since"] is None
    assert desk.do("next")["version"] > 1, "whoever pressed it stays in"
    screen.wait("step", lambda step: step["index"] == 1)
    phone.wait("step", lambda step: step["index"] == 1)
    assert phone.note("tip", "erna")["ok"]
    assert {event for event, _ in phone.heard[heard:]} <= {"step", "my_notes", "notes", "group"}, "it noticed nothing"
    assert not screen.all("removed") and screen.open and phone.open
    assert "step" not in {event for event, _ in one.heard + two.heard}, "and those heard nothing more"

    new = dial(server, key(server, code, "leader"))
    assert new.do("back")["version"]
    for line in (two, desk):
        line.close()


@pytest.mark.parametrize("role", ROLES)
def test_by_a_replaced_link_nobody_sees_or_does_anything(server: Server, dial: Dial, role: str) -> None:
    made, login = owned(server, f"nothing-{role}")
    code, old = made["code"], made[f"{'lead' if role == 'leader' else role}_token"]
    browser = cookie(fetch(f"{server.url}{page_of(role, code)}?key={old}"))
    assert replace(server, code, login, role).status == 303
    new = key(server, code, role)
    assert new != old

    bearer = {"Authorization": f"Bearer {old}"}
    pages = [page_of(role, code)]
    if role == "leader":
        pages += [f"/lead/{code}/{rest}" for rest in ("times", "print", "print.pdf", "wall.csv", "wall.pdf")]
    if role == "organiser":
        pages += [f"/reflections/{code}.{format}" for format in ("csv", "json", "xlsx", "docx", "pdf", "md")]
    for path in pages:
        assert is_told_why(asked(server, f"{path}?key={old}")), path
        assert is_told_why(asked(server, path, Cookie=browser)), path
    assert is_told_why(asked(server, f"/api/rooms/{code}/wall", **bearer))
    if role != "organiser":
        assert is_told_why(asked(server, f"/api/rooms/{code}/wall", Cookie=browser))
    for path in pages if role == "organiser" else ():
        assert is_told_why(asked(server, path, **bearer)), path
    person = fetch(f"{server.url}/qr/{code}.svg").body
    for headers in (bearer, {"Cookie": browser}):
        assert fetch(f"{server.url}/qr/{code}.svg", headers=headers).body == person, "without the secret of the door"
    for path in (
        f"/lead/{code}/links",
        f"/lead/{code}/erase",
        f"/lead/{code}/rehearsal",
        f"/reflections/{code}/themes",
    ):
        before = row(server, code).links
        assert press(server, path, browser, fetch(f"{server.url}/login"), role="screen").status == 401, path
        assert row(server, code).links == before
    assert refusal(server, {"token": old})["data"] == {"code": "unauthorized", "why": "replaced"}  # type: ignore[index]
    shown = fetch(f"{server.url}{page_of(role, code)}", headers={"Cookie": browser}).body.decode()
    assert "vervangen" in shown and code not in shown.replace(f"/{code}", "")

    for other in ROLES:
        opened = f"{page_of(other, code)}?key={key(server, code, other)}"
        assert fetch(server.url + opened).status == 302, "the new one opens, and the others as before"
    if role != "organiser":
        assert dial(server, new).snapshot["room"]["code"] == code


def test_a_link_may_be_replaced_again_and_only_the_last_one_opens(server: Server) -> None:
    made, login = owned(server, "again")
    code = made["code"]
    given_out = [key(server, code, "screen")]
    for _ in range(3):
        assert replace(server, code, login, "screen").status == 303
        given_out.append(key(server, code, "screen"))
    assert len(set(given_out)) == 4
    answers = [asked(server, f"/screen/{code}?key={one}") for one in given_out]
    assert [is_told_why(answer) for answer in answers] == [True, True, True, False] and answers[3].status == 302


def test_who_replaces_which(server: Server) -> None:
    made, owner = owned(server, "which")
    code = made["code"]
    by_link = cookie(fetch(made["lead_url"]))
    other = account(server, f"links-other-{uuid.uuid4()}@example.org")
    for role in ROLES:
        assert replace(server, code, other, role).status == 404, "a room of somebody else's is not there"
        assert replace(server, code, cookie(fetch(made["screen_url"])), role).status == 401, role
        assert replace(server, code, cookie(fetch(made["reflections_url"])), role).status == 401, role
    assert replace(server, code, owner, "join").status == 400
    assert row(server, code).links.keys() <= {"leader", "screen", "organiser"}
    assert all("salts" not in link for link in row(server, code).links.values()), "so far nothing was replaced"
    # Whoever leads by a link that leaked keeps nobody out by it: the owner's is a login.
    assert replace(server, code, by_link, "leader").status == 403
    assert replace(server, code, by_link, "organiser").status == 403
    assert replace(server, code, by_link, "screen").status == 303
    assert replace(server, code, owner, "leader").status == 303
    assert replace(server, code, owner, "organiser").status == 303

    # Whoever put a room among theirs that another made does not hand out the organiser's link (docs/decisions/0008).
    theirs = server.create()
    adopting = f"{other}; {cookie(fetch(theirs['lead_url']))}"
    assert press(server, f"/lead/{theirs['code']}/adopt", adopting, fetch(f"{server.url}/login")).status == 302
    assert replace(server, theirs["code"], other, "leader").status == 303
    assert replace(server, theirs["code"], other, "organiser").status == 403
    page = fetch(f"{server.url}/lead/{theirs['code']}", headers={"Cookie": other}).body.decode()
    assert 'id="replace-leader"' in page and 'id="replace-organiser"' not in page


def test_whoever_has_the_machine_replaces_a_link_beside_a_running_server(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    listed = server.workshop("links", made["code"], "--json")
    assert json.loads(listed.stdout)["lead_token"] == made["lead_token"]
    done = server.workshop("links", made["code"], "--replace", "leader", "--json")
    assert done.returncode == 0, done.stderr
    new: dict[str, str] = json.loads(done.stdout)
    assert new["lead_token"] != made["lead_token"] and new["screen_token"] == made["screen_token"]
    assert leader.wait("removed") == {"why": "replaced"}
    until(lambda: not leader.open)
    assert dial(server, new["lead_token"]).do("next")["version"] > 1
    assert screen.say("clock")["ok"]
    assert server.workshop("links", "00000000").returncode == 1


def test_what_is_still_said_by_a_replaced_link_is_refused(app: Flask) -> None:
    """Between the moment at which another process replaces it and the one at which this one closes the connection."""
    made = room()
    live.there(made.id)
    held = access.key_holder(made, keys.key(made, "leader"))
    assert held is not None
    connections.holders["a line"] = held
    try:
        assert sockets.receive("command", "a line", {"do": "lock"}) == wire.Done(version=2)
        with db.writing() as session:
            stored = session.get(Room, made.id)
            assert stored is not None
            stored.links = links.replaced(stored.links, "leader", stored.salt, "new", 1)
        answer = sockets.receive("command", "a line", {"do": "unlock"})
        assert isinstance(answer, wire.NotDone) and answer.code == "unauthorized"
        assert live.there(made.id).locked
    finally:
        del connections.holders["a line"]


def test_no_link_ends_where_a_mail_program_would_end_it_sooner(app: Flask) -> None:
    """One in 64 ended in a hyphen, which they leave out of what can be clicked. Such a link of before still works."""
    made, ends = room(), Counter[str]()
    assert access.key_holder(made, f"{keys.key(made, 'leader')}-") == access.key_holder(made, keys.key(made, "leader"))
    for number in range(500):
        ends.update((keys.key(made, "join", f"salt {number}")[-1], access.new_token()[-1]))
    assert not ends["-"] and len(ends) > 50


def test_a_leader_sees_which_was_used_and_in_which_minute(server: Server, dial: Dial) -> None:
    made, login = owned(server, "used")
    code = made["code"]
    desk = Line(server, None, {"Cookie": login}, **{"as": "leader", "code": code})
    assert desk.snapshot["links"]["leader"] == {"since": None, "used": None}, "by a login is by no link"
    dial(server, made["screen_token"])
    assert fetch(made["reflections_url"]).status == 302
    told = desk.wait("links", lambda links: links["screen"]["used"] and links["organiser"]["used"])
    assert told["leader"]["used"] is None
    assert not told["screen"]["used"] % MINUTE and not told["organiser"]["used"] % MINUTE
    assert set(told["screen"]) == {"since", "used"}, "never by whom, or from where"
    assert replace(server, code, login, "organiser").status == 303
    assert desk.wait("links", lambda links: links["organiser"]["since"])["organiser"]["used"] is None
    assert is_told_why(asked(server, made["reflections_url"].removeprefix(server.url)))
    desk.say("sync")
    latest = until(lambda: desk.all("snapshot")[1:])[-1]["links"]
    assert latest["organiser"]["used"] is None, "to come by the old one is no use of the new"
    desk.close()


def test_the_trail_says_that_a_link_was_replaced(server: Server) -> None:
    made, login = owned(server, "trail")
    for role in ROLES:
        assert replace(server, made["code"], login, role).status == 303
    assert server.workshop("links", made["code"], "--replace", "screen").returncode == 0
    with server.database.reading() as session:
        query = select(Trace.did, Trace.by).join(Room, Room.id == Trace.room_id).where(Room.code == made["code"])
        marks = {(did, by) for did, by in session.execute(query) if did.endswith("_link")}
    assert marks == {(f"{role}s_link", "leader") for role in ROLES} | {("screens_link", "server")}


def as_before(secret: str, role: str, room: int, salt: str) -> str:
    """A key as it was made before any link could be replaced by itself."""
    derived = hashlib.sha256(f"room keys {secret}".encode()).digest()
    signed = urlsafe_b64encode(hmac.digest(derived, f"{role} {room} {salt}".encode(), "sha256")[:18]).decode()
    return f"{role[0]}{room}.{signed}"


@pytest.mark.parametrize("base", ["sqlite", "postgres"])
def test_links_given_out_before_an_update_open_after_it(
    tmp_path: Path, dial: Dial, request: pytest.FixtureRequest, base: str
) -> None:
    url = (
        request.getfixturevalue("empty_postgres_url")
        if base == "postgres"
        else f"sqlite:///{tmp_path / 'instance' / 'old.sqlite'}"
    )
    (tmp_path / "instance").mkdir()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        to(connection, "0009")
        tables = MetaData()
        tables.reflect(connection)
        table = tables.tables["rooms"]
        old: dict[str, Any] = {name: value for name, value in room_row().items() if name in table.columns}
        old["salt"] = next(
            salt
            for salt in map(str, count())
            if as_before("the secret of before", "screen", old["id"], salt)[-1] == "-"
        )
        connection.execute(table.insert().values(**old))
    engine.dispose()
    given_out = {
        role: as_before("the secret of before", role, old["id"], old["salt"])
        for role in (*ROLES, "join", "visitor", "rehearsal")
    }
    with Server(tmp_path, DATABASE_URL=url, SECRET_KEY="the secret of before") as server:
        assert {role: key(server, old["code"], role) for role in given_out} == {
            role: access.ends_well(link) for role, link in given_out.items()
        }
        for role in ROLES:
            assert fetch(f"{server.url}{page_of(role, old['code'])}?key={given_out[role]}").status == 302
        assert dial(server, given_out["leader"]).do("next")["version"]
        assert server.join(old["code"], "Noor", key=given_out["join"])["token"]
        assert server.workshop("links", old["code"], "--replace", "leader").returncode == 0
        assert is_told_why(asked(server, f"/lead/{old['code']}?key={given_out['leader']}"))
        assert fetch(f"{server.url}/screen/{old['code']}?key={given_out['screen']}").status == 302
