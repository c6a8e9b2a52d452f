"""All files of a room at all moments, and what could be worked out from them (docs/decisions/0017 and 0027).

An organiser who leads the room as well downloads everything there is, before the closing, in it, when the room is
closed and around an erasure, and lays the files side by side.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from docx import Document
from live import Answer, Line, Server, fetch, until
from matrix.finding import unwrapped
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import update

from workshop import models
from workshop.exports import FORMATS

Dial = Callable[..., Line]
STEPS = {"conversation": 4, "notes": 6, "plenary": 15, "closing": 16}
NEVER = ("canary", "sheetword", "tableword", "safeword", "hiddenword", "Willemijntje", "Ploegnaam")
"""In what people wrote for themselves, on the observer's sheet, for their table; in a line that the leader took off; a
name that nobody signed with, and a team."""


class Room:
    """A room of twelve whose people write everything there is to write."""

    def __init__(self, server: Server, dial: Dial) -> None:
        self.server, self.made, self.word = server, server.create(programme="triads", language="en"), ""
        self.cookie = fetch(self.made["reflections_url"]).headers["Set-Cookie"].split(";")[0]
        self.leader = dial(server, self.made["lead_token"])
        joined = [server.join(self.made["code"], f"Willemijntje {n}", team="Ploegnaam") for n in range(12)]
        self.tokens = [one["token"] for one in joined]
        self.phones = [dial(server, token) for token in self.tokens]
        self.leader.do("go", index=STEPS["conversation"])
        for phone in self.phones:
            group, me = phone.wait("group", lambda group: group["id"]), phone.snapshot["me"]["id"]
            if "observer" in [one["roles"][0] for one in group["members"] if one["id"] == me]:
                assert phone.note("worked_well", "sheetword", "group")["ok"]
        self.leader.do("go", index=STEPS["notes"])
        for phone in self.phones:
            assert phone.note("tip", f"canary {uuid.uuid4()}")["ok"]
            assert phone.note("agreed", f"tableword {uuid.uuid4()}", "group", round=1)["ok"]
            assert phone.say("safe", keys=[], own="safeword")["ok"]
        self.leader.do("go", index=STEPS["plenary"])
        self.posts = [self.post(n, "snags", f"line of {n}") for n in range(10)]
        self.leader.do("hide", post=self.post(9, "snags", "hiddenword"))
        for phone in self.phones[1:5]:
            assert phone.say("recognise", post=self.posts[0], on=True)["ok"]

    def post(self, person: int, column: str, text: str) -> str:
        """Someone puts a line on the wall."""
        id = str(uuid.uuid4())
        assert self.phones[person].say("post", id=id, column=column, text=text, signed=False)["ok"]
        return id

    def been_there(self, seconds: int) -> None:
        """As if the room had been so much longer in its step."""
        with self.server.database.writing() as session:
            at = update(models.Room).where(models.Room.code == self.made["code"])
            session.execute(at.values(entered_at=models.Room.entered_at - seconds * 1000))

    def share(self, *people: int, text: str = "shared by") -> None:
        """These people each share a note."""
        for person in people:
            assert self.phones[person].note("first_step", f"{text} {person}", "organiser")["ok"]

    def erase(self, person: int) -> None:
        """Someone erases themselves."""
        assert self.server.get("/api/me", self.tokens[person], method="DELETE").status == 204

    def files(self) -> dict[str, bytes]:
        """Every file there is, the page, and those of the leader."""
        found = {kind: self._get(f"/reflections/{self.made['code']}.{kind}") for kind in FORMATS}
        found["page"] = self._get(f"/reflections/{self.made['code']}").split(b"<main")[1]
        found["comma"] = self._get(f"/reflections/{self.made['code']}.csv?separator=comma")
        return found

    def file_for_programs(self) -> dict[str, Any]:
        """The organiser's data."""
        found: dict[str, Any] = json.loads(self._get(f"/reflections/{self.made['code']}.json"))
        return found

    def leaders_files(self) -> dict[str, bytes]:
        """The wall, as a leader takes it home."""
        cookie = {"Cookie": fetch(self.made["lead_url"]).headers["Set-Cookie"].split(";")[0]}
        address = f"{self.server.url}/lead/{self.made['code']}/wall"
        return {kind: patient(lambda: fetch(f"{address}.{kind}", headers=cookie)) for kind in FORMATS}  # noqa: B023

    def sorts(self, **fields: str | list[str]) -> Answer:
        """The organiser sends a form of the page, as their browser does."""
        if not self.word:
            page = fetch(f"{self.server.url}/login")
            self.cookie += f"; {page.headers['Set-Cookie'].split(';')[0]}"
            self.word = re.findall(r'name="csrf_token" value="([^"]+)"', page.body.decode())[0]
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"csrf_token": self.word, **fields}, doseq=True).encode()
        return fetch(f"{self.server.url}/reflections/{self.made['code']}/themes", "POST", headers, form)

    def organisers_page(self) -> bytes:
        """The page in a browser, with its forms."""
        address = f"{self.server.url}/reflections/{self.made['code']}"
        return patient(lambda: fetch(address, headers={"Cookie": self.cookie}))

    def marks(self) -> dict[str, str]:
        """By what the page calls its lines."""
        found = re.findall(rb'value="([^"]+)" form="sort"[^>]*> <span>([^<]+)<', self.organisers_page())
        return {text.decode(): mark.decode() for mark, text in found}

    def _get(self, path: str) -> bytes:
        return patient(lambda: self.server.get(path, self.made["organiser_token"]))


