"""The leader's desk in a real browser: by hand, by key and by drag, and that it can be taken back (issue 4)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Line, Server, until
from playwright.sync_api import Browser, Locator, Page, expect

from workshop.content import load

from .conftest import KEYLESS, LAPTOP, PHONE, PROJECTOR, join, opening
from .places import WHOLE_IN_SIGHT, bottom_of, height_of, top_of

Open = Callable[..., Page]
CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Zoë")


class Afternoon:
    """A room with people in it, and a leader at a desk."""

    def __init__(self, server: Server, open_page: Open, names: tuple[str, ...] = CAST, **options: str) -> None:
        self.server, self.open_page = server, open_page
        self.room = server.create(**options)
        self.key = self.room["join_url"].split("#k=")[1]
        self.ids: dict[str, int] = {}
        self.phones = {name: self.join(name) for name in names}
        self.leader = Line(server, self.room["lead_token"])

    def join(self, name: str, **more: str) -> Line:
        """Someone comes in by phone."""
        joined = self.server.join(self.room["code"], name, key=self.key, **more)
        self.ids[name] = joined["person"]
        return Line(self.server, joined["token"])

    def desk(self, **shape: Any) -> Page:
        """A leader's page, once it knows the room."""
        desk = self.open_page(self.room["lead_url"], **(shape or LAPTOP))
        desk.wait_for_selector("#next-part button")
        return desk

    def table_of(self, name: str) -> int | None:
        """The group that someone sits in, as the server has it."""
        people = Line(self.server, self.room["lead_token"])
        found = [one["group"] for one in people.snapshot["people"] if one["id"] == self.ids[name]]
        people.close()
        return found[0] if found else None

    def beside(self, name: str) -> set[str]:
        """Who sits at the table of someone."""
        leader = Line(self.server, self.room["lead_token"])
        tables = [{member["name"] for member in group["members"]} for group in leader.snapshot["groups"]]
        leader.close()
        return next((table for table in tables if name in table), set())

    def close(self) -> None:
        """Everyone goes home."""
        for line in (*self.phones.values(), self.leader):
            line.close()


