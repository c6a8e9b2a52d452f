"""One's own afternoon, to keep: the same in each form, for the one whose token is shown, until the room is erased."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from icalendar import Calendar
from live import Answer, Line, Server, fetch, until
from pypdf import PdfReader
from sqlalchemy import update

from tests.app.in_process import room
from tests.hostile import NO_LETTER
from workshop import changing
from workshop.models import Room
from workshop.rooms import joining
from workshop.web import own as own_pages

Dial = Callable[..., Line]
DAY = 86_400_000  # ms
FORMS = ("html", "md", "pdf")


def text(answer: Answer) -> str:
    """What can be read in it."""
    assert answer.status == 200, answer.body
    if answer.body.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages)
    return answer.body.decode()


def progress(leader: Line) -> Any:
    """How far everyone is, as a desk that opens now would hear it."""
    known = len(leader.all("snapshot"))
    leader.say("sync")
    until(lambda: len(leader.all("snapshot")) > known)
    return leader.all("snapshot")[-1]["progress"]


@pytest.mark.parametrize("form", FORMS)
def test_all_that_i_wrote_and_what_my_table_agreed(server: Server, dial: Dial, form: str) -> None:
    made = server.create()
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma")]
    leader, phones = dial(server, made["lead_token"]), [dial(server, token) for token in tokens]
    kinds = [step["kind"] for step in leader.snapshot["programme"]]
    phones[0].note("case", "mijn geval")
    leader.do("go", index=kinds.index("notes"))
    for phone in phones:
        phone.wait("step", lambda s: s["kind"] == "notes")
    mine = ("mijn tip", "onze afspraak", "mijn stap", "mijn regel", "mijn geval")
    assert phones[0].note("tip", "mijn tip")["ok"] and phones[0].note("agreed", "onze afspraak", "group")["ok"]
    assert phones[0].note("first_step", "mijn stap", "organiser")["ok"]
    assert phones[0].post("snags", "mijn regel")["ok"]
    assert phones[1].note("agreed", "ook afgesproken", "group")["ok"]
    assert phones[1].note("tip", "open tip van Sem", "group")["ok"] and phones[1].note("tip", "eigen tip van Sem")["ok"]
    leader.do("close")
    found = text(server.get(f"/api/me.{form}", tokens[0]))
    assert not [line for line in (*mine, "ook afgesproken", "Noor", "Ronde 1 van 3") if line not in found]
    assert "Sem" not in found, "what others opened to me is theirs"
    leader.do("remove", person=phones[0].snapshot["me"]["id"])
    removed = text(server.get(f"/api/me.{form}", tokens[0]))
    assert not [line for line in mine if line not in removed], "what they wrote is theirs all the same"
    assert "ook afgesproken" not in removed, "and the table is not theirs any more"
    assert "ook afgesproken" in text(server.get(f"/api/me.{form}", tokens[1]))
    assert server.get("/api/me", tokens[0], "DELETE").status == 204
    assert server.get(f"/api/me.{form}", tokens[0]).status == 401


def test_it_is_for_a_person_and_in_the_language_of_their_phone(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    token = sqlite_server.join(made["code"], "Noor")["token"]
    english = {"Cookie": f"samen_language_{made['code']}=en", "Authorization": f"Bearer {token}"}
    for form in FORMS:
        assert sqlite_server.get(f"/api/me.{form}").status == 401
        for key in ("lead_token", "screen_token", "organiser_token"):
            assert sqlite_server.get(f"/api/me.{form}", made[key]).status == 403
        answer = fetch(f"{sqlite_server.url}/api/me.{form}", headers=english)
        assert "The room keeps this until" in " ".join(text(answer).split())
        assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    page = sqlite_server.get(f"/r/{made['code']}/mine")
    assert page.status == 200 and b"Noor" not in page.body


def test_what_no_typeface_has_is_said(sqlite_server: Server, dial: Dial) -> None:
    token = sqlite_server.join(sqlite_server.create()["code"], "Noor")["token"]
    assert "Lacking-Letters" not in sqlite_server.get("/api/me.pdf", token).headers
    dial(sqlite_server, token).note("tip", f"een teken: {NO_LETTER}")
    assert unquote(sqlite_server.get("/api/me.pdf", token).headers["Lacking-Letters"]) == NO_LETTER


def test_a_pdf_that_takes_too_long_is_refused_in_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pages, "OWN_SECONDS", 0)
    _, token = changing.change(room().id, lambda change: joining.join(change, "Noor", None))
    answer = app.test_client().get("/api/me.pdf", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 413 and answer.json is not None
    assert answer.json["code"] == "too_large" and "longer" in answer.json["detail"]


def test_whatever_the_room_is_called_the_file_has_a_safe_name(sqlite_server: Server) -> None:
    made = sqlite_server.create(title='../x"; filename=evil\u0161 小林')
    token = sqlite_server.join(made["code"], "Noor")["token"]
    disposition = sqlite_server.get("/api/me.md", token).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="x-filename-evils.md"'


def test_how_it_went_is_taken_when_the_room_is_closed_and_for_its_writer_alone(server: Server, dial: Dial) -> None:
    made = server.create()
    tokens = [server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma")]
    leader, (noor, *_) = dial(server, made["lead_token"]), [dial(server, token) for token in tokens]
    id, tip = str(uuid.uuid4()), str(uuid.uuid4())
    noor.note("tip", "gedeeld", "organiser", id=tip)
    for visibility in ("group", "organiser"):
        assert noor.note("how_did_it_go", "x", visibility)["code"] == "forbidden"
    leader.do("close")
    noor.say("leave")
    before = progress(leader)
    assert noor.note("how_did_it_go", "het ging goed", id=id)["ok"]
    assert noor.note("how_did_it_go", "het ging heel goed", id=id)["ok"], "and changed"
    assert noor.note("how_did_it_go", "x", "organiser", id=id)["code"] == "forbidden"
    assert noor.note("how_did_it_go", "x", id=tip)["code"] == "closed", "no other note becomes it"
    assert noor.note("tip", "x", id=id)["code"] == noor.note("tip", "x")["code"] == "closed", "nor it another"
    assert "het ging heel goed" in text(server.get("/api/me.md", tokens[0]))
    for token in (*tokens[1:], made["organiser_token"], made["lead_token"]):
        for path in ("/api/me.md", f"/reflections/{made['code']}.json"):
            assert "heel goed" not in server.get(path, token).body.decode()
    assert progress(leader) == before, "nor is it counted"
    assert noor.note("how_did_it_go", "", id=id)["ok"]


def test_it_is_asked_on_the_page_from_the_day_after(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    token = sqlite_server.join(made["code"], "Noor")["token"]
    assert 'id="later"' not in text(sqlite_server.get("/api/me.html", token))
    with sqlite_server.database.writing() as session:
        session.execute(update(Room).where(Room.code == made["code"]).values(created_at=Room.created_at - DAY))
    until(lambda: 'id="later"' in text(sqlite_server.get("/api/me.html", token)))


def test_a_first_step_goes_into_a_calendar_and_three_weeks_later_the_question(sqlite_server: Server) -> None:
    made = sqlite_server.create(keep_seconds=40 * 86_400)
    token = sqlite_server.join(made["code"], "Noor")["token"]

    def asked(days: int, step: str) -> list[Any]:
        wanted = {"day": str(date.today() + timedelta(days)), "step": step}
        answer = sqlite_server.get("/api/me.ics", token, "POST", wanted)
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/calendar")
        unfolded = answer.body.replace(b"\r\n ", b"").decode()
        for secret in (token, made["join_url"].partition("#k=")[2], *(v for k, v in made.items() if "token" in k)):
            assert secret not in unfolded
        return list(Calendar.from_ical(answer.body).walk("VEVENT"))

    step, later = asked(3, "Ik vraag hoe het gaat.\nDaarna luister ik.")
    assert (step["SUMMARY"], later["SUMMARY"]) == ("Ik vraag hoe het gaat.", "Hoe ging het?")
    assert later["DTSTART"].dt - step["DTSTART"].dt == timedelta(weeks=3)
    assert later["URL"] == f"{sqlite_server.url}/r/{made['code']}/mine" and "URL" not in step
    again, _ = asked(5, "anders")
    assert again["UID"] == step["UID"]
    assert [event["SUMMARY"] for event in asked(25, "")] == ["Je eerste stap"], "the room is gone by then"
    for wrong in ({"day": "2026-02-30"}, {"day": "morgen"}, {"day": "9999-12-31"}, {}, {"day": 3}, []):
        assert sqlite_server.get("/api/me.ics", token, "POST", wrong).status == 400
    assert sqlite_server.get("/api/me.ics", token, "POST", {"day": "2026-12-03", "step": "x" * 2001}).status == 413
