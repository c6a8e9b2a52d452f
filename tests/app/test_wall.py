"""The leader's hand on the wall: concealed, spotlit, turned, put together (issue 4)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from live import Line, Server, until

Dial = Callable[..., Line]
NOWHERE = "99999999-9999-4999-8999-999999999999"


class Plenary:
    """A room with a leader, a screen and three phones, and what is on its wall."""

    def __init__(self, server: Server, dial: Dial) -> None:
        self.server, self.made = server, server.create(language="en")
        self.leader, self.screen = dial(server, self.made["lead_token"]), dial(server, self.made["screen_token"])
        self.tokens = [server.join(self.made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma")]
        self.phones = [dial(server, token) for token in self.tokens]

    def post(self, number: int, text: str, column: str = "snags") -> str:
        """One of them writes; returns the line's id."""
        id = str(uuid.uuid4())
        assert self.phones[number].post(column, text, id=id)["ok"]
        return id

    def wall(self, token: str | None = None) -> dict[str, dict[str, Any]]:
        """The wall by its address."""
        answer = self.server.get(f"/api/rooms/{self.made['code']}/wall", token or self.made["screen_token"])
        return {p["id"]: p for p in answer.json()["posts"]}

    def hidden(self) -> dict[str, bool]:
        """What a leader who comes in now sees beside the wall."""
        count = len(self.leader.all("snapshot"))
        self.leader.say("sync")
        until(lambda: len(self.leader.all("snapshot")) > count)
        return {p["id"]: p["hidden"] for p in self.leader.all("snapshot")[-1]["hidden"]}

    def refused(self, do: str, code: str, **more: Any) -> None:
        """A command that is refused and changes nothing."""
        before = (self.wall(), self.hidden(), self.leader.all("snapshot")[-1]["step"]["wall"])
        assert self.leader.say("command", do=do, **more)["code"] == code
        assert (self.wall(), self.hidden(), self.leader.all("snapshot")[-1]["step"]["wall"]) == before

    def download(self, extension: str) -> bytes:
        """The organiser's file."""
        return self.server.get(f"/reflections/{self.made['code']}.{extension}", self.made["organiser_token"]).body


@pytest.fixture
def plenary(server: Server, dial: Dial) -> Plenary:
    return Plenary(server, dial)


def test_concealing_takes_the_wall_away_before_it_says_so(plenary: Plenary) -> None:
    before = plenary.post(0, "canary before")
    plenary.phones[1].wait("wall", lambda w: w["posts"])
    version = plenary.leader.version
    assert plenary.leader.do("conceal")["version"] == version + 1
    for line in (*plenary.phones, plenary.screen):
        line.wait("step", lambda s: s["wall"]["concealed"])
        told = [name for name, m in line.heard if (name == "wall" and m["gone"]) or (name == "step")]
        assert told == ["wall", "step"]
        assert line.all("wall")[-1]["gone"] == [before]
    assert plenary.leader.wait("hidden")["posts"][0]["text"] == "canary before"
    assert plenary.hidden() == {before: False}
    assert plenary.leader.do("conceal")["version"] == version + 1, "once is enough"


def test_nothing_of_a_concealed_wall_reaches_anyone_but_leaders(plenary: Plenary, dial: Dial) -> None:
    plenary.leader.do("conceal")
    id = plenary.post(0, "canary")
    plenary.leader.wait("hidden", lambda h: any(p["text"] == "canary" for p in h["posts"]))
    late = dial(plenary.server, plenary.server.join(plenary.made["code"], "Bo")["token"])
    elsewhere = Plenary(plenary.server, dial)
    others = (plenary.phones[1], plenary.phones[2], plenary.screen, late, *elsewhere.phones, elsewhere.leader)
    assert plenary.phones[1].say("recognise", post=id, on=True)["code"] == "not_found"
    for line in others:
        line.say("sync")
        line.say("clock")
        assert "canary" not in json.dumps(line.heard) and id not in json.dumps(line.heard)
        assert not line.all("wall"), "not even that something was written"
    for token in (*plenary.tokens, plenary.made["screen_token"], plenary.made["organiser_token"]):
        assert plenary.wall(token) == {}
    assert plenary.phones[0].wait("my_posts")["posts"][0]["text"] == "canary"
    assert plenary.server.get("/api/me", plenary.tokens[0]).json()["posts"][0]["text"] == "canary"
    assert b"canary" in plenary.download("csv"), "a wall that was never revealed is not lost"


