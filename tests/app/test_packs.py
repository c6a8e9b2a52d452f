"""Packs of one's own through the doors: checked, copied, chosen, and printed."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from live import Answer, Server, fetch
from pypdf import PdfReader
from sqlalchemy import select

from tests.app.test_web import cookie, post_form
from tests.content.test_mistakes import TEN, spoil
from tests.hostile import NO_LETTER
from workshop import changing, content, live
from workshop.core.run import Go, Next
from workshop.extensions import db, now
from workshop.models import Person, Room
from workshop.rooms import opening, running
from workshop.web.printing import tables_of


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A pack with another title and another card than those that come with the workshop."""
    folder = shutil.copytree(content.HERE / "en", tmp_path / "ours")
    spoil(folder, "pack.yaml", "title: Learning together", "title: Northside talks")
    spoil(folder, "cards.yaml", "line: How are things between us?", "line: How do we get on, on the north side?")
    return folder


def test_a_pack_in_order_gets_one_line(sqlite_server: Server, ours: Path) -> None:
    for given in ("nl", "en", str(ours)):
        done = sqlite_server.workshop("pack", "check", given)
        assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, 1, ""), done
        assert "is in order" in done.stdout


def test_ten_mistakes_get_ten_answers(sqlite_server: Server, tmp_path: Path) -> None:
    folder = shutil.copytree(content.HERE / "en", tmp_path / "own")
    for file, there, put, *_ in TEN.values():
        spoil(folder, file, there, put)
    done = sqlite_server.workshop("pack", "check", str(folder))
    answers = done.stdout.splitlines()
    assert done.returncode == 1 and len(answers) >= len(TEN) and "Traceback" not in done.stderr
    assert all(re.fullmatch(rf"{folder}/[\w/]+\.yaml:\d+: [\w.\[\]]+: .+; allowed: .+", line) for line in answers), (
        answers
    )


def test_a_file_that_is_no_yaml_hides_no_mistake_in_another(sqlite_server: Server, ours: Path) -> None:
    spoil(ours, "cards.yaml", "title: Our approach", "title: Our approach: how")
    spoil(ours, "roles.yaml", "order: 3", "order: 4")
    spoil(ours, "pack.yaml", "language: en", "language: xx")
    answers = sqlite_server.workshop("pack", "check", str(ours)).stdout.splitlines()
    assert [re.sub(r".*/(\w+\.yaml):\d+: ([^:]+):.*", r"\1 \2", line) for line in answers] == [
        "cards.yaml (file)", "pack.yaml language", "roles.yaml roles.observer.feedback.order",
    ]  # fmt: skip


def test_a_pack_is_copied_into_a_new_folder_only(sqlite_server: Server, tmp_path: Path) -> None:
    copied = sqlite_server.workshop("pack", "copy", "nl", str(tmp_path / "mine"))
    assert copied.returncode == 0 and "workshop pack check" in copied.stdout
    assert sqlite_server.workshop("pack", "check", str(tmp_path / "mine")).returncode == 0
    kept = (tmp_path / "mine" / "pack.yaml").read_bytes()
    for name, folder in (("en", "mine"), ("en", "mine/pack.yaml"), ("fr", "other")):
        refused = sqlite_server.workshop("pack", "copy", name, str(tmp_path / folder))
        assert refused.returncode == 1 and len(refused.stderr.splitlines()) == 1
    assert (tmp_path / "mine" / "pack.yaml").read_bytes() == kept


def test_a_room_with_a_pack_of_its_own(sqlite_server: Server, ours: Path) -> None:
    made = sqlite_server.workshop("create", "--json", "--title", "North", "--pack", str(ours))
    assert made.returncode == 0, made.stderr
    code = re.findall(r'"code": "(\d+)"', made.stdout)[0]
    assert sqlite_server.get(f"/api/rooms/{code}").json()["language"] == "en"
    assert b"How do we get on, on the north side?" in sqlite_server.get(f"/r/{code}").body
    both = sqlite_server.workshop("create", "--title", "North", "--pack", str(ours), "--language", "nl")
    assert both.returncode == 2
    spoil(ours, "pack.yaml", "language: en", "language: xx")
    broken = sqlite_server.workshop("create", "--title", "North", "--pack", str(ours))
    assert broken.returncode == 1 and "pack.yaml:3: language" in broken.stderr


def first_leader(server: Server) -> str:
    """The cookie of the first leader."""
    link = re.findall(r"http\S+/first\S+", server.said.read_text())[0]
    given = {"key": link.partition("key=")[2], "email": "leader@example.org", "password": "korter dan veertig"}
    return cookie(post_form(server, "/first", fetch(link), **given))


