"""The observer's sheet stays at the table, and opens in the feedback (issue 8, M1; docs/decisions/0004).

The server decides what is of the sheet: whatever someone writes in a conversation or a feedback in which they do not
speak. Here a program tries every way round it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from live import Line, Server, until

Dial = Callable[..., Line]
BRIEF, CONVERSATION, FEEDBACK, NOTES, BRIEF_2, CONVERSATION_2 = 3, 4, 5, 6, 7, 8


class Table:
    """One table of three in a room, and its three roles in the first round; two more tables beside it."""

    def __init__(self, server: Server, dial: Dial, **wanted: Any) -> None:
        self.server, self.dial, self.made = server, dial, server.create(**wanted)
        self.leader = dial(server, self.made["lead_token"])
        names = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef", "Chantal", "O")
        self.tokens = [server.join(self.made["code"], name)["token"] for name in names]
        self.phones = [dial(server, token) for token in self.tokens]
        self.go(BRIEF)
        for phone in self.phones:
            phone.wait("group", lambda g: g["id"])
        at_table = {phone.role(1): phone for phone in self.phones if phone.group and phone.group["number"] == 1}
        self.observer, self.client, self.professional = (
            at_table[role] for role in ("observer", "client", "professional")
        )
        self.token = self.tokens[self.phones.index(self.client)]

    def go(self, index: int) -> None:
        """The leader enters a step."""
        self.leader.do("go", index=index)

    def write(self, text: str, visibility: str = "me", id: str | None = None, **more: Any) -> dict[str, Any]:
        """The observer writes a note; `id` as it was, or a new one."""
        note = {"prompt": "tip", "text": text, "visibility": visibility} | more
        return self.observer.say("note", id=id or str(uuid.uuid4()), **note)

    def refused(self, text: str, id: str | None = None, **more: Any) -> None:
        """It does not go to the organiser, and the answer says why."""
        answer = self.write(text, "organiser", id, **more)
        assert answer["code"] == "forbidden" and "stays at their table" in answer["detail"], answer

    def told(self, line: Line) -> str:
        """All that a line has heard, up to now, and what a new snapshot says."""
        line.say("sync")
        line.say("clock")
        return json.dumps(line.heard)

    def read_now(self, line: Line) -> str:
        """What a fresh snapshot says."""
        count = len(line.all("snapshot"))
        line.say("sync")
        until(lambda: len(line.all("snapshot")) > count)
        return json.dumps(line.all("snapshot")[-1])

    def exported(self) -> str:
        """The organiser's file, at the end, with enough writers for all that may leave."""
        self.go(NOTES)
        for number, phone in enumerate(p for p in self.phones if p is not self.observer):
            assert phone.note("tip", f"company {number}", "organiser")["ok"]
        self.leader.do("close")
        answer = self.server.get(f"/reflections/{self.made['code']}.json", self.made["organiser_token"])
        assert "company 3" in answer.body.decode()
        return answer.body.decode()


@pytest.fixture
def table(server: Server, dial: Dial) -> Table:
    return Table(server, dial)


@pytest.mark.parametrize("step", [CONVERSATION, FEEDBACK])
@pytest.mark.parametrize("prompt", ["worked_well", "tip", "case", "first_step", "agreed", "my.own"])
def test_an_observer_gives_the_organiser_nothing_whatever_it_is_called(table: Table, step: int, prompt: str) -> None:
    table.go(step)
    for round in (None, 1, 2, 3):
        table.refused("canary", prompt=prompt, round=round)
    assert "canary" not in table.exported()


def test_who_speaks_and_whoever_writes_later_still_shares(table: Table) -> None:
    table.go(CONVERSATION)
    assert table.client.note("tip", "as client", "organiser")["ok"]
    table.go(NOTES)
    assert table.write("as observer, afterwards", "organiser")["ok"]
    found = table.exported()
    assert "as client" in found and "as observer, afterwards" in found


