"""The room of five (issue 4): four in time, one late, one early gone; the leader's phone is the dashboard, and there is
neither a projector nor a sound."""

from __future__ import annotations

from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .afternoons import Room, afternoon
from .conftest import PHONE
from .hand import Hand

Open = Callable[..., Page]
STEPS = ("brief", "conversation", "feedback", "notes")


def test_the_afternoon_of_five(sqlite_server: Server, open_page: Open) -> None:
    written = afternoon("five")
    title = {kind: load("en").step(kind).title for kind in ("prepare", "groups", *STEPS, "plenary", "closing")}
    made = sqlite_server.create(title=written["title"], programme=written["programme"], language=written["language"])
    people = {one.name: one for one in written["cast"]}
    room = Room(sqlite_server, made)
    desk = Hand(open_page(made["lead_url"], **PHONE | {"device_scale_factor": 1}))

    def step(kind: str) -> None:
        """On a phone the big button is at the thumb, whatever else is looked at."""
        button = desk.page.locator("#next-button button")
        expect(button).to_be_in_viewport()
        desk.until(title[kind], 2 if kind == "groups" else 1)  # a draft first
        until(lambda: desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    room.come_in(*(one for one in people.values() if one.joins == 0))
    desk.view("people")
    expect(desk.page.locator("#people-part .count")).to_contain_text("4")
    step("prepare")
    step("groups")
    desk.view("triads")
    until(lambda: list(map(len, desk.tables())) == [4])
    step("brief")
    step("conversation")
    room.come_in(people["Ed"])
    until(lambda: list(map(len, desk.tables())) == [5])
    until(lambda: room.lines["Ed"].group)
    step("feedback")
    step("notes")
    step("brief")
    step("conversation")
    assert room.lines["Dina"].say("leave")["ok"]
    until(lambda: list(map(len, desk.tables())) == [4])
    for kind in (*STEPS[2:], *STEPS, "plenary"):
        step(kind)
    assert room.lines["Ada"].post("snags", "Five minutes are short")["ok"]
    desk.view("wall")
    expect(desk.page.locator("#wall-part")).to_contain_text("Five minutes are short")
    step("closing")
    played = room.lines["Ada"].group
    assert played is not None
    roles = [member["roles"][2] for member in played["members"]]  # the round after the one in which Dina left
    assert roles.count("client") == roles.count("professional") == 1
    room.close()
