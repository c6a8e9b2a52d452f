"""Pages: keys become cookies and disappear, strangers get nowhere, headers are strict, guessing is slow (S2, S4)."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live import ROOT, Answer, Line, Server, fetch

from workshop.core.errors import Refused
from workshop.core.typed import length as typed_length
from workshop.models import ZONE
from workshop.store.codes import room_by_code


def cookie(answer: Answer) -> str:
    """The cookies that an answer sets, as a browser would send them back."""
    return "; ".join(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("page", "url"), [("lead", "lead_url"), ("screen", "screen_url"), ("reflections", "reflections_url")]
)
def test_a_key_becomes_a_cookie_and_leaves_the_address(server: Server, page: str, url: str) -> None:
    made = server.create()
    assert server.get(f"/{page}/{made['code']}").status == 401
    first = fetch(made[url])
    assert first.status == 302 and first.headers["Location"] == f"/{page}/{made['code']}"
    rest = fetch(f"{made[url]}&theme=light").headers["Location"]
    assert rest == f"/{page}/{made['code']}?theme=light", "the rest stays"
    set_cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie and "SameSite=Lax" in set_cookie
    assert fetch(f"{server.url}/{page}/{made['code']}", headers={"Cookie": cookie(first)}).status == 200
    other = server.create()
    assert fetch(f"{server.url}/{page}/{other['code']}", headers={"Cookie": cookie(first)}).status == 401


def test_without_cookies_that_may_be_the_reason(sqlite_server: Server) -> None:
    """Also where no script can look: for who opens a link, and for who presses a form."""
    made = sqlite_server.create()
    form = urlencode({"csrf_token": "one of before"}).encode()
    for path, method, data in (("/lead/{code}", "GET", None), ("/login", "POST", form), ("/lead/new", "POST", form)):
        address = sqlite_server.url + path.format(**made)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        told = "<noscript>.*stuurde geen cookies.*</noscript>"
        assert re.search(told, fetch(address, method, headers, data).body.decode()), path
        with_one = fetch(address, method, headers | {"Cookie": "samen_browser=x"}, data)
        assert with_one.status >= 400 and not re.search(told, with_one.body.decode()), path


def test_every_page_forbids_what_it_does_not_need(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    for path in (
        "/",
        f"/r/{made['code']}",
        "/login",
        "/nowhere",
        f"/api/rooms/{made['code']}",
        f"/qr/{made['code']}.svg",
    ):
        headers = sqlite_server.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_phone_page_may_be_kept_and_names_only_our_own_files(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    sqlite_server.join(made["code"], "Noor")
    page = sqlite_server.get(f"/r/{made['code']}")
    assert page.status == 200 and page.headers["Cache-Control"] == "private, no-cache", "no proxy keeps a room's title"
    assert b"Noor" not in page.body
    again = fetch(f"{sqlite_server.url}/r/{made['code']}", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
    html = page.body.decode()
    assert not re.findall(r'src="(?:https?:)?//|<link[^>]* href="(?:https?:)?//', html), "nothing comes from elsewhere"
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", html) and " style=" not in html
    for address in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html)):
        answer = sqlite_server.get(address)
        assert answer.status == 200, address
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_kept_page_notices_that_the_room_was_closed(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    before = sqlite_server.get(f"/r/{made['code']}")
    leader = Line(sqlite_server, made["lead_token"])
    leader.do("close")
    leader.close()
    assert sqlite_server.get(f"/r/{made['code']}").headers["ETag"] != before.headers["ETag"]


def test_the_qr_code_holds_the_secret_only_for_leader_and_screen(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    plain = sqlite_server.get(f"/qr/{made['code']}.svg").body
    seen = cookie(fetch(made["screen_url"]))
    secret = fetch(f"{sqlite_server.url}/qr/{made['code']}.svg", headers={"Cookie": seen}).body
    assert plain.startswith(b"<svg") and secret.startswith(b"<svg") and len(secret) > len(plain)


def test_a_guesser_is_slowed_and_a_room_behind_the_same_address_gets_in(still_server: Server) -> None:
    server = still_server
    made = server.create()
    codes = [server.get(f"/api/rooms/{guess:08d}").status for guess in range(70)]
    assert codes == [404] * 60 + [429] * 10
    secret = made["join_url"].partition("#k=")[2]
    for number in range(60):
        assert server.join(made["code"], f"P{number}", key=secret)["token"]
    refused = server.get(f"/api/rooms/{made['code']}/people", method="POST", body={"name": "Noor"})
    assert refused.status == 429 and refused.json()["code"] == "too_fast"
    # Whoever is of the room gets in; a key of another room opens nothing, not even more guesses.
    knock = fetch(f"{server.url}/r/{made['code']}/knock", method="POST", data=f"key={secret}".encode())
    known = {"Cookie": cookie(knock)}
    assert knock.status == 204 and fetch(f"{server.url}/r/{made['code']}", headers=known).status == 200
    assert fetch(f"{server.url}/r/{made['code']}").status == fetch(f"{server.url}/r/00000001").status == 429
    assert fetch(made["screen_url"]).status == 302
    other = server.create()
    assert server.get(f"/api/rooms/{made['code']}/wall", other["screen_token"]).status == 429
    wrong = {"name": "Noor", "key": other["join_url"].partition("#k=")[2]}
    assert server.get(f"/api/rooms/{made['code']}/people", method="POST", body=wrong).status == 429


def test_right_codes_cost_nothing(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    assert all(sqlite_server.get(f"/api/rooms/{made['code']}").status == 200 for _ in range(100))


def test_the_first_leader_makes_an_account_once(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        link = re.findall(r"http\S+/first\S+", server.said.read_text())[0]
        form = fetch(link)
        assert form.status == 200
        answer = post_form(
            server,
            "/first",
            form,
            key=link.partition("key=")[2],
            email="leader@example.org",
            password="korter dan veertig",
        )
        assert answer.status == 302 and answer.headers["Location"].endswith("/lead")
        login = cookie(answer)
        assert fetch(f"{server.url}/lead", headers={"Cookie": login}).status == 200
        assert fetch(link).headers["Location"].endswith("/login"), "the link works once"
        wrong = post_form(server, "/login", server.get("/login"), email="leader@example.org", password="wrong")
        assert wrong.status == 200 and "Set-Cookie" not in wrong.headers
        made = server.create()
        dashboard = fetch(f"{server.url}/lead/{made['code']}", headers={"Cookie": login})
        assert dashboard.status == 404, "an admin opens no room that is not theirs"
        page = fetch(f"{server.url}/lead/new", headers={"Cookie": login})
        word = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())[0]
        fields = urlencode({"csrf_token": word, "title": "Eigen zaal"}).encode()
        own = fetch(f"{server.url}/lead/new", "POST", {"Cookie": f"{login}; {cookie(page)}"}, fields)
        assert own.status == 302, "and leads in the first organisation"


def test_only_who_made_a_room_hands_out_the_organisers_link(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        assert server.workshop("user", "add", "sem@example.org", text="een heel lang wachtwoord\n").returncode == 0
        answer = post_form(
            server, "/login", server.get("/login"), email="sem@example.org", password="een heel lang wachtwoord"
        )
        login = cookie(answer)
        made = server.create()
        browser = f"{login}; {cookie(fetch(made['lead_url']))}"

        def dashboard(address: str) -> Answer:
            return fetch(f"{server.url}{address}", headers={"Cookie": browser})

        before = dashboard(f"/lead/{made['code']}")
        browser = f"{browser}; {cookie(before)}"
        form = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', before.body.decode())[0]
        adopted = fetch(
            f"{server.url}/lead/{made['code']}/adopt",
            method="POST",
            data=f"csrf_token={form}".encode(),
            headers={"Cookie": browser},
        )
        assert adopted.status == 302
        after = dashboard(f"/lead/{made['code']}")
        assert b"Put this room" not in after.body and b"/erase" in after.body, "it is theirs now"
        for page in (before, after):
            assert page.status == 200 and made["organiser_token"].encode() not in page.body
        new = dashboard("/lead/new")
        fields = {"csrf_token": form, "title": "Eigen zaal", "language": "nl", "programme": "triads"}
        own = fetch(
            f"{server.url}/lead/new", method="POST", data=urlencode(fields).encode(), headers={"Cookie": browser}
        )
        assert new.status == 200 and own.status == 302, "a room of their own"
        assert re.search(rb'name="title"[^>]* value="[^"]+, \d+ \w+"', new.body), "short, as it stands on every phone"
        for start, zone, whole in (("13:00", "Asia/Calcutta", ("Asia/Calcutta", "13:00")), ("", "?", (ZONE, None))):
            made = urlencode({**fields, "start": start, "zone": zone}).encode()
            planned = fetch(f"{server.url}/lead/new", method="POST", data=made, headers={"Cookie": browser})
            with server.database.reading() as session:
                room = room_by_code(session, planned.headers["Location"][-8:])
                assert room is not None and (room.zone, room.planned_start) == whole
        wrong = urlencode({**fields, "start": "noon"}).encode()
        told = fetch(f"{server.url}/lead/new", method="POST", data=wrong, headers={"Cookie": browser})
        assert told.status == 200 and b'id="start-error"' in told.body
        assert b"/reflections/" in dashboard(own.headers["Location"]).body


def test_a_second_server_on_the_same_port_says_so(sqlite_server: Server) -> None:
    second = sqlite_server.workshop("serve", "--port", str(sqlite_server.port))
    assert second.returncode == 1 and "ddress already in use" in second.stderr.splitlines()[0]
    assert "Traceback" not in second.stderr


def test_figures_are_about_no_room_and_no_person(sqlite_server: Server) -> None:
    made = sqlite_server.create(title="Canary")
    line = Line(sqlite_server, sqlite_server.join(made["code"], "Canary")["token"])
    figures = sqlite_server.get("/metrics")
    line.close()
    assert figures.headers["Content-Type"].count("charset") == 1
    lines = re.search(rb'workshop_connections{role="person"} (\d+)', figures.body)
    assert lines and int(lines[1]) >= 1 and b"workshop_rooms" in figures.body
    assert b"Canary" not in figures.body and made["code"].encode() not in figures.body


def test_forms_need_their_token(sqlite_server: Server) -> None:
    assert fetch(f"{sqlite_server.url}/login", method="POST", data=b"email=a@b.c&password=x").status == 400


def post_form(server: Server, path: str, form: Answer, **values: str) -> Answer:
    """Sends a form as the browser that got it would."""
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form.body.decode())[0]
    body = urlencode(values | {"csrf_token": token}).encode()
    return fetch(server.url + path, method="POST", data=body, headers={"Cookie": cookie(form)})


def test_a_form_for_a_room_is_still_filled_in_after_signing_in_again(sqlite_server: Server) -> None:
    email, password = "filled@example.org", "a long enough password"
    assert sqlite_server.workshop("user", "add", email, text=f"{password}\n").returncode == 0
    form = fetch(f"{sqlite_server.url}/login")  # whoever was signed out in another tab has the cookie of forms alone
    title = "Zuid '23' & <b> ’t Hof"
    seen = post_form(sqlite_server, "/lead/new", form, title=title, conversation="2,5", rounds="4", start="13:00")
    for secret in ("not the password at all", password):
        hidden = re.findall(r'name="filled\.(\w+)" value="([^"]*)"', seen.body.decode())
        assert seen.status in (403, 200) and ("title", title) in [(name, unescape(value)) for name, value in hidden]
        values = {f"filled.{name}": unescape(value) for name, value in hidden}
        seen = post_form(sqlite_server, "/login", form, email=email, password=secret, **values)
    text = unescape(seen.body.decode())
    assert "samen_login" in cookie(seen)
    assert title in text and 'value="2,5"' in text and 'value="13:00"' in text and "selected>4" in text
    assert 'action="/lead/new"' in text


def test_erasing_a_room_leaves_no_trace(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        made = server.create(title="canary-title")
        token = server.join(made["code"], "canary-name")["token"]
        line = Line(server, token)
        assert line.note("tip", "canary-note", "organiser")["ok"] and line.post("snags", "canary-post")["ok"]
        line.close()
        assert server.workshop("erase", made["code"], "--yes").returncode == 0
        assert server.get(f"/api/rooms/{made['code']}").status == 404
        assert server.get("/api/me", token).status == 401
        for path in (tmp_path / "instance").rglob("*"):
            assert not path.is_file() or b"canary" not in path.read_bytes(), path
        assert "canary" not in server.said.read_text()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["user", "add", "--help"], 0),
        (["create", "--title", "x", "--brief", "soon"], 1),
        (["create"], 2),
        (["serve", "--port", "99999"], 2),
        (["erase"], 2),
        (["erase", "12345678", "--expired"], 2),
        (["rehearse", "12345678", "--people", "5", "--afternoon", "x.yaml"], 2),
        (["user", "add", "nobody@example.org"], 1),
    ],
)
def test_the_command_line_explains_itself(sqlite_server: Server, arguments: list[str], status: int) -> None:
    answer = sqlite_server.workshop(*arguments)
    assert answer.returncode == status and "Traceback" not in answer.stderr


def test_the_command_line_says_in_one_line_what_is_wrong(sqlite_server: Server) -> None:
    code = sqlite_server.create()["code"]
    elsewhere = ["--url", f"{sqlite_server.url}/healthz?"]
    for arguments in (
        ["export", "00000000", "--format", "csv"],
        *(["rehearse", code, *more] for more in (["--url", "http://["], elsewhere, ["--speed", "nan"])),
    ):
        answer = sqlite_server.workshop(*arguments)
        assert answer.returncode == 1 and len(answer.stderr.strip().splitlines()) == 1, arguments


def test_the_command_line_adds_an_account(sqlite_server: Server) -> None:
    added = sqlite_server.workshop("user", "add", "second@example.org", text="a long enough password\n")
    assert added.returncode == 0, added.stderr


@pytest.mark.parametrize(("text", "seconds"), json.loads((ROOT / "tests/rules/lasts.json").read_text())["typed"])
def test_a_length_as_a_leader_types_it(text: str, seconds: int | None) -> None:
    """As the form itself understands it, before it is sent (tests/js/lasts.test.mjs)."""
    if seconds is None:
        with pytest.raises(Refused):
            typed_length(text)
    else:
        assert typed_length(text) == seconds
