"""Who plays what: the plan of roles for a group, its repair, and who has not had which role yet.

A plan has one role per round for each person, in the order of the draw. Source: docs/protocol.md, How a room moves;
docs/leaders.md, When the number is not a multiple of three. In every round that has not begun there is exactly one
client and exactly one professional, as long as two people are present; a round that has begun changes only by the
leader's hand (`give`). `begun` is the number of rounds that have begun, the running one included.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import permutations
from typing import Literal

from workshop.core.errors import Refused

Role = Literal["client", "professional", "observer"]
Plan = Mapping[int, tuple[Role, ...]]
Draft = dict[int, list[Role]]

SPEAKING: tuple[Role, Role] = ("client", "professional")
MOST_ORDERS_OF = 5
"""So many people are tried in all orders, 120 at most; more are only turned round their table."""


def plan(members: Sequence[int], rounds: int) -> dict[int, tuple[Role, ...]]:
    """The plan for people in the order of the draw: in round r member i has place (i + r - 1) mod n, where place 0
    is client, 1 professional and every other observer. So client becomes professional becomes observer."""
    return dict(zip(members, _lines(len(members), rounds), strict=True))


def fairest(members: Sequence[int], past: Plan, rounds: int) -> Plan:
    """The plan with the rounds that are over as they were played (`past`). Of all orders of the people, and of a plan
    made round by round, the one that leaves the fewest without a role, and so makes the fewest play one again."""

    def ahead(order: Sequence[int]) -> Plan:
        return {who: (*past[who], *roles[len(past[who]) :]) for who, roles in plan(order, rounds).items()}

    if not any(past.values()):
        return plan(members, rounds)
    turned = ([*members[at:], *members[:at]] for at in range(len(members)))
    orders = permutations(members) if len(members) <= MOST_ORDERS_OF else turned
    return min((*map(ahead, orders), extended({who: past[who] for who in members}, rounds)), key=_missed)


def late(plan: Plan, newcomer: int, begun: int, *, past: Sequence[Role] = ()) -> dict[int, tuple[Role, ...]]:
    """The plan with a latecomer, who observes; a newcomer only gets a role that they have not had and that someone
    else would have for the second time. `past` is what they were in the rounds begun, if they come from another group.
    There must be someone at the table already: nobody is seated alone."""
    rounds = len(next(iter(plan.values())))
    mine = _new_line(past, begun, rounds)
    draft = {**_draft(plan), newcomer: mine}
    for at in range(begun, rounds):
        _mend(draft, at)
        for role in SPEAKING:
            for holder in _holders(draft, at, role):
                if role in draft[holder][:at] and mine[at] == "observer" and role not in mine:
                    draft[holder][at], mine[at] = "observer", role
    return _fixed(draft)


def without(plan: Plan, leaver: int, begun: int) -> dict[int, tuple[Role, ...]]:
    """The plan without someone who left: what they were to be in rounds not yet begun goes to an observer, the one
    who has that role least in the whole plan, then the first of the draw."""
    draft = _draft({person: roles for person, roles in plan.items() if person != leaver})
    for at in range(begun, len(next(iter(draft.values()), []))):
        _mend(draft, at)
    return _fixed(draft)


def evened(plan: Plan, begun: int) -> Plan:
    """The plan after someone came or went: if fewer people then miss a role, with the rounds not yet begun made anew.
    Otherwise everyone plays what they were told."""
    rounds = len(next(iter(plan.values()), ()))
    anew = extended({who: roles[:begun] for who, roles in plan.items()}, rounds)
    return min(plan, anew, key=_missed) if len(plan) > 1 else plan


def make_whole(plan: Plan, number: int) -> dict[int, tuple[Role, ...]]:
    """By the leader's hand: gives round `number` (from 1), of two people or more, its one client and its one
    professional."""
    draft = _draft(plan)
    if all(number <= len(roles) for roles in draft.values()):
        _mend(draft, number - 1)
    return _fixed(draft)


def extended(plan: Plan, rounds: int) -> dict[int, tuple[Role, ...]]:
    """The plan with this many rounds: in each round that is added, whoever has not been client or professional comes
    first, then whoever has been it least, then whoever's turn it is."""
    draft = _draft(plan)
    for at in range(min(map(len, draft.values()), default=rounds), rounds):
        speaking = _next_to_speak(draft, at)
        for person, roles in draft.items():
            roles[at:] = [speaking.get(person, "observer")]
    return _fixed(draft)


