"""The search behind the draw: people into groups of given sizes, wishes kept.

People who are to sit together are one unit that moves as a whole. Every other wish is a set of people, and any two of
them at one table have a price; for people who are to be kept apart, it is a price that nothing outweighs. Units are
seated where they fit best, then everyone else in the order of the draw, or, if teams are to mix, with each team spread
over the tables as thinly as possible. Then units swap places for as long as that lowers the price.

Of a table only the number of people of each set is kept. So the sets of the two who swap tell what a swap would change,
however large these sets are, and a swap is only looked for on behalf of people who have more of a set at their table
than some table must have. The search ends after a fixed number of swaps, which bounds its time for any room.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import chain, count, islice
from random import Random

from workshop.core.errors import Refused

SAME_TEAM, MET_BEFORE, APART = 1, 2, 1_000_000
EFFORT = 75_000
"""How much a draw looks at, in memberships of a set, before it settles for what it has: some 40 ms."""
A_SEAT = 20
"""The effort it takes to lay one seat."""
TRIES = 3
"""How often tables are laid anew in search of something better; if a hard wish is broken, until the effort is spent."""


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in the draw, with the team or organisation they gave."""

    id: int
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """People who move as one, and the sets they belong to: for each its number, how many of them are in it, and what
    one more of it at their table costs them."""

    people: tuple[int, ...]
    sets: tuple[tuple[int, int, int], ...]


Spot = tuple[int, int]
"""Where a unit sits: the table, and its place there."""


