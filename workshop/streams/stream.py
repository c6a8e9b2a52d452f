"""How a stream is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from ..access import EVERYONE
from ..room.room import Room
from ..rooms.reading import Reader

M = TypeVar("M")
PERSON, LEADER, SCREEN = frozenset({"person"}), frozenset({"leader"}), frozenset({"screen"})
DESKS = LEADER | SCREEN
OFTEN = 0.25
"""What changes often is collected, and told at most once in this many seconds."""
Counted = Literal["all", "role", "line"]
"""How the messages of a stream are numbered: for everyone alike, for leaders and screens apart, or for each
connection."""
Record = type[Struct]
FIELDS = {field.name for field in fields(Room)}


@dataclass(frozen=True)
class Part:
    """A part of a snapshot: its name, its type, who gets it, and the function that looks it up (now: ms)."""

    name: str
    type: Any
    of: Callable[[Reader, int], Any]
    to: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Stream(Generic[M]):
    """What a client is told under one name."""

    event: str
    message: type[M]
    to: frozenset[str]
    who: str
    """Who hears it, among those with that key, in words for the protocol."""
    what: str = ""
    """What is in a message, beyond its fields."""
    made_of: frozenset[Record | str] = frozenset()
    """The kinds of record it tells of; of a stream that is told whole also the fields of the room, by name."""
    counted: Counted | None = None
    pace_seconds: float = 0
    """At most once in this many seconds."""
    parts: tuple[Part, ...] = ()
    whole: Callable[[Room], M] | None = None
    """The whole of it, if everyone who hears it sees the same: told whenever it is different. If it is counted, the
    number is put in then."""

    def __post_init__(self) -> None:
        if self.whole is not None:
            self._check_whole()
        DECLARED.append(self)

    def _check_whole(self) -> None:
        if self.counted not in (None, "all") or not (self.to == EVERYONE or self.to <= DESKS):
            raise TypeError(f"{self.event} is not told whole: some see another one")
        if self.pace_seconds:
            raise TypeError(f"{self.event} is told whole, and so at once")
        if not self.made_of or {one for one in self.made_of if isinstance(one, str)} - FIELDS:
            raise TypeError(f"{self.event} is made of nothing that a room has")


DECLARED: list[Stream[Any]] = []
"""All of them, in the order in which they are declared."""
