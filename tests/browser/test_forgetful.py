"""A browser that keeps nothing: it says so before it hurts, and not that something else is wrong."""

from __future__ import annotations

from collections.abc import Callable

from live import Server
from playwright.sync_api import Browser, Page, expect

from .conftest import PHONE

NO_COOKIES = "Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false })"
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
)


def test_a_browser_without_cookies_is_told_so(sqlite_server: Server, browser: Browser) -> None:
    room = sqlite_server.create()
    page = browser.new_page(locale="nl-NL")
    page.add_init_script(NO_COOKIES)
    for path in ("/login", f"/lead/{room['code']}"):
        page.goto(sqlite_server.url + path)
        expect(page.get_by_text("bewaart geen cookies")).to_be_visible()
    expect(page.locator("[data-cookies=kept]")).to_be_hidden()
    page.close()


def test_a_phone_that_keeps_nothing_is_told_so_before_it_comes_in(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    room = sqlite_server.create()
    phone = open_page(room["join_url"], **PHONE)
    expect(phone.locator("#join")).to_be_visible()
    expect(phone.locator("#forgetful")).to_be_hidden()
    phone.add_init_script(NO_STORAGE)
    phone.reload()
    expect(phone.locator("#forgetful")).to_contain_text("bewaart niets")
    expect(phone.locator("#join")).to_be_visible()
