"""A room in memory is the room as it is stored: after every change, and after others wrote."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from app.test_snapshot import NAMES, assert_fresh, something, something_on_the_wall
from live import Line, Server
from sqlalchemy import select, update

from workshop.models import Person, Room

COMPARED = str(Path(__file__).parent / "compared.py")
Dial = Callable[..., Line]


@pytest.mark.parametrize("base", ["sqlite", "postgres"])
def test_a_room_is_held_as_it_is_stored(tmp_path: Path, dial: Dial, request: pytest.FixtureRequest, base: str) -> None:
    """The server compares the two after each change, and any difference makes it fail in the end."""
    chance = random.Random("held")
    environ = {"DATABASE_URL": request.getfixturevalue("empty_postgres_url")} if base == "postgres" else {}
    with Server(tmp_path, program=(COMPARED,), **environ) as server:
        made = server.create()
        leader = dial(server, made["lead_token"])
        tokens = [server.join(made["code"], name)["token"] for name in NAMES]
        phones = [dial(server, token) for token in tokens]
        posts, notes = ([str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(5)] for _ in range(2))
        leader.do("go", index=2)
        for at in range(60):
            if at % 10 == 9:  # one line may not say so much so fast
                leader.close()
                leader = dial(server, made["lead_token"])
            something(chance, leader, phones, posts, notes)
            something_on_the_wall(chance, leader, phones, posts)
        leader.do("close")
        for token in tokens[:3]:
            assert server.get("/api/me", token, "DELETE").status in (204, 401, 403)
        assert_fresh(leader)


@pytest.mark.parametrize("base", ["sqlite", "postgres"])
def test_an_undo_that_stops_halfway_leaves_nothing_in_memory(
    tmp_path: Path, dial: Dial, request: pytest.FixtureRequest, base: str
) -> None:
    environ = {"DATABASE_URL": request.getfixturevalue("empty_postgres_url")} if base == "postgres" else {}
    with Server(tmp_path, program=(COMPARED,), **environ) as server:
        made = server.create()
        leader, key = dial(server, made["lead_token"]), server.keys
        with server.database.reading() as session:
            rehearsal = key.key(session.scalars(select(Room)).one(), "rehearsal")
        first, second = (server.join(made["code"], name, key=rehearsal) for name in ("Noor", "Sem"))
        leader.do("take_away")
        assert server.get("/api/me", second["token"], "DELETE").status == 204
        assert leader.do("undo")["undone"] is None, "one of them is erased, so nobody comes back"
        assert [p["id"] for p in dial(server, made["lead_token"]).snapshot["people"]] == []
        assert leader.do("next")["version"] and first["person"] != second["person"]


def test_what_another_process_wrote_is_seen_at_once(server: Server, dial: Dial) -> None:
    made = server.create()
    noor = server.join(made["code"], "Noor")
    leader = dial(server, made["lead_token"])
    dial(server, noor["token"])
    with server.database.writing() as session:
        session.execute(update(Person).where(Person.id == noor["person"]).values(name="Noortje"))
    assert server.get("/api/me", noor["token"]).json()["person"]["name"] == "Noortje"
    with server.database.writing() as session:
        found = session.scalars(select(Room).where(Room.code == made["code"])).one()
        found.title = "Anders"
    assert server.get(f"/api/rooms/{made['code']}").json()["title"] == "Anders"
    assert leader.do("next")["version"] > 1
    with server.database.reading() as session:
        found = session.scalars(select(Room).where(Room.code == made["code"])).one()
        assert (found.title, found.step_index) == ("Anders", 1)
