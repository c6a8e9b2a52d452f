"""The phone page is light: W1 of docs/performance.md. Counted from what goes over the wire, not from files."""

from __future__ import annotations

from collections.abc import Callable

from live import Server
from playwright.sync_api import Page, Response

from .conftest import PHONE

HEAVIEST = 60_000
MOST_REQUESTS = 24


def test_a_first_visit_is_light_and_comes_in_two_waves(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    made = sqlite_server.create(programme="full")
    page = open_page("about:blank", **PHONE)
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(made["join_url"])
    page.wait_for_selector("[name=name]")
    page.wait_for_load_state("networkidle")
    weight = sum(int(r.headers.get("content-length", 0)) for r in seen)
    print(f"W1: {weight} bytes in {len(seen)} requests")
    assert all(r.url.startswith(sqlite_server.url) for r in seen), "nothing from another host"
    assert all(r.headers.get("content-encoding") == "gzip" for r in seen if "/static/" in r.url)
    assert len(seen) <= MOST_REQUESTS and weight <= HEAVIEST
    named = page.content()
    scripts = [r.url for r in seen if r.url.endswith((".js", ".css"))]
    assert all(url.removeprefix(sqlite_server.url) in named for url in scripts), "the page names every file: no chain"
