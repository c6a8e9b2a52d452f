"""The permission table as a matrix: every person × every event (S1), and every refusal in its one shape (R12)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
import socketio
from flask import Flask
from live import PATIENCE, Line, Server, fetch, until

from tests.app.in_process import room, statements
from tests.hostile import TEXTS
from workshop import cookies
from workshop.access import MAY, Holder, keys
from workshop.commands import EVENTS, parse
from workshop.core.errors import Refused
from workshop.exports import FORMATS
from workshop.extensions import db

Dial = Callable[..., Line]
ID = str(uuid.uuid4())
SAYS: dict[str, dict[str, object]] = {
    "clock": {},
    "sync": {},
    "command": {"do": "start"},
    "note": {"id": ID, "prompt": "tip", "text": "x"},
    "post": {"id": ID, "column": "snags", "text": "x"},
    "recognise": {"post": ID, "on": True},
    "tally": {"id": ID, "round": 1, "counter": "open", "by": 1},
    "choose": {"topic": "connection"},
    "safe": {"keys": []},
    "hand": {"up": True},
    "sit": {"on": True},
    "seen": {"notice": 1},
    "leave": {},
    "return": {},
    "erase_me": {},
    "that_is_me": {"circle": ID},
}


def test_every_event_has_a_row_in_the_table_and_a_line_here() -> None:
    assert set(EVENTS) <= set(MAY)
    assert set(EVENTS) == set(SAYS)


@pytest.mark.parametrize("event", list(SAYS))
def test_who_may_say_what(sqlite_server: Server, dial: Dial, event: str) -> None:
    made = sqlite_server.create()
    lines = {
        "leader": dial(sqlite_server, made["lead_token"]),
        "screen": dial(sqlite_server, made["screen_token"]),
        "person": dial(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"]),
    }
    for role, line in lines.items():
        answer = line.say(event, **SAYS[event])
        assert (answer.get("code") != "forbidden") == (role in MAY[event]), (role, answer)


def refusal(server: Server, auth: object) -> object:
    """What a refused connection is told."""
    told: list[object] = []
    client = socketio.Client(reconnection=False, request_timeout=PATIENCE)
    client.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(server.url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)
    return until(lambda: told)[0]


@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"token": "nobody's"},
        {"token": 7},
        {"token": "l1.AAAAAAAAAAAAAAAAAAAAAAAA"},
        {"as": "leader"},
        "x",
        [],
    ],
)
def test_a_stranger_is_refused_with_a_code(sqlite_server: Server, auth: object) -> None:
    told = refusal(sqlite_server, auth)
    assert isinstance(told, dict) and told["data"]["code"] == "unauthorized"


def test_cookies_are_looked_up_together_and_not_without_end(app: Flask) -> None:
    made = room()
    own = f"samen_leader_{made.code}={keys.key(made, 'leader')}"

    def looked_up(*shown: str) -> tuple[Holder | None, int]:
        told = {"Cookie": "; ".join(shown)}
        with app.test_request_context(headers=told), db.reading() as session, statements() as said:
            return cookies.holder(session, None), len(said)

    assert looked_up(own) == (Holder(made.id, "leader"), 1)
    of_none = [f"samen_leader_{n}=aaaaaaaaaa" for n in range(230)]
    assert looked_up(*of_none, own) == (Holder(made.id, "leader"), 1), "no room is called so"
    of_others = [f"samen_screen_{n:08}=s{n}.aaaaaaaaaaaa" for n in range(100, 330)]
    assert looked_up(*of_others[:15], own) == (Holder(made.id, "leader"), 1)
    assert looked_up(*of_others, own) == (None, 0)


def test_a_request_is_known_by_the_keys_of_its_own_room_alone(app: Flask) -> None:
    made = room()
    shown = "; ".join(f"samen_leader_{n}_{made.code}=aaaaaaaaaa{n}" for n in range(230))
    browser = app.test_client(use_cookies=False)
    with statements() as none:
        browser.get(f"/qr/{made.code}.svg")
    with statements() as said:
        browser.get(f"/qr/{made.code}.svg", headers={"Cookie": shown})
    assert len(said) == len(none)


def test_the_cookie_of_one_page_is_enough(sqlite_server: Server) -> None:
    """docs/protocol.md: a token, or the cookie of the page."""
    made = sqlite_server.create()
    for url, role in (("lead_url", "leader"), ("screen_url", "screen")):
        cookie = fetch(made[url]).headers["Set-Cookie"].split(";")[0]
        client = socketio.Client(reconnection=False, request_timeout=PATIENCE)
        told: list[dict[str, object]] = []
        client.on("snapshot", told.append)
        client.connect(sqlite_server.url, headers={"Cookie": cookie}, transports=["websocket"], wait_timeout=PATIENCE)
        snapshot = until(lambda told=told: told)[0]
        assert ("hidden" in snapshot) == (role == "leader") and snapshot["room"]["code"] == made["code"]
        client.disconnect()


def test_what_makes_no_sense_is_invalid_and_no_fault(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    join = f"{sqlite_server.url}/api/rooms/{made['code']}/people"
    assert fetch(join, method="POST", data=b'{"name": "\xff"}').status == 400
    deep: object = "x"
    for _ in range(2_000):
        deep = [deep]
    with pytest.raises(Refused) as refused:
        parse("note", {"id": ID, "prompt": "tip", "text": deep})
    assert refused.value.code == "invalid"


def test_an_organiser_has_no_socket_and_a_leader_no_reflections(server: Server) -> None:
    made = server.create()
    assert refusal(server, {"token": made["organiser_token"]})["data"]["code"] == "unauthorized"  # type: ignore[index]
    assert server.get(f"/reflections/{made['code']}.csv", made["lead_token"]).status == 403
    assert server.get(f"/reflections/{made['code']}.csv", made["screen_token"]).status == 403
    assert server.get(f"/reflections/{made['code']}.csv").status == 401
    other = server.create()
    assert server.get(f"/reflections/{other['code']}.csv", made["organiser_token"]).status == 403
    assert server.get(f"/api/rooms/{other['code']}/wall", made["screen_token"]).status in (401, 403)


@pytest.mark.parametrize(
    ("event", "payload", "code"),
    [
        ("nonsense", {}, "not_found"),
        ("note", {}, "invalid"),
        ("note", "text", "invalid"),
        ("note", 7, "invalid"),
        ("note", [], "invalid"),
        ("note", None, "invalid"),
        ("note", SAYS["note"] | {"text": 7}, "invalid"),
        ("note", SAYS["note"] | {"id": "1 OR 1=1"}, "invalid"),
        ("note", SAYS["note"] | {"prompt": "UPPER"}, "invalid"),
        ("note", SAYS["note"] | {"visibility": "everyone"}, "invalid"),
        ("note", SAYS["note"] | {"round": 99}, "invalid"),
        ("note", SAYS["note"] | {"text": "x" * 2001}, "too_large"),
        ("post", SAYS["post"] | {"text": "x" * 281}, "too_large"),
        ("post", SAYS["post"] | {"column": "elsewhere"}, "invalid"),
        ("recognise", SAYS["recognise"], "not_found"),
        ("choose", {"topic": "connection"}, "not_found"),
        ("choose", {"topic": "weather"}, "invalid"),
        ("tally", SAYS["tally"] | {"by": 2}, "invalid"),
        ("seen", {}, "invalid"),
        ("seen", {"notice": "1"}, "invalid"),
        ("seen", {"notice": 2**53}, "not_found"),
    ],
)
def test_bad_input_is_refused_in_words_and_changes_nothing(
    sqlite_server: Server, dial: Dial, event: str, payload: object, code: str
) -> None:
    made = sqlite_server.create()
    token = sqlite_server.join(made["code"], "Noor")["token"]
    line = dial(sqlite_server, token)
    answer = line._client.call(event, payload, timeout=PATIENCE)
    assert not answer["ok"] and answer["code"] == code and answer["detail"]
    assert sqlite_server.get("/api/me", token).json()["notes"] == []


@pytest.mark.parametrize(
    "command",
    [{}, {"do": "explode"}, {"do": "go"}, {"do": "go", "index": "1"}, {"do": "add", "seconds": 10**9}, {"do": 1},
     {"do": "move", "person": 0, "group": 1}, {"do": "next", "expect": "1"}],
)  # fmt: skip
def test_a_command_that_is_none(sqlite_server: Server, dial: Dial, command: dict[str, object]) -> None:
    leader = dial(sqlite_server, sqlite_server.create()["lead_token"])
    assert leader.say("command", **command)["code"] == "invalid"
    assert not leader.all("step")


def test_a_leader_cannot_reach_into_another_room(server: Server, dial: Dial) -> None:
    mine, other = server.create(), server.create()
    leader = dial(server, mine["lead_token"])
    stranger = server.join(other["code"], "Noor")["person"]
    for command in ({"do": "remove"}, {"do": "rename", "name": "x"}, {"do": "here"}, {"do": "restore"}):
        assert leader.say("command", **command, person=stranger)["code"] == "not_found"


def test_the_same_note_twice_is_one_note(server: Server, dial: Dial) -> None:
    made = server.create()
    token = server.join(made["code"], "Noor")["token"]
    line = dial(server, token)
    for text in ("first", "first", "better"):
        assert line.note("tip", text, id=ID)["ok"]
    assert [n["text"] for n in server.get("/api/me", token).json()["notes"]] == ["better"]
    assert line.note("tip", "  ", id=ID)["ok"]
    assert server.get("/api/me", token).json()["notes"] == []


def test_one_cannot_write_over_another(server: Server, dial: Dial) -> None:
    made = server.create()
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem")]
    noor, sem = (dial(server, token) for token in tokens)
    assert noor.post("snags", "mine", id=ID)["ok"] and noor.note("tip", "mine", id=ID)["ok"]
    assert sem.post("snags", "stolen", id=ID)["code"] == "forbidden"
    assert sem.note("tip", "own", id=ID)["ok"]
    assert server.get("/api/me", tokens[0]).json()["notes"][0]["text"] == "mine"


@pytest.mark.parametrize("event", ["disconnect", "connect", "__disconnect_final"])
def test_the_names_of_the_library_are_no_events(sqlite_server: Server, dial: Dial, event: str) -> None:
    made = sqlite_server.create()
    person = sqlite_server.join(made["code"], "Noor")
    line, leader = dial(sqlite_server, person["token"]), dial(sqlite_server, made["lead_token"])
    assert line._client.call(event, {"token": "x"}, timeout=PATIENCE)["code"] == "not_found"
    assert line.say("clock")["ok"]
    leader.do("remove", person=person["person"])
    until(lambda: not line.open)


def test_whoever_was_erased_never_becomes_somebody_else(server: Server, dial: Dial) -> None:
    first = server.create()
    leader, screen = dial(server, first["lead_token"]), dial(server, first["screen_token"])
    phone = dial(server, server.join(first["code"], "Noor")["token"])
    assert server.workshop("erase", first["code"], "--yes").returncode == 0  # by another process
    second = server.create()
    other = dial(server, server.join(second["code"], "Sem")["token"])
    other.note("tip", "canary")
    assert leader.say("command", do="next")["code"] == phone.note("tip", "x")["code"] == "closed"
    assert phone.say("clock")["code"] == "closed"
    for line in (leader, screen, phone):
        line.say("sync")
        assert "canary" not in json.dumps(line.heard) and len(line.all("snapshot")) == 1


def test_a_removed_person_keeps_what_is_theirs(server: Server, dial: Dial) -> None:
    made = server.create()
    person = server.join(made["code"], "Noor")
    dial(server, person["token"]).note("tip", "mine")
    dial(server, made["lead_token"]).do("remove", person=person["person"])
    assert refusal(server, {"token": person["token"]})["data"]["code"] == "unauthorized"  # type: ignore[index]
    assert server.get("/api/me", person["token"]).json()["notes"][0]["text"] == "mine"
    assert server.get("/api/me", person["token"], method="DELETE").status == 204
    assert server.get("/api/me", person["token"]).status == 401


def test_a_flood_is_told_to_slow_down_and_others_go_on(still_server: Server, dial: Dial) -> None:
    made = still_server.create()
    flooder, other = (dial(still_server, still_server.join(made["code"], n)["token"]) for n in ("Noor", "Sem"))
    codes = [flooder.say_once("clock").get("code") for _ in range(60)]
    assert codes == [None] * 40 + ["too_fast"] * 20
    assert other.say("clock")["ok"]


def test_a_message_that_is_far_too_large_cuts_the_line(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    line, other = (dial(sqlite_server, sqlite_server.join(made["code"], n)["token"]) for n in ("Noor", "Sem"))
    line._client.emit("note", {"id": ID, "prompt": "tip", "text": "x" * 70_000})
    until(lambda: not line.open)
    assert other.say("clock")["ok"]


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_someone_types_comes_back_as_text(sqlite_server: Server, dial: Dial, text: str) -> None:
    made = sqlite_server.create()
    token = sqlite_server.join(made["code"], "Noor")["token"]
    line = dial(sqlite_server, token)
    answer = line.note("tip", text[:2000], "organiser", id=ID)
    assert answer["ok"]
    for extension in FORMATS:
        assert sqlite_server.get(f"/reflections/{made['code']}.{extension}", made["organiser_token"]).status == 200


def test_foreign_pages_may_not_open_a_line(sqlite_server: Server) -> None:
    address = f"{sqlite_server.url}/socket.io/?EIO=4&transport=polling"
    for origin in ("https://elsewhere.example", "null"):
        assert fetch(address, headers={"Origin": origin}).status == 400
        assert fetch(address, headers={"Origin": origin, "X-Forwarded-Host": "elsewhere.example"}).status == 400
    assert fetch(address, headers={"Origin": sqlite_server.url}).status == 200


def test_problems_of_the_api_are_documents(server: Server) -> None:
    answer = server.get("/api/rooms/00000000")
    assert answer.status == 404 and answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}
    made = server.create()
    for body in ({}, {"name": ""}, {"name": "   "}, {"name": "x" * 41}, {"name": 7}, []):
        answer = server.get(f"/api/rooms/{made['code']}/people", method="POST", body=body)
        assert answer.status in (400, 413) and answer.json()["code"] in ("invalid", "too_large")
    assert server.get("/api/me", "nobody's").status == 401
    assert json.loads(server.get("/healthz").body) == {"status": "ok"}


def test_after_close_nothing_is_written_and_everything_read(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    token = server.join(made["code"], "Noor")["token"]
    line = dial(server, token)
    line.note("tip", "before", id=ID)
    leader.do("close")
    line.wait("step", lambda s: not s["open"])
    assert line.note("tip", "after", id=ID)["code"] == "closed"
    assert line.post("snags", "after")["code"] == "closed"
    late = server.get(f"/api/rooms/{made['code']}/people", method="POST", body={"name": "Sem"})
    assert late.status == 409 and late.json()["code"] == "closed"
    assert line.say("safe", keys=[], own="after")["code"] == "closed"
    assert server.get("/api/me", token).json()["notes"][0]["text"] == "before"
    assert line.note("tip", "before", "me", id=ID)["ok"], "taking back goes on"
    assert line.note("tip", "", id=ID)["ok"]
    assert line.say("erase_me")["ok"]
