"""Which day it is, as a calendar on a wall would say, by the clocks of a time zone. Moments are milliseconds since the
epoch."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Dated(Protocol):
    """What a room, stored or in memory, knows of its own days."""

    @property
    def zone(self) -> Any: ...
    @property
    def created_at(self) -> Any: ...
    @property
    def began_at(self) -> Any: ...


def day(moment: int, zone: str) -> date:
    """The day on which a moment fell."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()


def day_began(moment: int, zone: str) -> int:
    """The moment at which that day began."""
    return int(datetime.combine(day(moment, zone), time(), ZoneInfo(zone)).timestamp() * 1000)


def held_on(room: Dated) -> date:
    """The day a room began; until it does, the day it was made."""
    return day(room.created_at if room.began_at is None else room.began_at, room.zone)
