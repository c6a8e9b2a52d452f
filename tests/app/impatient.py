"""`workshop serve`, to which a rehearsal that nobody leads right now was left for an hour."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from workshop import __main__ as entry

stop = entry._stop_on_sigterm


def wait_for_nobody() -> None:
    """The last thing before serving, after all is patched."""
    from workshop.web import rehearsing

    rehearsing.LEFT_SECONDS = 0.0
    stop()


entry._stop_on_sigterm = wait_for_nobody

if __name__ == "__main__":
    sys.exit(entry.main())
