"""The way into an account, by keyboard alone at 320 px: the first one, an invitation, a password that was forgotten;
and what an admin does for it. axe finds nothing on any of these pages, and nothing has to be scrolled sideways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from mailbox import Mailbox, mailbox
from pathlib import Path

import pytest
from live import Server
from playwright.sync_api import Browser, Page, expect

from .conftest import LAPTOP, PHONE, opening
from .test_axe import found, wider
from .test_links import NARROW, picture
from .walk import in_theme

Open = Callable[..., Page]
PASSWORD, NEW = "een heel lang wachtwoord", "een heel ander wachtwoord"


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[tuple[Server, Mailbox]]:
    """A server on which nobody has an account yet; it sends mail."""
    with mailbox() as box, Server(tmp_path, SMTP_URL=box.url, MAIL_FROM="workshop@example.org") as server:
        yield server, box


@pytest.fixture
def open_plain(browser: Browser) -> Iterator[Open]:
    """For a page that is refused what it asks: a browser says that on its console."""
    with opening(browser, console=False) as open_one:
        yield open_one


class Hands:
    """Someone without a mouse, who looks at each page as it comes."""

    def __init__(self, open_page: Open, language: str, theme: str) -> None:
        self.open_page, self.language, self.theme = open_page, language, theme
        self.problems: list[str] = []

    def open(self, address: str) -> Page:
        """A browser of their own."""
        return self.open_page(address, locale=self.language, **NARROW)

    def look(self, page: Page, name: str) -> None:
        """What axe finds, and what is too wide."""
        in_theme(page, self.theme)
        self.problems += [*found(page, name), *wider(page, "phone", name)]
        assert page.locator("html").get_attribute("lang") == self.language
        for shape, size in (("320", NARROW), ("390", PHONE), ("1280", LAPTOP)):
            page.set_viewport_size(size["viewport"])  # type: ignore[arg-type]
            picture(page, f"{name}-{self.language}-{self.theme}-{shape}")
        page.set_viewport_size(NARROW["viewport"])  # type: ignore[arg-type]

    def to(self, page: Page, what: str) -> None:
        """Tab by tab to what this finds."""
        for _ in range(60):
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no tab leads to {what} on {page.url}")

    def press(self, page: Page, what: str) -> None:
        """A button or a link."""
        self.to(page, what)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def write(self, page: Page, **fields: str) -> None:
        """A form, and away with it."""
        for name, value in fields.items():
            self.to(page, f"[name={name}]")
            page.keyboard.press("Control+A")
            page.keyboard.type(value)
        with page.expect_navigation():
            page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "theme"), [("nl", "light"), ("en", "dark")])
def test_into_an_account_by_keyboard(
    mailing: tuple[Server, Mailbox], open_plain: Open, language: str, theme: str
) -> None:
    server, box = mailing
    hands = Hands(open_plain, language, theme)
    admin = hands.open(re.findall(r"http\S+/first\S+", server.said.read_text())[0])
    hands.look(admin, "first")
    hands.write(admin, email="helpt@example.org", password=PASSWORD)
    expect(admin).to_have_url(re.compile("/lead$"))

    admin.goto(f"{server.url}/admin")
    hands.look(admin, "admin")
    hands.press(admin, "form[action$=invitations] button")
    expect(admin.locator("#link")).to_be_focused()
    hands.look(admin, "admin-invited")

    guest = hands.open(admin.locator("#link").input_value())
    hands.look(guest, "invitation")
    hands.write(guest, email="helpt@example.org", password=PASSWORD)
    expect(guest.locator("[name=email]")).to_be_focused()
    hands.look(guest, "invitation-taken")
    hands.write(guest, email="noor@example.org", password=PASSWORD)
    expect(guest).to_have_url(re.compile("/lead$"))
    guest.goto(f"{server.url}/account")
    hands.look(guest, "account")

    forgetful = hands.open(f"{server.url}/login")
    hands.look(forgetful, "login")
    hands.press(forgetful, "a[href$=forgotten]")
    hands.look(forgetful, "forgotten")
    hands.write(forgetful, email="noor@example.org")
    expect(forgetful.locator("[role=status]")).to_be_visible()
    hands.look(forgetful, "forgotten-asked")
    ((_, mail),) = box.next()
    forgetful.goto(re.findall(r"http\S+/reset\S+", mail.get_content())[0])
    assert "key=" not in forgetful.url
    hands.look(forgetful, "reset")
    hands.write(forgetful, password=NEW, again=f"{NEW}?")
    expect(forgetful.locator("[name=again]")).to_be_focused()
    hands.look(forgetful, "reset-different")
    hands.write(forgetful, password=NEW, again=NEW)
    expect(forgetful.locator("[role=status]")).to_be_visible()
    hands.look(forgetful, "login-changed")
    hands.write(forgetful, email="noor@example.org", password=NEW)
    expect(forgetful).to_have_url(re.compile("/lead$"))

    hands.press(admin, "#accounts li:last-child a")
    hands.look(admin, "admin-account")
    hands.press(admin, "#reset button")
    expect(admin.locator("#link")).to_be_focused()
    hands.look(admin, "admin-account-link")
    assert not hands.problems, "\n".join(hands.problems)
