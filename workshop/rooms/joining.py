"""Coming in, going, and being let back in."""

from __future__ import annotations

from msgspec.structs import replace

from ..access import keys, new_token, token_hash
from ..core.errors import Full, LockedOut, Refused
from ..room.room import Person, Phone
from . import circles, on_wall, trail, wall
from .change import Change, GroupsChanged, LineClosed, PeopleChanged, PersonMoved, WallChanged
from .grouping import give_up_seat, seat_late
from .passing import withdraw
from .seats import as_they_sit, sit_again
from .undoing import remember


class RoomSize:
    """How many people a room takes. Needs the setting once, at start."""

    most = 400

    def use(self, people: int) -> None:
        """Takes it from the settings."""
        self.most = people


room_size = RoomSize()


def join(
    change: Change, name: str, team: str | None = None, *, simulated: bool = False, attempt: str | None = None
) -> tuple[Person, str]:
    """Someone comes in by phone. Returns the person and the token that is theirs alone; it is not kept.

    `attempt` is the phone's own random word for this coming in; whoever tries again with the same one is in already.
    """
    token = keys.of_newcomer(change.value, attempt) if attempt else new_token()
    known = change.value.phones.get(token_hash(token))
    if known is not None:  # the answer got lost: no ghost of theirs is to sit in a draw
        if known.ended:
            raise Refused("unauthorized", "This phone was let go; come in anew.")
        return change.check_person(known.person_id), token
    change.open_for_writing()
    if change.value.locked:
        raise LockedOut()
    person = _enter(change, name=name, team=team, simulated=simulated)
    change.put(
        Phone(
            token_hash=token_hash(token),
            person_id=person.id,
            circle=circles.new(),
            came="door",
            came_at=change.now,
        )
    )
    return person, token


def add_person(change: Change, name: str, team: str | None = None) -> Person:
    """The leader adds someone without a phone; they are never away."""
    change.open_for_writing()
    return _enter(change, name=name, team=team, by_hand=True)


def leave(change: Change, person_id: int) -> None:
    """Someone goes home. Their seat is given up; what they wrote stays theirs."""
    person = change.check_person(person_id)
    if person.left:
        return
    gave_up = as_they_sit(change, [person.id]) if change.value.groups_shown else None
    give_up_seat(change, person.id)
    change.put(replace(person, left=True, vouched=False, gave_up=gave_up))
    change.tell(PeopleChanged((person.id,)), PersonMoved(person.id))


def come_back(change: Change, person_id: int) -> None:
    """Someone who left is back: in the seat they gave up, or else as a latecomer."""
    person = change.check_person(person_id)
    if not person.left:
        return
    change.put(replace(person, left=False, gave_up=None))
    change.tell(PeopleChanged((person.id,)), PersonMoved(person.id))
    if change.value.groups_shown and not person.stand_in and not sit_again(change, person):
        seat_late(change, person.id)


def remove(change: Change, person_id: int) -> None:
    """The leader takes someone out: the seat is given up and the phone is let go. `restore` undoes it."""
    person = change.check_person(person_id)
    inverse = {"do": "let_in", "person": person.id, "left": person.left, "seat": as_they_sit(change, [person.id])}
    leave(change, person_id)
    change.put(replace(change.value.people[person_id], removed=True))
    withdraw(change, person.id)
    change.tell(PeopleChanged((person.id,)), LineClosed(person.id, "leader"))
    trail.mark(change, "remove", "leader", person.id)
    _lines_too(change, person)
    remember(change, "remove", inverse)


def restore(change: Change, person_id: int) -> None:
    """The leader lets someone back in who left or was removed."""
    person = change.value.people.get(person_id)
    if person is None:
        raise Refused("not_found", "That person is not in this room.")
    if not (person.left or person.removed):  # is in already: nothing to do, and nothing to be said of it
        return
    if person.removed:
        check_place(change)
        change.put(replace(person, removed=False))
    trail.mark(change, "restore", "leader", person.id)
    come_back(change, person_id)
    _lines_too(change, person)


def let_in(change: Change, person_id: int, left: bool) -> None:
    """Someone who was taken out is in the room again, without a seat yet; or again as someone who had `left`."""
    person = change.value.people.get(person_id)
    if person is None or not person.removed:
        raise Refused("not_found", "That person is not out of this room.")
    check_place(change)
    change.put(replace(person, removed=False, left=left))
    trail.mark(change, "restore", "leader", person.id)
    change.tell(PeopleChanged((person.id,)), PersonMoved(person.id))
    _lines_too(change, person)


def lock(change: Change, locked: bool) -> None:
    """Nobody new comes in by phone, or they do again. Whoever is in stays in and may return."""
    if change.value.locked != locked:
        change.set_for_all(locked=locked)


def rename(change: Change, person_id: int, name: str) -> None:
    """Another name for someone, for instance if two are called the same. It also changes under what they signed: this
    is how a name that somebody wants off the wall gets off it."""
    person = change.check_person(person_id)
    change.put(replace(person, name=name))
    change.forgets = change.forgets or person.name != name
    trail.mark(change, "rename", "leader", person_id)
    seat = change.value.seat_of(person_id)
    change.tell(PeopleChanged((person_id,)), PersonMoved(person_id))
    change.tell(*[GroupsChanged((seat.group_id,))] if seat else [])
    if lines := [post.id for post in change.value.posts.where("person_id", person_id) if post.signed]:
        change.tell(WallChanged(tuple(on_wall.those_on(change.value, lines)), hiding=True))


def vouch(change: Change, person_id: int) -> None:
    """The leader sees someone sitting there, whatever their phone does."""
    change.put(replace(change.check_person(person_id), vouched=True))
    change.tell(PeopleChanged((person_id,)))


def _lines_too(change: Change, person: Person) -> None:
    """What someone simulated wrote goes with them, and comes back with them."""
    if person.simulated:
        wall.retell(change, [person.id])


def check_place(change: Change) -> None:
    """Refused("closed") where the room is full. Whoever was taken out does not count, so that a leader can make place;
    whoever left does, as they may come back."""
    people, most = change.value.people, room_size.most
    if len(people) >= most and sum(not person.removed for person in people) >= most:
        raise Full()


def _enter(change: Change, *, name: str, team: str | None, by_hand: bool = False, simulated: bool = False) -> Person:
    """Nobody else can come in between looking for a place and taking it: the change holds the room."""
    check_place(change)
    person = Person(
        id=change.new_id(Person),
        name=name,
        team=team,
        joined_at=change.now,
        by_hand=by_hand,
        simulated=simulated,
    )
    change.put(person)
    change.tell(PeopleChanged((person.id,)))
    if change.value.groups_shown:
        seat_late(change, person.id)
    return person
