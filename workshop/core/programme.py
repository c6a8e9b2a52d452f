"""What happens in which order: from the lines of a programme file to the steps of a room.

A *part* is one line of a programme file; a *step* is one thing the room goes through. The parts of a round are listed
together, once, and are unrolled into as many rounds as the leader wants. All lengths are in seconds; 0 means no clock.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from workshop.core.errors import Refused

ROUND_KINDS = ("brief", "conversation", "feedback", "notes")
KINDS = ("welcome", "check_in", "talk", "prepare", "break", "groups", *ROUND_KINDS, "plenary", "closing")
NEEDS_GROUPS = frozenset({"groups", *ROUND_KINDS})
"""Entering one of these shows the groups to all, and forms them if there are none (docs/protocol.md)."""

LONGEST = 24 * 3600
MOST_ROUNDS = 6
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a programme file. `first_seconds` is the length in round 1, if that differs."""

    kind: str
    title: str
    seconds: int = 0
    first_seconds: int | None = None
    auto_advance: bool = False
    slides: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a room. `round` counts from 1; `slides` is how many the leader can click through; `planned` is its
    length (s) when the room was made, 0 for a step that came later; what was planned for steps that have since been
    left out is counted with the last one. `own_note` is what its leaders wrote for themselves. `took` is how long (ms)
    the room was in it, not counting a stay that goes on; two steps that differ in nothing else are the same step."""

    kind: str
    title: str
    seconds: int = 0
    round: int | None = None
    auto_advance: bool = False
    slides: int = 0
    planned: int = 0
    own_note: str = ""
    took: int = field(default=0, compare=False)


def unroll(
    parts: Sequence[Part],
    *,
    rounds: int = 3,
    seconds: Mapping[str, int] = {},
    auto_advance: Collection[str] | None = None,
) -> tuple[Step, ...]:
    """The steps of a room. `seconds` gives other lengths by kind (in the first round too); a step that had a length
    and gets 0 is left out. `auto_advance` names the kinds whose end enters the next step by the clock;
    None leaves that to the parts."""
    if rounds < 1:
        raise Refused("invalid", "A programme has at least one round.")
    for kind in (*(part.kind for part in parts), *seconds, *(auto_advance or ())):
        if kind not in KINDS:
            raise Refused("invalid", f"There is no step of the kind {kind!r}; the kinds are {', '.join(KINDS)}.")
    if any(length < 0 for length in seconds.values()):
        raise Refused("invalid", "A step cannot take less than no time.")
    steps = tuple(
        Step(part.kind, part.title, length, number, _carries_on(part, auto_advance), part.slides)
        for part, number in _in_order(parts, rounds)
        if (length := _length(part, number, seconds)) is not None
    )
    if not steps:
        raise Refused("invalid", "A programme has at least one step.")
    return steps


def _carries_on(part: Part, kinds: Collection[str] | None) -> bool:
    return part.auto_advance if kinds is None else part.kind in kinds


def _in_order(parts: Iterable[Part], rounds: int) -> Iterator[tuple[Part, int | None]]:
    """Each part with its round, the parts of a round as often as there are rounds."""
    seen = False
    for in_round, together in groupby(parts, key=lambda part: part.kind in ROUND_KINDS):
        block = tuple(together)
        if in_round and seen:
            raise Refused("invalid", "The steps of a round stand together in one place in a programme.")
        seen = seen or in_round
        for number in range(1, rounds + 1) if in_round else (None,):
            yield from ((part, number) for part in block)


def _length(part: Part, number: int | None, seconds: Mapping[str, int]) -> int | None:
    """Seconds for this part in this round, or None if the part is left out."""
    own = part.first_seconds if number == 1 and part.first_seconds is not None else part.seconds
    if part.kind not in seconds:
        return own
    return seconds[part.kind] or (None if part.seconds or part.first_seconds else 0)


def time_of_day(text: str) -> str:
    """ "13:00", however somebody wrote it: 13:00, 13.00, 9:30 or 13."""
    match = _TIME.fullmatch(text.strip())
    hours, minutes = (int(number or 0) for number in match.groups()) if match else (24, 0)
    if hours > 23 or minutes > 59:
        raise Refused("invalid", f"{text!r} is no time of day; write 13:00.")
    return f"{hours:02}:{minutes:02}"


def duration(text: str) -> int:
    """Seconds in "0", "90s", "5m" or "1h30m" (docs/protocol.md, Commands)."""
    if text.strip() == "0":
        return 0
    match = _DURATION.fullmatch(text.strip().lower())
    hours, minutes, seconds = (int(number or 0) for number in match.groups()) if match else (LONGEST, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total > LONGEST:
        raise Refused("invalid", f"{text!r} is no duration; write 0, 90s, 5m or 1h30m, at most a day.")
    return total
