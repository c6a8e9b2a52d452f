"""Who is in the room: came or never came, the locked door, two entries for one person, the end of a rehearsal."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from live import Line, Server, until

from workshop.access import identify
from workshop.store.codes import room_by_code

Dial = Callable[..., Line]


def person(leader: Line, id: int) -> dict[str, Any]:
    """Someone as the leader last heard of them."""
    found = [p for p in leader.snapshot["people"] if p["id"] == id]
    found += [p for m in leader.all("people") for p in m["changed"] if p["id"] == id]
    return dict(found[-1]) if found else {"came": None, "here": None, "by_hand": None}


def rehearsal_key(server: Server, code: str) -> str:
    """The key with which simulated people come in."""
    with server.database.reading() as session:
        room = room_by_code(session, code)
        assert room is not None
        return server.keys.key(room, "rehearsal")


def stored(server: Server) -> bytes:
    """All that stands in the files of an SQLite database."""
    found = b""
    for file in (server.folder / "instance").glob("*.sqlite*"):
        with suppress(FileNotFoundError):  # the log goes with the last connection, and comes with the next
            found += file.read_bytes()
    return found


def test_who_never_came_is_told_apart_from_who_is_away(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    never, away = (server.join(made["code"], name) for name in ("Noor", "Sem"))
    phone = dial(server, away["token"])
    until(lambda: person(leader, away["person"])["came"])
    phone.close()
    until(lambda: not person(leader, away["person"])["here"])
    assert person(leader, away["person"])["came"] and not person(leader, never["person"])["came"]
    again = dial(server, made["lead_token"]).snapshot["people"]
    assert [p["came"] for p in again] == [False, True]


def test_behind_a_locked_door_only_who_is_in_returns(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    known = server.join(made["code"], "Noor")
    version = leader.do("lock")["version"]
    assert version == leader.snapshot["version"] + 1 and leader.step["locked"]
    assert screen.wait("step", lambda s: s["locked"])
    assert leader.do("lock")["version"] == version
    refused = server.get(f"/api/rooms/{made['code']}/people", method="POST", body={"name": "Sem"})
    assert (refused.status, refused.json()["code"]) == (403, "closed") and "locked" in refused.json()["detail"]
    secret = made["join_url"].partition("#k=")[2]
    body = {"name": "Sem", "key": secret}
    assert server.get(f"/api/rooms/{made['code']}/people", method="POST", body=body).status == 403
    assert dial(server, known["token"]).snapshot["room"]["locked"] is True
    assert leader.do("add_person", name="Marieke")["person"], "by the leader's own hand"
    leader.do("unlock")
    assert server.join(made["code"], "Sem")["person"]


def test_two_entries_become_one_person_with_all_that_is_theirs(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    keep, other, third = (server.join(made["code"], name) for name in ("Noor", "Nora", "Sem"))
    one, two, three = (dial(server, someone["token"]) for someone in (keep, other, third))
    post = "33333333-3333-4333-8333-333333333333"
    same = "11111111-1111-4111-8111-111111111111"
    assert two.note("case", "of Nora", id=same)["ok"] and one.note("case", "of Noor", id=same)["ok"]
    assert two.post("snags", "a signed line", signed=True, id=post)["ok"]
    assert three.post("snags", "another line", id="44444444-4444-4444-8444-444444444444")["ok"]
    for phone in (one, two):
        assert phone.say("recognise", post="44444444-4444-4444-8444-444444444444", on=True)["ok"]
    leader.do("together", people=[other["person"], third["person"]])
    leader.do("form_groups", seed=2)
    leader.do("go", index=3)
    assert two.note("tip", "for the table", "group")["ok"]
    leader.do("merge", people=[keep["person"], other["person"]])
    assert two.wait("snapshot", lambda s: s["me"]["id"] == keep["person"])["me"]["name"] == "Noor"
    leader.wait("people", lambda m: other["person"] in m["gone"])
    screen.wait("wall", lambda w: any(p["id"] == post and p["name"] == "Noor" for p in w["posts"]))
    assert two.note("tip", "as Noor from now on", id="55555555-5555-4555-8555-555555555555")["ok"]
    one.say("clock")
    assert "as Noor from now on" not in str(one.heard)
    fresh = dial(server, keep["token"]).snapshot
    assert {n["text"] for n in fresh["notes"]} == {"of Noor", "for the table"}
    newer = dial(server, other["token"]).snapshot
    assert {n["text"] for n in newer["notes"]} == {"of Nora", "for the table", "as Noor from now on"}
    assert fresh["my_posts"] == [] and [p["id"] for p in newer["my_posts"]] == [post]
    assert fresh["my_recognised"] == ["44444444-4444-4444-8444-444444444444"]
    second = dial(server, other["token"]).snapshot
    assert second["me"]["id"] == keep["person"], "both tokens work"
    assert "of Noor" not in {n["text"] for n in second["notes"]}, "and show no other phone's private notes (0010)"
    assert fresh["group"] and keep["person"] in {m["id"] for m in fresh["group"]["members"]}
    wall = server.get(f"/api/rooms/{made['code']}/wall", made["screen_token"]).json()["posts"]
    assert {p["recognised"] for p in wall} == {0, 2}, "one less would tell what Noor recognises"
    assert dial(server, made["lead_token"]).snapshot["wishes"] == [
        {"kind": "together", "people": sorted([keep["person"], third["person"]])}
    ]
    assert server.get("/api/me", other["token"], "DELETE").status == 204, "a phone can always erase what is its own"
    assert {n["text"] for n in dial(server, keep["token"]).snapshot["notes"]} == {"of Noor"}
    assert server.get("/api/me", keep["token"], "DELETE").status == 204
    assert keep["person"] not in [p["id"] for p in dial(server, made["lead_token"]).snapshot["people"]]


def test_who_has_no_seat_gets_that_of_the_other_entry(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    by_hand = leader.do("add_person", name="Noor")["person"]
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in ("Nora", "Sem", "Fatma")]
    leader.do("remove", person=by_hand)
    leader.do("form_groups", seed=1)
    leader.do("restore", person=by_hand)
    before = leader.all("groups")[-1]["groups"]
    nora = phones[0].snapshot["me"]["id"]
    leader.do("merge", people=[by_hand, nora])
    after = leader.all("groups")[-1]["groups"]
    swapped = json.loads(json.dumps(before).replace(f'"id": {nora},', f'"id": {by_hand},').replace("Nora", "Noor"))
    assert [[(m["id"], m["name"], m["roles"]) for m in g["members"]] for g in after] == [
        [(m["id"], m["name"], m["roles"]) for m in g["members"]] for g in swapped
    ]
    until(lambda: not person(leader, by_hand)["by_hand"])
    phones[0].close()
    until(lambda: not person(leader, by_hand)["here"])


def test_what_cannot_be_one_person(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    noor = server.join(made["code"], "Noor")["person"]
    simulated = server.join(made["code"], "Bo", key=rehearsal_key(server, made["code"]))["person"]
    for people in ([noor, noor], [noor, simulated], [simulated, noor], [noor], [noor, simulated, noor]):
        assert leader.say("command", do="merge", people=people)["code"] in ("invalid", "too_large")
    assert leader.say("command", do="merge", people=[noor, 10**9])["code"] == "not_found"
    elsewhere = server.join(server.create()["code"], "Eva")["person"]
    assert leader.say("command", do="merge", people=[noor, elsewhere])["code"] == "not_found"
    assert len(dial(server, made["lead_token"]).snapshot["people"]) == 2


def with_a_spy(server: Server, dial: Dial) -> tuple[Line, dict[str, Any], dict[str, Any]]:
    """A leader, someone, and an entry that says it is the same person."""
    made = server.create()
    noor, spy = (server.join(made["code"], name) for name in ("Noor", "Spy"))
    return dial(server, made["lead_token"]), noor, spy


def test_merging_shows_no_phone_what_was_written_on_the_other(server: Server, dial: Dial) -> None:
    leader, noor, spy = with_a_spy(server, dial)
    phone, spying = dial(server, noor["token"]), dial(server, spy["token"])
    assert phone.note("case", "canary", "me")["ok"]
    leader.do("merge", people=[noor["person"], spy["person"]])
    with server.database.reading() as session:
        theirs, own = identify(session, spy["token"]), identify(session, noor["token"])
    assert theirs and own and theirs.person_id == own.person_id and theirs.circle != own.circle
    spying.wait("snapshot", lambda s: s["me"]["id"] == noor["person"])
    again = dial(server, spy["token"])
    assert phone.note("case", "canary, changed", "me", id=phone.all("my_notes")[-1]["changed"][0]["id"])["ok"]
    phone.wait("my_notes", lambda n: any(c["text"] == "canary, changed" for c in n["changed"]))
    for line in (spying, again):  # a line that was open at the merge, and one that was opened after it
        count = len(line.all("snapshot"))
        line.say("sync")
        until(lambda line=line, count=count: len(line.all("snapshot")) > count)
        assert line.all("snapshot")[-1]["me"]["id"] == noor["person"]
        assert "canary" not in json.dumps(line.heard)
    assert b"canary" not in server.get("/api/me", spy["token"]).body
    assert server.get("/api/me", spy["token"], method="DELETE").status == 204, "of its own: nothing"
    assert "canary, changed" in json.dumps(dial(server, noor["token"]).snapshot)


def test_whoever_wrote_nothing_erases_nothing_after_a_merge(server: Server, dial: Dial) -> None:
    leader, noor, spy = with_a_spy(server, dial)
    phone, spying = dial(server, noor["token"]), dial(server, spy["token"])
    assert phone.note("case", "canary", "me")["ok"]
    leader.do("merge", people=[spy["person"], noor["person"]])
    spying.say("clock")
    assert b"canary" not in server.get("/api/me", spy["token"]).body
    assert spying.say("erase_me")["ok"]
    assert spying.wait("removed")["why"] == "erased" and server.get("/api/me", spy["token"]).status == 401
    assert b"canary" in server.get("/api/me", noor["token"]).body
    assert phone.say("erase_me")["ok"]


def test_a_merge_takes_nothing_from_a_phone_that_wrote(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    people = [server.join(made["code"], name) for name in ("Noor", "Nora", "Noortje")]
    phones = [dial(server, person["token"]) for person in people]
    for n, phone in enumerate(phones):
        assert phone.note("case", f"private {n}")["ok"] and phone.note("tip", f"shared {n}", "organiser")["ok"]
    for other in (people[1], people[2]):  # and once more: an entry that was merged before
        leader.do("merge", people=[people[0]["person"], other["person"]])
    assert phones[0].note("case", "as one")["ok"]
    for n, person in enumerate(people):
        seen = {note["text"] for note in server.get("/api/me", person["token"]).json()["notes"]}
        assert seen == {f"private {n}", f"shared {n}", *(["as one"] if n == 0 else [])}
    assert server.get("/api/me", people[0]["token"], "DELETE").status == 204, "theirs, from the beginning"
    assert {note["text"] for note in server.get("/api/me", people[1]["token"]).json()["notes"]} == {
        "private 1",
        "shared 1",
    }


def test_a_line_that_is_open_at_a_merge_hears_nothing_more_either(server: Server, dial: Dial) -> None:
    leader, noor, spy = with_a_spy(server, dial)
    phone, open_line = dial(server, noor["token"]), dial(server, spy["token"])
    id = "11111111-1111-4111-8111-111111111111"
    assert phone.note("case", "canary", "me", id)["ok"]
    leader.do("merge", people=[noor["person"], spy["person"]])
    open_line.wait("snapshot", lambda s: s["me"]["id"] == noor["person"])
    assert phone.note("case", "canary, changed", "me", id)["ok"]
    leader.do("rename", person=noor["person"], name="Nora")
    open_line.wait("snapshot", lambda s: s["me"]["name"] == "Nora")
    open_line.say("sync")
    open_line.say("clock")
    assert "canary" not in str(open_line.heard)
    assert "canary, changed" in str(phone.heard)


def test_a_merge_leaves_no_trace_of_the_other_name(own_server: Server, dial: Dial) -> None:
    made = own_server.create()
    leader = dial(own_server, made["lead_token"])
    keep, other = (own_server.join(made["code"], name)["person"] for name in ("Noor", "Canary-Nora"))
    assert b"Canary-Nora" in stored(own_server)
    leader.do("merge", people=[keep, other])
    until(lambda: b"Canary-Nora" not in stored(own_server))


def test_dismissing_a_rehearsal_leaves_no_trace(own_server: Server, dial: Dial) -> None:
    made = own_server.create()
    leader = dial(own_server, made["lead_token"])
    key = rehearsal_key(own_server, made["code"])
    cast = [own_server.join(made["code"], f"Canary{n}", key=key) for n in range(4)]
    real = [dial(own_server, own_server.join(made["code"], name)["token"]) for name in ("Noor", "Sem")]
    phones = [dial(own_server, someone["token"]) for someone in cast]
    leader.do("go", index=6)
    for phone in phones:
        phone.wait("group", lambda g: g["id"])
        for visibility in ("me", "group", "organiser"):
            assert phone.note("tip", "canary note", visibility)["ok"]
        assert phone.post("snags", "canary post")["ok"]
    assert real[0].post("snags", "a real line")["ok"]
    leader.do("remove", person=cast[0]["person"])
    assert b"anary" in stored(own_server)
    leader.do("dismiss")
    for phone in phones[1:]:
        assert phone.wait("removed")["why"] == "erased"
    until(lambda: b"anary" not in stored(own_server))
    again = dial(own_server, made["lead_token"]).snapshot
    assert sorted(p["name"] for p in again["people"]) == ["Noor", "Sem"]
    assert {m["name"] for g in again["groups"] for m in g["members"]} == {"Noor", "Sem"}
    wall = own_server.get(f"/api/rooms/{made['code']}/wall", made["screen_token"]).json()["posts"]
    assert [p["text"] for p in wall] == ["a real line"]
    assert leader.do("dismiss")["ok"], "nobody is left to dismiss"
    assert leader.do("undo")["undone"] is None, "who is gone does not come back"
