"""A rehearsal by its command: simulated people fill a room while somebody leads it."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from live import ROOT, Answer, Line, Server, fetch, until

from workshop.access import Holder
from workshop.content import load
from workshop.core.errors import Refused
from workshop.rehearsal import Rehearsal, cast
from workshop.rehearsal.player import Player
from workshop.telling import connections
from workshop.web import rehearsing
from workshop.web.rehearsing import AT_ONCE, LEFT_SECONDS, Running

IMPATIENT = (str(Path(__file__).with_name("impatient.py")),)
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
        status = self.process.wait(timeout=90)
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

    until(lambda: len(people()) == 7)
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
                until(lambda: playing.told("Bo wakes up"))  # who sleeps is not hurried by an impatient leader
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


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_wall_never_says_the_same_twice(language: str) -> None:
    rehearsal = Rehearsal("http://127.0.0.1:1", "12345678", "", load(language), speed=1, seed=3)
    players = [Player(rehearsal, character, place) for place, character in enumerate(cast(16))]
    for column, texts in rehearsal.texts.posts.items():
        assert len({player.words(column, texts) for player in players}) == len(players) == len(texts)
    for prompt in rehearsal.pack.prompts:
        texts = rehearsal.texts.notes[prompt.key]
        assert len(texts) == len(set(texts)) == len({player.words(prompt.key, texts) for player in players})


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


class Hand:
    """A leader's browser, as far as it takes to press the buttons of the rehearsal."""

    def __init__(self, server: Server, made: dict[str, str]) -> None:
        self.server, self.made = server, made
        first = fetch(made["lead_url"])
        self.cookies = {"Cookie": "; ".join(v.split(";")[0] for v in first.headers.get_all("Set-Cookie"))}  # type: ignore[attr-defined]
        page = fetch(f"{server.url}/lead/{made['code']}", headers=self.cookies)
        self.token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())[0]
        self.cookies["Cookie"] += "; " + "; ".join(v.split(";")[0] for v in page.headers.get_all("Set-Cookie") or [])  # type: ignore[attr-defined]

    def press(self, path: str = "", method: str = "POST", token: bool = True, **fields: object) -> Answer:
        """What the server answers to a form, or to a script."""
        body = urlencode(fields | ({"csrf_token": self.token} if token else {})).encode()
        headers = self.cookies | {"Accept": "application/json"}
        headers |= {"X-CSRFToken": self.token} if method == "DELETE" else {}
        return fetch(f"{self.server.url}/lead/{self.made['code']}/rehearsal{path}", method, headers, body)


def simulated(leader: Line) -> dict[int, dict[str, Any]]:
    """Those whom a leader has heard of, as last heard."""
    return {p["id"]: p for message in leader.all("people") for p in message["changed"] if p["simulated"]}


