"""Nobody becomes someone else: what a phone shows that a leader let in, that came with a merge, or that came by a pass
in ten seconds; what can be worked out on it; who says *that is me*, and what that opens (decisions/0010, 0012; S1).

All of it with nothing but HTTP and Socket.IO.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from live import Line, Server, fetch, until

Dial = Callable[..., Line]
Sees = dict[str, Any]


def id_of() -> str:
    """A new id, as a phone makes one."""
    return str(uuid.uuid4())


@dataclass
class Room:
    """A room in its first conversation, at one table: Noor with her own phone, Sem and Fatma."""

    server: Server
    dial: Dial
    made: dict[str, str]
    leader: Line
    tokens: dict[str, str]
    ids: dict[str, int]
    noor: Line
    sem: Line

    def let_in(self, name: str = "Noor") -> str:
        """The leader makes a pass for someone, and a phone of the leader's uses it."""
        digits = self.leader.do("pass", person=self.ids[name])["pass"]
        return self.shown(digits)

    def shown(self, digits: str) -> str:
        """A phone shows a pass; returns its token."""
        answer = self.server.get(f"/api/rooms/{self.made['code']}/people", method="POST", body={"pass": digits})
        assert answer.status == 201, answer.body
        return str(answer.json()["token"])

    def own_pass(self, token: str) -> str:
        """A phone lets another one in; returns the token of that one."""
        return self.shown(self.server.get("/api/me/passes", token, "POST").json()["pass"])

    def open(self, token: str) -> Line:
        """A line."""
        return self.dial(self.server, token)

    def me(self, token: str) -> str:
        """All that `GET /api/me` answers."""
        return json.dumps(self.server.get("/api/me", token).json())

    def fresh(self, line: Line) -> Sees:
        """A new snapshot."""
        count = len(line.all("snapshot"))
        line.say("sync")
        until(lambda: len(line.all("snapshot")) > count)
        found: Sees = line.all("snapshot")[-1]
        return found

    def quiet(self, *lines: Line) -> None:
        """Everything said so far was heard."""
        for line in (*lines, self.noor, self.sem, self.leader):
            line.say("clock")

    def wall(self) -> dict[str, Any]:
        """The wall by its ids."""
        posts = self.server.get(f"/api/rooms/{self.made['code']}/wall", self.made["screen_token"]).json()["posts"]
        return {post["id"]: post for post in posts}

    def circle(self, line: Line, by: str) -> str:
        """The circle of another phone of the same person, as a line is asked about it."""
        found = [phone["circle"] for phone in self.fresh(line)["me"]["phones"] if phone["by"] == by]
        assert len(found) == 1, self.fresh(line)["me"]["phones"]
        return str(found[0])


@pytest.fixture
def room(server: Server, dial: Dial) -> Room:
    made = server.create(conversation="5m")
    leader = dial(server, made["lead_token"])
    joined = {name: server.join(made["code"], name) for name in ("Noor", "Sem", "Fatma")}
    tokens = {name: one["token"] for name, one in joined.items()}
    noor, sem = dial(server, tokens["Noor"]), dial(server, tokens["Sem"])
    leader.do("go", index=6)
    noor.wait("group", lambda g: g["id"])
    return Room(server, dial, made, leader, tokens, {n: j["person"] for n, j in joined.items()}, noor, sem)


def write(line: Line, mark: str) -> dict[str, str]:
    """Everything that is one's own: notes of each kind, lines on the wall. Returns the ids."""
    ids = {kind: id_of() for kind in ("me", "organiser", "unsigned", "signed")}
    for visibility in ("me", "organiser"):
        assert line.note("tip", f"{mark}-{visibility}", visibility, ids[visibility])["ok"]
    assert line.post("snags", f"{mark}-unsigned", id=ids["unsigned"])["ok"]
    assert line.post("snags", f"{mark}-signed", signed=True, id=ids["signed"])["ok"]
    return ids


def own(line: Line) -> str:
    """What a line heard that is of its person alone; the wall is everybody's."""
    return json.dumps([[name, message] for name, message in line.heard if name not in ("wall", "step")])


