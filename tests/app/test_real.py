"""Whether it is the workshop itself or a rehearsal of it: what simulated people wrote, in counts and files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from live import Line, Server, until

from workshop.store.codes import room_by_code

Dial = Callable[..., Line]


class Mixed:
    """A room with a leader, a screen, six simulated people and, where wanted, real phones."""

    def __init__(self, server: Server, dial: Dial, real: int) -> None:
        self.server, self.made = server, server.create(language="en")
        self.leader, self.screen = dial(server, self.made["lead_token"]), dial(server, self.made["screen_token"])
        with server.database.reading() as session:
            room = room_by_code(session, self.made["code"])
            assert room is not None
            key = server.keys.key(room, "rehearsal")
        self.simulated = [dial(server, server.join(self.made["code"], f"S{n}", key=key)["token"]) for n in range(6)]
        self.real = [dial(server, server.join(self.made["code"], f"R{n}")["token"]) for n in range(real)]

    def enter(self, kind: str) -> None:
        """The leader goes to the first step of a kind."""
        at = next(s["index"] for s in self.leader.snapshot["programme"] if s["kind"] == kind)
        self.leader.do("go", index=at)

    def post(self, line: Line, text: str) -> str:
        id = str(uuid.uuid4())
        assert line.post("snags", text, id=id)["ok"]
        return id

    def file(self) -> dict[str, Any]:
        """The organiser's file: the texts of the wall with how many recognise each, and the notes."""
        body = self.server.get(f"/reflections/{self.made['code']}.json", self.made["organiser_token"]).body
        found = json.loads(body)
        wall = {p["text"]: p["recognised"] for column in found["wall"] for p in column["posts"]}
        titles = [b["text"] for column in found["wall"] for b in column["bundles"]]
        return {"wall": wall, "titles": titles, "notes": [t for note in found["notes"] for t in note["texts"]]}

    def wall(self) -> dict[str, dict[str, Any]]:
        answer = self.server.get(f"/api/rooms/{self.made['code']}/wall", self.made["screen_token"])
        return {p["id"]: p for p in answer.json()["posts"]}

    def fresh(self, line: Line) -> dict[str, Any]:
        """What a line that asks anew is told."""
        count = len(line.all("snapshot"))
        line.say("sync")
        until(lambda: len(line.all("snapshot")) > count)
        return line.all("snapshot")[-1]


@pytest.fixture
def mixed(server: Server, dial: Dial) -> Mixed:
    return Mixed(server, dial, real=5)


def test_a_room_that_leaves_the_welcome_with_a_phone_is_real(mixed: Mixed) -> None:
    assert mixed.leader.snapshot["step"]["real"] is None
    ours, theirs = mixed.post(mixed.real[0], "ours"), mixed.post(mixed.simulated[0], "made up")
    for line in (mixed.real[1], *mixed.simulated[1:]):
        assert line.say("recognise", post=ours, on=True)["ok"]
    until(lambda: mixed.wall()[ours]["recognised"] == 6)
    assert mixed.file()["wall"] == {"ours": 6, "made up": 0}
    mixed.enter("notes")
    assert mixed.leader.step["real"] is True
    assert mixed.file()["wall"] == {"ours": 1}
    mixed.screen.wait("wall", lambda m: any(p["id"] == ours and p["recognised"] == 1 for p in m["posts"]))
    assert mixed.wall()[theirs]["simulated"] is True and "simulated" not in mixed.wall()[ours]
    for line in (*mixed.real, *mixed.simulated):
        line.note("tip", "shared" if line in mixed.real else "made up", "organiser")
    mixed.leader.wait("progress", lambda told: (told["wrote"], told["of"], told["posted"]) == (5, 5, 1))
    mixed.enter("closing")
    assert mixed.file()["notes"] == ["shared"] * 5
    own = mixed.server.get(f"/lead/{mixed.made['code']}/wall.json", mixed.made["lead_token"])
    assert b"made up" not in own.body


def test_a_title_over_simulated_lines_alone_is_in_no_file(mixed: Mixed) -> None:
    mixed.leader.do("bundle", posts=[mixed.post(line, "made up") for line in mixed.simulated[:2]], title="theirs")
    pair = [mixed.post(mixed.simulated[2], "made up too"), mixed.post(mixed.real[0], "ours")]
    mixed.leader.do("bundle", posts=pair, title="together")
    assert sorted(mixed.file()["titles"]) == ["theirs", "together"]
    mixed.leader.do("real")
    assert mixed.file() == {"wall": {"ours": 0}, "titles": ["together"], "notes": []}
    mixed.leader.do("undo")
    assert sorted(mixed.file()["titles"]) == ["theirs", "together"]


