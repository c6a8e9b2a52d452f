"""In a conversation: which card, my own case, and what the observer counts are at hand, with nothing typed."""

from __future__ import annotations

import re
from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from .places import bottom_of, top_of
from .table import PACK, Table


def test_the_card_the_own_case_and_the_observers_sheet_are_at_hand(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    table = Table(sqlite_server, open_page)
    phone = table.phone
    table.go("prepare")
    phone.locator("#stage textarea:visible").fill("de brief die te laat kwam")
    seen = set()
    for number, topic in enumerate(PACK.topics, 1):
        table.go("brief", number)
        expect(phone.locator("#strip-where .said")).to_have_count(0)
        phone.locator(f"#topics [data-choose={topic.key}]").click()
        table.go("conversation", number)
        said = phone.locator("#strip-where .said")
        expect(said).to_have_text(topic.title)
        expect(said.locator("svg")).to_be_visible()
        role = phone.locator("#strip-where [data-role]").get_attribute("data-role")
        seen.add(role)
        case = phone.locator("#stage [data-slot=own_case] summary:visible")
        expect(case).to_have_count(1 if role == "client" else 0)
        if role == "client":
            # A sentence, a line: nothing hangs behind its stop.
            expect(phone.locator("#stage .big:visible").first).to_have_text(re.compile(r"\.\n"), use_inner_text=True)
            case.click()
            expect(phone.locator("#stage [data-slot=own_case]:visible")).to_contain_text("de brief die te laat kwam")
        if role == "observer":
            expect(phone.get_by_role("heading", name=PACK.roles.observer.conversation.line)).to_be_visible()
            counter, card = (phone.locator(one).first for one in ("#sheet [data-by='1']", ".leaves:visible"))
            # What one taps comes first.
            until(lambda: top_of(counter) < min(844 / 2, top_of(card)))
    assert seen == {"client", "professional", "observer"}
    table.close()


def test_the_first_briefing_says_on_top_what_there_is_to_do_and_what_is_done(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    table = Table(sqlite_server, open_page)
    phone = table.phone
    table.go("brief", 1)
    ticks = phone.locator(".ticks > a:visible")
    done = phone.locator(".ticks > a[data-done]:visible")
    expect(ticks).to_have_count(3)
    expect(done).to_have_count(0)
    until(lambda: bottom_of(ticks.last) < 200)  # on top
    for tick, part in zip(ticks.all(), ("#safety [data-need]", "#stage .leaf", "#topics [data-choose]"), strict=True):
        tick.click()
        expect(phone.locator(f"{part}:visible").first).to_be_in_viewport()
    phone.locator("#safety [data-need]").first.click()
    expect(done).to_have_text([re.compile("Veilig")])
    table.partners[0].say("choose", topic="approach")
    expect(done).to_have_count(3)
    table.go("brief", 2)
    expect(ticks).to_have_count(0)
    table.close()
