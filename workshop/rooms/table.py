"""What a group does at its own table: choose a card, say what is needed to feel safe, ask for the leader."""

from __future__ import annotations

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from ..content import load
from ..core.errors import Refused
from ..room.room import Group, Seat
from .bounds import room_for_safe
from .change import Change, GroupTouched, PeopleChanged


def choose(change: Change, person_id: int, topic: str) -> None:
    """The group talks about this topic card."""
    if topic not in {t.key for t in load(change.value.pack).topics}:
        raise Refused("invalid", "There is no such topic card.")
    change.open_for_writing()
    group = own_group(change, person_id)
    change.put(replace(group, topic=topic))
    change.tell(GroupTouched(group.id, to_leaders=True))


def say_safe(
    change: Change, person_id: int, keys: list[str], own: str | None, group: int | UnsetType | None = UNSET
) -> None:
    """What someone needs to feel safe, shown to the group that it was said to."""
    change.open_for_writing()
    seat = own_seat(change, person_id, group)
    words = [*keys, *([f"own:{own}"] if own else [])]
    room_for_safe(change.value, seat, words)
    change.put(replace(seat, safe=tuple(words)))
    change.tell(GroupTouched(seat.group_id))


def raise_hand(change: Change, person_id: int, up: bool) -> None:
    """The group asks for the leader, or no longer does. A hand that is up keeps its first moment, so that saying it
    twice changes nothing; one that goes up again starts waiting anew, even if the leader was on the way."""
    group = own_group(change, person_id)
    if not (up and group.hand_at):
        change.put(replace(group, hand_at=change.now if up else None, coming_at=None))
    _tell_hand(change, group)


def sit(change: Change, person_id: int, on: bool) -> None:
    """Someone says that they sit at their table, or do not yet after all. Saying it twice changes nothing, and nobody
    hears of it."""
    seat = own_seat(change, person_id)
    if seat.sits != on:
        change.put(replace(seat, sits=on))
        change.tell(GroupTouched(seat.group_id), PeopleChanged((person_id,)))


def come(change: Change, group_id: int) -> None:
    """The leader says to a group: I am on my way. The first time counts."""
    group = change.check_group(group_id)
    change.put(replace(group, coming_at=group.coming_at or change.now))
    _tell_hand(change, group)


def lower(change: Change, group_id: int) -> None:
    """The leader has been there: the hand is down."""
    group = change.check_group(group_id)
    change.put(replace(group, hand_at=None, coming_at=None))
    _tell_hand(change, group)


def own_seat(change: Change, person_id: int, group: int | UnsetType | None = UNSET) -> Seat:
    """Where a person sits now; Refused("not_found") before groups are shown. `group`: where they sat when they said
    what only arrives now, if that is known; Refused("stale") if they sit elsewhere."""
    seat = change.value.seat_of(person_id) if change.value.groups_shown else None
    if seat is None:
        raise Refused("not_found", "You do not sit in a group yet.")
    if group not in (UNSET, seat.group_id):
        raise Refused("stale", "You sit at another table now; this was for the one where you sat.")
    return seat


def own_group(change: Change, person_id: int) -> Group:
    """The group of that seat."""
    return change.value.groups[own_seat(change, person_id).group_id]


def _tell_hand(change: Change, group: Group) -> None:
    seated = tuple(seat.person_id for seat in change.value.seats_at(group.id))
    change.tell(GroupTouched(group.id, to_leaders=True), PeopleChanged(seated, to_leaders=True))