def test_revealing_brings_all_lines_but_those_that_were_taken_off(plenary: Plenary) -> None:
    plenary.leader.do("conceal")
    shown, hidden = plenary.post(0, "for all"), plenary.post(1, "canary with a name")
    plenary.leader.do("hide", post=hidden)
    plenary.leader.do("reveal")
    told = plenary.phones[2].wait("wall", lambda w: w["posts"])
    assert [p["id"] for p in told["posts"]] == [shown] == list(plenary.wall())
    assert plenary.hidden() == {hidden: True}
    assert "canary" not in json.dumps([plenary.phones[2].heard, plenary.screen.heard])
    assert plenary.phones[2].say("recognise", post=shown, on=True)["ok"]


def test_an_id_is_the_same_however_it_is_spelt(plenary: Plenary) -> None:
    id = "ABCDEF00-0000-4000-8000-00000000ABCD"
    assert plenary.phones[0].post("snags", "one", id=id)["ok"]
    assert plenary.phones[1].say("recognise", post=id, on=True)["ok"]
    plenary.leader.do("spotlight", post=id)
    title = plenary.leader.do("bundle", posts=[id, id.lower(), plenary.post(1, "two")], title="One\tof two\nlines")[
        "post"
    ]
    assert plenary.wall()[title]["text"] == "One of two lines"
    plenary.leader.do("hide", post=id)
    assert id.lower() in plenary.hidden()


def test_undo_takes_back_the_deed_that_is_meant_or_nothing(plenary: Plenary) -> None:
    a, b = plenary.post(0, "one"), plenary.post(1, "two")
    first = plenary.leader.do("hide", post=a)["deed"]
    second = plenary.leader.do("hide", post=b)["deed"]
    assert plenary.leader.do("undo", deed=first)["undone"] is None and set(plenary.hidden()) == {a, b}
    assert plenary.leader.do("undo", deed=second)["undone"] == "hide" and set(plenary.hidden()) == {a}
    third = plenary.leader.do("add_round")["deed"]
    assert len({first, second, third}) == 3
    assert plenary.leader.do("undo", deed=first)["undone"] is None
    assert "deed" not in plenary.leader.do("pause")


def test_one_line_stands_large_until_it_is_gone(plenary: Plenary) -> None:
    a, b, c = plenary.post(0, "one"), plenary.post(1, "two"), plenary.post(2, "three")

    def large() -> Any:
        plenary.screen.say("clock")
        return plenary.screen.step["wall"]["spotlight"]

    plenary.leader.do("spotlight", post=a)
    assert plenary.screen.wait("step")["wall"] == {"concealed": False, "spotlight": a, "column": None, "page": 0}
    plenary.leader.do("hide", post=a)
    assert large() is None
    plenary.leader.do("spotlight", post=b)
    plenary.phones[1].post("snags", "", id=b)
    assert large() is None
    plenary.leader.do("spotlight", post=c)
    plenary.phones[2].say("erase_me")
    assert large() is None
    plenary.refused("spotlight", "not_found", post=a)
    plenary.refused("spotlight", "not_found", post=NOWHERE)
    plenary.refused("spotlight", "invalid", post="x")
    plenary.refused("spotlight", "invalid")
    plenary.leader.do("show", post=a)
    plenary.leader.do("spotlight", post=a)
    plenary.leader.do("conceal")
    assert large() is None
    plenary.refused("spotlight", "invalid", post=a)