def test_a_phone_that_a_leader_let_in_learns_nothing_then_or_later(room: Room) -> None:
    before = write(room.noor, "before")
    others = id_of()
    assert room.sem.post("snags", "a line of Sem's", id=others)["ok"]
    assert room.noor.say("recognise", post=others, on=True)["ok"]
    token = room.let_in()
    spy = room.open(token)
    opened = id_of()
    assert room.noor.note("tip", "opened", "group", opened)["ok"]
    spy.wait("notes", lambda n: [c["text"] for c in n["changed"]] == ["opened"])
    room.quiet(spy)
    heard = len(spy.heard)

    after = write(room.noor, "after")
    assert room.noor.note("tip", "after, changed", "me", before["me"])["ok"]
    assert room.noor.note("tip", "", "me", before["organiser"])["ok"]
    assert room.noor.say("recognise", post=others, on=False)["ok"]
    room.quiet(spy)
    assert [name for name, _ in spy.heard[heard:] if name != "wall"] == [], "not even that something was written"
    assert room.noor.note("tip", "closed", "me", opened)["ok"]
    assert spy.wait("notes", lambda n: n["gone"])["gone"] == [opened], "what closed is gone, as for the others"
    room.fresh(spy)
    found = own(spy) + room.me(token) + own(room.open(token))
    for hidden in (*before.values(), *after.values(), "before-", "after", others):
        assert hidden not in found, hidden
    assert room.fresh(spy)["my_posts"] == [] and room.fresh(spy)["my_recognised"] == []


def test_every_phone_hears_at_once_that_one_came_and_when_it_opens(room: Room) -> None:
    second = room.open(room.own_pass(room.tokens["Noor"]))
    let_in = room.let_in()
    for line in (room.noor, second):
        told = line.wait("my_phones", lambda m: any(p["by"] == "leader" for p in m["phones"]))
        phone = next(p for p in told["phones"] if p["by"] == "leader")
        assert phone["at"] > line.snapshot["now"] and phone["yes"] is None and not phone["earlier"]
        assert told["trail"][-1] == {"at": phone["at"], "did": "leaders_pass", "by": "leader"}
    again = room.open(room.tokens["Noor"]).snapshot["me"]["phones"]
    assert [(p["by"], p["yes"]) for p in again] == [("own_pass", None), ("leader", None)]
    asked = room.open(let_in).snapshot["me"]["phones"]
    assert [(p["earlier"], p["yes"]) for p in asked] == [(True, None)], "and it hears that there is an earlier one"
    room.sem.say("clock")
    assert not room.sem.all("my_phones") and "phones" not in json.dumps(room.leader.heard)


@pytest.mark.parametrize("how", ["leader", "merge"])
def test_a_pass_made_on_a_leaders_phone_is_not_told_as_ones_own(room: Room, how: str) -> None:
    """Else a leader makes two phones, and the question reads as if it were about one's own second phone."""
    if how == "leader":
        token = room.let_in()
    else:
        lure = room.server.join(room.made["code"], "Somebody")
        token = lure["token"]
        room.leader.do("merge", people=[room.ids["Noor"], lure["person"]])
    first = room.fresh(room.noor)["me"]["phones"]
    assert [p["by"] for p in first] == [how]
    spy = room.open(room.own_pass(token))
    again = room.fresh(room.noor)["me"]["phones"]
    assert [(p["by"], p["yes"]) for p in again] == [(how, None)] and again[0]["at"] > first[0]["at"], "asked anew"
    other = [p for p in room.fresh(spy)["me"]["phones"] if p["by"] != "own_pass"]
    assert [(p["by"], p["earlier"]) for p in other] == [("door" if how == "leader" else "merge", True)]
    room.own_pass(room.tokens["Noor"])
    assert room.circle(room.noor, "own_pass") not in {p["circle"] for p in again}, "one's own is told as before"


