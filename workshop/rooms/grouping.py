"""Who sits with whom and who plays what: the draw, late comers, leavers, and the leader's hand in it.

Until `groups` is entered all of it is a draft that only leaders see (product.md, groups that are not three).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import selectinload

from ..core import groups as draw
from ..core import roles
from ..core.errors import Refused
from ..core.run import rounds_begun
from ..models import Group, Person, Seat, Wish
from .bounds import room_for_wish
from .change import Change, GroupsChanged, PeopleChanged
from .undoing import outdate

MOST_AT_A_TABLE = 5
"""As many as a late comer still joins: a triad with two more who observe. At a larger one nobody gets a turn."""
Tables = Sequence[Sequence[int]]
"""The people of each."""
FULL = 60
"""A draw for so many is worked out before anything is written."""
DRAWS_REMEMBERED = 12
"""Who sat together longer ago may sit together again."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who sits with whom, drawn for these people."""

    people: list[draw.Member]
    tables: Tables


def form_groups(
    change: Change, seed: int | None = None, *, wishes: bool = True, mix: bool = True, other: bool = False
) -> None:
    """Draws the groups anew from everyone who has not left. One person alone waits with the leader.

    `mix` spreads the people of a team. `other`: not with the same people as in the groups there are, draft or not.
    """
    people, seated = _in_the_draw(change), who_sits(change)
    if isinstance(change.worked_out, Drawn) and change.worked_out.people == people:
        tables = change.worked_out.tables
    else:
        tables = _draw(change, people, seated, seed, wishes=wishes, mix=mix, other=other)()
    if change.room.groups_shown:
        outdate(change)
    clear_tables(change, seated)
    _dismiss_stand_ins(change)
    tell_all(change, lay_tables(change, tables))


def drawing(change: Change, seed: int | None, *, mix: bool, other: bool) -> Callable[[], Drawn | None] | None:
    """The draw of a room that is so full that others would feel it: looked up now, worked out when it is called. None:
    it is soon done."""
    people = _in_the_draw(change)
    if len(people) < FULL:
        return None
    work = _draw(change, people, who_sits(change), seed, mix=mix, other=other)

    def drawn() -> Drawn | None:
        try:
            return Drawn(people, work())
        except Refused:  # is said once it is known that the leader saw the room as it is
            return None

    return drawn


def _draw(
    change: Change,
    people: list[draw.Member],
    seated: Mapping[int, Sequence[int]],
    seed: int | None,
    *,
    wishes: bool = True,
    mix: bool,
    other: bool,
) -> Callable[[], Tables]:
    wished = list(change.session.scalars(select(Wish).where(Wish.room_id == change.room.id))) if wishes else []
    before = [*_sat_together(change, len(people)), *(map(frozenset, seated.values()) if other else [])]
    return partial(
        draw.form,
        people,
        seed=secrets.randbits(31) if seed is None else seed,
        leftovers=change.room.leftovers,
        apart=[frozenset(w.people) for w in wished if w.kind == "apart"],
        together=[frozenset(w.people) for w in wished if w.kind == "together"],
        mix=mix,
        before=before,
    )


def _in_the_draw(change: Change) -> list[draw.Member]:
    return [draw.Member(*one) for one in change.session.execute(change.in_draw(Person.id, Person.team))]


def who_sits(change: Change) -> dict[int, list[int]]:
    """The people of each group of the last draw, by number, in the order of the draw."""
    query = select(Group.id, Seat.person_id).join(Seat).where(Group.room_id == change.room.id, Group.active.is_(True))
    found: dict[int, list[int]] = defaultdict(list)
    for group, person in change.session.execute(query.order_by(Group.number, Seat.place)):
        found[group].append(person)
    return found


def clear_tables(change: Change, seated: Mapping[int, Sequence[int]]) -> None:
    """Nobody sits anywhere any more; `seated` is who did."""
    for people in seated.values():
        change.moved(*people)
        change.tell(PeopleChanged(tuple(people)))
    change.session.flush()
    _retire(change, seated)