def test_the_leader_turns_the_pages_of_the_screen(plenary: Plenary) -> None:
    version = plenary.leader.do("wall_page", column="snags", page=2)["version"]
    wall = plenary.screen.wait("step")["wall"]
    assert (wall["column"], wall["page"]) == ("snags", 2)
    assert plenary.leader.do("wall_page", column="snags", page=2)["version"] == version, "without effect"
    for page in ({"column": "weather", "page": 0}, {"column": "snags", "page": -1}, {"column": 1, "page": 0}):
        plenary.refused("wall_page", "invalid", **page)


def test_what_says_the_same_is_put_together_and_counts_people(plenary: Plenary) -> None:
    a, b, c = plenary.post(0, "no time"), plenary.post(1, "too little time"), plenary.post(2, "time")
    for phone, post in ((1, a), (2, a), (2, b)):
        assert plenary.phones[phone].say("recognise", post=post, on=True)["ok"]
    title = plenary.leader.do("bundle", posts=[a, b, a], title="Time")["post"]
    wall = plenary.wall()
    assert {id: p["bundle"] for id, p in wall.items()} == {a: title, b: title, c: None, title: None}
    assert (wall[title]["text"], wall[title]["name"], wall[title]["column"]) == ("Time", None, "snags")
    assert [wall[id]["recognised"] for id in (a, b, title)] == [2, 1, 2], "Fatma counts once"
    assert plenary.phones[0].say("recognise", post=title, on=True)["ok"]
    assert plenary.phones[1].say("recognise", post=a, on=False)["ok"]
    plenary.screen.wait("wall", lambda w: any(p["id"] == title and p["recognised"] == 2 for p in w["posts"]))
    assert plenary.wall()[title]["recognised"] == 2
    more = plenary.leader.do("bundle", posts=[title, c], title="Time, always")["post"]
    assert {p["bundle"] for id, p in plenary.wall().items() if id != more} == {more}, "flat, and the old title is gone"
    assert plenary.leader.do("undo")["undone"] == "bundle"
    wall = plenary.wall()
    assert {id: p["bundle"] for id, p in wall.items()} == {a: title, b: title, c: None, title: None}
    assert wall[title]["recognised"] == 2, "and who recognised it is back with it"
    plenary.leader.do("unbundle", post=title)
    assert {id: p["bundle"] for id, p in plenary.wall().items()} == {a: None, b: None, c: None}
    assert plenary.phones[0].wait("my_posts", lambda m: m["recognised"] == [title])
    until(lambda: plenary.phones[0].all("my_posts")[-1]["recognised"] == [])
    assert plenary.leader.do("undo")["undone"] == "unbundle"
    assert plenary.wall() == wall


def test_lines_that_cannot_be_put_together(plenary: Plenary) -> None:
    a, b, other = plenary.post(0, "one"), plenary.post(1, "two"), plenary.post(2, "three", "first_step")
    off = plenary.post(2, "four")
    plenary.leader.do("hide", post=off)
    plenary.refused("bundle", "invalid", posts=[a, other], title="x")
    plenary.refused("bundle", "invalid", posts=[a, a], title="x")
    plenary.refused("bundle", "invalid", posts=[a], title="x")
    plenary.refused("bundle", "invalid", posts=[a, b], title="  ")
    plenary.refused("bundle", "too_large", posts=[a, b], title="x" * 281)
    plenary.refused("bundle", "too_large", posts=[str(uuid.uuid4()) for _ in range(21)], title="x")
    plenary.refused("bundle", "not_found", posts=[a, NOWHERE], title="x")
    plenary.refused("bundle", "not_found", posts=[a, off], title="x")
    plenary.refused("unbundle", "not_found", post=NOWHERE)
    plenary.refused("unbundle", "invalid", post=a)
    plenary.refused("rebundle", "invalid", under={a: None}, make=[])


