"""In a folder of somebody else's site nothing leaves the folder: no link, form, file, cookie, socket or store."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
import segno
from app.test_border import ask, every_rule
from app.test_packs import first_leader
from live import ROOT, Answer, Line, Server, fetch

from workshop.exports import FORMATS

FOLDER = "/tools/workshop"
Dial = Callable[..., Line]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A workshop in a folder, as a proxy reaches it that passes on addresses whole."""
    with Server(tmp_path_factory.mktemp("folder"), root=FOLDER, STYLEGUIDE="1") as server:
        yield server


@pytest.fixture(scope="module")
def keys(house: Server) -> dict[str, str]:
    """The cookies of somebody who is signed in and has each key of a room of theirs, and its code."""
    login = first_leader(house)
    made = house.create()
    for name, token in (("Noor", "x"), ("Sem", "y"), ("Fatma", "z")):
        house.join(made["code"], name, team=token)
    opened = [fetch(made[f"{name}_url"]) for name in ("lead", "screen", "reflections")]
    mine = [c.split(";")[0] for answer in opened for c in answer.headers.get_all("Set-Cookie")]  # type: ignore[attr-defined]
    return {"code": made["code"], "Cookie": "; ".join([login, *mine])}


def addresses_in(answer: Answer, own: str) -> Iterator[str]:
    """All that an answer leads to on its own host: where it sends one, what a page names, and our address in any
    text."""
    for header in ("Location", "Link", "Content-Location"):
        if said := answer.headers.get(header):
            yield urlsplit(urljoin(f"{own}/", said)).path if "://" not in said else said
    for cookie in answer.headers.get_all("Set-Cookie") or []:  # type: ignore[attr-defined]
        yield re.findall(r"[Pp]ath=([^;]*)", cookie)[0]
    text = answer.body.decode("utf-8", "replace")
    yield from (one.rstrip(".,") for one in re.findall(rf"{re.escape(own)}([^\s\"'<>\\]*)", text))
    if answer.headers["Content-Type"].startswith("text/html"):
        yield from re.findall(r"""\s[\w-]+\s*=\s*["'](/[^"']*)""", text)