def test_a_sheet_stays_one_in_every_later_step(table: Table) -> None:
    id = str(uuid.uuid4())
    table.go(CONVERSATION)
    assert table.write("canary", id=id)["ok"]
    for step in (FEEDBACK, NOTES, BRIEF_2, CONVERSATION_2, 15, 16):
        table.go(step)
        table.refused("canary", id)
        table.refused("canary, reworded", id, prompt="keep", round=2)
        assert table.write("canary", "group", id)["ok"] and table.write("canary", "me", id)["ok"]
    table.leader.do("close")
    assert table.write("canary", "organiser", id)["code"] == "closed"


def test_deleted_and_written_again_in_the_notes_it_is_a_new_note(table: Table) -> None:
    id = str(uuid.uuid4())
    table.go(CONVERSATION)
    assert table.write("seen", id=id)["ok"] and table.write("", id=id)["ok"]
    table.refused("seen", id)
    table.go(NOTES)
    assert table.write("thought over", "organiser", id)["ok"]
    assert "thought over" in table.exported()


@pytest.mark.parametrize("round", [None, 1])
def test_a_note_begun_before_is_of_the_sheet_once_it_is_filled_in(table: Table, round: int | None) -> None:
    shared, private, plain = (str(uuid.uuid4()) for _ in range(3))
    assert table.write("…", "organiser", shared, round=round)["ok"]
    assert table.write("…", "me", private, round=round)["ok"]
    assert table.write("my case", "organiser", plain, prompt="case")["ok"]
    table.go(CONVERSATION)
    table.refused("canary", shared)
    assert table.write("canary", "me", private)["ok"]
    assert table.write("my case", "organiser", plain, prompt="case")["ok"], "sent again, it is what it was"
    table.go(NOTES)
    table.refused("canary", private)
    found = table.exported()
    assert "canary" not in found and "my case" in found


def test_who_has_no_seat_listens_in(table: Table) -> None:
    table.go(CONVERSATION)
    assert table.observer.say("leave")["ok"]
    table.refused("canary")
    assert table.observer.say("return")["ok"]
    table.refused("canary")


def test_an_observer_who_is_moved_or_whose_table_is_merged_is_one_still(table: Table) -> None:
    table.go(CONVERSATION)
    groups = {g["number"]: g["id"] for g in table.leader.groups()}
    id = str(uuid.uuid4())
    assert table.write("canary", id=id)["ok"]
    table.leader.do("move", person=table.observer.snapshot["me"]["id"], group=groups[2])
    table.refused("canary two")
    table.refused("canary", id)
    table.leader.do("merge_groups", group=groups[2], into=groups[3])
    table.refused("canary two")
    table.leader.do("undo")
    table.refused("canary two")


def test_a_step_that_the_clock_ended_is_over(server: Server, dial: Dial) -> None:
    table = Table(server, dial, auto_advance=("brief", "conversation", "feedback"))
    table.leader.do("add", seconds=-600)
    assert until(lambda: table.leader.step["kind"] == "conversation")
    table.refused("canary")
    table.leader.do("add", seconds=-600)
    assert until(lambda: table.leader.step["kind"] == "feedback")
    table.refused("canary")
    table.leader.do("add", seconds=-600)
    assert until(lambda: table.leader.step["kind"] == "notes")
    assert table.write("afterwards", "organiser")["ok"]


def test_opened_early_it_is_read_in_the_feedback(table: Table) -> None:
    table.go(CONVERSATION)
    for prompt in ("worked_well", "agreed"):
        assert table.write("canary", "group", prompt=prompt)["ok"]
    partners = (table.client, table.professional)
    for partner in partners:
        assert "canary" not in table.told(partner)
        assert not [m for m in partner.all("notes") if m["changed"] or m["gone"]], "not even that there is one"
    assert b"canary" not in table.server.get("/api/me", table.token).body
    assert "canary" in table.read_now(table.observer), "its writer has it"
    until(lambda: table.leader.all("progress")[-1]["wrote"] == 1)
    assert not any(g["opened"] for g in table.leader.all("progress")[-1]["groups"].values())
    table.go(FEEDBACK)
    for partner in partners:
        told = partner.wait("notes", lambda m: m["changed"])
        assert sorted(n["prompt"] for n in told["changed"]) == ["agreed", "worked_well"]
        assert partner.wait("group", lambda g: g["agreed"])["agreed"][0]["text"] == "canary"
        assert "canary" in table.read_now(partner)
    assert b"canary" in table.server.get("/api/me", table.token).body
    until(lambda: any(g["opened"] for g in table.leader.all("progress")[-1]["groups"].values()))
    stranger = next(p for p in table.phones if p.group and p.group["number"] == 2)
    for line in (stranger, table.leader):
        assert "canary" not in table.told(line)