def test_that_is_me_opens_the_circle_of_whoever_says_it_and_no_other(room: Room) -> None:
    write(room.noor, "first")
    token = room.let_in()
    other = room.open(token)
    write(other, "other")
    circle = room.circle(room.noor, "leader")
    assert other.say("that_is_me", circle=room.circle(other, "door"))["ok"]
    room.noor.wait("snapshot", lambda s: "other-me" in json.dumps(s["notes"]))
    assert "first-" not in room.me(token), "who says it reads nothing for it"
    assert room.noor.say("that_is_me", circle=circle) == {"ok": True, "ended": False}
    seen = other.wait("snapshot", lambda s: "first-me" in json.dumps(s["notes"]))
    assert {post["text"] for post in seen["my_posts"]} == {
        f"{w}-{s}" for w in ("first", "other") for s in ("unsigned", "signed")
    }
    shared = id_of()
    assert room.noor.note("tip", "from now on on both", "me", shared)["ok"]
    other.wait("my_notes", lambda n: [c["id"] for c in n["changed"]] == [shared])
    assert other.note("tip", "changed there", "me", shared)["ok"]
    room.noor.wait("my_notes", lambda n: any(c["text"] == "changed there" for c in n["changed"]))
    assert [p["yes"] for p in room.fresh(room.noor)["me"]["phones"]] == [True], "and is asked no more"

    third = room.open(room.let_in())
    assert other.say("that_is_me", circle=last_circle(room, other))["ok"]
    third.wait("snapshot", lambda s: "other-me" in json.dumps(s["notes"]))
    assert "first-" not in json.dumps(room.fresh(third)["notes"]), "only one's own, not what one may read"
    assert room.noor.say("that_is_me", circle=circle, yes=False)["ended"]
    assert "first-" not in room.me(token), "and it can be taken back"


def last_circle(room: Room, line: Line) -> str:
    """The circle of the phone that came last."""
    return str(room.fresh(line)["me"]["phones"][-1]["circle"])


def test_nobody_lets_themselves_in(room: Room) -> None:
    write(room.noor, "canary")
    token = room.let_in()
    spy = room.open(token)
    second = room.open(spy_two := room.own_pass(token))
    door = room.circle(spy, "door")
    own_circle = last_circle(room, room.noor)
    assert spy.say("that_is_me", circle=own_circle)["ok"], "about who came into its own circle"
    assert spy.say("that_is_me", circle=door)["ok"] and second.say("that_is_me", circle=door)["ok"]
    assert spy.say("that_is_me", circle=id_of())["code"] == "not_found"
    assert room.sem.say("that_is_me", circle=door)["code"] == "not_found", "of one's own name only"
    assert room.leader.say("that_is_me", circle=door)["code"] == "forbidden"
    assert "canary" not in room.me(token) + room.me(spy_two) + own(spy) + own(second)


def test_two_hands_of_the_leader_on_a_name_without_a_phone(room: Room) -> None:
    """The first pass of someone who has no phone is theirs wholly; a leader who uses it reads nothing later."""
    ans = room.leader.do("add_person", name="Ans")["person"]
    room.ids["Ans"] = ans
    spy = room.open(secret := room.let_in("Ans"))
    real = room.open(token := room.let_in("Ans"))
    write(real, "canary")
    room.quiet(spy, real)
    assert "canary" not in own(spy) + room.me(secret)
    assert [(p["by"], p["earlier"]) for p in room.fresh(real)["me"]["phones"]] == [("leader", True)]
    assert real.say("that_is_me", circle=room.circle(real, "leader"), yes=False) == {"ok": True, "ended": False}
    assert room.server.get("/api/me", secret, "DELETE").status == 204
    assert "canary-me" in room.me(token), "nor does the leader erase what the real one wrote"
    assert room.server.get("/api/me", token, "DELETE").status == 204, "who is the only one left can"


def test_a_leader_who_fishes_with_an_entry_of_their_own(room: Room) -> None:
    lure = room.server.join(room.made["code"], "Somebody")
    room.ids["Chantal"] = lure["person"]
    spy = room.open(lure["token"])
    room.leader.do("rename", person=lure["person"], name="Chantal")
    real = room.open(token := room.let_in("Chantal"))
    write(real, "canary")
    room.quiet(spy, real)
    assert "canary" not in own(spy) + room.me(lure["token"])
    asked = room.fresh(real)["me"]["phones"]
    assert [(p["by"], p["earlier"], p["yes"]) for p in asked] == [("door", True, None)]
    assert spy.say("that_is_me", circle=room.circle(spy, "leader"))["ok"]
    assert "canary" not in room.me(lure["token"])
    assert "canary-me" in room.me(token)


def test_a_pass_of_before_is_no_way_around_a_merge(room: Room) -> None:
    """A first pass, kept in a pocket until its entry was merged with somebody else's."""
    write(room.noor, "canary")
    ans = room.leader.do("add_person", name="Ans")["person"]
    digits = room.leader.do("pass", person=ans)["pass"]
    room.leader.do("merge", people=[ans, room.ids["Noor"]])
    token = room.shown(digits)
    assert "canary" not in room.me(token)
    assert room.server.get("/api/me", token, "DELETE").json()["code"] == "forbidden"


