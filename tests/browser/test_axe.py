"""axe finds nothing on dashboard, screen and phone in every step, for every role, in both themes (P2), and nothing has
to be scrolled sideways at 320 px or at 200 % zoom.

Light is looked at in Dutch and dark in English: that way each step, role, theme and language is looked at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from live import Server, until
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PHONE, first_leader
from .walk import Walk, in_theme, still

Open = Callable[..., Page]
NARROW = {"desk": (1280, 640, 320), "phone": (390, 320), "screen": (1920, 960, 320)}
"""Widths in px: as it is; a laptop at 200 % zoom, which halves it; and 320."""
REFIT_SECONDS = 5
WIDER = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const outside = one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  const all = [...document.body.querySelectorAll("*")];
  return wide > 1 ? all.filter(outside).slice(-3).map(one => one.outerHTML.slice(0, 120)) : [];
}"""
axe = Axe()


def found(page: Page, where: str) -> Iterator[str]:
    """What axe holds against a page as it stands, a line each."""
    still(page)
    for violation in axe.run(page).response["violations"]:
        for node in violation["nodes"]:
            yield f"{where}: {violation['id']}: {' '.join(node['target'])}: {node['failureSummary']}"


def wider(page: Page, kind: str, where: str) -> Iterator[str]:
    """What makes a page wider than its window, at each width it has to fit."""
    size = page.viewport_size or {}
    for width in NARROW[kind]:
        page.set_viewport_size({"width": width, "height": size["height"]})
        still(page)
        with suppress(AssertionError):  # a screen fits itself to its window a moment after that changed
            until(lambda: not page.evaluate(WIDER), REFIT_SECONDS)
        for element in page.evaluate(WIDER):
            yield f"{where}: at {width} px too wide: {element}"
    page.set_viewport_size(size)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "theme"), [("nl", "light"), ("en", "dark")])
def test_axe_finds_nothing_in_any_step_for_any_role(
    sqlite_server: Server, open_page: Open, language: str, theme: str
) -> None:
    walk = Walk(sqlite_server, open_page, language)
    problems: list[str] = []
    for page in (walk.desk, walk.screen, *walk.phones):
        in_theme(page, theme)
    for step in walk.steps():
        for name, page in walk.pages(step).items():
            where = f"{name} in {step['kind']}"
            problems += found(page, where)
            problems += wider(page, name.split(",")[0], where) if theme == "light" else []
        if step["kind"] in ("conversation", "plenary"):
            for view in ("room", "programme", "triads", "wall", "people"):  # the last has a tab where it is not beside
                walk.desk.locator(f"#views [data-view={view}]").click()
                problems += found(walk.desk, f"desk, {view}, in {step['kind']}")
    walk.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def developing(tmp_path: Path) -> Iterator[Server]:
    """A server that shows its components."""
    with Server(tmp_path, STYLEGUIDE="1") as server:
        yield server


def test_axe_finds_nothing_on_the_other_pages(developing: Server, open_page: Open) -> None:
    desk = first_leader(developing, open_page, **LAPTOP)
    room = developing.create()
    problems: list[str] = []
    shown = {
        f"{developing.url}/lead": 200,
        f"{developing.url}/lead/new": 200,
        f"{developing.url}/ops": 200,
        f"{developing.url}/account": 200,
        room["reflections_url"]: 200,
        f"{developing.url}/": 200,
        f"{developing.url}/login": 200,
        f"{developing.url}/privacy?language=nl": 200,
        f"{developing.url}/privacy?language=en": 200,
        f"{developing.url}/cards?language=nl": 200,
        f"{developing.url}/cards?language=en": 200,
        room["lead_url"]: 200,
        f"{developing.url}/lead/{room['code']}/times": 200,
        f"{developing.url}/r/{room['code']}/mine": 200,
        room["join_url"]: 200,
    }
    for address, status in shown.items():
        answer = desk.goto(address)
        assert answer is not None and answer.status == status, address
        for theme in ("light", "dark"):
            in_theme(desk, theme)
            problems += found(desk, f"{address}, {theme}")
    for theme, surface in itertools.product(("light", "dark"), ("phone", "dashboard", "screen")):
        desk.goto(f"{developing.url}/styleguide?theme={theme}&surface={surface}")
        problems += found(desk, f"styleguide, {theme}, {surface}")
    small = open_page(developing.url, **PHONE)
    expect(small.locator("main")).to_be_visible()
    for address in shown:
        small.goto(address)
        problems += wider(small, "phone", address)
    assert not problems, "\n".join(problems)


def test_axe_would_find_something(open_page: Open) -> None:
    """What the others rely on: it runs, and says so where something is wrong."""
    page = open_page("about:blank")
    page.set_content("<html lang=nl><title>x</title><main><h1>x</h1><button></button><img src=''></main>")
    assert {line.split(": ")[1] for line in found(page, "x")} >= {"button-name", "image-alt"}
    page.set_content("<html lang=nl><title>x</title><main><h1>x</h1><p style='width:400px'>x</main>")
    assert list(wider(page, "phone", "x"))


def test_axe_finds_nothing_in_what_opens_in_front(sqlite_server: Server, open_page: Open) -> None:
    """Dialogs of the desk and sheets of the phone."""
    walk = Walk(sqlite_server, open_page, "nl")
    problems: list[str] = []
    walk.leader.do("go", index=next(s["index"] for s in walk.leader.snapshot["programme"] if s["kind"] == "notes"))
    for page in (walk.desk, walk.phones[0]):
        expect(page.locator("#now-title, #strip-where [data-role]").first).to_be_visible()
        for opens in sorted({str(b.get_attribute("data-opens")) for b in page.locator("[data-opens]:visible").all()}):
            page.locator(f"[data-opens={opens}]:visible").first.click()
            expect(page.locator("dialog[open]")).to_be_visible()
            for theme in ("light", "dark"):
                in_theme(page, theme)
                problems += found(page, f"{opens}, {theme}")
            page.keyboard.press("Escape")
            expect(page.locator("dialog[open]")).to_have_count(0)
    walk.close()
    assert not problems, "\n".join(problems)
