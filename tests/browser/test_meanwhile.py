"""A room goes on while a leader chooses, looks for something or writes: what that leader meant stays what was meant."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from live import Line, Server
from playwright.sync_api import Locator, Page, expect

from .conftest import LAPTOP

Open = Callable[..., Page]
CHOSEN = "field => field.selectedOptions[0].textContent.trim()"


class Desk:
    """A room with people of whom a leader sits at a desk, and another one leads by program."""

    def __init__(self, server: Server, open_page: Open, *names: str) -> None:
        self.server, self.room = server, server.create(programme="full")
        self.leader = Line(server, self.room["lead_token"])
        self.ids = {name: self.add(name) for name in names}
        self.page = open_page(self.room["lead_url"], **LAPTOP)
        self.page.wait_for_selector("#next-part button")

    def add(self, name: str) -> int:
        """Someone who has no phone comes in."""
        person: int = self.leader.do("add_person", name=name)["person"]
        return person

    def view(self, name: str) -> None:
        """Brings a part of the desk to the front."""
        self.page.locator(f"#views [data-view={name}]").click()

    def chosen(self, field: str) -> str:
        """What a list says."""
        words: str = self.page.locator(field).evaluate(CHOSEN)
        return words

    def open_person(self, name: str) -> Locator:
        """The dialog about someone."""
        self.page.locator("#people-part .person", has_text=name).click()
        return self.page.locator("#person")


def test_who_was_chosen_stays_chosen_while_others_come_and_go(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page, "Nia", "Noor", "Pim", "Sem")
    page = desk.page
    desk.view("triads")
    page.locator(".wishes summary").click()
    page.locator("#wish-one").select_option(label="Noor")
    page.locator("#wish-other").select_option(label="Sem")
    anna = desk.add("Anna")
    expect(page.locator("#wish-one option", has_text="Anna")).to_be_attached()
    assert [desk.chosen("#wish-one"), desk.chosen("#wish-other")] == ["Noor", "Sem"]
    desk.leader.do("rename", person=desk.ids["Noor"], name="Zora")  # who was chosen stands elsewhere now
    desk.leader.do("rename", person=anna, name="Wim")
    expect(page.locator("#wish-one option", has_text="Wim")).to_be_attached()
    assert [desk.chosen("#wish-one"), desk.chosen("#wish-other")] == ["Zora", "Sem"]
    desk.leader.do("remove", person=desk.ids["Sem"])
    expect(page.locator("#wish-other option", has_text="Sem")).to_have_count(0)
    expect(page.locator("#wish-other")).to_have_value("")

    same = desk.open_person("Nia").locator("details", has=page.locator("#person-same"))
    same.locator("summary").click()
    expect(page.locator("#person-same")).to_have_value("")  # nobody, before anyone was chosen
    page.locator("#person-same").select_option(label="Pim")
    desk.add("Bea")
    expect(page.locator("#person-same option", has_text="Bea")).to_be_attached()
    assert desk.chosen("#person-same") == "Pim"
    desk.leader.close()


def test_the_table_that_was_chosen_stays_chosen_while_others_go(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page, *(f"Gast {letter}" for letter in "ABCDEFGHIJKLMNO"))
    desk.leader.do("form_groups", seed=1)
    page, tables = desk.page, desk.leader.wait("groups")["groups"]
    of = {table["number"]: table for table in tables}
    desk.open_person(of[2]["members"][0]["name"])
    page.locator("#person-table").select_option(str(of[5]["id"]))
    for member in of[1]["members"][1:]:
        desk.leader.do("remove", person=member["id"])
    desk.leader.do("merge_groups", group=of[1]["id"], into=of[3]["id"])
    expect(page.locator(f"#person-table option[value='{of[1]['id']}']")).to_have_count(0)
    expect(page.locator("#person-table")).to_have_value(str(of[5]["id"]))
    for member in of[5]["members"][1:]:
        desk.leader.do("remove", person=member["id"])
    desk.leader.do("merge_groups", group=of[5]["id"], into=of[4]["id"])
    expect(page.locator(f"#person-table option[value='{of[5]['id']}']")).to_have_count(0)
    expect(page.locator("#person-table")).to_have_value("")
    page.locator("#person-table + [type=submit]").click()
    expect(page.locator("#person")).to_be_visible()  # nothing was chosen, and nobody goes anywhere
    desk.leader.close()


def test_what_is_undone_is_told_by_its_name(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page, "Noor", "Sem")
    page = desk.page
    desk.open_person("Sem").get_by_role("button", name="Haal Sem").click()
    expect(page.locator("#people-part .people").first).not_to_contain_text("Sem")
    page.keyboard.press("n")
    expect(page.locator("#now-part .above")).to_contain_text("stap 2 van")
    desk.leader.do("remove", person=desk.ids["Noor"])
    page.keyboard.press("Control+Shift+Z")  # brings back elsewhere: nothing to do with this
    page.keyboard.press("Control+z")
    expect(page.locator("#said")).to_contain_text("Teruggedraaid: iemand is terug in de zaal.")
    expect(page.locator("#people-part .people").first).to_contain_text("Noor")
    expect(page.locator("#people-part .people").first).not_to_contain_text("Sem")
    desk.leader.close()


def test_a_step_that_was_opened_or_shortened_is_followed_through_the_programme(
    sqlite_server: Server, open_page: Open
) -> None:
    desk = Desk(sqlite_server, open_page)
    page, leader = desk.page, desk.leader
    desk.view("programme")
    page.locator("#programme-part [data-kind=break] .open").click()
    page.fill("#step-minutes", "7")
    leader.do("insert_step", index=1, kind="prepare", seconds=300)
    expect(page.locator("#programme-part [data-kind=prepare]")).to_have_count(2)
    expect(page.locator("#step-title")).to_have_text("Pauze")
    page.locator("#step [type=submit]").click()
    told = leader.wait("programme", lambda told: any(s["kind"] == "break" and s["seconds"] == 420 for s in told))
    assert [step["seconds"] for step in told if step["kind"] == "talk"] == [1500]
    page.locator("#step [data-closes]").click()

    page.get_by_role("button", name="Stap toevoegen …").click()
    page.locator("#insert-before").select_option(label="vóór: Pauze")
    leader.do("drop_step", index=1)
    expect(page.locator("#programme-part [data-kind=prepare]")).to_have_count(1)
    page.select_option("#insert-kind", "plenary")
    page.locator("#insert [type=submit]").click()
    expect(page.locator("#insert")).to_be_hidden()
    kinds = page.locator("#programme-part .step").evaluate_all("all => all.map(({ dataset }) => dataset.kind)")
    assert kinds[kinds.index("break") - 1] == "plenary"
    leader.close()


def test_the_way_back_from_shortening_finds_its_step_or_says_so(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page)
    page, leader = desk.page, desk.leader
    leader.do("next")
    leader.do("add", seconds=300)
    shorten = page.get_by_role("button", name=re.compile("^Pauze inkorten tot"))
    undo = page.locator("#said .notice", has_text="duurt nu").get_by_role("button")
    shorten.click()
    expect(undo).to_be_visible()
    leader.do("insert_step", index=2, kind="plenary", seconds=900)
    expect(page.locator("#programme-part [data-step='2'][data-kind=plenary]")).to_be_attached()
    undo.click()
    told = leader.wait("programme", lambda told: told[2]["kind"] == "plenary" and break_in(told)["seconds"] == 900)
    assert told[2]["seconds"] == 900

    shorten.click()
    expect(undo).to_be_visible()
    leader.do("drop_step", index=break_in(told)["index"])
    expect(page.locator("#programme-part [data-kind=break]")).to_have_count(0)
    undo.click()
    expect(page.locator("#said")).to_contain_text("Er is niets veranderd.")
    assert len(leader.all("programme")[-1]) == len(told) - 1
    leader.close()


def test_what_is_searched_for_can_be_seen_and_emptied_when_few_are_left(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page, "Noor", *(f"Gast {n}" for n in range(12)))
    field, rows = desk.page.locator("#people-part [type=search]"), desk.page.locator("#people-part .people .person")
    field.fill("noor")
    expect(rows).to_have_count(1)
    desk.leader.do("remove", person=desk.ids["Gast 0"])
    expect(desk.page.locator("#people-part .count")).to_contain_text("12 mensen")
    expect(field).to_have_value("noor")
    field.fill("")
    expect(rows).to_have_count(12)
    expect(field).to_have_count(0)
    desk.leader.close()


def test_only_lines_that_are_still_there_are_put_together(sqlite_server: Server, open_page: Open) -> None:
    desk = Desk(sqlite_server, open_page)
    page, noor = desk.page, Line(sqlite_server, sqlite_server.join(desk.room["code"], "Noor")["token"])
    desk.view("wall")
    ids = {text: str(uuid.uuid4()) for text in ("Weinig tijd", "Te weinig tijd", "Geen tijd", "Nooit tijd", "Te kort")}
    for text, post in ids.items():
        assert noor.post("snags", text, id=post)["ok"]
    page.get_by_role("button", name="Samenvoegen wat").click()
    for text in ids:
        page.locator(f"[data-post='{ids[text]}'] .tick input").check()
    assert noor.say("post", id=ids["Weinig tijd"], column="snags", text="")["ok"]
    desk.leader.do("hide", post=ids["Te weinig tijd"])
    expect(page.locator(".bundling")).to_contain_text("3 berichten gekozen")
    page.fill("#bundle-title", "Tijd")
    page.locator(".bundling [type=submit]").click()
    expect(page.locator(".wall")).to_contain_text("Staat voor 3 berichten")
    expect(page.locator(".bundling")).to_have_count(0)
    for line in (desk.leader, noor):
        line.close()


def break_in(programme: list[dict[str, Any]]) -> dict[str, Any]:
    """The break."""
    return next(step for step in programme if step["kind"] == "break")
