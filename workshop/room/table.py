"""The records of one kind in a room, found by their key or by the value of a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

R = TypeVar("R")
Index = dict[Any, tuple[R, ...]]


class Table(Generic[R]):
    """Records by key, in the order in which they came. It never changes: `changed` makes a new one, which keeps what
    was looked up in this one."""

    __slots__ = ("_indexes", "_rows")

    def __init__(self, rows: dict[Any, R]) -> None:
        self._rows = rows
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
        return f"Table({self._rows!r})"

    def get(self, key: Any) -> R | None:
        """The record with this key, if there is one."""
        return self._rows.get(key)

    def by(self, field: str) -> Mapping[Any, tuple[R, ...]]:
        """The records by the value of this field."""
        if field not in self._indexes:
            found: dict[Any, list[R]] = {}
            for row in self._rows.values():
                found.setdefault(getattr(row, field), []).append(row)
            self._indexes[field] = {value: tuple(rows) for value, rows in found.items()}
        return self._indexes[field]

    def where(self, field: str, value: Any) -> tuple[R, ...]:
        """The records whose field has this value."""
        return self.by(field).get(value, ())

    def changed(self, rows: Mapping[Any, R | None]) -> Table[R]:
        """This table with these records in it; None takes one out."""
        new = Table({**self._rows})
        new._indexes = {field: {**index} for field, index in self._indexes.items()}
        for key, row in rows.items():
            old = new._rows.pop(key, None) if row is None else new._rows.get(key)
            if row is not None:
                new._rows[key] = row
            for field, index in new._indexes.items():
                _move(index, field, old, row)
        return new


def _move(index: Index[R], field: str, old: R | None, new: R | None) -> None:
    """Keeps an index right when one record takes the place of another."""
    was, now = (None if row is None else (getattr(row, field),) for row in (old, new))
    if was is not None and was == now:
        index[was[0]] = tuple(new if row is old else row for row in index[was[0]])  # type: ignore[misc]
        return
    if was is not None:
        index[was[0]] = tuple(row for row in index[was[0]] if row is not old)
        if not index[was[0]]:
            del index[was[0]]
    if now is not None:
        index[now[0]] = (*index.get(now[0], ()), new)  # type: ignore[arg-type]
