"""A leader looks after their own account, by keyboard, on the narrowest phone and in two languages; and a desk
elsewhere hears that its login is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from live import Server
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from tests.app.test_logins import ANOTHER, House
from workshop.models import Account
from workshop.web.account import hashed

from .conftest import LAPTOP, opening
from .test_links import NARROW, picture, signed_in, violations

Open = Callable[..., Page]
PRESENT = "a present password"


@pytest.fixture
def house(sqlite_server: Server) -> House:
    """A room whose owner knows their password."""
    made = House(sqlite_server)
    with sqlite_server.database.writing() as session:
        session.execute(update(Account).where(Account.id == made.owner.id).values(password_hash=hashed(PRESENT)))
    return made


@pytest.fixture
def open_plain(browser: Browser) -> Iterator[Open]:
    """For a page that is refused what it asks: a browser says that on its console."""
    with opening(browser, console=False) as open_one:
        yield open_one


def test_another_password_by_keyboard_and_the_desk_elsewhere_goes_to_where_one_logs_in(
    house: House, open_page: Open, open_plain: Open
) -> None:
    server = house.server
    desk = open_page(f"{server.url}/login", **LAPTOP)
    signed_in(desk, server, house.browser())
    desk.goto(f"{server.url}/lead/{house.code}")
    desk.wait_for_selector("#next-part button")

    page = open_plain(f"{server.url}/login", **NARROW)
    signed_in(page, server, house.first)
    page.goto(f"{server.url}/lead")
    picture(page, "rooms-320")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator(".account a").press("Enter")
    expect(page.locator("h1")).to_have_text("Jouw account")
    expect(page.locator(".lines li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not violations(page)
    picture(page, "account-320")

    page.locator("[name=present]").press_sequentially(PRESENT)
    page.keyboard.press("Tab")
    page.keyboard.type(ANOTHER)
    page.keyboard.press("Tab")
    page.keyboard.type(f"{ANOTHER} but not the same")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("niet hetzelfde")
    expect(page.locator("[name=again]")).to_be_focused()
    assert not violations(page)
    picture(page, "account-wrong-320")
    for name, value in (("present", PRESENT), ("password", ANOTHER), ("again", ANOTHER)):
        page.locator(f"[name={name}]").fill(value)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Je wachtwoord is gewijzigd")
    expect(page.locator(".lines li")).to_have_count(1)

    desk.wait_for_url("**/login?out=1*")
    expect(desk.locator("[role=status]")).to_contain_text("Je bent hier uitgelogd")
    assert not violations(desk)
    picture(desk, "out-laptop")


def test_the_page_in_english_with_others_to_log_out(house: House, browser: Browser) -> None:
    house.browser()
    with browser.new_context(locale="en-GB", **LAPTOP) as context:  # type: ignore[arg-type]
        page = context.new_page()
        signed_in(page, house.server, house.first)
        page.goto(f"{house.server.url}/account")
        picture(page, "account-laptop-en")
        page.get_by_role("button", name="Log out everywhere else").press("Enter")
        expect(page.locator("[role=status]")).to_have_text("You are logged out everywhere else.")
        expect(page.locator(".lines li")).to_have_count(1)
        page.get_by_role("button", name="Log out", exact=True).press("Enter")
        page.wait_for_url(f"{house.server.url}/")
