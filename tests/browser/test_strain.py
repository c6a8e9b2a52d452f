"""The desk says, quietly, when phones lose their connection over and over."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server
from playwright.sync_api import Page, expect

from .conftest import LAPTOP


def test_phones_that_come_back_over_and_over_are_said_on_the_desk(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    room = sqlite_server.create()
    tokens = [sqlite_server.join(room["code"], name)["token"] for name in ("Noor", "Sem", "Fatma", "Jan")]
    phones = [Line(sqlite_server, token) for token in tokens]
    desk = open_page(room["lead_url"], **LAPTOP)
    expect(desk.locator("#people-part")).to_contain_text("Fatma")
    expect(desk.locator("#strained")).to_be_hidden()
    for number in range(3):
        phones[number].close()
        phones[number] = Line(sqlite_server, tokens[number])
    said = desk.locator("#strained")
    expect(said).to_contain_text("3 van de 4 telefoons raakten in de laatste minuut de verbinding kwijt")
    expect(desk.locator("#aloud")).to_contain_text("raakt niet weg")
    assert not said.get_attribute("role"), "it is spoken once, and not again with each figure"
    expect(desk.locator("#cut-off")).to_be_hidden()
    for phone in phones:
        phone.close()