def test_a_title_goes_with_its_last_line(plenary: Plenary) -> None:
    a, b = plenary.post(0, "canary one"), plenary.post(1, "canary two")
    title = plenary.leader.do("bundle", posts=[a, b], title="canary both")["post"]
    plenary.leader.do("spotlight", post=title)
    plenary.phones[0].post("snags", "", id=a)
    assert set(plenary.wall()) == {b, title}
    plenary.phones[1].say("erase_me")
    assert plenary.wall() == {} and plenary.hidden() == {}
    plenary.screen.say("clock")
    assert plenary.screen.step["wall"]["spotlight"] is None
    plenary.screen.wait("wall", lambda w: title in w["gone"])
    assert plenary.leader.say("command", do="undo").get("undone") is None, "and cannot be called back"
    assert plenary.wall() == {} and b"canary" not in plenary.download("json")


def test_a_line_that_answers_another_question_leaves_its_title(plenary: Plenary) -> None:
    a, b = plenary.post(0, "one"), plenary.post(1, "two")
    title = plenary.leader.do("bundle", posts=[a, b], title="both")["post"]
    plenary.phones[0].post("first_step", "one", id=a)
    wall = plenary.wall()
    assert (wall[a]["bundle"], wall[b]["bundle"]) == (None, title)


def test_a_hidden_title_takes_its_lines_along_and_brings_them_back(plenary: Plenary) -> None:
    a, b = plenary.post(0, "one"), plenary.post(1, "canary")
    title = plenary.leader.do("bundle", posts=[a, b], title="both")["post"]
    plenary.leader.do("hide", post=b)
    plenary.leader.do("hide", post=title)
    assert plenary.wall() == {} and plenary.hidden() == {a: False, b: True, title: True}
    assert plenary.phones[0].wait("my_posts", lambda m: m["posts"][0]["hidden"])
    assert plenary.phones[2].say("recognise", post=a, on=True)["code"] == "not_found"
    assert plenary.leader.do("undo")["undone"] == "hide"
    assert set(plenary.wall()) == {a, title}
    plenary.leader.do("hide", post=a)
    assert plenary.wall() == {}, "a title with nothing under it to see"
    plenary.leader.do("show", post=b)
    assert set(plenary.wall()) == {b, title}


def test_the_leader_writes_for_someone_without_a_phone(plenary: Plenary) -> None:
    id = plenary.leader.do("post_for", column="first_step", text="ring them first")["post"]
    assert plenary.wall()[id] | {"id": 0} == {
        "id": 0, "column": "first_step", "text": "ring them first", "name": None, "recognised": 0, "bundle": None,
    }  # fmt: skip
    assert plenary.phones[0].post("first_step", "mine now", id=id)["code"] == "forbidden"
    plenary.refused("post_for", "invalid", column="weather", text="x")
    plenary.refused("post_for", "invalid", column="snags", text=" ")
    plenary.leader.do("close")
    plenary.refused("post_for", "closed", column="snags", text="x")


def test_two_leaders_at_the_wall_do_not_fight(plenary: Plenary) -> None:
    a, b = plenary.post(0, "one"), plenary.post(1, "two")
    seen = plenary.leader.version
    plenary.leader.do("wall_page", column="snags", page=0, expect=seen)
    for do, more in {
        "conceal": {}, "reveal": {}, "spotlight": {"post": a}, "wall_page": {"column": None, "page": 0},
        "bundle": {"posts": [a, b], "title": "x"}, "unbundle": {"post": a},
        "post_for": {"column": "snags", "text": "x"},
        "hide": {"post": a}, "show": {"post": a}, "notice": {"text": "x"},
    }.items():  # fmt: skip
        plenary.refused(do, "stale", expect=seen, **more)


