"""A dictionary that never changes, from which the next one is made at the price of what is new."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar

V = TypeVar("V")
MOST_OVER = 64
"""How many entries may lie over the others before all become one dictionary."""


class Layers(Mapping[Any, V], Generic[V]):
    """Values by key, in the order in which the keys came: a dictionary, and over it what is different since. Whoever
    goes through all of it makes it one dictionary first; a change alone does not."""

    __slots__ = ("_layers",)

    def __init__(self, values: dict[Any, V], over: dict[Any, V] | None = None) -> None:
        self._layers = values, over or {}  # replaced as one, as other threads read it

    def __getitem__(self, key: Any) -> V:
        below, over = self._layers
        return over[key] if key in over else below[key]

    def __contains__(self, key: object) -> bool:
        below, over = self._layers
        return key in over or key in below

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def items(self) -> ItemsView[Any, V]:
        return self._whole.items()

    def values(self) -> ValuesView[V]:
        return self._whole.values()

    def changed(self, changes: Mapping[Any, V | None], *, afresh: bool) -> Layers[V]:
        """This one with these values in it. `afresh`: nothing may stay of what they replace, in a layer below either,
        and None takes one out."""
        below, over = self._layers
        over = {**over, **changes}  # type: ignore[dict-item]  # None only where afresh
        if afresh:
            return Layers({key: value for key, value in (below | over).items() if value is not None})
        return Layers(below, over) if len(over) <= MOST_OVER else Layers(below | over)

    @property
    def _whole(self) -> dict[Any, V]:
        below, over = self._layers
        if over:
            below = below | over
            self._layers = below, {}
        return below
