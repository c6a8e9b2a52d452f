"""The cards to take along, in somebody's hand: in flight mode, and on paper."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from live import Line, Server
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import update

from workshop import content
from workshop.models import Room

from .conftest import PHONE, join, opening
from .test_axe import found

Open = Callable[..., Page]


@pytest.mark.parametrize("language", content.SHIPPED)
def test_in_flight_mode_every_card_opens_with_both_sides(
    sqlite_server: Server, browser: Browser, language: str
) -> None:
    """Once visited: at its own address, at that of the other language, and by the plain one."""
    with opening(browser, console=False) as open_one:  # it complains that there is no network
        fly(sqlite_server, open_one, language)


def fly(sqlite_server: Server, open_page: Open, language: str) -> None:
    """Somebody visits the cards and opens them again in an aeroplane."""
    page = open_page(f"{sqlite_server.url}/cards?language={language}", **PHONE)
    expect(page.locator("#reloads")).to_be_visible()  # it is kept
    page.context.set_offline(True)
    for address, shown in (("", language), *((f"?language={one}", one) for one in content.SHIPPED)):
        page.goto(f"{sqlite_server.url}/cards{address}")
        pack = content.load(shown if address else page.locator("html").get_attribute("lang") or "")
        cards = page.locator("article.topic")
        expect(cards).to_have_count(8)
        for number, card in enumerate((*pack.topics, *pack.conversation_cards, *pack.other_conversations)):
            expect(cards.nth(number).locator("h3")).to_have_text(card.title)
            back = card.questions if isinstance(card, content.schema.Topic) else card.back[-1].lines
            expect(cards.nth(number).get_by_text(back[-1])).to_be_hidden()
            cards.nth(number).locator("summary").click()
            expect(cards.nth(number).get_by_text(back[-1])).to_be_visible()
        assert page.evaluate("document.styleSheets.length") == 2, "with what it looks like"


def test_on_paper_every_back_is_open(sqlite_server: Server, open_page: Open) -> None:
    page = open_page(f"{sqlite_server.url}/cards?language=nl")
    expect(page.locator("#reloads")).to_be_visible()
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    pack = content.load("nl")
    assert len(paper.pages) <= 4
    assert not [line for card in pack.topics for line in card.questions if line not in text]
    backs = [part for card in pack.conversation_cards for part in card.back]
    assert not [line for part in backs for line in part.lines if line not in text]
    assert page.locator("details[open]").count() == 0, "folded again on the screen"


def test_the_phone_leads_there_when_the_afternoon_is_over(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create()
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("go", index=len(leader.snapshot["programme"]) - 1)
    with phone.context.expect_page() as opened:
        phone.locator("#closing [data-more=along] a[href^='/cards']").click()
    expect(opened.value.locator("h1")).to_have_text("Kaarten om mee te nemen")
    leader.close()


def test_somebody_keeps_their_own_afternoon(sqlite_server: Server, open_page: Open) -> None:
    """From the last page of the phone: read, printed, and as a file; on another phone it says where to go."""
    made = sqlite_server.create()
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("go", index=len(leader.snapshot["programme"]) - 1)
    phone.locator("#closing textarea").first.fill("Maandag vraag ik <b>hoe</b> het gaat.")
    phone.locator("#closing textarea").first.blur()
    expect(phone.locator("#closing .foot").first).to_contain_text("bewaard")
    with phone.context.expect_page() as opened:
        phone.locator("#closing [href$='/mine']").click()
    page = opened.value
    expect(page.locator(".text")).to_have_text("Maandag vraag ik <b>hoe</b> het gaat.")
    paper = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
    assert "Maandag vraag ik" in paper and "Markdown" not in paper
    for name in ("pdf", "md"):
        with page.expect_download() as download:
            page.locator(f"[data-file={name}]").click()
        assert download.value.suggested_filename == f"Samen oefenen.{name}"
        assert download.value.path().stat().st_size > 100
    other = open_page(f"{sqlite_server.url}/r/{made['code']}/mine", **PHONE)
    expect(other.locator("#told")).to_contain_text("niet bekend")
    leader.close()


def test_weeks_later_one_field_is_open_on_the_same_phone(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create()
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("close")
    leader.close()
    expect(phone.locator("#shut")).to_be_attached()
    token = phone.evaluate(f"localStorage.getItem('samen.{made['code']}')")
    with sqlite_server.database.writing() as session:
        long_ago = Room.created_at - 21 * 86_400_000
        session.execute(update(Room).where(Room.code == made["code"]).values(created_at=long_ago))
    phone.goto(f"{sqlite_server.url}/r/{made['code']}/mine")
    phone.locator("#how").fill("x" * 3000)
    for _ in range(2):
        expect(phone.locator("#saved")).to_contain_text("1000 tekens te lang")
        phone.locator("#later button").click()
    expect(phone.locator("#how")).to_have_value("x" * 3000)
    assert not sqlite_server.get("/api/me", token).json()["notes"]
    phone.locator("#how").fill("Het ging goed,\nen het was spannend.")
    expect(phone.locator("#saved")).to_have_text("")
    phone.locator("#later button").click()
    expect(phone.locator("#saved")).to_have_text("bewaard")
    phone.reload()
    expect(phone.locator("#how")).to_have_value("Het ging goed,\nen het was spannend.")
    assert not list(found(phone, "mine"))
    phone.goto(f"{sqlite_server.url}/r/{made['code']}")
    phone.locator("[data-opens=write]").click()
    expect(phone.locator("#write")).to_contain_text("Hoe ging het met je eerste stap?")
    expect(phone.locator("#write")).to_contain_text("en het was spannend.")
