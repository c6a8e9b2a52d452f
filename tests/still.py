"""`workshop serve` for which time gives nothing back of what may be tried or said so often: what is counted is exact,
however slow the machine is."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from workshop import __main__ as entry
from workshop.core.budget import Budget

NOTHING = 1e-9
"""A second gives back this part of what it would."""

begin, stop = Budget.__init__, entry._stop_on_sigterm


def give_nothing_back(budget: Budget, burst: float, rate: float, pause: float = 0) -> None:
    """A budget that stays spent."""
    begin(budget, burst, rate * NOTHING, pause / NOTHING)


def stop_and_stand_still() -> None:
    """The last thing before serving, after all is patched."""
    from workshop import sockets

    for pace in sockets.PACES:
        pace.rate *= NOTHING
    stop()


Budget.__init__ = give_nothing_back  # type: ignore[method-assign]
entry._stop_on_sigterm = stop_and_stand_still

if __name__ == "__main__":
    sys.exit(entry.main())
