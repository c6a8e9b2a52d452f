"""Phones that lose their connection and come back: told to leaders with the answer to a probe, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server, until

from workshop.presence import LATELY_SECONDS, SOON_SECONDS, Returns
from workshop.store.codes import room_by_code

Dial = Callable[..., Line]


def test_who_comes_back_soon_is_counted_once_and_for_a_minute() -> None:
    returns = Returns()
    returns.opened(1, "phone", 0)
    assert returns.lately(1, 0) == 0, "came in"
    for moment in (100, 110):
        returns.closed(1, "phone", moment, another=False)
        returns.opened(1, "phone", moment + 2)
    assert returns.lately(1, 112) == 1 and returns.lately(2, 112) == 0
    assert returns.lately(1, 112 + LATELY_SECONDS) == 1 and returns.lately(1, 113 + LATELY_SECONDS) == 0


def test_a_phone_that_slept_is_not() -> None:
    returns = Returns()
    returns.opened(1, "phone", 0)
    returns.closed(1, "phone", 100, another=False)
    returns.opened(1, "phone", 101 + SOON_SECONDS)
    assert returns.lately(1, 101 + SOON_SECONDS) == 0


def test_a_new_connection_that_takes_the_place_of_a_dead_one_is() -> None:
    returns = Returns()
    returns.opened(1, "phone", 0)
    returns.opened(1, "phone", 100)  # the old one is not known to be dead yet
    assert returns.lately(1, 100) == 0
    returns.closed(1, "phone", 118, another=True)
    assert returns.lately(1, 118) == 1
    returns.closed(1, "phone", 200, another=True)
    assert returns.lately(1, 200) == 0, "a page that was open beside another for long"


def test_nothing_of_it_stays() -> None:
    returns = Returns()
    for room in (1, 2):
        returns.opened(room, f"phone {room}", 0)
        returns.closed(room, f"phone {room}", 1, another=False)
        returns.opened(room, f"phone {room}", 2)
        returns.closed(room, f"phone {room}", 3, another=False)
    returns.forget(1)
    assert (returns.lately(1, 3), returns.lately(2, 3)) == (0, 1)
    returns.tidy(4 + LATELY_SECONDS)
    assert not (returns._opened or returns._closed or returns._back)


def test_leaders_hear_how_many_and_nobody_else_does(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    leader, screen = dial(sqlite_server, made["lead_token"]), dial(sqlite_server, made["screen_token"])
    tokens = [sqlite_server.join(made["code"], f"P{n}")["token"] for n in range(4)]
    lines = [dial(sqlite_server, token) for token in tokens]
    assert "came_back" not in leader.say("clock")
    for number in range(3):
        lines[number].close()
        lines[number] = dial(sqlite_server, tokens[number])
    until(lambda: leader.say("clock").get("came_back") == 3)
    for other in (screen, *lines):
        assert "came_back" not in other.say("clock")


def test_who_falls_away_in_a_rehearsal_is_no_trouble(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    with sqlite_server.database.reading() as session:
        room = room_by_code(session, made["code"])
        assert room is not None
        key = sqlite_server.keys.key(room, "rehearsal")
    leader = dial(sqlite_server, made["lead_token"])
    played = sqlite_server.join(made["code"], "Played", key=key)["token"]
    real = sqlite_server.join(made["code"], "Real")["token"]
    for token in (played, real):
        dial(sqlite_server, token).close()
        dial(sqlite_server, token)
    until(lambda: leader.say("clock").get("came_back"))
    assert leader.say("clock")["came_back"] == 1
