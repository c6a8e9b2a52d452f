"""`workshop serve`, which after every change holds the room in memory against the room as it is stored."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import json

sys.path.insert(0, str(Path(__file__).parents[2]))

from workshop import __main__ as entry
from workshop.room.table import Table


def compare() -> None:
    """From now on a difference is an exception, in the log with its traceback."""
    from dataclasses import fields

    from workshop import live
    from workshop.extensions import db
    from workshop.room.room import Room
    from workshop.store.load import load

    became = live.became

    def compared(room_id: int, found: Room | None) -> None:
        became(room_id, found)
        with db.reading() as session:
            stored = load(session, room_id)
        for field in fields(Room) if found is not None else ():
            held, there = (_rows(getattr(room, field.name)) for room in (found, stored))
            if different := [row for row in (*held, *there) if row not in held or row not in there]:
                print(f"Traceback: of room {room_id}, {field.name}: {different}", file=sys.stderr)
        if found is None and stored is not None:
            print(f"Traceback: room {room_id} is there, and not held", file=sys.stderr)

    live.became = compared


def _rows(value: object) -> list[object]:
    """What is to be the same, as it would be on the wire: there a list is a list, whatever Python calls it."""
    rows = value if isinstance(value, Table) else [value]
    return [json.encode(row) for row in rows]


stop = entry._stop_on_sigterm


def stop_and_compare() -> None:
    """The last thing before serving, after all is patched."""
    compare()
    stop()


entry._stop_on_sigterm = stop_and_compare

if __name__ == "__main__":
    sys.exit(entry.main())
