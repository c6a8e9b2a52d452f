"""A room that goes through every step of the full programme, with all its screens open: for tests that look at each.

Eleven people: three have a phone page here and sit at one table, so that each role is seen; the others are lines that
say something here and there, so that the pages have something to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from live import Line, Server, until
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PHONE, PROJECTOR, join

AT_ONE_TABLE = ("Noor", "Sem", "Fatma")
OTHERS = {
    "Jan": "Werk", "Bo": "Werk", "Çelik-van ’t Hof": "Inkomen", "Youssef": "Inkomen", "O": "Wijk Noord",
    "Anne-Fleur van der Meulen-Oosterhuize zw": "Wijk Noord", "Zoë": "Schuldhulp",
}  # fmt: skip
MOVING = """document.getAnimations().filter(
  one => one.playState === "running" && isFinite(one.effect.getComputedTiming().endTime)).length"""
LINES = (
    ("enthusiastic", "Dat je na vijf minuten al iets anders hoort"),
    ("enthusiastic", "Eén open vraag maakte het verschil, en de stilte erna ook"),
    ("snags", "Tijd maken in een volle week"),
    ("first_step", "Morgen vraag ik hoe het gesprek was"),
)


class Walk:
    """The room and its pages."""

    def __init__(self, server: Server, open_page: Callable[..., Page], language: str) -> None:
        self.room = server.create(programme="full", language=language, title="Samen oefenen")
        self.leader = Line(server, self.room["lead_token"])
        self.screen = open_page(self.room["screen_url"], **PROJECTOR)
        self.desk = open_page(self.room["lead_url"], **LAPTOP)
        shape = PHONE | {"device_scale_factor": 1}
        self.phones = [join(open_page(self.room["join_url"], **shape), name) for name in AT_ONE_TABLE]
        code = self.room["code"]
        self.others = [Line(server, server.join(code, name, team=team)["token"]) for name, team in OTHERS.items()]
        self.leader.do("add_person", name="Gerrit")

    def close(self) -> None:
        """Everyone but the pages goes."""
        for line in (self.leader, *self.others):
            line.close()

    def steps(self) -> Iterator[dict[str, Any]]:
        """Brings the room into each step, once, with all pages; of the rounds the first, and how the second begins."""
        for step in self.leader.snapshot["programme"]:
            if (step["round"] or 1) > 2 or (step["round"] == 2 and step["kind"] != "brief"):
                continue
            self.before(step)
            self.leader.do("go", index=step["index"])
            self.shown(step)
            self.within(step)
            yield step

    def before(self, step: dict[str, Any]) -> None:
        """What a leader prepares."""
        if step["kind"] == "groups":
            known = {p["name"]: p["id"] for message in self.leader.all("people") for p in message["changed"]}
            self.leader.do("together", people=[known[name] for name in AT_ONE_TABLE])
            self.leader.do("form_groups", seed=1)

    def within(self, step: dict[str, Any]) -> None:
        """What the others do in some of the steps."""
        jan = self.others[0]
        if step["kind"] == "brief" and step["round"] == 1:
            assert jan.say("choose", topic="connection")["ok"]
        if step["kind"] == "conversation":
            assert jan.say("hand", up=True)["ok"]
        if step["kind"] == "notes":
            assert jan.say("hand", up=False)["ok"]
        if step["kind"] == "plenary":
            for line, (column, text) in zip(self.others, LINES, strict=False):
                assert line.post(column, text, signed=line is jan)["ok"]
            expect(self.screen.locator("#scenes > :not([hidden])")).to_contain_text(LINES[-1][1])

    def shown(self, step: dict[str, Any]) -> None:
        """Waits until every page is in this step, and stands still."""
        for phone in self.phones:
            expect(phone.locator("#heading")).to_contain_text(step["title"])
            if step["round"]:
                expect(phone.locator("#strip-where [data-role]")).to_be_visible()
            expect(phone.locator("#turn")).to_be_hidden()  # the moment of rotation passes by itself
        expect(self.screen.locator(f"#scenes > [data-kind~={step['kind']}]")).to_be_visible()
        expect(self.desk.locator("#now-title")).to_have_text(step["title"])

    def pages(self, step: dict[str, Any]) -> dict[str, Page]:
        """Those that differ in this step: phones differ where there are roles."""
        phones = self.phones if step["round"] else self.phones[:1]
        names = [f"phone, {role_of(phone)}" if step["round"] else "phone" for phone in phones]
        return {"desk": self.desk, "screen": self.screen, **dict(zip(names, phones, strict=True))}


def role_of(phone: Page) -> str:
    """The role that a phone shows at the top."""
    return str(phone.locator("#strip-where [data-role]").first.get_attribute("data-role"))


def in_theme(page: Page, theme: str) -> None:
    """Pages follow the device; the screen has a theme of its own, as its key says."""
    if page.locator("html[data-surface=screen]").count():
        if page.locator(f"html[data-theme={theme}]").count() == 0:
            page.keyboard.press("d")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    else:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]


def still(page: Page) -> None:
    """Waits until nothing on the page moves or fades any more: a colour on its way is nobody's fault."""
    until(lambda: page.evaluate(MOVING) == 0)
