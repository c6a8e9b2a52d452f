"""`python -m bench`, which `make bench` runs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .report import Runs, heading, report, table, write
from .rows import ROWS
from .servers import BUILD, Kind, Missing, Room, build, make_room
from .sessions import SESSIONS, Measured, Size, run

SMOKE_PACE = 0.05


def measure(
    names: list[str], kinds: frozenset[Kind], times: int, size: Size, room: Room, found: dict[str, Runs]
) -> None:
    """Runs these sessions, house and peer in turn, and who goes first in turn as well; adds to what was found.
    One after the other; a smoke test, which times nothing, two at once."""

    def one(job: tuple[str, int, Kind]) -> tuple[dict[str, Measured], str]:
        name, turn, kind = job
        began = time.monotonic()
        measured, stopped = run(SESSIONS[name], kind, room, size)
        told = stopped or f"{time.monotonic() - began:.1f} s"
        print(f"bench: {name}, {kind}, {turn + 1} of {times}: {told}", file=sys.stderr, flush=True)
        return measured, stopped or "not measured by this session"

    jobs = [
        (name, turn, kind)
        for name in names
        for turn in range(times)
        for kind in (SESSIONS[name].kinds if turn % 2 == 0 else SESSIONS[name].kinds[::-1])
        if kind in kinds
    ]
    with ThreadPoolExecutor(2) as pool:
        done = map(one, jobs) if size == Size() else pool.map(one, jobs)
        for (name, _, kind), (measured, stopped) in zip(jobs, done, strict=True):
            keep(found, name, kind, measured, stopped)


def keep(found: dict[str, Runs], name: str, kind: Kind, measured: dict[str, Measured], stopped: str) -> None:
    """Puts what one run measured with what was measured before; a row that it did not come to is told too."""
    for row in (row for row in ROWS if row.session == name):
        if row.key == "draw" and kind == "peer":
            continue
        figure = measured.get(row.key) or Measured(None, why=stopped)
        found.setdefault(row.key, {}).setdefault(kind, []).append(figure)


def main() -> int:
    """Measures, prints, and writes into docs when everything was run at full size."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="House against peer, in one run.")
    parser.add_argument("sessions", nargs="*", metavar="SESSION", help="only these; --list names them")
    parser.add_argument("--times", type=int, default=5, help="how often each is run (5)")
    parser.add_argument(
        "--phones",
        type=int,
        default=3000,
        help="no more phones than this: a smoke test, with all that is spread over time in a twentieth of it",
    )
    parser.add_argument("--house", action="store_true", help="without the peer, which takes minutes to install")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--list", action="store_true", help="say which sessions there are")
    asked = parser.parse_args()
    if asked.list:
        for name, session in SESSIONS.items():
            print(f"{name:9} {session.do.__doc__}{'' if session.usual else ' Only if it is named.'}")
        return 0
    if unknown := set(asked.sessions) - SESSIONS.keys():
        parser.error(f"there is no session {', '.join(sorted(unknown))}; --list names them")
    names = asked.sessions or [name for name, session in SESSIONS.items() if session.usual]
    size = Size() if asked.phones >= Size.most_phones else Size(asked.phones, SMOKE_PACE)
    found: dict[str, Runs] = {}
    whole = not asked.sessions and not asked.house and size == Size()
    kinds: frozenset[Kind] = frozenset({"house"} if asked.house else {"house", "peer"})
    try:
        build(kinds)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="room-") as folder:
            room = make_room(Path(folder) / "room")
            measure(names, kinds, asked.times, size, room, found)
    except Missing as what:
        print(f"bench: {what}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped; this is what there is by now", file=sys.stderr)
        whole = False
    told = report(found, asked.times, size)
    print(heading(told), table(told), sep="\n\n")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if whole:
        write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