def test_a_leader_fills_the_room_by_a_button(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    hand, leader = Hand(sqlite_server, made), dial(sqlite_server, made["lead_token"])
    assert hand.press(people=4, speed=20).json() == {"running": True, "people": 4, "speed": 20}
    until(lambda: len(simulated(leader)) == 4)
    assert hand.press(people=4, speed=1).status == 400, "one at a time"
    assert "4 nagespeelde mensen" in fetch(leader_page(made), headers=hand.cookies).body.decode()
    assert hand.press("/stop").json()["running"] is False
    until(lambda: not any(p["here"] for p in simulated(leader).values()))
    assert hand.press(people=2, speed=5).json()["running"] is True
    assert hand.press(method="DELETE").json()["running"] is False


def leader_page(made: dict[str, str]) -> str:
    """The dashboard's address, without its key."""
    return made["lead_url"].split("?")[0]


def test_who_may_rehearse_and_with_what(sqlite_server: Server, dial: Dial) -> None:
    made, other = sqlite_server.create(), sqlite_server.create()
    hand = Hand(sqlite_server, made)
    for people, speed in (("1", "1"), ("61", "1"), ("12", "3"), ("", "1"), ("x", "1"), ("12", "")):
        assert hand.press(people=people, speed=speed).status == 400
    assert hand.press(people=4, speed=1, token=False).status == 400, "a form from elsewhere"
    address = f"{sqlite_server.url}/lead/{other['code']}/rehearsal"
    body = urlencode({"people": 4, "speed": 1, "csrf_token": hand.token}).encode()
    assert fetch(address, "POST", hand.cookies, body).status == 401, "somebody else's room"
    dial(sqlite_server, made["lead_token"]).do("close")
    assert hand.press(people=4, speed=1).status == 409


def test_a_rehearsal_ends_with_its_server(own_server: Server, dial: Dial) -> None:
    made = own_server.create()
    leader = dial(own_server, made["lead_token"])
    Hand(own_server, made).press(people=2, speed=20)
    until(lambda: len(simulated(leader)) == 2)
    assert own_server.process is not None
    children = Path(f"/proc/{own_server.process.pid}/task/{own_server.process.pid}/children")
    if not children.exists():
        pytest.skip("this system does not say which process started which")
    started = [int(pid) for pid in children.read_text().split()]
    assert len(started) == 1
    own_server.kill()
    until(lambda: not Path(f"/proc/{started[0]}/cmdline").exists() or not alive(started[0]))
    own_server.start()


def alive(pid: int) -> bool:
    """Is this process still at work, and not only waiting to be buried?"""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture
def rehearsed() -> Iterator[list[int]]:
    """As many rooms as a server rehearses in, since moment 0, each with a process that does nothing."""
    command = [sys.executable, "-c", "input()"]
    rooms = [*range(1, AT_ONCE + 1)]
    for room_id in rooms:
        rehearsing._running[room_id] = Running(subprocess.Popen(command, stdin=subprocess.PIPE), 2, 1, 0.0)
    processes = [one.process for one in rehearsing._running.values()]
    yield rooms
    rehearsing._running.clear()
    connections.holders.clear()
    for process in processes:
        process.communicate()


def test_a_rehearsal_that_nobody_led_for_an_hour_is_ended(app: Flask, rehearsed: list[int]) -> None:
    led, left, *others = rehearsed
    processes = {room_id: running.process for room_id, running in rehearsing._running.items()}
    for line, holder in enumerate((Holder(led, "leader"), Holder(left, "leader"), Holder(others[0], "screen"))):
        connections.holders[str(line)] = holder
    rehearsing.end_the_left(LEFT_SECONDS)
    assert [*rehearsing._running] == rehearsed, "not before the hour is over"
    connections.holders.pop("1")
    rehearsing.end_the_left(LEFT_SECONDS + 1)
    assert [*rehearsing._running] == [led, left], "a screen leads nothing; a desk that closed a moment ago does"
    assert all(processes[room_id].poll() is not None for room_id in others)
    rehearsing.end_the_left(2 * LEFT_SECONDS + 1)
    assert [*rehearsing._running] == [led] and processes[led].poll() is None


def test_a_rehearsal_in_a_room_that_another_process_holds_goes_on(shared_app: Flask, rehearsed: list[int]) -> None:
    """Whether a desk is open in it is known over there."""
    rehearsing.end_the_left(10 * LEFT_SECONDS)
    assert [*rehearsing._running] == rehearsed


def test_rehearsals_that_were_left_keep_nobody_from_theirs(tmp_path: Path, dial: Dial) -> None:
    with Server(tmp_path, program=IMPATIENT) as server:
        hands = [Hand(server, server.create()) for _ in range(AT_ONCE + 1)]
        dial(server, hands[0].made["lead_token"])
        for hand in hands[:-1]:
            hand.press(people=2, speed=1)
        until(lambda: hands[-1].press(people=2, speed=1).status == 200)
        assert hands[0].press(people=2, speed=1).status == 400, "that one is led, and goes on"


def test_simulated_people_mind_what_a_leader_does(sqlite_server: Server, dial: Dial) -> None:
    """They do nothing while the clock is stopped, raise a hand, come late and go early."""
    room = sqlite_server.create(rounds=2, brief="30s", conversation="10m", auto_advance=())
    leader = dial(sqlite_server, room["lead_token"])
    playing = Playing(sqlite_server, room["code"], "--people", "11", "--speed", "60", "--seed", "3")
    until(lambda: len(simulated(leader)) == 10)  # O comes later
    leader.do("go", index=index_of(leader, "prepare"))
    leader.do("pause")
    leader.do("go", index=index_of(leader, "conversation", 1))
    until(lambda: playing.told("O joins") and playing.told("Sem raises a hand"))
    leader.do("pause")
    until(lambda: leader.step["clock"]["state"] == "paused")
    said = len(playing.said)
    assert not playing.told("Mehmet leaves")
    leader.do("go", index=index_of(leader, "conversation", 2))
    until(lambda: playing.told("Mehmet leaves"))
    assert said < len(playing.said)
    leader.do("go", index=index_of(leader, "closing"))
    assert playing.ended() == 0, playing.said


def index_of(leader: Line, kind: str, round: int | None = None) -> int:
    """Where a step stands in the programme."""
    return next(s["index"] for s in leader.snapshot["programme"] if (s["kind"], s["round"]) == (kind, round))
