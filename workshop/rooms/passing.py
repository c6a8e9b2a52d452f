"""A pass: eight digits that let one more phone be someone's, once, within ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

from sqlalchemy import delete

from ..access import Holder, keys, new_token, token_hash
from ..core import codes
from ..core.errors import Refused
from ..models import Pass, Person, Phone, Room
from . import circles, trail
from .change import Change, PhoneCame

_random = SystemRandom()
GOOD_FOR = 10 * 60_000
"""Milliseconds: time to fetch the other phone, and no more."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A pass as it is told, once; only a keyed hash of it is kept."""

    digits: str
    expires_at: int


def own_pass(change: Change, holder: Holder) -> Issued:
    """Someone lets another phone of theirs in: into the circle of the one that asks."""
    return _issue(change, change.person(holder.person_id), holder.circle)


def leaders_pass(change: Change, person_id: int) -> Issued:
    """The leader lets another phone be someone. It begins a circle of its own: of what was or is written on another
    phone it shows nothing that is not open to the group, until that phone says *that is me*."""
    person = change.person(person_id)
    if person.stand_in:
        raise Refused("invalid", "This is the leader in an empty chair; leaders read no notes.")
    return _issue(change, person, None)


def take_pass(change: Change, digits: str) -> tuple[Person, str]:
    """A phone shows a pass and is that person's from now on. Returns the person and the phone's token; it is not kept.

    Refused("unauthorized") says the same of a wrong, a used and an old one, and of who was taken out meanwhile.
    """
    found = change.session.get(Pass, _hash(change.room, digits))
    person = change.session.get(Person, found.person_id) if found and found.expires_at > change.now else None
    phones = circles.phones_of(change.session, person.id) if person is not None else []
    mate = next((phone for phone in phones if found and phone.circle == found.circle and not phone.ended), None)
    if found is None or person is None or person.removed or (found.circle and mate is None):
        raise Refused("unauthorized", "This pass is wrong, used or too old. Make a new one.")
    token = new_token()
    change.session.add(
        Phone(
            token_hash=token_hash(token),
            person_id=person.id,
            circle=found.circle or circles.new(),
            came=mate.came if mate else "guest" if phones else "first",
            came_at=change.now,
            merged_at=mate.merged_at if mate else None,
        )
    )
    change.session.delete(found)
    trail.mark(change, *(("own_pass", "person") if found.circle else ("leaders_pass", "leader")), person.id)
    change.tell(PhoneCame(person.id))
    return person, token


def withdraw(change: Change, person_id: int) -> None:
    """No phone comes in any more by a pass that was made for this person."""
    change.session.execute(delete(Pass).where(Pass.person_id == person_id))


def _issue(change: Change, person: Person, circle: str | None) -> Issued:
    session, room = change.session, change.room
    # The newest of each sort counts; what a leader hands out takes nothing from the person's own.
    same_sort = (Pass.person_id == person.id) & (Pass.circle == circle)
    session.execute(delete(Pass).where(same_sort | (Pass.expires_at <= change.now)))
    digits = codes.make(_random)
    while session.get(Pass, _hash(room, digits)) is not None:
        digits = codes.make(_random)
    expires_at = change.now + GOOD_FOR
    session.add(Pass(code_hash=_hash(room, digits), person_id=person.id, circle=circle, expires_at=expires_at))
    return Issued(digits, expires_at)


def _hash(room: Room, digits: str) -> str:
    return keys.of_pass(room, digits)