def test_leaders_in_an_empty_chair_get_no_phone(room: Room) -> None:
    group = room.noor.group
    assert group
    chair = room.leader.do("sit_in", group=group["id"], name="Ingrid")["person"]
    assert room.leader.say("command", do="pass", person=chair)["code"] == "invalid"


def test_not_me_lets_the_phone_go_and_takes_nothing_from_it(room: Room) -> None:
    token = room.let_in()
    guest = room.open(token)
    assert guest.note("tip", "written by whoever that is")["ok"]
    pending = room.server.get("/api/me/passes", token, "POST").json()["pass"]
    assert room.noor.say("that_is_me", circle=room.circle(room.noor, "leader"), yes=False)["ended"]
    assert guest.wait("removed")["why"] == "not_me"
    until(lambda: not guest.open)
    assert room.server.get("/api/me/passes", token, "POST").status == 401
    body = {"pass": pending}
    assert room.server.get(f"/api/rooms/{room.made['code']}/people", method="POST", body=body).status == 401
    assert "written by whoever that is" in room.me(token)
    assert room.fresh(room.noor)["me"]["phones"] == []
    assert room.server.get("/api/me", token, "DELETE").status == 204
    assert room.server.get("/api/me", token).status == 401 and room.noor.say("hand", up=True)["ok"]


@pytest.mark.parametrize("by", ["leader", "own_pass"])
def test_a_phone_that_was_let_go_reads_what_was_written_on_it_and_no_more(room: Room, by: str) -> None:
    token = room.let_in() if by == "leader" else room.own_pass(room.tokens["Noor"])
    guest = room.open(token)
    assert guest.note("tip", "on the guest", "group")["ok"]
    if by == "leader":  # a third phone lets it read; the first one's no closes that as well
        third = room.open(room.let_in())
        phones = room.fresh(third)["me"]["phones"]
        circle = next(one["circle"] for one in phones if one["by"] == "leader")
        assert third.say("that_is_me", circle=circle, yes=True)["ok"]
        assert third.note("keep", "on the third")["ok"]
        assert "on the third" in room.me(token)
    else:
        circle = room.circle(room.noor, by)
    assert room.noor.say("that_is_me", circle=circle, yes=False)["ended"]
    assert room.noor.note("tip", "Noor at the table", "group")["ok"]
    assert room.sem.note("agreed", "Sem at the table", "group")["ok"]
    room.leader.do("rename", person=room.ids["Noor"], name="Noortje")
    mine = room.server.get("/api/me", token).json()
    assert (mine["agreed"], mine["phones"], mine["trail"]) == ([], [], [])
    assert [note["text"] for note in mine["notes"]] == (["on the guest"] if by == "leader" else [])
    for kind in ("", ".md", ".html"):
        found = room.server.get(f"/api/me{kind}", token)
        assert found.status == 200 and "at the table" not in found.body.decode() and "third" not in found.body.decode()


def test_no_phone_that_a_leader_brought_throws_the_real_one_out(room: Room) -> None:
    guest = room.open(room.let_in())
    spy = room.server.join(room.made["code"], "Spy")
    spying = room.open(spy["token"])
    room.leader.do("merge", people=[room.ids["Noor"], spy["person"]])
    spying.wait("snapshot", lambda s: s["me"]["id"] == room.ids["Noor"])
    door = next(p for p in room.fresh(spying)["me"]["phones"] if p["circle"] != room.circle(room.noor, "leader"))
    for line in (guest, spying):
        assert line.say("that_is_me", circle=door["circle"], yes=False)["ended"] is False
    assert room.noor.say("hand", up=True)["ok"] and room.noor.open


