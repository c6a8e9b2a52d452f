"""One simulated person: a thread and a connection of their own, and what people do in each step."""

from __future__ import annotations

import threading
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import msgspec
import socketio
from socketio.exceptions import SocketIOError

from .cast import Character

if TYPE_CHECKING:
    from . import Rehearsal

ANSWER_WITHIN = 10.0
"""Seconds."""
TRIES = 10
"""How often someone tries to connect before they give up, a second apart."""
Doing = tuple[float, Callable[[], object]]
"""Something someone does, after a number of seconds."""


class Player:
    """One simulated person: comes in, does in each step what people do, and goes home."""

    def __init__(self, rehearsal: Rehearsal, character: Character, place: int) -> None:
        self.rehearsal, self.character, self.place = rehearsal, character, place
        self.chance = Random(f"{rehearsal.seed} {place}")
        self.news = threading.Event()
        """Set when the room is in another step, or when this person came, went or was taken out."""
        self.arrived = threading.Event()
        """The room came to a step that nobody had seen yet."""
        self.going = threading.Event()
        """Set while the leader has not stopped the clock: people do what the step asks."""
        self.going.set()
        self.line = socketio.Client(reconnection_delay=0.5, reconnection_delay_max=2, handle_sigint=False)
        self.line.on("*", self.hear)
        self.token = ""
        self.me = 0
        self.left = self.removed = False
        self.step: dict[str, Any] | None = None
        self.group: dict[str, Any] | None = None
        self.wall: list[str] = []
        self.read_already: set[int] = set()
        self.mine: set[str] = set()

    def live(self) -> None:
        """From coming in to going home."""
        if self.character.joins_in:
            self.when(self.character.joins_in, self.take_part)
        else:
            self.at(self.character.joins, self.take_part)
        self.line.disconnect()

    def rouse(self) -> None:
        """Something happened that everyone has to look at, whatever they are waiting for."""
        for event in (self.news, self.arrived, self.going):
            event.set()

    def come_in(self) -> None:
        """Joins with the rehearsal's key, which marks this person as simulated, and connects."""
        body = {"name": self.character.name, "key": self.rehearsal.key, "team": self.character.team}
        url = f"{self.rehearsal.url}/api/rooms/{self.rehearsal.code}/people"
        request = urllib.request.Request(url, data=msgspec.json.encode(body), method="POST")
        joined = msgspec.json.decode(self.ask(request))
        self.token, self.me = joined["token"], joined["person"]
        self.connect("joins")
        for minute, doing in ((self.character.leaves, self.leave), (self.character.back, self.come_back)):
            if minute is not None:
                self.aside(partial(self.at, minute, doing))
        if step := self.character.leaves_in:
            self.aside(partial(self.when, step, self.leave))

    def ask(self, request: urllib.request.Request) -> bytes:
        """The answer; if it says when to try again, this person does, as a phone would."""
        for tries_left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
                    return bytes(answer.read())
            except HTTPError as refusal:
                wait = refusal.headers.get("Retry-After")
                if not tries_left or wait is None or self.rehearsal.over.wait(int(wait)):
                    raise
        raise AssertionError

    def take_part(self) -> None:
        """Comes in and does what each step asks, until the rehearsal is over."""
        self.come_in()
        while not (self.removed or self.rehearsal.over.is_set()):
            self.news.clear()
            for seconds, doing in self.doings():
                if not self.bides(seconds):
                    break
                doing()
            else:
                self.news.wait()
        if self.line.connected and not self.rehearsal.stopped:
            self.write("closing")
            self.tell("goes home")

    def bides(self, seconds: float) -> bool:
        """Waits this long; longer while the leader has stopped the clock. False: there is something else to do now."""
        if self.news.wait(seconds / self.rehearsal.speed):
            return False
        self.going.wait()
        return not self.news.is_set()

    def wait_for(self, step: str) -> bool:
        """Waits until the room has come to a step; False if the rehearsal was over before that."""
        while step not in self.rehearsal.reached and not self.rehearsal.over.is_set():
            self.arrived.wait()
            self.arrived.clear()
        return not self.rehearsal.over.is_set()

    def doings(self) -> Iterator[Doing]:
        """What this person does in the step the room is in, as it comes up."""
        kind = self.step["kind"] if self.step and not self.left else ""
        if self.character.phone == "sleeps" and kind in ("talk", "break", "conversation"):
            yield from self.away("falls asleep", "wakes up", self.seconds(60, 180))
        if kind and self.character.network == "drops" and self.chance.random() < 0.4:
            yield from self.away("loses the network", "has the network again", self.seconds(5, 30))
        if kind in ("prepare", "notes"):
            yield self.seconds(8, 40), partial(self.write, kind)
        elif kind == "groups":
            yield self.seconds(10, 60), partial(self.say, "sits at the table", "sit", on=True)
        elif kind == "brief":
            yield from self.prepare_together()
        elif kind == "conversation":
            yield from self.converse()
        elif kind == "plenary":
            yield from self.fill_the_wall()

    def prepare_together(self) -> Iterator[Doing]:
        """In the first round, what I need to feel safe; as the client, the card we talk about."""
        pack = self.rehearsal.pack
        if self.step and self.step["round"] == 1:
            keys = self.chance.sample([word.key for word in pack.safety.words], k=self.chance.randint(1, 3))
            own = self.rehearsal.texts.own if self.chance.random() < 0.2 else None
            yield self.seconds(8, 30), partial(self.say, "says what is needed to feel safe", "safe", keys=keys, own=own)
        if self.role() == "client":
            topic = self.chance.choice(pack.topics).key
            yield self.seconds(10, 50), partial(self.say, "chooses a card", "choose", topic=topic)

    def converse(self) -> Iterator[Doing]:
        """The observer counts and notes; now and then a group asks for the leader, and a while later no longer."""
        if self.chance.random() < 0.05 or self.character.asks_in == self.where():
            yield self.seconds(20, 60), partial(self.say, "raises a hand", "hand", up=True)
            yield self.seconds(60, 120), self.lower_hand
        if self.role() != "observer":
            return
        round = self.step["round"] if self.step else 1
        for counter in self.chance.choices(self.rehearsal.pack.sheet.counters, k=self.chance.randint(2, 6)):
            tally = {"id": str(uuid.uuid4()), "round": round, "counter": counter.key, "by": 1}
            yield self.seconds(8, 40), partial(self.say, "counts something", "tally", **tally)
        yield self.seconds(5, 30), partial(self.write, "conversation")

    def fill_the_wall(self) -> Iterator[Doing]:
        """Short answers on the wall, and recognising others'."""
        for column in self.rehearsal.pack.columns:
            if self.chance.random() < 0.75:
                yield self.seconds(10, 60), partial(self.post, column.key)
        for _ in range(self.chance.randint(1, 5)):
            yield self.seconds(5, 30), self.recognise

    def lower_hand(self) -> None:
        """Nobody came, and it solved itself; if the leader has been there, the hand is already down."""
        if self.group and self.group.get("hand_at"):
            self.say("lowers the hand", "hand", up=False)

    def write(self, kind: str) -> None:
        """Answers most of what is asked in this step; in a minute nobody answers everything."""
        for prompt in self.rehearsal.pack.asked(kind, self.role()):
            if kind == "notes" and self.step and self.step["kind"] != kind:
                return  # the room went on: who observes there shares nothing with the organiser
            texts = self.rehearsal.texts.notes.get(prompt.key)
            if texts and self.chance.random() < 0.8:
                shared = prompt.visibility == "me" and kind == "notes" and self.chance.random() < 0.4
                visibility = "organiser" if shared else prompt.visibility
                note = {"prompt": prompt.key, "text": self.words(prompt.key, texts), "visibility": visibility}
                self.say("writes a note", "note", id=str(uuid.uuid4()), **note)

    def post(self, column: str) -> None:
        """One post on the wall that nobody else wrote; now and then it is signed. Once everything has been said,
        recognises one instead."""
        known = self.rehearsal.texts.posts
        texts = known.get(column) or next(iter(known.values()))
        if self.place >= len(texts):
            return self.recognise()
        id, signed = str(uuid.uuid4()), self.chance.random() < 0.2
        self.mine.add(id)
        self.say("posts on the wall", "post", id=id, column=column, text=self.words(column, texts), signed=signed)

    def words(self, key: str, texts: list[str]) -> str:
        """A sentence: each person takes a different one from a pile that the seed shuffles anew in each round."""
        round = (self.step and self.step["round"]) or 0
        pile = Random(f"{self.rehearsal.seed} {key} {round}").sample(texts, len(texts))
        return pile[self.place % len(pile)]

    def recognise(self) -> None:
        """Recognises what someone else wrote, if there is anything."""
        if others := [post for post in self.wall if post not in self.mine]:
            self.say("recognises a line", "recognise", post=self.chance.choice(others), on=True)

    def away(self, goes: str, returns: str, seconds: float) -> Iterator[Doing]:
        """The phone drops out for a while; the seat stays."""
        yield self.seconds(5, 40), partial(self.disconnect, goes)
        yield seconds, partial(self.connect, returns)

    def read(self, notice: dict[str, Any]) -> None:
        """Sees what the leader sent, a little later; a phone that is asleep sees it on waking up."""
        if notice["id"] not in self.read_already:
            self.read_already.add(notice["id"])
            self.aside(partial(self.harmless, partial(self.has_read, notice["id"])))

    def has_read(self, notice: int) -> None:
        """Says that a notice was seen."""
        if not self.rehearsal.over.wait(self.seconds(2, 20) / self.rehearsal.speed):
            self.say("reads a notice", "seen", notice=notice)

    def leave(self) -> None:
        """Goes home before the end."""
        self.say("leaves", "leave")
        self.left = True
        self.line.disconnect()
        self.news.set()

    def come_back(self) -> None:
        """Is back after all."""
        self.left = False
        self.connect()
        self.say("is back", "return")
        self.news.set()

    def connect(self, told: str | None = None) -> None:
        """Connects; like a phone it keeps trying for a while if the server does not answer."""
        url, auth = f"{self.rehearsal.url}?code={self.rehearsal.code}", {"token": self.token}
        sockets = f"{urlsplit(url).path}/socket.io"
        for tries_left in reversed(range(TRIES)):
            try:
                if not self.line.connected:
                    self.line.connect(
                        url, auth=auth, transports=["websocket"], wait_timeout=ANSWER_WITHIN, socketio_path=sockets
                    )
                break
            except SocketIOError:
                if not tries_left or self.rehearsal.over.wait(1):
                    raise
        if told:
            self.tell(told)

    def disconnect(self, told: str) -> None:
        """Closes the connection."""
        self.line.disconnect()
        self.tell(told)

    def at(self, minute: float, doing: Callable[[], object]) -> None:
        """Does something at a minute of the rehearsal."""
        if self.rehearsal.wait_until(minute):
            self.harmless(doing)

    def when(self, step: str, doing: Callable[[], object]) -> None:
        """Does something once the room has come to a step."""
        if self.wait_for(step):
            self.harmless(doing)

    def harmless(self, doing: Callable[[], object]) -> None:
        """Does something; what goes wrong is reported and harms nobody else."""
        try:
            doing()
        except (OSError, SocketIOError) as problem:
            if not self.rehearsal.stopped:
                self.tell(f"cannot go on: {problem}")

    def aside(self, doing: Callable[[], object]) -> None:
        """Does something while going on with the step."""
        threading.Thread(target=doing, daemon=True).start()

    def say(self, what: str, event: str, **payload: Any) -> None:
        """Sends something, and reports what came of it. Someone who is away says nothing."""
        if not self.line.connected:
            return
        try:
            answer = self.line.call(event, payload, timeout=ANSWER_WITHIN)
        except SocketIOError:
            answer = {"ok": False, "code": "no answer"}
        self.tell(what if answer["ok"] else f"{what}: {answer['code']}")

    def hear(self, event: str, payload: Any = None) -> None:
        """What the server sends, as far as it matters to a simulated person."""
        if event == "snapshot":
            self.group = payload["group"]
            for notice in payload.get("notices", []):
                self.read(notice)
        elif event == "group":
            self.group = payload
        elif event == "notice":
            self.read(payload)
        elif event == "removed":
            self.removed = True
            self.tell("is taken out")
            self.rouse()
            self.rehearsal.was_taken_out()
        elif event == "wall":
            self.wall = [p for p in self.wall if p not in payload["gone"]]
            self.wall += [p["id"] for p in payload["posts"] if p["id"] not in self.wall]
        if step := payload["step"] if event == "snapshot" else payload if event == "step" else None:
            self.look(step)

    def look(self, step: dict[str, Any]) -> None:
        """Where the room is now."""
        entered = self.step is None or step["index"] != self.step["index"]
        self.step = step
        if step["clock"]["state"] == "paused":
            self.going.clear()
        else:
            self.going.set()
        if step["kind"] == "closing" or not step["open"]:
            self.rehearsal.end()
        if entered:
            self.rehearsal.is_in(self.where())
            self.news.set()

    def where(self) -> str:
        """The step the room is in, as a cast names it: "plenary", "conversation 2"."""
        return " ".join(str(part) for part in (self.step["kind"], self.step["round"]) if part) if self.step else ""

    def role(self) -> str | None:
        """What I play in the round the room is in."""
        round = self.step["round"] if self.step else None
        members = self.group["members"] if self.group else []
        return next((m["roles"][round - 1] for m in members if m["id"] == self.me), None) if round else None

    def seconds(self, least: float, most: float) -> float:
        """How long something takes a person."""
        return self.chance.uniform(least, most)

    def tell(self, what: str) -> None:
        """One line about me."""
        self.rehearsal.tell(self.character.name, what)
