"""How a stream is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from ..access import EVERYONE
from ..room.room import Room
from ..rooms.reading import Reader

M = TypeVar("M")
PERSON, LEADER, SCREEN = frozenset({"person"}), frozenset({"leader"}), frozenset({"screen"})
DESKS = LEADER | SCREEN
OFTEN = 0.25
"""What changes often is collected, and told no more often than once in so many seconds."""
Counted = Literal["all", "role", "line"]
"""By whom the messages of a stream are numbered: for all alike, for leaders and screens apart, for each line."""
Record = type[Struct]


@dataclass(frozen=True)
class Part:
    """Something of a snapshot: under which name, of which type, for whom, and where it is looked up (now: ms)."""

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
    """Of those whose key that is: who hears it, for the protocol."""
    what: str = ""
    """What is in a message, beyond its fields."""
    made_of: frozenset[Record] = frozenset()
    """The kinds of record it says something of. The room's own fields are of no kind."""
    counted: Counted | None = None
    pace_seconds: float = 0
    """No more often than once in so many."""
    parts: tuple[Part, ...] = ()
    whole: Callable[[Room], M] | None = None
    """All of it, where everyone who hears it sees the same: told whenever it is different."""

    def __post_init__(self) -> None:
        if self.whole is not None and (self.counted or not (self.to == EVERYONE or self.to <= DESKS)):
            raise TypeError(f"{self.event} is not told whole: some see another one")
        DECLARED.append(self)


DECLARED: list[Stream[Any]] = []
"""All there are, in the order in which they are declared."""