def form(server: Server, leader: str) -> Answer:
    return fetch(f"{server.url}/lead/new", headers={"Cookie": leader, "Accept-Language": "en"})


def send(server: Server, leader: str, shown: Answer, **values: str) -> Answer:
    """Sends the form for a new room as this leader."""
    from urllib.parse import urlencode

    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', shown.body.decode())[0]
    cookies = f"{leader}; {cookie(shown)}"
    body = urlencode(values | {"csrf_token": token}).encode()
    headers = {"Cookie": cookies, "Accept-Language": "en"}
    return fetch(f"{server.url}/lead/new", method="POST", data=body, headers=headers)


def test_the_packs_of_an_installation_are_offered(own_server: Server, ours: Path) -> None:
    packs = own_server.folder / "instance" / "packs"
    leader = first_leader(own_server)
    assert re.findall(r'name="pack" value="(\w+)"', form(own_server, leader).body.decode()) == ["nl", "en"]
    shutil.copytree(ours, packs / "ours")
    shutil.copytree(ours, packs / "broken")
    spoil(packs / "broken", "roles.yaml", "order: 3", "order: 4")
    shown = form(own_server, leader)
    html = shown.body.decode()
    assert re.findall(r'name="pack" value="(\w+)"(?! disabled)', html) == ["nl", "en", "ours"]
    assert re.findall(r'name="pack" value="(\w+)" disabled', html) == ["broken"]
    assert "Northside talks" in html and "roles.observer.feedback.order" in html and str(packs) not in html
    made = send(own_server, leader, shown, title="North", pack="ours", programme="triads")
    assert made.status == 302
    code = made.headers["Location"].rpartition("/")[2]
    assert b"on the north side" in own_server.get(f"/r/{code}").body
    for wrong in ("broken", "../ours", str(ours), "fr"):
        answer = send(own_server, leader, shown, title="North", pack=wrong, programme="triads")
        assert answer.status == 200 and b"programme-error" in answer.body, wrong
    assert send(own_server, leader, shown, title="North", pack="ours", programme="lunch").status == 200


def test_a_room_survives_a_mistake_in_its_pack_and_learns_its_new_words(own_server: Server, ours: Path) -> None:
    made = own_server.create(pack=str(ours))
    page = f"/r/{made['code']}"
    assert b"on the north side" in own_server.get(page).body
    spoil(ours, "cards.yaml", "on the north side?", "on the south side?\n    nmae: x")
    assert b"on the north side" in own_server.get(page).body
    spoil(ours, "cards.yaml", "\n    nmae: x", "")
    assert b"on the south side" in own_server.get(page).body


def test_the_set_is_printed_by_the_command(sqlite_server: Server, tmp_path: Path) -> None:
    made = sqlite_server.create(title="#panic() & <Samen>", language="nl")
    file = tmp_path / "set.pdf"
    done = sqlite_server.workshop("print", made["code"], "--tables", "3", "--output", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    book = PdfReader(file)
    assert "#panic() & <Samen>" in book.pages[0].extract_text() and "Tafel" in book.pages[4].extract_text()
    assert len(book.pages) == 2 + 3 + 15
    assert sqlite_server.workshop("print", "00000000").returncode == 1
    assert sqlite_server.workshop("print", made["code"], "--tables", "0").returncode == 2
    nowhere = sqlite_server.workshop("print", made["code"], "--output", str(tmp_path / "no" / "set.pdf"))
    assert nowhere.returncode == 1 and len(nowhere.stderr.splitlines()) == 1


def test_the_set_is_for_the_leader_alone(server: Server) -> None:
    made = server.create(language="en")
    address = f"{server.url}/lead/{made['code']}/print.pdf"
    for url in ("screen_url", "reflections_url"):
        assert fetch(address, headers={"Cookie": cookie(fetch(made[url]))}).status == 401
    leader = {"Cookie": cookie(fetch(made["lead_url"]))}
    answer = fetch(address, headers=leader)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(PdfReader(io.BytesIO(answer.body)).pages) == 2 + 10 + 15
    few = fetch(f"{address}?tables=1", headers=leader)
    assert len(PdfReader(io.BytesIO(few.body)).pages) == 2 + 1 + 15
    dashboard = fetch(f"{server.url}/lead/{made['code']}", headers=leader).body.decode()
    assert f'"/lead/{made["code"]}/print"' in dashboard
    for tables in ("", "?tables=1"):
        before = fetch(f"{server.url}/lead/{made['code']}/print{tables}", headers=leader)
        assert before.status == 302 and before.headers["Location"] == f"/lead/{made['code']}/print.pdf{tables}"


def test_every_table_of_a_large_room_has_its_number(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    with sqlite_server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == made["code"])).one()
        session.add_all(Person(room_id=room.id, name=f"P{n}", joined_at=0, came=True) for n in range(300))
        session.flush()
        assert tables_of(session, room) == 100