def test_no_page_file_or_cookie_leads_out_of_the_folder(
    house: Server, keys: dict[str, str], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """At every address that there is, and some that there are not, as a stranger and with every key; through a proxy
    that passes on the folder, and through one that leaves it out."""
    own = f"http://127.0.0.1:{house.port}"
    rules = [rule for rule, methods in every_rule(tmp_path) if "GET" in methods]
    found = 0
    for rule in [*rules, "/nowhere", "/r/12345678", "/lead?key=wrong"]:
        for extension in FORMATS if "<extension>" in rule else ("",):
            path = rule.replace("<code>", keys["code"]).replace("<extension>", extension)
            for cookies in ({}, {"Cookie": keys["Cookie"]}):
                for base in (house.url, own):
                    answer = fetch(base + path, headers=cookies)
                    with subtests.test(path=path, keys=bool(cookies), passed_on=base == house.url):
                        assert answer.status < 500 or answer.status == 503, answer.body
                        led = list(addresses_in(answer, own))
                        assert [one for one in led if one != FOLDER and not one.startswith(f"{FOLDER}/")] == []
                        found += len(led)
    assert found > 300


def test_what_pages_name_is_there(house: Server, keys: dict[str, str]) -> None:
    """Also what a style sheet and a script name in turn."""
    own, seen = f"http://127.0.0.1:{house.port}", set[str]()
    waiting = [f"{FOLDER}/", f"{FOLDER}/lead/{keys['code']}", f"{FOLDER}/screen/{keys['code']}", f"{FOLDER}/cards"]
    while waiting:
        if (path := waiting.pop()) in seen:
            continue
        seen.add(path)
        answer = fetch(own + path, headers={"Cookie": keys["Cookie"]})
        assert answer.status in (200, 302), path
        text = answer.body.decode("utf-8", "replace")
        if answer.headers["Content-Type"].startswith("text/html"):
            waiting += re.findall(r'(?:href|src)="(/[^"]*/(?:static|qr)/[^"]+)"', text)
        elif path.endswith((".css", ".js")):
            waiting += [urljoin(path, one) for one in re.findall(r'(?:url\(|from ?)"?(\.[^")]+)', text)]
    assert len(seen) > 80


def test_no_script_and_no_template_names_an_address_by_itself(tmp_path: Path) -> None:
    """A script says `ours("/api/…")`, a template `url_for`."""
    tops = {re.escape(rule.split("/")[1]) for rule, _ in every_rule(tmp_path)} - {""} | {"static", r"socket\.io"}
    bare = re.compile(rf"""(?<!\bours\()(?<!\bapi\()["'`]/(?:{"|".join(sorted(tops))})(?![\w-]).*""")
    for path in sorted((ROOT / "workshop/static/js").rglob("*.js")):
        assert bare.findall(without_comments(path)) == [], path.name
    for path in sorted((ROOT / "workshop/templates").rglob("*.html")):
        assert re.findall(r"""=\s*["']/[\w{].*""", path.read_text()) == [], path.name


def without_comments(script: Path) -> str:
    """Its code alone."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", script.read_text(), flags=re.DOTALL)


def test_what_scripts_keep_for_a_whole_site_has_the_name_of_the_folder() -> None:
    """Two workshops in two folders share a browser's stores: neither forgets what is the other's."""
    for path in sorted((ROOT / "workshop/static/js").rglob("*.js")):
        assert re.findall(r"""["'`]samen[.:](?!ics").*""", without_comments(path)) == [], path.name


def test_people_are_told_the_names_that_are_kept(house: Server) -> None:
    page = house.get("/privacy").body.decode()
    assert f"<code>samen{FOLDER}.&lt;code&gt;.copy</code>" in page and "<code>samen_login</code>" in page


def test_sockets_are_in_the_folder(house: Server, dial: Dial) -> None:
    made = house.create()
    phone = dial(house, house.join(made["code"], "Noor")["token"])
    leader = dial(house, made["lead_token"])
    leader.do("next")
    assert phone.wait("step")["index"] == 1
    passed = leader.say("command", do="pass", person=phone.snapshot["me"]["id"])
    assert passed["url"].startswith(f"{house.url}/r/")
    polling = f"{FOLDER}/socket.io/?EIO=4&transport=polling"
    host = f"127.0.0.1:{house.port}"
    assert ask(house, polling, host, Origin=f"http://{host}").status == 200
    assert ask(house, polling, host, Origin="http://intranet.example.org").status == 400


def test_a_rehearsal_finds_the_room_in_the_folder(house: Server, dial: Dial) -> None:
    made = house.create(programme="triads")
    leader = dial(house, made["lead_token"])
    command = [sys.executable, "-m", "workshop", "rehearse", made["code"], "--people", "3", "--seed", "1"]
    with subprocess.Popen(command, env=house.environ, cwd=ROOT, stdout=subprocess.DEVNULL) as rehearsal:
        for name in ("Noor", "Sem", "Fatma"):
            leader.wait("people", lambda told, who=name: [p for p in told["changed"] if p["name"] == who and p["here"]])
        rehearsal.kill()


def test_the_description_says_where_it_is(house: Server) -> None:
    assert house.get("/api/openapi.json").json()["servers"] == [{"url": FOLDER}]


def test_a_folder_is_what_the_setting_says_and_not_a_header(house: Server) -> None:
    for header in ("X_Forwarded_Prefix", "X_Script_Name", "Script_Name", "X_Forwarded_Path"):
        page = ask(house, "/", f"127.0.0.1:{house.port}", **{header: "/evil"})
        assert b"evil" not in page.body and f'"{FOLDER}/lead"'.encode() in page.body, header
    for path in (f"{FOLDER}x/lead", f"{FOLDER.upper()}/lead", "/tools", "/tools/lead"):
        assert ask(house, path, f"127.0.0.1:{house.port}").status == 404, path


class Visitor:
    """A browser, as far as cookies go."""

    def __init__(self) -> None:
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, url: str, **form: str) -> str:
        """A page, or a form that is sent; ends where it is led to."""
        with self.opener.open(url, urlencode(form).encode() if form else None, timeout=90) as answer:
            html: str = answer.read().decode()
            self.at = answer.url
        return html

    def sent(self, url: str) -> set[str]:
        """The names of the cookies that go along to an address."""
        request = urllib.request.Request(url)
        self.jar.add_cookie_header(request)
        return {one.split("=")[0] for one in (request.get_header("Cookie") or "").split("; ") if one}


def test_two_workshops_in_one_site_do_not_see_each_others_cookies(tmp_path: Path) -> None:
    """One signs in at both, and is in both; leaving one leaves the other."""
    visitor = Visitor()
    with Server(tmp_path / "a", root="/a") as a, Server(tmp_path / "b", root="/ab") as b:
        for server in (a, b):
            link = re.findall(r"http\S+/first\S+", server.said.read_text())[0]
            word = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.open(link))[0]
            key = link.partition("key=")[2]
            visitor.open(
                f"{server.url}/first", csrf_token=word, key=key, email="noor@example.org",
                password="een heel lang wachtwoord",
            )  # fmt: skip
            assert visitor.at == f"{server.url}/lead"
        assert {(cookie.name, cookie.path) for cookie in visitor.jar} == {
            (name, path) for name in ("samen_login", "samen_browser", "session") for path in ("/a", "/ab")
        }
        assert visitor.sent(f"http://127.0.0.1:{a.port}/") == set(), "nor does the rest of the site"
        page = visitor.open(f"{a.url}/lead")
        word = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        visitor.open(f"{a.url}/logout", csrf_token=word)
        assert "samen_login" not in visitor.sent(f"{a.url}/lead")
        visitor.open(f"{b.url}/lead")
        assert visitor.at == f"{b.url}/lead", "still signed in there"


def test_a_name_is_shown_as_people_read_it_and_drawn_as_machines_do(tmp_path: Path) -> None:
    told = "HTTPS://Wérkplaats.Example.org:443/Workshop/"
    with Server(tmp_path, root="/Workshop", PUBLIC_URL=told) as server:
        made = server.create()
        opened = fetch(made["screen_url"])
        cookie = opened.headers.get_all("Set-Cookie")[0].split(";")[0]  # type: ignore[attr-defined]
        page = fetch(f"{server.url}/screen/{made['code']}", headers={"Cookie": cookie}).body.decode()
        assert re.findall(r"data-address>([^<]+)<", page)[0] == "wérkplaats.example.org/Workshop"
        drawn = server.get(f"/qr/{made['code']}.svg").body.decode()
        plain = f"https://xn--wrkplaats-b4a.example.org/Workshop/r/{made['code']}"
        shape = segno.make(plain, error="m", micro=False).svg_inline(
            border=2, omitsize=True, dark="#12202a", light="#ffffff"
        )
        assert re.findall(r' d="([^"]+)"', drawn) == re.findall(r' d="([^"]+)"', shape)
        answer = ask(
            server, "/Workshop/socket.io/?EIO=4&transport=polling", "127.0.0.1",
            Origin="https://xn--wrkplaats-b4a.example.org",
        )  # fmt: skip
        assert answer.status == 200, "as browsers spell where their page is from"
