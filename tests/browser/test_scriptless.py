"""A page whose scripts never come says so, and offers a way on."""

from __future__ import annotations

import re
from collections.abc import Callable

from live import Server
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PHONE, PROJECTOR


def test_a_page_without_its_scripts_says_so_and_leads_on(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    """At once where scripts are off; after some seconds where they do not come, or are too new for the browser."""
    room = sqlite_server.create()
    shapes = {"join": PHONE, "screen": PROJECTOR, "lead": LAPTOP}
    empty = []
    for name, shape in shapes.items():
        link = room[f"{name}_url"]
        whole = open_page(link, **shape)
        expect(whole.locator("#scriptless")).to_have_count(0)
        strange = whole.context.new_page()
        strange.route(re.compile(r"\.js$"), lambda route: route.fulfill(body="too ?? ?? new"))
        strange.goto(link)
        old = whole.context.new_page()  # its scripts run, but not to the end
        old.add_init_script("delete Object.hasOwn")
        old.goto(link)
        empty += [strange, old, open_page(link, **shape, java_script_enabled=False)]
    for page in empty:
        expect(page.locator("#scriptless")).to_contain_text("opnieuw")
        expect(page.locator("#scriptless")).to_be_visible()
        expect(page.locator("#scriptless")).to_be_in_viewport(ratio=1)
    with empty[-1].expect_navigation():
        empty[-1].click("#scriptless a")