def fit_rounds(change: Change) -> None:
    """Everyone has a role in every round there is, after the programme was changed."""
    wanted, fitted = rounds(change), []
    for group in change.groups():
        short = any(len(seat.roles) < wanted for seat in group.seats)
        if short and change.room.groups_shown:
            play(group, roles.extended(plan_of(group), wanted))
        elif not change.room.groups_shown and any(len(seat.roles) != wanted for seat in group.seats):
            _draft(change, group)
        else:
            continue
        fitted.append(group.id)
    if fitted:
        change.tell(GroupsChanged(tuple(fitted)))


def show_groups(change: Change) -> None:
    """Entering a step that needs groups: the draft becomes what everyone sees, and who has no seat gets one."""
    groups = change.groups()
    if not change.room.groups_shown:
        outdate(change)
        groups = _ready(change, groups)
    waiting = who_waits(change, groups)
    if change.room.groups_shown and len(waiting) > 2:
        tell_all(change, _new_tables(change, [person.id for person in waiting]))
    for person in waiting:
        if group_of(change, person.id) is None:  # seating one may have drawn all
            seat_late(change, person.id, at_any=True)
    if not change.room.groups_shown:
        change.room.groups_shown = True
        tell_all(change, who_sits(change))


def mend_round(change: Change, number: int) -> None:
    """The leader opens a round, or opens it anew: each table has its client and its professional, whoever left."""
    for group in change.groups():
        before = plan_of(group)
        if (whole := roles.make_whole(before, number)) != before:
            play(group, whole)
            change.tell(GroupsChanged((group.id,)))


def _ready(change: Change, draft: list[Group]) -> list[Group]:
    """The draft as it can be shown: there is one, nobody sits alone, and who came after it was made sits in threes."""
    if not draft:
        _form_somehow(change)
    for group in draft:
        if len(group.seats) == 1:
            stand_up(change, group.seats[0].person_id, group, 0)
    _new_tables(change, [person.id for person in who_waits(change)])
    return change.groups()


def _form_somehow(change: Change) -> None:
    """The clock cannot wait for wishes that cannot be kept: then the draw goes without them."""
    try:
        form_groups(change)
    except Refused:
        form_groups(change, wishes=False)


def who_waits(change: Change, groups: Sequence[Group] | None = None) -> list[Person]:
    """Those who are in the room and at no table; `groups` are all there are, where these are known."""
    seated = {s.person_id for g in (change.groups() if groups is None else groups) for s in g.seats}
    return [person for person in change.participants() if person.id not in seated]


def next_number(change: Change) -> int:
    """What a table that is added is called."""
    return max((g.number for g in change.groups()), default=0) + 1


def _new_tables(change: Change, people: Sequence[int]) -> dict[int, Sequence[int]]:
    """Those who came after the tables were laid sit down in threes; one or two left over join another table."""
    threes = [people[at : at + 3] for at in range(0, len(people) - 2, 3)]
    change.moved(*(person for table in threes for person in table))
    return lay_tables(change, threes, next_number(change))


def lay_tables(change: Change, tables: Sequence[Sequence[int]], number: int = 1) -> dict[int, Sequence[int]]:
    """Makes new groups, numbered from `number` on, with a plan for all rounds; what people played in rounds that have
    begun stays as it was. A hundred tables take as many queries as one. Returns who sits in which."""
    settled = max(begun(change) - 1, 0)  # a draw is the leader's hand: the running round is drawn anew
    wanted = rounds(change)
    past = played(change, [person for people in tables for person in people]) if settled else {}
    if not tables:
        return {}
    numbered = [{"room_id": change.room.id, "number": at} for at, _ in enumerate(tables, start=number)]
    change.session.execute(insert(Group), numbered)
    new = select(Group.id).where(Group.room_id == change.room.id, Group.active.is_(True), Group.number >= number)
    groups = dict(zip(change.session.scalars(new.order_by(Group.number)), tables, strict=True))
    seats = []
    for group, people in groups.items():
        before = {person: past.get(person, [])[:settled] for person in people}
        order = _fairest(people, before, wanted)
        for place, (person, part) in enumerate(roles.plan(order, wanted).items()):
            line = [*before[person], *["observer"] * (settled - len(before[person])), *part[settled:]]
            seat = {"person_id": person, "group_id": group, "place": place, "since": change.now, "roles": line}
            seats.append(seat)
    change.session.execute(insert(Seat), seats)
    return groups


