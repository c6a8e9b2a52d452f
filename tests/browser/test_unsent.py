"""What was typed is nobody's to lose: not when the room goes on or closes, and not where it is too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from live import Line, Server, until
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from workshop.models import ZONE

from .conftest import LAPTOP, opening
from .table import Table

Open = Callable[..., Page]
HERE = "#stage > [data-slot=unsent] > .card"


def test_a_line_that_was_not_put_is_there_when_the_room_goes_on_and_when_it_closes(
    sqlite_server: Server, open_page: Open, tmp_path: Path
) -> None:
    table = Table(sqlite_server, open_page, programme="full")
    phone = table.phone
    table.go("brief", 1)
    phone.fill("#own", "dat we pauze houden")
    table.go("plenary")
    expect(phone.locator(HERE)).to_have_count(1)
    phone.locator(HERE).get_by_role("button", name="Voeg toe").click()
    expect(phone.locator(HERE)).to_have_count(0)
    columns = [
        c["key"] for c in table.phone.evaluate("JSON.parse(document.getElementById('pack').textContent).columns")
    ]
    for number, key in enumerate(columns):
        phone.fill(f"#post-{key}", f"regel {number} was nog niet klaar")
    expect(phone.locator(HERE)).to_have_count(0)  # at hand already
    table.go("closing")
    expect(phone.locator(HERE)).to_have_count(len(columns))
    expect(phone.locator(HERE).first).to_contain_text("nog niet verstuurd")
    first = phone.locator(HERE).first
    first.locator("textarea").fill("")  # emptied, it stays under the pen
    first.locator("textarea").fill("regel 0 is nu klaar")
    first.locator("button.primary").click()
    expect(phone.locator(HERE)).to_have_count(len(columns) - 1)
    expect(phone.locator("#closing [data-slot=kept]")).to_contain_text("regel 0 is nu klaar")
    phone.locator(HERE).first.get_by_role("button", name="Weggooien").click()
    expect(phone.locator(HERE)).to_have_count(len(columns) - 2)
    phone.click("[data-opens=write]")
    expect(phone.locator("#write [data-slot=unsent_list] textarea")).to_have_value("regel 2 was nog niet klaar")
    phone.locator("#write header button").click()
    table.leader.do("close")
    expect(phone.locator("#shut")).to_be_visible()
    expect(phone.locator(HERE)).to_contain_text("regel 2 was nog niet klaar")
    expect(phone.locator(f"{HERE} button.primary")).to_have_count(0)
    with phone.expect_download() as download:
        phone.click("#take")
    download.value.save_as(tmp_path / "mine.txt")
    assert "regel 2 was nog niet klaar" in (tmp_path / "mine.txt").read_text(encoding="utf-8")
    phone.reload()
    expect(phone.locator(HERE)).to_contain_text("regel 2 was nog niet klaar")
    table.close()


def test_lines_that_came_too_late_for_the_wall_are_not_called_there(
    sqlite_server: Server, browser: Browser, tmp_path: Path
) -> None:
    with opening(browser, console=False) as open_page:  # it complains of the network that is gone
        too_late(sqlite_server, open_page, tmp_path)


def too_late(sqlite_server: Server, open_page: Open, tmp_path: Path) -> None:
    """Someone puts two lines without a network; the room is closed before it is back."""
    table = Table(sqlite_server, open_page)
    phone, texts = table.phone, ("de eerste regel", "de tweede regel")

    def taken_home() -> str:
        with phone.expect_download() as download:
            phone.click("#take")
        download.value.save_as(tmp_path / "mine.txt")
        return (tmp_path / "mine.txt").read_text(encoding="utf-8")

    table.go("plenary")
    phone.context.set_offline(True)
    phone.wait_for_selector("#line:not([hidden])")
    for text in texts:
        phone.fill("#post-snags", text)
        phone.locator("form:has(#post-snags) button.primary").click()
        expect(phone.locator("form:has(#post-snags) .post", has_text=text)).to_contain_text("nog op je telefoon")
    while not phone.is_visible("#take"):
        phone.click("[data-turn-by='1']")
    kept = phone.locator("#closing [data-slot=kept] .post")
    expect(kept).to_have_count(2)
    expect(kept.first).to_contain_text("nog op je telefoon")
    assert "Op de wand" not in taken_home()
    table.leader.do("go", index=len(table.leader.snapshot["programme"]) - 1)
    table.leader.do("close")
    phone.context.set_offline(False)
    expect(phone.locator(HERE)).to_have_count(2)
    for again in (False, True):
        if again:
            phone.reload()
        for text in texts:
            expect(phone.locator(HERE, has_text=text)).to_contain_text("nog niet verstuurd")
        expect(kept).to_have_count(0)
    said = taken_home()
    assert all(text in said for text in texts) and "Op de wand" not in said
    table.close()


class Slow:
    """A way to the server on which answers take until somebody lets them through."""

    def __init__(self, page: Page) -> None:
        self.held: list[str | bytes] = []
        self.holds = False
        page.route_web_socket("**/socket.io/**", self._between)
        page.reload()

    def _between(self, phone: WebSocketRoute) -> None:
        self.phone, server = phone, phone.connect_to_server()
        server.on_message(self._answer)

    def _answer(self, said: str | bytes) -> None:
        (self.held.append if self.holds and str(said).startswith("43") else self.phone.send)(said)

    def goes_on(self) -> None:
        """What was held is there."""
        self.holds = False
        for said in self.held:
            self.phone.send(said)
        self.held.clear()


def test_what_is_typed_while_what_was_sent_is_on_its_way_stays(sqlite_server: Server, open_page: Open) -> None:
    room = sqlite_server.create()
    leader, desk = Line(sqlite_server, room["lead_token"]), open_page(room["lead_url"], **LAPTOP)
    way, guests = Slow(desk), iter(["Ada", "Bo", "Cas", "Dewi"])

    def typed_meanwhile(field: str, first: str, button: str, then: str) -> None:
        desk.fill(field, first)
        way.holds = True
        desk.click(button)
        expect(desk.locator(button)).to_have_attribute("aria-disabled", "true")
        desk.fill(field, then)
        sqlite_server.join(room["code"], guest := next(guests))  # so that all is drawn anew
        expect(desk.locator(".people")).to_contain_text(guest)
        way.goes_on()
        expect(desk.locator(button)).not_to_have_attribute("aria-disabled", "true")
        expect(desk.locator(field)).to_have_value(then)
        desk.click(button)

    typed_meanwhile("form.adding [name=name]", "Ruth", "form.adding [type=submit]", "Fatma")
    expect(desk.locator("form.adding [name=name]")).to_have_value("")
    expect(desk.get_by_role("button", name="Ruth")).to_be_visible()
    desk.get_by_role("button", name="Fatma").click()
    typed_meanwhile("#person-name", "Fatma A", "#person-name + [type=submit]", "Fatma B")
    expect(desk.locator("#person h2")).to_have_text("Fatma B")
    desk.locator("#person [data-closes]").first.click()
    desk.locator("#now-part [aria-haspopup=dialog]").click()
    typed_meanwhile("#step-minutes", "7", "#step form [type=submit]", "1:30")
    leader.wait("programme", lambda told: told[0]["seconds"] == 90)
    expect(desk.locator("#step form [type=submit]")).not_to_have_attribute("aria-disabled", "true")
    typed_meanwhile("#step-name", "Hallo", "#step form [type=submit]", "Welkom allemaal")
    leader.wait("programme", lambda told: told[0]["title"] == "Welkom allemaal")
    leader.close()


def test_what_a_leader_typed_is_there_when_the_room_goes_on_and_when_it_closes(
    sqlite_server: Server, open_page: Open
) -> None:
    room = sqlite_server.create(programme="full")
    leader = Line(sqlite_server, room["lead_token"])
    noor = Line(sqlite_server, sqlite_server.join(room["code"], "Noor")["token"])
    person = leader.do("add_person", name="Fatma")["person"]
    for text in ("een regel", "nog een regel"):
        assert noor.post("snags", text)["ok"]
    desk = open_page(room["lead_url"], **LAPTOP)
    left = desk.locator("[data-unsent]:visible")
    desk.locator("#now-part [aria-haspopup=dialog]").click()
    desk.fill("#step-name", "Welkom allemaal")
    desk.fill("#step-minutes", "7")
    leader.do("next")
    expect(left).to_contain_text(["7", "Welkom allemaal"])
    desk.locator("#step [data-closes]").click()
    for name, text in (("name", "Ruth"), ("team", "Werk")):
        desk.fill(f"form.adding [name={name}]", text)
    desk.locator("#people-part .person", has_text="Fatma").click()
    desk.fill("#person-name", "Fatma B")
    leader.do("remove", person=person)
    expect(left).to_contain_text(["Fatma B"])
    desk.locator("#person [data-closes]").click()
    desk.click("#views [data-view=wall]")
    desk.get_by_role("button", name="Samenvoegen wat").click()
    desk.fill("#bundle-title", "Twee regels")
    desk.locator("#wall-part .tick input").first.check()
    expect(desk.locator("#bundle-title")).to_have_value("Twee regels")
    leader.do("close")
    expect(left).to_contain_text(["Twee regels"])
    desk.click("#views [data-view=people]")
    expect(left).to_contain_text(["Ruth · Werk"])
    left.get_by_role("button").click()
    expect(left).to_have_count(0)
    for line in (leader, noor):
        line.close()


def test_no_field_cuts_what_is_pasted(sqlite_server: Server, open_page: Open) -> None:
    """Whatever is too long stays, says by how much, and is not called saved."""
    table = Table(sqlite_server, open_page, programme="full")
    phone, desk = table.phone, open_page(table.room["lead_url"], **LAPTOP)
    table.go("notes", 1)
    field = phone.locator("#stage textarea:visible")
    field.fill("x" * 3000)
    field.blur()
    expect(table.field()).to_contain_text("1000 tekens te lang")
    expect(field).to_have_value("x" * 3000)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert not table.stored()
    field.fill("x" * 2000)
    expect(field).to_have_attribute("aria-invalid", "false")
    until(lambda: [len(note["text"]) for note in table.stored()] == [2000])
    table.go("plenary")
    phone.fill("#post-snags", "y" * 281)
    expect(phone.locator("form", has=phone.locator("#post-snags"))).to_contain_text("1 teken te lang")
    expect(phone.locator("form:has(#post-snags) button.primary")).to_be_disabled()
    expect(desk.locator("#wall-part .post-for")).to_be_attached()
    desk.click("#views [data-view=people]")
    adding = desk.locator("form.adding [name=name]")
    adding.fill("z" * 41)
    assert adding.evaluate("one => one.validationMessage").startswith("1 teken te lang")
    adding.fill("z" * 40)
    assert adding.evaluate("one => one.validationMessage") == ""
    table.close()


def test_a_note_for_oneself_that_could_not_be_saved_says_so_and_is_saved_later(
    sqlite_server: Server, browser: Browser
) -> None:
    room = sqlite_server.create(programme="full")
    leader = Line(sqlite_server, room["lead_token"])
    with opening(browser, console=False) as open_one:  # it complains that there is no network
        desk = open_one(room["lead_url"], **LAPTOP)
        note = desk.locator("#own-note")
        desk.locator("#views [data-view=programme]").click()
        desk.locator("#programme-part [data-kind=talk] .open").click()
        desk.context.set_offline(True)
        expect(desk.locator("#cut-off")).to_be_visible()
        note.fill("Noem de koffie")
        note.blur()
        expect(desk.locator("#step .field", has=note)).to_contain_text("Nog niet bewaard.")
        leader.do("insert_step", index=1, kind="plenary")  # it is kept with its step, wherever that is by then
        desk.context.set_offline(False)
        expect(desk.locator("#programme-part [data-kind=talk]")).to_contain_text("je notitie")
        expect(desk.locator("#step .field", has=note)).not_to_contain_text("Nog niet bewaard.")
        expect(note).to_have_value("Noem de koffie")
    leader.close()


def test_of_what_is_said_twice_in_a_moment_the_latest_is_saved(sqlite_server: Server, open_page: Open) -> None:
    """A field that saves itself has no button that could wait for the answer."""
    room = sqlite_server.create(programme="full")
    desk, other = open_page(room["lead_url"], **LAPTOP), open_page(room["lead_url"], **LAPTOP)
    way = Slow(desk)
    for page in (desk, other):
        page.locator("#views [data-view=programme]").click()
    way.holds = True
    soon = datetime.now(ZoneInfo(ZONE)) + timedelta(hours=2)  # a start that has passed is not when it begins
    first, last = (f"{soon + more:%H:%M}" for more in (timedelta(minutes=3), timedelta(minutes=30)))
    for time in (first, last):  # as a browser says it while 1330 is typed: 13:03, 13:30
        desk.fill("#planned-start", time)
    way.goes_on()
    for page in (desk, other):
        expect(page.locator(".planning .span")).to_contain_text(f"{last}–")
        expect(page.locator("#planned-start")).to_have_value(last)
    way.holds = True
    ticks = "#programme-part fieldset label:nth-of-type(-n+2) input"
    for tick in desk.locator(ticks).all():
        tick.click()
    way.goes_on()
    for page in (desk, other):
        for tick in page.locator(ticks).all():
            expect(tick).to_be_checked()
    desk.get_by_role("button", name="Notitie voor jezelf …").click()
    way.holds = True
    for text in ("Noem de jassen", "Noem de koffie en de jassen"):
        desk.fill("#own-note", text)
        desk.locator("#own-note").blur()
    way.goes_on()
    for page in (desk, other):
        expect(page.locator("#now-part .own")).to_have_text("Noem de koffie en de jassen")
