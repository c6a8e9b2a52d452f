"""Calendar files (RFC 5545): what somebody means to do, on days at nine in the morning, wherever they are then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .record import printable

if TYPE_CHECKING:
    from icalendar import Event

AT = time(9)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on one day. `name` tells it apart from others of its owner: one that comes again with the same name
    takes the place of what the calendar had. `link`: an address to open, or empty."""

    name: str
    day: date
    title: str
    text: str = ""
    link: str = ""


def render(entries: list[Entry], now: int) -> bytes:
    """The file, as made at a moment (ms since the epoch)."""
    from icalendar import Calendar  # megabytes, and only where somebody makes a plan

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Samen oefenen//workshop//")
    for entry in entries:
        calendar.add_component(_event(entry, datetime.fromtimestamp(now / 1000, UTC)))
    return bytes(calendar.to_ical())


def _event(entry: Entry, made: datetime) -> Event:
    from icalendar import Alarm, Event

    event, alarm, title = Event(), Alarm(), _line(entry.title)
    event.add("uid", str(uuid5(NAMESPACE_URL, entry.name)))
    event.add("dtstamp", made)
    event.add("dtstart", datetime.combine(entry.day, AT))
    event.add("summary", title)
    told = [printable(part) for part in (entry.text, entry.link) if part]
    if told:
        event.add("description", "\n".join(told))
    if entry.link:
        event.add("url", entry.link)
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _line(text: str) -> str:
    return " ".join(printable(text).split())