def played(change: Change, people: Collection[int]) -> dict[int, list[roles.Role]]:
    """The roles of someone's last seat, the one of the running draw or of an earlier one; nobody's while the groups are
    a draft."""
    if not change.room.groups_shown:
        return {}
    here = (Group.room_id == change.room.id) & Seat.person_id.in_(people)
    last = select(func.max(Seat.group_id)).join(Group).where(here).group_by(Seat.person_id)
    query = select(Seat.person_id, Seat.roles).where(Seat.group_id.in_(last), Seat.person_id.in_(people))
    found = change.session.execute(query.order_by(Seat.group_id))
    return {person: list(roles) for person, roles in found}


def _fairest(people: Sequence[int], past: Mapping[int, Sequence[str]], rounds: int) -> list[int]:
    """The order of the draw, turned round the table so that fewest people play client or professional again."""

    def again(order: list[int]) -> int:
        plan = roles.plan(order, rounds)
        return sum(
            plan[p][at] in past[p] for p in order for at in range(len(past[p]), rounds) if plan[p][at] != "observer"
        )

    return min(([*people[i:], *people[:i]] for i in range(len(people))), key=again)


def seat_late(change: Change, person_id: int, *, at_any: bool = False) -> None:
    """A late comer joins the smallest group; the round that runs keeps its roles. Where every table is large, they wait
    for a new one, unless anything is better than waiting (`at_any`)."""
    groups = {g.id: g for g in change.groups()}
    smallest = draw.smallest({i: [s.person_id for s in g.seats if not s.person.stand_in] for i, g in groups.items()})
    if smallest is None:
        if len(change.participants()) >= 2:
            form_groups(change)
        return
    if len(groups[smallest].seats) >= MOST_AT_A_TABLE and not at_any:
        return
    sit_down(change, person_id, groups[smallest])
    change.tell(GroupsChanged((smallest,)), PeopleChanged((person_id,)))


def give_up_seat(change: Change, person_id: int, *, settled: int | None = None) -> None:
    """Someone leaves the table; from the next round on an observer plays what they were to be."""
    group = group_of(change, person_id)
    if group is None:
        return
    stand_up(change, person_id, group, begun(change) if settled is None else settled)
    change.tell(GroupsChanged((group.id,)), PeopleChanged((person_id,)))
    change.moved(person_id)


def wish(change: Change, kind: str | None, people: Sequence[int]) -> None:
    """These people are to sit apart, or together, at the next draw. What was wished about them before is forgotten."""
    chosen = sorted({change.person(p).id for p in people})
    if len(chosen) < 2:
        raise Refused("invalid", "This takes at least two people.")
    for old in change.session.scalars(select(Wish).where(Wish.room_id == change.room.id)):
        if old.people == chosen:
            change.session.delete(old)
    if kind is not None:
        room_for_wish(change.value)
        change.session.add(Wish(room_id=change.room.id, kind=kind, people=chosen))
    change.session.flush()
    change.tell(GroupsChanged())


def group_of(change: Change, person_id: int) -> Group | None:
    """Where someone sits in the last draw, shown or not."""
    query = (
        select(Group)
        .join(Seat)
        .where(Seat.person_id == person_id, Group.active.is_(True), Group.room_id == change.room.id)
        .options(selectinload(Group.seats))
    )
    return change.session.scalars(query).first()


