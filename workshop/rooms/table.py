"""What a group does at its own table: choose a card, say what is needed to feel safe, ask for the leader."""

from __future__ import annotations

from ..content import load
from ..core.errors import Refused
from ..models import Group
from ..room import room as values
from .bounds import room_for_safe
from .change import Change, GroupTouched, PeopleChanged
from .grouping import group_here, group_of


def choose(change: Change, person_id: int, topic: str) -> None:
    """The group talks about this topic card."""
    if topic not in {t.key for t in load(change.room.pack).topics}:
        raise Refused("invalid", "There is no such topic card.")
    change.open_for_writing()
    group = own_group(change, person_id)
    group.topic = topic
    change.tell(GroupTouched(group.id, to_leaders=True))


def say_safe(change: Change, person_id: int, keys: list[str], own: str | None) -> None:
    """What someone needs to feel safe, shown to their group."""
    change.open_for_writing()
    group = own_group(change, person_id)
    words = [*keys, *([f"own:{own}"] if own else [])]
    room_for_safe(group, person_id, words)
    for seat in group.seats:
        if seat.person_id == person_id:
            seat.safe = words
    change.tell(GroupTouched(group.id))


def raise_hand(change: Change, person_id: int, up: bool) -> None:
    """The group asks for the leader, or no longer does. A hand that is up keeps its first moment, so that saying it
    twice changes nothing; one that goes up anew waits anew, also where the leader was on the way."""
    group = own_group(change, person_id)
    if not (up and group.hand_at):
        group.hand_at, group.coming_at = change.now if up else None, None
    _tell_hand(change, group)


def sit(change: Change, person_id: int, on: bool) -> None:
    """Someone sits at their table, or not yet after all. Saying it twice changes nothing, and nobody hears of it."""
    group = own_group(change, person_id)
    seat = next(s for s in group.seats if s.person_id == person_id)
    if seat.sits != on:
        seat.sits = on
        change.tell(GroupTouched(group.id), PeopleChanged((person_id,)))


def come(change: Change, group_id: int) -> None:
    """The leader says to a group: I am on my way. The first time counts."""
    group = group_here(change, group_id)
    group.coming_at = group.coming_at or change.now
    _tell_hand(change, group)


def lower(change: Change, group_id: int) -> None:
    """The leader has been there: the hand is down."""
    group = group_here(change, group_id)
    group.hand_at = group.coming_at = None
    _tell_hand(change, group)


def own_seat(change: Change, person_id: int) -> values.Seat:
    """Where a person sits now; Refused("not_found") before groups are shown."""
    seat = change.value.seat_of(person_id) if change.value.groups_shown else None
    if seat is None:
        raise Refused("not_found", "You do not sit in a group yet.")
    return seat


def own_group(change: Change, person_id: int) -> Group:
    """The group of that seat."""
    group = group_of(change, own_seat(change, person_id).person_id)
    assert group is not None, "it has that seat"
    return group


def _tell_hand(change: Change, group: Group) -> None:
    seated = tuple(s.person_id for s in group.seats)
    change.tell(GroupTouched(group.id, to_leaders=True), PeopleChanged(seated, to_leaders=True))
