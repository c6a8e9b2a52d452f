"""The search behind the draw: people into groups of given sizes, wishes kept.

Two kinds of wishes. *Hard*: who sits together (merged into one unit that is seated as a whole) and who sits apart;
found by backtracking over the few units that are bound by a wish, everyone else fills up in the order of the draw.
*Soft*: a price for two people at one table; lowered by swapping people for as long as that helps.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, combinations, islice
from random import Random

from workshop.core.errors import Refused

TRIES, LOOKS = 4, 1500
"""Orders in which the search is begun, and places it looks at in each: under a second for 200 people."""
SWEEPS = 4
SAME_TEAM, MET_BEFORE = 1, 2
Unit = tuple[int, ...]


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
        self.together = _merged(wish & here for wish in together)
        self.apart: dict[int, set[int]] = defaultdict(set)
        for one, other in _pairs(wish & here for wish in apart):
            self.apart[one].add(other)
        self.price: Counter[tuple[int, int]] = Counter()
        for pair in _pairs(wish & here for wish in before):
            self.price[pair] += MET_BEFORE
        teams: dict[str, set[int]] = defaultdict(set)
        for member in members if mix else ():
            if member.team:
                teams[member.team].add(member.id)
        for pair in _pairs(teams.values()):
            self.price[pair] += SAME_TEAM

    def allow(self, unit: Iterable[int], table: AbstractSet[int] | Sequence[int]) -> bool:
        """True when nobody of `unit` is to be kept apart from anyone in `table`."""
        return all(self.apart.get(person, set()).isdisjoint(table) for person in unit)

    def cost(self, unit: Iterable[int], table: Iterable[int]) -> int:
        """What the soft wishes pay for `unit` at `table`."""
        others = tuple(table)
        return sum(self.price.get((person, other), 0) for person in unit for other in others)


def seat(members: Sequence[Member], sizes: Sequence[int], wishes: Wishes, seed: int) -> tuple[Unit, ...]:
    """The groups, of `sizes`, each in the order of the draw. Refused where the hard wishes cannot be kept."""
    random = Random(seed)
    draw = [member.id for member in members]
    random.shuffle(draw)
    if not sizes:
        return ()
    order = {person: place for place, person in enumerate(draw)}
    together = {person for unit in wishes.together for person in unit}
    alone = [person for person in draw if person not in together]
    bound = [*wishes.together, *((person,) for person in alone if person in wishes.apart)]
    tables = _seated(bound, sizes, wishes, random)
    free = iter([(person,) for person in alone if person not in wishes.apart])
    for table, size in zip(tables, sizes, strict=True):
        table += islice(free, size - sum(map(len, table)))
    if wishes.price:
        _improve(tables, wishes)
    return tuple(tuple(sorted(chain.from_iterable(table), key=order.__getitem__)) for table in tables)


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


def _seated(units: list[Unit], sizes: Sequence[int], wishes: Wishes, random: Random) -> list[list[Unit]]:
    """Tables with the bound units at them."""
    if any(len(unit) > max(sizes) for unit in units):
        raise Refused("invalid", f"No group is larger than {max(sizes)}: that many people cannot sit together.")
    if any(wishes.apart.get(one, set()) & set(unit) for unit in units for one in unit):
        raise Refused("invalid", "The same people are to sit together and apart.")
    for _ in range(TRIES):
        random.shuffle(units)
        # The hardest to place go first: the largest, then those with most people to stay away from.
        units.sort(key=lambda unit: (-len(unit), -sum(len(wishes.apart.get(one, ())) for one in unit)))
        if tables := _search(units, sizes, wishes, random):
            return tables
    raise Refused("invalid", "No draw keeps everyone apart and together as asked; take one wish back.")


def _search(units: list[Unit], sizes: Sequence[int], wishes: Wishes, random: Random) -> list[list[Unit]] | None:
    """One backtracking search; None when there is no way, or none was found in as many looks as it has."""
    tables: list[list[Unit]] = [[] for _ in sizes]
    room = list(sizes)
    choices: list[Iterator[int]] = []
    taken: list[int] = []
    for _ in range(LOOKS + len(units) + 1):
        if len(taken) == len(units):
            return tables
        if len(choices) == len(taken):
            choices.append(_places(units[len(taken)], tables, room, wishes, random))
        place = next(choices[-1], None)
        if place is not None:
            tables[place].append(units[len(taken)])
            room[place] -= len(units[len(taken)])
            taken.append(place)
            continue
        choices.pop()
        if not taken:
            return None
        last = taken.pop()
        room[last] += len(tables[last].pop())
    return None


def _places(unit: Unit, tables: list[list[Unit]], room: list[int], wishes: Wishes, random: Random) -> Iterator[int]:
    """Tables where `unit` fits, tightest first."""
    fits = [
        place
        for place, table in enumerate(tables)
        if room[place] >= len(unit) and all(wishes.allow(unit, other) for other in table)
    ]
    random.shuffle(fits)
    return iter(sorted(fits, key=lambda place: room[place]))


def _improve(tables: list[list[Unit]], wishes: Wishes) -> None:
    """Swaps units of one size between tables for as long as that lowers the price, at most `SWEEPS` times around."""
    spots = [(table, place) for table, units in enumerate(tables) for place in range(len(units))]
    for _ in range(SWEEPS):
        swapped = False
        for mine in spots:
            if _price_at(mine, tables, wishes) and (yours := _best_swap(mine, spots, tables, wishes)):
                (a, i), (b, j) = mine, yours
                tables[a][i], tables[b][j] = tables[b][j], tables[a][i]
                swapped = True
        if not swapped:
            return


def _others(spot: tuple[int, int], tables: list[list[Unit]]) -> list[int]:
    """Who sits at the table of this spot beside the unit itself."""
    table, place = spot
    return [person for at, unit in enumerate(tables[table]) if at != place for person in unit]


def _price_at(spot: tuple[int, int], tables: list[list[Unit]], wishes: Wishes) -> int:
    return wishes.cost(tables[spot[0]][spot[1]], _others(spot, tables))


def _best_swap(
    mine: tuple[int, int], spots: list[tuple[int, int]], tables: list[list[Unit]], wishes: Wishes
) -> tuple[int, int] | None:
    """The spot whose swap with `mine` lowers the price most and breaks no hard wish; None when none lowers it."""
    unit, here = tables[mine[0]][mine[1]], _others(mine, tables)
    mine_now = wishes.cost(unit, here)
    best, gain = None, 0
    for yours in spots:
        other = tables[yours[0]][yours[1]]
        if yours[0] == mine[0] or len(other) != len(unit):
            continue
        there = _others(yours, tables)
        now = mine_now + wishes.cost(other, there)
        if now <= gain:
            continue
        after = wishes.cost(unit, there) + wishes.cost(other, here)
        if now - after > gain and wishes.allow(unit, there) and wishes.allow(other, here):
            best, gain = yours, now - after
    return best
