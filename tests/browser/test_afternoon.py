"""One whole afternoon in a real browser, from a fresh database to the downloaded file (issue 2).

It also takes the pictures of the documentation: `PICTURES=docs/pictures pytest tests/browser`.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from live import Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .conftest import LAPTOP, PHONE, PROJECTOR, first_leader, join

Open = Callable[..., Page]
CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Çelik-van ’t Hof", "Youssef", "Chantal", "O", "Zoë", "<b>Rick</b>")
ROLES = ("client", "professional", "observer")
WALL = {
    "enthusiastic": "Dat je na vijf minuten al iets anders hoort",
    "snags": "Tijd maken in een volle week",
    "first_step": "Morgen vraag ik hoe het gesprek was",
}
CONVERSATION = 8  # seconds


def take(page: Page, name: str) -> None:
    """A picture for the documentation, when it is asked for."""
    if folder := os.environ.get("PICTURES"):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"{name}.png")


def press_next(desk: Page, kind: str) -> None:
    """The leader presses the one big button and the room enters a step of this kind."""
    desk.click("#next-button button")
    in_step(desk, kind)


def in_step(desk: Page, kind: str) -> None:
    """The dashboard says that the room is in a step of this kind."""
    expect(desk.locator("#now-title")).to_have_text(load("nl").step(kind).title)


def role_of(phone: Page) -> str | None:
    """The role that a phone shows at the top."""
    badge = phone.locator("#strip-where [data-role]")
    return badge.get_attribute("data-role") if badge.count() else None


def table_of(phone: Page) -> str:
    """The table that a phone shows at the top."""
    return phone.inner_text("#strip-where .table")


def card_of(phone: Page) -> tuple[str, str]:
    """For which kind of step and which role the card is that a phone shows now."""
    cards: list[list[str]] = phone.eval_on_selector_all(
        "#stage > [data-role]:not([hidden])", "all => all.map(card => [card.dataset.kind, card.dataset.role])"
    )
    return (cards[0][0], cards[0][1]) if cards else ("", "")


def share(phone: Page, text: str) -> None:
    """Writes what worked well, and lets the organiser have it."""
    field = phone.locator("#stage .field:visible", has=phone.locator("textarea")).first
    field.locator("textarea").fill(text)
    field.locator(".reader summary").click()
    field.get_by_role("radio", name=load("nl").visibility.organiser.label).check()
    expect(field.locator("[data-status=saved]")).to_be_visible()


def make_room(server: Server, open_page: Open) -> Page:
    """From nothing to a room."""
    desk = first_leader(server, open_page, **LAPTOP)
    desk.goto(f"{server.url}/lead/new")
    desk.fill("[name=title]", "Samen oefenen")
    desk.fill("[name=conversation]", f"{CONVERSATION}s")
    desk.click("main [type=submit]")
    desk.wait_for_url(re.compile(r"/lead/\d{8}$"))
    return desk


@pytest.mark.parametrize("people", [11])
def test_a_whole_afternoon(own_server: Server, open_page: Open, tmp_path: Path, people: int) -> None:
    desk = make_room(own_server, open_page)
    code = desk.url[-8:]
    screen = open_page(desk.input_value("#link-screen"), **PROJECTOR)
    assert screen.url.endswith(f"/screen/{code}"), "the key is gone from the address bar"
    expect(screen.locator("body")).to_contain_text(f"{code[:4]} {code[4:]}")
    address = desk.input_value("#link-join")
    phones = [join(open_page(address, **PHONE), name) for name in CAST[:people]]
    for name in CAST[:people]:
        expect(screen.locator("body")).to_contain_text(name)
    take(screen, "screen-welcome")

    press_next(desk, "prepare")
    phones[0].locator("#stage textarea:visible").first.fill("canary of my own: a letter that came too late")
    desk.click("#next-button button")  # a draft, which only the leader sees
    expect(desk.locator("#next-button")).to_contain_text("Laat de groepjes zien")
    press_next(desk, "groups")
    for phone in phones:
        expect(phone.locator("#strip-where .table")).to_be_visible()
    tables = Counter(map(table_of, phones))
    assert sorted(tables.values(), reverse=True) == ([3, 3] if people == 6 else [4, 4, 3])
    take(screen, "screen-groups")
    take(desk, "dashboard")

    played: dict[int, list[str | None]] = {}
    for number in (1, 2, 3):
        press_next(desk, "brief")
        press_next(desk, "conversation")
        for phone in phones:
            until(lambda: card_of(phone)[0] == "conversation")
            assert card_of(phone)[1] == role_of(phone)
        if number == 1:
            take(phones[0], "phone")
            take(screen, "screen")
        played[number] = [role_of(phone) for phone in phones]
        for phone, role in zip(phones, played[number], strict=True):  # nobody presses anything
            until(lambda: card_of(phone) == ("feedback", role), 20)
        in_step(desk, "feedback")
        press_next(desk, "notes")
        phones[1].locator("#stage textarea:visible").first.fill(f"for my eyes only {number}")
        if number == 3:
            for phone in (phones[0], *phones[2:6]):
                share(phone, "Doorvragen zonder oordeel")
    for table in tables:
        here = [i for i, phone in enumerate(phones) if table_of(phone) == table]
        for number in (1, 2, 3):
            counted = Counter(played[number][i] for i in here)
            assert counted["client"] == counted["professional"] == 1 and counted["observer"] == len(here) - 2
        if len(here) == 3:
            assert all(sorted(played[n][i] or "" for n in (1, 2, 3)) == sorted(ROLES) for i in here)

    press_next(desk, "plenary")
    for phone, (column, line) in zip(phones, WALL.items(), strict=False):
        answer = phone.locator("form", has=phone.locator(f"#post-{column}"))
        answer.locator("textarea").fill(line)
        answer.locator("button.primary").click()
        expect(screen.locator("body")).to_contain_text(line)
    take(screen, "screen-wall")
    press_next(desk, "closing")
    expect(phones[0].locator("body")).to_contain_text("canary of my own")

    organiser = open_page(desk.input_value("#link-reflections"), **LAPTOP)
    take(organiser, "reflections")
    with organiser.expect_download() as download:
        organiser.click("a[href$='.json']")
    file = tmp_path / "reflections.json"
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert json.loads(text) and all(line in text for line in (*WALL.values(), "Doorvragen zonder oordeel"))
    assert "canary" not in text and "my eyes" not in text and "Noor" not in text
