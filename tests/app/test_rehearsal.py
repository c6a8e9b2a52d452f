"""A rehearsal by its command: simulated people fill a room while somebody leads it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from live import ROOT, Line, Server, until

from workshop.content import load
from workshop.core.errors import Refused
from workshop.rehearsal import Rehearsal, cast

Dial = Callable[..., Line]


class Playing:
    """`workshop rehearse` as a process, and what it has said."""

    def __init__(self, server: Server, code: str, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workshop", "rehearse", code, *options],
            env=server.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said: list[str] = []
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.said.extend(lines)

    def told(self, what: str, times: int = 1) -> bool:
        """Has it told of this happening, so often?"""
        return sum(what in line for line in self.said) >= times

    def ended(self) -> int:
        """Its exit status."""
        status = self.process.wait(timeout=20)
        self._ear.join()
        return status


def test_seven_simulated_people_play_an_afternoon(sqlite_server: Server, dial: Dial) -> None:
    server = sqlite_server
    room = server.create(brief="30s", conversation="1s", feedback="2s", notes="30s")
    leader = dial(server, room["lead_token"])
    playing = Playing(server, room["code"], "--people", "7", "--speed", "60", "--seed", "3")

    def people() -> dict[int, dict[str, object]]:
        return {p["id"]: p for message in leader.all("people") for p in message["changed"]}

    def columns() -> set[str]:
        return {p["column"] for message in leader.all("wall") for p in message["posts"]}

    until(lambda: len(people()) == 7, 30)
    assert all(p["simulated"] for p in people().values())
    while (step := leader.step)["kind"] != "closing":
        match step["kind"], step["round"]:
            case "prepare", _:
                until(lambda: playing.told("writes a note", 5))
            case "groups", _:
                groups = leader.wait("groups", lambda message: message["groups"])["groups"]
                assert sorted(len(g["members"]) for g in groups) == [3, 4]
            case "brief", 1:
                leader.wait("groups", lambda message: any(g["topic"] for g in message["groups"]))
                until(lambda: playing.told("feel safe", 7))
            case "plenary", _:
                until(lambda: columns() == {"enthusiastic", "snags", "first_step"})
                leader.wait("wall", lambda message: any(p["recognised"] for p in message["posts"]))
                until(lambda: playing.told("Bo wakes up"), 40)  # who sleeps is not hurried by an impatient leader
        if step["kind"] != "conversation":
            leader.do("next")
        until(lambda index=step["index"]: leader.step["index"] > index)

    assert playing.ended() == 0, playing.said
    for happening in (
        "Noor joins",
        "Bo falls asleep",
        "Bo wakes up",
        "chooses a card",
        "posts on the wall",
        "Sem goes home",
    ):
        assert playing.told(happening), playing.said
    assert not any(
        code in line for line in playing.said for code in ("cannot go on", "forbidden", "invalid", "not_found")
    )


def test_a_rehearsal_says_in_one_line_why_it_cannot_begin(sqlite_server: Server) -> None:
    done = sqlite_server.workshop("rehearse", sqlite_server.create()["code"], "--url", "http://127.0.0.1:1")
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    for people, speed in ((0, 1.0), (201, 1.0), (1, 0.0)):
        with pytest.raises(Refused):
            Rehearsal("", "", "", load("nl"), speed=speed, seed=1).run(cast(people))


def test_a_cast_is_read_from_an_afternoon(tmp_path: Path) -> None:
    file = tmp_path / "afternoon.yaml"
    file.write_text(
        "title: x\npeople:\n  - {name: Ada, joins: 0}\n  - {name: Bram, joins: 3, leaves: 5, back: 9, phone: none}\n"
    )
    ada, bram = cast(12, str(file))
    assert (ada.name, ada.phone, ada.leaves) == ("Ada", "awake", None)
    assert (bram.joins, bram.leaves, bram.back, bram.phone) == (3, 5, 9, "none")


def test_a_cast_of_any_size_has_a_name_for_everyone() -> None:
    names = [character.name for character in cast(200)]
    assert len(set(names)) == 200 and max(map(len, names)) <= 40


@pytest.mark.parametrize(
    "text", ["people: []", "people: [{name: ''}]", "people: [{name: Ada, phone: rings}]", ": :", "[]"]
)
def test_what_is_no_afternoon_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "afternoon.yaml"
    file.write_text(text)
    with pytest.raises(Refused):
        cast(1, str(file))
    with pytest.raises(Refused):
        cast(1, str(tmp_path / "nowhere.yaml"))
