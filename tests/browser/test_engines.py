"""An afternoon on Firefox and on WebKit, as test_afternoon.py walks through it on Chromium: phone, screen and desk,
from the first account to the closing. One walk, the same for both.

What a browser does otherwise than Chromium shows here first: each page is in each step, says what matters in it, is no
wider than its window, and no script complains.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from live import Line, Server
from selenium.webdriver.remote.webdriver import WebDriver

from workshop.content import load

from .engines import ENGINES
from .test_afternoon import WALL
from .test_every_size import FAULTS
from .window import WIDE, Window

PACK = load("nl")
NEXT = "#next-button button:not([aria-disabled=true])"
PREPARED = "een gesprek dat ik nog eens wil oefenen"
HELPED = "dat niemand iets invulde"
TIME = re.compile(r"\+?\d+:\d\d")


class Walk:
    """The three pages in one browser, and two people at the table with Noor's phone."""

    def __init__(self, server: Server, driver: WebDriver) -> None:
        self.server = server
        self.desk, self.screen, self.phone = (Window(driver, *size) for size in ((1280, 900), (1366, 860), (450, 900)))
        self.pages = (self.desk, self.screen, self.phone)
        self.others: list[Line] = []
        self.code = ""

    def make_room(self) -> None:
        """The first leader's account, and a room of one round."""
        desk = self.desk
        desk.open(re.findall(r"http\S+/first\S+", self.server.said.read_text())[0])
        desk.fill("[name=email]", "leider@example.org")
        desk.fill("[name=password]", "een heel lang wachtwoord")
        desk.click("main [type=submit]")
        desk.sees("a[href$='/lead/new']")
        desk.open(f"{self.server.url}/lead/new")
        desk.click("label:has([name=pack][value=nl])")
        desk.fill("[name=rounds]", "1")
        desk.click("main [type=submit]")
        desk.sees("#now-title")
        self.code = desk.driver.current_url[-8:]

    def come_in(self) -> None:
        """Noor types the code that is on the screen; the others scanned it."""
        self.screen.open(self.desk.script("return document.getElementById('link-screen').value"))
        self.phone.open(self.server.url)
        self.phone.fill("[name=code]", self.screen.reads(".welcome .code"))
        self.phone.click("main [type=submit]")
        self.phone.fill("[name=name]", "Noor")
        self.phone.click("#join [type=submit]")
        self.phone.sees("#stage", "Noor")
        self.others = [Line(self.server, self.server.join(self.code, name)["token"]) for name in ("Sem", "Fatma")]
        for name in ("Noor", "Sem", "Fatma"):
            self.screen.sees("#lobby", name)

    def are_in(self, kind: str) -> None:
        """Every page shows the step, and nothing is where it cannot be read."""
        title = PACK.step(kind).title
        self.desk.sees("#now-title", title)
        self.phone.sees("#heading", title)
        self.phone.sees("body:has(#turn[hidden])")
        self.screen.sees(f"#scenes > [data-kind~={kind}]")
        self.screen.sees(".code", f"{self.code[:4]} {self.code[4:]}")
        for page, faults in ((self.screen, FAULTS), (self.phone, WIDE), (self.desk, WIDE)):
            page.is_whole(faults)
        complaints = [one for page in self.pages for one in page.complaints()]
        assert not complaints

    def on_to(self, kind: str) -> None:
        """The leader presses the one big button."""
        self.desk.click(NEXT)
        self.are_in(kind)

    def clocks_run(self, kind: str) -> None:
        """All three show the time that is left."""
        times = (
            self.desk.reads("#now-part .clock .time"),
            self.phone.reads("#strip .clock .time"),
            self.screen.reads(f"#clock-{kind} .time"),
        )
        assert all(map(TIME.fullmatch, times)), times

    def role(self) -> str:
        """The role that the phone shows at the top."""
        return str(self.phone.script("return arguments[0].dataset.role", self.phone.sees("#strip-where [data-role]")))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_whole_afternoon(own_server: Server, tmp_path: Path, engine: str) -> None:
    said = tmp_path / engine
    said.mkdir()
    with ENGINES[engine](said) as driver:
        walk = Walk(own_server, driver)
        desk, screen, phone = walk.desk, walk.screen, walk.phone
        walk.make_room()
        walk.come_in()
        sem, fatma = walk.others
        walk.are_in("welcome")

        walk.on_to("prepare")
        phone.fill("#stage textarea", PREPARED)
        phone.sees("#stage [data-status=saved]")
        desk.click(NEXT)  # a draft, which only the leader sees
        for name in ("Noor", "Sem", "Fatma"):
            desk.sees("#triads-part [data-group]", name)
        walk.on_to("groups")
        phone.sees("#strip-where .table")
        for name in ("Noor", "Sem", "Fatma"):
            screen.sees("#tables .table", name)
        phone.click("#sit")
        screen.sees("#seated", "1")

        walk.on_to("brief")
        walk.clocks_run("brief")
        screen.sees("#played", "Noor")
        role = walk.role()
        phone.sees(f"#stage > [data-kind=brief][data-role={role}]")
        walk.on_to("conversation")
        walk.clocks_run("conversation")
        phone.sees(f"#stage > [data-kind=conversation][data-role={role}]")
        walk.on_to("feedback")
        phone.sees(f"#stage > [data-kind=feedback][data-role={role}]")
        walk.on_to("notes")
        phone.fill("#stage textarea", HELPED)
        phone.sees("#stage [data-status=saved]")
        phone.reload()  # it is still Noor's, and so is what she wrote
        walk.are_in("notes")
        assert phone.reads("#stage textarea") == HELPED

        walk.on_to("plenary")
        for line, column in ((sem, "enthusiastic"), (fatma, "first_step")):
            assert line.post(column, WALL[column])["ok"]
        phone.fill("#post-snags", WALL["snags"])
        phone.click("form:has(#post-snags) button.primary")
        desk.click("#views [data-view=wall]")
        for text in WALL.values():
            for page, wall in ((screen, "#wall .post"), (phone, "#wall .post"), (desk, "#wall-part")):
                page.sees(wall, text)
        walk.are_in("plenary")

        walk.on_to("closing")
        for text in (PREPARED, HELPED, WALL["snags"]):
            phone.sees("#closing", text)
        screen.sees("#gathered", "3")
        for line in walk.others:
            line.close()
        # Firefox prints also what went wrong while a page came.
        assert f"JavaScript error: {own_server.url}" not in (said / "said").read_text()
