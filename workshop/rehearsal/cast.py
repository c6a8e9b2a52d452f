"""Who plays in a rehearsal: a number of people from a standing cast, or those in an afternoon's file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from ..core.errors import Refused

MOST_PEOPLE = 200
NAMES = (
    "Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef", "Chantal", "O", "Zoë", "Mehmet", "Ilse", "Rashid", "Fenna",
    "Tjerk", "Amina", "Koen", "Priya", "Hans", "Ingrid", "Sjoerd", "Nadia", "Thijs", "Latifa", "Ruben", "Mirjam", "Bas",
    "Willemijn", "Gerrit", "Marieke", "Siebe", "Lotte", "Anouk", "Daan", "Yara", "Pieter", "Samira", "Joost", "Hatice",
    "Wim",
)  # fmt: skip
INITIALS = ("", " B.", " de V.", " K.", " M.")
Minute = Annotated[float, Meta(ge=0)]


class Character(Struct, frozen=True):
    """Someone in the cast. Minutes count from the beginning of the rehearsal."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    team: str | None = None
    joins: Minute = 0
    leaves: Minute | None = None
    back: Minute | None = None
    phone: Literal["awake", "sleeps", "none"] = "awake"
    network: Literal["steady", "drops"] = "steady"
    joins_in: str | None = None
    """A step, such as "conversation 1": they come in once the room is there, however late that is."""
    leaves_in: str | None = None
    """The same for going home early."""
    asks_in: str | None = None
    """In this step they are certain to raise a hand; others do so now and then."""


class AfternoonFile(Struct, frozen=True):
    """What a rehearsal reads of an afternoon; the rest of the file is for people."""

    people: Annotated[list[Character], Meta(min_length=1, max_length=MOST_PEOPLE)]


def cast(people: int, afternoon: str | None = None) -> Sequence[Character]:
    """The cast in an afternoon's file, or as many people as are asked for. Refused("invalid") says what is wrong.

    Of every dozen one comes late and one goes early; each at a step rather than a minute, since whoever leads a
    rehearsal goes at their own pace.
    """
    if afternoon is not None:
        try:
            return msgspec.yaml.decode(Path(afternoon).read_bytes(), type=AfternoonFile).people
        except (OSError, msgspec.MsgspecError) as problem:
            raise Refused("invalid", f"{afternoon} cannot be rehearsed: {problem}") from problem
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused("invalid", f"A rehearsal takes 1 to {MOST_PEOPLE} people.")
    return [
        Character(
            name=NAMES[i % len(NAMES)] + INITIALS[i // len(NAMES)],
            phone="sleeps" if i % 7 == 4 else "awake",
            network="drops" if i % 9 == 7 else "steady",
            joins_in="conversation 1" if i % 12 == 8 else None,
            leaves_in="conversation 2" if i % 12 == 10 else None,
            asks_in="conversation 1" if i % 12 == 1 else None,
        )
        for i in range(people)
    ]
