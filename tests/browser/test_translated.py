"""Words that somebody else replaced: what scripts draw follows the room (a browser that translates does it)."""

from __future__ import annotations

from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PROJECTOR
from .table import Table

SHAPES = {"screen": PROJECTOR, "lead": LAPTOP}

TRANSLATED = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) found.push(words.currentNode);
  for (const one of found.filter((node) => !node.parentElement.closest("script, style, textarea"))) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = one.data.toUpperCase();
    outer.append(inner);
    one.replaceWith(outer);
  }
}"""
SAID = r"of => [...document.querySelectorAll(of)].map(one => one.innerText).join('').replace(/\d+:\d\d|\s+/g, '')"
"""What parts of a page say to who reads it, save what runs with the time."""
PHONE_PARTS = "#strip-where, #heading, #stage"
SCREEN_PARTS = "#top .where, #played"
DESK_PARTS = "#now-part, #next-part, #triads-part, #people-part, #programme-part"


def said(page: Page, parts: str) -> str:
    """Without capitals: what stayed as it was may stay translated."""
    words: str = page.evaluate(SAID, parts)
    return words.casefold()


def test_what_scripts_draw_follows_the_room_after_every_word_was_replaced(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    """As much as on a page that was opened just now, of which nobody replaced a word."""
    table = Table(sqlite_server, open_page, rounds=2)
    screen, desk = (open_page(table.room[f"{name}_url"], **shape) for name, shape in SHAPES.items())
    table.go("brief", 1)
    for page in (table.phone, screen, desk):
        expect(page.locator("body")).to_contain_text("Fatma")
        page.evaluate(TRANSLATED)
    table.go("brief", 2)
    for page, parts, name in ((screen, SCREEN_PARTS, "screen"), (desk, DESK_PARTS, "lead")):
        fresh = open_page(table.room[f"{name}_url"], **SHAPES[name])
        until(lambda: "ronde2" in said(page, parts) == said(fresh, parts))
    followed = said(table.phone, PHONE_PARTS)
    table.phone.reload()
    until(lambda: said(table.phone, PHONE_PARTS) == followed)
    table.close()
