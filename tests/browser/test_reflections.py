"""The organiser's page: found by a word or by a question, counted, downloaded, and printed as it is shown."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Line, Server
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from .conftest import LAPTOP, PHONE

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
        ("Dezelfde tabel met komma's", "reflecties-samen-leren-in-zuid-[-0-9]+.csv"),
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