def test_what_was_put_together_can_be_read_in_every_file(plenary: Plenary) -> None:
    a, b = plenary.post(0, "no time"), plenary.post(1, "too little time")
    plenary.post(2, "the form")
    plenary.leader.do("bundle", posts=[a, b], title="Time")
    rows = plenary.download("csv").decode("utf-8-sig").splitlines()
    assert [";".join(row.split(";")[i] for i in (0, 2, 5)) for row in rows] == [
        "kind;text;under", "wall;the form;", "bundle;Time;", "wall;no time;Time", "wall;too little time;Time",
    ]  # fmt: skip
    column = next(c for c in json.loads(plenary.download("json"))["wall"] if c["column"] == "snags")
    assert [(p["text"], p["under"]) for p in column["posts"]] == [
        ("the form", None), ("no time", "Time"), ("too little time", "Time"),
    ]  # fmt: skip
    assert column["bundles"] == [{"text": "Time", "recognised": 0}]
    page = plenary.server.get(f"/reflections/{plenary.made['code']}?key={plenary.made['organiser_token']}")
    assert page.status in (200, 302, 303)


def test_nobody_recognises_their_own_line(plenary: Plenary) -> None:
    mine, theirs = plenary.post(0, "no time"), plenary.post(1, "too little time")
    noor, sem = plenary.phones[0], plenary.phones[1]
    answer = noor.say("recognise", post=mine, on=True)
    assert answer["code"] == "forbidden" and "your own line" in answer["detail"]
    assert noor.say("recognise", post=mine, on=False)["ok"], "which changes nothing"
    assert noor.say("recognise", post=theirs, on=True)["ok"]
    assert {id: p["recognised"] for id, p in plenary.wall().items()} == {mine: 0, theirs: 1}
    for_someone = plenary.leader.do("post_for", column="snags", text="of someone without a phone")["post"]
    assert sem.say("recognise", post=for_someone, on=True)["ok"], "a line of the leader's is nobody's own"


def test_a_title_over_nothing_but_my_lines_is_mine(plenary: Plenary) -> None:
    a, b, c = plenary.post(0, "no time"), plenary.post(0, "never time"), plenary.post(1, "too little time")
    noor, sem, _ = plenary.phones
    title = plenary.leader.do("bundle", posts=[a, b], title="Time")["post"]
    assert noor.say("recognise", post=title, on=True)["code"] == "forbidden"
    assert sem.say("recognise", post=title, on=True)["ok"]
    title = plenary.leader.do("bundle", posts=[title, c], title="Time")["post"]
    assert noor.say("recognise", post=title, on=True)["ok"], "somebody else says so too"
    assert plenary.wall()[title]["recognised"] == 1
    noor.wait("my_posts", lambda m: m["recognised"] == [title])
    for do, count in (("hide", 0), ("show", 1)):
        plenary.leader.do(do, post=c)
        until(lambda n=count: plenary.wall()[title]["recognised"] == n)  # type: ignore[misc]
        until(lambda n=count: len(noor.all("my_posts")[-1]["recognised"]) == n)  # type: ignore[misc]
    assert sem.post("snags", "", id=c)["ok"], "taken back by its writer"
    assert (
        plenary.wall()[title]["recognised"] == 0
        and json.loads(plenary.download("json"))["wall"][1]["bundles"][0]["recognised"] == 0
    )
    until(lambda: noor.all("my_posts")[-1]["recognised"] == [])


