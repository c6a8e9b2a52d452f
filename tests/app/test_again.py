"""The leader's own: how the time went, and the same again next time."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

from live import Answer, Line, Server, fetch
from sqlalchemy import select, update

from tests.app.test_web import cookie, post_form
from workshop.models import Room

Dial = Callable[..., Line]
PASSWORD = "a long enough password"
KEPT = ("title", "language", "pack", "leftovers", "extras", "zone", "planned_start", "label")


def signed_in(server: Server, email: str) -> str:
    """The cookies of a browser in which somebody is signed in who leads rooms."""
    assert server.workshop("user", "add", email, text=f"{PASSWORD}\n").returncode == 0
    form = fetch(f"{server.url}/login")
    answer = post_form(server, "/login", form, email=email, password=PASSWORD)
    assert answer.status == 302
    return cookie(answer)


def press(server: Server, path: str, cookies: str, page: Answer, **values: str) -> Answer:
    """Presses the button of a form on a page."""
    word = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())[0]
    headers = {"Cookie": f"{cookies}; {cookie(page)}"}
    return fetch(server.url + path, "POST", headers, urlencode({**values, "csrf_token": word}).encode())


def row(server: Server, code: str) -> Room:
    """A room as it is stored."""
    with server.database.reading() as session:
        room = session.scalars(select(Room).where(Room.code == code)).one()
        session.expunge_all()
        return room


def test_the_same_again_with_nobody_in_it(sqlite_server: Server, dial: Dial) -> None:
    leader = signed_in(sqlite_server, "again@example.org")
    other = signed_in(sqlite_server, "another@example.org")
    form = fetch(f"{sqlite_server.url}/lead/new", headers={"Cookie": leader})
    values = {"title": "Zuid & <b> ’t Hof", "rounds": "2", "conversation": "7", "start": "13:00", "pack": "en"}
    word = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form.body.decode())[0]
    body = urlencode(values | {"csrf_token": word, "programme": "full", "leftovers": "pairs"}).encode()
    headers = {"Cookie": f"{leader}; {cookie(form)}"}
    code = fetch(f"{sqlite_server.url}/lead/new", "POST", headers, body).headers["Location"].rpartition("/")[2]

    with sqlite_server.database.reading() as session:
        key = sqlite_server.keys.key(session.scalars(select(Room).where(Room.code == code)).one(), "leader")
    desk, phone = dial(sqlite_server, key), dial(sqlite_server, sqlite_server.join(code, "Noor")["token"])
    desk.do("set_step", index=1, seconds=600)
    desk.do("insert_step", index=2, kind="break", title="Frisse lucht", seconds=300)
    desk.do("extras", on=["questions"])
    desk.do("own_note", index=1, text="Noor vond het spannend")
    desk.do("next")
    phone.note("keep", "mijn notitie")
    desk.do("close")

    listed = fetch(f"{sqlite_server.url}/lead", headers={"Cookie": leader})
    assert f'action="/lead/{code}/again"' in listed.body.decode()
    dashboard = fetch(f"{sqlite_server.url}/lead/{code}", headers={"Cookie": leader})
    assert f'action="/lead/{code}/again"' in dashboard.body.decode()
    assert press(sqlite_server, f"/lead/{code}/again", other, form).status == 404
    answer = press(sqlite_server, f"/lead/{code}/again", leader, listed)
    assert answer.status == 302
    made = answer.headers["Location"].rpartition("/")[2]
    before, after = row(sqlite_server, code), row(sqlite_server, made)
    assert made != code and [getattr(after, name) for name in KEPT] == [getattr(before, name) for name in KEPT]
    assert after.erase_at - after.created_at == before.erase_at - before.created_at
    assert (after.closed, after.step_index, after.began_at, after.account_id) == (False, 0, None, before.account_id)
    shape = ("kind", "title", "seconds", "round", "auto_advance")
    assert [[s[n] for n in shape] for s in after.steps] == [[s[n] for n in shape] for s in before.steps]
    assert {(step["own_note"], step["took"], step["planned"] == step["seconds"]) for step in after.steps} == {
        ("", 0, True)
    }
    with sqlite_server.database.reading() as session:
        snapshot = dial(sqlite_server, sqlite_server.keys.key(after, "leader")).snapshot
    assert snapshot["people"] == [] and snapshot["step"]["extras"] == ["questions"]
    assert after.salt != before.salt, "no key of the one room opens the other"


def test_how_the_time_went_is_the_leaders(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create(language="en", seconds={"brief": 120})
    leader = dial(sqlite_server, made["lead_token"])
    key = {"Cookie": cookie(fetch(made["lead_url"]))}
    empty = fetch(f"{sqlite_server.url}/lead/{made['code']}/times", headers=key)
    assert empty.status == 200 and "<table" not in empty.body.decode()
    leader.do("next")
    with sqlite_server.database.writing() as session:  # as if it had been there for a quarter of an hour
        session.execute(update(Room).where(Room.code == made["code"]).values(entered_at=Room.entered_at - 900_000))
    leader.do("go", index=2)
    page = unescape(fetch(f"{sqlite_server.url}/lead/{made['code']}/times", headers=key).body.decode())
    (told,) = re.findall(r'<tr><th scope="row">(.*?)</th>\s*(.*?)</tr>', page.partition("<tbody>")[2], re.DOTALL)[:1]
    assert re.findall(r'class="length">([^<]*)<', told[1]) == ["5:00", "15:00", "+10:00"], told
    assert sqlite_server.get(f"/lead/{made['code']}/times").status == 401
