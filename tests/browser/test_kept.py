"""What stays in a browser is what the page at `/privacy` tells, by name; and erasing takes it away (S8)."""

from __future__ import annotations

import re
from collections.abc import Callable

from live import Line, Server, until
from playwright.sync_api import Browser, Page, expect

from workshop.kept import LINES

from .conftest import LAPTOP, PHONE, PROJECTOR, join, opening

Open = Callable[..., Page]
STORED = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map((one) => one.name), ...(await caches.keys()),
]"""


def told(*lines: str) -> set[str]:
    """The names that these lines of the page tell."""
    return {name for line in lines for name in LINES[line].names}


def stored(page: Page, code: str) -> set[str]:
    """What a browser holds, by the names of the page."""
    names = {str(name).replace(code, "<code>") for name in page.evaluate(STORED)}
    names = {re.sub(r"^samen\.outbox\.<code>\..+$", "samen.outbox.<code>.<person>", name) for name in names}
    return {re.sub(r"^samen\.[0-9a-f]{12}$", "samen.<version>", name) for name in names}


def cookies(page: Page, code: str) -> set[str]:
    """The cookies of a browser, by the names of the page."""
    return {str(one["name"]).replace(code, "<code>") for one in page.context.cookies()}


def test_what_stays_in_a_browser_is_told_and_goes_when_one_erases(sqlite_server: Server, browser: Browser) -> None:
    with opening(browser, console=False) as open_one:  # it complains that who was erased is not known any more
        look(sqlite_server, open_one)


def look(sqlite_server: Server, open_page: Open) -> None:
    """Someone comes in, writes and erases; what their phone, the screen and the desk hold meanwhile."""
    made = sqlite_server.create()
    code = made["code"]
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    partners = [Line(sqlite_server, sqlite_server.join(code, name)["token"]) for name in ("Sem", "Fatma")]
    screen, desk = open_page(made["screen_url"], **PROJECTOR), open_page(made["lead_url"], **LAPTOP)
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("next")
    phone.locator("textarea:visible").first.fill("mijn eigen gesprek")
    until(lambda: "samen.<code>.copy" in stored(phone, code) and "samen.outbox.<code>.<person>" in stored(phone, code))
    until(lambda: "samen.<version>" in stored(phone, code))
    until(lambda: "samen.screen.<code>" in stored(screen, code))
    for page, lines in ((phone, ("on_phone", "outbox", "page_kept")), (screen, ("screen_kept", "choices"))):
        assert stored(page, code) <= told(*lines), page.url
    assert stored(desk, code) <= told("choices")
    assert set() < cookies(phone, code) <= told("cookie_join")
    assert cookies(screen, code) | cookies(desk, code) <= told("cookie_key", "cookie_form")

    phone.locator("[data-opens=help]").click()
    expect(phone.locator("#help .privacy a")).to_have_attribute("href", "/privacy?language=nl")
    phone.keyboard.press("Escape")
    leader.do("go", index=len(leader.snapshot["programme"]) - 1)
    phone.locator("#erase").click()
    phone.locator("#erase-now").click()
    expect(phone.locator("[data-why=erased]")).to_be_visible()
    until(lambda: stored(phone, code) <= told("page_kept"))
    for line in (leader, *partners):
        line.close()


def test_the_page_is_read_and_left_by_keyboard(sqlite_server: Server, open_page: Open) -> None:
    page = open_page(f"{sqlite_server.url}/privacy?language=nl", **PHONE)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("English")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What we keep")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="A note for “only me”"))
    expect(row.get_by_role("cell").nth(1)).to_have_text("only you")  # a list for the eye is still a table for the ear
