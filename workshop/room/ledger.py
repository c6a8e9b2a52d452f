"""A room that is being changed: what it was and what it is now, record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from msgspec import Struct

from ..core.errors import Refused
from .room import KINDS, Room, key_of


class Written(NamedTuple):
    """A record as it was and as it is now; None: there is none."""

    before: Struct | None
    now: Struct | None


class Ledger:
    """What a change makes of a room, and which records it touches. It stores nothing."""

    def __init__(self, before: Room, new_id: Callable[[type[Struct]], int]) -> None:
        self.before = self._room = before
        self.new_id = new_id
        """Gives out the number of a new record."""
        self.records: dict[tuple[type[Struct], Any], Written] = {}
        """By kind and key."""
        self.fields: dict[str, Any] = {}
        """Fields of the room itself, as they are now."""
        self.erases = False
        """The room goes, with everything in it."""

    @property
    def changed(self) -> bool:
        """Is there anything to store?"""
        return bool(self.records or self.fields or self.erases)

    def room(self) -> Room:
        """The room as it is so far."""
        return self._room

    def put(self, *records: Struct) -> None:
        """Puts these in the room, replacing those with the same key."""
        self._write((record, record) for record in records)

    def drop(self, *records: Struct) -> None:
        """Takes these out of the room. What hangs under them has to be dropped as well."""
        self._write((record, None) for record in records)

    def set(self, **fields: Any) -> None:
        """Fields of the room itself."""
        different = {name: value for name, value in fields.items() if getattr(self._room, name) != value}
        self.fields |= different
        self._room = self._room.becoming(different)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """If something is refused in here, none of it was done."""
        state = self._room, dict(self.records), dict(self.fields)
        try:
            yield
        except Refused:
            self._room, self.records, self.fields = state
            raise

    def _write(self, written: Iterable[tuple[Struct, Struct | None]]) -> None:
        """A table is made anew only once, however many of its records have changed."""
        by_kind: dict[type[Struct], dict[Any, Struct | None]] = {}
        for record, now in written:
            by_kind.setdefault(type(record), {})[key_of(record)] = now
        for kind, records in by_kind.items():
            name, _ = KINDS[kind]
            table = getattr(self._room, name)
            different = {key: now for key, now in records.items() if table.get(key) != now}
            for key, now in different.items():
                first = self.records.get((kind, key))
                self.records[kind, key] = Written(first.before if first else table.get(key), now)
            if different:
                self._room = self._room.becoming({name: table.changed(different)})
