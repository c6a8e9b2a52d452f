"""What a room takes, in bytes and in things: nobody fills it for the others, and who meets a bound hears what helps."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from live import Line, Server, until
from sqlalchemy import select

from workshop.models import Person, Phone, Post, Room, Wish
from workshop.presence import MOST_DESKS
from workshop.rooms import bounds

EMOJI = "\N{FACE WITH TEARS OF JOY}" * 1250
"""As many as this client gets into one message: it writes each as twelve bytes, where a browser writes four."""


@pytest.fixture
def table(server: Server, dial: Callable[..., Line]) -> tuple[dict[str, str], list[Line], list[str]]:
    """A room, three at one table, and their tokens."""
    made = server.create()
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma")]
    leader = dial(server, made["lead_token"])
    lines = [dial(server, token) for token in tokens]
    leader.do("go", index=next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "brief"))
    for line in lines:
        line.wait("group", lambda group: group["id"])
    return made, lines, tokens


def test_one_person_does_not_shut_their_table_out(
    server: Server, dial: Callable[..., Line], table: tuple[dict[str, str], list[Line], list[str]]
) -> None:
    """Thirty notes of emoji, opened to the group."""
    _, lines, tokens = table
    noor, sem, _ = lines
    answers = [noor.note("agreed", EMOJI, "group") for _ in range(30)]
    assert answers[0]["ok"] and {a["code"] for a in answers if not a["ok"]} == {"too_large"}
    assert "with your group" in answers[-1]["detail"] and "delete a note" in answers[-1]["detail"]
    assert sem.note("tip", "mine still fits", "group")["ok"]
    for token, old in zip(tokens, lines, strict=True):
        line = dial(server, token)
        assert line.say("clock")["ok"] and line.open and old.open
        assert [n["text"] for n in line.snapshot["notes"] if n["text"].startswith("mine")] == ["mine still fits"]


def test_what_is_full_can_be_made_shorter_and_taken_away(
    table: tuple[dict[str, str], list[Line], list[str]],
) -> None:
    _, (noor, *_), _ = table
    ids = [str(uuid.uuid4()) for _ in range(15)]
    taken = [id for id in ids if noor.note("tip", EMOJI, id=id)["ok"]]
    assert 0 < len(taken) < len(ids)
    assert noor.note("tip", EMOJI + "!" * 600, id=taken[0])["code"] == "too_large"
    assert noor.note("tip", "short", id=taken[0])["ok"] and noor.note("tip", "", id=taken[1])["ok"]
    assert noor.note("tip", EMOJI[:900], id=ids[-1])["ok"]
    assert noor.note("tip", EMOJI, id=taken[2])["ok"]  # sent again
    assert noor.say("note", id=taken[3], prompt="tip", text=EMOJI, visibility="me")["ok"]


def test_nobody_fills_the_wall_for_the_others(table: tuple[dict[str, str], list[Line], list[str]]) -> None:
    _, (noor, sem, _), _ = table
    answers = [noor.post("snags", EMOJI[:280], id=str(uuid.uuid4())) for _ in range(20)]
    assert answers[0]["ok"] and answers[-1]["code"] == "too_large" and "your lines" in answers[-1]["detail"]
    assert sem.post("snags", "mine still fits")["ok"]


def test_a_full_wall_says_so_also_to_the_leader(
    server: Server, dial: Callable[..., Line], table: tuple[dict[str, str], list[Line], list[str]]
) -> None:
    made, (noor, sem, _), _ = table
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == made["code"])).one()
        writer = session.scalars(
            select(Phone).join(Person).where(Person.room_id == room.id).order_by(Person.id)
        ).first()
        assert writer is not None
        whose = {"person_id": writer.person_id, "circle": writer.circle}
        ids = [str(uuid.uuid4()) for _ in range(bounds.WALL.many)]
        session.add_all(
            Post(room_id=room.id, id=id, column="snags", text="x", posted_at=n, **whose) for n, id in enumerate(ids)
        )
    leader = dial(server, made["lead_token"])
    for command in (
        {"do": "post_for", "column": "snags", "text": "one more"},
        {"do": "bundle", "posts": ids[:2], "title": "one more"},
    ):
        answer = leader.say("command", **command)
        assert answer["code"] == "too_large" and "wall is full" in answer["detail"]
    assert noor.post("snags", "x", id=ids[0])["ok"] and noor.post("snags", "", id=ids[0])["ok"]
    leader.do("post_for", column="snags", text="one more")
    for post in ids[1 : bounds.RECOGNISED.many + 1 : 60]:
        assert sem.say("recognise", post=post, on=True)["ok"]


def test_a_group_counts_so_many_different_things(table: tuple[dict[str, str], list[Line], list[str]]) -> None:
    _, lines, _ = table
    observer = next(line for line in lines if line.role(1) == "observer")

    def count(n: int) -> dict[str, object]:
        counter = f"c_{chr(97 + n // 26)}{chr(97 + n % 26)}"
        return observer.say("tally", id=str(uuid.uuid4()), round=1, counter=counter, by=1)

    assert all(count(n)["ok"] for n in range(bounds.COUNTERS.many))
    refused = count(bounds.COUNTERS.many)
    assert refused["code"] == "too_large" and "different things" in refused["detail"]
    assert count(0)["ok"]


def test_words_for_safety_and_wishes_have_an_end(
    server: Server, dial: Callable[..., Line], table: tuple[dict[str, str], list[Line], list[str]]
) -> None:
    made, (noor, *_), _ = table
    assert noor.say("safe", keys=["a" * 40] * 12, own=EMOJI[:60])["ok"]  # as much as one can say
    leader = dial(server, made["lead_token"])
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == made["code"])).one()
        people = list(session.scalars(select(Person.id).where(Person.room_id == room.id)))
        session.add_all(Wish(room_id=room.id, kind="apart", people=[0, n + 1]) for n in range(bounds.WISHES.many))
    refused = leader.say("command", do="together", people=people[:2])
    assert refused["code"] == "too_large" and "wishes" in refused["detail"]


def test_of_many_desks_the_one_silent_longest_makes_way(server: Server, dial: Callable[..., Line]) -> None:
    made = server.create()
    for token in (made["lead_token"], made["screen_token"]):
        first = dial(server, token)
        others = []
        for _ in range(MOST_DESKS + 2):
            others.append(dial(server, token))
            assert first.say("clock")["ok"]
        until(lambda others=others: sum(line.open for line in others) == MOST_DESKS - 1)  # type: ignore[misc]
        assert first.open and others[-1].open and not others[0].open
