"""Another phone for someone who is in already: passes, what such a phone shows, and what it may not (S1, R10)."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from live import Answer, Line, Server, until
from sqlalchemy import update

from workshop.models import Pass

Dial = Callable[..., Line]


def make(server: Server, token: str) -> dict[str, Any]:
    """A pass of one's own."""
    answer = server.get("/api/me/passes", token, "POST")
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def show(server: Server, code: str, digits: str) -> Answer:
    """Another phone shows a pass."""
    return server.get(f"/api/rooms/{code}/people", method="POST", body={"pass": digits})


def test_a_pass_makes_another_phone_the_same_person_once(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    noor = server.join(made["code"], "Noor")
    given = make(server, noor["token"])
    assert len(given["pass"]) == 8 and given["pass"].isdigit()
    assert given["url"] == f"{server.url}/r/{made['code']}#p={given['pass']}"
    spaced = f"{given['pass'][:4]} {given['pass'][4:]}"
    answer = show(server, made["code"], spaced)
    assert answer.status == 201
    other = answer.json()
    assert (other["person"], other["name"]) == (noor["person"], "Noor") and other["token"] != noor["token"]
    assert show(server, made["code"], given["pass"]).json()["code"] == "unauthorized", "once"
    old, new = dial(server, noor["token"]), dial(server, other["token"])
    assert new.snapshot["me"]["id"] == noor["person"]
    assert old.wait("pen", lambda pen: not pen["mine"]) and new.wait("pen", lambda pen: pen["mine"])
    leader.heard.clear()
    leader.say("sync")
    assert [p["name"] for p in leader.wait("snapshot")["people"]] == ["Noor"], "one person counted"


def test_a_pass_whose_answer_got_lost_is_shown_again(server: Server, dial: Dial) -> None:
    """By the same phone: else a phone that nobody has would be the first of somebody without one, and theirs a guest
    that may erase nothing."""
    made = server.create()
    leader = dial(server, made["lead_token"])
    gerrit = leader.do("add_person", name="Gerrit")["person"]
    given = leader.do("pass", person=gerrit)
    attempt = str(uuid.uuid4())

    def again(attempt: str) -> Answer:
        body = {"pass": given["pass"], "attempt": attempt}
        return server.get(f"/api/rooms/{made['code']}/people", method="POST", body=body)

    lost, found = again(attempt), again(attempt)
    assert (lost.status, found.status) == (201, 201) and lost.json() == found.json()
    assert again(str(uuid.uuid4())).status == show(server, made["code"], given["pass"]).status == 401
    phone = dial(server, found.json()["token"])
    assert phone.note("tip", "van mij")["ok"]
    assert server.get("/api/me", found.json()["token"], "DELETE").status == 204
    assert again(attempt).status == 401


def test_who_was_taken_out_does_not_come_back_by_a_pass_that_is_shown_again(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    noor = server.join(made["code"], "Noor")
    body = {"pass": make(server, noor["token"])["pass"], "attempt": str(uuid.uuid4())}
    for status in (201, 401):
        assert server.get(f"/api/rooms/{made['code']}/people", method="POST", body=body).status == status
        leader.say("command", do="remove", person=noor["person"])


def test_a_newer_pass_takes_the_place_of_the_one_before(server: Server) -> None:
    made = server.create()
    token = server.join(made["code"], "Noor")["token"]
    first, second = make(server, token), make(server, token)
    assert show(server, made["code"], first["pass"]).status == 401
    assert show(server, made["code"], second["pass"]).status == 201


def test_a_pass_is_of_one_room_and_gets_too_old(server: Server) -> None:
    made, elsewhere = server.create(), server.create()
    token = server.join(made["code"], "Noor")["token"]
    given = make(server, token)
    assert show(server, elsewhere["code"], given["pass"]).status == 401
    with server.database.writing() as session:
        session.execute(update(Pass).values(expires_at=1))
    assert show(server, made["code"], given["pass"]).status == 401


def test_whoever_was_taken_out_does_not_slip_back(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    noor = server.join(made["code"], "Noor")
    before = make(server, noor["token"])
    leader.do("remove", person=noor["person"])
    assert show(server, made["code"], before["pass"]).status == 401
    assert server.get("/api/me/passes", noor["token"], "POST").status == 401
    assert leader.say("command", do="pass", person=noor["person"])["code"] == "not_found"
    leader.do("restore", person=noor["person"])
    assert show(server, made["code"], before["pass"]).status == 401, "the old pass stays dead"
    assert dial(server, noor["token"]).snapshot["me"]["id"] == noor["person"]


def test_a_phone_from_the_leader_does_not_show_what_was_private_before(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    noor = server.join(made["code"], "Noor")
    partners = [server.join(made["code"], name)["token"] for name in ("Sem", "Fatma")]
    mine = dial(server, noor["token"])
    for _ in range(3):
        leader.do("next")
    ids = {v: str(uuid.uuid4()) for v in ("me", "group", "organiser")}
    for visibility, id in ids.items():
        assert mine.note("tip", f"canary-{visibility}", visibility, id)["ok"]
    mine.post("snags", "a line on the wall")
    given = leader.do("pass", person=noor["person"])
    assert given["url"].endswith(f"#p={given['pass']}") and given["expires_at"]
    other = show(server, made["code"], given["pass"]).json()["token"]
    new = dial(server, other)
    assert [n["text"] for n in new.snapshot["notes"]] == ["canary-group"]
    assert new.snapshot["my_posts"] == [], "which unsigned line is theirs is nobody's to know"
    assert "canary-me" in json.dumps(mine.snapshot | server.get("/api/me", noor["token"]).json())
    told = server.get("/api/me", other).json()
    assert [n["text"] for n in told["notes"]] == ["canary-group"]

    # What is written on the first phone stays there, also from now on; what is opened is on both.
    mine.note("tip", "canary-me, changed", "me", ids["me"])
    mine.note("tip", "canary-group, closed", "me", ids["group"])
    new.wait("notes", lambda n: ids["group"] in n["gone"])
    mine.note("tip", "new since", "me")
    new.say("sync")
    new.say("clock")
    heard = json.dumps(new.heard)
    assert "canary-me" not in heard and "canary-organiser" not in heard and "closed" not in heard
    assert "new since" not in heard and not new.all("my_notes")
    mine.note("tip", "opened after all", "group", ids["me"])
    new.wait("notes", lambda n: any(c["text"] == "opened after all" for c in n["changed"]))
    assert new.note("tip", "from the new phone")["ok"]
    mine.say("clock")
    assert "from the new phone" not in json.dumps(mine.heard)
    for token in partners:
        assert server.get("/api/me", token).json()["notes"] == []

    # Nor does it erase what it cannot see, or hand more on than it has.
    assert server.get("/api/me", other, "DELETE").json()["code"] == "forbidden"
    assert new.say("erase_me")["code"] == "forbidden"
    third = show(server, made["code"], make(server, other)["pass"]).json()["token"]
    assert "canary-organiser" not in server.get("/api/me", third).body.decode()
    assert server.get("/api/me", third, "DELETE").status == 403
    assert server.get("/api/me", noor["token"], "DELETE").status == 204
    new.wait("removed", lambda r: r["why"] == "erased")
    until(lambda: server.get("/api/me", other).status == 401)


def test_who_never_had_a_phone_gets_one_that_is_theirs_wholly(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    person = leader.do("add_person", name="Ans")["person"]
    token = show(server, made["code"], leader.do("pass", person=person)["pass"]).json()["token"]
    assert server.get("/api/me", token, "DELETE").status == 204


def test_only_a_person_makes_a_pass_and_only_a_leader_for_another(server: Server, dial: Dial) -> None:
    made = server.create()
    noor = server.join(made["code"], "Noor")
    for key in ("lead_token", "screen_token"):
        assert server.get("/api/me/passes", made[key], "POST").status == 403
    assert server.get("/api/me/passes", None, "POST").status == 401
    assert dial(server, noor["token"]).say("command", do="pass", person=noor["person"])["code"] == "forbidden"
    stranger = dial(server, server.create()["lead_token"])
    assert stranger.say("command", do="pass", person=noor["person"])["code"] == "not_found"


def test_passes_are_not_guessed_not_even_by_who_is_known_at_the_door(still_server: Server) -> None:
    made = still_server.create()
    token = still_server.join(made["code"], "Noor")["token"]
    given = make(still_server, token)
    wrong = (show(still_server, made["code"], f"{n:08d}").json()["code"] for n in range(200))
    codes = list(itertools.takewhile(lambda code: code == "unauthorized", wrong))
    assert len(codes) == 60
    assert show(still_server, made["code"], given["pass"]).json()["code"] == "too_fast", "it tells nothing any more"
    assert still_server.join(made["code"], "Sem")["token"], "the door itself stands open"


@pytest.mark.parametrize("digits", ["", "1", "x" * 40, "٠١٢٣٤٥٦٧"])
def test_a_pass_that_is_none(sqlite_server: Server, digits: str) -> None:
    made = sqlite_server.create()
    assert show(sqlite_server, made["code"], digits).json()["code"] == "unauthorized"


def test_a_pass_works_when_the_room_is_closed_and_for_who_left(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    token = server.join(made["code"], "Noor")["token"]
    dial(server, token).say("leave")
    leader.do("close")
    other = show(server, made["code"], make(server, token)["pass"]).json()["token"]
    assert dial(server, other).snapshot["me"]["left"]


def test_a_second_try_to_come_in_makes_no_second_person(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    attempt = str(uuid.uuid4())
    first, again = (server.join(made["code"], "Noor", attempt=attempt) for _ in range(2))
    assert first == again
    assert server.join(made["code"], "Noor", attempt=str(uuid.uuid4()))["person"] != first["person"]
    leader.do("close")
    assert server.join(made["code"], "Noor", attempt=attempt) == first, "they came in before the door was shut"
    leader.do("remove", person=first["person"])
    tried = server.get(f"/api/rooms/{made['code']}/people", method="POST", body={"name": "Noor", "attempt": attempt})
    assert tried.status in (404, 409), "who was taken out does not slip back this way"
