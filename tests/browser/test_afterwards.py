"""The desk when the room is closed: how the time went, and the next one in one press."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from live import Line, Server
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, first_leader

Open = Callable[..., Page]


def test_a_leader_who_closed_a_room_presses_once_for_the_next(tmp_path: Path, open_page: Open) -> None:
    with Server(tmp_path) as server:
        desk = first_leader(server, open_page, **LAPTOP)
        desk.goto(f"{server.url}/lead/new")
        desk.fill("[name=title]", "Zuid oefent")
        desk.click("main [type=submit]")
        desk.wait_for_url(re.compile(r"/lead/\d{8}$"))
        first = desk.url
        made = desk.locator("#link-lead").input_value().partition("key=")[2]
        leader = Line(server, made)
        leader.do("go", index=len(leader.snapshot["programme"]) - 1)
        expect(desk.locator("#next-part [form=again]")).to_have_count(0)
        leader.do("close")
        leader.close()
        expect(desk.locator("#next-part a[href$='/times']")).to_be_visible()
        desk.locator("#next-part [form=again]").click()
        desk.wait_for_url(lambda url: url != first)
        expect(desk.locator("h1")).to_have_text("Zuid oefent")
        expect(desk.locator("#next-button")).to_be_visible()
        desk.goto(f"{server.url}/lead")
        expect(desk.locator(".rooms > li")).to_have_count(2)


def test_a_leader_by_link_sees_how_the_time_went_and_makes_no_room(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create()
    desk = open_page(made["lead_url"], **LAPTOP)
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("go", index=len(leader.snapshot["programme"]) - 1)
    leader.do("close")
    leader.close()
    desk.locator("#next-part a[href$='/times']").click()
    expect(desk.locator("h2")).to_have_text("Hoe de tijd liep")
    expect(desk.locator("form")).to_have_count(0)