def test_a_pass_made_in_ten_seconds_on_an_unlocked_phone(room: Room) -> None:
    write(room.noor, "canary")
    thief = room.own_pass(room.tokens["Noor"])
    stolen = room.open(thief)
    assert "canary-me" in json.dumps(stolen.snapshot)
    told = room.noor.wait("my_phones")["phones"]
    assert [(p["by"], p["yes"]) for p in told] == [("own_pass", None)]
    circle = told[0]["circle"]
    assert stolen.say("that_is_me", circle=circle, yes=True)["ok"]  # but it does not answer for the first one
    assert room.fresh(room.noor)["me"]["phones"][0]["yes"] is None
    accomplice = room.own_pass(thief)
    assert room.noor.say("that_is_me", circle=circle, yes=False)["ended"]
    for token in (thief, accomplice):
        assert "canary" not in room.me(token)
        assert room.server.get("/api/me/passes", token, "POST").status == 401
        assert room.server.get("/api/me", token, "DELETE").status == 204
    assert "canary-me" in room.me(room.tokens["Noor"])
    kept = room.own_pass(room.tokens["Noor"])
    assert room.noor.say("that_is_me", circle=circle, yes=True)["ok"]
    third = room.own_pass(room.tokens["Noor"])
    assert room.noor.say("that_is_me", circle=circle, yes=False)["ended"]
    assert "canary" in room.me(kept) and "canary" not in room.me(third), "who was recognised before stays"
    fourth = room.own_pass(room.tokens["Noor"])
    assert room.noor.say("that_is_me", circle=circle, yes=False)["ended"]
    assert "canary" in room.me(kept) and "canary" not in room.me(fourth), "after a second no as well"
    assert [p["yes"] for p in room.fresh(room.noor)["me"]["phones"]] == [True], "and is still known"


def test_a_newcomer_who_was_given_somebody_elses_pass(room: Room) -> None:
    token = room.own_pass(room.tokens["Noor"])
    anna = room.open(token)
    asked = anna.snapshot["me"]["phones"]
    assert [(p["by"], p["earlier"], p["yes"]) for p in asked] == [("own_pass", True, None)]
    circle, now = asked[0]["circle"], anna.snapshot["now"]
    assert asked[0]["at"] < now
    accomplice = room.own_pass(room.tokens["Noor"])
    assert room.fresh(anna)["me"]["phones"] == asked, "one question at a time, and this one first"
    assert anna.say("that_is_me", circle=circle, yes=False) == {"ok": True, "ended": True}
    assert anna.wait("removed")["why"] == "not_me"
    until(lambda: not anna.open)
    assert room.noor.note("keep", "Noor goes on")["ok"] and room.noor.open
    assert "Noor goes on" in room.me(accomplice) and "Noor goes on" not in room.me(token)
    assert room.server.get("/api/me", token, "DELETE").status == 204


def test_a_second_phone_of_ones_own_says_so_once_and_then_hears_of_a_third(room: Room) -> None:
    second = room.open(room.own_pass(room.tokens["Noor"]))
    circle = room.circle(second, "own_pass")
    first = room.fresh(second)["me"]["phones"][0]["at"]
    third = room.own_pass(room.tokens["Noor"])
    assert second.say("that_is_me", circle=circle, at=first) == {"ok": True, "ended": False}
    assert second.say("that_is_me", circle=circle, at=first)["code"] == "stale", "a second tap is about the first phone"
    told = room.fresh(second)["me"]["phones"]
    assert [(p["by"], p["earlier"], p["yes"]) for p in told] == [("own_pass", False, None)], "nothing is said of it"
    assert second.say("that_is_me", circle=circle, yes=False, at=told[0]["at"])["ended"]
    assert second.say("that_is_me", circle=circle, yes=False, at=told[0]["at"])["code"] == "stale" and second.open
    assert room.server.get("/api/me/passes", third, "POST").status == 401 and room.noor.open
    told = room.fresh(second)["me"]["phones"]
    assert [(p["earlier"], p["yes"]) for p in told] == [(True, True)], "the first is still known"


