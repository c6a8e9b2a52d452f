"""No page moves under the finger: what comes later has its place from the first."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server
from playwright.sync_api import Page

from .conftest import LAPTOP, PHONE, first_leader, join

MOST = 0.05
WATCH = """new PerformanceObserver((list) => {
  for (const { value, sources, hadRecentInput } of list.getEntries()) {
    if (hadRecentInput) continue;
    globalThis.moved = (globalThis.moved ?? 0) + value;
    (globalThis.movers ??= []).push(...sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
  }
}).observe({ type: "layout-shift", buffered: true })"""


SLOW = {"offline": False, "latency": 100, "downloadThroughput": 250_000, "uploadThroughput": 100_000}
"""As on guest Wi-Fi: what is drawn first is seen before the scripts come."""


def test_no_page_moves_as_it_comes(own_server: Server, open_page: Callable[..., Page]) -> None:
    """On a laptop and on a phone; `moved` is the layout shift as browsers count it, and what moved."""
    room = own_server.create(programme="full")
    line = Line(own_server, own_server.join(room["code"], "Sem")["token"])
    leader = first_leader(own_server, open_page, **LAPTOP)
    phone = open_page("about:blank", storage_state=leader.context.storage_state(), **PHONE)
    looks = {
        **dict.fromkeys(("/", "/lead", "/lead/new", "/privacy"), "main h1"),
        room["lead_url"]: "#now-title",
        room["screen_url"]: "#lobby .names",
        room["reflections_url"]: "main",
        room["join_url"]: "[name=name]",
        f"/r/{room['code']}": "#stage:not([hidden])",
    }
    moved = {}
    for page in (leader, phone):
        page.add_init_script(WATCH)
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        for address, there in looks.items():
            if address.startswith("/r/"):
                join(page, "Noor")
            page.goto(own_server.url + address if address.startswith("/") else address)
            page.wait_for_selector(there)
            page.wait_for_load_state("networkidle")
            found, what = page.evaluate("[globalThis.moved ?? 0, globalThis.movers]")
            if found > MOST:
                moved[f"{address} at {page.viewport_size}"] = what
    line.close()
    assert not moved
