"""Runs one of our modules behind what serves the rooms, as a program:
`python -m workshop.behind PARENT SECONDS MODULE [ARGUMENTS]`.

It stands back before it reads that module and its libraries, which takes as long as making many a file, and it outlives
neither `SECONDS` nor `PARENT`, the process that waits for it.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
from contextlib import suppress

NICENESS = 5
"""With this it weighs a third of the one thread that serves the rooms, when both want the same core; with a tenth, a
set of cards took longer than people wait."""
SET_PARENT_DEATH_SIGNAL = 1
"""Its number in Linux's prctl.h."""


def end_with(parent: int, seconds: int) -> None:
    """This process outlives neither `seconds` nor `parent`, which waits for it, however the parent ends, and even in
    the middle of code that is not Python; on systems that cannot do this the parent sees to it."""
    with suppress(AttributeError, OSError):
        signal.alarm(seconds)
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def stand_back() -> None:
    """From now on this process goes behind what serves the rooms, even if that was given the first right to the
    machine."""
    with suppress(AttributeError, OSError):  # other systems have other ways
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)


if __name__ == "__main__":
    stand_back()
    end_with(int(sys.argv[1]), int(sys.argv[2]))
    module = sys.argv[3]
    del sys.argv[1:4]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
