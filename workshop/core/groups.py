"""Who sits with whom: the draw, the latecomer, and what to offer when somebody has left.

Source: docs/leaders.md, When the number is not a multiple of three. Nobody ever sits alone. A group is the ids of its
people in the order of the draw; someone who has left is not in it, someone who is merely away is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from workshop.core.seating import Member as Member
from workshop.core.seating import Wishes, seat

Leftovers = Literal["observers", "pairs"]


def sizes(people: int, leftovers: Leftovers = "observers") -> tuple[int, ...]:
    """How large the groups become, larger first. One or two left over become second observers (fours), or, if the
    leader prefers, stay as pairs. Five make a triad and a pair; one person waits with the leader and is in no group."""
    if people < 2:
        return ()
    rounding_up = leftovers == "pairs" or people in (2, 5)
    groups = -(-people // 3) if rounding_up else people // 3
    size, larger = divmod(people, groups)
    return (size + 1,) * larger + (size,) * (groups - larger)


def form(
    members: Sequence[Member],
    *,
    seed: int,
    leftovers: Leftovers = "observers",
    apart: Iterable[AbstractSet[int]] = (),
    together: Iterable[AbstractSet[int]] = (),
    mix: bool = False,
    before: Iterable[AbstractSet[int]] = (),
) -> tuple[tuple[int, ...], ...]:
    """The draw: the same members in the same order with the same seed always sit the same way. `apart` and `together`
    are sets of people and are kept, or the draw is refused if they cannot be; `mix` (people of one team apart) and
    `before` (those who sat together earlier apart) are done as well as can be."""
    wishes = Wishes(members, apart=apart, together=together, mix=mix, before=before)
    return seat(members, sizes(len(members), leftovers), wishes, seed)


def smallest(groups: Mapping[int, Collection[int]]) -> int | None:
    """The group for a latecomer: the one with fewest people, the lowest key at a tie. None if nobody is seated yet: an
    empty group would leave them alone."""
    return min((key for key in groups if groups[key]), key=lambda key: (len(groups[key]), key), default=None)


@dataclass(frozen=True, slots=True)
class Merge:
    """Everyone of `group` joins the group `into`."""

    group: int
    into: int


@dataclass(frozen=True, slots=True)
class MoveOver:
    """One person from a group that can spare them joins `group`."""

    person: int
    group: int


@dataclass(frozen=True, slots=True)
class SitIn:
    """The leader sits in with `group`."""

    group: int


Mend = Merge | MoveOver | SitIn


def mends(groups: Mapping[int, Sequence[int]]) -> tuple[Mend, ...]:
    """What the leader is offered for each group of one or two, the best offer first: merge if that makes no more than
    four, someone moves over from a group of four or more, and the leader sits in with a pair (or with one person for
    whom there is nothing else). `groups` holds who has not left."""
    offers: list[Mend] = []
    # The last of a large group was the last to come, and is its observer most often.
    largest: Sequence[int] = max(reversed([*groups.values()]), key=len, default=())
    # By size the two lowest keys: where there is a better group to join it is one of these, for any group that asks.
    by_size: dict[int, list[int]] = defaultdict(list)
    for key in sorted(groups):
        by_size[len(groups[key])].append(key)
    lowest = [key for size in (1, 2, 3) for key in by_size[size][:2]]
    for key, here in groups.items():
        if not 0 < len(here) < 3:
            continue
        merged = {other: len(here) + len(groups[other]) for other in lowest if other != key}
        # A triad is best, then a four, then a pair; a pair that joins a single is the single's offer to make.
        into = [other for other in merged if merged[other] <= 4 and len(groups[other]) >= len(here)]
        into.sort(key=lambda other: (merged[other] != 3, -merged[other], other))
        found: list[Mend] = [Merge(key, other) for other in into[:1]]
        found += [MoveOver(largest[-1], key)] if len(largest) > 3 else []
        if len(here) == 2 or not found:
            found.append(SitIn(key))
        offers += found
    return tuple(offers)