def rounds(change: Change) -> int:
    """How many rounds the programme of this room has."""
    return max((step.round or 0 for step in change.value.run.steps), default=0)


def begun(change: Change) -> int:
    """The rounds whose roles no longer change by themselves; none while the groups are a draft."""
    if not change.room.groups_shown:
        return 0
    return rounds_begun(change.value.run)


def group_here(change: Change, group_id: int) -> Group:
    """The row of a group of the last draw; Refused("not_found") for another one."""
    return change.session.get_one(Group, change.check_group(group_id).id)


def sit_down(change: Change, person_id: int, group: Group, past: Sequence[roles.Role] = ()) -> None:
    """Joins a table; `past` is what they played in the rounds that have begun."""
    place = max((s.place for s in group.seats), default=-1) + 1
    seat = Seat(person_id=person_id, place=place, since=change.now, roles=[])
    plan = plan_of(group)
    group.seats.append(seat)
    if change.room.groups_shown:
        first = {person_id: _alone(change, past)}
        play(group, roles.late(plan, person_id, begun(change), past=past) if plan else first)
    else:
        _draft(change, group)
    change.session.flush()


def _alone(change: Change, past: Sequence[roles.Role]) -> tuple[roles.Role, ...]:
    """The roles of the first one at an empty table; they are mended as others join."""
    return (*past, *["observer"] * rounds(change))[: rounds(change)]  # type: ignore[return-value]


def stand_up(change: Change, person_id: int, group: Group, settled: int) -> None:
    """Leaves a table; `settled` is the number of rounds whose roles stay as they are."""
    plan = plan_of(group)
    group.seats.remove(next(s for s in group.seats if s.person_id == person_id))
    if not group.seats:
        change.session.flush()
        _retire(change, [group.id])
    elif change.room.groups_shown:
        play(group, roles.without(plan, person_id, settled))
    else:
        _draft(change, group)
    change.session.flush()


def plan_of(group: Group) -> roles.Plan:
    """Who at this table plays what in which round."""
    return {s.person_id: tuple(s.roles) for s in group.seats}


def play(group: Group, plan: roles.Plan) -> None:
    """From now on everyone at this table plays what the plan says."""
    for seat in group.seats:
        seat.roles = list(plan[seat.person_id])


def _draft(change: Change, group: Group) -> None:
    play(group, roles.plan([s.person_id for s in group.seats], rounds(change)))


def _retire(change: Change, groups: Collection[int]) -> None:
    """Groups of an earlier draw: kept while notes belong to them, gone where nobody ever saw them."""
    these = Group.id.in_(groups)
    if change.room.groups_shown:
        change.session.execute(update(Group).where(these).values(active=False, hand_at=None, coming_at=None))
    else:
        change.session.execute(delete(Group).where(these))


def _dismiss_stand_ins(change: Change) -> None:
    """A chair that the leader filled is not empty after a new draw."""
    for person in change.stand_ins():
        person.removed = person.left = True
        change.tell(PeopleChanged((person.id,)))


def _sat_together(change: Change, people: int) -> Iterable[frozenset[int]]:
    """Who of so many sat together in the last draws that the room has seen; soft wishes are drawn from it."""
    if not change.room.groups_shown:
        return []
    seats = select(Seat.group_id, Seat.person_id).join(Group).where(Group.room_id == change.room.id)
    seats = seats.order_by(Seat.group_id.desc()).limit(DRAWS_REMEMBERED * (people + 1))
    met: dict[int, set[int]] = defaultdict(set)
    for group, person in change.session.execute(seats):
        met[group].add(person)
    return map(frozenset, met.values())


def tell_all(change: Change, seated: Mapping[int, Sequence[int]]) -> None:
    """Everyone hears who sits in which group, and these are all groups there are."""
    change.tell(GroupsChanged(tuple(seated)), PeopleChanged(tuple(p for people in seated.values() for p in people)))
