"""`workshop serve` in which a second gives back GIVES_BACK times as much of what may be tried or said so often: next to
nothing, so that what is counted is exact however slow the machine is; or so much that nobody waits who asks everything.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from workshop import __main__ as entry
from workshop.core.budget import Budget

TIMES = float(os.environ["GIVES_BACK"])
begin, stop = Budget.__init__, entry._stop_on_sigterm


def give_back(budget: Budget, burst: float, rate: float, pause: float = 0) -> None:
    """A budget that is whole again so much sooner, or later."""
    begin(budget, burst, rate * TIMES, pause / TIMES)


def stop_and_give_back() -> None:
    """The last thing before serving, after all is patched."""
    from workshop import sockets

    for pace in sockets.PACES:
        pace.rate *= TIMES
    stop()


Budget.__init__ = give_back  # type: ignore[method-assign]
entry._stop_on_sigterm = stop_and_give_back

if __name__ == "__main__":
    sys.exit(entry.main())
