"""In a folder of somebody else's site, in a real browser: an afternoon begins, and a phone goes on in flight mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from live import Server
from playwright.sync_api import Browser, Page, expect

from .conftest import LAPTOP, PHONE, PROJECTOR, join, opening
from .hand import Hand
from .test_phone import in_kind, pocketed

FOLDER = "/workshop"
ASKED = """() => [location.href, ...performance.getEntriesByType("resource").map((one) => one.name)]"""
KEPT = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys()),
  ...(await indexedDB.databases()).map((one) => one.name)]"""
WORKERS = """async () => (await navigator.serviceWorker.getRegistrations())
  .flatMap((one) => [one.scope, one.active.scriptURL])"""


def test_join_desk_screen_and_phone_in_a_folder(tmp_path: Path, browser: Browser) -> None:
    with (
        Server(tmp_path, root=FOLDER) as server,
        opening(browser, console=False) as open_one,
    ):  # it has no network later
        begin(server, open_one)


def begin(server: Server, open_one: Callable[..., Page]) -> None:
    """From the home page to the first question, on three screens."""
    made = server.create(programme="triads")
    desk, screen = open_one(made["lead_url"], **LAPTOP), open_one(made["screen_url"], **PROJECTOR)
    expect(screen.locator(".welcome .address")).to_have_text(f"127.0.0.1:{server.port}{FOLDER}")
    assert screen.locator("[data-qr]").first.evaluate("one => one.complete && one.naturalWidth > 0")
    phone = open_one(server.url, **PHONE)
    phone.fill("#code", made["code"])
    phone.wait_for_url(f"{server.url}/r/{made['code']}")
    join(phone, "Noor")
    expect(screen.get_by_text("Noor").first).to_be_visible()
    Hand(desk).next()
    in_kind(phone, "prepare")
    expect(screen.locator("[data-kind~=prepare]").first).to_be_visible()
    pocketed(phone)
    with phone.expect_websocket() as socket:
        phone.reload()
    assert urlsplit(socket.value.url).path == f"{FOLDER}/socket.io/"
    in_kind(phone, "prepare")
    for page in (desk, screen, phone):
        outside = [one for one in page.evaluate(ASKED) if not one.startswith(f"{server.url}/")]
        assert outside == [], page.url
        names = [name for name in page.evaluate(KEPT) if not name.startswith(f"samen{FOLDER}.")]
        assert names == [], page.url
    assert [one for one in phone.evaluate(WORKERS) if not one.startswith(f"{server.url}/")] == []
    phone.context.set_offline(True)
    phone.reload()
    in_kind(phone, "prepare")
    expect(phone.locator("#line")).to_be_visible()
