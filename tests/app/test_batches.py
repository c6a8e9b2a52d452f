"""Shared notes leave a room in batches that fit no moment and no group (issue 8, H1; docs/decisions/0017).

An organiser who is the leader too, or sits beside one, polls the file while `progress` counts, asks before and after
somebody erases themselves, and looks at a contributor who is alone. None of it may tell where a note came from.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from live import Answer, Line, Server, fetch, until
from matrix.finding import unwrapped

from workshop.exports import FORMATS
from workshop.store.codes import room_by_code

Dial = Callable[..., Line]
NAMES = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef", "Chantal", "O", "Zoë", "Mehmet", "Ans")
STEPS = {"prepare": 1, "notes": 6, "plenary": 15, "closing": 16}


class Afternoon:
    """A room of twelve in the notes of its first round, and an organiser who looks whenever they like."""

    def __init__(self, server: Server, dial: Dial, people: int = 12, **wanted: Any) -> None:
        self.server, self.dial, self.made = server, dial, server.create(**wanted)
        self.leader = dial(server, self.made["lead_token"])
        self.tokens = [server.join(self.made["code"], name)["token"] for name in NAMES[:people]]
        self.phones = [dial(server, token) for token in self.tokens]
        self.enter("notes")
        for phone in self.phones:
            phone.wait("group", lambda g: g["id"])

    def enter(self, kind: str) -> None:
        """The leader goes to a step."""
        self.leader.do("go", index=STEPS[kind])
        assert self.leader.step["kind"] == kind

    def share(self, *people: int, text: str = "line", prompt: str = "tip") -> list[str]:
        """These people each share a note; returns the ids."""
        ids = [str(uuid.uuid4()) for _ in people]
        for person, id in zip(people, ids, strict=True):
            assert self.phones[person].note(prompt, f"{text} {person}", "organiser", id)["ok"]
        return ids

    def look(self, extension: str = "") -> Answer:
        """What the organiser is answered, who looks as often as the server lets them."""
        path, token = f"/reflections/{self.made['code']}{extension}", self.made["organiser_token"]
        found: Answer = until(lambda: answer if (answer := self.server.get(path, token)).status != 429 else None)
        return found

    def file(self, extension: str = "json") -> bytes:
        """What the organiser gets."""
        answer = self.look(f".{extension}")
        assert answer.status == 200 and not {"ETag", "Last-Modified"} & set(answer.headers)
        return answer.body

    def everything(self) -> list[bytes]:
        """Every way in which the organiser can look: the files and the page."""
        page = self.look()
        assert page.status == 200
        return [*(self.file(extension) for extension in ("json", "csv", "xlsx", "md")), page.body.split(b"<main")[1]]

    def at_the_close(self, before: list[bytes]) -> bool:
        """Is everything as it was before the room was closed, but for how the clock went and how many rounds began,
        which are told from then on? (`test_all_files` has the other files, held against those of another room.)"""
        was, now = json.loads(before[0]), self.read()
        now["figures"]["rounds"] = was["figures"]["rounds"]
        return now | {"times": []} == was and self.file("csv") == before[1]

    def texts(self) -> list[str]:
        """The shared notes, whatever they answer."""
        return sorted(text for prompt in self.read()["notes"] for text in prompt["texts"])

    def read(self) -> Any:
        """The organiser's file for programs."""
        return self.server.get(f"/reflections/{self.made['code']}.json", self.made["organiser_token"]).json()


@pytest.fixture
def afternoon(server: Server, dial: Dial) -> Afternoon:
    return Afternoon(server, dial)


def lines(*people: int, text: str = "line") -> list[str]:
    return sorted(f"{text} {person}" for person in people)


def test_polling_while_progress_counts_tells_nothing(afternoon: Afternoon) -> None:
    """The attack that found the table of twelve notes of twelve: a line came when a table's number rose."""
    told = afternoon.everything()
    for person in range(12):
        counted = len(afternoon.leader.all("progress"))
        afternoon.share(person)
        until(lambda: len(afternoon.leader.all("progress")) > counted)  # noqa: B023 (asked at once)
        assert afternoon.file() == told[0], "to the byte: no line, no count, no length"
    assert afternoon.everything() == told
    afternoon.enter("plenary")
    assert afternoon.everything() == told
    afternoon.enter("closing")
    assert afternoon.texts() == lines(*range(12))


