"""How much pressing an afternoon takes (issue 4): from nothing to a room on the screen ≤ 6 presses and ≤ 60 s, and a
standard triads afternoon ≤ 20 presses in all, the draft of the groups and showing it included. What is typed is no
press; every button, link and key is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from live import Line, Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .conftest import LAPTOP
from .hand import Hand

Open = Callable[..., Page]
TO_A_ROOM, IN_ALL = 6, 20
SECONDS = 60


def test_from_nothing_to_the_end_in_few_presses(own_server: Server, open_page: Open) -> None:
    began, presses = time.monotonic(), 0
    page = open_page(re.findall(r"http\S+/first\S+", own_server.said.read_text())[0], **LAPTOP)

    def press(what: str) -> None:
        nonlocal presses
        presses += 1
        page.click(what)

    page.fill("[name=email]", "leider@example.org")
    page.fill("[name=password]", "een heel lang wachtwoord")
    press("main [type=submit]")
    page.wait_for_url("**/lead")
    press("a[href$='/lead/new']")
    page.fill("[name=title]", "Samen oefenen")
    page.fill("[name=conversation]", "2s")  # who tests has no five minutes
    press("main [type=submit]")
    page.wait_for_url(re.compile(r"/lead/\d{8}$"))
    code = page.url[-8:]
    with page.context.expect_page() as opened:
        press(".to-screen")
    screen = opened.value
    expect(screen.locator("#scenes")).to_contain_text(f"{code[:4]} {code[4:]}")
    page.bring_to_front()  # the screen is at the projector
    assert presses <= TO_A_ROOM and time.monotonic() - began <= SECONDS

    # The people come in by themselves; the leader has one button.
    tokens = [own_server.join(code, name)["token"] for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva")]
    phones = [Line(own_server, token) for token in tokens]
    desk = Hand(page)
    titles = [load("nl").step(kind).title for kind in ("prepare", "groups")]
    rounds = [load("nl").step(kind).title for kind in ("brief", "conversation", "feedback", "notes")] * 3
    for title in (*titles, *rounds, *(load("nl").step(kind).title for kind in ("plenary", "closing"))):
        if title == load("nl").step("feedback").title:
            desk.is_in(title)  # nobody presses: the clock carries the room on
        else:
            desk.until(title, 2 if title == load("nl").step("groups").title else 1)  # a draft, then shown
    assert all(until(lambda phone=phone: phone.step["kind"] == "closing") for phone in phones)
    assert desk.presses + presses <= IN_ALL, f"{desk.presses} after the first {presses}"
    for phone in phones:
        phone.close()
