"""The evening before: a leader fills the room by a button, walks through it, and takes everyone away with one press."""

from __future__ import annotations

from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .conftest import LAPTOP, PHONE, PROJECTOR, join
from .hand import Hand

Open = Callable[..., Page]


def test_a_rehearsal_by_a_button_and_gone_with_one_press(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(title="De avond ervoor")
    title = {kind: load("nl").step(kind).title for kind in ("prepare", "groups", "brief", "plenary")}
    desk = Hand(open_page(made["lead_url"], **LAPTOP))
    screen = open_page(made["screen_url"], **PROJECTOR)
    page, seen = desk.page, screen.locator("#scenes > :not([hidden])")

    phone = join(open_page(made["join_url"], **PHONE), "Zelf")  # the leader looks at a phone, too
    desk.click("#rehearsal summary")
    page.fill("#rehearsal-people", "5")
    page.select_option("#rehearsal-speed", "20")
    desk.click("#rehearsal-start [type=submit]")
    expect(page.locator("#rehearsal-runs")).to_contain_text("5")
    expect(page.locator("#rehearsal-start")).to_be_hidden()
    until(lambda: page.locator("#people-part .person").count() == 6)
    expect(page.locator("#people-part .person .chip", has_text=desk.word("simulated"))).to_have_count(5)
    expect(screen.locator("#rehearsal")).to_be_visible()
    expect(seen).to_contain_text("Fatma")

    desk.press("it_is_a_rehearsal", "#news-part")  # a real phone would make it the workshop itself
    expect(page.locator("#news-part")).to_contain_text(desk.word("real_not", n=5))
    desk.until(title["prepare"], 1)
    desk.until(title["groups"], 2)
    desk.until(title["brief"], 1)
    expect(phone.locator("#stage")).to_contain_text(load("nl").step("brief").title)
    expect(phone.locator("[data-simulated]").locator("visible=true").first).to_be_visible()
    desk.press("message_all")
    page.fill("#message-text", "Over een minuut verder")
    desk.press("send")
    expect(page.locator("#news-part")).to_contain_text(desk.word("seen_by", n=6, of=6))

    page.locator("#views [data-view=programme]").click()
    page.locator("#programme-part [data-kind=plenary] .open").click()
    desk.press("go_yes", title=title["plenary"])
    desk.is_in(title["plenary"])
    expect(seen.locator(".post").first).to_be_visible(timeout=20_000)

    desk.view("room")
    desk.click("#rehearsal-stop [type=submit]")
    until(lambda: page.locator("#people-part .person").count() == 1)
    expect(page.locator("#people-part")).to_contain_text("Zelf")
    expect(seen.locator(".post")).to_have_count(0)
    expect(screen.locator("#rehearsal")).to_be_hidden()
    expect(page.locator("#rehearsal-start")).to_be_visible()
    expect(page.locator("#rehearsal-stop")).to_be_hidden()


def test_who_is_simulated_beside_real_people_counts_nowhere_and_goes_at_the_closing(
    sqlite_server: Server, open_page: Open
) -> None:
    made = sqlite_server.create(title="Met een paar nagespeelde mensen")
    desk = Hand(open_page(made["lead_url"], **LAPTOP))
    screen = open_page(made["screen_url"], **PROJECTOR)
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    news, count = desk.page.locator("#news-part"), desk.page.locator("#people-part .count")
    desk.click("#rehearsal summary")
    desk.page.fill("#rehearsal-people", "3")
    desk.page.select_option("#rehearsal-speed", "20")
    desk.click("#rehearsal-start [type=submit]")
    expect(news).to_contain_text(desk.word("real_not_yet", n=3))
    desk.next()
    expect(news).to_contain_text(desk.word("real_now", n=3))
    expect(count).to_contain_text(desk.word("count_simulated", n=3))

    desk.view("programme")
    desk.click("#programme-part [data-kind=plenary] .open")
    desk.press("go_yes", title=load("nl").step("plenary").title)
    expect(screen.locator("#wall .post").first).to_contain_text("nagespeeld", timeout=20_000)
    expect(desk.page.locator("#views [data-view=wall] .badge")).to_be_empty()
    desk.until(load("nl").step("closing").title, 1)
    expect(phone.locator("#heading")).to_contain_text(load("nl").step("closing").title)
    expect(screen.locator("#gathered")).to_contain_text("1")
    expect(news).to_contain_text(desk.word("take_away_question", n=3))
    desk.press("take_away", "#news-part")
    expect(desk.page.locator("#people-part .person")).to_have_count(1)
    expect(screen.locator("#rehearsal")).to_be_hidden()
    desk.press("undo", "#said")
    expect(desk.page.locator("#people-part .person")).to_have_count(4)
    desk.press("leave_them", "#news-part")
    expect(news).to_contain_text(desk.word("real_now", n=3))


def test_a_button_whose_request_is_swallowed_can_be_pressed_again(sqlite_server: Server, open_page: Open) -> None:
    page = open_page(sqlite_server.create()["lead_url"], **LAPTOP)
    page.route("**/rehearsal*", lambda route: None, times=1)
    page.locator("#rehearsal summary").click()
    page.locator("#rehearsal-start [type=submit]").click()
    expect(page.locator("#said")).to_contain_text("Er kwam geen antwoord")
    page.locator("#rehearsal-start [type=submit]").click()
    expect(page.locator("#rehearsal-runs")).to_be_visible()