def test_what_was_said_by_mistake_leaves_it_to_the_next_step(mixed: Mixed) -> None:
    for said in (True, False):
        mixed.leader.do("real", on=said)
        mixed.leader.do("undo")
        assert mixed.leader.step["real"] is None
    mixed.leader.do("next")
    assert mixed.leader.step["real"] is True, "a real phone is in it"


def test_a_rehearsal_stays_whole(server: Server, dial: Dial) -> None:
    mixed = Mixed(server, dial, real=0)
    mixed.leader.do("add_person", name="Willemijn")
    mixed.enter("notes")
    for line in mixed.simulated:
        mixed.post(line, "made up")
    mixed.leader.wait("progress", lambda told: told["posted"] == 6)
    assert mixed.leader.step["real"] is None and mixed.file()["wall"] == {"made up": 0}


def test_a_leader_who_looks_along_on_a_phone_says_that_it_is_a_rehearsal(mixed: Mixed) -> None:
    mixed.post(mixed.simulated[0], "made up")
    mixed.enter("notes")
    assert mixed.file()["wall"] == {}
    version = mixed.leader.do("real", on=False)["version"]
    assert mixed.leader.do("real", on=False)["version"] == version, "nothing new"
    mixed.enter("plenary")
    assert mixed.leader.step["real"] is False and mixed.file()["wall"] == {"made up": 0}
    mixed.leader.do("dismiss")
    assert mixed.leader.step["real"] is None, "the next afternoon is asked anew"


def test_after_a_rehearsal_the_draw_is_a_draft_again(server: Server, dial: Dial) -> None:
    mixed = Mixed(server, dial, real=1)
    mixed.enter("groups")
    assert mixed.real[0].wait("group")["number"]
    mixed.leader.do("dismiss")
    mixed.screen.wait("groups", lambda told: [len(g["members"]) for g in told["groups"]] == [1])
    mixed.enter("welcome")
    mixed.screen.wait("groups", lambda told: told["groups"] == [] and "wishes" not in told)
    assert mixed.leader.wait("groups", lambda told: not told["shown"])["groups"] == []
    mixed.real[0].wait("snapshot", lambda told: told["group"] is None)
    newcomers = [dial(server, server.join(mixed.made["code"], f"N{n}")["token"]) for n in range(5)]
    assert not mixed.fresh(mixed.leader)["groups"]
    heard = len(mixed.screen.all("groups"))
    mixed.leader.do("form_groups")
    assert len(mixed.fresh(mixed.leader)["groups"]) == 2
    for line in (mixed.screen, *newcomers):
        assert not mixed.fresh(line).get("groups") and not mixed.fresh(line).get("group")
    assert len(mixed.screen.all("groups")) == heard and not any(line.all("group") for line in newcomers)
    mixed.enter("groups")
    assert all(line.wait("group")["number"] for line in newcomers)


def test_who_is_simulated_is_taken_away_and_can_be_had_back(mixed: Mixed) -> None:
    ours, theirs = mixed.post(mixed.real[0], "ours"), mixed.post(mixed.simulated[0], "made up")
    mixed.enter("closing")
    mixed.simulated[5].say("leave")
    mixed.leader.do("spotlight", post=theirs)
    before = mixed.fresh(mixed.leader)
    tables = {g["id"]: g["members"] for g in before["groups"]}
    mixed.leader.do("take_away")
    mixed.simulated[0].wait("removed")
    assert mixed.leader.step["wall"]["spotlight"] is None
    after = mixed.fresh(mixed.leader)
    assert sorted(p["name"] for p in after["people"]) == [f"R{n}" for n in range(5)]
    assert not any(m["simulated"] for g in after["groups"] for m in g["members"])
    assert list(mixed.wall()) == [ours] and after["hidden"] == []
    mixed.screen.wait("wall", lambda m: theirs in m["gone"])
    assert mixed.leader.do("undo")["undone"] == "take_away"
    back = mixed.fresh(mixed.leader)
    assert {p["id"]: (p["left"], p["group"]) for p in back["people"]} == {
        p["id"]: (p["left"], p["group"]) for p in before["people"]
    }
    roles = lambda groups: {g["id"]: [(m["id"], m["roles"]) for m in g["members"]] for g in groups}  # noqa: E731
    assert roles(back["groups"]) == roles(before["groups"]) and set(tables) == {g["id"] for g in back["groups"]}
    assert set(mixed.wall()) == {ours, theirs}


def test_nobody_is_taken_away_where_nobody_is_simulated(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, noor = dial(server, made["lead_token"]), dial(server, server.join(made["code"], "Noor")["token"])
    answer = leader.do("take_away")
    assert "deed" not in answer and noor.open
    assert leader.say("command", do="real", on="yes")["code"] == "invalid"