def test_a_merge_tells_nobody_whose_lines_are_whose(room: Room) -> None:
    """The wall, its counts, and how far everyone is: all the same before and after, for whoever looks."""
    spy = room.server.join(room.made["code"], "Spy")
    spying = room.open(spy["token"])
    lines = write(room.noor, "canary")
    others = id_of()
    assert room.sem.post("snags", "a line of Sem's", id=others)["ok"]
    assert spying.post("snags", "bait")["ok"] and spying.note("tip", "bait")["ok"]
    for line in (room.noor, spying):
        assert line.say("recognise", post=others, on=True)["ok"]
    room.leader.do("notice", text="tea")
    notice = room.noor.wait("notice")["id"]
    for line in (room.noor, spying):
        assert line.say("seen", notice=notice)["ok"]
    assert room.sem.post("snags", "told with all that was to be told before it")["ok"]
    before, progress = room.wall(), room.fresh(room.leader)["progress"]
    seen = next(n for n in room.fresh(room.leader)["notices"] if n["id"] == notice)["seen"]
    told = lambda: {p["id"]: p for m in room.sem.all("wall") for p in m["posts"]}  # noqa: E731
    until(lambda: set(told()) == set(before) and told()[others]["recognised"] == 2)
    count = len(room.sem.all("wall"))

    room.leader.do("merge", people=[spy["person"], room.ids["Noor"]])
    until(lambda: told()[lines["signed"]]["name"] == "Spy")
    resent = {post["id"] for message in room.sem.all("wall")[count:] for post in message["posts"]}
    assert resent <= {lines["signed"]}, "a line that is told again would be told whose it is"
    after = room.wall()
    assert after[lines["signed"]]["name"] == "Spy" and after[others]["recognised"] == 2
    for id in before:
        assert after[id] | {"name": None} == before[id] | {"name": None}
    now = room.fresh(room.leader)["progress"]
    assert (now["wrote"], now["posted"]) == (progress["wrote"], progress["posted"])
    assert next(n for n in room.fresh(room.leader)["notices"] if n["id"] == notice)["seen"] == seen
    found = own(spying) + room.me(spy["token"])
    assert "canary" not in found and lines["unsigned"] not in found
    assert [post["text"] for post in room.fresh(spying)["my_posts"]] == ["bait"]
    assert room.noor.note("tip", "canary, later", "me")["ok"] and room.noor.post("snags", "canary, later")["ok"]
    room.quiet(spying)
    assert "canary" not in own(spying)
    assert {p["by"] for line in (room.noor, spying) for p in room.fresh(line)["me"]["phones"]} == {"merge"}
    assert room.noor.wait("my_phones")["trail"][-1]["did"] == "merge"
    assert room.noor.say("that_is_me", circle=room.circle(room.noor, "merge"))["ok"]
    spying.wait("snapshot", lambda s: "canary, later" in json.dumps(s["notes"]))


def test_no_answer_tells_whose_line_it_is(room: Room) -> None:
    token = room.let_in()
    spy = room.open(token)
    mine, sems = id_of(), id_of()
    assert room.noor.post("snags", "one", id=mine)["ok"] and room.sem.post("snags", "two", id=sems)["ok"]
    for text in ("", "one", "overwritten"):
        assert spy.say("post", id=mine, column="snags", text=text) == spy.say(
            "post", id=sems, column="snags", text=text
        )
    assert room.wall()[mine]["text"] == "one"
    room.leader.do("close")
    for text in ("", "one", "two"):
        answers = [spy.say("post", id=id, column="snags", text=text)["code"] for id in (mine, sems)]
        assert answers[0] in ("forbidden", "closed") and (text or answers == ["forbidden"] * 2)


def test_no_answer_tells_whether_a_note_is_still_there(room: Room) -> None:
    """Ids of notes are known from when they were open to the group."""
    spy = room.open(room.let_in())
    kept, deleted = id_of(), id_of()
    for id in (kept, deleted):
        assert room.noor.note("tip", "open for now", "group", id)["ok"]
        spy.wait("notes", lambda n, id=id: [c["id"] for c in n["changed"]] == [id])
        refused = spy.note("tip", "mine now", "me", id)
        assert refused["code"] == "forbidden" and "another phone" in refused["detail"]
        assert spy.note("tip", "", "me", id)["code"] == "forbidden", "nor does it delete it"
    assert all(note["elsewhere"] for note in room.fresh(spy)["notes"])
    assert room.noor.note("tip", "canary", "me", kept)["ok"] and room.noor.note("tip", "", "me", deleted)["ok"]
    for text, visibility in (("mine now", "me"), ("mine again", "organiser"), ("", "me"), ("", "me")):
        assert spy.note("tip", text, visibility, kept) == spy.note("tip", text, visibility, deleted) == {"ok": True}
    assert [n["text"] for n in room.fresh(room.noor)["notes"]] == ["canary"]


