"""Who reads what: canaries written by everyone, looked for in everything that everyone else hears (S1)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from live import Line, Server, until

Dial = Callable[..., Line]


@dataclass
class Afternoon:
    """A room in its first round, with two groups of three and everyone listening."""

    server: Server
    made: dict[str, str]
    leader: Line
    screen: Line
    phones: list[Line]
    tokens: list[str]

    def triad(self, number: int) -> list[Line]:
        """The phones of one table; the observer's, whose words are of the sheet, comes last."""
        found = [p for p in self.phones if p.group and p.group["number"] == number]
        return sorted(found, key=lambda phone: phone.role(1) == "observer")

    def quiet(self) -> None:
        """Everything said so far has been heard: each line has asked and was answered after it."""
        for line in (*self.phones, self.leader, self.screen):
            line.say("clock")

    def heard(self, line: Line) -> str:
        """All that reached one line."""
        return json.dumps(line.heard, ensure_ascii=False)


@pytest.fixture
def afternoon(server: Server, dial: Dial) -> Afternoon:
    made = server.create(conversation="5m")
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva")]
    phones = [dial(server, token) for token in tokens]
    for _ in range(4):
        leader.do("next")
    for phone in phones:
        phone.wait("group", lambda g: g["id"])
        phone.wait("step", lambda s: s["kind"] == "conversation")
    return Afternoon(server, made, leader, screen, phones, tokens)


def test_a_note_reaches_only_whom_its_writer_chose(afternoon: Afternoon) -> None:
    writer, *partners = afternoon.triad(1)
    others = afternoon.triad(2)
    for visibility in ("me", "group", "organiser"):
        assert writer.note("tip", f"canary-{visibility}", visibility)["ok"]
    for partner in partners:
        partner.wait("notes", lambda n: any(c["text"] == "canary-group" for c in n["changed"]))
    afternoon.quiet()
    for partner in partners:
        assert "canary-me" not in afternoon.heard(partner) and "canary-organiser" not in afternoon.heard(partner)
    for stranger in (*others, afternoon.leader, afternoon.screen):
        assert "canary" not in afternoon.heard(stranger)


def test_nobody_hears_that_a_private_note_exists(afternoon: Afternoon) -> None:
    writer, *partners = afternoon.triad(1)
    writer.note("tip", "canary", "me")
    afternoon.quiet()
    assert not any(partner.all("notes") for partner in partners)


def test_closing_a_note_takes_it_back(afternoon: Afternoon) -> None:
    writer, partner, _ = afternoon.triad(1)
    id = "11111111-1111-4111-8111-111111111111"
    writer.note("tip", "open for now", "group", id)
    partner.wait("notes", lambda n: n["changed"])
    writer.note("tip", "open for now", "me", id)
    assert partner.wait("notes", lambda n: n["gone"])["gone"] == [id]
    partner.heard.clear()
    partner.say("sync")
    assert "open for now" not in json.dumps(partner.wait("snapshot"))


def test_a_late_comer_does_not_read_what_was_written_before(afternoon: Afternoon, dial: Dial) -> None:
    for number in (1, 2):
        afternoon.triad(number)[0].note("agreed", f"canary-{number}", "group")
    late = dial(afternoon.server, afternoon.server.join(afternoon.made["code"], "Willemijn")["token"])
    assert late.snapshot["group"]["number"] in (1, 2)
    assert late.snapshot["notes"] == [] and late.snapshot["group"]["agreed"] == []
    assert late.role(1) == "observer"


def test_who_moves_away_no_longer_reads(afternoon: Afternoon) -> None:
    writer, partner, _ = afternoon.triad(1)
    writer.note("agreed", "canary", "group")
    partner.wait("notes", lambda n: n["changed"])
    other = afternoon.triad(2)[0].group
    assert other
    afternoon.leader.do("move", person=partner.snapshot["me"]["id"], group=other["id"])
    partner.heard.clear()
    partner.say("sync")
    fresh = partner.wait("snapshot")
    assert fresh["group"]["id"] == other["id"] and "canary" not in json.dumps(fresh)


