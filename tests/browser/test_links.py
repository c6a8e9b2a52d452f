"""A link that leaked is replaced while it is in use on two devices: one press, both read why, and the room goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from live import Line, Server, until
from playwright.sync_api import Page, expect

from tests.app.test_links import key, owned

from .conftest import LAPTOP, PHONE, PROJECTOR, join

Open = Callable[..., Page]
NARROW = {"viewport": {"width": 320, "height": 640}}


def signed_in(page: Page, server: Server, login: str) -> None:
    """From now on this browser has that login."""
    name, value = login.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": server.url}])


def picture(page: Page, name: str) -> None:
    """For who wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """What axe finds."""
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def links_of(desk: Page) -> None:
    """Opens the fold with the links, by keyboard."""
    desk.wait_for_selector("#next-part button")
    desk.locator("#views [data-view=room]").press("Enter")
    desk.locator("#links > summary").press("Enter")


def test_one_press_and_both_devices_read_why_and_the_room_goes_on(sqlite_server: Server, open_page: Open) -> None:
    server = sqlite_server
    made, login = owned(server, "browser")
    code = made["code"]
    leaked = [open_page(made["lead_url"], **shape) for shape in (LAPTOP, PHONE)]
    screen = open_page(made["screen_url"], **PROJECTOR)
    phone = join(open_page(f"{server.url}/r/{code}", **PHONE), "Noor")
    desk = open_page(f"{server.url}/login", **NARROW)
    signed_in(desk, server, login)
    desk.goto(f"{server.url}/lead/{code}")
    links_of(desk)
    expect(desk.locator("[data-link=leader]")).to_contain_text("Laatst gebruikt")
    expect(desk.locator("[data-link=organiser]")).to_contain_text("Nog niet gebruikt")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320
    picture(desk, "links-320")

    # It asks first, and whoever thinks again changes nothing.
    before = desk.locator("#link-lead").input_value()
    ask = desk.locator("[data-opens=replace-leader]")
    ask.press("Enter")
    dialog = desk.locator("#replace-leader")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-closes]")).to_be_focused()
    picture(desk, "ask-320")
    assert not violations(desk)
    desk.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert key(server, code, "leader") == made["lead_token"]
    ask.press("Enter")
    dialog.locator("[type=submit]").press("Enter")

    for page in leaked:
        expect(page.locator("#ended")).to_contain_text("vervangen")
        expect(page.locator("#desk")).to_have_count(0)
    picture(leaked[0], "replaced-laptop")
    picture(leaked[1], "replaced-phone")
    expect(desk.locator("#links [role=status]")).to_contain_text("werkt niet meer")
    expect(desk.locator("#link-lead")).not_to_have_value(before)
    picture(desk, "replaced-320")
    assert not violations(desk)
    desk.locator("#next-part button").first.press("Enter")
    expect(phone.locator("#stage")).to_be_visible()
    until(lambda: phone.evaluate("navigator.onLine"))
    expect(screen.locator("#ended")).to_be_hidden()

    # A page of before says so when it is loaded again.
    answer = leaked[0].request.get(f"{server.url}/lead/{code}")
    assert answer.status == 401 and "vervangen" in answer.text()


def test_a_screen_with_the_old_link_reads_so_and_keeps_nothing(sqlite_server: Server, open_page: Open) -> None:
    server = sqlite_server
    made, login = owned(server, "browser-screen")
    code = made["code"]
    server.join(code, "Noor")
    leader = Line(server, made["lead_token"])
    leader.do("notice", text="Over vijf minuten gaan we door")
    screen = open_page(made["screen_url"], **PROJECTOR)
    expect(screen.locator(".scene:not([hidden])")).to_have_count(1)
    expect(screen.locator("#lobby")).to_contain_text("Noor")
    expect(screen.locator("#told")).to_be_visible()
    other = open_page(f"{server.url}/login", **LAPTOP)
    signed_in(other, server, login)
    other.goto(f"{server.url}/lead/{code}")
    links_of(other)
    stale = other.context.new_page()
    stale.goto(f"{server.url}/lead/{code}")
    links_of(stale)
    expect(stale.locator("[data-link=screen]")).not_to_be_empty()
    picture(other, "links-laptop")
    other.locator("[data-opens=replace-screen]").click()
    other.locator("#replace-screen [type=submit]").click()

    expect(screen.locator("#ended")).to_be_visible()
    expect(screen.locator("#ended [data-why=replaced]")).to_be_visible()
    expect(screen.locator("#ended [data-why=gone]")).to_be_hidden()
    screen.evaluate("dispatchEvent(new Event('resize'))")  # which draws a room anew
    screen.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(screen.locator("#told")).to_be_hidden()
    for told in ("Noor", "vijf minuten"):
        assert told not in screen.evaluate("document.body.textContent")
    leader.close()
    assert screen.evaluate(f"sessionStorage.getItem('samen.screen.{code}')") is None
    picture(screen, "screen")
    assert not violations(screen)
    # Another page of the leader's that was open knows that its link is none any more.
    expect(stale.locator("[data-link=screen]")).to_contain_text("Laad deze pagina opnieuw")
    expect(stale.locator("#link-screen")).to_be_hidden()
    picture(stale, "stale-laptop")
    again = open_page(f"{server.url}/screen/{code}?key={key(server, code, 'screen')}", **PROJECTOR)
    expect(again.locator("#ended")).to_be_hidden()