@pytest.fixture
def afternoon(sqlite_server: Server, open_page: Open) -> Iterator[Callable[..., Afternoon]]:
    """Makes afternoons and ends them."""
    made: list[Afternoon] = []

    def make(*names: str, **options: str) -> Afternoon:
        made.append(Afternoon(sqlite_server, open_page, names or CAST, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def view(desk: Page, name: str) -> None:
    """Brings a part of the desk to the front."""
    desk.locator(f"#views [data-view={name}]").click()


def button(within: Page | Locator, name: str) -> Locator:
    """A button by its exact words."""
    return within.get_by_role("button", name=name, exact=True)


def said(desk: Page, text: str) -> Locator:
    """A message that the desk shows for a moment."""
    return desk.locator("#said .notice", has_text=text)


def test_someone_moves_by_keyboard_only_and_it_can_be_taken_back(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups", seed=1)
    desk = room.desk()
    view(desk, "triads")
    before = room.beside("Noor")
    desk.locator(f"[data-person='{room.ids['Noor']}'] button").focus()
    desk.keyboard.press("Enter")
    desk.locator("#person-table").focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(said(desk, "Noor")).to_be_visible()
    assert room.beside("Noor") != before
    button(said(desk, "Noor"), "Terugdraaien").click()
    until(lambda: room.beside("Noor") == before)


def test_someone_is_dragged_to_another_table(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups", seed=1)
    desk = room.desk()
    view(desk, "triads")
    before = room.table_of("Sem")
    other = desk.locator(f".table[data-group]:not([data-group='{before}'])")
    desk.locator(f"[data-person='{room.ids['Sem']}'] .who").drag_to(other)
    until(lambda: room.table_of("Sem") not in (None, before))


def test_two_people_sit_apart_and_two_together(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    desk = room.desk()
    view(desk, "triads")
    desk.locator(".wishes summary").click()
    for one, other, wish in (("Noor", "Sem", "Niet samen"), ("Fatma", "Jan", "Wel samen")):
        desk.locator("#wish-one").select_option(label=one)
        desk.locator("#wish-other").select_option(label=other)
        button(desk, wish).click()
        expect(desk.locator(".wishes .known li", has_text=one)).to_be_visible()
    button(desk, "Maak de groepjes").click()
    expect(desk.locator(".table[data-group]")).to_have_count(2)
    for _ in range(3):
        assert room.table_of("Noor") != room.table_of("Sem")
        assert room.table_of("Fatma") == room.table_of("Jan")
        button(desk, "Loot opnieuw").click()
        expect(said(desk, "2 groepjes")).to_be_visible()


def test_nobody_is_drawn_or_left_out_in_silence(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.phones["Jan"].say("leave")
    desk = room.desk()
    view(desk, "triads")
    expect(desk.locator(".draw")).to_contain_text("Jan is weggegaan en doet niet mee in de loting.")
    room.server.join(room.room["code"], "Eva", key=room.key)  # gave a name, never opened a line
    expect(desk.locator(".draw")).to_contain_text("Eva is nu niet hier, en doet gewoon mee in de loting.")
    expect(desk.locator(".person[data-presence=never]")).to_contain_text("Eva")


def test_the_price_of_groups_of_four_and_the_choice(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon(*CAST, "Youssef", programme="triads")
    desk = room.desk()
    view(desk, "triads")
    expect(desk.locator(".draw .price")).to_contain_text("minuten")
    button(desk, "Maak de groepjes").click()
    expect(desk.locator(".table[data-group]")).to_have_count(2)
    desk.locator(".draw").get_by_role("button", name=re.compile("Ook ronde 4")).click()
    expect(desk.locator(".draw .price")).to_have_count(0)
    assert max(step["round"] or 0 for step in room.leader.wait("programme")) == 4


def test_one_person_who_came_in_twice_is_merged(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.server.join(room.room["code"], "Noor", key=room.key)
    desk = room.desk()
    asks = desk.locator("#people-part .asks")
    expect(asks).to_contain_text("Noor staat twee keer in de lijst")
    asks.get_by_role("button", name="Eén persoon").click()
    button(desk.locator("#ask"), "Voeg samen").click()
    expect(desk.locator("#people-part .person", has_text="Noor")).to_have_count(1)
    expect(desk.locator("#people-part .person[data-presence=here]", has_text="Noor")).to_be_visible()


def test_a_table_asks_is_told_that_help_comes_and_is_done(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups")
    room.leader.do("go", index=3)
    desk = room.desk()
    room.phones["Bo"].say("hand", up=True)
    queue = desk.locator("#hands-part")
    expect(queue).to_contain_text("Bo")
    queue.get_by_role("button", name="Ik kom eraan").click()
    expect(queue).to_contain_text("je bent onderweg")
    room.phones["Bo"].wait("group", lambda group: group.get("coming_at"))
    queue.get_by_role("button", name="Klaar bij tafel").click()
    expect(desk.locator("#hands-part *")).to_have_count(0)


def test_a_message_is_seen_by_n_of_m(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    desk = room.desk()
    button(desk, "Bericht aan de zaal …").click()
    desk.locator("#message-text").fill("Nog vijf minuten")
    button(desk.locator("#message"), "Verstuur").click()
    sent = desk.locator(".sent li", has_text="Nog vijf minuten")
    expect(sent).to_contain_text("gezien door 0 van 6")
    for name, n in (("Noor", 1), ("Sem", 2)):
        notice = room.phones[name].wait("notice")
        assert room.phones[name].say("seen", notice=notice["id"])["ok"]
        expect(sent).to_contain_text(f"gezien door {n} van 6")
    sent.get_by_role("button", name="Haal het weg van de telefoons en het scherm").click()
    assert room.phones["Noor"].wait("unsaid") == {"id": notice["id"]}
    expect(sent).to_have_count(0)

    # One that is over with its step stays for its count, and says that nobody sees it any more.
    room.leader.do("notice", text="De koffie is klaar")
    sent = desk.locator(".sent li", has_text="De koffie is klaar")
    expect(sent).not_to_contain_text("niet meer te zien")
    room.leader.do("next")
    expect(sent).to_contain_text("niet meer te zien")


def test_lines_that_say_the_same_are_put_together_and_one_is_put_in_the_light(
    afternoon: Callable[..., Afternoon],
) -> None:
    room = afternoon()
    desk = room.desk()
    view(desk, "wall")
    lines = {"Noor": "Tijd in een volle week", "Sem": "Te weinig tijd", "Jan": "Niemand belt terug"}
    ids = {name: str(uuid.uuid4()) for name in lines}
    for name, text in lines.items():
        room.phones[name].post("snags", text, id=ids[name])
    wall = desk.locator(".wall")
    expect(wall.locator(".post")).to_have_count(3)
    button(desk, "Samenvoegen wat hetzelfde zegt …").click()
    for name in ("Noor", "Sem"):
        wall.get_by_role("checkbox", name=lines[name]).check()
    desk.locator("#bundle-title").fill("Tijd maken")
    button(desk, "Voeg ze samen").click()
    expect(wall.locator(".post")).to_have_count(2)
    expect(wall.locator(".post", has_text="Tijd maken")).to_contain_text("Staat voor 2 berichten")
    wall.get_by_role("button", name="Groot in beeld: Tijd maken").click()
    expect(desk.locator(".on-screen")).to_contain_text("Groot in beeld: “Tijd maken”")
    button(desk, "Terug naar de wand").click()
    wall.get_by_role("button", name="Haal uit elkaar: Tijd maken").click()
    expect(wall.locator(".post")).to_have_count(3)
    wall.get_by_role("button", name="Verberg: Niemand belt terug").click()
    expect(wall.locator(".post[data-hidden]")).to_contain_text("Niemand belt terug")
    button(said(desk, "verborgen"), "Terugdraaien").click()
    expect(wall.locator(".post[data-hidden]")).to_have_count(0)
    wall.get_by_role("button", name="Verberg: Niemand belt terug").click()
    expect(wall.locator(".post[data-hidden]")).to_have_count(1)
    room.leader.do("hide", post=ids["Noor"])  # somebody else, after it
    expect(wall.locator(".post[data-hidden]")).to_have_count(2)
    button(said(desk, "verborgen"), "Terugdraaien").click()
    expect(said(desk, "Dat kan niet meer terug")).to_be_visible()  # it would have taken back something else
    expect(wall.locator(".post[data-hidden]")).to_have_count(2)
    desk.keyboard.press("Control+z")
    expect(wall.locator(".post[data-hidden]")).to_have_count(1)
    button(desk, "Dek de wand af").click()
    expect(desk.locator(".on-screen")).to_contain_text("De wand is afgedekt")
    expect(wall.locator(".post")).to_have_count(3)


UNDER = """button => {
  const { x, y, width, height } = button.getBoundingClientRect();
  const list = button.closest("[data-rows]");
  globalThis.pressed = new Promise((done) => {
    const look = () => done(document.elementFromPoint(x + width / 2, y + height / 2).closest("button")?.innerText);
    new MutationObserver(look).observe(list, { childList: true });
  });
}"""
"""What a press at this place meets once a row has come in."""


def test_a_line_that_comes_in_takes_no_press_that_was_meant_for_another(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", "Sem")
    desk = room.desk()
    view(desk, "wall")
    room.phones["Noor"].post("snags", "Niemand belt terug")
    hide = desk.get_by_role("button", name="Verberg: Niemand belt terug")
    hide.focus()
    hide.evaluate(UNDER)
    room.phones["Sem"].post("snags", "Te weinig tijd")
    assert desk.evaluate("globalThis.pressed") is None
    expect(desk.locator(".wall .post").first).to_contain_text("Te weinig tijd")
    expect(hide).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator(".wall .post[data-hidden]")).to_have_text(re.compile("Niemand belt terug"))
    desk.get_by_role("button", name="Verberg: Te weinig tijd").click()  # a moment later it is pressed as ever
    expect(desk.locator(".wall .post[data-hidden]")).to_have_count(2)


def test_a_line_for_someone_without_a_phone(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    view(desk, "wall")
    desk.locator(".post-for summary").click()
    desk.locator(".post-for select").select_option("first_step")
    desk.locator(".post-for textarea").fill("Morgen bel ik")
    button(desk, "Zet het op de wand").click()
    expect(desk.locator("[data-column=first_step] .post")).to_contain_text("Morgen bel ik")


def test_the_programme_is_changed_before_it_happens(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", programme="full")
    desk = room.desk()
    view(desk, "programme")
    titles = desk.locator("#programme-part .step .title")
    button(desk, "Pauze: een minuut langer").click()
    expect(desk.locator("[data-kind=break] .minutes")).to_have_text("16 minuten")
    button(desk, "Stap toevoegen …").click()
    desk.locator("#insert-before").select_option(label="vóór: Ronde 2 van 3")
    desk.locator("#insert-minutes").fill("5")
    button(desk.locator("#insert"), "Voeg de stap toe").click()
    expect(desk.locator("[data-kind=break]")).to_have_count(2)
    before = titles.all_inner_texts()
    desk.locator("[data-kind=break]").first.locator(".open").focus()
    desk.keyboard.press("Enter")
    button(desk.locator("#step"), "Eerder").press("Enter")
    expect(said(desk, "verplaatst")).to_be_visible()
    until(lambda: before != (moved := titles.all_inner_texts()) and sorted(moved) == sorted(before))
    button(desk.locator("#step"), "Sla over").click()
    expect(desk.locator("[data-kind=break]")).to_have_count(1)
    button(said(desk, "is overgeslagen"), "Terugdraaien").click()
    expect(desk.locator("[data-kind=break]")).to_have_count(2)
    desk.locator("[data-kind=prepare] .grip").drag_to(desk.locator("[data-kind=check_in]").first)
    expect(desk.locator("[data-step='1']")).to_have_attribute("data-kind", "prepare")


ON_TOP = """one => { const { x, y, width, height } = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"""
"""Whether a press in its middle is for it."""


@pytest.mark.parametrize("shape", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_what_is_said_while_a_dialog_is_open_is_in_front_of_it(
    afternoon: Callable[..., Afternoon], shape: dict[str, Any]
) -> None:
    room = afternoon("Noor", programme="full")
    desk = room.desk(**shape)
    view(desk, "programme")
    before = [one["kind"] for one in room.leader.snapshot["programme"]]
    step, undo = desk.locator("#step"), button(said(desk, "is verplaatst"), "Terugdraaien")
    desk.locator("[data-kind=break] .open").click()
    button(step, "Eerder").click()
    moved = room.leader.wait("programme")
    assert [one["kind"] for one in moved] != before
    until(lambda: undo.evaluate(ON_TOP))
    expect(step.locator("#aloud")).to_have_attribute("role", "status")
    undo.click()
    until(lambda: [one["kind"] for one in room.leader.all("programme")[-1]] == before)
    expect(step).to_be_visible()
    expect(said(desk, "Teruggedraaid")).to_be_visible()
    button(step, "Klaar").click()
    expect(desk.locator("body > #said, body > #aloud")).to_have_count(2)


def test_without_a_connection_a_dialog_says_so(afternoon: Callable[..., Afternoon], browser: Browser) -> None:
    room = afternoon("Noor", programme="full")
    with opening(browser, console=False) as open_one:  # it complains that there is no network
        desk = open_one(room.room["lead_url"], **LAPTOP)
        view(desk, "programme")
        desk.locator("[data-kind=break] .open").click()
        button(desk.locator("#step"), "Eerder").click()
        button(desk.locator("#step"), "Stap hiervoor toevoegen …").click()
        expect(desk.locator("#insert #said, #insert #aloud")).to_have_count(2)  # from one dialog to the next
        desk.context.set_offline(True)
        expect(desk.locator("#cut-off")).not_to_have_attribute("hidden", "")
        button(desk.locator("#insert"), "Voeg de stap toe").click()
        none = said(desk, "Er is geen verbinding").locator("button")
        until(lambda: none.evaluate(ON_TOP))
        none.click()
        desk.keyboard.press("Escape")
        desk.locator("#people-part .person", has_text="Noor").click()
        desk.fill("#person-name", "Nora")
        desk.locator("#person-name").press("Enter")
        until(lambda: none.evaluate(ON_TOP))


def test_a_step_is_saved_by_one_button(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    view(desk, "programme")
    desk.locator(".step[data-kind=prepare] .open").click()
    desk.locator("#step [name=auto_advance]").check()
    desk.fill("#step-minutes", "7")
    desk.fill("#step-name", "Even alleen")
    step = room.leader.snapshot["programme"][1]
    assert room.leader.all("programme") == [] and not step["auto_advance"], "nothing is saved before it is asked for"
    button(desk.locator("#step"), "Bewaar").click()
    saved = room.leader.wait("programme")[1]
    assert (saved["title"], saved["seconds"], saved["auto_advance"]) == ("Even alleen", 420, True)


def test_a_desk_opened_in_a_conversation_starts_on_the_tables_and_a_clock_is_had_back(
    afternoon: Callable[..., Afternoon],
) -> None:
    room = afternoon()
    room.leader.do("go", index=4)
    room.leader.do("add", seconds=120)
    before = room.leader.step["clock"]["ends_at"]
    desk = room.desk()
    expect(desk.locator(".table[data-group]").first).to_be_visible()
    button(desk, "Klok opnieuw").click()
    button(said(desk, "De klok is opnieuw begonnen"), "Terugdraaien").click()
    until(lambda: room.leader.step["clock"]["ends_at"] == before)
    button(desk, "Klok opnieuw").click()
    expect(said(desk, "De klok is opnieuw begonnen")).to_be_visible()
    desk.locator("#undo").click()
    until(lambda: room.leader.step["clock"]["ends_at"] == before)


def test_a_price_is_asked_once_and_the_room_stands_on_a_page(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon(*CAST, "Youssef", programme="full")
    room.leader.do("go", index=next(s["index"] for s in room.leader.snapshot["programme"] if s["kind"] == "break"))
    desk = room.desk()
    expect(desk.get_by_text("Ook ronde 4", exact=False)).to_have_count(1)
    view(desk, "room")
    assert desk.locator("#view-room").evaluate("one => one.offsetHeight") < 1000
    desk.locator("#view-room summary", has_text="Links").click()
    expect(desk.locator("#link-join")).to_be_visible()


def test_behind_the_plan_a_shorter_break_is_offered(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", programme="full")
    room.leader.do("next")
    room.leader.do("add", seconds=300)
    desk = room.desk()
    expect(desk.locator(".pace")).to_contain_text("5 minuten later dan gepland")
    button(desk, "Pauze inkorten tot 10 minuten?").click()
    expect(desk.locator(".pace")).to_contain_text("zoals gepland")


def test_two_leaders_never_fight(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    one, other = room.desk(), room.desk()
    # The second leader presses before the news of the first has reached them: the page is held up meanwhile.
    press = "document.querySelector('#next-button button').click()"
    other.evaluate(f"setTimeout(() => {{ const until = Date.now() + 1500; while (Date.now() < until); {press} }})")
    one.evaluate(press)
    expect(one.locator("#now-part .above")).to_contain_text("stap 2 van")
    expect(other.locator("#now-part .above")).to_contain_text("stap 2 van")
    expect(said(other, "net voor")).to_be_visible()
    assert room.leader.step["index"] == 1


def test_keys(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    desk.keyboard.press("n")
    expect(desk.locator("#now-part .above")).to_contain_text("stap 2 van")
    desk.keyboard.press("p")
    expect(desk.locator("#now-part")).to_contain_text("De klok staat stil")
    desk.keyboard.press("b")
    expect(desk.locator("#now-part .above")).to_contain_text("stap 1 van")
    view(desk, "room")
    expect(desk.locator("#gong")).to_have_attribute("aria-pressed", "false")
    desk.keyboard.press("m")
    expect(desk.locator("#gong")).to_have_attribute("aria-pressed", "true")
    with desk.context.expect_page() as opened:
        desk.keyboard.press("f")
    assert f"/screen/{room.room['code']}" in opened.value.url
    desk.keyboard.press("?")
    expect(desk.locator("#help")).to_be_visible()


def test_space_on_a_button_that_went_with_its_own_press_moves_nothing(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups")
    room.leader.do("go", index=3)
    desk = room.desk()
    step = desk.locator("#now-part .above").inner_text()
    room.phones["Bo"].say("hand", up=True)
    desk.locator("#hands-part").get_by_role("button", name="Ik kom eraan").press(" ")
    expect(desk.locator("#hands-part")).to_contain_text("je bent onderweg")
    until(lambda: desk.evaluate("document.activeElement === document.body"))
    desk.keyboard.press(" ")
    desk.locator("#hands-part").get_by_role("button", name="Klaar bij tafel").press(" ")
    expect(desk.locator("#hands-part *")).to_have_count(0)
    desk.keyboard.press(" ")
    desk.keyboard.press("p")  # one desk's commands go in turn
    expect(desk.locator("#now-part")).to_contain_text("De klok staat stil")
    expect(desk.locator("#now-part .above")).to_have_text(step)
    desk.keyboard.press("n")
    expect(desk.locator("#now-part .above")).not_to_have_text(step)

    # By hand nothing is lost with the focus: space goes on.
    room.phones["Bo"].say("hand", up=True)
    desk.locator("#hands-part").get_by_role("button", name="Ik kom eraan").click()
    expect(desk.locator("#hands-part")).to_contain_text("je bent onderweg")
    desk.keyboard.press("b")
    expect(desk.locator("#now-part .above")).to_have_text(step)
    expect(desk.locator("#next-button button")).not_to_have_attribute("aria-disabled", "true")  # it rests after a press
    desk.keyboard.press(" ")
    expect(desk.locator("#now-part .above")).not_to_have_text(step)


def test_space_goes_on_after_a_dialog_that_was_closed_by_mouse(afternoon: Callable[..., Afternoon]) -> None:
    """It gives the focus back to what it was opened by, and that may be gone the next moment."""
    desk = afternoon("Noor", "Sem").desk()
    step = desk.locator("#now-part .above").inner_text()
    desk.locator("#people-part .person", has_text="Noor").click()
    button(desk.locator("#person"), "Haal Noor uit de zaal").click()
    expect(said(desk, "Noor")).to_be_visible()
    expect(desk.locator("#person")).not_to_be_visible()
    desk.keyboard.press(" ")
    expect(desk.locator("#now-part .above")).not_to_have_text(step)


def test_a_message_that_goes_gives_its_focus_to_no_other(afternoon: Callable[..., Afternoon]) -> None:
    desk = afternoon("Noor", "Sem").desk()
    for name in ("Noor", "Sem"):
        desk.locator("#people-part .person", has_text=name).click()
        button(desk.locator("#person"), f"Haal {name} uit de zaal").click()
        expect(said(desk, name)).to_be_visible()
    button(said(desk, "Noor"), "Terugdraaien").press(" ")
    expect(said(desk, "Noor")).to_have_count(0)
    assert desk.evaluate("document.activeElement === document.body")


def test_a_slide_remote_moves_the_room_where_the_leader_switched_that_on(afternoon: Callable[..., Afternoon]) -> None:
    """Every key of it, in every step; and until then none, so that nobody moves the room by scrolling."""
    room = afternoon("Noor")
    desk = room.desk()
    for key in ("PageDown", "PageUp"):
        desk.keyboard.press(key)
    desk.evaluate(KEYLESS)
    desk.keyboard.press("?")
    expect(desk.locator("#remote-on")).not_to_be_checked()
    desk.check("#remote-on")
    desk.keyboard.press("PageDown")  # the list stands in front
    desk.keyboard.press("Escape")
    assert room.leader.step["index"] == 0
    desk.reload()
    expect(desk.locator("#now-part .above")).to_contain_text("stap 1 van")
    desk.keyboard.press("PageDown")
    expect(desk.locator("#now-part .above")).to_contain_text("stap 2 van")
    desk.keyboard.press("PageUp")
    expect(desk.locator("#now-part .above")).to_contain_text("stap 1 van")


def test_a_locked_door_is_seen_and_opened(afternoon: Callable[..., Afternoon], browser: Browser) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    view(desk, "room")
    button(desk, "Doe de deur op slot").click()
    expect(desk.locator("#locked")).to_be_visible()
    refused = room.server.get(f"/api/rooms/{room.room['code']}/people", method="POST", body={"name": "Te laat"})
    assert refused.status == 403
    with opening(browser, console=False) as open_one:  # the browser itself complains of the refusal
        phone = open_one(room.room["join_url"], **PHONE)
        phone.fill("#name", "Te laat")
        phone.click("#join [type=submit]")
        expect(phone.locator("#join-error")).to_contain_text("op slot")
    button(desk, "Doe de deur open").click()
    expect(desk.locator("#locked")).to_be_hidden()


def test_a_room_that_was_erased_leaves_nothing_on_the_desk(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    expect(desk.locator("#people-part")).to_contain_text("Noor")
    assert room.server.workshop("erase", room.room["code"], "--yes").returncode == 0
    expect(desk.locator("#ended")).to_contain_text("Deze zaal is er niet meer")
    expect(desk.locator("body")).not_to_contain_text("Noor")
    expect(desk.locator("#cut-off")).to_have_count(0)


def test_one_question_at_a_time_before_anyone_answered(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", "Sem", "Fatma")
    room.leader.do("go", index=next(s["index"] for s in room.leader.snapshot["programme"] if s["kind"] == "plenary"))
    desk = room.desk()
    view(desk, "wall")
    expect(desk.locator(".on-screen .segments button")).to_have_count(4)
    desk.locator(".on-screen .segments button").nth(2).click()
    expect(desk.locator(".on-screen .segments button").nth(2)).to_have_attribute("aria-pressed", "true")


def test_desk_and_phones_show_the_question_that_the_screen_shows(
    afternoon: Callable[..., Afternoon], open_page: Open
) -> None:
    room = afternoon("Noor", "Sem")
    room.leader.do("go", index=next(s["index"] for s in room.leader.snapshot["programme"] if s["kind"] == "plenary"))
    titles = {"enthusiastic": "Enthousiast", "snags": "Haken en ogen", "first_step": "Eerste stap"}
    posts = {
        f"{title} {n}": room.leader.do("post_for", column=key, text=f"{title} {n}")["post"]
        for key, title in titles.items()
        for n in range(7)
    }
    for name in ("Noor", "Sem"):
        assert room.phones[name].say("recognise", post=posts["Haken en ogen 4"], on=True)["ok"]
    screen = open_page(room.room["screen_url"], **PROJECTOR)
    phone = join(open_page(room.room["join_url"], **PHONE), "Bo")
    desk = room.desk()

    def shown() -> set[str]:
        """By the screen, the desk and the phone; they take turns every half minute."""
        on_screen = screen.locator("#wall .questions [data-now] b").all_inner_texts()
        marked = desk.locator(".column[data-now]").evaluate_all("all => all.map(one => one.dataset.column)")
        return {*on_screen, *(titles[key] for key in marked), *phone.locator("#wall > h4").all_inner_texts()}

    expect(phone.locator("#wall details")).to_have_count(2)
    expect(desk.locator(".column[data-now]")).to_have_count(1)
    until(lambda: len(shown()) == 1)
    room.leader.do("wall_page", column="snags", page=0)
    until(lambda: shown() == {"Haken en ogen"})
    expect(phone.locator("#wall > .post").first).to_contain_text("Haken en ogen 4")
    room.leader.do("spotlight", post=posts["Eerste stap 2"])
    until(lambda: shown() == {"Eerste stap"})
    desk.locator(".wall").get_by_role("button", name="Niet meer groot: Eerste stap 2").click()
    until(lambda: room.leader.step["wall"]["spotlight"] is None)


def test_a_pair_gets_the_leader_as_a_third(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", "Sem", "Fatma", "Jan", "Bo")
    room.leader.do("form_groups")
    room.leader.do("go", index=2)
    desk = room.desk()
    view(desk, "triads")
    desk.locator(".table[data-small] .head").click()
    desk.locator("#table").get_by_role("button", name="Schuif zelf aan").click()
    expect(desk.locator(".table[data-small]")).to_have_count(0)
    expect(desk.locator(".member", has_text="begeleider")).to_have_count(1)


def test_fourteen_tables_at_a_glance_and_each_opens(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Anne-Fleur van der Meulen-Oosterhuize", "Noor", "Sem")
    for n in range(41):
        room.server.join(room.room["code"], f"Naam {n}", key=room.key)
    room.leader.do("form_groups", seed=1)
    room.leader.do("go", index=3)
    room.phones["Noor"].say("hand", up=True)
    room.phones["Noor"].say("choose", topic="results")
    desk = room.desk()
    tiles = desk.locator(".table[data-group]")
    expect(tiles).to_have_count(14)
    desk.wait_for_selector("#hands-part .hand-up")
    until(lambda: tiles.evaluate_all(WHOLE_IN_SIGHT))
    until(lambda: desk.evaluate("document.documentElement.scrollWidth <= innerWidth"))
    for role, word in (("client", "Cliënt"), ("professional", "Professional"), ("observer", "Observator")):
        seats = tiles.locator(".member", has=desk.locator(f"[data-role={role}]"))
        words = seats.locator(".word")
        expect(words).to_have_text([word] * words.count())
        expect(words.nth(13)).to_be_attached()
    asking = tiles.filter(has=desk.locator(".raised"))
    expect(asking.locator(".topic")).to_have_text("Onze resultaten")
    asking.locator(".head").press("Enter")
    expect(desk.locator("#table")).to_contain_text("Noor")
    desk.locator("#table").get_by_role("button", name="Klaar bij tafel").click()
    expect(tiles.locator(".raised")).to_have_count(0)


IN_ONE_LINE = """all => {
  const left = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return Math.round(range.getBoundingClientRect().left - one.parentElement.getBoundingClientRect().left);
  };
  return Math.max(...all.map(left)) - Math.min(...all.map(left)) <= 2;
}"""
"""Whether each begins at the same place in what it stands in."""


def test_who_has_not_been_client_yet_is_not_told_as_never(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups")
    room.leader.do("go", index=3)
    desk = room.desk()
    view(desk, "triads")
    desk.locator(".turns summary").click()
    client = desk.locator(".turns p").first
    expect(client).to_have_text(re.compile(r"^\s*Cliënt: [^:]+ en [^:]+\.\s*$"))  # four of six, in the first round


def test_a_hand_comes_in_sight_and_every_name_stands_beside_its_shape(afternoon: Callable[..., Afternoon]) -> None:
    """On a page scrolled by a hair, and in a script that runs the other way: on the desk and on the screen."""
    room = afternoon("Noor", "Sem", "سارة")
    for n in range(27):
        room.server.join(room.room["code"], f"Naam {n}", key=room.key)
    room.leader.do("form_groups", seed=1)
    room.leader.do("go", index=2)
    screen, desk = (
        room.open_page(room.room["screen_url"], **PROJECTOR),
        room.desk(viewport={"width": 1280, "height": 600}),
    )
    view(desk, "triads")
    for page, names in ((desk, ".table[data-group] .who"), (screen, "#tables .names bdi")):
        expect(page.locator(names)).to_have_count(30)
        until(lambda: page.locator(names).evaluate_all(IN_ONE_LINE))
    desk.mouse.move(800, 300)
    desk.mouse.wheel(0, 8)
    until(lambda: desk.evaluate("scrollY") > 0)
    room.phones["Noor"].say("hand", up=True)
    asks = desk.locator("#hands-part .hand-up")
    expect(asks).to_be_visible()
    edge = desk.locator(".masthead")
    until(lambda: top_of(asks) >= bottom_of(edge) - 8)


def test_a_tile_tells_what_was_written_in_this_step(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", "Sem", "Fatma")
    room.leader.do("next")  # prepare
    room.leader.do("form_groups")
    room.phones["Noor"].note("case", "Het gesprek van gisteren")
    desk = room.desk()
    view(desk, "triads")
    expect(desk.locator(".table .far")).to_have_text("1 van 3 schreef")
    room.leader.do("next")  # groups: what was written before is of another step
    expect(desk.locator("#now-title")).to_have_text("Drietallen")
    expect(desk.locator(".table .far")).not_to_contain_text("schreef")
    expect(desk.locator("#news-part")).not_to_contain_text("schre")


LOOK = """press => { const one = document.querySelector("#next-button button");
  if (press) one.click();
  const { color, backgroundColor, borderColor } = getComputedStyle(one), { x, y, height } = one.getBoundingClientRect();
  return [color, backgroundColor, borderColor, x, y, height].join() }"""


@pytest.mark.parametrize("shape", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_big_button_has_one_place_one_height_and_one_look(
    afternoon: Callable[..., Afternoon], shape: dict[str, Any]
) -> None:
    room = afternoon("Noor", programme="full")
    desk = room.desk(**shape)
    desk.evaluate("document.fonts.ready")
    looks = set()
    for _ in range(8):  # into the talk, and slides with titles of one line to three
        expect(desk.locator("#next-button button")).not_to_have_attribute("aria-disabled", "true")
        says = desk.inner_text("#next-button")
        looks |= {desk.evaluate(LOOK, False), desk.evaluate(LOOK, True), desk.evaluate(LOOK, False)}
        expect(desk.locator("#next-button")).not_to_have_text(says, use_inner_text=True)
    room.leader.do("go", index=len(room.leader.snapshot["programme"]) - 1)
    expect(desk.locator("#next-button")).to_contain_text("sluiten")
    assert len(looks) == 1, looks
    place = looks.pop().split(",")[-3:]  # another button stands there now
    until(lambda: desk.evaluate(LOOK, False).split(",")[-3:] == place)


def test_who_comes_late_and_who_goes_is_told_at_the_top(afternoon: Callable[..., Afternoon], open_page: Open) -> None:
    room = afternoon()
    room.leader.do("form_groups", seed=1)
    room.leader.do("go", index=3)
    desk = room.desk()
    told = desk.locator("#hands-part .comings li")
    assert told.count() == 0, "who was there before is no news"
    table = room.beside("Noor")
    assert room.phones["Noor"].say("leave")["ok"]
    left = told.filter(has_text=re.compile(r"Noor is weg: tafel \d is een tweetal"))
    left.get_by_role("button", name=re.compile("Schuif zelf aan")).click()
    expect(desk.locator(".comings")).to_contain_text("Noor is weg van tafel")
    room.leader.do("undo")
    phone = join(open_page(room.room["join_url"], **PHONE), "Bel")
    others = [name for name in CAST if name in table - {"Noor"}]
    expect(phone.locator("#seated")).to_contain_text("Je zit aan tafel")
    for name in others:
        expect(phone.locator("#seated")).to_contain_text(name)
        expect(told.filter(has_text="Bel is er, aan tafel")).to_contain_text(name)
    below = phone.locator("#stage > section:not([hidden])")
    expect(below.first).to_have_id("seated")
    expect(below.nth(1)).to_be_visible()  # the card comes after it
    phone.click("#seated-read")
    expect(phone.locator("#main")).to_be_focused()
    expect(phone.locator("#seated")).to_be_hidden()
    told.filter(has_text="Bel is er").get_by_role("button", name="Ruim op").click()
    expect(told.filter(has_text="Bel is er")).to_have_count(0)


def test_a_crowd_that_comes_late_is_offered_new_tables(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups", seed=1)
    room.leader.do("go", index=4)
    desk = room.desk()
    for n in range(24):
        room.server.join(room.room["code"], f"Bus {n}", key=room.key)
    top = desk.locator("#hands-part")
    expect(top).to_contain_text("20 mensen hebben nog geen tafel")
    button(top, "6 tafels erbij").click()
    expect(said(desk, "6 tafels bij")).to_be_visible()
    assert max(len(group["members"]) for group in room.leader.groups()) == 5
    expect(top).not_to_contain_text("nog geen tafel")


def test_another_phone_goes_on_as_someone(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    desk = room.desk()
    desk.locator("#people-part .person", has_text="Noor").click()
    person = desk.locator("#person")
    person.locator("summary", has_text="Een andere telefoon").click()
    button(person, "Maak een code voor Noor").click()
    expect(person.locator(".pass")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    assert "#p=" in desk.input_value("#pass-link")


def test_on_a_phone_next_and_the_clock_are_at_the_thumb(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor")
    room.leader.do("next")
    desk = room.desk(**PHONE)
    for name in (re.compile("Start|Laat"), "Klok stil", "Een minuut erbij"):
        press = desk.locator(".next").get_by_role("button", name=name).first
        until(lambda: top_of(press) > 844 / 2 and height_of(press) >= 40)
    until(lambda: desk.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_on_touch_small_buttons_are_as_high_as_a_finger_is_wide(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon()
    room.leader.do("form_groups")
    room.leader.do("go", index=3)
    desk = room.desk(**PHONE)
    room.phones["Bo"].say("hand", up=True)
    room.phones["Noor"].say("leave")
    for small, n in ((".hand-up .button", 2), (".comings .square", 1)):
        expect(desk.locator(small)).to_have_count(n)
        until(lambda small=small: min(height_of(one) for one in desk.locator(small).all()) >= 44)
    button(desk, "Bericht aan de zaal …").click()
    until(lambda: min(height_of(one) for one in desk.locator("#message .button.small").all()) >= 44)


def test_the_slide_on_the_screen_and_the_one_after_it_stand_on_the_desk(afternoon: Callable[..., Afternoon]) -> None:
    room = afternoon("Noor", programme="full")
    desk, slides = room.desk(), load("nl").slides
    tab, titles = desk.locator("[data-view=slides]"), desk.locator(".slides h3")
    expect(tab).to_be_hidden()
    talk = next(s["index"] for s in room.leader.snapshot["programme"] if s["kind"] == "talk")
    room.leader.do("go", index=talk)
    for at in (0, 5, 4, 1):  # back, too
        room.leader.do("slide", to=at)
        expect(titles).to_have_text([slides[at].title, slides[at + 1].title])
        lines = desk.locator(".slides figure").first.locator("li")
        expect(lines).to_have_text(list(slides[at].lines))
        until(lambda: desk.locator(".slide-of").evaluate_all(WHOLE_IN_SIGHT))  # without scrolling
        until(lambda: lines.first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 14)
        expect(button(desk, "Notitie voor jezelf …")).to_be_in_viewport(ratio=1)
    room.leader.do("slide", to=len(slides) - 1)
    expect(titles).to_have_text([slides[-1].title])
    expect(desk.locator(".slides [data-next]")).to_contain_text(load("nl").step("prepare").title)
    room.leader.do("next")
    expect(tab).to_be_hidden()
    expect(desk.locator("#view-slides")).to_be_hidden()


@pytest.mark.parametrize("shape", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_note_for_oneself_is_kept_as_it_is_written_and_stands_beside_the_clock(
    afternoon: Callable[..., Afternoon], shape: dict[str, Any]
) -> None:
    room = afternoon("Noor")
    desk = room.desk(**shape)
    button(desk, "Notitie voor jezelf …").click()
    desk.keyboard.type("Noem de koffie")
    room.leader.do("insert_step", index=2, kind="break")  # drawn anew under the pen
    desk.keyboard.type(", en de jassen")
    desk.keyboard.press("Escape")
    expect(desk.locator("#now-part .own")).to_have_text("Noem de koffie, en de jassen")
    view(desk, "programme")
    desk.locator("#programme-part [data-step='1'] .open").click()
    desk.locator("#own-note").fill("Over stilte")
    button(desk.locator("#step"), "Klaar").click()
    expect(desk.locator("[data-step='1'] .when")).to_contain_text("je notitie")
    room.leader.do("next")
    expect(desk.locator("#now-part .own")).to_have_text("Over stilte")
    desk.reload()
    expect(desk.locator("#now-part .own")).to_have_text("Over stilte")