class Wishes:
    """What a leader asked of the draw, for those who are in it (wishes about others do not count)."""

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
        teams: dict[str, set[int]] = {}
        for member in members if mix else ():
            if member.team:
                teams.setdefault(member.team, set()).add(member.id)
        self.together = _merged(wish & here for wish in together)
        self.apart = [wish for wish in (wish & here for wish in apart) if len(wish) > 1]
        sets: list[tuple[AbstractSet[int], int]] = [(team, SAME_TEAM) for team in teams.values() if len(team) > 1]
        self.team_of = {person: number for number, (team, _) in enumerate(sets) for person in team}
        sets += [(met, MET_BEFORE) for met in (met & here for met in before) if len(met) > 1]
        sets += [(wish, APART) for wish in self.apart]
        self.prices = [price for _, price in sets]
        self._sets: dict[int, list[int]] = {person: [] for person in here}
        for number, (people, _) in enumerate(sets):
            for person in people:
                self._sets[person].append(number)
        self.size = list(map(len, (people for people, _ in sets)))

    def unit(self, people: Iterable[int]) -> Unit:
        """These people as one unit."""
        people = tuple(people)
        sets = Counter(chain.from_iterable(self._sets[person] for person in people))
        return Unit(people, tuple((number, many, many * self.prices[number]) for number, many in sets.items()))

    def floor(self, tables: int) -> int:
        """No seating at this many tables has a lower price: each set is spread evenly."""
        found = 0
        for size, price in zip(self.size, self.prices, strict=True):
            many, more = divmod(size, tables)
            found += price * (many * (many - 1) // 2 * tables + many * more)
        return found

    def torn(self, unit: Unit) -> bool:
        """Are people who move as one also to sit apart?"""
        return any(many > 1 and self.prices[number] == APART for number, many, _ in unit.sets)


class Tables:
    """Who sits where, and how many of each set sit at each table."""

    def __init__(self, sizes: Sequence[int], sets: int) -> None:
        self.room = list(sizes)
        self.units: list[list[Unit]] = [[] for _ in sizes]
        self.count = [[0] * len(sizes) for _ in range(sets)]
        self.price = 0
        """What everyone pays for the people they sit with, other than those of their own unit."""

    def sit(self, unit: Unit, table: int) -> None:
        """A unit takes its places at a table."""
        self.room[table] -= len(unit.people)
        self.units[table].append(unit)
        for number, many, price in unit.sets:
            self.price += price * self.count[number][table]
            self.count[number][table] += many

    def prices(self, unit: Unit) -> list[int]:
        """For each table, what the people who sit there would cost a unit that joins them."""
        prices = [0] * len(self.room)
        for number, _, price in unit.sets:
            prices = [paid + price * there for paid, there in zip(prices, self.count[number], strict=True)]
        return prices

    def swap(self, one: Spot, other: Spot, saved: int) -> None:
        """Two units change places, which lowers the price by as much as `saved`."""
        self.price -= saved
        (a, i), (b, j) = one, other
        mine, yours = self.units[a][i], self.units[b][j]
        self.units[a][i], self.units[b][j] = yours, mine
        for unit, left, joined in ((mine, a, b), (yours, b, a)):
            for number, many, _ in unit.sets:
                self.count[number][left] -= many
                self.count[number][joined] += many


def seat(members: Sequence[Member], sizes: Sequence[int], wishes: Wishes, seed: int) -> tuple[tuple[int, ...], ...]:
    """The groups, of `sizes`, each in the order of the draw. Refused if no draw was found that keeps the hard wishes:
    too many people to sit together, or to keep apart."""
    random = Random(seed)
    draw = [member.id for member in members]
    random.shuffle(draw)
    order = {person: place for place, person in enumerate(draw)}
    if any(wishes.torn(wishes.unit(people)) for people in wishes.together):
        raise Refused("invalid", "The same people are to sit together and apart.")
    most_apart = max(map(len, wishes.apart), default=0)
    if most_apart > max(len(sizes), 1):
        groups = "1 group" if len(sizes) == 1 else f"{len(sizes)} groups"
        raise Refused("invalid", f"{most_apart} people cannot sit apart in {groups}.")
    search, floor = _Search(wishes, EFFORT), wishes.floor(len(sizes))
    best = search.improve(_dealt(draw, sizes, wishes, random))
    for tried in count(1):
        if best.price <= floor or search.effort <= 0 or (tried >= TRIES and best.price < APART):
            break
        best = min(best, search.improve(_dealt(draw, sizes, wishes, random)), key=lambda tables: tables.price)
    if best.price >= APART:
        raise Refused("invalid", "No draw was found that keeps everyone apart as asked; take one wish back.")
    seated = (chain.from_iterable(unit.people for unit in units) for units in best.units)
    return tuple(tuple(sorted(people, key=order.__getitem__)) for people in seated)


def _dealt(draw: Sequence[int], sizes: Sequence[int], wishes: Wishes, random: Random) -> Tables:
    """Tables of these sizes with everyone seated: first those bound by a hard wish, then all others."""
    together = {person for people in wishes.together for person in people}
    bound = together.union(*wishes.apart)
    units = [wishes.unit(people) for people in (*wishes.together, *((one,) for one in sorted(bound - together)))]
    random.shuffle(units)
    # The hardest to seat come first: the largest, then those with most people to stay away from.
    units.sort(key=lambda unit: (-len(unit.people), -sum(price * wishes.size[n] for n, _, price in unit.sets)))
    tables = Tables(sizes, len(wishes.prices))
    for unit in units:
        fits = [table for table, room in enumerate(tables.room) if room >= len(unit.people)]
        if not fits:
            raise Refused("invalid", "The groups are too small for all who are to sit together; take one wish back.")
        prices = tables.prices(unit)
        tables.sit(unit, min(fits, key=lambda table: (prices[table], tables.room[table], random.random())))
    free = [person for person in draw if person not in bound]
    if wishes.team_of:
        _spread([person for person in free if person in wishes.team_of], tables, wishes, random)
        free = [person for person in free if person not in wishes.team_of]
    rest = iter(free)
    for table, places_left in enumerate(tables.room):
        for person in islice(rest, places_left):
            tables.sit(wishes.unit((person,)), table)
    return tables


def _spread(people: Iterable[int], tables: Tables, wishes: Wishes, random: Random) -> None:
    """Seats each team, the largest first, at the tables that have the fewest of it, and among these at the emptiest."""
    teams: dict[int, list[int]] = {}
    for person in people:
        teams.setdefault(wishes.team_of[person], []).append(person)
    for team, of_team in sorted(teams.items(), key=lambda one: -wishes.size[one[0]]):
        fewest = [
            (tables.count[team][table], -room, random.random(), table) for table, room in enumerate(tables.room) if room
        ]
        heapify(fewest)
        for person in of_team:
            while not tables.room[fewest[0][3]]:
                heapreplace(fewest, (len(wishes.team_of), 0, 0.0, fewest[0][3]))
            many, _, chance, table = fewest[0]
            tables.sit(wishes.unit((person,)), table)
            heapreplace(fewest, (many + 1, -tables.room[table], chance, table))


def _merged(wishes: Iterable[AbstractSet[int]]) -> list[tuple[int, ...]]:
    """Wishes that share a person become one: if A is to sit with B, and B with C, all three sit together."""
    units: list[set[int]] = []
    for wish in wishes:
        if len(wish) > 1:
            touching = [unit for unit in units if unit & wish]
            units = [unit for unit in units if not unit & wish] + [set(wish).union(*touching)]
    return [tuple(sorted(unit)) for unit in units]


class _Search:
    """Swaps units of one size for as long as that lowers the price, and as long as `effort` lasts."""

    def __init__(self, wishes: Wishes, effort: int) -> None:
        self.wishes, self.effort = wishes, effort

    def improve(self, tables: Tables) -> Tables:
        """Until no swap lowers the price."""
        spots = [(table, place) for table, units in enumerate(tables.units) for place in range(len(units))]
        self.effort -= A_SEAT * len(spots)
        swapped = True
        while swapped and self.effort > 0:
            swapped = False
            # Of each set as many as every table has; none where there are fewer people than tables.
            least = [
                min(count) if size >= len(count) else 0
                for count, size in zip(tables.count, self.wishes.size, strict=True)
            ]
            for at, mine in enumerate(spots):
                if self.effort > 0 and (spare := self._spare(mine, tables, least)):
                    yours, saved = self._best_swap(mine, spare, chain(spots[at:], spots[:at]), tables)
                    if saved:
                        tables.swap(mine, yours, saved)
                        swapped = True
        return tables

    @staticmethod
    def _spare(spot: Spot, tables: Tables, least: Sequence[int]) -> int:
        """What a unit could save by sitting elsewhere; 0 if no swap can save anything on its side."""
        table, place = spot
        return sum(
            price * max(tables.count[number][table] - many - least[number], 0)
            for number, many, price in tables.units[table][place].sets
        )

    def _best_swap(self, mine: Spot, spare: int, spots: Iterable[Spot], tables: Tables) -> tuple[Spot, int]:
        """The spot whose swap with `mine` lowers the price most, or the first that saves all there is to save, and by
        how much: 0 if none lowers it."""
        a, i = mine
        unit, count = tables.units[a][i], tables.count
        # For each set at this table what it costs who comes to sit here in place of the unit, and, as the unit is
        # reckoned to meet them where they sit, less that.
        here = {
            number: self.wishes.prices[number] * count[number][a] for o in tables.units[a] for number, _, _ in o.sets
        }
        for number, _, price in unit.sets:
            here[number] -= 2 * price
        now = sum(price * (count[number][a] - many) for number, many, price in unit.sets)
        saves = [now - price for price in tables.prices(unit)]
        self.effort -= len(unit.sets) * len(saves) // 4
        size, best, gain = len(unit.people), mine, 0
        for yours in spots:
            b, j = yours
            other = tables.units[b][j]
            if b == a or len(other.people) != size:
                continue
            saved = saves[b]
            for number, many, price in other.sets:
                saved += price * (count[number][b] - many) - many * here.get(number, 0)
            self.effort -= len(other.sets) + 1
            if saved > gain:
                best, gain = yours, saved
                if gain >= spare:
                    break
        return best, gain
