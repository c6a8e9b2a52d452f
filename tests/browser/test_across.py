"""Several workshops on one page: chosen, read, and fit for a phone; axe finds nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from live import Line, Server
from playwright.sync_api import Page, expect

from tests.app.test_across import account, held

from .conftest import LAPTOP
from .test_axe import found, wider

Open = Callable[..., Page]
LONG = "Wetgevingsdeskundigenoverlegstructuren" * 2


def test_several_workshops_on_one_page(sqlite_server: Server, open_page: Open) -> None:
    email = f"{uuid.uuid4()}@example.org"
    label = f"Team {email[:8]}"
    name, _, token = account(sqlite_server, email, "organiser").partition("=")
    lines: list[Line] = []

    def dial(server: Server, token: str | None = None, **auth: str) -> Line:
        lines.append(Line(server, token, **auth))
        return lines[-1]

    for sharing, said in ((5, ["Geen tijd", LONG]), (2, ["Geen tijd!"])):
        held(sqlite_server, dial, email, said, sharing, label)
    for line in lines:
        line.close()

    page = open_page(f"{sqlite_server.url}/login", **LAPTOP)
    page.context.add_cookies([{"name": name, "value": token, "url": sqlite_server.url}])
    page.goto(f"{sqlite_server.url}/lead")
    page.get_by_role("link", name="Reflecties van meerdere workshops").click()
    page.get_by_label("Label").select_option(label)
    page.get_by_role("button", name="Laat deze zien").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    expect(page.locator(".lead")).to_contain_text("2 workshops · Mensen: minstens 5")
    expect(page.get_by_role("row", name="Geen tijd")).to_have_count(1)
    expect(page.locator(".rooms > li")).to_have_count(2)
    with page.expect_download() as begun:
        page.get_by_role("link", name="Tabel").click()
    assert begun.value.suggested_filename.endswith(".csv")
    complaints = [*found(page, "several workshops"), *wider(page, "desk", "several workshops")]
    assert not complaints, "\n".join(complaints)

    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    page.get_by_label("Gehouden vanaf").fill(tomorrow)
    page.get_by_role("button", name="Laat deze zien").click()
    expect(page.get_by_text("In deze keuze valt geen workshop.")).to_be_visible()
    assert not [*found(page, "none of them"), *wider(page, "desk", "none of them")]
    page.get_by_role("link", name="Laat alle workshops zien").click()
    expect(page.get_by_role("link", name="Samen oefenen").first).to_be_visible()