def test_back_in_the_conversation_it_is_closed_again(table: Table) -> None:
    table.go(CONVERSATION)
    id = str(uuid.uuid4())
    assert table.write("canary", "group", id)["ok"]
    table.go(FEEDBACK)
    table.client.wait("notes", lambda m: m["changed"])
    table.leader.do("back")
    assert table.client.wait("notes", lambda m: m["gone"])["gone"] == [id]
    assert "canary" not in table.read_now(table.client)
    count = len(table.client.all("notes"))
    table.leader.do("next")
    until(lambda: any(m["changed"] for m in table.client.all("notes")[count:]))
    assert "canary" in table.read_now(table.client)


def test_claiming_another_round_opens_nothing_early(table: Table) -> None:
    table.go(CONVERSATION_2)
    for phone in table.phones:
        phone.say("clock")
    observer = next(p for p in table.phones if p.role(2) == "observer" and p.group and p.group["number"] == 1)
    partners = [p for p in table.phones if p is not observer and p.group and p.group["number"] == 1]
    assert observer.note("tip", "canary", "group", round=1)["ok"]
    for partner in partners:
        assert "canary" not in table.told(partner)
    table.go(CONVERSATION_2 + 1)
    for partner in partners:
        partner.wait("notes", lambda m: m["changed"])


def test_what_was_open_and_is_rewritten_while_looking_on_closes(table: Table) -> None:
    id = str(uuid.uuid4())
    assert table.write("before", "group", id, round=1)["ok"]
    table.client.wait("notes", lambda m: m["changed"])
    table.go(CONVERSATION)
    assert table.write("canary", "group", id)["ok"]
    assert table.client.wait("notes", lambda m: m["gone"])["gone"] == [id]
    assert "canary" not in table.told(table.client)


def test_without_feedback_it_opens_when_the_round_is_over(table: Table) -> None:
    table.go(CONVERSATION)
    assert table.write("canary", "group")["ok"]
    table.leader.do("drop_step", index=NOTES)
    table.leader.do("drop_step", index=FEEDBACK)
    assert "canary" not in table.read_now(table.client)
    table.leader.do("next")
    assert table.leader.step["kind"] == "brief" and table.client.wait("notes", lambda m: m["changed"])
    assert "canary" in table.read_now(table.client)


def test_withdrawn_before_the_feedback_nobody_hears_of_it(table: Table) -> None:
    table.go(CONVERSATION)
    ids = [str(uuid.uuid4()) for _ in range(3)]
    for id in ids:
        assert table.write("canary", "group", id)["ok"]
    assert table.write("canary", "me", ids[0])["ok"] and table.write("", "group", ids[1])["ok"]
    assert table.observer.say("erase_me")["ok"]
    table.go(FEEDBACK)
    told = table.told(table.client)
    assert "canary" not in told and not [id for id in ids if id in told]


def test_a_phone_is_told_which_of_its_notes_are_of_the_sheet(table: Table) -> None:
    table.go(CONVERSATION)
    assert table.write("seen")["ok"]
    table.go(NOTES)
    assert table.write("thought")["ok"]
    told = [note for message in table.observer.all("my_notes") for note in message["changed"]]
    assert [(note["text"], note["sheet"]) for note in told] == [("seen", True), ("thought", False)]
