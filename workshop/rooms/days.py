"""Which day it is in a room, as the calendar on its wall would say, by the time zone that the room was given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Dated(Protocol):
    """What a room, stored or in memory, knows of its own days. Moments are milliseconds since the epoch."""

    @property
    def zone(self) -> Any: ...
    @property
    def created_at(self) -> Any: ...
    @property
    def began_at(self) -> Any: ...


def day(moment: int, zone: str) -> date:
    """The day on which a moment (ms) fell by the clocks of a zone."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()


def held_on(room: Dated) -> date:
    """The day it began; until it does, the day it was made."""
    return day(room.created_at if room.began_at is None else room.began_at, room.zone)
