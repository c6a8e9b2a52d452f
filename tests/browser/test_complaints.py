"""What users of neighbouring products complain of, and why nobody can say it of us: what takes a browser to show.

The whole list stands in tests/test_complaints.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from live import Line, Server, until
from playwright.sync_api import Page, expect

from .conftest import KEYLESS, LAPTOP, PHONE, PROJECTOR, join

Open = Callable[..., Page]
WRONG = "(() => {{ const now = Date.now; Date.now = () => now() + {hours} * 3_600_000; }})()"
"""A device whose clock is hours off."""


def seconds_on(page: Page) -> float:
    """What a page shows to be left."""
    text = str(
        page.evaluate("[...document.querySelectorAll('.clock .time')].find(one => one.offsetParent).textContent")
    )
    minutes, seconds = re.fullmatch(r"(\d+):(\d\d)", text.strip()).groups()  # type: ignore[union-attr]
    return int(minutes) * 60 + int(seconds)


def test_every_device_shows_the_same_second_whatever_its_own_clock_says(sqlite_server: Server, open_page: Open) -> None:
    """Also on the phone of someone who comes in late: not the full time."""
    room = sqlite_server.create(conversation="5m")
    leader = Line(sqlite_server, room["lead_token"])
    for name in ("Noor", "Sem"):
        sqlite_server.join(room["code"], name)
    leader.do("go", index=next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "conversation"))
    leader.do("add", seconds=-60)
    leader.close()
    desk, screen = open_page(room["lead_url"], **LAPTOP), open_page(room["screen_url"], **PROJECTOR)
    phones = [open_page("about:blank", **PHONE) for _ in range(2)]
    for phone, hours in zip(phones, (3, -7), strict=True):
        phone.add_init_script(WRONG.format(hours=hours))
        phone.goto(room["join_url"])
        join(phone, f"Laat {hours}")
        expect(phone.locator("#strip .clock")).to_be_visible()
    pages = (desk, screen, *phones)
    expect(desk.locator("#now-part .clock")).to_be_visible()
    # Four looks take a moment: only where no second turned meanwhile do they say something.
    until(lambda: len({seconds_on(page) for page in pages}) == 1)
    assert 180 < seconds_on(screen) <= 240


def test_the_code_is_on_the_screen_in_every_step(sqlite_server: Server, open_page: Open) -> None:
    """In words and as a QR code, for who comes late and for who comes back."""
    room = sqlite_server.create(programme="full", rounds=1)
    leader, screen = Line(sqlite_server, room["lead_token"]), open_page(room["screen_url"], **PROJECTOR)
    code = room["code"]
    for step in leader.snapshot["programme"]:
        leader.do("go", index=step["index"])
        expect(screen.locator(f"#scenes > [data-kind~={step['kind']}]")).to_be_visible()
        expect(screen.get_by_text(f"{code[:4]} {code[4:]}").locator("visible=true").first).to_be_visible()
        expect(screen.locator("img[src*='/qr/']").locator("visible=true").first).to_be_visible()
    leader.close()


def test_the_screen_is_silenced_by_one_key_and_stays_silent(sqlite_server: Server, open_page: Open) -> None:
    screen = open_page(sqlite_server.create()["screen_url"], **PROJECTOR)
    expect(screen.locator("#allow")).to_be_visible()  # the browser waits for a tap, and the page says so
    screen.mouse.click(900, 500)
    expect(screen.locator("#allow")).to_be_hidden()
    expect(screen.locator("#sound")).to_have_attribute("aria-pressed", "true")
    expect(screen.locator("#test")).to_be_attached()
    screen.evaluate(KEYLESS)
    screen.keyboard.press("m")
    expect(screen.locator("#sound")).to_have_attribute("aria-pressed", "false")
    screen.reload()
    expect(screen.locator("#sound")).to_have_attribute("aria-pressed", "false")
    expect(screen.locator("#allow")).to_be_hidden()
