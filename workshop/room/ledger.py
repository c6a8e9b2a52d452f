"""A room that is being changed: what of it was, and what is now, record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from .room import KINDS, Room, key_of


class Written(NamedTuple):
    """A record as it was and as it is now; None: it is not there."""

    before: Struct | None
    now: Struct | None


class Ledger:
    """What a change makes of a room, and of which records. Nothing is stored by it."""

    def __init__(self, before: Room, new_id: Callable[[type[Struct]], int]) -> None:
        self.before = self._room = before
        self.new_id = new_id
        """Gives out the number of a new record."""
        self.records: dict[tuple[type[Struct], Any], Written] = {}
        """By kind and key."""
        self.fields: dict[str, Any] = {}
        """Of the room itself, as they are now."""

    @property
    def changed(self) -> bool:
        """Is anything to be stored?"""
        return bool(self.records or self.fields)

    def room(self) -> Room:
        """The room as it is so far."""
        return self._room

    def put(self, *records: Struct) -> None:
        """These are in the room from now on, in the place of those with the same key."""
        for record in records:
            self._write(type(record), key_of(record), record)

    def drop(self, *records: Struct) -> None:
        """These are in the room no longer. What hangs under them is to be dropped as well."""
        for record in records:
            self._write(type(record), key_of(record), None)

    def set(self, **fields: Any) -> None:
        """Fields of the room itself."""
        different = {name: value for name, value in fields.items() if getattr(self._room, name) != value}
        self.fields |= different
        self._room = self._room.becoming(different)

    def _write(self, kind: type[Struct], key: Any, now: Struct | None) -> None:
        name, _ = KINDS[kind]
        table = getattr(self._room, name)
        before = table.get(key)
        if before == now:
            return
        first = self.records.get((kind, key))
        self.records[kind, key] = Written(first.before if first else before, now)
        self._room = self._room.becoming({name: table.changed({key: now})})
