"""Which day it was: every date that a person reads is that of the room's own calendar, and of what really began."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from live import Server, fetch
from sqlalchemy import update

from workshop.models import Room
from workshop.web.pages import long_date

DAY = 86_400_000


def ms(*at: int) -> int:
    """A moment, by the clocks of UTC."""
    return int(datetime(*at, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


LATE, EARLY = ms(2026, 11, 22, 23, 30), ms(2026, 11, 23, 2, 0)


@pytest.mark.parametrize(
    ("zone", "made", "began", "day"),
    [
        ("Europe/Amsterdam", LATE - DAY, LATE, "2026-11-23"),
        ("Europe/Amsterdam", LATE, None, "2026-11-23"),
        ("America/Curacao", LATE, EARLY, "2026-11-22"),
        ("Pacific/Kiritimati", LATE, LATE + DAY, "2026-11-24"),
        ("UTC", LATE, None, "2026-11-22"),
    ],
)
def test_held_on_is_the_day_it_began_in_the_room(
    sqlite_server: Server, tmp_path: Path, zone: str, made: int, began: int | None, day: str
) -> None:
    room = sqlite_server.create(zone=zone)
    with sqlite_server.database.writing() as session:
        moments = {"created_at": made, "began_at": began}
        session.execute(update(Room).where(Room.code == room["code"]).values(moments))
    into = tmp_path / "reflections.json"
    done = sqlite_server.workshop("export", room["code"], "--format", "json", "--output", str(into))
    assert done.returncode == 0, done.stderr
    assert json.loads(into.read_text())["held_on"] == day
    path = f"/reflections/{room['code']}"
    named = sqlite_server.get(f"{path}.csv", room["organiser_token"]).headers["Content-Disposition"]
    assert f"-{day}.csv" in named
    seen = fetch(room["reflections_url"])
    cookie = seen.headers["Set-Cookie"].split(";")[0]
    page = fetch(sqlite_server.url + path, headers={"Cookie": cookie, "Accept-Language": "nl"}).body.decode()
    assert f"{int(day[-2:])} november 2026</p>" in page


def test_a_date_is_told_by_the_clocks_of_the_room() -> None:
    told = [long_date(LATE, zone=zone, locale="nl") for zone in ("UTC", "Europe/Amsterdam", "Asia/Tokyo")]
    assert told == ["22 november 2026", "23 november 2026", "23 november 2026"]


def test_the_date_of_erasure_is_that_of_the_room(sqlite_server: Server) -> None:
    for zone, day in (("America/Curacao", "22 november 2099"), ("Europe/Amsterdam", "23 november 2099")):
        room = sqlite_server.create(zone=zone)
        with sqlite_server.database.writing() as session:
            erased = {"erase_at": ms(2099, 11, 22, 23, 30)}
            session.execute(update(Room).where(Room.code == room["code"]).values(erased))
        assert day in sqlite_server.get(f"/r/{room['code']}").body.decode()