def test_recognising_tells_and_undoes_nothing_of_another_circle(room: Room) -> None:
    spy = room.open(room.let_in())
    known, unknown = id_of(), id_of()
    for id in (known, unknown):
        assert room.sem.post("snags", "a line", id=id)["ok"]
    assert room.noor.say("recognise", post=known, on=True)["ok"]
    for on in (True, True, False, False, True):
        before = room.wall()
        answers = [spy.say("recognise", post=id, on=on) for id in (known, unknown)]
        after = room.wall()
        assert answers == [{"ok": True}] * 2
        assert len({after[id]["recognised"] - before[id]["recognised"] for id in (known, unknown)}) == 1
    assert room.fresh(room.noor)["my_recognised"] == [known]


def test_a_notice_that_was_seen_elsewhere_is_still_to_be_seen(room: Room) -> None:
    spy = room.open(room.let_in())
    room.leader.do("notice", text="tea")
    notice = room.noor.wait("notice")["id"]

    def seen() -> int:
        return int(next(n for n in room.fresh(room.leader)["notices"] if n["id"] == notice)["seen"])

    assert room.noor.say("seen", notice=notice)["ok"] and seen() == 1
    assert [n["id"] for n in room.fresh(spy)["notices"]] == [notice] and not spy.all("notices")
    assert spy.say("seen", notice=notice)["ok"] and seen() == 2, "it rises whatever the other one did"


def test_what_an_observer_counts_stays_on_their_phone_until_feedback(room: Room) -> None:
    room.leader.do("go", index=4)
    name = next(m["name"] for m in room.noor.group["members"] if m["roles"][0] == "observer")  # type: ignore[index]
    observer = room.open(room.tokens[name])
    for _ in range(2):
        assert observer.say("tally", id=id_of(), round=1, counter="open", by=1)["ok"]
    spy = room.open(room.let_in(name))
    counts = []
    for by in (-1, 1, 1):
        assert spy.say("tally", id=id_of(), round=1, counter="open", by=by)["ok"]
        counts.append(room.fresh(spy)["group"]["tally"]["1"]["open"])
    assert counts == [0, 1, 2], "as if nobody had counted"
    assert room.fresh(observer)["group"]["tally"] == {"1": {"open": 2}}
    room.leader.do("next")
    assert room.fresh(spy)["group"]["tally"] == room.fresh(observer)["group"]["tally"] == {"1": {"open": 4}}


def test_a_note_for_a_group_that_nobody_sits_in_is_on_no_other_phone(server: Server, dial: Dial) -> None:
    """Opened before there are tables, or at a table of an earlier draw: nobody reads it there, so no spy does."""
    made = server.create()
    leader = dial(server, made["lead_token"])
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma")]
    noor = dial(server, tokens[0])
    person = noor.snapshot["me"]["id"]

    def let_in() -> str:
        body = {"pass": leader.do("pass", person=person)["pass"]}
        return str(server.get(f"/api/rooms/{made['code']}/people", method="POST", body=body).json()["token"])

    assert noor.note("case", "canary-early", "group")["ok"]
    token = let_in()
    assert b"canary" not in server.get("/api/me", token).body and "canary" not in json.dumps(
        dial(server, token).snapshot
    )
    leader.do("go", index=2)
    noor.wait("group", lambda g: g["id"])
    assert noor.note("tip", "canary-table", "group")["ok"]
    assert b"canary-table" in server.get("/api/me", token).body
    leader.do("form_groups", seed=3)
    assert b"canary" not in server.get("/api/me", token).body
    assert b"canary-early" in server.get("/api/me", tokens[0]).body


def test_a_phone_that_was_let_in_crowds_nobody_out(room: Room) -> None:
    token = room.let_in()
    crowd = [room.open(token) for _ in range(4)]
    until(lambda: not crowd[0].open)
    for line in crowd[1:]:
        for _ in range(20):
            line.say("clock")
    assert room.noor.open and room.noor.note("tip", "as quick as ever")["ok"]
    assert all(pen["mine"] for pen in room.noor.all("pen")), "nor does it take the pen"


def test_taken_out_let_back_in_and_undone_open_nothing(room: Room) -> None:
    write(room.noor, "canary")
    token = room.let_in()
    spy = room.open(token)
    room.leader.do("remove", person=room.ids["Noor"])
    assert "canary" not in room.me(token) and "canary-me" in room.me(room.tokens["Noor"])
    room.leader.do("undo")
    again = room.open(token)
    room.leader.do("remove", person=room.ids["Noor"])
    room.leader.do("restore", person=room.ids["Noor"])
    room.leader.do("rename", person=room.ids["Noor"], name="Nora")
    third = room.open(token)
    assert "canary" not in own(spy) + own(again) + own(third) + room.me(token)


