"""A room as full as it may be, put straight into the database, and other rooms that step meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from faults.figures import share
from faults.test_bounds import named
from faults.wire import Wire
from live import Server

from workshop.access import new_token, token_hash
from workshop.models import Note, Person, Phone, Post, Room

PROMPTS = ("tip", "worked_well", "first_step")
COLUMNS = ("enthusiastic", "snags", "first_step")


class Full:
    """A room with this many people in it, each with a phone and this many notes and lines on the wall."""

    def __init__(self, server: Server, people: int, notes: int = 0, posts: int = 0, team: str | None = "Team") -> None:
        self.server, self.made = server, server.create(conversation="20m")
        self.code, self.people = self.made["code"], people
        self.tokens = [new_token() for _ in range(people)]
        at = int(time.time() * 1000)
        with server.database.writing() as session:
            self.id = room = session.query(Room).filter_by(code=self.code).one().id
            found = [Person(room_id=room, name=f"Noor {n}", team=team, joined_at=at, came=True) for n in range(people)]
            session.add_all(found)
            session.flush()
            self.ids = [person.id for person in found]
            for person, token in zip(self.ids, self.tokens, strict=True):
                session.add(
                    Phone(token_hash=token_hash(token), person_id=person, circle=f"of {person}", came="door", came_at=0)
                )
            when = {"written_at": at, "changed_at": at}
            for n in range(notes):
                text = f"{n} " + "luisteren en doorvragen " * 8
                what = {"id": str(uuid.uuid4()), "prompt": PROMPTS[n % 3], "text": text, "visibility": "organiser"}
                session.add(Note(room_id=room, **self.whose(n), **what, **when))
            self.posts = [str(uuid.uuid4()) for _ in range(posts)]
            for n, id in enumerate(self.posts):
                line = {"id": id, "column": COLUMNS[n % 3], "text": f"Regel {n} op de wand", "posted_at": at}
                session.add(Post(room_id=room, **self.whose(n), **line))

    def whose(self, n: int) -> dict[str, Any]:
        """The writer of the nth thing that is written, and their circle."""
        person = self.ids[n % len(self.ids)]
        return {"person_id": person, "circle": f"of {person}"}


class Ear:
    """A line to a room, as light as can be: it counts what it hears and knows the last version, and no more."""

    def __init__(self, port: int, token: str, code: str) -> None:
        self.port, self.token, self.code = port, token, code
        self.heard: Counter[str] = Counter()
        self.version, self.largest = 0, 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._id = 0

    async def open(self) -> Ear:
        self.wire: Wire = await named(self.port, self.token, self.code, self._hear)
        return self

    def _hear(self, text: str) -> None:
        self.largest = max(self.largest, len(text))
        if text.startswith('42["'):
            name = text[4 : text.index('"', 4)]
            self.heard[name] += 1
            if name == "step":
                self.version = json.loads(text[2:])[1]["version"]
        elif text.startswith("43"):
            head, _, body = text[2:].partition("[")
            if (waiting := self._answers.pop(int(head), None)) and not waiting.done():
                waiting.set_result(json.loads("[" + body)[0])
        elif text == "2":
            self.wire.say("3")

    async def ask(self, event: str, within: float = 30.0, **payload: Any) -> dict[str, Any]:
        """The answer."""
        self._id += 1
        answer = self._answers[self._id] = asyncio.get_running_loop().create_future()
        self.wire.say(f"42{self._id}" + json.dumps([event, payload]))
        return await asyncio.wait_for(answer, within)


async def ears(port: int, tokens: list[str], code: str) -> list[Ear]:
    """All of these, some at a time."""
    found = [Ear(port, token, code) for token in tokens]
    for at in range(0, len(found), 20):
        await asyncio.gather(*(ear.open() for ear in found[at : at + 20]))
    return found


class Others:
    """Twenty other rooms whose leaders step, again and again."""

    def __init__(self, server: Server, rooms: int = 20, people: int = 3) -> None:
        self.server = server
        self.rooms = [Full(server, people) for _ in range(rooms)]

    async def __aenter__(self) -> Others:
        self.lines = [
            await ears(self.server.port, [room.made["lead_token"], *room.tokens], room.made["code"])
            for room in self.rooms
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in (one for lines in self.lines for one in lines):
            line.wire.cut()

    async def step_while(self, work: Callable[[], Awaitable[object]], pause: float = 0.5) -> list[float]:
        """Seconds from a leader's command until the last phone of that room has the step, for each step taken while
        `work` was done."""
        took: list[float] = []
        over = asyncio.Event()

        async def step(lines: list[Ear], first: float) -> None:
            leader = lines[0]
            await asyncio.sleep(first)
            while not over.is_set():
                since = time.monotonic()
                answer = await leader.ask("command", do="add", seconds=1)
                assert answer["ok"], answer
                while any(line.version < answer["version"] for line in lines):
                    await asyncio.sleep(0.0005)
                took.append(time.monotonic() - since)
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), pause)

        for lines in self.lines:
            await lines[0].ask("command", do="go", index=1)
        stepping = [asyncio.create_task(step(lines, pause * n / len(self.lines))) for n, lines in enumerate(self.lines)]
        try:
            await work()
        finally:
            over.set()
            await asyncio.gather(*stepping)
        return took


def told(took: list[float]) -> str:
    """The middle, the worst hundredth and the worst, in ms."""
    return " / ".join(f"{share(took, part) * 1000:.0f}" for part in (0.5, 0.99, 1.0))