def patient(ask: Callable[[], Answer]) -> bytes:
    """What comes to who asks as often as the server lets them."""
    answer: Answer = until(lambda: found if (found := ask()).status != 429 else None)
    assert answer.status == 200
    return answer.body


def texts(kind: str, body: bytes) -> Iterator[str]:
    """The lines of a file in its order, as its own reader finds them."""
    if kind == "docx":
        yield from (
            "".join(run.text or "" for run in p.iter("{*}t")) for p in Document(io.BytesIO(body)).element.iter("{*}p")
        )
    elif kind == "xlsx":
        yield from (
            str(c.date() if isinstance(c, datetime) else c)
            for sheet in load_workbook(io.BytesIO(body))
            for row in sheet.values
            for c in row
            if c is not None
        )
    elif kind == "pdf":
        yield from (line for page in PdfReader(io.BytesIO(body)).pages for line in page.extract_text().split("\n"))
    else:
        yield from re.split(r"[\n;,]", body.decode("utf-8-sig"))


def said(kind: str, body: bytes, words: str) -> list[str]:
    """The lines that have these words, each as often as it stands there."""
    return [found for text in texts(kind, body) for found in re.findall(rf"{words} \d", text)]


def uncoded(room: Room) -> dict[str, bytes]:
    """The files without the code of their room, by which nothing else differs."""
    return {kind: body.replace(room.made["code"].encode(), b"") for kind, body in room.files().items()}


