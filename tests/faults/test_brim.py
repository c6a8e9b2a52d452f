"""A room filled to the brim: the largest that anyone is ever sent arrives whole, and their line lives (R11).

The sizes stand in docs/protocol.md, Limits: who changes a bound of `rooms/bounds.py` works them out anew.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec
from faults.phone import eventually, play
from faults.test_bounds import named
from live import Line, Server
from sqlalchemy import select

from workshop.models import Group, Note, Notice, Person, Phone, Post, Recognition, Room, Seat, Tally, Wish
from workshop.rooms import bounds
from workshop.rooms.counting import MOST_NOTICES

PEOPLE = 400
WIDE = "\N{FACE WITH TEARS OF JOY}"
"""Four bytes: no text of as many characters takes more."""
DEAR = '"'
"""One byte as text and two on the wire: no text of as many bytes takes more."""
PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def promised(reader: str) -> float:
    """What the document says that a snapshot takes at most, in bytes."""
    found = re.search(rf"largest snapshot of a {reader} ([0-9.]+) MB", " ".join(PAGE.read_text().split()))
    assert found, reader
    return float(found[1]) * 1e6


def texts(bound: bounds.Bound, longest: int) -> list[str]:
    """As many texts as there is room for, which take all the bytes there are."""
    characters = bound.bytes // len(DEAR.encode())
    many = max(bound.many, -(-characters // longest))
    assert many == bound.many
    return [DEAR * (characters // many + (n < characters % many)) for n in range(many)]


def fill(server: Server, code: str) -> int:
    """Everything there is room for, as dearly as it can be said. Returns whom most is sent to."""
    now = int(time.time() * 1000)
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == code)).one()
        people = list(session.scalars(select(Person).where(Person.room_id == room.id).order_by(Person.id)))
        for _ in range(PEOPLE - len(people)):
            people.append(Person(room_id=room.id, name="", joined_at=0, came=True))
            session.add(people[-1])
        for person in people:
            person.name, person.team = WIDE * 40, WIDE * 40
        room.steps = [*room.steps, *[room.steps[-1] | {"title": WIDE * 40}] * (80 - len(room.steps))]
        room.groups_shown, room.wall = True, room.wall | {"concealed": True}
        group = Group(room_id=room.id, number=1)
        session.add_all([*people, group])
        session.flush()
        safe = [f"own:{text}" for text in texts(bounds.Bound(PEOPLE, bounds.SAFE.bytes - 4 * PEOPLE, ""), 60)]
        table = group.id
        for n, person in enumerate(people):
            played = ["professional"] * 6
            session.add(Seat(person_id=person.id, group_id=table, place=n, since=0, roles=played, safe=[safe[n]]))
        me, *others = [person.id for person in people]
        mine = session.scalars(select(Phone.circle).where(Phone.person_id == me)).one()

        def circle(by: int) -> str:
            return mine if by == me else f"of {by}"

        def note(by: int, text: str, visibility: str, group: int | None) -> Note:
            return Note(
                circle=circle(by), person_id=by, id=str(uuid.uuid4()), room_id=room.id, group_id=group,
                prompt="agreed", round=6, text=text, visibility=visibility, written_at=now, changed_at=now,
            )  # fmt: skip

        session.add_all(note(me, text, "organiser", None) for text in texts(bounds.NOTES, 2000))
        session.add_all(
            note(others[n % len(others)], text, "group", table) for n, text in enumerate(texts(bounds.TABLE, 2000))
        )
        lines = [*texts(bounds.LINES, 280), *texts(bounds.WALL, 280)][: bounds.WALL.many]
        writers = [me if n < bounds.LINES.many else people[n % PEOPLE].id for n in range(len(lines))]
        posts = [
            Post(
                room_id=room.id, id=str(uuid.uuid4()), person_id=by, circle=circle(by),
                column="enthusiastic", text=text, signed=True, posted_at=now,
            )
            for by, text in zip(writers, lines, strict=True)
        ]  # fmt: skip
        session.add_all(posts)
        session.add_all(
            Recognition(circle=mine, person_id=me, post_id=post.id, room_id=room.id)
            for post in posts[: bounds.RECOGNISED.many]
        )
        session.add_all(
            Tally(
                circle=mine,
                person_id=me,
                id=str(uuid.uuid4()),
                group_id=table,
                round=1,
                counter="c" * 38 + f"_{chr(97 + n % 26)}",
                by=1,
            )
            for n in range(bounds.COUNTERS.many)
        )
        session.add_all(
            Notice(room_id=room.id, group_id=None, text=WIDE * 280, sent_at=now) for _ in range(MOST_NOTICES)
        )
        everyone = [person.id for person in people]
        session.add_all(
            Wish(room_id=room.id, kind="together", people=everyone[n : n + 20]) for n in range(bounds.WISHES.many)
        )
    return me


def test_r11_the_largest_that_anyone_is_sent_arrives(own_server: Server, figure: Callable[..., None]) -> None:
    made = own_server.create()
    joined = own_server.join(made["code"], "Noor")
    assert fill(own_server, made["code"]) == joined["person"]
    tokens = {"member": joined["token"], "leader": made["lead_token"], "screen": made["screen_token"]}
    lines = {reader: Line(own_server, token) for reader, token in tokens.items()}
    try:
        for reader, line in lines.items():
            size = len(msgspec.json.encode(line.snapshot))
            how = f"{PEOPLE} people, all at one table, everything full"
            figure(f"the largest snapshot of a {reader}", size / 1e6, promised(reader) / 1e6, "MB", how)
            assert size <= promised(reader)
        leader = lines["leader"]
        for _ in range(3):  # each is all of the wall to everyone, and what else is new
            leader.do("reveal")
            leader.do("conceal")
            for line in lines.values():  # a test that reads slower than the server writes would be cut
                assert line.say("clock")["ok"]
        for line in lines.values():
            assert line.say("sync")["ok"]
            line.wait("wall", lambda told: len(told["gone"]) == bounds.WALL.many)
            assert line.say("clock")["ok"] and line.open
    finally:
        for line in lines.values():
            line.close()


def test_r11_who_never_reads_the_largest_is_cut(own_server: Server, figure: Callable[..., None]) -> None:
    made = own_server.create()
    joined = own_server.join(made["code"], "Noor")
    fill(own_server, made["code"])
    Line(own_server, joined["token"]).close()
    deaf = 3

    async def scene() -> float:
        before = most = own_server.resident
        wires = [await named(own_server.port, joined["token"], made["code"]) for _ in range(deaf)]
        for wire in wires:
            wire.stop_reading()
        n = 0

        def gone() -> bool:
            nonlocal most, n
            n += 1
            for wire in wires if n % 25 == 0 else ():
                wire.say(f'42{n}["sync",{{}}]')
            most = max(most, own_server.resident)
            return not any(wire.open_still for wire in wires)

        await eventually(gone, 30)
        return (most - before) / deaf

    how = f"at most, {deaf} of them in a room that is full to the brim"
    figure("memory for one that never reads the largest", play(scene()), 7, "MB", how)
    assert "nobody reads it" in own_server.said.read_text()
