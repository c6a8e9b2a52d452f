"""The records of one kind in a room, found by their key or by the value of a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from .layers import Layers

R = TypeVar("R")
Index = Layers[tuple[R, ...]]


class Table(Generic[R]):
    """Records by key, in the order in which they came. It never changes: `changed` makes a new one, which keeps what
    was looked up in this one."""

    __slots__ = ("_indexes", "_rows")

    def __init__(self, rows: dict[Any, R] | Layers[R]) -> None:
        self._rows = rows if isinstance(rows, Layers) else Layers(rows)
        self._indexes: dict[str, Index[R]] = {}

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __getitem__(self, key: Any) -> R:
        return self._rows[key]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Table({dict(self._rows)!r})"

    def get(self, key: Any) -> R | None:
        """The record with this key, if there is one."""
        return self._rows.get(key)

    def by(self, field: str) -> Mapping[Any, tuple[R, ...]]:
        """The records by the value of this field."""
        if field not in self._indexes:
            found: dict[Any, list[R]] = {}
            for row in self._rows.values():
                found.setdefault(getattr(row, field), []).append(row)
            self._indexes[field] = Layers({value: tuple(rows) for value, rows in found.items()})
        return self._indexes[field]

    def where(self, field: str, value: Any) -> tuple[R, ...]:
        """The records whose field has this value."""
        return self.by(field).get(value, ())

    def changed(self, rows: Mapping[Any, R | None]) -> Table[R]:
        """This table with these records in it; None takes one out."""
        rows = {key: row for key, row in rows.items() if row is not None or key in self._rows}
        afresh = any(key in self._rows for key in rows)  # else what was erased or written over would lie below
        new = Table(self._rows.changed(rows, afresh=afresh))
        for field, index in self._indexes.items():
            moved: dict[Any, tuple[R, ...]] = {}
            for key, row in rows.items():
                _move(index, moved, field, self._rows.get(key), row)
            new._indexes[field] = index.changed({value: found or None for value, found in moved.items()}, afresh=afresh)
        return new


def _move(index: Index[R], moved: dict[Any, tuple[R, ...]], field: str, old: R | None, new: R | None) -> None:
    """Notes in `moved` how an index becomes right when one record takes the place of another; () is none."""

    def at(value: Any) -> tuple[R, ...]:
        return moved[value] if value in moved else index.get(value, ())

    was, now = (None if row is None else (getattr(row, field),) for row in (old, new))
    if was is not None and was == now:
        moved[was[0]] = tuple(new if row is old else row for row in at(was[0]))  # type: ignore[misc]
        return
    if was is not None:
        moved[was[0]] = tuple(row for row in at(was[0]) if row is not old)
    if now is not None:
        moved[now[0]] = (*at(now[0]), new)  # type: ignore[arg-type]