@pytest.mark.parametrize("writers", [1, 4])
def test_fewer_than_five_look_like_nobody(afternoon: Afternoon, writers: int) -> None:
    nobody = afternoon.everything()
    afternoon.share(*range(writers), text="one")
    afternoon.share(*range(writers), text="two")
    for _ in range(2):
        afternoon.enter("closing")
        assert afternoon.everything() == nobody
        afternoon.enter("notes")
    afternoon.leader.do("close")
    assert afternoon.at_the_close(nobody)


def test_five_leave_when_the_closing_is_entered_the_first_time_and_late_ones_at_the_close(
    afternoon: Afternoon,
) -> None:
    afternoon.share(*range(5))
    afternoon.enter("closing")
    assert afternoon.texts() == lines(*range(5))
    out = afternoon.everything()
    afternoon.share(*range(5, 12), text="late")
    for kind in ("plenary", "closing", "notes", "closing"):
        afternoon.enter(kind)
        assert afternoon.everything() == out, "back and on again makes no batch"
    afternoon.leader.do("close")
    assert afternoon.texts() == sorted([*lines(*range(5)), *lines(*range(5, 12), text="late")])


def test_late_ones_of_fewer_than_five_never_leave(afternoon: Afternoon) -> None:
    afternoon.share(*range(6))
    afternoon.enter("closing")
    out = afternoon.everything()
    afternoon.share(6, 7, 8, 9, text="late")
    afternoon.leader.do("close")
    assert afternoon.at_the_close(out)
    assert "komt niet meer" in afternoon.read()["held_back"]


def test_four_who_waited_at_the_closing_leave_with_a_fifth_at_the_close(afternoon: Afternoon) -> None:
    afternoon.share(0, 1, 2, 3)
    afternoon.enter("closing")
    assert afternoon.texts() == []
    afternoon.share(4)
    assert afternoon.texts() == []
    afternoon.leader.do("close")
    assert afternoon.texts() == lines(0, 1, 2, 3, 4)


def test_a_room_that_closes_without_a_closing_gives_one_batch(afternoon: Afternoon) -> None:
    afternoon.share(*range(5))
    afternoon.leader.do("close")
    assert afternoon.texts() == lines(*range(5))


def test_the_clock_gives_the_batch_as_the_hand_does(server: Server, dial: Dial) -> None:
    afternoon = Afternoon(server, dial, people=6, auto_advance=("plenary",))
    afternoon.share(*range(5))
    afternoon.enter("plenary")
    afternoon.leader.do("add", seconds=-3600)
    assert until(lambda: afternoon.leader.step["kind"] == "closing")
    assert afternoon.leader.step["cause"] == "clock" and afternoon.texts() == lines(*range(5))


def test_a_programme_that_was_changed_gives_one_batch_all_the_same(afternoon: Afternoon) -> None:
    afternoon.share(*range(5))
    afternoon.enter("plenary")
    afternoon.leader.do("insert_step", index=16, kind="break")
    for kind in ("break", "closing"):
        afternoon.leader.do("next")
        assert afternoon.leader.step["kind"] == kind
    assert afternoon.texts() == lines(*range(5))
    afternoon.share(*range(5), text="more")
    afternoon.leader.do("back")
    afternoon.leader.do("insert_step", index=17, kind="break")
    afternoon.leader.do("drop_step", index=17)
    afternoon.leader.do("next")
    assert afternoon.leader.step["kind"] == "closing" and afternoon.texts() == lines(*range(5))


def test_erasing_acts_at_once_and_below_five_nothing_is_shown(afternoon: Afternoon) -> None:
    afternoon.share(*range(6))
    nothing = afternoon.everything()
    afternoon.enter("closing")
    assert afternoon.server.get("/api/me", afternoon.tokens[0], method="DELETE").status == 204
    assert afternoon.texts() == lines(1, 2, 3, 4, 5)
    assert afternoon.phones[1].say("erase_me")["ok"]
    assert afternoon.everything() == nothing, "four are left: they look like nobody"


