"""A room in memory is the room as it is stored: after every change, and after others wrote."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from happenings import Afternoon, afternoon
from live import Line, Server
from pages import assert_fresh, pages
from sqlalchemy import select, update

from workshop.models import Person, Room
from workshop.store.load import load

COMPARED = str(Path(__file__).parent / "compared.py")
Dial = Callable[..., Line]


@pytest.mark.parametrize("base", ["sqlite", "postgres"])
def test_a_room_is_held_as_it_is_stored(tmp_path: Path, dial: Dial, request: pytest.FixtureRequest, base: str) -> None:
    """The server compares the two after each change, and any difference makes it fail in the end."""
    environ = {"DATABASE_URL": request.getfixturevalue("empty_postgres_url")} if base == "postgres" else {}
    with Server(tmp_path, program=(COMPARED,), **environ) as server, pages() as folded:
        here = Afternoon(server, folded, dial, random.Random("held"))
        afternoon(here, 100)
        here.happens("close")
        for phone in here.phones[:3]:
            assert server.get("/api/me", here.tokens[phone], "DELETE").status in (204, 401, 403)
        assert_fresh(folded, here.leader)


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


def test_what_is_equal_in_a_room_is_kept_once(sqlite_server: Server, dial: Dial) -> None:
    """Whose phone it is, what was asked and who may read it stand in each note: a third of a full room."""
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    leader.do("go", index=leader.snapshot["programme"][-1]["index"])
    phone = dial(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    for n in range(2):
        written = {"id": str(uuid.uuid4()), "prompt": "first_step", "text": f"{n}", "visibility": "organiser"}
        assert phone.say("note", **written)["ok"]
    with sqlite_server.database.reading() as session:
        room = session.scalars(select(Room.id).where(Room.code == made["code"])).one()
        held = load(session, room)
    assert held is not None
    one, other = held.notes
    assert one.circle is other.circle and one.prompt is other.prompt and one.visibility is other.visibility
    assert one.circle is next(iter(held.phones)).circle and one.written_at is one.changed_at
    assert type(next(iter(held.people)).left) is bool


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
