"""When Python's collector looks through everything: nobody in a full room waits for it every few seconds."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from workshop.litter import LINES, SELDOM_SECONDS, Litter


class Ring:
    """A circle of objects, as a line that closed leaves behind."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def by_hand() -> Iterator[None]:
    """Nothing is collected but by what is tried."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("closed", "later", "found"), [(LINES - 1, 1, False), (LINES, 1, True), (0, SELDOM_SECONDS + 1, True)]
)
def test_it_looks_once_many_lines_have_closed_and_otherwise_seldom(
    by_hand: None, closed: int, later: float, found: bool
) -> None:
    litter = Litter()
    litter.tidy(1000.0)
    ring = weakref.ref(Ring())
    for _ in range(closed):
        litter.line_closed()
    litter.tidy(1000.0 + later)
    assert (ring() is None) is found
    gc.collect()
