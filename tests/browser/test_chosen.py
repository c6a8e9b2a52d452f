"""What is chosen shows without colour and without bold: in the colours that a reader chose for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live import Server
from playwright.sync_api import ElementHandle, FloatRect, Page, expect

from .conftest import LAPTOP
from .table import Table

TRIES = 9
THIN = "* { font-weight: 400 !important }"
FLIPS = {"aria-pressed": ["true", "false"], "data-line": ["on", "off"]}
IS_ON = "(one, sign) => (sign === 'checked' ? one.querySelector('input').checked : one.getAttribute(sign))"
TOGGLE = """(one, [name, [yes, no]]) => {
  if (name === "checked") one.querySelector("input").checked ^= 1;
  else if (no) one.setAttribute(name, one.getAttribute(name) === yes ? no : yes);
  else one.toggleAttribute(name);
}"""


def around(part: ElementHandle) -> FloatRect:
    """Where it stands, with its edge."""
    box = part.bounding_box()
    assert box is not None
    return {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}


def shows(page: Page, what: str, sign: str) -> bool:
    """Does a part look different with and without what says that it is chosen? A page that draws itself anew while a
    picture is taken takes the sign back: such a picture counts for nothing."""
    part = page.locator(what).locator("visible=true").first.element_handle()
    looks: dict[Any, bytes] = {}
    for _ in range(TRIES):
        part.scroll_into_view_if_needed()
        on = part.evaluate(IS_ON, sign)
        look = page.screenshot(animations="disabled", clip=around(part))
        if part.evaluate(IS_ON, sign) == on:
            looks[on] = look
        if len(looks) == 2:
            return len(set(looks.values())) == 2
        part.evaluate(TOGGLE, [sign, FLIPS.get(sign, [])])
    raise AssertionError(f"{what} was drawn anew {TRIES} times")


def forced(page: Page) -> Page:
    """In a contrast theme, and nothing bold."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.add_style_tag(content=THIN)
    return page


def test_what_is_chosen_shows_in_every_theme(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    def unlocked(address: str, **shape: Any) -> Page:
        return open_page(address, bypass_csp=True, **shape)  # else the page takes no style of a test

    table = Table(sqlite_server, unlocked, rounds=1)
    phone = forced(table.phone)
    blind = []
    steps = {
        "brief": {"[data-choose]": "aria-pressed", "[data-need]": "aria-pressed", ".topic": "data-chosen"},
        "conversation": {".layers > i": "aria-current", ".thumbs [data-opens=help]": "data-up"},
        "feedback": {".turns > li": "data-now"},
        "notes": {".segments .choice": "checked"},
    }
    for kind, signs in steps.items():
        table.go(kind)
        if kind == "notes":
            phone.locator(".reader summary").locator("visible=true").first.click()
        blind += [what for what, sign in signs.items() if not shows(phone, what, sign)]
    desk = forced(unlocked(table.room["lead_url"], **LAPTOP))
    expect(desk.locator("#line")).to_have_attribute("data-line", "on")
    desk.click("[data-view=programme]")
    signs = {
        ".tabs [data-view=programme]": "aria-current",
        ".tabs .badge:not(:empty)": "data-urgent",
        ".agenda .step [aria-current]": "aria-current",
        ".agenda .step": "data-over",
        "#line": "data-line",
    }
    blind += [what for what, sign in signs.items() if not shows(desk, what, sign)]
    desk.click("[data-view=room]")
    blind += [] if shows(desk, "#gong", "aria-pressed") else ["#gong"]
    table.close()
    assert not blind
