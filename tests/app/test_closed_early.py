"""A room that was closed early, or never began: its files tell what happened, not what was planned."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from live import Answer, Line, Server
from sqlalchemy import update

from workshop import models
from workshop.rooms.recording import NO_CONVERSATION

Dial = Callable[..., Line]


def told(server: Server, made: dict[str, str]) -> tuple[int, list[str], str]:
    """How many rounds a room's files speak of, the steps in which time was spent, and the report."""

    def read(kind: str) -> Answer:
        return server.get(f"/reflections/{made['code']}.{kind}", made["organiser_token"])

    found = read("json").json()
    return found["figures"]["rounds"], [one["step"] for one in found["times"]], read("md").body.decode()


def moved(server: Server, made: dict[str, str], **columns: object) -> None:
    """As if something in this room had been at another moment."""
    with server.database.writing() as session:
        session.execute(update(models.Room).where(models.Room.code == made["code"]).values(**columns))


def test_a_room_that_closed_early_tells_what_happened(server: Server, dial: Dial) -> None:
    made = server.create(programme="full", language="en")
    leader = dial(server, made["lead_token"])
    steps = leader.snapshot["programme"]
    first = {kind: next(s for s in steps if s["kind"] == kind) for kind in ("conversation", "feedback", "plenary")}
    leader.do("go", index=first["conversation"]["index"])
    leader.do("go", index=first["feedback"]["index"])
    assert told(server, made)[0] == 3, "until it is closed no file changes because of a step"
    moved(server, made, entered_at=models.Room.entered_at - 100_000)
    leader.do("close")
    rounds, times, report = told(server, made)
    assert (rounds, times[-1]) == (1, first["feedback"]["title"]) and "in turn as the client" in report


@pytest.mark.parametrize("step", [0, 1])
def test_a_room_that_came_to_no_conversation_says_so(server: Server, dial: Dial, step: int) -> None:
    made = server.create(language="en")
    leader = dial(server, made["lead_token"])
    leader.do("go", index=step)
    leader.do("close")
    rounds, _, report = told(server, made)
    assert rounds == 0 and NO_CONVERSATION["en"] in report and "in turn as the client" not in report


def test_a_conversation_of_the_rehearsal_the_day_before_is_not_counted(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    leader.do("go", index=4)
    assert leader.step["held"] == 1
    leader.do("go", index=0)
    moved(sqlite_server, made, began_at=models.Room.began_at - 86_400_000)
    leader.do("next")
    assert leader.step["held"] == 0
    leader.do("go", index=4)
    assert leader.step["held"] == 1
