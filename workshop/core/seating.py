"""The search behind the draw: people into groups of given sizes, wishes kept.

Who sits together is one unit that moves as a whole. Every other wish is a price for two people at one table, and the
price of keeping people apart is one that nothing outweighs. Units are seated where they fit best, everyone whom no
wish binds fills up in the order of the draw, and then people swap places for as long as that lowers the price.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, combinations, islice
from random import Random

from workshop.core.errors import Refused

SAME_TEAM, MET_BEFORE, APART = 1, 2, 1_000_000
SWEEPS = 8
"""How often everyone is asked to swap; it settles after two or three."""
SEATS_TRIED = 1_000
"""A draw that breaks a hard wish is begun anew until this many seats have been dealt: under a second for any room."""
Unit = tuple[int, ...]
Table = list[Unit]
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in the draw, with the team or organisation they gave."""

    id: int
    team: str | None = None


class Wishes:
    """What a leader asked of the draw, about those who are in it (wishes about others are void)."""

    def __init__(
        self,
        members: Sequence[Member],
        *,
        apart: Iterable[AbstractSet[int]],
        together: Iterable[AbstractSet[int]],
        mix: bool,
        before: Iterable[AbstractSet[int]],
    ) -> None:
        here = {member.id for member in members}
        teams: dict[str, set[int]] = defaultdict(set)
        for member in members if mix else ():
            if member.team:
                teams[member.team].add(member.id)
        self.together = _merged(wish & here for wish in together)
        far = [wish & here for wish in apart]
        self.apart = set(_pairs(far))
        self.most_apart = max(map(len, far), default=0)
        self.price: dict[int, Counter[int]] = {person: Counter() for person in here}
        for one, other in self.apart:
            self.price[one][other] = APART
        for sets, price in ((before, MET_BEFORE), (teams.values(), SAME_TEAM)):
            for one, other in _pairs(wish & here for wish in sets):
                self.price[one][other] += price

    def cost(self, unit: Unit, others: Iterable[int]) -> int:
        """What the wishes pay for `unit` at a table with these others."""
        prices = [self.price[person] for person in unit if self.price[person]]
        return sum(price[other] for other in others for price in prices) if prices else 0


def seat(members: Sequence[Member], sizes: Sequence[int], wishes: Wishes, seed: int) -> tuple[Unit, ...]:
    """The groups, of `sizes`, each in the order of the draw. Refused where no draw was found that keeps the hard
    wishes: people too many to sit together, or to keep apart."""
    random = Random(seed)
    draw = [member.id for member in members]
    random.shuffle(draw)
    order = {person: place for place, person in enumerate(draw)}
    if any(pair in wishes.apart for unit in wishes.together for pair in combinations(unit, 2)):
        raise Refused("invalid", "The same people are to sit together and apart.")
    if wishes.most_apart > max(len(sizes), 1):
        raise Refused("invalid", f"{wishes.most_apart} people cannot sit apart in {len(sizes)} groups.")
    for _ in range(0, SEATS_TRIED, len(draw) or SEATS_TRIED):
        tables = _dealt(draw, sizes, wishes, random)
        _improve(tables, wishes)
        if all(_price_at(spot, tables, wishes) < APART for spot in _spots(tables)):
            return tuple(tuple(sorted(chain.from_iterable(table), key=order.__getitem__)) for table in tables)
    raise Refused("invalid", "No draw was found that keeps everyone apart as asked; take one wish back.")


def _dealt(draw: Sequence[int], sizes: Sequence[int], wishes: Wishes, random: Random) -> list[Table]:
    """Tables of these sizes with everyone at one: first whom a hard wish binds, then all others in the order drawn."""
    together = {person for unit in wishes.together for person in unit}
    bound = together.union(*wishes.apart)
    units = [*wishes.together, *((person,) for person in sorted(bound - together))]
    random.shuffle(units)
    # The hardest to seat come first: the largest, then those with most people to stay away from.
    units.sort(key=lambda unit: (-len(unit), -sum(wishes.price[person].total() for person in unit)))
    tables: list[Table] = [[] for _ in sizes]
    room = list(sizes)
    for unit in units:
        fits = [table for table in range(len(sizes)) if room[table] >= len(unit)]
        if not fits:
            raise Refused("invalid", "The groups are too small for all who are to sit together; take one wish back.")
        random.shuffle(fits)
        table = min(fits, key=lambda table: (wishes.cost(unit, chain.from_iterable(tables[table])), room[table]))
        tables[table].append(unit)
        room[table] -= len(unit)
    free = ((person,) for person in draw if person not in bound)
    for table, places in enumerate(room):
        tables[table] += islice(free, places)
    return tables


def _merged(wishes: Iterable[AbstractSet[int]]) -> list[Unit]:
    """Wishes that share a person become one: who sits with A, and B with A, sits with B."""
    units: list[set[int]] = []
    for wish in wishes:
        if len(wish) > 1:
            touching = [unit for unit in units if unit & wish]
            units = [unit for unit in units if not unit & wish] + [set(wish).union(*touching)]
    return [tuple(sorted(unit)) for unit in units]


def _pairs(sets: Iterable[AbstractSet[int]]) -> Iterator[tuple[int, int]]:
    """Every two of a set, both ways round."""
    for people in sets:
        for one, other in combinations(sorted(people), 2):
            yield one, other
            yield other, one


def _improve(tables: list[Table], wishes: Wishes) -> None:
    """Swaps units of one size between tables for as long as that lowers the price."""
    spots = _spots(tables)
    for _ in range(SWEEPS):
        swapped = False
        for mine in spots:
            if _price_at(mine, tables, wishes) and (yours := _best_swap(mine, spots, tables, wishes)):
                (a, i), (b, j) = mine, yours
                tables[a][i], tables[b][j] = tables[b][j], tables[a][i]
                swapped = True
        if not swapped:
            return


def _best_swap(mine: Spot, spots: list[Spot], tables: list[Table], wishes: Wishes) -> Spot | None:
    """The spot at another table whose swap with `mine` lowers the price most; None when none lowers it."""
    unit, here = tables[mine[0]][mine[1]], _others(mine, tables)
    mine_now = wishes.cost(unit, here)
    best, gain = None, 0
    for yours in spots:
        other = tables[yours[0]][yours[1]]
        if yours[0] == mine[0] or len(other) != len(unit):
            continue
        there = _others(yours, tables)
        now = mine_now + wishes.cost(other, there)
        after = wishes.cost(unit, there) + wishes.cost(other, here)
        if now - after > gain:
            best, gain = yours, now - after
    return best


def _price_at(spot: Spot, tables: list[Table], wishes: Wishes) -> int:
    return wishes.cost(tables[spot[0]][spot[1]], _others(spot, tables))


def _others(spot: Spot, tables: list[Table]) -> list[int]:
    """Who sits at the table of this spot beside the unit itself."""
    table, place = spot
    return [person for at, unit in enumerate(tables[table]) if at != place for person in unit]


def _spots(tables: list[Table]) -> list[Spot]:
    """Where each unit sits: the table, and its place in that table's list."""
    return [(table, place) for table, units in enumerate(tables) for place in range(len(units))]
