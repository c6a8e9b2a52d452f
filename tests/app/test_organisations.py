"""Two organisations on one server: nothing of one is seen, chosen or counted by the other (decisions/0036)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from live import ROOT, Answer, Line, Server, fetch
from sqlalchemy import update

from tests.app.test_across import account, asked, did, held, rows
from tests.app.test_again import press, row
from workshop.models import Organisation, Room

Dial = Callable[..., Line]
WRONG = {
    ("organisation", "add", " "): "1 to 80 characters",
    ("organisation", "add", "Organisatie 1"): "with this name already",
    ("organisation", "rename", "Niets", "Iets"): "no organisation 'Niets'",
    ("organisation", "remove", "Organisatie 1"): "first organisation",
    ("user", "grant", "nobody@example.org", "--role", "leader"): "no account with this address",
    ("user", "grant", "zuid@example.org"): "Say which",
    ("create", "--title", "x", "--organisation", "Niets"): "no organisation 'Niets'",
}
"""Commands that cannot be done, and what they say."""


def page(server: Server, browser: str, address: str) -> Answer:
    return fetch(server.url + address, headers={"Cookie": browser, "Accept-Language": "en"})


def belongs(server: Server, code: str, organisation: str) -> None:
    """As if the room had been made there."""
    with server.database.writing() as session:
        place = session.query(Organisation).filter_by(name=organisation).one()
        session.execute(update(Room).where(Room.code == code).values(organisation_id=place.id))


def test_an_organiser_reads_their_own_organisation_and_counts_nothing_of_another(server: Server, dial: Dial) -> None:
    north = account(server, "read-north@example.org", "organiser", organisation="Noord")
    south = account(server, "read-south@example.org", "organiser", organisation="Zuid")
    account(server, "lead-north@example.org", organisation="Noord")
    account(server, "lead-south@example.org", organisation="Zuid")
    for place, lines in (("north", ["geen tijd", "noordelijk"]), ("south", ["geen tijd"])):
        made = held(server, dial, f"lead-{place}@example.org", lines, 5, f"label {place}")
        belongs(server, made["code"], "Noord" if place == "north" else "Zuid")

    told = asked(server, north, ".json").json()
    assert [one["label"] for one in told["workshops"]] == ["label north"]
    assert told["returning"] == [], "the same line in another organisation returns for nobody"
    assert {row["text"] for row in rows(server, north) if row["kind"] == "wall"} == {"geen tijd", "noordelijk"}
    assert sum(row["kind"] == "note" for row in rows(server, south)) == 5
    text = asked(server, north).body.decode()
    assert "<option>label north" in text and "label south" not in text
    assert rows(server, north, label="label south") == [], "a label of another chooses nothing"


def test_what_is_read_of_one_room_is_in_no_other_trail(sqlite_server: Server, dial: Dial) -> None:
    north = account(sqlite_server, "trail-north@example.org", "organiser", organisation="Noord")
    account(sqlite_server, "trail-south@example.org", organisation="Zuid")
    made = held(sqlite_server, dial, "trail-south@example.org", ["zuidelijk"], 1)
    belongs(sqlite_server, made["code"], "Zuid")
    assert rows(sqlite_server, north, label="label x") == []
    assert page(sqlite_server, north, f"/reflections/{made['code']}.json").status == 404
    assert did(sqlite_server, made["code"]) == []


def test_an_account_that_leads_in_one_and_reads_in_another(sqlite_server: Server, dial: Dial) -> None:
    both = account(sqlite_server, "both@example.org", "leader", organisation="Thuis")
    account(sqlite_server, "both-south@example.org", organisation="Elders")
    granted = sqlite_server.workshop(
        "user", "grant", "both@example.org", "--role", "organiser", "--organisation", "Elders"
    )
    assert granted.returncode == 0, granted.stderr
    own = held(sqlite_server, dial, "both@example.org", ["van mij"], 5)
    belongs(sqlite_server, own["code"], "Thuis")
    theirs = held(sqlite_server, dial, "both-south@example.org", ["zuidelijk"], 5)
    belongs(sqlite_server, theirs["code"], "Elders")
    notes = {row["text"] for row in rows(sqlite_server, both) if row["kind"] == "note"}
    assert len(notes) == 5 and all(theirs["code"] in text for text in notes), "of their own room the wall only"
    revoked = sqlite_server.workshop(
        "user", "revoke", "both@example.org", "--role", "leader", "--organisation", "Thuis"
    )
    assert revoked.returncode == 0, revoked.stderr
    assert page(sqlite_server, both, f"/lead/{own['code']}").status == 404, "who no longer leads there leads no room"
    assert {row["text"] for row in rows(sqlite_server, both) if row["kind"] == "wall"} == {"zuidelijk"}


def test_a_leader_in_two_organisations_says_for_which_a_room_is(sqlite_server: Server) -> None:
    one = account(sqlite_server, "one@example.org", organisation="Noord")
    assert b'name="organisation"' not in page(sqlite_server, one, "/lead/new").body
    two = account(sqlite_server, "two@example.org", organisation="Noord")
    account(sqlite_server, "not-there@example.org", organisation="Oost")
    for name in ("Zuid", "Oost"):
        account(sqlite_server, f"somebody-{name}@example.org", organisation=name)
    joined = sqlite_server.workshop("user", "grant", "two@example.org", "--role", "leader", "--organisation", "Zuid")
    assert joined.returncode == 0
    with sqlite_server.database.reading() as session:
        ids = {found.name: found.id for found in session.query(Organisation)}
    form = page(sqlite_server, two, "/lead/new")
    assert f'<option value="{ids["Oost"]}"'.encode() not in form.body
    for wrong in ("", str(ids["Oost"]), "999"):
        answer = press(sqlite_server, "/lead/new", two, form, title="T", programme="triads", organisation=wrong)
        assert answer.status == 200 and b'id="organisation-error"' in answer.body, wrong
    made = press(sqlite_server, "/lead/new", two, form, title="T", programme="triads", organisation=str(ids["Zuid"]))
    code = made.headers["Location"].rpartition("/")[2]
    assert row(sqlite_server, code).organisation_id == ids["Zuid"]
    again = press(sqlite_server, f"/lead/{code}/again", two, page(sqlite_server, two, "/lead"))
    assert row(sqlite_server, again.headers["Location"].rpartition("/")[2]).organisation_id == ids["Zuid"]


def test_a_room_is_adopted_within_its_organisation(sqlite_server: Server) -> None:
    other = account(sqlite_server, "adopt-south@example.org", organisation="Zuid")
    made = sqlite_server.create(organisation="Noord") if _there(sqlite_server, "Noord") else sqlite_server.create()
    link = fetch(made["lead_url"], headers={"Cookie": other}).headers["Set-Cookie"].partition(";")[0]
    browser = f"{other}; {link}"
    dashboard = page(sqlite_server, browser, f"/lead/{made['code']}")
    assert dashboard.status == 200 and b"/adopt" not in dashboard.body, "by the link they lead it, as anyone does"
    assert press(sqlite_server, f"/lead/{made['code']}/adopt", browser, dashboard).status == 403
    assert row(sqlite_server, made["code"]).account_id is None


def test_a_leader_in_two_organisations_says_for_which_a_room_is_adopted(own_server: Server) -> None:
    made = own_server.create()
    assert row(own_server, made["code"]).organisation_id is None, "there was no account yet"
    both = account(own_server, "both@example.org", organisation="Noord")
    account(own_server, "south@example.org", organisation="Zuid")
    grant = ("user", "grant", "both@example.org", "--role", "leader", "--organisation", "Zuid")
    assert own_server.workshop(*grant).returncode == 0
    with own_server.database.reading() as session:
        south = session.query(Organisation).filter_by(name="Zuid").one().id
    link = fetch(made["lead_url"], headers={"Cookie": both}).headers["Set-Cookie"].partition(";")[0]
    browser, address = f"{both}; {link}", f"/lead/{made['code']}"
    dashboard = page(own_server, browser, address)
    assert b'name="organisation"' in dashboard.body
    assert press(own_server, f"{address}/adopt", browser, dashboard).status == 403, "its organisers read what is shared"
    assert press(own_server, f"{address}/adopt", browser, dashboard, organisation=str(south)).status == 302
    assert row(own_server, made["code"]).organisation_id == south


def _there(server: Server, name: str) -> bool:
    with server.database.reading() as session:
        return session.query(Organisation).filter_by(name=name).count() > 0


def test_a_pack_belongs_to_the_first_organisation_until_it_is_given(own_server: Server) -> None:
    packs = Path(own_server.folder) / "instance" / "packs"
    for name in ("ours", "theirs"):
        shutil.copytree(ROOT / "workshop/content/en", packs / name, ignore=lambda *_: ["__pycache__"])
    first = account(own_server, "first@example.org")
    south = account(own_server, "south@example.org", organisation="Zuid")

    def offered(browser: str) -> set[str]:
        body = page(own_server, browser, "/lead/new").body.decode()
        return {name for name in ("ours", "theirs") if f'name="pack" value="{name}"' in body}

    assert (offered(first), offered(south)) == ({"ours", "theirs"}, set())
    given = own_server.workshop("pack", "give", "theirs", "--organisation", "Zuid")
    assert given.returncode == 0, given.stderr
    assert (offered(first), offered(south)) == ({"ours"}, {"theirs"})
    form = page(own_server, first, "/lead/new")
    for pack, ok in (("theirs", False), ("nowhere", False), ("ours", True)):
        answer = press(own_server, "/lead/new", first, form, title="T", programme="triads", pack=pack)
        assert (answer.status == 302) == ok, pack
    assert own_server.workshop("pack", "give", "nowhere", "--organisation", "Zuid").returncode == 1


def test_the_command_line_looks_after_organisations(own_server: Server) -> None:
    password = "een heel lang wachtwoord\n"
    for arguments in (
        ["user", "add", "first@example.org"],
        ["organisation", "add", "Zuid"],
        ["user", "add", "zuid@example.org", "--organisation", "Zuid", "--role", "leader", "--role", "organiser"],
        ["user", "add", "old@example.org", "--role", "admin"],
        ["organisation", "rename", "Zuid", "Zuidwest"],
        ["create", "--title", "x", "--organisation", "Zuidwest"],
    ):
        done = own_server.workshop(*arguments, text=password)
        assert done.returncode == 0, done.stderr
    told = own_server.workshop("organisation", "list").stdout
    assert told.splitlines() == [
        "Organisatie 1",
        "    first@example.org (leader)",
        "    old@example.org (leader)",
        "Zuidwest",
        "    zuid@example.org (leader, organiser)",
    ]
    kept = own_server.workshop("organisation", "remove", "Zuidwest")
    assert kept.returncode == 1 and "still has rooms" in kept.stderr
    for arguments, says in WRONG.items():
        done = own_server.workshop(*arguments)
        assert done.returncode == 1 and says in done.stderr, (arguments, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1, arguments
