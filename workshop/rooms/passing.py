"""A pass: eight digits that let one more phone be someone's, once, within ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

from ..access import Holder, keys, new_token, token_hash
from ..core import codes
from ..core.errors import Refused
from ..room.room import Pass, Person, Phone
from . import circles, trail
from .change import Change, PhoneCame

_random = SystemRandom()
GOOD_FOR = 10 * 60_000
"""Milliseconds: time to fetch the other phone, and no more."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A pass, as it is told, once; only a keyed hash of it is kept."""

    digits: str
    expires_at: int


def own_pass(change: Change, holder: Holder) -> Issued:
    """Someone lets another phone of theirs in: into the circle of the one that asks."""
    assert holder.person_id is not None  # the permission table lets only people in here
    return _issue(change, change.check_person(holder.person_id), holder.circle)


def leaders_pass(change: Change, person_id: int) -> Issued:
    """The leader lets another phone be someone. It begins a circle of its own: of what was or is written on another
    phone it shows only what is open to the group, until that phone says *that is me*."""
    person = change.check_person(person_id)
    if person.stand_in:
        raise Refused("invalid", "This is the leader in an empty chair; leaders read no notes.")
    return _issue(change, person, None)


def take_pass(change: Change, digits: str, attempt: str | None = None) -> tuple[Person, str]:
    """A phone shows a pass and from now on is that person's. Returns the person and the phone's token; it is not kept.

    `attempt` is the phone's own random word; whoever shows the pass again with the same one is that person already.
    Refused("unauthorized") says the same for a wrong, a used and an expired pass, and for a person who has been taken
    out meanwhile.
    """
    room = change.value
    token = keys.of_newcomer(room, f"{digits} {attempt}") if attempt else new_token()
    known = room.phones.get(token_hash(token))
    if known is not None and not known.ended and not room.people[known.person_id].removed:  # the answer got lost
        return room.people[known.person_id], token
    found = room.passes.get(keys.of_pass(room, digits))
    phones = room.phones_of(found.person_id) if found is not None else []
    mate = next((phone for phone in phones if found and phone.circle == found.circle and not phone.ended), None)
    good = found is not None and found.expires_at > change.now and not room.people[found.person_id].removed
    if found is None or not good or (found.circle and mate is None) or known is not None:
        raise Refused("unauthorized", "This pass is wrong, used or too old. Make a new one.")
    person = room.people[found.person_id]
    change.put(
        Phone(
            token_hash=token_hash(token),
            person_id=person.id,
            circle=found.circle or circles.new(),
            came=mate.came if mate else "guest" if phones else "first",
            came_at=change.now,
            merged_at=mate.merged_at if mate else None,
        )
    )
    change.drop(found)
    trail.mark(change, *(("own_pass", "person") if found.circle else ("leaders_pass", "leader")), person.id)
    change.tell(PhoneCame(person.id))
    return person, token


def withdraw(change: Change, person_id: int) -> None:
    """No phone can come in any more by a pass that was made for this person."""
    change.drop(*change.value.passes.where("person_id", person_id))


def expire(change: Change) -> None:
    """Deletes those that are no longer good."""
    change.drop(*(one for one in change.value.passes if one.expires_at <= change.now))


def _issue(change: Change, person: Person, circle: str | None) -> Issued:
    expire(change)
    # The newest of each sort counts; what a leader hands out takes nothing from the person's own.
    change.drop(*(one for one in change.value.passes.where("person_id", person.id) if one.circle == circle))
    room = change.value
    digits = codes.make(_random)
    while keys.of_pass(room, digits) in room.passes:
        digits = codes.make(_random)
    expires_at = change.now + GOOD_FOR
    change.put(Pass(keys.of_pass(room, digits), person.id, circle, expires_at))
    return Issued(digits, expires_at)
