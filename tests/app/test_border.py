"""The border around every answer: headers, hosts that are not ours, and pages of other sites (S4)."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask
from live import PATIENCE, Answer, Line, Server, fetch

from config import Settings
from tests.app.conftest import in_this_process
from workshop import addresses
from workshop.app import create_app
from workshop.exports import FORMATS
from workshop.extensions import db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MAY_BE_KEPT = {
    **dict.fromkeys(("/r/<code>", "/r/<code>/more", "/r/<code>/mine"), "private, no-cache"),
    **dict.fromkeys(("/cards", "/sw.js"), "no-cache"),
}
EVIL = "evil.example"


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that was not told under which address people come."""
    with Server(tmp_path_factory.mktemp("open"), PUBLIC_URL="") as server:
        yield server


def ask(server: Server, path: str, host: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """A request that names its host itself."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    line.putrequest(method, path, skip_host=True)
    sent = {"Host": host, "Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
    for name, value in sent.items():
        line.putheader(name, value)
    line.endheaders(body)
    answer = line.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    line.close()
    return found


def cookie(answer: Answer) -> str:
    return "; ".join(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])  # type: ignore[attr-defined]


def every_rule(folder: Path) -> list[tuple[str, set[str]]]:
    """Every address that the application knows, and the methods it takes."""
    app = create_app(Settings(folder, "sqlite://", "secret", None, 0, "threading", styleguide=True))
    db.disconnect()
    return [(rule.rule, set(rule.methods or ())) for rule in app.url_map.iter_rules()]


def test_every_answer_has_every_header(tmp_path: Path) -> None:
    """Every address that the application knows, as somebody with each key of the room and as a stranger."""
    with Server(tmp_path, PUBLIC_URL="https://workshop.example.org", STYLEGUIDE="1") as server:
        made = server.create()
        opened = [fetch(made[f"{name}_url"]) for name in ("lead", "screen", "reflections")]
        keys = "; ".join(cookie(answer) for answer in opened)
        static = re.findall(r'href="(/static/[^"]+)"', fetch(f"{server.url}/").body.decode())[0]
        paths = [
            (rule, method) for rule, methods in every_rule(tmp_path / "rules") for method in sorted(methods - {"HEAD"})
        ]
        paths += [(static, "GET"), ("/static/nothing", "GET"), ("/nowhere", "GET"), ("//lead", "GET")]
        paths += [
            ("/socket.io/?EIO=4&transport=polling", "GET"),
            ("/socket.io/?EIO=9", "GET"),
            ("/socket.io/?sid=x", "POST"),
        ]
        asked = 0
        for rule, method in paths:
            for extension in FORMATS if "<extension>" in rule else ("",):
                path = rule.replace("<code>", made["code"]).replace("<extension>", extension)
                for cookies in ({}, {"Cookie": keys}):
                    answer = fetch(server.url + path, method=method, headers=cookies)
                    where = (method, path, bool(cookies), answer.status)
                    assert answer.status != 500, where
                    for name, value in ALWAYS.items():
                        assert answer.headers.get_all(name) == [value], (*where, name)  # type: ignore[attr-defined]
                    policy = answer.headers["Content-Security-Policy"]
                    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, where
                    assert "camera=()" in answer.headers["Permissions-Policy"], where
                    assert answer.headers["Strict-Transport-Security"].startswith("max-age="), where
                    if not path.startswith("/static/"):
                        kept = (
                            MAY_BE_KEPT.get(rule, "no-store")
                            if method == "GET" and answer.status == 200
                            else "no-store"
                        )
                        assert answer.headers["Cache-Control"] == kept, where
                    asked += 1
        assert asked > 60


def test_without_tls_nobody_is_told_to_insist_on_it(sqlite_server: Server) -> None:
    assert "Strict-Transport-Security" not in sqlite_server.get("/").headers


HOSTS = [
    EVIL,
    f"127.0.0.1.{EVIL}",
    f"localhost.{EVIL}",
    "a b/c",
    "127.0.0.1:5000; script-src *",
    "evil.example:80",
    "[::1",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_is_not_ours_is_refused_in_words(open_server: Server, host: str) -> None:
    made = open_server.create()
    for path in ("/", f"/r/{made['code']}", f"/screen/{made['code']}", f"/qr/{made['code']}.svg", "//lead"):
        answer = ask(open_server, path, host)
        assert answer.status == 400 and b"PUBLIC_URL" in answer.body, path
        assert EVIL not in str(answer.headers) and EVIL.encode() not in answer.body, path
    told = ask(open_server, f"/api/rooms/{made['code']}", host)
    assert told.status == 400 and "PUBLIC_URL" in told.json()["detail"]
    assert ask(open_server, "/socket.io/?EIO=4&transport=polling", host, Origin=f"http://{host}").status == 400
    assert ask(open_server, "/healthz", host).status == 200, "a machine that looks may call it as it likes"


def test_no_link_begins_with_an_address_that_is_not_this_machines(open_server: Server) -> None:
    """An address in numbers is answered: a machine in a container does not know its own. Links do not begin with it."""
    made = open_server.create()
    leader = {"Cookie": cookie(ask(open_server, f"/lead/{made['code']}?key={made['lead_token']}", "localhost"))}
    elsewhere = "203.0.113.9:8080"
    page = ask(open_server, f"/lead/{made['code']}", elsewhere, **leader)
    body = page.body.decode()
    assert page.status == 200 and f"http://127.0.0.1:{open_server.port}/screen" in body
    assert elsewhere not in body
    for host in (f"127.0.0.1:{open_server.port}", f"localhost:{open_server.port}", "127.0.0.9", "[::1]:5000"):
        page = ask(open_server, f"/lead/{made['code']}", host, **leader)
        assert page.status == 200
        if host != "[::1]:5000" or socket.has_ipv6:
            assert f"http://{host}/screen" in page.body.decode(), "the addresses of this machine are"


def test_what_is_kept_takes_over_no_host(open_server: Server) -> None:
    made = open_server.create()
    ask(open_server, f"/r/{made['code']}", EVIL)
    ask(open_server, f"/r/{made['code']}", "203.0.113.9")
    page = ask(open_server, f"/r/{made['code']}", "localhost")
    assert b"203.0.113.9" not in page.body + str(page.headers).encode()


def test_a_pass_leads_to_us_whatever_the_socket_said(open_server: Server) -> None:
    made = open_server.create()
    person = open_server.join(made["code"], "Noor")["person"]
    client = socketio.Client(reconnection=False, request_timeout=PATIENCE)
    client.connect(
        open_server.url,
        auth={"token": made["lead_token"]},
        headers={"Host": "203.0.113.9"},
        transports=["polling"],
        wait_timeout=PATIENCE,
    )
    answer = client.call("command", {"do": "pass", "person": person})
    client.disconnect()
    assert answer["url"].startswith(f"http://127.0.0.1:{open_server.port}/r/")


def test_what_a_proxy_passes_on_is_looked_at_too(tmp_path: Path) -> None:
    with Server(tmp_path, PUBLIC_URL="https://workshop.example.org", TRUSTED_PROXIES="1") as server:
        assert ask(server, "/", "localhost", X_Forwarded_Host=EVIL).status == 400
        assert ask(server, "/", "localhost", X_Forwarded_Host="workshop.example.org").status == 200
        ours = {"X_Forwarded_Host": "workshop.example.org", "X_Forwarded_Proto": "https"}
        polling = "/socket.io/?EIO=4&transport=polling"
        assert ask(server, polling, "x", Origin="https://workshop.example.org", **ours).status == 200
        assert ask(server, polling, "x", Origin="http://workshop.example.org", **ours).status == 400


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(tmp_path, "sqlite://", "secret", "https://Workshop.example.org:443", 0, "threading"))
    with app.app_context():
        yield app
    db.disconnect()


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("https://workshop.example.org", "127.0.0.1", True),
        ("https://workshop.example.org:8443", "127.0.0.1", False),
        ("http://workshop.example.org", "127.0.0.1", False),
        ("http://localhost:5000", "localhost:5000", True),
        ("http://localhost:5001", "localhost:5000", False),
        ("http://203.0.113.9:8080", "203.0.113.9:8080", True),
        (f"http://{EVIL}", EVIL, False),
        ("null", "localhost", False),
        ("http://[", "localhost", False),
        ("http://localhost:port", "localhost:port", False),
        ("", "", False),
    ],
)
def test_whose_page_it_is(bound: Flask, origin: str, host: str, ours: bool) -> None:
    assert addresses.is_own_origin(origin, {"wsgi.url_scheme": "http", "HTTP_HOST": host}) is ours


def test_names_of_this_machine_are_ours(bound: Flask) -> None:
    name = socket.gethostname().partition(".")[0]
    for host in (name, name.upper(), f"{name}.local:5000", f"{name}.fritz.box", "localhost.", "workshop.example.org"):
        assert addresses.is_ours(host), host
    for host in (f"{name}.example", "0.0.0.0", "[::]", "224.0.0.1", "", "workshop.example.org.evil.example"):
        assert not addresses.is_ours(host), host


CROSS: list[dict[str, str]] = [
    {"Origin": f"https://{EVIL}"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.mark.parametrize("headers", CROSS, ids=str)
def test_another_sites_page_writes_nothing(tmp_path: Path, sqlite_server: Server, headers: dict[str, str]) -> None:
    """Every address that changes something, with the cookies of a browser that leads the room."""
    server = sqlite_server
    made = server.create()
    person = server.join(made["code"], "Noor")
    browser = {"Cookie": cookie(fetch(made["lead_url"])), "Authorization": f"Bearer {person['token']}"}
    asked = 0
    for rule, methods in every_rule(tmp_path):
        for method in methods & {"POST", "PUT", "PATCH", "DELETE"}:
            path = rule.replace("<code>", made["code"])
            answer = fetch(server.url + path, method=method, headers=headers | browser, data=b'{"name": "Eva"}')
            assert answer.status == 403, (method, path, answer.status)
            asked += 1
    assert asked >= 10
    polling = fetch(f"{server.url}/socket.io/?EIO=4&transport=polling", method="POST", headers=headers, data=b"40")
    assert polling.status == 400
    assert server.get("/api/me", person["token"]).status == 200, "nothing was erased"
    line = Line(server, made["lead_token"])
    assert [p["name"] for p in line.snapshot["people"]] == ["Noor"]
    line.close()


def test_another_sites_page_leads_here_by_a_link_and_embeds_nothing(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert fetch(made["lead_url"], headers=link).status == 302
    for mode in ("navigate", "same-origin"):  # our own service worker fetches it again
        by_worker = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": "empty"}
        assert fetch(f"{sqlite_server.url}/r/{made['code']}", headers=link | by_worker).status == 200
    for mode, kind in (("no-cors", "image"), ("navigate", "iframe"), ("no-cors", "script"), ("cors", "empty")):
        embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": kind}
        for path in (f"/qr/{made['code']}.svg", made["lead_url"].removeprefix(sqlite_server.url), "/sw.js", "/healthz"):
            answer = fetch(sqlite_server.url + path, headers=embedded)
            assert answer.status == 403 and "Set-Cookie" not in answer.headers, (path, kind)
        assert fetch(f"{sqlite_server.url}/socket.io/?EIO=4&transport=polling", headers=embedded).status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 201),
        ({"Content-Type": "application/json; charset=utf-8"}, 201),
        ({}, 201),  # a program; urllib and curl then say that it is a form
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 400),
        ({"Cookie": "samen_join_1=x"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}, 201),
    ],
    ids=str,
)
def test_json_is_json_by_name(sqlite_server: Server, headers: dict[str, str], status: int) -> None:
    address = f"{sqlite_server.url}/api/rooms/{sqlite_server.create()['code']}/people"
    answer = fetch(address, method="POST", headers=headers, data=b'{"name": "Noor"}')
    assert answer.status == status
    if status == 400:
        assert "Content-Type" in json.loads(answer.body)["detail"]


def test_pages_of_our_own_write(sqlite_server: Server) -> None:
    made: dict[str, Any] = sqlite_server.create()
    own = {"Origin": sqlite_server.url, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    address = f"{sqlite_server.url}/api/rooms/{made['code']}/people"
    assert fetch(address, method="POST", headers=own, data=b'{"name": "Noor"}').status == 201


def test_over_https_a_form_needs_no_referer_and_another_sites_page_still_sends_none(tmp_path: Path) -> None:
    with in_this_process(tmp_path, "https://workshop.example.org") as app:
        browser, at = app.test_client(), "https://workshop.example.org"
        page = browser.get("/login", base_url=at).get_data(as_text=True)
        word = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]

        def sends(token: str, **headers: str) -> int:
            return browser.post("/logout", base_url=at, data={"csrf_token": token}, headers=headers).status_code

        assert sends(word) == 302 and sends(word, Origin=at) == 302
        assert sends(word, Origin=f"https://{EVIL}") == 403 and sends(word, Origin="null") == 403
        assert sends("guessed") == 400


def test_a_browser_that_has_the_page_of_a_room_that_is_gone_is_told_to_drop_it(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        made = server.create()
        page = server.get(f"/r/{made['code']}")
        assert server.workshop("erase", made["code"], "--yes").returncode == 0
        gone = fetch(f"{server.url}/r/{made['code']}", headers={"If-None-Match": page.headers["ETag"]})
        assert gone.status == 404 and gone.headers["Clear-Site-Data"] == '"cache"'
        assert "Clear-Site-Data" not in server.get(f"/r/{made['code']}").headers