def test_a_table_that_was_drawn_apart_reads_no_more(afternoon: Afternoon) -> None:
    writer, *partners = afternoon.triad(1)
    id = "44444444-4444-4444-8444-444444444444"
    writer.note("tip", "before the new draw", "group", id)
    for partner in partners:
        partner.wait("notes", lambda n: n["changed"])
    afternoon.leader.do("form_groups", seed=5)
    writer.note("tip", "canary", "group", id)
    afternoon.quiet()
    for partner in partners:
        assert "canary" not in afternoon.heard(partner)


def test_a_case_from_before_can_be_brought_to_the_table(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    one, other = (dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem"))
    id = "55555555-5555-4555-8555-555555555555"
    one.note("case", "the letter", id=id)
    leader.do("go", index=3)
    other.wait("group", lambda g: g["id"])
    one.note("case", "the letter", "group", id)
    assert other.wait("notes", lambda n: n["changed"])["changed"][0]["text"] == "the letter"


def test_what_was_written_for_a_table_before_a_move_opens_to_no_other_table(afternoon: Afternoon) -> None:
    """It waited on a phone without a network until its writer sat elsewhere."""
    observer, *partners = reversed(afternoon.triad(1))
    others, noor = afternoon.triad(2), observer.snapshot["me"]["id"]
    there, here = observer.group, others[0].group
    assert there and here
    for seated in (there["id"], None):
        if seated:
            afternoon.leader.do("move", person=noor, group=here["id"])
            observer.wait("group", lambda g: g["id"] == here["id"])
        id = str(uuid.uuid4())
        for _ in range(2):  # the first answer was lost
            assert observer.note("agreed", "canary", "group", id, group=seated) == {"ok": True, "visibility": "me"}
        assert observer.say("safe", keys=[], own="canary", group=seated)["code"] == "stale"
        tap = {"id": str(uuid.uuid4()), "round": 1, "counter": "open", "by": 1}
        assert observer.say("tally", **tap, group=seated)["code"] == "stale"
    afternoon.leader.do("go", index=6)  # what an observer opened is open now
    afternoon.quiet()
    for line in (*partners, *others, afternoon.leader, afternoon.screen):
        assert "canary" not in afternoon.heard(line)
    assert observer.note("agreed", "canary", "group", id, group=here["id"]) == {"ok": True}, "chosen anew, it is theirs"
    others[0].wait("notes", lambda n: any(c["text"] == "canary" for c in n["changed"]))
    assert observer.say("tally", **tap, group=here["id"])["ok"] and observer.say("tally", **tap)["ok"]
    assert observer.say("safe", keys=[], own="quiet", group=here["id"])["ok"]


def test_what_a_table_reads_already_stays_its_own_after_a_move(afternoon: Afternoon) -> None:
    writer, partner, _ = afternoon.triad(1)
    there, here = writer.group, afternoon.triad(2)[0].group
    assert there and here
    afternoon.leader.do("go", index=6)
    id = str(uuid.uuid4())
    assert writer.note("tip", "canary", "group", id, group=there["id"]) == {"ok": True}
    partner.wait("notes", lambda n: n["changed"])
    afternoon.leader.do("move", person=writer.snapshot["me"]["id"], group=here["id"])
    assert writer.note("tip", "canary", "group", id, group=there["id"]) == {"ok": True}, "sent again it is what it was"
    assert writer.note("tip", "canary 2", "group", id, group=here["id"]) == {"ok": True}
    partner.wait("notes", lambda n: any(c["text"] == "canary 2" for c in n["changed"]))
    afternoon.quiet()
    assert not any("canary" in afternoon.heard(line) for line in afternoon.triad(2) if line is not writer)


def test_erasing_takes_a_note_from_the_partners_screens(afternoon: Afternoon) -> None:
    writer, partner, _ = afternoon.triad(1)
    id = "66666666-6666-4666-8666-666666666666"
    writer.note("agreed", "canary", "group", id)
    partner.wait("notes", lambda n: n["changed"])
    writer.say("erase_me")
    assert partner.wait("notes", lambda n: n["gone"])["gone"] == [id]


def test_the_observers_counts_open_in_feedback_and_stay_in_the_triad(afternoon: Afternoon) -> None:
    observer = next(p for p in afternoon.triad(1) if p.role(1) == "observer")
    client = next(p for p in afternoon.triad(1) if p.role(1) == "client")
    id = "22222222-2222-4222-8222-222222222222"
    for _ in range(3):
        assert observer.say("tally", id=id, round=1, counter="open", by=1)["ok"]
    assert client.say("tally", id=id, round=1, counter="open", by=1)["code"] == "forbidden"
    assert observer.wait("group", lambda g: g["tally"])["tally"] == {"1": {"open": 1}}
    afternoon.quiet()
    assert all(not g["tally"] for g in client.all("group"))
    afternoon.leader.do("next")
    assert client.wait("group", lambda g: g["tally"])["tally"] == {"1": {"open": 1}}
    for stranger in (*afternoon.triad(2), afternoon.leader, afternoon.screen):
        assert '"open": 1' not in afternoon.heard(stranger)


def test_what_someone_needs_stays_in_the_triad(afternoon: Afternoon) -> None:
    one, partner, _ = afternoon.triad(1)
    assert one.say("safe", keys=["pause"], own="canary")["ok"]
    partner.wait("group", lambda g: any("own:canary" in m["safe"] for m in g["members"]))
    afternoon.quiet()
    for stranger in (*afternoon.triad(2), afternoon.leader, afternoon.screen):
        assert "canary" not in afternoon.heard(stranger)


def test_the_screen_learns_nothing_of_hands_or_drafts(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem", "Fatma")]
    leader.do("form_groups", seed=7)
    until(lambda: leader.all("groups") and leader.all("groups")[-1]["groups"])
    for line in (screen, *phones):
        line.say("clock")
        assert not line.all("groups") and not line.all("group")
    leader.do("go", index=2)
    assert phones[0].wait("group")["number"] == 1
    assert phones[0].say("hand", up=True)["ok"]
    leader.wait("people", lambda m: any(p["hand"] for p in m["changed"]))
    screen.say("clock")
    assert '"hand' not in json.dumps(screen.heard)


def test_a_hidden_post_is_for_leaders_and_its_writer(afternoon: Afternoon) -> None:
    writer, reader, leader = afternoon.phones[0], afternoon.phones[1], afternoon.leader
    id = "33333333-3333-4333-8333-333333333333"
    assert writer.post("snags", "canary", id=id)["ok"]
    reader.wait("wall", lambda w: w["posts"])
    leader.do("hide", post=id)
    assert reader.wait("wall", lambda w: w["gone"])["gone"] == [id]
    assert leader.wait("hidden")["posts"][0]["text"] == "canary"
    assert writer.wait("my_posts", lambda m: m["posts"] and m["posts"][0]["hidden"])
    wall = afternoon.server.get(f"/api/rooms/{afternoon.made['code']}/wall", afternoon.tokens[1])
    assert wall.json()["posts"] == []
    assert (
        b"canary"
        not in afternoon.server.get(
            f"/reflections/{afternoon.made['code']}.csv", afternoon.made["organiser_token"]
        ).body
    )
    assert reader.say("recognise", post=id, on=True)["code"] == "not_found"
    leader.do("show", post=id)
    assert reader.wait("wall", lambda w: w["seq"] > 2 and w["posts"])


def test_of_a_draft_nobody_hears_not_even_that_there_is_one(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem", "Fatma", "Jan")]
    for line in (*phones, screen):
        line.say("clock")
    known = [(len(line.all("snapshot")), line.say("clock")["seq"]) for line in (*phones, screen)]
    for seed in (1, 2):
        leader.do("form_groups", seed=seed)
    person = phones[0].snapshot["me"]["id"]
    leader.do("remove", person=person)
    leader.do("undo")
    leader.do("move", person=phones[1].snapshot["me"]["id"], group=leader.groups()[0]["id"])
    for line, (snapshots, seq) in list(zip((*phones, screen), known, strict=True))[1:]:
        now = line.say("clock")["seq"]
        assert {k: v for k, v in now.items() if k != "people"} == {k: v for k, v in seq.items() if k != "people"}
        assert len(line.all("snapshot")) == snapshots and not line.all("group") and not line.all("groups")
    leader.do("go", index=2)
    at_last = screen.wait("groups")
    assert at_last["seq"] == known[-1][1]["groups"] + 1, "no gap"


def test_the_download_holds_the_wall_and_what_was_shared_and_nothing_else(afternoon: Afternoon) -> None:
    server, code = afternoon.server, afternoon.made["code"]
    for _ in range(2):
        afternoon.leader.do("next")
    assert afternoon.leader.step["kind"] == "notes"
    for number, phone in enumerate(afternoon.phones):
        for visibility in ("me", "group", "organiser"):
            assert phone.note("worked_well", f"canary-{visibility}-{number}", visibility)["ok"]
    afternoon.leader.do("go", index=len(afternoon.leader.snapshot["programme"]) - 1)
    afternoon.phones[0].post("snags", "a signed line", signed=True)
    afternoon.phones[1].post("snags", "an unsigned line")
    for extension in ("csv", "json"):
        text = server.get(f"/reflections/{code}.{extension}", afternoon.made["organiser_token"]).body.decode()
        assert all(f"canary-organiser-{n}" in text for n in range(6))
        assert "canary-me" not in text and "canary-group" not in text
        assert "Noor" in text and "Sem" not in text
    exported = server.workshop("export", code, "--format", "csv")
    assert "canary-organiser-3" in exported.stdout and "canary-me" not in exported.stdout


def test_everything_of_mine_can_be_read_and_erased(afternoon: Afternoon) -> None:
    server, me = afternoon.server, afternoon.phones[0]
    me.note("case", "canary-mine")
    me.post("snags", "canary-post")
    mine: dict[str, Any] = server.get("/api/me", afternoon.tokens[0]).json()
    assert mine["notes"][0]["text"] == "canary-mine" and mine["posts"][0]["text"] == "canary-post"
    assert server.get("/api/me", afternoon.tokens[0], method="DELETE").status == 204
    assert me.wait("removed")["why"] == "erased"
    until(lambda: not me.open)
    assert server.get("/api/me", afternoon.tokens[0]).status == 401
    afternoon.phones[1].wait("wall", lambda w: w["gone"])


def test_a_file_has_the_name_that_was_signed_and_nothing_of_whoever_else_has_it(server: Server, dial: Dial) -> None:
    """No team, which is for the room; and nothing changes when a namesake who signed nothing erases themselves."""
    made = server.create()
    people = [("Noor", None), ("Noor", None), ("Sem", "Oost"), ("Sem", "West"), ("Bo", None), ("bo", None)]
    tokens = [server.join(made["code"], name, **({"team": team} if team else {}))["token"] for name, team in people]
    noor, *signing = (dial(server, tokens[at]) for at in (0, 1, 3, 4, 5))
    for number, phone in enumerate(signing):
        assert phone.post("snags", f"line {number}", signed=True)["ok"]

    def file(kind: str) -> str:
        path = f"/reflections/{made['code']}.{kind}"
        return server.get(path, made["organiser_token"]).body.decode()

    [snags] = [column["posts"] for column in json.loads(file("json"))["wall"] if column["column"] == "snags"]
    assert [post["name"] for post in snags] == ["Noor", "Sem", "Bo 1", "bo 2"]
    before = file("csv")
    assert noor.say("erase_me")["ok"]
    assert file("csv") == before
