"""Every step of the full programme, for every role, in both languages: nobody ever looks at an empty card.

With `PICTURES=docs/pictures` it also makes the contact sheets of the documentation.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from live import Line, Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .conftest import PHONE, PROJECTOR, join
from .sheets import contact_sheet

Open = Callable[..., Page]
SMALL_PHONE = PHONE | {"device_scale_factor": 1}
FEWEST_LETTERS = 20


def words_on(page: Page, where: str) -> str:
    """What there is to read in a part of a page."""
    return " ".join(page.locator(where).inner_text().split())


def leaves_of(phone: Page) -> list[bytes]:
    """What comes after the one large line of a role's card, tap by tap."""
    pictures = []
    phone.emulate_media(reduced_motion="reduce")
    card = phone.locator("#stage > [data-role]:not([hidden]) .leaves-card").first
    for _ in range(card.locator(".leaf").count() - 1):
        card.locator("[data-turns='1']").click()
        pictures.append(card.screenshot(type="jpeg", quality=70))
    return pictures


def deck_of(phone: Page) -> list[tuple[str, bytes]]:
    """The cards to browse, each with its front and its back."""
    pictures = []
    phone.click("[data-opens=deck]")
    for card in phone.locator("#deck .topic").all():
        name = card.locator("h3").first.inner_text()
        for side in ("", " – ↻"):
            pictures.append((name + side, card.screenshot(type="jpeg", quality=70)))
            card.locator("summary").click()
    phone.keyboard.press("Escape")
    return pictures


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_step_shows_an_empty_card_to_any_role(sqlite_server: Server, open_page: Open, language: str) -> None:
    room = sqlite_server.create(programme="full", language=language, title="Samen oefenen")
    leader = Line(sqlite_server, room["lead_token"])
    screen = open_page(room["screen_url"], **PROJECTOR)
    phones = [join(open_page(room["join_url"], **SMALL_PHONE), name) for name in ("Noor", "Sem", "Fatma")]
    pictures: dict[str, list[tuple[str, bytes]]] = {"phone": [], "screen": [], "cards": [], "slides": []}
    for step in leader.snapshot["programme"]:
        if (step["round"] or 1) > 2 or (step["round"] == 2 and step["kind"] != "brief"):
            continue
        leader.do("go", index=step["index"])
        needs_role = step["round"] is not None
        for phone in phones:
            if needs_role:
                expect(phone.locator("#strip-where [data-role]")).to_be_visible()
            until(lambda: step["title"] in words_on(phone, "#heading"))
            expect(phone.locator("#turn")).to_be_hidden()  # the moment of rotation passes by itself
            assert len(words_on(phone, "#stage")) > len(words_on(phone, "#heading")) + FEWEST_LETTERS
        expect(screen.locator(f"#scenes > [data-kind~={step['kind']}]")).to_be_visible()
        assert len(words_on(screen, "#scenes")) > FEWEST_LETTERS
        if "PICTURES" in os.environ:
            shown = phones if needs_role else phones[:1]
            pictures["phone"] += [(step["title"], p.screenshot(type="jpeg", quality=70)) for p in shown]
            pictures["screen"].append((step["title"], screen.screenshot(type="jpeg", quality=60)))
            pictures["cards"] += [(step["title"], p) for phone in shown if step["round"] == 1 for p in leaves_of(phone)]
            for slide in range(len(load(language).slides) if step["kind"] == "talk" else 0):
                leader.do("slide", to=slide)
                expect(screen.locator(".slide:not([hidden]) h1")).to_have_text(load(language).slides[slide].title)
                pictures["slides"].append((str(slide + 1), screen.screenshot(type="jpeg", quality=60)))
    phones[0].click("[data-opens=deck]")
    guide = load(language).guide
    for part in guide.parts if guide else ():
        phones[0].locator("#deck summary", has_text=part.title).click()
        expect(phones[0].locator("#deck li", has_text=part.lines[-1])).to_be_visible()
    phones[0].keyboard.press("Escape")
    leader.close()
    if "PICTURES" in os.environ:
        contact_sheet(open_page("about:blank"), pictures["phone"], 195, f"phone-{language}")
        contact_sheet(open_page("about:blank"), deck_of(phones[0]) + pictures["cards"], 195, f"cards-{language}")
        contact_sheet(open_page("about:blank"), pictures["screen"], 420, f"screen-{language}")
        contact_sheet(open_page("about:blank"), pictures["slides"], 420, f"slides-{language}")
