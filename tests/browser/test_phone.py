"""The phone that never loses anything, in a real Chromium (R3–R7, R10, P1, P4 of docs/reliability.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live import Line, Server, until
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from .conftest import LAPTOP, PHONE, PROJECTOR, QUIET, join, opening
from .places import bottom_of, top_of

Open = Callable[..., Page]
NAMES = ("Noor", "O", "Çelik-van ’t Hof")
PIECES = "[data-status={}]:visible"


@pytest.fixture
def dial() -> Iterator[Callable[..., Line]]:
    """Lines of programs, closed at the end."""
    lines: list[Line] = []

    def dial_one(server: Server, token: str) -> Line:
        lines.append(Line(server, token))
        return lines[-1]

    yield dial_one
    for line in lines:
        line.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a phone that may lose its network: unlike `open_page` it forgives what a browser says of that, and of
    nothing else."""
    with opening(browser, console=False, **PHONE) as open_one:
        yield open_one


def a_room(server: Server, **options: str) -> dict[str, str]:
    """A room with a long conversation and no clock that carries it on, unless asked otherwise."""
    return server.create(**{"conversation": "5m", "feedback": "3m"} | options)


def go_to(leader: Line, kind: str) -> None:
    """The leader goes on until the room is in a step of this kind."""
    while leader.step["kind"] != kind:
        leader.do("next")
        leader.say("clock")  # answered after the step was heard


def three(server: Server, made: dict[str, str], phone: Callable[..., Page], first: str = "Noor") -> Page:
    """A phone in a room with two others, who have phones as programs have them."""
    for name in NAMES[1:]:
        server.join(made["code"], name)
    return join(phone(made["join_url"]), first)


def in_kind(page: Page, kind: str) -> None:
    """The phone shows a card of this kind of step."""
    page.wait_for_selector(f"#stage > section[data-kind~={kind}]:not([hidden])")


def in_step(
    server: Server, phone: Callable[..., Page], dial: Callable[..., Line], kind: str, **options: str
) -> tuple[dict[str, str], Line, Page]:
    """A room of three in a step of this kind: the room, whoever leads it, and the phone of one of the three."""
    made = a_room(server, **options)
    leader = dial(server, made["lead_token"])
    page = three(server, made, phone)
    go_to(leader, kind)
    in_kind(page, kind)
    return made, leader, page


def pocketed(page: Page) -> None:
    """The page has kept itself: a reload without a network would work."""
    page.wait_for_selector("#reloads:not([hidden])", state="attached")


def stored(server: Server, token: str) -> list[str]:
    """The notes that the server has, as the writer may read them."""
    return [note["text"] for note in server.get("/api/me", token).json()["notes"]]


def token_of(page: Page, made: dict[str, str]) -> str:
    """The token that a phone keeps."""
    return str(page.evaluate(f"localStorage.getItem('samen.{made['code']}')"))


def seconds(page: Page) -> int:
    """What is left on the clock that a page shows, in whole seconds."""
    sign, minutes, rest = re.fullmatch(r"(\+?)(\d+):(\d\d)", page.locator(".clock .time:visible").inner_text()).groups()  # type: ignore[union-attr]
    return (-1 if sign else 1) * (int(minutes) * 60 + int(rest))


def same_second(one: Page, other: Page) -> None:
    """Two pages show the same second: looked at in turn, the one lies within what the other showed before and after."""

    def agree() -> bool:
        before, between, after = seconds(one), seconds(other), seconds(one)
        return before >= between >= after

    until(agree)
    assert all(abs(seconds(one) - seconds(other)) <= 1 for _ in range(20))


def answer_field(page: Page, column: str = "snags") -> Any:
    """The form of one column of the wall."""
    return page.locator("form", has=page.locator(f"#post-{column}"))


