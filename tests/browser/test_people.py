"""People on the desk: found by whoever has no accents on the keyboard, and added by the list."""

from __future__ import annotations

from collections.abc import Callable

from live import Line, Server
from playwright.sync_api import Page, expect

from .conftest import LAPTOP

FOUND = {"zoe": "Zoë", "noel": "Noël", "seyma": "Şeyma", "lukasz": "Łukasz", "jorgen": "Jørgen", "IBRAHIM": "İbrahim"}
OTHERS = ("Bo", "Eva", "Sem", "Fatma", "Jan", "Strauß", "O")
PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_list_is_several_people_who_are_found_without_accents(
    sqlite_server: Server, open_page: Callable[..., Page]
) -> None:
    room = sqlite_server.create()
    leader = Line(sqlite_server, room["lead_token"])
    desk = open_page(room["lead_url"], **LAPTOP)
    people, shown = desk.locator("#people-part ul.people .person"), desk.locator("form.pasted")
    long = "x" * 41
    names = "\n".join((*FOUND.values(), *(f"- {name}\tWijk Noord" for name in OTHERS), long, "Verkeerd"))
    desk.locator("form.adding [name=name]").evaluate(PASTE, names)
    expect(shown.locator("li")).to_have_count(15)
    expect(people).to_have_count(0)  # nobody is added before that is said
    shown.locator("li").last.locator("button").click()
    shown.locator("button.primary").click()
    expect(people).to_have_count(13)
    expect(shown.locator("li")).to_have_count(1)
    expect(shown).to_contain_text("1 teken te lang")
    shown.locator("input").fill("x" * 40)
    shown.locator("button.primary").click()
    expect(shown).to_have_count(0)
    expect(people).to_have_count(14)
    expect(people.filter(has_text="Strauß")).to_contain_text("Wijk Noord")
    search = desk.locator("#people-part [type=search]")
    for typed, name in {**FOUND, "strauss": "Strauß"}.items():
        search.fill(typed)
        expect(people).to_have_count(1)
        expect(people).to_contain_text(name)
    leader.close()
