"""A dictionary that never changes, from which the next one is made at the price of what is different."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar

V = TypeVar("V")
MOST_OVER = 64
"""How many entries may lie over the others before all become one dictionary."""
GONE: Any = object()
"""In place of a value: there is none any more."""


class Layers(Mapping[Any, V], Generic[V]):
    """Values by key, in the order in which the keys came: a dictionary, and over it what is different since. Whoever
    goes through all of it makes it one dictionary first; a change alone does not."""

    __slots__ = ("_layers",)

    def __init__(self, values: dict[Any, V], over: dict[Any, V] | None = None) -> None:
        self._layers = values, over or {}  # replaced as one, as other threads read it

    def __getitem__(self, key: Any) -> V:
        below, over = self._layers
        value = over[key] if key in over else below[key]
        if value is GONE:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        below, over = self._layers
        return over[key] is not GONE if key in over else key in below

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def items(self) -> ItemsView[Any, V]:
        return self._whole.items()

    def values(self) -> ValuesView[V]:
        return self._whole.values()

    def changed(self, changes: Mapping[Any, V]) -> Layers[V]:
        """This one with these values in it; `GONE` takes one out."""
        below, over = self._layers
        over = {**over}
        for key, value in changes.items():
            if over.get(key) is GONE and value is not GONE:  # it comes back, behind all others
                below, over = _one(below, over), {}
            if value is GONE and key not in below:
                over.pop(key, None)
            else:
                over[key] = value
        if len(over) > MOST_OVER:
            below, over = _one(below, over), {}
        return Layers(below, over)

    @property
    def _whole(self) -> dict[Any, V]:
        below, over = self._layers
        if over:
            below = _one(below, over)
            self._layers = below, {}
        return below


def _one(below: dict[Any, V], over: dict[Any, V]) -> dict[Any, V]:
    one = below | over
    for key in [key for key, value in over.items() if value is GONE]:
        del one[key]
    return one
