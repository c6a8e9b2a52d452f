"""What a leader may switch on as an extra: deepenings of the observer's sheet, examples on the wall after the check-in,
and a look at posts before they go on the wall (docs/packs.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from .change import Change

Extra = Literal["questions", "logics", "examples", "look_first"]
"""Open and closed questions counted; which of the four logics was seen; an example per table on the wall; a post with
what looks like a name or a number is hidden until the leader shows it."""


def choose(change: Change, on: Collection[Extra]) -> None:
    """From now on exactly these are on."""
    wanted = [extra for extra in get_args(Extra) if extra in on]
    if wanted != change.value.extras:
        change.set_for_all(extras=wanted)