def test_before_the_closing_two_looks_around_an_erasure_are_the_same(afternoon: Afternoon) -> None:
    afternoon.share(*range(7))
    before = afternoon.everything()
    assert afternoon.phones[0].say("erase_me")["ok"]
    assert afternoon.everything() == before
    afternoon.enter("closing")
    assert afternoon.texts() == lines(*range(1, 7))


@pytest.mark.parametrize("changed", ["text", "prompt"])
def test_what_is_changed_is_taken_back_at_once_and_comes_with_the_next_batch(
    afternoon: Afternoon, changed: str
) -> None:
    first, *rest = afternoon.share(*range(10))
    afternoon.enter("closing")
    new = {"text": "another"} if changed == "text" else {"prompt": "keep"}
    assert afternoon.phones[0].say(
        "note", **{"id": first, "prompt": "tip", "text": "line 0", "visibility": "organiser"} | new
    )["ok"]
    assert afternoon.texts() == lines(*range(1, 10)), "the old one is gone, and the new one waits"
    for person, id in enumerate(rest[:4], start=1):
        assert afternoon.phones[person].note("tip", f"new {person}", "organiser", id)["ok"]
    assert afternoon.texts() == lines(*range(5, 10))
    afternoon.leader.do("close")
    assert len(afternoon.texts()) == 10


def test_what_was_withdrawn_and_is_shared_anew_is_a_new_one(afternoon: Afternoon) -> None:
    ids = afternoon.share(*range(7))
    afternoon.enter("closing")
    assert afternoon.phones[0].note("tip", "line 0", "me", ids[0])["ok"]
    assert afternoon.phones[1].note("tip", "", "organiser", ids[1])["ok"]
    assert afternoon.texts() == lines(2, 3, 4, 5, 6)
    assert afternoon.phones[0].note("tip", "line 0", "organiser", ids[0])["ok"]
    assert afternoon.texts() == lines(2, 3, 4, 5, 6)
    afternoon.leader.do("close")
    assert afternoon.texts() == lines(2, 3, 4, 5, 6), "alone in its batch"


def test_what_is_sent_again_stays_where_it_was(afternoon: Afternoon) -> None:
    ids = afternoon.share(*range(5))
    afternoon.enter("closing")
    assert afternoon.phones[0].note("tip", "line 0", "organiser", ids[0])["ok"]
    assert afternoon.texts() == lines(*range(5))


def test_no_table_is_counted_once_notes_are_out(afternoon: Afternoon) -> None:
    """Else a table's number falls at the moment at which a line is withdrawn."""
    ids = afternoon.share(*range(6), prompt="first_step", text="step")
    until(lambda: afternoon.leader.all("progress") and afternoon.leader.all("progress")[-1]["wrote"] == 6)
    assert sum(g["wrote"] for g in afternoon.leader.all("progress")[-1]["groups"].values()) == 6
    afternoon.enter("closing")
    until(lambda: afternoon.leader.all("progress")[-1]["step"] == STEPS["closing"])
    assert afternoon.phones[0].note("first_step", "", "organiser", ids[0])["ok"]
    for kind in ("notes", "closing"):
        afternoon.enter(kind)
        until(lambda: afternoon.leader.all("progress")[-1]["step"] == STEPS[kind])  # noqa: B023 (asked at once)
        assert afternoon.leader.all("progress")[-1]["groups"] == {}
    assert afternoon.dial(afternoon.server, afternoon.made["lead_token"]).snapshot["progress"]["groups"] == {}


def test_a_question_that_few_answered_is_not_told(afternoon: Afternoon) -> None:
    """Else who alone wrote in the rounds is known by the question."""
    afternoon.share(*range(5), text="many")
    afternoon.share(*range(7, 12), prompt="case", text="case")
    afternoon.share(6, prompt="my.own.question", text="alone")
    afternoon.share(0, 1, 2, 3, prompt="keep", text="few")
    afternoon.enter("closing")
    found = {p["prompt"]: len(p["texts"]) for p in afternoon.read()["notes"] if p["texts"]}
    assert found == {"tip": 5, "case": 5, "several": 5}
    for extension in FORMATS:
        assert b"my.own.question" not in b" ".join(unwrapped(afternoon.file(extension)))
    assert "Verschillende vragen" in afternoon.file("csv").decode()


