"""A screen that nobody can scroll: in every step, at every size and zoom, with few people and with many, whatever is
said and however long the address is: everything on it is whole, can be read from the back and covers nothing else.

The screen stands in a frame here, whose size is set without waiting for a picture of it: 27 looks take about a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hostile import SIZES
from live import Line, Server, until
from playwright.sync_api import Browser, Frame, Page, Route
from sqlalchemy import select

from workshop.models import Person, Post, Room

from .sheets import contact_sheet
from .walk import still

SHAPES = ((640, 480), (1280, 720), (2560, 1080), (1080, 1920))
"""One of each: what is said on top is looked at here, for all on the screen grows with it."""
ZOOMS = (1.0, 1.5, 2.0)
FAULTS = Path(__file__).with_name("whole.js").read_text(encoding="utf-8").strip().removesuffix(";").partition("*/")[2]
NAMES = (
    "Noor",
    "Bo",
    "O",
    "Marie-Louise",
    "’t Hof-van Çelik",
    "Maria Magdalena van Oldenbarnevelt-Smits",
    "Jan Willem",
    "عبد الرحمن بن محمد الهاشمي",
    "欧阳娜娜",
    "Wolfeschlegelsteinhausenbergerdorffabcd",
)
LONG = "Nog twee minuten. Wie klaar is, schrijft alvast op wat hielp; daarna gaan we samen naar de wand en kijken. "
ADDRESS = (
    "samenleren.oefenen-met-feedback.gemeentelijke-samenwerkingsverbanden.sociaaldomein.zuidwest-nederland-en-omstreken"
    ".ergens-in-de-provincie.voorbeeldgemeente.example.nl"
)
"""Five lines in the lobby."""
SLIDES = (0, 2, 3, 7, 11)
OF_PEOPLE = ("welcome", "groups", "brief", "plenary", "closing")
"""The steps in which there is more on the screen where there are more people."""
PICTURED = ("welcome", "check_in", "groups", "brief", "conversation", "plenary")
LOOK = """async ([sizes, faults]) => {
  const frame = document.querySelector("iframe"), inside = frame.contentWindow, seen = {};
  for (const [wide, high] of sizes) {
    Object.assign(frame.style, { width: `${wide}px`, height: `${high}px` });
    inside.document.documentElement.getBoundingClientRect();
    inside.dispatchEvent(new inside.Event("resize"));
    await new Promise((done) => inside.requestAnimationFrame(done));
    if (inside.innerWidth !== wide || inside.innerHeight !== high) throw new Error(`not ${wide} by ${high}`);
    seen[`${wide} by ${high}`] = inside.eval(faults)();
  }
  return seen;
}"""
SIGNS = """address => {
  const shown = document.querySelectorAll("[data-address]");
  window.own ??= shown[0].textContent;
  for (const text of shown) text.textContent = address ?? window.own;
  for (const id of ["rehearsal", "allow", "line"]) {
    const sign = document.getElementById(id);
    delete sign.hidden;
    sign.hidden = !address;
    if (address) Object.defineProperty(sign, "hidden", { configurable: true, get: () => false, set() {} });
  }
}"""
"""A long address and every sign at once, however well the screen is; null: as it was."""


def fill(server: Server, code: str, people: int) -> None:
    """People, with names of every length and script, and a wall of long lines."""
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == code)).one()
        for i in range(people):
            name = NAMES[i % len(NAMES)] if i < 2 * len(NAMES) else f"{NAMES[i % 4]} {i}"
            session.add(Person(room_id=room.id, name=name, joined_at=1, by_hand=True))
        for i in range(30):
            column = ("enthusiastic", "snags", "first_step")[i % 3]
            text = (LONG * (1 + i % 3))[:280].strip()
            session.add(
                Post(room_id=room.id, id=f"{i:08}-0000-4000-8000-000000000000", column=column, text=text, posted_at=i)
            )


class Framed:
    """A screen in a frame, which the server itself allows nobody; it waits for no picture, as nothing moves on it."""

    def __init__(self, browser: Browser, server: Server, address: str) -> None:
        context = browser.new_context(locale="nl-NL", reduced_motion="reduce", viewport={"width": 200, "height": 100})
        context.add_init_script("window.requestAnimationFrame = (draw) => setTimeout(draw)")
        context.route("**/screen/*", self.allow)
        context.route("**/framing", lambda route: route.fulfill(content_type="text/html", body="<iframe name=screen>"))
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{server.url}/framing")
        self.page.evaluate("to => { document.querySelector('iframe').src = to; }", address)
        self.sized = context.new_cdp_session(self.page)

    @staticmethod
    def allow(route: Route) -> None:
        answer = route.fetch()
        refusals = ("content-security-policy", "x-frame-options")
        headers = {name: value for name, value in answer.headers.items() if name not in refusals}
        route.fulfill(response=answer, headers=headers)

    @property
    def screen(self) -> Frame:
        frame = self.page.frame(name="screen")
        assert frame is not None
        return frame

    def shows(self, what: str) -> None:
        self.screen.wait_for_selector(what, state="attached")

    def faults(self, zooms: Sequence[float] = ZOOMS, sizes: Sequence[tuple[int, int]] = SIZES) -> dict[str, list[str]]:
        """By size and zoom: a zoom makes a smaller window, of finer points."""
        found: dict[str, list[str]] = {}
        for zoom in zooms:
            shape = {"width": 200, "height": 100, "deviceScaleFactor": zoom, "mobile": False}
            self.sized.send("Emulation.setDeviceMetricsOverride", shape)
            windows = [[round(wide / zoom), round(high / zoom)] for wide, high in sizes]
            seen = self.page.evaluate(LOOK, [windows, FAULTS])
            found |= {f"{size} at {zoom:.0%}": wrong[:3] for size, wrong in seen.items() if wrong}
        return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("people", [11, 60])
def test_nothing_is_cut_or_covered_or_too_small(sqlite_server: Server, browser: Browser, people: int) -> None:
    made = sqlite_server.create(programme="full", title="Samen oefenen met feedback in de wijk")
    fill(sqlite_server, made["code"], people)
    leader = Line(sqlite_server, made["lead_token"])
    framed = Framed(browser, sqlite_server, made["screen_url"])
    faults: dict[str, dict[str, list[str]]] = {}
    for step in leader.snapshot["programme"]:
        kind, round = step["kind"], step["round"] or 1
        if round > 1 and (kind, round) != ("brief", 2):
            continue
        leader.do("go", index=step["index"])
        framed.shows(f".scene[data-kind={kind}]:not([hidden])")
        for slide in SLIDES if kind == "talk" and people < 60 else (0,) if kind == "talk" else (None,):
            if slide is not None:
                leader.do("slide", to=slide)
                framed.shows(f"[data-slide='{slide}']:not([hidden])")
            faults[f"{kind} {round} {slide or ''}"] = framed.faults(
                ZOOMS if people < 60 or kind in OF_PEOPLE else ZOOMS[:1]
            )
        if (kind, round) == ("brief", 2) or (people == 60 and kind not in OF_PEOPLE):  # as the first; as with eleven
            continue
        leader.do("lock")
        leader.do("notice", text=(LONG * 2)[:210])
        framed.shows("#told[data-size=large]")
        framed.screen.evaluate(SIGNS, ADDRESS)
        faults[f"{kind} {round}, with a message, a long address and every sign"] = framed.faults(ZOOMS[:1], SHAPES)
        leader.do("unlock")
        framed.screen.evaluate(SIGNS, None)
    leader.close()
    framed.page.context.close()
    assert not framed.complaints
    assert not (wrong := {where: found for where, found in faults.items() if found}), wrong


@pytest.mark.skipif("PICTURES" not in os.environ, reason="pictures are taken when they are asked for")
@pytest.mark.timeout(400)
def test_pictures_of_every_size(sqlite_server: Server, open_page: Callable[..., Page]) -> None:
    """A row for each size, with sixty people; in the lobby with a message."""
    made = sqlite_server.create(programme="full", title="Samen oefenen met feedback in de wijk")
    fill(sqlite_server, made["code"], 60)
    leader = Line(sqlite_server, made["lead_token"])
    screen = open_page(made["screen_url"], reduced_motion="reduce")
    leader.do("notice", text=(LONG * 2)[:210])
    pictures: dict[tuple[int, int], list[tuple[str, bytes]]] = {size: [] for size in SIZES}
    for kind in PICTURED:
        steps = leader.snapshot["programme"]
        leader.do("go", index=next(step["index"] for step in steps if step["kind"] == kind))
        screen.wait_for_selector(f".scene[data-kind={kind}]:not([hidden])")
        for (wide, high), taken in pictures.items():
            screen.set_viewport_size({"width": wide, "height": high})
            until(lambda: not screen.evaluate(FAULTS))
            still(screen)
            taken.append((f"{wide} × {high}", screen.screenshot(type="jpeg", quality=70)))
    leader.close()
    contact_sheet(open_page("about:blank"), [one for taken in pictures.values() for one in taken], 195, "screen-sizes")