def test_who_erases_what(room: Room) -> None:
    server = room.server
    spy = server.join(room.made["code"], "Spy")
    spying = room.open(spy["token"])
    guest = room.let_in()
    write(room.noor, "noor")
    write(room.open(guest), "guest")
    assert room.noor.say("safe", keys=["pause"])["ok"]
    assert spying.note("tip", "spy's own")["ok"]
    room.leader.do("merge", people=[room.ids["Noor"], spy["person"]])
    assert server.get("/api/me", guest, "DELETE").json()["code"] == "forbidden"
    assert room.open(guest).say("erase_me")["code"] == "forbidden"
    assert spying.say("erase_me")["ok"], "nobody is kept from erasing their own"
    assert spying.wait("removed")["why"] == "erased"
    until(lambda: server.get("/api/me", spy["token"]).status == 401)
    assert "noor-me" in room.me(room.tokens["Noor"]) and "guest-me" in room.me(guest), "nor destroys what is another's"
    assert room.noor.open and "spy's own" not in json.dumps(room.fresh(room.noor))
    assert len(room.wall()) == 4
    assert server.get("/api/me", room.tokens["Noor"], "DELETE").status == 204
    assert server.get("/api/me", guest).status == 401 and room.wall() == {}, (
        "and what a leader's phone wrote in her name"
    )
    assert room.ids["Noor"] not in [p["id"] for p in room.fresh(room.leader)["people"]]


def test_who_was_recognised_may_erase_too(room: Room) -> None:
    write(room.noor, "noor")
    token = room.let_in()
    assert room.server.get("/api/me", token, "DELETE").status == 403
    assert room.noor.say("that_is_me", circle=room.circle(room.noor, "leader"))["ok"]
    assert room.server.get("/api/me", token, "DELETE").status == 204
    assert room.noor.wait("removed")["why"] == "erased"


def test_the_trail_tells_what_was_done_to_leaders_and_to_whom_it_concerns(room: Room) -> None:
    server, code = room.server, room.made["code"]
    write(room.noor, "canary")
    guest = room.let_in()
    room.own_pass(room.tokens["Noor"])
    room.noor.say("that_is_me", circle=room.circle(room.noor, "leader"))
    room.leader.do("rename", person=room.ids["Noor"], name="Canary")
    room.leader.do("remove", person=room.ids["Fatma"])
    room.leader.do("restore", person=room.ids["Fatma"])
    for _ in range(3):
        assert server.get(f"/reflections/{code}.json", room.made["organiser_token"]).status == 200
    key = server.get(room.made["lead_url"].removeprefix(server.url)).headers["Set-Cookie"].split(";")[0]
    assert fetch(f"{server.url}/lead/{code}/wall.csv", headers={"Cookie": key}).status == 200
    done = server.workshop("export", code, "--format", "csv")
    assert done.returncode == 0, done.stderr
    noor, fatma = room.ids["Noor"], room.ids["Fatma"]
    told = [(t["did"], t["by"], t["person"]) for t in room.fresh(room.leader)["trail"]]
    assert told == [
        ("leaders_pass", "leader", noor),
        ("own_pass", "person", noor),
        ("that_is_me", "person", noor),
        ("rename", "leader", noor),
        ("remove", "leader", fatma),
        ("restore", "leader", fatma),
        ("reflections", "organiser", None),
        ("wall", "leader", None),
        ("reflections", "server", None),
    ]
    assert room.leader.all("trail"), "at once, too"
    own_trail = [t["did"] for t in json.loads(room.me(room.tokens["Noor"]))["trail"]]
    assert own_trail == ["leaders_pass", "own_pass", "that_is_me", "rename"]
    room.leader.do("close")
    assert server.get("/api/me", guest, "DELETE").status == 204
    after = room.fresh(room.leader)["trail"]
    assert noor not in [t["person"] for t in after], "what concerned them goes with them"
    assert [(t["did"], t["by"], t["person"]) for t in after][-2:] == [
        ("close", "leader", None),
        ("erase", "person", None),
    ]
    assert not {"canary", "Canary", "Fatma"} & set(json.dumps(after).replace('"', " ").split())
