"""The organiser's page: found by a word or by a question, counted, downloaded, and printed as it is shown."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Line, Server
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import update

from workshop.models import Room

from .conftest import LAPTOP, PHONE, opening
from .test_axe import found, in_theme

Open = Callable[..., Page]
KEEN = ("We gaan samen aan de slag", "Cliënten vragen om feedback", "De driegesprekken")
SNAGS = ("Te weinig tijd", "Geen tijd in mijn rooster", "Ik vind het spannend")


@pytest.fixture
def room(sqlite_server: Server) -> Iterator[dict[str, Any]]:
    """A room that is closing: six lines on the wall, two of them put together, one recognised; and a note of each."""
    made = sqlite_server.create(title="Samen leren in Zuid")
    leader = Line(sqlite_server, made["lead_token"])
    phones = [Line(sqlite_server, sqlite_server.join(made["code"], f"Mens {n}")["token"]) for n in range(6)]
    leader.do("go", index=15)
    ids = []
    for phone, (column, text) in zip(
        phones, [("enthusiastic", t) for t in KEEN] + [("snags", t) for t in SNAGS], strict=True
    ):
        ids.append(str(uuid.uuid4()))
        assert phone.say("post", id=ids[-1], column=column, text=text, signed=text.startswith("Ik"))["ok"]
        assert phone.note("first_step", f"Ik vraag het {len(ids)} keer", "organiser")["ok"]
    for phone in phones[1:]:
        assert phone.say("recognise", post=ids[0], on=True)["ok"]
    leader.do("bundle", posts=ids[3:5], title="Tijd")
    with sqlite_server.database.writing() as session:  # as if they had been there for a quarter of an hour
        session.execute(update(Room).where(Room.code == made["code"]).values(entered_at=Room.entered_at - 900_000))
    leader.do("go", index=16)
    yield made
    for line in (leader, *phones):
        line.close()


def test_lines_are_found_by_a_word_and_by_a_question(room: dict[str, Any], open_page: Open) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    posts = page.locator(".post:visible")
    expect(page.locator("#found")).to_have_text("12 regels")
    expect(posts).to_have_count(11)  # two lines stand under one title
    page.get_by_role("searchbox").fill("clienten")
    expect(posts).to_have_text([re.compile("Cliënten vragen")])
    expect(page.get_by_role("heading", name="Gedeelde notities")).to_be_hidden()
    page.get_by_role("searchbox").fill("rooster")
    expect(posts).to_have_text([re.compile("Geen tijd in mijn rooster")])
    page.get_by_role("searchbox").fill("staat er niet")
    expect(page.locator("#found")).to_have_text("Geen regel heeft dit.")
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Vraag", exact=True).select_option(index=2)
    expect(posts).to_have_count(2)
    expect(page.locator("#found")).to_have_text("3 regels")


def test_figures_stand_beside_the_questions(room: dict[str, Any], open_page: Open) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    rows = page.locator(".figures tbody tr")
    expect(rows.nth(0)).to_contain_text(re.compile(r"Wand\s*3\s*5"))
    expect(rows.last).to_contain_text(re.compile(r"Gedeelde notities\s*6"))
    expect(page.get_by_text("Mensen: minstens 5.")).to_be_visible()


def test_what_is_not_shown_is_not_printed(room: dict[str, Any], open_page: Open) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    page.get_by_role("searchbox").fill("tijd")
    expect(page.locator(".post:visible")).to_have_count(1)
    paper = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(page.pdf())).pages)
    assert "Te weinig tijd" in paper and "driegesprekken" not in paper and "Neem het mee" not in paper


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Verslag om te printen", "reflecties-samen-leren-in-zuid-[-0-9]+.pdf"),
        ("Verslag om te bewerken", "reflecties-samen-leren-in-zuid-[-0-9]+.docx"),
        ("Verslag als tekst", "reflecties-samen-leren-in-zuid-[-0-9]+.md"),
        ("Dezelfde tabel met komma’s", "reflecties-samen-leren-in-zuid-[-0-9]+.csv"),
    ],
)
def test_each_file_is_one_tap_away(room: dict[str, Any], open_page: Open, name: str, file: str) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    if "tabel" in name:
        page.get_by_text("Wat staat er in de tabel?").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert re.fullmatch(file, download.value.suggested_filename)


def test_the_page_fits_a_phone(room: dict[str, Any], open_page: Open) -> None:
    page = open_page(room["reflections_url"], **PHONE)
    expect(page.locator("#found")).to_have_text("12 regels")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def put_under(page: Page, name: str, *texts: str) -> None:
    """By keyboard alone: ticks these lines and puts them under a new theme."""
    for text in texts:
        page.get_by_role("checkbox", name=text, exact=True).focus()
        page.keyboard.press("Space")
    expect(page.locator("#ticked")).to_have_text(f"{len(texts)} regel{'s' * (len(texts) > 1)} aangevinkt.")
    page.get_by_label("Naam van een nieuw thema").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("#ticked")).to_contain_text(f"onder ‘{name}’.")


def test_lines_are_put_under_themes_by_keyboard(room: dict[str, Any], open_page: Open) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    cards = page.locator(".theme")
    page.get_by_role("searchbox").fill("tijd")
    page.locator("#tick-all").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ticked")).to_have_text("2 regels aangevinkt.")
    page.get_by_role("searchbox").fill("feedback")
    expect(page.locator("#ticked")).to_have_text("2 regels aangevinkt. 2 daarvan zie je nu niet.")
    page.get_by_role("searchbox").fill("")
    page.locator("#tick-none").press("Enter")
    put_under(page, "Agenda", "Geen tijd in mijn rooster", "De driegesprekken")
    expect(page.get_by_label("Naam van een nieuw thema")).to_be_focused()
    page.get_by_role("checkbox", name="Tijd", exact=True).press("Space")  # a title stands for its lines
    page.get_by_label("Thema", exact=True).select_option("Agenda")
    expect(page.get_by_label("Naam van een nieuw thema")).to_be_hidden()
    page.get_by_role("button", name="Zet onder dit thema").press("Enter")
    expect(cards.locator(".under > li")).to_have_count(3)
    expect(page.locator(".of-theme")).to_have_text(["Thema Agenda"] * 3)
    page.get_by_label("Vraag", exact=True).select_option("loose")
    expect(page.locator(".post:visible")).to_have_count(3)

    out = cards.get_by_role("button", name="Haal eruit").first
    expect(out).to_have_accessible_description("De driegesprekken")
    out.press("Enter")
    expect(cards.locator(".under > li")).to_have_count(2)
    expect(cards).to_be_focused()
    cards.get_by_text("Andere naam, of weghalen").press("Enter")
    cards.get_by_label("Naam van het thema").fill("Te vol")
    page.keyboard.press("Enter")
    expect(cards.get_by_role("heading")).to_have_text("Te vol")
    expect(page.locator("#under-theme option")).to_have_text(["Een nieuw thema", "Te vol"])
    cards.get_by_text("Andere naam, of weghalen").press("Enter")
    cards.get_by_role("button", name="Haal dit thema weg").press("Enter")
    expect(cards).to_have_count(0)
    expect(page.locator("#themes")).to_be_focused()
    expect(page.locator(".of-theme")).to_have_count(0)


def test_what_cannot_be_done_is_said_beside_the_form_and_ticks_stay(room: dict[str, Any], browser: Browser) -> None:
    with opening(browser, console=False) as open_one:  # a browser complains of each answer that says no
        page = open_one(room["reflections_url"], **LAPTOP)
        page.get_by_label("Naam van een nieuw thema").fill("Agenda")
        page.get_by_role("button", name="Zet onder dit thema").click()
        expect(page.locator("#sort .error")).to_contain_text("Vink eerst")
        page.get_by_label("Naam van een nieuw thema").fill("")
        page.get_by_role("checkbox", name="De driegesprekken").check()
        page.get_by_role("button", name="Zet onder dit thema").click()
        expect(page.locator("#sort .error")).to_contain_text("hoogstens 80 letters")
        expect(page.get_by_role("checkbox", name="De driegesprekken")).to_be_checked()
        page.get_by_label("Naam van een nieuw thema").fill("Gesprek")
        page.keyboard.press("Enter")
        expect(page.locator("#ticked")).to_contain_text("onder ‘Gesprek’.")
        expect(page.locator("#sort .error")).to_be_hidden()
        plain = open_one(room["reflections_url"], **LAPTOP, java_script_enabled=False)
        plain.get_by_role("checkbox", name="De driegesprekken").check()
        plain.get_by_role("button", name="Zet onder dit thema").click()
        expect(plain.get_by_role("alert")).to_contain_text("hoogstens 80 letters")
        expect(plain.get_by_role("checkbox", name="De driegesprekken")).to_be_checked()


def test_what_the_script_cannot_send_the_browser_sends_itself(room: dict[str, Any], browser: Browser) -> None:
    """In Safari 15 as well, which has no `requestSubmit`."""
    with opening(browser, console=False) as open_one:  # a browser complains of what it cannot fetch
        page = open_one("about:blank", **LAPTOP)
        page.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
        page.route("**", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())
        page.goto(room["reflections_url"])
        page.get_by_role("checkbox", name="Geen tijd in mijn rooster").check()
        page.get_by_label("Naam van een nieuw thema").fill("Rooster")
        with page.expect_navigation():
            page.get_by_role("button", name="Zet onder dit thema").click()
        expect(page.locator(".of-theme").first).to_have_text("Thema Rooster")


def test_themes_are_made_without_a_script_and_axe_finds_nothing(room: dict[str, Any], open_page: Open) -> None:
    small = {"viewport": {"width": 320, "height": 640}}
    plain = open_page(room["reflections_url"], **small, java_script_enabled=False)
    plain.get_by_role("checkbox", name="De driegesprekken").check()
    plain.get_by_label("Naam van een nieuw thema").fill("Een lange naam van een thema, met een woord als arbeidsmarkt")
    plain.get_by_role("button", name="Zet onder dit thema").click()
    plain.wait_for_url("**#theme-*")
    expect(plain.locator(".theme .under > li")).to_contain_text(["De driegesprekken"])
    plain.get_by_text("Andere naam, of weghalen").click()
    page = open_page(room["reflections_url"], **small)
    expect(page.locator("#ticked")).to_be_visible()
    page.locator(".theme summary").click()
    problems = [line for theme in ("light", "dark") for line in (in_theme(page, theme), found(page, theme))[1]]
    assert not problems, "\n".join(problems)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plain.get_by_role("button", name="Haal dit thema weg").click()
    expect(plain.locator(".theme")).to_have_count(0)


def test_how_the_clock_went_stands_beside_its_bars(
    room: dict[str, Any], sqlite_server: Server, open_page: Open
) -> None:
    page = open_page(room["reflections_url"], **LAPTOP)
    expect(page.get_by_text("zie je hier hoe de klok liep")).to_be_visible()
    leader = Line(sqlite_server, room["lead_token"])
    leader.do("close")
    leader.close()
    page.reload()
    last = page.locator("#clock tbody tr").last
    expect(last.locator("th, .length")).to_have_text(["Samen op de wand", "15", "15"])
    planned, took = last.locator("rect").evaluate_all("bars => bars.map((bar) => bar.getBoundingClientRect().width)")
    assert planned == pytest.approx(took) and planned > 50, "the longest step is the longest bar"
    first = page.locator("#clock tbody tr").first
    expect(first.locator(".length").last).to_have_text("0")
    expect(first.locator("rect")).to_have_count(1)
