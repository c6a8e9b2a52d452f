"""An afternoon of nine people without one phone (issue 4): dashboard and screen alone carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from live import Server, until
from playwright.sync_api import Page, expect

from workshop.content import load

from .conftest import LAPTOP, PROJECTOR
from .hand import Hand

Open = Callable[..., Page]
NINE = ("Marieke", "Gerrit", "Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef")
ROUND = ("brief", "conversation", "feedback", "notes")
WALL = {"enthusiastic": "Zo klein kan het dus zijn", "snags": "De week is vol", "first_step": "Maandag één vraag"}


def test_nine_people_without_a_phone(sqlite_server: Server, open_page: Open) -> None:
    pack = load("nl")
    made = sqlite_server.create(title="Zonder telefoons")
    desk = Hand(open_page(made["lead_url"], **LAPTOP))
    screen = open_page(made["screen_url"], **PROJECTOR)
    seen = screen.locator("#scenes > :not([hidden])")
    for name in NINE:
        desk.add_by_hand(name)
        expect(seen).to_contain_text(name)
    desk.next()
    desk.is_in(pack.step("prepare").title)
    expect(desk.page.locator("#next-button")).to_contain_text(desk.word("form_groups"))
    desk.next()
    until(lambda: list(map(len, desk.tables())) == [3, 3, 3])
    desk.is_in(pack.step("prepare").title)  # a draft, which the room does not see
    expect(desk.page.locator("#next-button")).to_contain_text(desk.word("next_groups"))
    desk.next()
    desk.is_in(pack.step("groups").title)
    for name in NINE:
        expect(seen).to_contain_text(name)
    played: dict[str, list[str]] = {name: [] for name in NINE}
    for _ in range(3):
        for kind in ROUND:
            desk.until(pack.step(kind).title, 1)
            scene = screen.locator(f"#scenes > [data-kind~={kind}]")
            expect(scene).to_be_visible()
            if kind == "conversation":
                for role in ("client", "professional", "observer"):
                    expect(scene).to_contain_text(pack.role(role).name)
                for name, role in roles_on(desk).items():
                    played[name].append(role)
            if kind == "notes":
                assert desk.page.locator("#triads-part [data-hand]").count() == 0
    assert all(Counter(roles) == Counter(client=1, professional=1, observer=1) for roles in played.values())
    desk.until(pack.step("plenary").title, 1)
    for column, text in WALL.items():
        post_for(desk, column, text)
        expect(seen).to_contain_text(text)
    desk.until(pack.step("closing").title, 1)
    expect(screen.locator("#scenes > [data-kind=closing]")).to_be_visible()


def roles_on(desk: Hand) -> dict[str, str]:
    """Who plays what now, as the dashboard shows it."""
    pairs: list[list[str]] = desk.page.eval_on_selector_all(
        "#triads-part [data-group] [data-person]",
        "all => all.map(one => [one.querySelector('.who').innerText, one.querySelector('[data-role]').dataset.role])",
    )
    return dict(map(tuple, pairs))  # type: ignore[arg-type]


def post_for(desk: Hand, column: str, text: str) -> None:
    """What someone says, the leader puts on the wall for them."""
    desk.view("wall")
    writing = desk.page.locator("details.post-for")
    if writing.get_attribute("open") is None:
        desk.click(writing.locator("summary"))
    writing.locator("[name=column]").select_option(column)
    writing.locator("[name=text]").fill(text)
    desk.click(writing.locator("[type=submit]"))
