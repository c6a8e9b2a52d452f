"""Making a room."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from ..content import Pack, load_programme, shelf
from ..core import run
from ..core.errors import Refused
from ..core.groups import Leftovers
from ..core.programme import MOST_ROUNDS, Part, Step, time_of_day, unroll
from ..models import ZONE, Room
from ..room import room as values
from ..room.room import fields_of
from ..store.codes import add_with_a_free_code
from .links import new_salt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEEP_SECONDS = 30 * 86_400
LONGEST_PACK = 255
"""How long the name or path of a pack may be, in characters: that is how much is stored."""
LONGEST_LABEL = 60
"""Likewise a label."""
_random = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a leader asks for. `seconds`: lengths by kind of step, if they differ; 0 leaves a kind out."""

    title: str
    language: str = "nl"
    pack: str | None = None
    """The name or folder of a content pack, which then also decides the language; None: the pack of the language."""
    programme: str = "triads"
    rounds: int = 3
    seconds: dict[str, int] = field(default_factory=dict)
    leftovers: Leftovers = "observers"
    auto_advance: tuple[str, ...] | None = None
    """The kinds whose end enters the next step by the clock; None: as the programme says."""
    keep_seconds: int = KEEP_SECONDS
    zone: str = ZONE
    """The time zone by which its hours and days are told."""
    planned_start: str | None = None
    """The time of day, in that zone, at which it is to begin; None: nobody said."""
    label: str = ""
    """A name by which its leader finds it together with others of its kind; empty: it has none."""


def labelled(text: str) -> str:
    """A label as it is kept; Refused("invalid") for one that is too long."""
    if len(text) > LONGEST_LABEL:
        raise Refused("invalid", f"A label has at most {LONGEST_LABEL} characters.")
    return text


def is_zone(name: str) -> bool:
    """Is this the name of a time zone, as browsers and IANA have it?"""
    return name in _zones()


@cache
def _zones() -> set[str]:
    return available_timezones()  # which looks into some hundreds of files


def open_room(
    session: Session,
    wanted: Wanted,
    now: int,
    account_id: int | None = None,
    organisation_id: int | None = None,
    *,
    random: Random = _random,
) -> Room:
    """Makes a room with a code that nobody uses, for an account and in an organisation; Refused("invalid") if what is
    wanted is impossible."""
    if not 1 <= len(wanted.title) <= 120:
        raise Refused("invalid", "A title has 1 to 120 characters.")
    if not 1 <= wanted.rounds <= MOST_ROUNDS:
        raise Refused("invalid", f"A workshop has 1 to {MOST_ROUNDS} rounds.")
    if not 3600 <= wanted.keep_seconds <= 366 * 86_400:
        raise Refused("invalid", "A room is kept for an hour at least and a year at most.")
    if not is_zone(wanted.zone):
        raise Refused("invalid", f"There is no time zone {wanted.zone!r}; one is called Europe/Amsterdam.")
    label = labelled(wanted.label)
    name = wanted.pack or wanted.language
    pack = shelf.load(name)
    if len(shelf.name(name)) > LONGEST_PACK:
        raise Refused("invalid", f"The path of a pack has at most {LONGEST_PACK} characters.")
    steps = unroll(_parts(wanted, pack), rounds=wanted.rounds, seconds=wanted.seconds, auto_advance=wanted.auto_advance)
    room = Room(
        title=wanted.title,
        language=pack.language,
        pack=shelf.name(name),
        account_id=account_id,
        organisation_id=organisation_id,
        erase_at=now + wanted.keep_seconds * 1000,
        leftovers=wanted.leftovers,
        extras=[],
        zone=wanted.zone,
        planned_start=wanted.planned_start and time_of_day(wanted.planned_start),
        label=label,
        **_untouched(steps, now),
    )
    add_with_a_free_code(session, room, random)
    return room


def open_again(session: Session, before: values.Room, now: int, account_id: int | None) -> Room:
    """Makes a room like another one, in its organisation, with its title, words, programme and lengths as they stand,
    and settings. Nobody is in it, and nothing that anyone wrote, its leaders included: that goes with the room in which
    it was written."""
    room = Room(
        title=before.title,
        language=before.language,
        pack=before.pack,
        account_id=account_id,
        organisation_id=before.organisation_id,
        erase_at=now + before.erase_at - before.created_at,
        leftovers=before.leftovers,
        extras=before.extras,
        zone=before.zone,
        planned_start=before.planned_start,
        label=before.label,
        **_untouched([replace(step, own_note="", took=0) for step in before.run.steps], now),
    )
    add_with_a_free_code(session, room, _random)
    return room


def _untouched(steps: Sequence[Step], now: int) -> dict[str, Any]:
    """What every new room is: with a secret of its own, at its beginning, and nobody has done anything in it yet."""
    return {
        "salt": new_salt(),
        "created_at": now,
        "groups_shown": False,
        "closed": False,
        "locked": False,
        "wall": {"concealed": False, "spotlight": None, "column": None, "page": 0},
        "held": [],
        "undo": [],
        "links": {},
        **fields_of(run.begin(tuple(steps), now)),
    }


def _parts(wanted: Wanted, pack: Pack) -> list[Part]:
    if wanted.programme in pack.programmes:
        return pack.programme(wanted.programme)
    if Path(wanted.programme).is_file():
        return load_programme(Path(wanted.programme), pack)
    raise Refused("invalid", f"There is no programme {wanted.programme!r}; there are {', '.join(pack.programmes)}.")
