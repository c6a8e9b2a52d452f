"""When Python's garbage collector looks through everything: after connections have closed, and otherwise seldom.

It stops the whole process while it looks, 50 ms and more in a full room, and left alone it would do so every few
seconds. What leaves a circle of objects behind is nearly always a closed connection; so these are counted, and nothing
else starts that. What is young the collector finds by itself, but seldom too: each connection has some fifteen objects
made anew with every ping, so that with thousands of them nearly a hundred thousand are young, and looking through those
takes 90 ms.
"""

from __future__ import annotations

import gc

LINES = 200
"""This many closed connections are worth a look; each holds on to about 60 kB until then."""
SELDOM_SECONDS = 300
YOUNG = 10_000
"""How many more objects there are before the collector looks at the young ones."""
NEVER = 1_000_000
"""After so many such looks it would look at older ones, too."""


class Litter:
    """How much litter lies about."""

    def __init__(self) -> None:
        self._closed = 0
        self._looked_at = 0.0

    def keep_for_good(self) -> None:
        """What is loaded by now will stay: the collector need not look through it again. To be called once, at the end
        of the start."""
        gc.unfreeze()  # what was loaded before the settings were read
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, NEVER, NEVER)

    def line_closed(self) -> None:
        """One more connection left its circle of objects behind."""
        self._closed += 1

    def tidy(self, now: float) -> None:
        """Looks through everything if that is worth it; to be called every few seconds. `now`: seconds of the monotonic
        clock."""
        if self._closed >= LINES or now - self._looked_at > SELDOM_SECONDS:
            self._closed, self._looked_at = 0, now
            gc.collect()


litter = Litter()
