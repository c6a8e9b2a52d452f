"""How much pressing an afternoon takes (issues 4 and 9). From nothing to a room on the screen: ≤ 6 presses and ≤ 60 s,
of which making the room ≤ 3; a standard triads afternoon ≤ 20 presses in all. From the lobby: a triads afternoon ≤ 20,
a full one with every slide ≤ 40, the draft of the groups and showing it included. What is typed is no press; every
button, link and key is. What one need not do is not in it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import groupby

import pytest
from live import Line, Server, until
from playwright.sync_api import Page, expect

from workshop.content import load
from workshop.core.programme import unroll

from .conftest import LAPTOP
from .hand import Hand

Open = Callable[..., Page]
TO_A_ROOM, IN_ALL = 6, 20
A_ROOM, FROM_THE_LOBBY = 3, {"triads": 20, "full": 40}
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
    before = presses
    press("a[href$='/lead/new']")
    page.fill("[name=title]", "Samen oefenen")
    page.fill("[name=start]", "13:00")
    expect(page.locator("#lasts")).to_have_text(re.compile(r"^13:00–1\d:\d\d, "))
    zone = page.evaluate("new Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.locator("[name=zone]")).to_have_value(zone)
    press("main [type=submit]")
    page.wait_for_url(re.compile(r"/lead/\d{8}$"))
    code = page.url[-8:]
    with page.context.expect_page() as opened:
        press(".to-screen")
    screen = opened.value
    expect(screen.locator("#scenes")).to_contain_text(f"{code[:4]} {code[4:]}")
    page.bring_to_front()  # the screen is at the projector
    assert presses - before <= A_ROOM
    assert presses <= TO_A_ROOM and time.monotonic() - began <= SECONDS

    # The people come in by themselves; the leader has one button.
    tokens = [own_server.join(code, name)["token"] for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva")]
    phones = [Line(own_server, token) for token in tokens]
    desk = Hand(page)
    expect(page.locator("#people-part .count")).to_contain_text("6")  # whoever presses has seen them come
    titles = [load("nl").step(kind).title for kind in ("prepare", "groups")]
    rounds = [load("nl").step(kind).title for kind in ("brief", "conversation", "feedback", "notes")] * 3
    for title in (*titles, *rounds, *(load("nl").step(kind).title for kind in ("plenary", "closing"))):
        if title == load("nl").step("feedback").title:
            own_server.let_end({code: int(time.time() * 1000)})  # who tests has no five minutes
            desk.is_in(title)  # nobody presses: the clock carries the room on
        else:
            desk.until(title, 2 if title == load("nl").step("groups").title else 1)  # a draft, then shown
    assert all(until(lambda: phone.step["kind"] == "closing") for phone in phones)
    assert desk.presses + presses <= IN_ALL, f"{desk.presses} after the first {presses}"
    for phone in phones:
        phone.close()


@pytest.mark.parametrize("programme", FROM_THE_LOBBY)
def test_from_the_lobby_to_the_end_in_few_presses(sqlite_server: Server, open_page: Open, programme: str) -> None:
    made = sqlite_server.create(programme=programme)
    for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva"):
        sqlite_server.join(made["code"], name)
    page, pack = open_page(made["lead_url"], **LAPTOP), load("nl")
    desk, been, seen = Hand(page), [pack.step("welcome").title], []
    while been[-1] != pack.step("closing").title:
        if been[-1] == pack.step("conversation").title:
            sqlite_server.let_end({made["code"]: int(time.time() * 1000)})
            desk.is_in(pack.step("feedback").title)  # nobody presses
        else:
            desk.next()
        been.append(page.inner_text("#now-title"))
        seen += page.locator("#now-part .slide h3").all_inner_texts()
    assert seen == [slide.title for slide in pack.slides] * (programme == "full")
    assert [title for title, _ in groupby(been)] == [part.title for part in unroll(pack.programme(programme))]
    print(f"{programme}: {desk.presses} presses")
    assert desk.presses <= FROM_THE_LOBBY[programme]
