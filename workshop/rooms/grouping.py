"""Who sits with whom and who plays what: the draw, latecomers, leavers, and the leader's hand in all of it.

Until `groups` is entered all of it is a draft that only leaders see (docs/leaders.md).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from ..core import groups as draw
from ..core import roles
from ..core.errors import Refused
from ..core.programme import NEEDS_GROUPS
from ..core.run import rounds_begun, rounds_over
from ..room.room import Group, Room, Seat, Wish
from .bounds import room_for_wish
from .change import Change, GroupsChanged, PeopleChanged
from .undoing import outdate

MOST_AT_A_TABLE = 5
"""The largest group that a latecomer still joins: a triad with two more who observe. In a larger one some would never
get a turn."""
Tables = Sequence[Sequence[int]]
"""The people in each group."""
ONE_OBSERVES: tuple[roles.Role, ...] = ("observer",)
"""The role in a round of which nothing else is known."""
DRAWS_REMEMBERED = 12
"""People who sat together longer ago may sit together again."""


def form_groups(
    change: Change, seed: int | None = None, *, wishes: bool = True, mix: bool = True, other: bool = False
) -> None:
    """Draws the groups anew from everyone who has not left. One person alone waits with the leader.

    `mix` spreads the people of a team. `other`: not with the same people as in the present groups, draft or not.
    """
    room = change.value
    seated = who_sits(room)
    wished = list(room.wishes) if wishes else []
    tables = draw.form(
        [draw.Member(person.id, person.team) for person in room.in_draw],
        seed=secrets.randbits(31) if seed is None else seed,
        leftovers=room.leftovers,
        apart=[frozenset(w.people) for w in wished if w.kind == "apart"],
        together=[frozenset(w.people) for w in wished if w.kind == "together"],
        mix=mix,
        before=[*_sat_together(room), *(map(frozenset, seated.values()) if other else [])],
    )
    if room.groups_shown:
        outdate(change)
    clear_tables(change, seated)
    _dismiss_stand_ins(change)
    tell_all(change, lay_tables(change, tables))


def who_sits(room: Room) -> dict[int, list[int]]:
    """The people of each group of the last draw, by number, in the order of the draw."""
    found = ((group.id, [seat.person_id for seat in room.seats_at(group.id)]) for group in room.active_groups)
    return {group: people for group, people in found if people}


def clear_tables(change: Change, seated: Mapping[int, Sequence[int]]) -> None:
    """Nobody sits anywhere any more; `seated` are those who did."""
    for people in seated.values():
        change.moved(*people)
        change.tell(PeopleChanged(tuple(people)))
    _retire(change, seated)


def fit_rounds(change: Change) -> None:
    """Everyone has a role in every round there is, after the programme was changed."""
    room, fitted = change.value, dict[int, roles.Plan]()
    wanted = rounds(room)
    for group, plan in _plans(room).items():
        lengths = {len(parts) for parts in plan.values()}
        if room.groups_shown and any(length < wanted for length in lengths):
            fitted[group] = _cast(room, plan, lambda these: roles.extended(these, wanted))
        elif not room.groups_shown and lengths - {wanted}:
            fitted[group] = _cast(room, plan, lambda these: roles.plan(list(these), wanted))
    play(change, fitted)
    if fitted:
        change.tell(GroupsChanged(tuple(fitted)))


def show_groups(change: Change) -> None:
    """Entering a step that needs groups: the draft becomes what everyone sees, and anyone without a seat gets one."""
    if not change.value.groups_shown:
        outdate(change)
        _make_ready(change)
    waiting = who_waits(change.value)
    if change.value.groups_shown and len(waiting) > 2:
        tell_all(change, _new_tables(change, waiting))
    for person_id in waiting:
        if change.value.seat_of(person_id) is None:  # seating one may have drawn all
            seat_late(change, person_id, at_any=True)
    if not change.value.groups_shown:
        change.set(groups_shown=True)
        tell_all(change, who_sits(change.value))


def draft_again(change: Change) -> bool:
    """Before the room comes to its groups, where nobody sits with anyone: what was shown was shown to a rehearsal, or
    to nobody, and the next draw is a draft. False: it stays as it is."""
    room = change.value
    seated = who_sits(room)
    together = any(sum(not room.people[one].stand_in for one in people) > 1 for people in seated.values())
    come_to = any(step.kind in NEEDS_GROUPS for step in room.run.steps[: room.run.index + 1])
    if not room.groups_shown or come_to or together:
        return False
    outdate(change)
    clear_tables(change, seated)
    _dismiss_stand_ins(change)
    change.set(groups_shown=False)
    change.tell(GroupsChanged())
    return True


def mend_round(change: Change, number: int) -> None:
    """The leader opens a round, or opens it again: each table gets its client and its professional, whoever has
    left."""
    before = _plans(change.value)
    whole = {group: roles.make_whole(plan, number) for group, plan in before.items()}
    mended = {group: plan for group, plan in whole.items() if plan != before[group]}
    play(change, mended)
    for group in mended:
        change.tell(GroupsChanged((group,)))


def _make_ready(change: Change) -> None:
    """Makes sure that there is a draft to show, in which nobody sits alone and those who came after it was made sit in
    threes."""
    draft = change.value.active_groups
    if not draft:
        _form_somehow(change)
    for group in draft:
        seats = change.value.seats_at(group.id)
        if len(seats) == 1:
            stand_up(change, seats[0], 0)
    _new_tables(change, who_waits(change.value))


def _form_somehow(change: Change) -> None:
    """Neither the clock nor a phone, which may not even hear of wishes, waits for what cannot be kept: in that case the
    draw does without them."""
    try:
        form_groups(change)
    except Refused:
        form_groups(change, wishes=False)


def who_waits(room: Room) -> list[int]:
    """Those who are in the room but at no table."""
    return [person.id for person in room.in_draw if person.id not in room.seated]


def next_number(room: Room) -> int:
    """The number of the next table that is added."""
    return max((group.number for group in room.active_groups), default=0) + 1


def _new_tables(change: Change, people: Sequence[int]) -> dict[int, Sequence[int]]:
    """Those who came after the tables were laid sit down in threes; one or two left over join another table."""
    threes = [people[at : at + 3] for at in range(0, len(people) - 2, 3)]
    change.moved(*(person for table in threes for person in table))
    return lay_tables(change, threes, next_number(change.value))


def lay_tables(change: Change, tables: Tables, number: int = 1) -> dict[int, Sequence[int]]:
    """Makes new groups, numbered from `number` on, with a plan for all rounds; what people played in rounds that have
    begun stays as it was. Returns who sits in which."""
    room = change.value
    settled, wanted = over(room), rounds(room)
    past = played(room, [person for people in tables for person in people]) if settled else {}
    groups, made, seats = dict[int, Sequence[int]](), list[Group](), list[Seat]()
    for at, people in enumerate(tables, start=number):
        group = Group(change.new_id(Group), at)
        groups[group.id] = people
        before = {person: (*past.get(person, ()), *ONE_OBSERVES * settled)[:settled] for person in people}
        plan = _cast(room, before, lambda these: roles.fairest(list(these), these, wanted))
        for place, (person, parts) in enumerate(plan.items()):
            seats.append(Seat(person, group.id, place, change.now, parts))
        made.append(group)
    change.put(*made, *seats)
    return groups


def played(room: Room, people: Collection[int]) -> dict[int, tuple[roles.Role, ...]]:
    """The roles of someone's last seat, the one of the running draw or of an earlier one; none while the groups are a
    draft."""
    if not room.groups_shown:
        return {}
    sat = {person: room.seats.where("person_id", person) for person in people}
    return {person: max(seats, key=lambda seat: seat.group_id).roles for person, seats in sat.items() if seats}


def seat_late(change: Change, person_id: int, *, at_any: bool = False) -> None:
    """A latecomer joins the smallest group; the running round keeps its roles. If every table is large, they wait for
    a new one, unless anything is better than waiting (`at_any`)."""
    if draft_again(change):
        return
    room = change.value
    groups = who_sits(room)
    smallest = draw.smallest({g: [p for p in sit if not room.people[p].stand_in] for g, sit in groups.items()})
    if smallest is None:
        if len(room.in_draw) >= 2:
            _form_somehow(change)
        return
    if len(groups[smallest]) >= MOST_AT_A_TABLE and not at_any:
        return
    sit_down(change, person_id, smallest)
    change.tell(GroupsChanged((smallest,)), PeopleChanged((person_id,)))


def give_up_seat(change: Change, person_id: int, *, settled: int | None = None) -> None:
    """Someone leaves the table; from the next round on an observer takes the roles they would have had."""
    seat = change.value.seat_of(person_id)
    if seat is None:
        return
    stand_up(change, seat, begun(change.value) if settled is None else settled)
    change.tell(GroupsChanged((seat.group_id,)), PeopleChanged((person_id,)))
    change.moved(person_id)


def wish(change: Change, kind: str | None, people: Sequence[int]) -> None:
    """These people are to sit apart, or together, at the next draw. Earlier wishes about them are dropped."""
    chosen = tuple(sorted({change.check_person(p).id for p in people}))
    if len(chosen) < 2:
        raise Refused("invalid", "This takes at least two people.")
    change.drop(*change.value.wishes.where("people", chosen))
    if kind is not None:
        room_for_wish(change.value)
        change.put(Wish(change.new_id(Wish), kind, chosen))
    change.tell(GroupsChanged())


def rounds(room: Room) -> int:
    """How many rounds the programme of this room has."""
    return max((step.round or 0 for step in room.run.steps), default=0)


def begun(room: Room) -> int:
    """The number of rounds whose roles no longer change by themselves; 0 while the groups are a draft."""
    if not room.groups_shown:
        return 0
    return rounds_begun(room.run)


def over(room: Room) -> int:
    """The number of rounds that the leader's hand leaves as they were played: a running one is still mended and drawn
    anew, until its conversation is over."""
    return rounds_over(room.run) if room.groups_shown else 0


def sit_down(change: Change, person_id: int, group_id: int, past: Sequence[roles.Role] = ()) -> Seat:
    """Joins a table; `past` is what they played in the rounds that have begun."""
    room = change.value
    seats = room.seats_at(group_id)
    seat = Seat(person_id, group_id, max((s.place for s in seats), default=-1) + 1, change.now, ())
    plan: roles.Plan = plan_of(seats)

    def joined(these: roles.Plan) -> roles.Plan:
        if person_id not in these:
            return these
        before = {who: parts for who, parts in these.items() if who != person_id}
        after = roles.late(before, person_id, begun(room), past=past)
        # Who leads the room misses nothing.
        return after if room.people[person_id].stand_in else roles.evened(after, begun(room))

    if not room.groups_shown:
        plan = _cast(room, {**plan, person_id: ()}, lambda these: roles.plan(list(these), rounds(room)))
    elif plan:
        plan = _cast(room, {**plan, person_id: tuple(past)}, joined)
    else:  # the first one at an empty table; their roles are mended as others join
        plan = {person_id: (*past, *ONE_OBSERVES * rounds(room))[: rounds(room)]}
    change.put(seat)
    play(change, {group_id: plan})
    return change.value.seats[person_id, group_id]


def stand_up(change: Change, seat: Seat, settled: int) -> None:
    """Leaves a table; `settled` is the number of rounds whose roles stay as they are."""
    room, group_id = change.value, seat.group_id
    plan: roles.Plan = plan_of(other for other in room.seats_at(group_id) if other.person_id != seat.person_id)
    change.drop(seat)
    if not plan:
        _retire(change, [group_id])
    elif room.groups_shown:
        plan = _cast(room, plan, lambda these: roles.without(these, seat.person_id, begun(room)))
        if settled < begun(room) and len(plan) > 1:  # by the leader's hand: whoever plays in the running round goes on
            plan = roles.make_whole(plan, begun(room))
        play(change, {group_id: _cast(room, plan, lambda these: roles.evened(these, begun(room)))})
    else:
        play(change, {group_id: _cast(room, plan, lambda these: roles.plan(list(these), rounds(room)))})


def _cast(room: Room, plan: roles.Plan, make: Callable[[roles.Plan], roles.Plan]) -> roles.Plan:
    """What `make` makes of the plan of a table. As long as two others sit there, the leader in an empty chair is left
    out of it, and observes in all rounds but those that have begun."""
    others = {who: parts for who, parts in plan.items() if not room.people[who].stand_in}
    if len(others) < 2 or len(others) == len(plan):
        return make(plan)
    made = make(others)
    length = len(next(iter(made.values())))
    past = {who: parts[: begun(room)] for who, parts in plan.items()}
    chairs = [who for who in plan if who not in others]
    return {**made, **{who: (*past[who], *ONE_OBSERVES * length)[:length] for who in chairs}}


def plan_of(seats: Iterable[Seat]) -> roles.Plan:
    """Who plays what in which round at a table."""
    return {seat.person_id: seat.roles for seat in seats}


def play(change: Change, plans: Mapping[int, roles.Plan]) -> None:
    """From now on everyone at these tables plays what the plan of their table says."""
    seats = change.value.seats
    of_all = [(seats[person, group], parts) for group, plan in plans.items() for person, parts in plan.items()]
    change.put(*(replace(seat, roles=parts) for seat, parts in of_all))


def _plans(room: Room) -> dict[int, roles.Plan]:
    return {group.id: plan_of(room.seats_at(group.id)) for group in room.active_groups}


def _retire(change: Change, groups: Iterable[int]) -> None:
    """Groups of an earlier draw: kept as long as notes belong to them, dropped if nobody ever saw them."""
    room = change.value
    these = [room.groups[id] for id in groups]
    if room.groups_shown:
        change.put(*(replace(group, active=False, hand_at=None, coming_at=None) for group in these))
    else:
        change.drop(*(seat for group in these for seat in room.seats_at(group.id)), *these)


def _dismiss_stand_ins(change: Change) -> None:
    """After a new draw the chair that the leader filled is no longer empty."""
    for person in change.value.here:
        if person.stand_in:
            change.put(replace(person, removed=True, left=True))
            change.tell(PeopleChanged((person.id,)))


def _sat_together(room: Room) -> Iterable[frozenset[int]]:
    """Who sat together in the last draws that the room has seen; soft wishes are made from this."""
    if not room.groups_shown:
        return []
    groups = sorted((group.id for group in room.groups), reverse=True)
    seats = (seat for group in groups for seat in room.seats.where("group_id", group))
    met: dict[int, set[int]] = defaultdict(set)
    for seat in islice(seats, DRAWS_REMEMBERED * (len(room.in_draw) + 1)):
        met[seat.group_id].add(seat.person_id)
    return map(frozenset, met.values())


def tell_all(change: Change, seated: Mapping[int, Sequence[int]]) -> None:
    """Everyone hears who sits in which group, and that these are all the groups."""
    change.tell(GroupsChanged(tuple(seated)), PeopleChanged(tuple(p for people in seated.values() for p in people)))
