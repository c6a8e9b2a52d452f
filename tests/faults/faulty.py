"""`workshop serve`, with a fault inside that is switched on by what stands in the file that FAULT names.

`<event>`: its handler raises. `connect`: the door does. `snapshot`, `told`: what comes after does. `crash`: the process
dies after the commit and before the acknowledgement. `stall`: the next probe keeps everybody waiting for a while, once;
`spin`: likewise, for much longer, and at work.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from workshop import __main__ as entry

STALL_SECONDS, SPIN_SECONDS = 6, 60
SECRET = "canary-in-a-traceback"


def planted() -> str:
    """What is to go wrong just now."""
    try:
        return Path(os.environ["FAULT"]).read_text()
    except OSError:
        return ""


def failing(name: str, work: Callable[..., Any], error: type[Exception] = RuntimeError) -> Callable[..., Any]:
    """The same work, which raises while that is planted."""

    def done(*args: Any, **options: Any) -> Any:
        if planted() == name:
            raise error(SECRET)
        return work(*args, **options)

    return done


def stalling(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, before which, once, nobody at all has a turn: the system waits, and no loop hears of it."""

    def done(*args: Any) -> Any:
        if planted() == "stall":
            Path(os.environ["FAULT"]).write_text("")
            ctypes.CDLL(None).sleep(STALL_SECONDS)
        until = time.monotonic() + SPIN_SECONDS if planted() == "spin" else 0.0
        while time.monotonic() < until:
            pass
        return work(*args)

    return done


def plant_all() -> None:
    """Puts the faults in their places; after patching, before serving."""
    from workshop import commands, sockets
    from workshop.telling import news, snapshots

    for name, kind in commands.EVENTS.items():
        if isinstance(kind, type) and issubclass(kind, commands.Message):
            kind.do = failing(name, kind.do)
    commands.Command.do = failing("command", commands.Command.do)  # type: ignore[method-assign]
    snapshots.pulse = stalling(failing("clock", snapshots.pulse))
    sockets._holder = failing("connect", sockets._holder, TypeError)
    snapshots.send_to = failing("snapshot", snapshots.send_to)
    tell = failing("told", news.tell)

    def crash(*what: Any) -> None:
        if planted() == "crash":
            os._exit(9)
        tell(*what)

    news.tell = crash


stop = entry._stop_on_sigterm


def stop_with_faults() -> None:
    """The last thing before serving."""
    plant_all()
    stop()


entry._stop_on_sigterm = stop_with_faults

if __name__ == "__main__":
    sys.exit(entry.main())
