"""How often something may be tried: a number of times at once, then a number of times a second. Time is an argument, in
seconds.

A try is counted before it is looked at, and given back when there was nothing wrong with it. Counting afterwards would
let in any number that came at the same moment (docs/decisions/0015). With several threads, only one may count at a
time.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable

MOST_KNOWN = 20_000
"""How many askers are remembered; whoever spent least is forgotten first, so that no flood fills the memory."""


class Budget:
    """`burst` tries at once and `rate` a second, for each asker; whoever has used up everything waits `pause` seconds.

    Of each asker we keep only the moment at which everything they spent is back. Then they are forgotten.
    """

    def __init__(self, burst: float, rate: float, pause: float = 0) -> None:
        self.burst, self.rate, self.pause = burst, rate, pause
        self._whole_at: dict[Hashable, float] = {}
        self._shut_until: dict[Hashable, float] = {}
        self._swept = MOST_KNOWN // 20

    def take(self, who: Hashable, now: float, leaving: float = 0) -> float:
        """Counts one try and returns 0. If there is no room for it, nothing is counted, and the seconds until there
        will be room are returned. `leaving`: how much must be left afterwards."""
        if (shut := self._shut_until.get(who, now)) > now:
            return shut - now
        spent = self.spent(who, now) + 1
        if spent > self.burst - leaving:
            if self.pause:
                self._shut_until[who] = now + self.pause
            return max(self.pause, (spent + leaving - self.burst) / self.rate)
        self._whole_at[who] = now + spent / self.rate
        if len(self._whole_at) > self._swept:
            self._sweep(now)
        return 0

    def give_back(self, who: Hashable, now: float) -> None:
        """Takes one try back."""
        spent = self.spent(who, now) - 1
        if spent > 0:
            self._whole_at[who] = now + spent / self.rate
        else:
            self._whole_at.pop(who, None)

    def spent(self, who: Hashable, now: float) -> float:
        """How much of what they spent is not back yet."""
        return max(0.0, self._whole_at.get(who, now) - now) * self.rate

    def forget(self, now: float) -> None:
        """Drops everyone who has long been quiet."""
        self._whole_at = self._still(now)

    def __len__(self) -> int:
        return len(self._whole_at)

    def _still(self, now: float) -> dict[Hashable, float]:
        self._shut_until = {who: at for who, at in self._shut_until.items() if at > now}
        return {who: at for who, at in self._whole_at.items() if at > now}

    def _sweep(self, now: float) -> None:
        """Only now and then, so that it costs each try next to nothing."""
        known = self._still(now)
        if len(known) > MOST_KNOWN:
            known = dict(heapq.nlargest(MOST_KNOWN * 9 // 10, known.items(), key=lambda item: item[1]))
        self._whole_at, self._swept = known, max(MOST_KNOWN // 20, min(2 * len(known), MOST_KNOWN))


class SharedBudget:
    """One budget for a thing that many try (an account, the passes of a room, all codes), and that nobody can use up
    for the others: an asker who failed before leaves part of `reserve` to those who failed less: half of it after one
    failure, three quarters after two. To take all of it, as many askers have to fail anew each second as tries come
    back in it.

    `remembered`: seconds for which one failure of one asker counts; at most `MOST_REMEMBERED` of them.
    """

    MOST_REMEMBERED = 8

    def __init__(self, burst: float, rate: float, *, reserve: float, remembered: float) -> None:
        self.all = Budget(burst, rate)
        self.failures = Budget(self.MOST_REMEMBERED, 1 / remembered)
        self.reserve = reserve

    def take(self, key: tuple[Hashable, Hashable], now: float) -> float:
        """Counts a try at a thing by someone: `(what, who)`. As `Budget.take`."""
        if wait := self.all.take(key[0], now, leaving=self.reserve * (1 - 0.5 ** self.failed(key, now))):
            return wait
        self.failures.take(key, now)
        return 0

    def failed(self, key: tuple[Hashable, Hashable], now: float) -> int:
        """How many failures of theirs still count."""
        return round(self.failures.spent(key, now))

    def give_back(self, key: tuple[Hashable, Hashable], now: float) -> None:
        """It was no failure."""
        self.all.give_back(key[0], now)
        self.failures.give_back(key, now)

    def forget(self, now: float) -> None:
        """As `Budget.forget`."""
        self.all.forget(now)
        self.failures.forget(now)


Share = tuple[Budget, Hashable] | tuple[SharedBudget, tuple[Hashable, Hashable]]


def take_each(shares: Iterable[Share], now: float) -> float:
    """Takes one from each of these budgets, or nothing from any of them; otherwise as `Budget.take`."""
    taken: list[Share] = []
    for budget, who in shares:
        if wait := budget.take(who, now):  # type: ignore[arg-type]
            give_back_each(taken, now)
            return wait
        taken.append((budget, who))  # type: ignore[arg-type]
    return 0


def give_back_each(shares: Iterable[Share], now: float) -> None:
    """It was no failure."""
    for budget, who in shares:
        budget.give_back(who, now)  # type: ignore[arg-type]
