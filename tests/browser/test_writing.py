"""Writing has one minute: one field under the role's own question, and one quiet line that says who reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from live import Server, until
from playwright.sync_api import Page, expect

from .table import PACK, Table

Open = Callable[..., Page]


def test_one_field_under_the_roles_own_question_and_what_was_chosen_is_offered_again(
    sqlite_server: Server, open_page: Open
) -> None:
    table = Table(sqlite_server, open_page)
    phone = table.phone
    shown = phone.locator("#stage textarea:visible")
    readers = ("group", "organiser", "me")
    offered = ("me", "group", "group")  # at first nobody else; the organiser is never offered again
    for number, (reader, before) in enumerate(zip(readers, offered, strict=True), 1):
        table.go("notes", number)
        role = str(phone.locator("#strip-where [data-role]").get_attribute("data-role"))
        question = PACK.role(role).notes.line
        expect(phone.get_by_role("heading", name=question)).to_be_visible()
        expect(shown).to_have_count(1)
        expect(phone.locator("#stage").get_by_label(question)).to_have_count(1)
        expect(phone.locator("#stage [type=radio]:visible")).to_have_count(0)
        expect(table.says()).to_contain_text(getattr(PACK.visibility, before).means)
        shown.fill(f"in ronde {number}")
        table.read_by(reader)
        expect(table.says()).to_contain_text(getattr(PACK.visibility, reader).means)
    until(lambda: [n["visibility"] for n in sorted(table.stored(), key=lambda n: n["round"])] == list(readers))
    assert len({note["prompt"] for note in table.stored()}) == 3, "each role has a question of its own"
    phone.locator("#stage .folded:visible > summary").nth(1).click()
    expect(shown).to_have_count(2)
    expect(phone.locator("#stage .folded:visible").nth(1).locator(".reader summary")).to_contain_text(
        PACK.visibility.me.means
    )
    table.close()


def test_what_one_prepares_is_asked_one_thing_at_a_time(sqlite_server: Server, open_page: Open) -> None:
    table = Table(sqlite_server, open_page)
    table.go("prepare")
    expect(table.phone.locator("#stage textarea:visible")).to_have_count(1)
    expect(table.phone.locator("#stage .reader:visible")).to_have_count(0)
    folded = table.phone.locator("#stage .folded:visible").first
    folded.locator("> summary").click()
    folded.locator("textarea").fill("eerst luisteren")
    folded.locator("> summary").click()
    expect(folded.locator("> summary")).to_contain_text("eerst luisteren")
    table.close()


def test_the_first_step_is_asked_once_and_the_walls_line_goes_into_the_calendar(
    sqlite_server: Server, open_page: Open, tmp_path: Path
) -> None:
    table = Table(sqlite_server, open_page)
    phone = table.phone
    table.go("closing")
    expect(phone.locator("#closing textarea:visible")).to_have_count(1)
    expect(phone.locator("#reminder")).to_be_hidden()
    put_a_first_step_on_the_wall(table)
    table.go("closing")
    expect(phone.locator("#closing textarea:visible")).to_have_count(0)
    expect(phone.locator("#closing [data-slot=first_step]")).to_contain_text("Morgen vraag ik hoe het was")
    assert "Morgen vraag ik" in calendar(phone, tmp_path)
    phone.locator("#closing [data-slot=first_step] summary").first.click()
    phone.locator("#closing textarea:visible").fill("Donderdag bel ik terug")
    expect(phone.locator("#closing textarea:visible")).to_be_focused()
    assert "Donderdag bel ik terug" in calendar(phone, tmp_path)
    table.close()


def test_a_closed_room_asks_nothing(sqlite_server: Server, open_page: Open) -> None:
    table = Table(sqlite_server, open_page, programme="full")
    phone = table.phone
    table.go("notes", 1)
    phone.locator("#stage textarea:visible").fill("dit blijft")
    until(lambda: [note["text"] for note in table.stored()] == ["dit blijft"])
    open_fields = {}
    for closed in (False, True):
        if closed:
            table.leader.do("close")
            expect(phone.locator("#shut")).to_be_visible()
        for kind in ("prepare", "brief", "conversation", "notes", "plenary", "closing"):
            table.go(kind)
            asking = "#stage :is(textarea, input, [data-need], [data-choose], [data-by]):visible"
            open_fields[kind, closed] = phone.locator(asking).count()
            if closed and kind == "notes":
                expect(phone.locator("#stage [data-slot=notes]")).to_contain_text("dit blijft")
    expect(phone.locator("#closing [data-slot=mine]")).to_contain_text("dit blijft")
    assert {kind for (kind, closed), fields in open_fields.items() if closed and fields} == set()
    assert {kind for (kind, closed), fields in open_fields.items() if not closed and fields} >= {"prepare", "closing"}
    table.close()


def put_a_first_step_on_the_wall(table: Table) -> None:
    """It is there: *Morgen vraag ik hoe het was*."""
    table.go("plenary")
    form = table.phone.locator("form", has=table.phone.locator("#post-first_step"))
    form.locator("textarea").fill("Morgen vraag ik hoe het was")
    form.locator("button.primary").click()
    expect(form.locator(".post [data-status=saved]")).to_be_attached()
    colour = table.phone.locator("form:has(#post-snags) button.primary").evaluate(
        "one => getComputedStyle(one).backgroundColor"
    )
    expect(form.locator("button.primary")).to_have_css("background-color", colour)  # under the finger, and useless


def calendar(phone: Page, folder: Path) -> str:
    """What goes into one's calendar."""
    with phone.expect_download() as download:
        phone.click("#reminder button")
    download.value.save_as(folder / "samen.ics")
    return (folder / "samen.ics").read_text(encoding="utf-8").replace("\n ", "")


def test_what_is_printed_is_what_one_takes_home(sqlite_server: Server, open_page: Open) -> None:
    """Wherever the room is, and whatever the theme: what one wrote, in ink, with nothing to press."""
    table = Table(sqlite_server, open_page)
    phone = table.phone
    table.go("notes", 1)
    phone.locator("#stage textarea:visible").fill("de stilte na de vraag")
    put_a_first_step_on_the_wall(table)
    table.go("closing")
    old = phone.locator("#closing [data-slot=mine]")
    expect(old).to_contain_text("de stilte na de vraag")
    expect(old.locator("[data-status]:visible")).to_have_count(0)  # that something old is saved goes without saying
    table.go("brief", 2)
    phone.emulate_media(color_scheme="dark", media="print")
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = phone.locator("body").inner_text()
    assert "de stilte na de vraag" in paper and "Morgen vraag ik hoe het was" in paper
    assert PACK.steps.closing.phone.headline not in paper and "Tafel 1" not in paper
    pressed = "button, input, textarea, a:not(.skip), summary, .strip, .thumbs"
    assert phone.locator(f":is({pressed}):visible").count() == 0
    assert phone.locator("#closing [data-slot=mine]").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    phone.emulate_media(media="screen")
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(phone.locator("#topics:visible")).to_have_count(1)
    expect(phone.locator("#heading")).to_contain_text("Ronde 2")
    table.close()