def test_a_rehearsal_brings_nobody_to_hide_among(server: Server, dial: Dial) -> None:
    afternoon = Afternoon(server, dial, people=4)
    with server.database.reading() as session:
        room = room_by_code(session, afternoon.made["code"])
        assert room is not None
        key = server.keys.key(room, "rehearsal")
    simulated = [dial(server, server.join(afternoon.made["code"], f"S{n}", key=key)["token"]) for n in range(6)]
    by_hand = []
    for name in ("Willemijn", "Thea", "Greet", "Ria", "Loes"):
        person = afternoon.leader.do("add_person", name=name)["person"]
        digits = afternoon.leader.do("pass", person=person)["pass"]
        answer = server.get(f"/api/rooms/{afternoon.made['code']}/people", method="POST", body={"pass": digits}).json()
        by_hand.append(dial(server, answer["token"]))
    nobody = afternoon.everything()
    afternoon.share(0, 1, 2, 3)
    for line in (*simulated, *by_hand):
        assert line.note("tip", "filled up", "organiser")["ok"]
    afternoon.leader.do("remove", person=afternoon.phones[0].snapshot["me"]["id"])
    afternoon.enter("closing")
    assert afternoon.everything() == nobody


def test_a_room_without_real_people_shows_what_a_rehearsal_wrote_and_begins_anew(server: Server, dial: Dial) -> None:
    afternoon = Afternoon(server, dial, people=0)
    with server.database.reading() as session:
        room = room_by_code(session, afternoon.made["code"])
        assert room is not None
        key = server.keys.key(room, "rehearsal")
    for n in range(5):
        dial(server, server.join(afternoon.made["code"], f"S{n}", key=key)["token"]).note(
            "keep", "rehearsed", "organiser"
        )
    afternoon.enter("closing")
    assert len(afternoon.texts()) == 5
    afternoon.leader.do("dismiss")
    assert afternoon.texts() == []
    afternoon.enter("prepare")
    afternoon.phones = [dial(server, server.join(afternoon.made["code"], name)["token"]) for name in NAMES[:5]]
    afternoon.share(*range(5), prompt="case")
    assert afternoon.texts() == []
    afternoon.enter("closing")
    assert afternoon.texts() == lines(*range(5)), "the closing of the rehearsal was not theirs"


def test_two_entries_of_one_person_count_once(afternoon: Afternoon) -> None:
    nobody = afternoon.everything()
    afternoon.share(*range(5))
    people = [phone.snapshot["me"]["id"] for phone in afternoon.phones]
    afternoon.leader.do("merge", people=[people[0], people[1]])
    afternoon.enter("closing")
    assert afternoon.everything() == nobody
    afternoon.share(5, text="late")
    afternoon.leader.do("close")
    assert len(afternoon.texts()) == 6


def test_what_is_held_back_is_said_in_the_language_of_the_room(server: Server, dial: Dial) -> None:
    for language, words in (("nl", "minstens vijf mensen"), ("en", "at least five people")):
        afternoon = Afternoon(server, dial, people=5, language=language)
        assert words in afternoon.read()["held_back"]
        afternoon.share(*range(5))
        afternoon.enter("closing")
        assert words in afternoon.read()["held_back"], "the same, whatever there is"
        page = server.get(f"/reflections/{afternoon.made['code']}", afternoon.made["organiser_token"]).body.decode()
        assert words in page and "line 3" in page
        sheet = openpyxl.load_workbook(io.BytesIO(afternoon.file("xlsx"))).worksheets[1]
        assert (
            words in sheet["D1"].value
            and [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == [None] * 5
        )
        cookie = fetch(afternoon.made["lead_url"]).headers["Set-Cookie"].split(";")[0]
        wall = fetch(f"{server.url}/lead/{afternoon.made['code']}/wall.json", headers={"Cookie": cookie})
        assert wall.status == 200 and "held_back" not in wall.json(), "the leader's file holds no notes"


def test_the_command_gives_what_the_page_gives(own_server: Server, dial: Dial) -> None:
    afternoon = Afternoon(own_server, dial, people=6)
    afternoon.share(*range(6))
    for kind in ("notes", "closing"):
        afternoon.enter(kind)
        for extension in ("csv", "json"):
            done = own_server.workshop("export", afternoon.made["code"], "--format", extension)
            assert done.stdout.encode() == afternoon.file(extension).replace(b"\r\n", b"\n")
