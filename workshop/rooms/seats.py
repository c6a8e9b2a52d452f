"""Where people sat: remembered before the leader moves them or takes them out, so that it can be had back.

Other things may have happened at these tables since. So people go back to their table as the leader's hand would move
them, and the roles of before come back where the same people sit there again; rounds that have been stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from ..core.errors import Refused
from ..models import Group, Note, Person, Seat
from .change import Change, GroupsChanged, PeopleChanged
from .drafts import draft_of
from .grouping import begun, give_up_seat, group_of, played, sit_down


class Place(NamedTuple):
    """A seat: whose, where at the table, and the role of each round."""

    person: int
    place: int
    roles: list[str]


class Sat(NamedTuple):
    """Where someone sat (None: nowhere) and since when (ms)."""

    person: int
    group: int | None
    since: int


def as_they_sit(change: Change, people: Sequence[int], also: Sequence[Group] = ()) -> dict[str, Any]:
    """The command that brings these people back to where they sit now; `also`: the tables they go to."""
    if (draft := draft_of(change)) is not None:
        return {"do": "deal", "tables": draft}
    sat, tables = [], {group.id: group for group in also}
    for person_id in people:
        group = group_of(change, person_id)
        seat = next((s for s in group.seats if s.person_id == person_id), None) if group else None
        sat.append(Sat(person_id, group.id if group else None, seat.since if seat else 0))
        if group is not None:
            tables[group.id] = group
    return {
        "do": "reseat",
        "people": [list(one) for one in sat],
        "tables": [[g.id, [[s.person_id, s.place, s.roles] for s in g.seats]] for g in tables.values()],
        "at": change.now,
        "begun": begun(change),
    }


def reseat(
    change: Change, people: Sequence[Sat], tables: Sequence[tuple[int, list[Place]]], at: int, then: int
) -> None:
    """People go back to where they sat at the moment `at` (ms), when `then` rounds had begun."""
    settled = max(begun(change) - 1, 0)
    roles = {(group, place.person): place.roles for group, places in tables for place in places}
    for one in people:
        if change.person(one.person).left:
            raise Refused("invalid", "That person has left.")
        _back(change, one, roles.get((one.group or 0, one.person), [])[:then], settled, at)
    change.session.flush()
    touched = [group for id, _ in tables if (group := change.session.get(Group, id)) is not None and group.active]
    for group in touched:
        before = {place.person: place for id, places in tables if id == group.id for place in places}
        if set(before) == {seat.person_id for seat in group.seats}:
            for seat in group.seats:
                _as_before(seat, before[seat.person_id], settled)
    change.session.flush()
    for group in touched:
        change.session.refresh(group)
        change.tell(PeopleChanged(tuple(seat.person_id for seat in group.seats)))
    change.tell(GroupsChanged(tuple(group.id for group in touched)))


def sit_again(change: Change, person: Person) -> bool:
    """Someone who left comes back to the seat they gave up, where that table is still there. The rounds that have begun
    meanwhile stay as they are for the others; in the one that still runs nobody took what this person was. False: they
    have no such seat."""
    before = person.gave_up
    sat = Sat(*before["people"][0]) if before else None
    group = change.session.get(Group, sat.group) if sat is not None and sat.group is not None else None
    if before is None or sat is None or group is None or not group.active:
        return False
    places = {place.person: place for id, table in before["tables"] if id == group.id for place in _places(table)}
    settled = begun(change)
    taken = [{seat.roles[at] for seat in group.seats} for at in range(settled)]  # the leader may have mended a round
    past = places[person.id].roles[: min(before["begun"], settled)]
    past = ["observer" if role in taken[at] else role for at, role in enumerate(past)]
    sit_down(change, person.id, group, past)  # type: ignore[arg-type]
    if set(places) == {seat.person_id for seat in group.seats}:
        for seat in group.seats:
            _as_before(seat, places[seat.person_id], settled)
    seat = next(s for s in group.seats if s.person_id == person.id)
    if not _written_meanwhile(change, group, person.id, before["at"]):
        seat.since = sat.since
    change.session.flush()
    change.tell(GroupsChanged((group.id,)), PeopleChanged((person.id,)))
    return True


def _places(table: Sequence[Sequence[Any]]) -> list[Place]:
    return [Place(person, place, list(roles)) for person, place, roles in table]


def _back(change: Change, sat: Sat, then: Sequence[str], settled: int, at: int) -> None:
    now = (
        played(change, [sat.person]).get(sat.person, [])[:settled]
        if group_of(change, sat.person)
        else list(then)[:settled]
    )
    give_up_seat(change, sat.person, settled=settled)
    change.tell(PeopleChanged((sat.person,)))
    change.moved(sat.person)
    group = change.session.get(Group, sat.group) if sat.group is not None else None
    if group is None:
        return
    group.active = True
    sit_down(change, sat.person, group, now)  # type: ignore[arg-type]
    seat = next(s for s in group.seats if s.person_id == sat.person)
    if not _written_meanwhile(change, group, sat.person, at):
        seat.since = sat.since


def _as_before(seat: Seat, before: Place, settled: int) -> None:
    kept, back = seat.roles[:settled], before.roles[settled:]
    seat.roles = [*kept, *back, *seat.roles[len(kept) + len(back) :]]
    seat.place = before.place


def _written_meanwhile(change: Change, group: Group, person_id: int, at: int) -> bool:
    """Others wrote at the table while this person did not sit there: that is not theirs to read, now or when it is
    opened later."""
    query = select(Note.id).where(Note.group_id == group.id, Note.changed_at >= at, Note.person_id != person_id)
    return change.session.scalars(query.limit(1)).first() is not None
