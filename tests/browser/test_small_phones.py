"""The phone in every hand: long names at a full table, 320 px with letters twice as large, and lying on its side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live import Line, Server, until
from playwright.sync_api import Page, expect

from .conftest import PHONE, join
from .places import bottom_of, settled, top_of

Open = Callable[..., Page]
LONG = ("Anne-Fleur van der Meulen-Oosterhuize zw", "Marie-Louise van den Heuvel")
OVERLAPPING = """() => {
  const shown = [...document.querySelectorAll("#stage .trio .seat, #stage .number, [data-slot=seats] ~ p")]
    .filter((one) => one.offsetParent);
  const box = (one) => (({ left, right, top, bottom }) => [left, right, top, bottom])(one.getBoundingClientRect());
  const meet = ([a, b, c, d], [e, f, g, h]) => a < f - 1 && e < b - 1 && c < h - 1 && g < d - 1;
  return shown.flatMap((one, i) => shown.slice(i + 1).filter((two) => meet(box(one), box(two)))
    .map((two) => `${one.textContent} / ${two.textContent}`));
}"""


def in_step(page: Page, leader: Line, kind: str, round: int | None = None) -> None:
    """The leader brings the room to a step, and the phone is there."""
    steps: list[dict[str, Any]] = leader.snapshot["programme"]
    step = next(s for s in steps if s["kind"] == kind and round in (None, s["round"]))
    leader.do("go", index=step["index"])
    expect(page.locator("#heading")).to_contain_text(step["title"])
    expect(page.locator("#turn")).to_be_hidden()


def test_five_at_a_table_with_long_names_lie_beside_each_other(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create()
    page = join(open_page(made["join_url"], **PHONE), "Noor")
    others = [Line(sqlite_server, sqlite_server.join(made["code"], name)["token"]) for name in (*LONG, "Sem", "Bo")]
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("form_groups", seed=1)
    leader.heard.clear()
    leader.say("sync")
    first, second = leader.wait("snapshot")["groups"]
    leader.do("merge_groups", group=second["id"], into=first["id"])
    in_step(page, leader, "groups")
    expect(page.locator("#stage .seat:visible")).to_have_count(5)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        until(lambda: page.evaluate(OVERLAPPING) == [])
    for line in (leader, *others):
        line.close()


def test_who_sits_after_all_not_yet_reads_whole_words(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(language="en")
    page = join(open_page(made["join_url"], **PHONE), "Alice")
    others = [Line(sqlite_server, sqlite_server.join(made["code"], name)["token"]) for name in ("Ben", "Priya")]
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("form_groups", seed=1)
    in_step(page, leader, "groups")
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("#sit").click()
    lines = """button => {
      const range = document.createRange(), text = button.firstChild;
      range.setStart(text, 0);
      range.setEnd(text, text.data.indexOf(" "));
      return range.getClientRects().length;
    }"""
    until(lambda: page.locator("#stand:visible").evaluate(lines) == 1)
    for line in (leader, *others):
        line.close()


TWICE = {"width": 320, "height": 568}
TWO_LINES = 64
SIDE = {"width": 844, "height": 390}
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth + 1;
  const cut = (one) => one.id === "strip-where" && one.scrollWidth > one.clientWidth + 1;
  return [...document.querySelectorAll("#strip *, #thumbs *, #stage *:not(.leaves *)")]
    .filter((one) => one.getBoundingClientRect().width && getComputedStyle(one).position !== "absolute")
    .filter((one) => one.getBoundingClientRect().right > wide || cut(one))
    .map((one) => one.outerHTML.slice(0, 100));
}"""
TAKEN = "() => (window.strip.offsetHeight + window.thumbs.offsetHeight) / innerHeight"


def test_letters_twice_as_large_fit_and_a_phone_on_its_side_shows_the_card(
    sqlite_server: Server, open_page: Open
) -> None:
    made = sqlite_server.create(programme="full")
    phones = [join(open_page(made["join_url"], **PHONE), name) for name in ("Noor", "Sem", "Fatma")]
    leader = Line(sqlite_server, made["lead_token"])
    wrong: list[str] = []
    for step in leader.snapshot["programme"]:
        if (step["round"] or 1) > 1:
            continue
        for phone in phones if step["round"] else phones[:1]:
            in_step(phone, leader, step["kind"], step["round"])
            phone.set_viewport_size(TWICE)  # type: ignore[arg-type]
            phone.evaluate("document.documentElement.style.fontSize = '200%'")
            phone.evaluate("document.querySelectorAll('#stage details').forEach((one) => (one.open = true))")
            wrong += [f"{step['kind']}: {one}" for one in settled(phone, OUTSIDE)]
            until(lambda: phone.evaluate(TAKEN) < 0.25)
            if step["kind"] == "conversation":
                phone.evaluate("scrollTo(0, 0)")
                card, foot = phone.locator("#stage .big:visible").first, phone.locator("#thumbs")
                until(lambda: top_of(card) + TWO_LINES <= top_of(foot))
            phone.evaluate("document.documentElement.style.fontSize = ''")
            phone.evaluate("document.querySelectorAll('#stage details').forEach((one) => (one.open = false))")
            phone.set_viewport_size(SIDE)  # type: ignore[arg-type]
            wrong += [f"{step['kind']} on its side: {one}" for one in settled(phone, OUTSIDE)]
            first = {"groups": "#sit", "conversation": ".big", "brief": ".big", "notes": "textarea"}
            if what := first.get(step["kind"]):
                low = phone.locator(f"#stage {what}:visible").first
                until(lambda: bottom_of(low) <= SIDE["height"])
    leader.close()
    assert not wrong, "\n".join(wrong)