def without_figures(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a file but for what is counted in it."""
    return (line if "line of" in line else re.sub(r"\d+", "#", line) for line in lines)


@pytest.fixture
def room(sqlite_server: Server, dial: Dial) -> Room:
    return Room(sqlite_server, dial)


def test_no_file_at_any_moment_holds_what_was_not_for_it(room: Room) -> None:
    looked: list[dict[str, bytes]] = []
    room.share(*range(6))
    looked.append(room.files())
    room.leader.do("go", index=STEPS["closing"])
    looked.append(room.files())
    room.share(6, 7, text="late, by")
    room.leader.do("close")
    looked += [room.files(), room.leaders_files()]
    room.erase(1)
    looked.append(room.files())
    for number, files in enumerate(looked):
        for kind, body in files.items():
            whole = b"\n".join(unwrapped(body))
            assert not [word for word in NEVER if word.encode() in whole], (number, kind)
            assert not re.search(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-", whole), (number, kind, "an id")
            assert not re.search(rb"\b[0-2]?\d:[0-5]\d\b", b"\n".join(map(str.encode, texts(kind, body)))), (
                kind,
                "a time of day",
            )
    before, closing, closed, leaders, erased = looked
    for kind in FORMATS:
        assert not said(kind, before[kind], "shared by") and not said(kind, leaders[kind], "shared by"), kind
        assert set(said(kind, closing[kind], "shared by")) == {f"shared by {n}" for n in range(6)}, kind
        assert not said(kind, closed[kind], "late, by"), (kind, "late ones of two people never leave")
        assert set(said(kind, erased[kind], "shared by")) == {f"shared by {n}" for n in (0, 2, 3, 4, 5)}, kind


def test_nothing_one_and_four_shared_are_told_alike_in_every_file(
    room: Room, sqlite_server: Server, dial: Dial
) -> None:
    """Once it is closed held against a room in which nobody shared anything: from then on files say how the clock
    went."""
    other = Room(sqlite_server, dial)
    nothing = room.files()
    room.share(0)
    assert room.files() == nothing
    room.share(1, 2, 3)
    for one in (room, other):
        one.been_there(600)
        one.leader.do("go", index=STEPS["closing"])
    assert room.files() == nothing
    for one in (room, other):
        one.leader.do("close")
    assert uncoded(room) == uncoded(other)


def test_a_file_around_an_erasure_differs_by_that_persons_lines_and_what_they_add_up_to(room: Room) -> None:
    """The one who goes had no note out and recognised nothing: of them there is one line on the wall."""
    room.share(*range(6))
    room.leader.do("go", index=STEPS["closing"])
    room.share(8, text="waiting, by")
    before = room.files()
    room.leader.do("remove", person=room.phones[7].snapshot["me"]["id"])
    assert room.files() == before, "nor does it say who was taken out"
    room.erase(8)
    after = room.files()
    for kind in FORMATS:
        gone, come = (Counter(without_figures(texts(kind, files[kind]))) for files in (before, after))
        assert not come - gone, kind
        assert {one for text in gone - come for one in re.findall(r"(?:line of|by) \d+", text)} == {"line of 8"}, kind


def test_order_is_that_of_the_alphabet_in_every_file(room: Room) -> None:
    for person in reversed(range(6)):
        room.share(person)
    room.leader.do("go", index=STEPS["closing"])
    for kind, body in room.files().items():
        shared = said(kind if kind in FORMATS else "csv", body, "shared by")
        assert shared == sorted(shared) and len(shared) == 6, kind


def test_the_organisers_themes_are_in_every_file_but_the_table_and_lines_leave_them_with_their_writers(
    room: Room,
) -> None:
    assert room.sorts(do="put_under", line="x", name="Too early").status == 400
    assert "line of 1" not in room.marks(), "before the closing there is nothing to tick"
    room.leader.do("go", index=STEPS["closing"])
    room.leader.do("close")
    marks, without = room.marks(), room.leaders_files()
    answer = room.sorts(do="put_under", name="  Planning\nahead ", line=[marks[f"line of {n}"] for n in (0, 1, 2)])
    assert answer.status == 303 and "#theme-" in answer.headers["Location"]
    theme = answer.headers["Location"].rpartition("-")[2]
    assert room.sorts(do="put_under", theme=theme, name="not read", line=[marks["line of 3"], "none"]).status == 303
    assert room.sorts(do="take_out", line=marks["line of 2"]).status == 303
    for kind, body in room.files().items():
        whole = "\n".join(texts(kind, body))
        if kind not in ("csv", "comma"):
            assert "Planning ahead" in whole, kind
            assert whole.count("line of 1") > whole.count("line of 4") == whole.count("line of 2"), kind
        else:
            assert "Planning" not in whole
    assert room.leaders_files() == without, "a leader's file is of the wall alone"
    assert not re.search(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-", room.organisers_page()), "an id of a phone's"
    assert room.phones[3].say("post", id=room.posts[3], column="snags", text="", signed=False)["ok"]
    room.erase(1)
    (after,) = room.file_for_programs()["themes"]
    assert [line["text"] for line in after["lines"]] == ["line of 0"]
    for sent, code in (
        ({"do": "put_under", "line": marks["line of 1"], "name": "Late"}, 400),
        ({"do": "put_under", "line": marks["line of 4"], "name": "x" * 81}, 400),
        ({"do": "put_under", "line": marks["line of 4"], "theme": "-1", "name": "x"}, 400),
        ({"do": "rename", "theme": "999999", "name": "x"}, 400),
        ({"do": "rename", "theme": "no number", "name": "x"}, 400),
        ({"do": "explode"}, 400),
        ({}, 400),
        ({"do": "rename", "theme": theme, "name": "Time"}, 303),
    ):
        assert room.sorts(**sent).status == code, sent
    (after,) = room.file_for_programs()["themes"]
    assert after["name"] == "Time" and len(after["lines"]) == 1
    assert room.sorts(do="remove", theme=theme).status == 303
    assert room.file_for_programs()["themes"] == []


def test_how_the_clock_went_is_told_in_whole_minutes_in_every_file(room: Room) -> None:
    """Of the steps that were jumped over nothing was taken; the first in which somebody wrote took a quarter of an
    hour."""
    room.been_there(940)
    room.leader.do("go", index=STEPS["closing"])
    assert not room.file_for_programs()["times"], "a step that is over changes no file"
    room.leader.do("close")
    files = room.files() | {f"the leader's {kind}": body for kind, body in room.leaders_files().items()}
    (took,) = [one for one in json.loads(files["json"])["times"] if one["took"]]
    assert took == {"step": took["step"], "round": None, "planned": 15, "took": 16}
    for name, body in files.items():
        kind = name.rpartition(" ")[2]
        if kind not in ("csv", "comma"):
            assert took["step"] in "\n".join(texts(kind, body)), name
        assert not re.search(r"15:40|940", "\n".join(texts(kind, body))), name
