"""The desk says, quietly, when phones lose their connection over and over."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server, until
from playwright.sync_api import Page, WebSocketRoute, expect

from .conftest import LAPTOP, PHONE, join


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


def test_a_line_on_which_more_is_heard_is_not_given_up_for_an_answer_that_is_late(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    """R18: a connection made anew, with all that goes over it, costs a busy server far more than an answer. Where what
    is said never arrives, another connection is tried all the same."""
    room = sqlite_server.create(programme="full")
    leader = Line(sqlite_server, room["lead_token"])
    phone = open_page("about:blank", **PHONE)
    opened, held = 0, [""]
    holds = False

    def between(line: WebSocketRoute) -> None:
        nonlocal opened, holds
        opened, holds = opened + 1, False
        server = line.connect_to_server()
        line.on_message(lambda said: held.append(str(said)) if holds else server.send(said))

    phone.route_web_socket("**/socket.io/**", between)
    phone.goto(room["join_url"])
    join(phone, "Noor")
    expect(phone.locator("#stage")).to_be_visible()
    before, holds = opened, True

    def probed(times: int) -> bool:
        phone.evaluate("0")  # what waits to be handed out here is
        return sum("clock" in said for said in held) >= times

    for number in range(1, 4):
        until(lambda number=number: probed(number))
        assert opened == before, f"given up at the answer of probe {number - 1}"
        leader.do("next" if number % 2 else "back")  # it hears that, and is not heard
    until(lambda: phone.evaluate("0") == 0 and opened > before)
    expect(phone.locator("#line")).to_be_hidden()
    leader.close()
