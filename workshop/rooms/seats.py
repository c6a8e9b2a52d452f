"""Where people sat: remembered before the leader moves them or takes them out, so that it can be undone.

Other things may have happened at these tables since. So people go back to their table as the leader's hand would move
them, and their earlier roles come back if the same people sit there again; rounds that are over stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from ..core.errors import Refused
from ..core.roles import Role
from ..room.room import Person, Seat
from .change import Change, GroupsChanged, PeopleChanged
from .drafts import draft_of
from .grouping import begun, give_up_seat, next_number, over, played, sit_down


class Place(NamedTuple):
    """A seat: whose, where at the table, and the role of each round."""

    person: int
    place: int
    roles: list[Role]


class Sat(NamedTuple):
    """Where someone sat (None: nowhere), since when (ms), and from when until when they were gone from there."""

    person: int
    group: int | None
    since: int
    away: Sequence[tuple[int, int]] = ()


MOST_AWAY = 200
"""Somebody who was gone this often sits there as a newcomer, so that a seat has a bound."""


def as_they_sit(change: Change, people: Sequence[int], also: Sequence[int] = ()) -> dict[str, Any]:
    """The command that brings these people back to where they sit now; `also`: the tables they go to."""
    room = change.value
    if (draft := draft_of(room)) is not None:
        return {"do": "deal", "tables": draft}
    sat = [(person, room.seat_of(person)) for person in people]
    tables = dict.fromkeys([*also, *(seat.group_id for _, seat in sat if seat is not None)])
    return {
        "do": "reseat",
        "people": [
            [person, seat and seat.group_id, seat.since if seat else 0, list(seat.away) if seat else []]
            for person, seat in sat
        ],
        "tables": [[id, [[s.person_id, s.place, list(s.roles)] for s in room.seats_at(id)]] for id in tables],
        "at": change.now,
        "begun": begun(room),
    }


def reseat(
    change: Change, people: Sequence[Sat], tables: Sequence[tuple[int, list[Place]]], at: int, then: int
) -> None:
    """People go back to where they sat at the moment `at` (ms), when `then` rounds had begun."""
    settled = over(change.value)
    roles = {(group, place.person): place.roles for group, places in tables for place in places}
    for one in people:
        if change.check_person(one.person).left:
            raise Refused("invalid", "That person has left.")
        _back(change, one, roles.get((one.group or 0, one.person), ())[:then], settled, at)
    groups = change.value.groups
    touched = [(id, places) for id, places in tables if id in groups and groups[id].active]
    for id, places in touched:
        _all_as_before(change, id, places, settled)
    for id, _ in touched:
        change.tell(PeopleChanged(tuple(seat.person_id for seat in change.value.seats_at(id))))
    change.tell(GroupsChanged(tuple(id for id, _ in touched)))


def sit_again(change: Change, person: Person) -> bool:
    """Someone who left comes back to the seat they gave up, if that table is still there. The rounds that have begun
    meanwhile stay as they are for the others; in the one that is still running nobody has taken this person's role.
    False: they have no such seat."""
    room, before = change.value, person.gave_up
    sat = Sat(*before["people"][0]) if before else None
    group = room.groups.get(sat.group) if sat is not None else None
    if before is None or sat is None or group is None or not group.active:
        return False
    places = [Place(*place) for id, table in before["tables"] if id == group.id for place in table]
    mine = next(place for place in places if place.person == person.id)
    settled = begun(room)
    # In a round that the leader mended meanwhile somebody else may play what they were to.
    taken = [{seat.roles[at] for seat in room.seats_at(group.id)} for at in range(settled)]
    known = enumerate(mine.roles[: min(before["begun"], settled)])
    past: list[Role] = ["observer" if part in taken[at] else part for at, part in known]
    _sit_back(change, sat, group.id, past, before["at"])
    _all_as_before(change, group.id, places, settled)
    change.tell(GroupsChanged((group.id,)), PeopleChanged((person.id,)))
    return True


def _back(change: Change, sat: Sat, then: Sequence[Role], settled: int, at: int) -> None:
    room = change.value
    group = room.groups.get(sat.group)
    if group is not None and not group.active and room.seats_at(group.id):  # of an earlier draw: they sit elsewhere now
        return
    now = played(room, [sat.person]).get(sat.person, ()) if room.seat_of(sat.person) else then
    give_up_seat(change, sat.person, settled=settled)
    change.tell(PeopleChanged((sat.person,)))
    change.moved(sat.person)
    if group is not None:
        _lay_again(change, group.id)
        _sit_back(change, sat, group.id, now[:settled], at)


def _lay_again(change: Change, group_id: int) -> None:
    """The table is there again, if everyone had gone from it; with another number if its own was given out since."""
    group, others = change.value.groups[group_id], {other.number for other in change.value.active_groups}
    if not group.active:
        number = next_number(change.value) if group.number in others else group.number
        change.put(replace(group, active=True, number=number))


def _sit_back(change: Change, sat: Sat, group_id: int, past: Sequence[Role], at: int) -> None:
    """Sits down again: they read what they could read before, and nothing that others wrote or changed since `at`,
    while they were gone, now or when it is opened later. It is the same for what is private and what is open, so that
    what they find tells nothing of what others wrote for themselves."""
    seat = sit_down(change, sat.person, group_id, past)
    others = [one for one in change.value.notes.where("group_id", group_id) if one.person_id != sat.person]
    changed = {note.written_at for note in others if note.written_at < at <= note.changed_at}
    away = sorted({*map(tuple, sat.away), (at, change.now), *((moment, moment + 1) for moment in changed)})
    if len(away) <= MOST_AWAY:
        change.put(replace(seat, since=sat.since, away=tuple(map(list, away))))


def _all_as_before(change: Change, group_id: int, places: Sequence[Place], settled: int) -> None:
    """If the same people sit at a table as before, they get their earlier roles back in all rounds that are not
    settled."""
    before = {place.person: place for place in places}
    seats = change.value.seats_at(group_id)
    if before.keys() == {seat.person_id for seat in seats}:
        change.put(*(_as_before(seat, before[seat.person_id], settled) for seat in seats))


def _as_before(seat: Seat, before: Place, settled: int) -> Seat:
    kept, back = seat.roles[:settled], before.roles[settled:]
    return replace(seat, roles=(*kept, *back, *seat.roles[len(kept) + len(back) :]), place=before.place)