def test_before_printing_one_is_told_what_no_typeface_has(sqlite_server: Server, tmp_path: Path) -> None:
    made = sqlite_server.create(title=f"Zuid {NO_LETTER} 1")
    leader = {"Cookie": cookie(fetch(made["lead_url"]))}
    page = fetch(f"{sqlite_server.url}/lead/{made['code']}/print?tables=1", headers=leader)
    told = page.body.decode()
    assert page.status == 200 and re.findall(r"<p.*>(.*)</p>", told)[1].split().count(NO_LETTER) == 1
    assert f'href="/lead/{made["code"]}/print.pdf?tables=1"' in told
    file = tmp_path / "set.pdf"
    done = sqlite_server.workshop("print", made["code"], "--tables", "1", "--output", str(file))
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1) and NO_LETTER in done.stderr and file.exists()


def test_a_hostile_pack_takes_the_form_from_nobody(own_server: Server, ours: Path) -> None:
    packs = own_server.folder / "instance" / "packs"
    leader = first_leader(own_server)
    shutil.copytree(ours, packs / "ours")
    for name, text in {"deep": "title: " + "[" * 5000, "loud": 'title: "\\e[2Jin order"\nx: y\n'}.items():
        (packs / name).mkdir()
        (packs / name / "pack.yaml").write_text(text)
    os.mkfifo(packs / "ours" / "pipe.yaml")
    os.mkdir(os.fsencode(packs) + b"/\xff\x1b[2J")
    shown = form(own_server, leader)
    html = shown.body.decode()
    assert shown.status == 200 and "too deeply" in html and "is no file with text" in html
    assert "\x1b" not in html and "\ufffd" not in html
    assert len(re.findall(r'name="pack" value="[^"]+" disabled', html)) == 4
    assert send(own_server, leader, shown, title="North", pack="en", programme="triads").status == 302


def test_nothing_that_is_printed_moves_the_cursor(sqlite_server: Server, ours: Path, tmp_path: Path) -> None:
    loud = "\x1b[2J\x1b]0;in order\x07\u202e"
    spoil(ours, "pack.yaml", "title: Northside talks", 'title: "\\e[2J\\e]0;in order\\a\\u202E"')
    fine = sqlite_server.workshop("pack", "check", str(ours))
    spoil(ours, "pack.yaml", "language: en", 'language: "\\e[2J"\n"\\e[31m\\nall is": in order')
    (ours / f"{loud}\nx.yaml").write_text("a: b")
    bad = sqlite_server.workshop("pack", "check", str(ours))
    (tmp_path / "ours").rename(tmp_path / loud)
    said = [
        fine,
        bad,
        sqlite_server.workshop("pack", "check", str(tmp_path / loud)),
        sqlite_server.workshop("pack", "copy", loud, str(tmp_path / "copy")),
        sqlite_server.workshop("pack", "copy", "en", str(tmp_path / loud / "pack.yaml")),
        sqlite_server.workshop("create", "--title", loud, "--pack", str(tmp_path / loud)),
        sqlite_server.workshop("create", "--title", "x", "--programme", loud),
        sqlite_server.workshop("export", loud, "--format", "csv"),
        sqlite_server.workshop("export", "12345678", "--format", loud),
        sqlite_server.workshop(loud),
        sqlite_server.workshop("user", "add", loud, text="long enough for this\n"),
    ]
    assert fine.returncode == 0 and "\\x1b[2J" in fine.stdout
    assert bad.returncode == 1 and len(bad.stdout.splitlines()) == int(re.findall(r"(\d+) to mend", bad.stderr)[0])
    for done in said:
        assert done.returncode == 0 or done.stderr
        assert all(line.isprintable() for line in (done.stdout + done.stderr).splitlines()), done


def test_a_pack_that_is_gone_keeps_nobody_in_a_step(app: Flask) -> None:
    with db.writing() as session:
        room = opening.open_room(session, opening.Wanted("Gone", programme="full"), now())
        room.pack = "gone"
    kinds = [step.kind for step in live.there(room.id).run.steps]
    changing.change(room.id, lambda change: running.command(change, Go(kinds.index("check_in")), None))
    changing.change(room.id, lambda change: running.command(change, Next(), None))
    assert live.there(room.id).run.index == kinds.index("check_in") + 1
