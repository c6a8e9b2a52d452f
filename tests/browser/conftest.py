"""A real Chromium, and the three screens as a person meets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from live import Server
from playwright.sync_api import Browser, BrowserContext, Page, expect

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
KEYLESS = "for (const of of [document, document.body]) of.dispatchEvent(new Event('keydown', { bubbles: true }))"
"""A key goes down, and nobody says which: a password manager does that."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Four browsers share two processors with other tests: what fails is tried once more, and the run names it (`-rR`),
    so that it is looked into. What fails twice is a fault."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """pytest-playwright starts this browser."""
    return {"executable_path": chromium, "args": QUIET}


@contextmanager
def opening(browser: Browser, *, console: bool = True, **always: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser of its own; what they complain of fails the test, on the console too or not."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(page: Page, what: str) -> None:
        complaints.append(f"{page.url}: {what}")

    def open_one(address: str, **shape: Any) -> Page:
        context = browser.new_context(**{"locale": "nl-NL", **always, **shape})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: hear(page, str(error)))
        page.on("console", lambda said: hear(page, said.text) if console and said.type == "error" else None)
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own (`open_page(address, **shape)`); what it complains of fails the test."""
    with opening(browser) as open_one:
        yield open_one


def first_leader(server: Server, open_page: Callable[..., Page], **shape: Any) -> Page:
    """The first leader makes an account by the link that the server printed, and stands before the list of rooms."""
    link = re.findall(r"http\S+/first\S+", server.said.read_text())[0]
    page = open_page(link, **shape)
    page.fill("[name=email]", "leider@example.org")
    page.fill("[name=password]", "een heel lang wachtwoord")
    page.click("main [type=submit]")
    page.wait_for_url("**/lead")
    return page


def join(page: Page, name: str) -> Page:
    """Someone gives a name and comes in."""
    page.fill("[name=name]", name)
    page.click("main [type=submit]")
    page.wait_for_selector("#stage:not([hidden])")
    return page
