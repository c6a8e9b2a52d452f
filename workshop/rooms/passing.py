"""A pass: eight digits that let one more phone be someone's, once, within ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import SystemRandom

from sqlalchemy import delete, select

from ..access import Holder, keys, new_token, token_hash
from ..core import codes
from ..core.errors import Refused
from ..models import Pass, Person, Phone, Room
from .change import Change

_random = SystemRandom()
GOOD_FOR = 10 * 60_000
"""Milliseconds: time to fetch the other phone, and no more."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A pass as it is told, once; only a keyed hash of it is kept."""

    digits: str
    expires_at: int


def own_pass(change: Change, holder: Holder) -> Issued:
    """Someone lets another phone of theirs in. It shows and may do what the phone that asks shows and may do."""
    return _issue(change, change.person(holder.person_id), holder.reads, guest=holder.guest)


def leaders_pass(change: Change, person_id: int) -> Issued:
    """The leader lets another phone be someone. What they wrote before for their own eyes stays off it, so that nobody
    reads with it what was not theirs to read; who never had a phone has written nothing yet."""
    person = change.person(person_id)
    had_one = change.session.scalar(select(Phone.token_hash).where(Phone.person_id == person.id).limit(1))
    guest = had_one is not None
    return _issue(change, person, {person.id: change.now if guest else 0}, guest=guest)


def take_pass(change: Change, digits: str) -> tuple[Person, str]:
    """A phone shows a pass and is that person's from now on. Returns the person and the phone's token; it is not kept.

    Refused("unauthorized") says the same of a wrong, a used and an old one, and of who was taken out meanwhile.
    """
    found = change.session.get(Pass, _hash(change.room, digits))
    person = change.session.get(Person, found.person_id) if found and found.expires_at > change.now else None
    if found is None or person is None or person.removed:
        raise Refused("unauthorized", "This pass is wrong, used or too old. Make a new one.")
    token = new_token()
    change.session.add(Phone(token_hash=token_hash(token), person_id=person.id, reads=found.reads, guest=found.guest))
    change.session.delete(found)
    return person, token


def withdraw(change: Change, person_id: int) -> None:
    """No phone comes in any more by a pass that was made for this person."""
    change.session.execute(delete(Pass).where(Pass.person_id == person_id))


def _issue(change: Change, person: Person, reads: Mapping[int, int], *, guest: bool) -> Issued:
    session, room = change.session, change.room
    # The newest of each sort counts; what a leader hands out takes nothing from the person's own.
    same_sort = (Pass.person_id == person.id) & (Pass.guest == guest)
    session.execute(delete(Pass).where(same_sort | (Pass.expires_at <= change.now)))
    digits = codes.make(_random)
    while session.get(Pass, _hash(room, digits)) is not None:
        digits = codes.make(_random)
    expires_at = change.now + GOOD_FOR
    kept = {str(entry): since for entry, since in reads.items()}
    session.add(
        Pass(code_hash=_hash(room, digits), person_id=person.id, reads=kept, guest=guest, expires_at=expires_at)
    )
    return Issued(digits, expires_at)


def _hash(room: Room, digits: str) -> str:
    return keys.of_pass(room, digits)
