"""The room of forty-one (issue 4): all that its leader does, done on the dashboard and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .afternoons import Room, afternoon
from .conftest import LAPTOP, PROJECTOR
from .hand import Hand

Open = Callable[..., Page]
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
TITLE = {kind: load("nl").step(kind).title for kind in ("check_in", "talk", "prepare", "break", "groups", "brief")} | {
    kind: load("nl").step(kind).title for kind in ("conversation", "feedback", "notes", "plenary", "closing")
}


def test_the_afternoon_of_forty_one(sqlite_server: Server, open_page: Open) -> None:
    written = afternoon("forty-one")
    made = sqlite_server.create(title=written["title"], programme=written["programme"], language=written["language"])
    people = {(one.name, one.team): one for one in written["cast"]}
    assert len(people) == 41
    room = Room(sqlite_server, made)
    desk = Hand(open_page(made["lead_url"], **LAPTOP))
    screen = open_page(made["screen_url"], **PROJECTOR)
    seen = screen.locator("#scenes > :not([hidden])")

    # In the lobby: those who are in time, and two without a phone.
    room.come_in(*(one for one in people.values() if one.joins == 0 and one.phone != "none"))
    for one in people.values():
        if one.phone == "none":
            desk.add_by_hand(one.name, one.team or "")
    expect(desk.page.locator("#people-part .count")).to_contain_text("37")
    expect(desk.page.locator("#people-part")).to_contain_text("<b>Rick</b>")
    expect(seen).to_contain_text("=Sanne+1")

    # Checking in takes two minutes longer.
    desk.next()
    desk.is_in(TITLE["check_in"])
    planned = desk.clock()
    for _ in range(2):
        desk.press("plus_minute_label", "#now-part")
    until(lambda: planned + 110 < desk.clock() <= planned + 120)
    room.come_in(*(one for one in people.values() if one.joins == 12))

    # The tables tell the room.
    desk.next()
    desk.is_in(next(step.title for step in load("nl").programmes["full"].steps if step.title))

    # The talk is cut short; a co-leader goes back by mistake and forward again, and the clock is as if nothing was.
    desk.next()
    desk.is_in(TITLE["talk"])
    desk.next()
    room.sleep("Ilse")
    room.sleep("Chantal")
    desk.press("skip_slides", title=TITLE["prepare"])
    desk.is_in(TITLE["prepare"])
    before = room.lines["Noor"].wait("step", lambda step: step["kind"] == "prepare")["clock"]["ends_at"]
    co_leader = Hand(open_page(made["lead_url"], **LAPTOP))
    co_leader.is_in(TITLE["prepare"])
    co_leader.key("b")
    desk.is_in(TITLE["talk"])
    co_leader.is_in(TITLE["talk"])
    co_leader.press("skip_slides", title=TITLE["prepare"])
    desk.is_in(TITLE["prepare"])
    assert room.lines["Noor"].step["clock"]["ends_at"] == before
    co_leader.page.close()
    room.come_in(*(one for one in people.values() if one.joins == 31))
    assert room.lines["Bas"].say("leave")["ok"]

    # In the break the laptop is closed, and the dashboard opened on a tablet.
    desk.next()
    desk.is_in(TITLE["break"])
    desk.page.close()
    room.sleep("Fenna")
    tablet = Hand(open_page(made["lead_url"], **TABLET))
    tablet.is_in(TITLE["break"])
    assert room.lines["Bas"].say("return")["ok"]

    # Triads: made, shuffled once, with two apart who asked for it. Who sleeps is in the draw.
    tablet.view("triads")
    tablet.press("form_groups")
    until(lambda: sum(map(len, tablet.tables())) == 40)
    first = tablet.tables()
    one, other = room.id("Noor"), room.id("Sem")
    tablet.keep_apart("Noor", "Sem")
    tablet.press("shuffle")
    until(lambda: tablet.tables() != first)
    tables = tablet.tables()
    assert sorted(map(len, tables)) == [3] * 12 + [4] and not any({one, other} <= table for table in tables)
    assert "data-role" not in screen.inner_html("#tables"), "a draft is the leader's"
    tablet.until(TITLE["groups"], 1)
    tablet.until(TITLE["brief"], 1)
    tablet.until(TITLE["conversation"], 1)

    # Someone leaves in the middle of a conversation: a mend is offered, in one tap.
    leaver = room.lines["Mirjam"]
    seat = until(lambda: leaver.group)
    assert leaver.say("leave")["ok"]
    small = tablet.page.locator(f"[data-group='{seat['id']}']")
    expect(small.locator("[data-person]")).to_have_count(len(seat["members"]) - 1)
    if len(seat["members"]) == 3:
        tablet.click(tablet.page.locator("#hands-part .comings button").first)
        expect(tablet.page.locator("#triads-part [data-small]")).to_have_count(0)
    # The clock carries the room on by itself; this leader is early.
    tablet.until(TITLE["feedback"], 1)
    tablet.until(TITLE["notes"], 1)

    # Someone arrives between two rounds, and has a seat.
    room.come_in(*(one for one in people.values() if one.joins == 58))
    expect(tablet.page.locator("#triads-part [data-group]", has_text="Willemijn")).to_have_count(1)
    assert until(lambda: room.lines["Willemijn"].group)
    tablet.until(TITLE["brief"], 1)
    tablet.until(TITLE["conversation"], 1)

    # A fire drill: the clock stands, and goes on with what was left.
    tablet.press("pause")
    expect(tablet.button("resume")).to_be_visible()
    left = room.lines["Noor"].wait("step", lambda step: step["clock"]["state"] == "paused")["clock"]["remaining"]
    tablet.press("resume")
    after = room.lines["Noor"].wait(
        "step", lambda step: step["version"] == room.lines["Noor"].version and step["clock"]["state"] == "running"
    )
    assert abs(after["clock"]["ends_at"] - after["now"] - left * 1000) < 1000

    # One triad asks for help twice.
    asking = room.lines["Amina"]
    number = until(lambda: asking.group)["number"]
    for _ in range(2):
        assert asking.say("hand", up=True)["ok"]
        expect(tablet.page.locator("#hands-part .hand-up")).to_have_count(1)
        tablet.press("coming_label", n=number)
        until(lambda: asking.group and asking.group["coming_at"])
        tablet.press("lower_label", n=number)
        until(lambda: asking.group and asking.group["hand_at"] is None)
        expect(tablet.page.locator("#hands-part .hand-up")).to_have_count(0)

    # The rest, to the wall: one line names a client, and is hidden.
    for kind in ("feedback", "notes", "brief", "conversation", "feedback", "notes"):
        tablet.until(TITLE[kind], 1)
    room.wake("Ilse")
    tablet.until(TITLE["plenary"], 1)
    named, kept = "Mevrouw De Groot uit de Kerkstraat vond het fijn", "Eén open vraag maakte het verschil"
    assert room.lines["Koen"].post("enthusiastic", named)["ok"]
    assert room.lines["Ilse"].post("enthusiastic", kept)["ok"]
    expect(seen).to_contain_text(named)
    tablet.press("hide_label", text=named[:60])
    expect(seen).not_to_contain_text(named)
    expect(seen).to_contain_text(kept)
    assert room.lines["Noor"].wait("wall", lambda told: told["gone"])
    tablet.until(TITLE["closing"], 1)
    expect(screen.locator("#scenes > [data-kind=closing]")).to_be_visible()
    room.close()