def give(plan: Plan, person: int, number: int, role: Role) -> dict[int, tuple[Role, ...]]:
    """By the leader's hand: `person` has `role` in round `number` (from 1), and whoever had that role gets theirs."""
    if person not in plan:
        raise Refused("not_found", "That person is not in this group.")
    if not 1 <= number <= len(plan[person]):
        raise Refused("invalid", "There is no such round.")
    draft, at = _draft(plan), number - 1
    if draft[person][at] != role:
        holders = _holders(draft, at, role)
        if role == "observer" and not holders:
            raise Refused("invalid", "A pair has no observer to change with.")
        for holder in holders[:1]:
            draft[holder][at] = draft[person][at]
        draft[person][at] = role
    return _fixed(draft)


def never(plan: Plan, rounds: int) -> dict[Role, tuple[int, ...]]:
    """Who, in the first `rounds` rounds of the plan, is never client, and who is never professional."""
    return {role: tuple(who for who, roles in plan.items() if role not in roles[:rounds]) for role in SPEAKING}


def _missed(plan: Plan) -> int:
    """How often someone never has a role. Each round has one of each: the fewer miss one, the fewer have one again."""
    return sum(role not in roles for roles in plan.values() for role in SPEAKING)


def _next_to_speak(draft: Draft, at: int) -> dict[int, Role]:
    """Who should be client and professional in a round after all others: one of each, if two people are there."""
    people = list(draft)
    if len(people) < 2:
        return dict.fromkeys(people, "client")
    turn = {person: (i + at) % len(people) for i, person in enumerate(people)}

    def burden(pair: Sequence[int]) -> tuple[int, ...]:
        again = [draft[person][:at].count(role) for person, role in zip(pair, SPEAKING, strict=True)]
        return sum(times > 0 for times in again), sum(again), turn[pair[0]], (turn[pair[1]] - 1) % len(people)

    client, professional = min(permutations(people, 2), key=burden)
    return {client: "client", professional: "professional"}


@cache
def _lines(people: int, rounds: int) -> tuple[tuple[Role, ...], ...]:
    """A plan, by place in the order of the draw. A room has few sizes of table, and many tables."""
    return tuple(tuple(_at_place((i + number - 1) % people) for number in range(1, rounds + 1)) for i in range(people))


def _at_place(place: int) -> Role:
    return SPEAKING[place] if place < len(SPEAKING) else "observer"


def _mend(draft: Draft, at: int) -> None:
    """Makes whole a round that has not begun: neither of the two roles is shared, and, once two people are there, a
    role that nobody has goes to an observer."""
    for role in SPEAKING:
        # Two can only hold one after the leader went back to a round for which someone came from another group.
        for extra in _holders(draft, at, role)[1:]:
            draft[extra][at] = "observer"
    for role in SPEAKING:
        if len(draft) > 1 and not _holders(draft, at, role):
            observers = _holders(draft, at, "observer")
            draft[min(observers, key=lambda who: draft[who].count(role))][at] = role


def _holders(draft: Draft, at: int, role: Role) -> list[int]:
    return [person for person, roles in draft.items() if roles[at] == role]


def _new_line(past: Sequence[Role], begun: int, rounds: int) -> list[Role]:
    """One role per round for someone who comes from another group; observer where nothing is known."""
    known = past[:begun]
    return [known[at] if at < len(known) else "observer" for at in range(rounds)]


def _draft(plan: Plan) -> Draft:
    return {person: list(roles) for person, roles in plan.items()}


def _fixed(draft: Draft) -> dict[int, tuple[Role, ...]]:
    return {person: tuple(roles) for person, roles in draft.items()}
