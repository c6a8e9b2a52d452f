"""Fields read what people write: a link where a code is asked, any digits, lengths as people write them."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server, fetch
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PHONE

TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def test_a_link_or_any_digits_where_a_code_is_asked(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    room = sqlite_server.create()
    page = open_page(sqlite_server.url, **PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#code", f"Doe mee: {room['join_url']} Tot zo!")
    page.wait_for_url(f"**/r/{room['code']}")
    expect(page.locator("#door")).to_be_visible()
    secret = room["join_url"].split("#k=")[1]
    assert not [url for url in asked if secret in url.partition("#")[0]], "the secret stays behind the #"
    page.goto(sqlite_server.url)
    page.fill("#code", room["code"].translate(TO_ARABIC))
    page.wait_for_url(f"**/r/{room['code']}")
    page.goto(sqlite_server.url)
    page.fill("#code", "https://example.org/")
    expect(page.locator("#code")).to_have_value("https://example.org/")  # what is no code is left as it is
    plain = fetch(f"{sqlite_server.url}/?code=zaal.example%2Fr%2F{room['code']}%23k%3D{secret}")
    assert plain.headers["Location"] == f"/r/{room['code']}#k={secret}", "also without scripts"


def test_lengths_as_people_write_them(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    room = sqlite_server.create()
    leader, desk = Line(sqlite_server, room["lead_token"]), open_page(room["lead_url"], **LAPTOP)
    desk.click("#views [data-view=programme]")
    index = next(step["index"] for step in leader.snapshot["programme"] if step["kind"] == "plenary")
    desk.locator(".step[data-kind=plenary] .open").click()
    for typed, seconds in (("2,5", 150), ("1:30", 90), ("5 min", 300)):
        desk.fill("#step-minutes", typed)
        desk.locator("#step").get_by_role("button", name="Bewaar").click()
        leader.wait("programme", lambda told: told[index]["seconds"] == seconds)
    desk.fill("#step-minutes", "straks")
    assert "1:30" in desk.locator("#step-minutes").evaluate("one => one.validationMessage")
    leader.close()
