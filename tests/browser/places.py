"""Where things stand on a page. To be asked again until it is so: fonts, photos and news move a page a moment later."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from live import until
from playwright.sync_api import Locator, Page

SETTLING_SECONDS = 5
WHOLE_IN_SIGHT = """all => all.length > 0
  && all.map(one => one.getBoundingClientRect()).every(({ top, bottom }) => top >= 0 && bottom <= innerHeight)"""
"""Whether each of them stands in the window from top to bottom."""


def top_of(what: Locator) -> float:
    """Pixels from the upper edge of the window."""
    return float(what.evaluate("one => one.getBoundingClientRect().top"))


def bottom_of(what: Locator) -> float:
    """Pixels from the upper edge of the window."""
    return float(what.evaluate("one => one.getBoundingClientRect().bottom"))


def height_of(what: Locator) -> float:
    """In pixels."""
    return float(what.evaluate("one => one.getBoundingClientRect().height"))


def settled(page: Page, faults: str) -> list[Any]:
    """What a script still finds wrong once the page had the time to settle."""
    with suppress(AssertionError):
        until(lambda: not page.evaluate(faults), SETTLING_SECONDS)
    found: list[Any] = page.evaluate(faults)
    return found