def test_a_merge_tells_nobody_whose_the_unsigned_lines_are(plenary: Plenary) -> None:
    """The two recognised each other's lines. If those counted no more, or could not be recognised again, a leader who
    merged an entry of their own would know whose each unsigned line is."""
    a, b, c = plenary.post(0, "no time"), plenary.post(1, "too little time"), plenary.post(2, "time")
    for phone, post in ((0, b), (1, a), (1, c), (2, a)):
        assert plenary.phones[phone].say("recognise", post=post, on=True)["ok"]
    title = plenary.leader.do("bundle", posts=[a, b], title="Time")["post"]
    assert plenary.phones[0].say("recognise", post=title, on=True)["ok"]
    before = plenary.wall()
    noor, sem = (plenary.phones[n].snapshot["me"]["id"] for n in (0, 1))
    plenary.leader.do("merge", people=[noor, sem])
    assert plenary.wall() == before
    assert plenary.phones[1].say("recognise", post=title, on=True)["ok"]
    assert plenary.phones[0].say("recognise", post=a, on=True)["code"] == "forbidden", "its own, as before"


def test_a_line_that_looks_like_a_name_or_number_waits_for_the_leader(plenary: Plenary) -> None:
    plenary.leader.do("extras", on=["look_first"])
    before = {line: len(line.all("wall")) for line in (plenary.screen, *plenary.phones[1:])}
    held = [
        plenary.post(0, "Fatma said so"),
        plenary.post(0, "call 06-1234 5678"),
        plenary.post(0, "ask noor@example.org"),
        plenary.post(0, "we talked to Willemijn"),
    ]
    plenary.leader.wait("hidden", lambda m: {p["id"] for p in m["posts"]} >= set(held))
    assert plenary.wall() == {} and plenary.hidden() == dict.fromkeys(held, True)
    shown = plenary.phones[0].wait("my_posts", lambda m: len(m["posts"]) == 4)["posts"]
    assert all(p["hidden"] for p in shown), "who wrote them knows"
    plain = plenary.post(1, "ask sooner")
    for line, count in before.items():
        line.wait("wall", lambda m: [p["id"] for p in m["posts"]] == [plain] and not m["gone"])
        assert len(line.all("wall")) == count + 1, "of what waits nobody hears, not even that it is not there"
    plenary.leader.do("show", post=held[0])
    plenary.screen.wait("wall", lambda m: held[0] in [p["id"] for p in m["posts"]])
    assert plenary.phones[0].post("snags", "Fatma said so", id=held[0])["ok"], "sent again"
    assert plenary.phones[0].post("snags", "Fatma said so", True, id=held[0])["ok"], "signed after all"
    assert held[0] in plenary.wall()
    assert plenary.phones[0].post("snags", "Fatma and Sem said so", id=held[0])["ok"]
    plenary.screen.wait("wall", lambda m: held[0] in m["gone"])
    assert set(plenary.wall()) == {plain}, "what is changed is looked at anew"


def test_the_moment_of_the_examples_ends_with_its_step(server: Server, dial: Dial) -> None:
    made = server.create(programme="full")
    leader = dial(server, made["lead_token"])
    leader.do("go", index=1)
    leader.do("wall_page", column="example")
    leader.do("pause")
    assert leader.step["kind"] == "check_in" and leader.step["wall"]["column"] == "example"
    leader.do("next")
    assert leader.step["wall"] == {"concealed": False, "spotlight": None, "column": None, "page": 0}
    leader.do("wall_page", column="snags", page=1)
    leader.do("back")
    leader.do("next")
    assert leader.step["wall"]["column"] == "snags", "any other column stays"


def test_without_a_look_first_nothing_waits_and_what_the_leader_writes_never_does(plenary: Plenary) -> None:
    line = plenary.post(0, "Fatma said so")
    plenary.leader.do("extras", on=["look_first"])
    own = plenary.leader.do("post_for", column="snags", text="Fatma said so")["post"]
    assert set(plenary.wall()) == {line, own}
    waits = plenary.post(1, "Fatma said so")
    plenary.leader.do("extras", on=[])
    assert set(plenary.wall()) == {line, own} and set(plenary.hidden()) == {waits}, "until it is shown"
    assert b"Fatma said so" in plenary.download("csv")
    plenary.leader.do("show", post=waits)
    assert set(plenary.wall()) == {line, own, waits}