def test_offline_in_mid_conversation_a_note_and_a_post_then_a_reload(
    own_server: Server, open_page: Open, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """R3, R4: what is written without a line arrives once, and is called saved only then."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = three(own_server, made, phone)
    token = token_of(page, made)
    screen = open_page(made["screen_url"], **PROJECTOR)
    go_to(leader, "conversation")
    in_kind(page, "conversation")
    pocketed(page)
    role = str(page.locator("#strip-where [data-role]").get_attribute("data-role"))

    page.context.set_offline(True)
    page.wait_for_selector("#line:not([hidden])")
    page.click("[data-opens=write]")
    note = page.locator("#write .field", has=page.locator("textarea")).first
    note.locator("textarea").fill("Doorvragen zonder oordeel")
    expect(note.locator(PIECES.format("waiting"))).to_be_visible()
    page.locator("#write header button").click()
    while page.locator("#post-snags").count() == 0 or not page.is_visible("#post-snags"):
        page.click("[data-turn-by='1']")  # pages on through the afternoon, to the wall
    answer_field(page).locator("textarea").fill("Tijd maken in een volle week")
    answer_field(page).locator("button.primary").click()
    expect(page.locator(".post " + PIECES.format("waiting"))).to_be_visible()
    assert stored(own_server, token) == []

    page.reload()  # still without a network
    in_kind(page, "conversation")
    expect(page.locator("#strip-where [data-role]")).to_have_attribute("data-role", role)
    expect(page.locator("#line")).to_be_visible()
    same_second(page, screen)
    page.click("[data-opens=write]")
    expect(note.locator("textarea")).to_have_value("Doorvragen zonder oordeel")
    expect(note.locator(PIECES.format("waiting"))).to_be_visible()
    expect(page.locator(PIECES.format("saved"))).to_have_count(0)

    leader.do("next")  # the room goes on without this phone
    page.context.set_offline(False)
    expect(note.locator(PIECES.format("saved"))).to_be_visible()
    page.locator("#write header button").click()
    in_kind(page, "feedback")
    expect(page.locator("#line")).to_be_hidden()
    same_second(page, screen)
    until(lambda: stored(own_server, token) == ["Doorvragen zonder oordeel"])
    mine = own_server.get("/api/me", token).json()
    assert [note["round"] for note in mine["notes"]] == [1], "a late note belongs to its own round"
    assert [post["text"] for post in mine["posts"]] == ["Tijd maken in een volle week"]
    page.reload()
    in_kind(page, "feedback")
    assert stored(own_server, token) == ["Doorvragen zonder oordeel"], "once"


def test_without_a_line_the_phone_goes_on_by_itself_and_falls_in_again(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    _, leader, page = in_step(own_server, phone, dial, "conversation", conversation="5m", feedback="5m")
    leader.do("add", seconds=-294)
    until(lambda: seconds(page) < 60 or page.is_visible("#stage > [data-kind~=feedback]"))
    page.context.set_offline(True)
    told = leader.wait("step", lambda s: s["kind"] == "feedback")
    in_kind(page, "feedback")  # nobody told it
    expect(page.locator("#line")).to_be_visible()
    expect(page.locator("#further")).to_be_hidden()
    until(lambda: abs(told["clock"]["ends_at"] / 1000 - time.time() - seconds(page)) < 2)
    page.click("[data-turn-by='1']")
    in_kind(page, "notes")
    expect(page.locator("#further")).to_be_visible()
    page.click("[data-turn-by='-1']")
    in_kind(page, "feedback")
    expect(page.locator("#further")).to_be_hidden()
    page.click("[data-turn-by='1']")
    leader.do("back")
    page.context.set_offline(False)
    in_kind(page, "conversation")
    expect(page.locator("#line")).to_be_hidden()


def test_two_tabs_are_one_person_and_the_newest_holds_the_pen(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    made, _, page = in_step(own_server, phone, dial, "notes")
    text = page.locator("#stage textarea:visible").first
    text.fill("begonnen in het eerste tabblad")
    expect(page.locator("#stage " + PIECES.format("saved")).first).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)
    in_kind(second, "notes")
    expect(page.locator("#elsewhere")).to_be_visible()
    expect(text).not_to_be_editable()
    own = second.locator("#stage textarea:visible").first
    expect(own).to_have_value("begonnen in het eerste tabblad")
    own.fill("verder in het tweede")
    expect(second.locator("#stage " + PIECES.format("saved")).first).to_be_visible()
    expect(text).to_have_value("verder in het tweede")
    page.click("#take-over")
    expect(page.locator("#elsewhere")).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    expect(second.locator("#elsewhere")).to_be_visible()
    expect(text).to_be_editable()
    second.close()
    text.fill("en weer in het eerste")
    expect(page.locator("#stage " + PIECES.format("saved")).first).to_be_visible()
    assert stored(own_server, token_of(page, made)) == ["en weer in het eerste"]


def test_twenty_reloads_are_one_person(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = three(own_server, made, phone)
    for _ in range(20):
        page.reload(wait_until="domcontentloaded")
    page.wait_for_selector("#stage:not([hidden])")
    leader.heard.clear()
    leader.say("sync")
    people = leader.wait("snapshot")["people"]
    assert sorted(p["name"] for p in people) == sorted(NAMES)


@pytest.mark.parametrize("name", [*NAMES[1:], "Adriaantje-Wilhelmina van den Broek-Jansen"[:40]])
def test_typing_the_code_again_finds_me(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line], name: str
) -> None:
    """P1 and R10: three taps and a name, and at the front door the phone knows who it is."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = join(phone(made["join_url"]), name)
    for other in ("Sem", "Fatma"):
        own_server.join(made["code"], other)
    go_to(leader, "groups")
    in_kind(page, "groups")
    until(lambda: "number" in str(page.evaluate(f"localStorage.getItem('samen.{made['code']}.copy')")))
    page.add_init_script("delete HTMLFormElement.prototype.requestSubmit")  # as in Safari 15
    page.goto(own_server.url)
    card = page.locator("#again section")
    expect(card).to_contain_text(f"Je bent {name}")
    expect(card).to_contain_text("tafel 1")
    page.fill("#code", f"{made['code'][:4]} {made['code'][4:]}")  # complete: it goes by itself
    page.wait_for_url("**/r/*")
    in_kind(page, "groups")
    page.goto(own_server.url)
    card.locator("a").click()
    in_kind(page, "groups")
    leader.say("sync")
    assert len(own_server.get("/api/rooms/" + made["code"]).json()) and len(leader.snapshot["people"]) <= 3
    page.goto("about:blank")
    page.goto(made["join_url"])  # scanned again
    in_kind(page, "groups")


def test_everyone_is_asked_about_a_phone_in_their_name(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    room = own_server.create()
    page = phone(room["join_url"])
    join(page, "Noor")
    leader = dial(own_server, room["lead_token"])
    noor = leader.snapshot["people"][0]["id"]
    let_in = phone(f"{own_server.url}/r/{room['code']}#p={leader.do('pass', person=noor)['pass']}")
    let_in.click("#passed [data-answer=yes]")
    asked = page.locator("#asked")
    expect(asked).to_contain_text("begeleider")
    expect(page.locator("#say")).to_contain_text("Ben jij dat?")
    until(lambda: top_of(asked) > bottom_of(page.locator("#strip")))
    expect(let_in.locator("#asked")).to_contain_text("al een telefoon op jouw naam")
    page.get_by_role("button", name="Ja, dat ben ik").focus()
    page.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    page.click("[data-opens=help]")
    page.click("#phones summary")
    expect(page.locator("[data-slot=trail] li")).to_have_count(2)
    page.get_by_role("button", name="Dat ben ik toch niet").click()
    expect(let_in.locator("[data-why=not_me]")).to_be_visible()
    let_in.reload()
    expect(let_in.locator("[data-why=not_me]")).to_be_visible()
    let_in.click("[data-why=not_me] [data-anew]")
    expect(let_in.locator("#join")).to_be_visible()


def test_a_pass_in_an_address_lets_nobody_in_unasked(own_server: Server, phone: Callable[..., Page]) -> None:
    """It may be somebody else's, who would read along. In a browser that has no `requestSubmit` (Safari 15) as well."""
    room = own_server.create()
    noor = own_server.join(room["code"], "Noor")["token"]
    link = own_server.get("/api/me/passes", noor, "POST").json()["url"]
    page = phone(f"{own_server.url}/r/{room['code']}")
    page.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#passed")).to_be_visible()
    expect(page.locator("#join:visible, #known:visible, #scriptless")).to_have_count(0)
    page.click("#door [hreflang]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.click("#passed [data-answer=no]")
    expect(page.locator("[name=name]")).to_be_focused()
    join(page, "Anna")
    expect(page.locator("[data-slot=hello]")).to_contain_text("Anna")

    second = phone(link)
    second.click("#passed [data-answer=yes]")
    expect(second.locator("[data-slot=hello]")).to_contain_text("Noor")
    expect(second.locator("#asked")).to_contain_text("al een telefoon op jouw naam")
    expect(second.locator("#asked-hint")).to_contain_text("alles wat je hier schrijft")
    second.click("#asked [data-answer=no]")
    expect(second.locator("[data-why=not_me]")).to_be_visible()
    expect(second.locator("#toasts .notice")).to_have_count(0)
    second.click("[data-why=not_me] [data-anew]")
    expect(second.locator("#join")).to_be_visible()


def test_another_phone_by_a_pass(own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]) -> None:
    made, leader, page = in_step(own_server, phone, dial, "notes")
    page.locator("#stage textarea:visible").first.fill("alleen van mij")
    expect(page.locator("#stage " + PIECES.format("saved")).first).to_be_visible()
    page.click("[data-opens=help]")
    page.click("#pass-on")
    expect(page.locator("#pass-digits")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    digits = page.inner_text("#pass-digits")
    other = phone(f"{own_server.url}/r/{made['code']}")
    other.click("#door details summary")
    other.fill("[name=pass]", "0000 0000")
    other.click("#known [type=submit]")
    expect(other.locator("#known-error")).to_be_visible()
    other.fill("[name=pass]", digits)
    other.click("#known [type=submit]")
    in_kind(other, "notes")
    expect(other.locator("#stage textarea:visible").first).to_have_value("alleen van mij")
    expect(page.locator("#elsewhere")).to_be_attached()
    leader.heard.clear()
    leader.say("sync")
    assert len(leader.wait("snapshot")["people"]) == 3

    noor = leader.wait("snapshot")["people"][-1]["id"]
    given = leader.do("pass", person=noor)
    third = phone(given["url"])  # the leader's: by its link, and without what was private
    third.click("#passed [data-answer=yes]")
    in_kind(third, "notes")
    assert given["pass"] not in third.url
    expect(third.locator("#stage textarea:visible").first).to_have_value("")


def test_what_is_told_while_a_sheet_is_open_lies_in_it(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """Behind an open sheet nothing is seen whole, can be touched or is read aloud."""
    _, leader, page = in_step(own_server, phone, dial, "conversation")
    page.click("[data-opens=write]")
    leader.do("add", seconds=62 - leader.step["clock"]["length"])
    expect(page.locator("dialog:modal #say")).to_have_text("Nog één minuut")
    leader.do("notice", text="Koffie staat klaar")
    expect(page.locator("dialog:modal #say")).to_have_text("Koffie staat klaar")
    page.locator("#write header button").click()
    expect(page.locator("body > #say")).to_be_attached()

    page.context.set_offline(True)
    page.click("[data-opens=help]")
    page.click("#hand > [data-down]")
    told = page.locator("#toasts .notice")
    expect(told).to_be_visible()
    assert touched(told) and touched(page.locator("#help header button"))
    expect(page.locator("dialog:modal #say")).to_have_text(told.inner_text())
    page.locator("#help header button").click()
    expect(page.locator("dialog:modal")).to_have_count(0)
    expect(page.locator("body > #toasts")).to_be_attached()
    assert touched(told), "on the page again"
    told.click()
    expect(told).to_have_count(0)


def test_putting_a_message_away_takes_nobody_out_of_their_field(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """On an iPhone a button that is touched does not take the focus: whoever writes keeps their keyboard."""
    _, leader, page = in_step(own_server, phone, dial, "notes")
    leader.do("notice", text="Koffie staat klaar")
    expect(page.locator("#told")).to_be_visible()
    field = page.locator("#stage textarea:visible").first
    field.focus()
    page.locator("#told-read").evaluate("one => one.click()")
    expect(page.locator("#told")).to_be_hidden()
    expect(field).to_be_focused()


def touched(what: Locator) -> bool:
    """A finger in its middle touches it, and nothing that lies over it."""
    middle = "({ left, right, top, bottom }) => document.elementFromPoint((left + right) / 2, (top + bottom) / 2)"
    return bool(what.evaluate(f"one => one.contains(({middle})(one.getBoundingClientRect()))"))


def test_whoever_was_taken_out_does_not_slip_back_and_may_be_let_in(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = three(own_server, made, phone)
    expect(page.locator("#main")).to_be_focused()  # where a screen reader reads on: the form that was pressed is gone
    noor = token_of(page, made)
    person = own_server.get("/api/me", noor).json()["person"]["id"]
    page.locator("[data-opens=help]").focus()
    leader.do("remove", person=person)
    expect(page.locator("#ended [data-why=leader]")).to_be_visible()
    expect(page.locator("#main")).to_be_focused()
    page.reload()
    expect(page.locator("#ended [data-why=leader]")).to_be_visible()
    expect(page.locator("#main")).not_to_be_focused()  # a page that loads is read from its title on
    page.goto(own_server.url)
    page.locator("#again a").click()
    expect(page.locator("#ended [data-why=leader]")).to_be_visible()
    leader.do("restore", person=person)
    page.click("#again")
    page.wait_for_selector("#stage:not([hidden])")


def test_whoever_left_by_mistake_comes_back(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    made = a_room(own_server)
    page = three(own_server, made, phone)
    page.click("[data-opens=help]")
    page.click("#help details summary")
    page.click("#help [data-leave]")
    expect(page.locator("#ended [data-why=left]")).to_be_visible()
    page.reload()
    expect(page.locator("#ended [data-why=left]")).to_be_visible()
    page.click("#ended [data-return]")
    page.wait_for_selector("#stage:not([hidden])")


def test_a_page_that_was_put_by_shows_what_was_typed_since(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """Going back, a browser may show the page as it was left; what it had in mind is not to go over what came after."""
    made, _, page = in_step(own_server, phone, dial, "notes")
    page.context.set_offline(True)
    field = page.locator("#stage textarea:visible").first
    field.fill("eerst")
    key = f"samen.{made['code']}.drafts"
    until(lambda: "eerst" in str(page.evaluate("key => localStorage.getItem(key)", key)))
    page.evaluate("key => localStorage.setItem(key, localStorage.getItem(key).replace('eerst', 'daarna'))", key)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(field).to_have_value("daarna")


def test_a_tab_that_dies_keeps_what_was_typed(
    own_server: Server, playwright: Playwright, chromium: str, tmp_path: Path, dial: Callable[..., Line]
) -> None:
    """R3: the browser is killed, not closed: nothing says goodbye."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])

    def browser() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium, args=QUIET, locale="nl-NL", **PHONE
        )

    context = browser()
    page = context.pages[0]
    page.goto(made["join_url"])
    join(page, "Noor")
    for name in NAMES[1:]:
        own_server.join(made["code"], name)
    token = token_of(page, made)
    go_to(leader, "notes")
    in_kind(page, "notes")
    fields = page.locator("#stage textarea:visible")
    context.set_offline(True)
    fields.nth(0).fill("in de outbox")
    fields.nth(0).blur()
    expect(page.locator("#stage " + PIECES.format("waiting")).first).to_be_visible()
    until(lambda: page.evaluate(WAITING, made["code"]) == ["in de outbox"])
    page.locator("#stage .folded:visible > summary").first.click()
    fields.nth(1).fill("half getypt")
    page.wait_for_selector(f"#stage {PIECES.format('waiting')} >> nth=1")
    # Chromium takes some seconds to bring localStorage to the disk; a browser that is killed before has none of it.
    disk = tmp_path / "profile" / "Default" / "Local Storage" / "leveldb"
    until(lambda: any(b"half getypt" in log.read_bytes() for log in disk.glob("*.log")), 30)
    session = context.new_cdp_session(page)
    try:
        session.send("Browser.crash")
    except Exception as gone:
        assert "closed" in str(gone) or "crash" in str(gone).lower()
    context = browser()
    page = context.pages[0]
    page.goto(f"{own_server.url}/r/{made['code']}")
    in_kind(page, "notes")
    until(lambda: sorted(stored(own_server, token)) == ["half getypt", "in de outbox"])
    page.locator("#stage .folded:visible > summary").first.click()
    expect(fields_of(page).nth(1)).to_have_value("half getypt")
    context.close()


WAITING = """async (code) => {
  const found = (await indexedDB.databases()).find(({ name }) => name.startsWith(`samen.outbox.${code}`));
  if (!found) return [];
  const open = indexedDB.open(found.name);
  const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const all = db.transaction("items").objectStore("items").getAll();
  const items = await new Promise((done) => (all.onsuccess = () => done(all.result)));
  db.close();
  return items.map(({ payload }) => payload.text);
}"""


def fields_of(page: Page) -> Any:
    """The fields to write in that can be seen."""
    return page.locator("#stage textarea:visible")


def test_a_device_clock_that_is_hours_wrong_shows_the_same_second(
    own_server: Server, open_page: Open, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """R7, also after a reload without a network."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    screen = open_page(made["screen_url"], **PROJECTOR)
    page = phone("about:blank")
    page.add_init_script(f"const {{ now }} = Date; Date.now = () => now() + {5 * 3_600_000 + 1234}")
    page.goto(made["join_url"])
    join(page, "Noor")
    for name in NAMES[1:]:
        own_server.join(made["code"], name)
    go_to(leader, "conversation")
    in_kind(page, "conversation")
    pocketed(page)
    same_second(page, screen)
    until(lambda: '"conversation"' in str(page.evaluate(f"localStorage.getItem('samen.{made['code']}.copy')")))
    page.context.set_offline(True)
    page.reload()
    in_kind(page, "conversation")
    same_second(page, screen)


def test_a_server_that_was_killed_is_back_with_the_right_card_and_clock(
    own_server: Server, open_page: Open, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """R6, for one browser; and a reload while there is no server at all."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = three(own_server, made, phone)
    token = token_of(page, made)
    go_to(leader, "conversation")
    in_kind(page, "conversation")
    pocketed(page)
    role = str(page.locator("#strip-where [data-role]").get_attribute("data-role"))
    own_server.kill()
    page.wait_for_selector("#line:not([hidden])")
    page.reload()
    in_kind(page, "conversation")
    page.click("[data-opens=write]")
    page.locator("#write textarea").first.fill("terwijl er niets was")
    own_server.start()
    screen = open_page(made["screen_url"], **PROJECTOR)
    expect(page.locator("#write " + PIECES.format("saved")).first).to_be_visible()
    expect(page.locator("#line")).to_be_hidden()
    expect(page.locator("#strip-where [data-role]")).to_have_attribute("data-role", role)
    same_second(page, screen)
    assert stored(own_server, token) == ["terwijl er niets was"]


@pytest.mark.parametrize("away", [False, True], ids=["while looking", "while away"])
def test_an_erased_room_empties_the_phone(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line], away: bool
) -> None:
    made, _, page = in_step(own_server, phone, dial, "notes")
    pocketed(page)
    page.context.set_offline(True)
    fields_of(page).first.fill("canary")
    fields_of(page).first.blur()
    until(lambda: page.evaluate(WAITING, made["code"]) == ["canary"])
    if away:
        page.goto("about:blank")
    assert own_server.workshop("erase", made["code"], "--yes").returncode == 0
    page.context.set_offline(False)
    if away:
        page.goto(f"{own_server.url}/r/{made['code']}?again", wait_until="commit")
        expect(page.locator("main.plain h1")).to_be_visible()
    else:
        expect(page.locator("#ended [data-why=closed]")).to_be_visible()
    until(lambda: page.evaluate("JSON.stringify(localStorage)") == "{}")
    until(lambda: page.evaluate("indexedDB.databases().then((all) => all.length)") == 0)


def test_erasing_oneself_leaves_nothing_on_the_phone(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    _, _, page = in_step(own_server, phone, dial, "closing")
    fields_of(page).first.fill("canary")
    page.click("#erase")
    page.click("#erase-now")
    expect(page.locator("#ended [data-why=erased]")).to_be_visible()
    until(lambda: page.evaluate("JSON.stringify(localStorage)") == "{}")
    until(lambda: page.evaluate("indexedDB.databases().then((all) => all.length)") == 0)


def test_a_lost_answer_at_the_door_makes_no_ghost(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = phone(made["join_url"])
    lost: list[int] = []

    def lose(route: Any) -> None:
        answer = route.fetch()  # the server heard it
        lost.append(answer.status)
        route.abort()

    page.route("**/people", lose, times=1)
    page.fill("[name=name]", "Noor")
    page.click("#join [type=submit]")
    expect(page.locator("#join-error")).to_be_visible()
    page.click("#join [type=submit]")
    page.wait_for_selector("#stage:not([hidden])")
    assert lost == [201]
    leader.heard.clear()
    leader.say("sync")
    assert len(leader.wait("snapshot")["people"]) == 1


def test_the_page_says_when_it_cannot_keep_the_screen_on(
    own_server: Server, phone: Callable[..., Page], dial: Callable[..., Line]
) -> None:
    """P4: on plain http there is no wake lock."""
    made = a_room(own_server)
    leader = dial(own_server, made["lead_token"])
    page = phone("about:blank")
    page.add_init_script("delete Navigator.prototype.wakeLock")
    page.goto(made["join_url"])
    join(page, "Noor")
    for name in NAMES[1:]:
        own_server.join(made["code"], name)
    go_to(leader, "brief")
    in_kind(page, "brief")
    expect(page.locator("#stage [data-slot=sleepy]")).to_contain_text("kan je scherm niet aanhouden")
    page.click("[data-opens=help]")
    expect(page.locator("#help [data-slot=awake]")).to_contain_text("kan je scherm niet aanhouden")


def test_who_sits_at_the_table_is_seen_by_partners_desk_and_screen(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(title="Aan tafel")
    noor, sem = (join(open_page(made["join_url"], **PHONE), name) for name in ("Noor", "Sem"))
    desk, screen = open_page(made["lead_url"], **LAPTOP), open_page(made["screen_url"], **PROJECTOR)
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("go", index=next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "groups"))
    expect(desk.locator("#triads-part .far")).to_contain_text("0 van de 2 zitten")
    noor.locator("#sit").focus()
    noor.keyboard.press("Enter")
    expect(noor.locator("#stand")).to_be_focused()  # where one takes it back
    expect(sem.locator(".partners:visible")).to_contain_text("zit er al")
    expect(desk.locator("#triads-part .far")).to_contain_text("1 van de 2 zit")
    expect(desk.locator("#news-part")).to_contain_text("1 van de 2 zit aan tafel")
    expect(screen.locator("#seated")).to_have_text("1 van de 2 zit aan tafel")
    expect(screen.locator("#tables .tick[data-on]")).to_have_count(1)
    noor.locator("#stand").click()
    expect(noor.locator("#sit")).to_be_visible()
    expect(screen.locator("#tables .tick[data-on]")).to_have_count(0)
    expect(sem.locator(".partners:visible")).not_to_contain_text("zit er al")
    leader.close()


def test_a_line_with_a_name_and_a_number_is_asked_about_once_and_waits_for_the_leader(
    sqlite_server: Server, open_page: Open
) -> None:
    made = sqlite_server.create(title="Wat erin staat")
    phone = join(open_page(made["join_url"], **PHONE), "Noor")
    desk, screen = open_page(made["lead_url"], **LAPTOP), open_page(made["screen_url"], **PROJECTOR)
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("go", index=next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "plenary"))
    form = phone.locator("form", has=phone.locator("#post-snags"))
    phone.fill("#post-snags", "Bel Sanne op 06-12345678")
    form.locator("button.primary").click()
    asks = form.locator("[role=group]")
    expect(asks).to_contain_text("“06-12345678”, “Sanne”")
    expect(phone.locator("#post-snags-change")).to_be_focused()
    expect(form.locator(".post")).to_have_count(0)
    phone.locator("#post-snags-change").click()
    expect(phone.locator("#post-snags")).to_be_focused()
    phone.fill("#post-snags", "Bel Sanne")
    expect(asks).to_have_count(0)
    leader.do("extras", on=["look_first"])
    form.locator("button.primary").click()
    expect(asks).to_contain_text("De begeleider kijkt er eerst naar")
    asks.locator("button:not([type=button])").click()
    expect(form.locator(".post[data-hidden]")).to_contain_text("De begeleider beslist of de zaal dit bericht ziet")
    waits = desk.locator("[data-held]")
    expect(waits).to_contain_text("“Sanne”")
    expect(desk.locator("#views [data-view=wall] .badge[data-urgent]")).to_have_text("1")
    expect(screen.locator("#wall .post")).to_have_count(0)
    waits.get_by_role("button", name="Toon").click()
    expect(screen.locator("#wall .post")).to_contain_text("Bel Sanne")
    expect(form.locator(".post[data-hidden]")).to_have_count(0)
    leader.close()
