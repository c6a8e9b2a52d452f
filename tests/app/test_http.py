"""HTTP is spoken whole (RFC 9110, RFC 9457), at every address and before any of our code runs; an address means what it
meant with a sign more; and this machine is known by each of its names."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from app.test_border import ask, cookie, every_rule
from app.test_quiet import BROKEN
from live import Answer, Server, fetch

from workshop import addresses
from workshop.cookies import PAGES
from workshop.core.askers import is_here

MODES = ["eventlet", "gevent", "threading"]
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module", params=MODES)
def everywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that listens to IPv6 and IPv4, and was told nothing else."""
    told = {"ASYNC_MODE": request.param, "PUBLIC_URL": "", "STYLEGUIDE": "1"}
    with Server(tmp_path_factory.mktemp("everywhere"), options=("--host", "::"), silent=False, **told) as server:
        yield server


def exchange(
    port: int, sent: bytes, host: str = "127.0.0.1", *, ends: bool = False
) -> tuple[int, dict[str, str], bytes]:
    """Says something, ends there or not, and hears all of the answer."""
    with socket.create_connection((host, port), 10) as wire:
        wire.sendall(sent)
        if ends:
            wire.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := wire.recv(65_536):
            heard += piece
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    return int(lines[0].split()[1]), dict(line.lower().split(": ", 1) for line in lines[1:]), body  # type: ignore[misc]


NEVER_A_REQUEST = [
    "no request", "bytes", "a version of tomorrow", "a line that is too long", "a header that is too long",
    "too many headers", "less than nothing", "chunks that are none", "TLS",
]  # fmt: skip


def test_a_refusal_is_never_empty_also_before_our_code_runs(everywhere: Server) -> None:
    for name in NEVER_A_REQUEST:
        closing = b"".join(BROKEN[name]).replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n", 1)
        status, headers, body = exchange(everywhere.port, closing)
        assert 400 <= status < 500 and int(headers["content-length"]) == len(body) > 100, (name, status, body)
        assert headers["content-type"].startswith(("text/html", PROBLEM)), name
        assert headers["x-content-type-options"] == "nosniff", name
        assert "default-src 'none'" in headers["content-security-policy"], name
        assert (b"<p" in body or b'"detail"' in body) and b"canary" not in body, (name, body)
    long = exchange(everywhere.port, b"".join(BROKEN["a line that is too long"]))
    many = exchange(everywhere.port, b"".join(BROKEN["too many headers"]))
    assert (long[0], many[0]) == (414, 431) and b"cookies" in many[2].lower()


def test_headers_that_are_too_much_together_are_refused_with_what_to_do(everywhere: Server) -> None:
    """Whichever server reads them, and whatever is asked for; and the cookies of forty rooms are not too much."""
    mine = "; ".join(
        f"samen_{page}_{room}=l{room}.QtTkrqSffuItgxkR7682Bkg" for room in range(10**7, 10**7 + 40) for page in PAGES
    )
    many = {f"X_{n}": "a" * 4000 for n in range(5)}
    for path in ("/", "/lead", "/nowhere", "/api/me", "/socket.io/?EIO=4&transport=polling"):
        assert ask(everywhere, path, "localhost", Cookie=mine).status != 431, path
        answer = ask(everywhere, path, "localhost", **many)
        assert answer.status == 431 and b"cookies" in answer.body.lower(), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


def test_a_list_of_preferences_without_end_counts_as_not_said(everywhere: Server) -> None:
    much = ",".join(f"a{n};q=0.5" for n in range(200))
    page = ask(everywhere, "/", "localhost", Accept_Language=f"en,{much}", Accept_Encoding=f"gzip,{much}")
    assert b'<html lang="nl"' in page.body and "Content-Encoding" not in page.headers
    assert ask(everywhere, "/", "localhost", Accept_Language="en,nl;q=0.5").body.count(b'<html lang="en"') == 1
    told = ask(everywhere, "/nowhere", "localhost", Accept=f"{PROBLEM},{much}")
    assert told.status == 404 and told.headers["Content-Type"].startswith("text/html")


def test_a_form_with_too_many_fields_is_refused_in_words_before_it_is_taken_apart(everywhere: Server) -> None:
    fields = b"&".join(b"%x=" % n for n in range(11_000))
    part = b'--x\r\nContent-Disposition: form-data; name="%x"\r\n\r\n\r\n'
    parts = b"".join(part % n for n in range(999)) + b"--x--\r\n"
    for body, kind in (
        (fields, "application/x-www-form-urlencoded"),
        (parts, "multipart/form-data; boundary=x"),
    ):
        answer = ask(everywhere, "/login", "localhost", "POST", body, Content_Type=kind)
        assert answer.status == 413 and b"<h1" in answer.body, kind
        told = ask(everywhere, "/login", "localhost", "POST", body, Content_Type=kind, Accept=PROBLEM)
        assert told.json()["code"] == "too_large" and told.json()["detail"], kind
    few = ask(everywhere, "/login", "localhost", "POST", b"&".join(fields.split(b"&")[:1900]))
    assert few.status == 400, "as many as lines of a wall"


def test_what_comes_in_chunks_is_read(everywhere: Server) -> None:
    code = everywhere.create()["code"]
    body = json.dumps({"name": "Noor"}).encode()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:7], body[7:])) + b"0\r\n\r\n"

    def head(path: str) -> bytes:
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Content-Type: application/json"]
        return "\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode()

    people = f"/api/rooms/{code}/people"
    assert exchange(everywhere.port, head(people) + pieces)[0] == 201
    opened = everywhere.get("/socket.io/?EIO=4&transport=polling").body
    line = json.loads(re.search(rb"\{.+\}", opened)[0])["sid"]  # type: ignore[index]
    said = exchange(everywhere.port, head(f"/socket.io/?EIO=4&transport=polling&sid={line}") + b"1\r\n3\r\n0\r\n\r\n")
    assert said[0] == 200, "and so do sockets"
    much = b"%x\r\n%s\r\n0\r\n\r\n" % (70_000, b" " * 70_000)
    assert exchange(everywhere.port, head(people) + much)[0] == 413
    for broken in (b"zz\r\n\r\n", b"5\r\nab"):
        status, _, told = exchange(everywhere.port, head(people) + broken, ends=True)
        assert status == 400 and b"chunks" in told


PROXIES = [
    {"X_Forwarded_For": "192.0.2.7"}, {"X_Forwarded_Proto": "https"}, {"Forwarded": "for=192.0.2.7"},
    {"Via": "1.1 proxy"}, {"X_Real_IP": "192.0.2.7"}, {"CF_Connecting_IP": "192.0.2.7"},
]  # fmt: skip


def test_figures_are_for_this_machine_by_any_of_its_names(everywhere: Server) -> None:
    names = ["127.0.0.1", "localhost", "LocalHost.", "127.0.0.9", "[::1]", "[::ffff:127.0.0.1]", "desk.localhost"]
    for name in [*names, socket.gethostname()]:
        assert ask(everywhere, "/metrics", f"{name}:{everywhere.port}").status == 200, name
    asked = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for host in ("127.0.0.1", "127.0.0.9", *(["::1"] if socket.has_ipv6 else [])):
        assert exchange(everywhere.port, asked, host)[0] == 200, host


def test_figures_are_closed_to_who_comes_through_a_proxy_of_this_machine(everywhere: Server) -> None:
    for passed_on in PROXIES:
        assert ask(everywhere, "/metrics", "localhost", **passed_on).status == 403, passed_on
    assert ask(everywhere, "/metrics", "workshop.example.org").status == 403, "by the name that people have"
    assert exchange(everywhere.port, b"GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")[0] == 403, (
        "as nginx by itself"
    )


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "[::1]:80", "::1%lo"]
)
def test_every_spelling_of_here_is_here(address: str) -> None:
    assert is_here(address)


@pytest.mark.parametrize(
    "url", ["http://localhost.:5000", "http://a.localhost", "http://LOCALHOST", "http://[::1]:5000"]
)
def test_no_such_address_is_given_to_phones(url: str) -> None:
    assert addresses.only_works_here(url) and not addresses.only_works_here("http://localhost.example.org")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("house"), STYLEGUIDE="1") as server:
        yield server


def addressed(server: Server, folder: Path) -> list[tuple[str, set[str]]]:
    code = server.create()["code"]
    return [
        (rule.replace("<code>", code).replace("<extension>", "csv"), methods) for rule, methods in every_rule(folder)
    ]


def whole(answer: Answer, path: str, method: str) -> None:
    """A refusal as HTTP has it."""
    where, headers = (method, path, answer.status), answer.headers
    assert answer.status < 500 or answer.status == 503, where
    if answer.status < 400:
        return
    assert ("Allow" in headers) == (answer.status == 405), where
    assert ("WWW-Authenticate" in headers) == (answer.status == 401), where
    assert ("Retry-After" in headers) == (answer.status in (429, 503)), where
    assert headers["Content-Type"] == PROBLEM, where
    said = answer.json()
    assert said["status"] == answer.status and said["title"] == HTTPStatus(answer.status).phrase != said["code"], where
    assert len(said["detail"]) > 10, where


def test_every_refusal_is_whole_at_every_address(house: Server, tmp_path: Path) -> None:
    asked = 0
    paths = [*addressed(house, tmp_path), ("/nowhere", set()), ("/socket.io/", set()), ("/socket.io/?EIO=9", set())]
    static = re.findall(r'href="(/static/[^"]+)"', house.get("/").body.decode())[0]
    for path, _ in [*paths, (static, set())]:
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            for accept in (PROBLEM, "application/json"):
                answer = fetch(house.url + path, method=method, headers={"Accept": accept})
                if answer.status >= 400:
                    whole(answer, path, method)
                    asked += 1
    assert asked > 200
    page = fetch(f"{house.url}/nowhere", headers={"Accept": "text/html,application/json;q=0.5"})
    assert page.headers["Content-Type"].startswith("text/html") and "Accept" in page.headers["Vary"]
    assert house.get("/nowhere").headers["Content-Type"].startswith("text/html"), "who does not mind gets a page"


def test_only_what_holds_no_secret_is_compressed(house: Server, tmp_path: Path) -> None:
    made = house.create()
    keys = [made[f"{name}_token"] for name in ("lead", "screen", "organiser")] + [made["join_url"].partition("#k=")[2]]
    browser = "; ".join(cookie(fetch(made[f"{name}_url"])) for name in ("lead", "screen", "reflections"))
    pressed = set()
    for rule, methods in every_rule(tmp_path):
        path = rule.replace("<code>", made["code"]).replace("<extension>", "csv")
        for cookies in ("", browser):
            if "GET" not in methods or "/print" in rule:
                continue
            headers = {"Accept-Encoding": "gzip", "Cookie": cookies} if cookies else {"Accept-Encoding": "gzip"}
            answer = fetch(house.url + path, headers=headers)
            if answer.headers["Content-Encoding"] != "gzip":
                continue
            body = gzip.decompress(answer.body).decode()
            assert "csrf_token" not in body and not [key for key in keys if key in body], path
            assert "Accept-Encoding" in answer.headers["Vary"] and len(answer.body) < len(body), path
            if answer.status == 200:
                pressed.add(rule)
            refusing = fetch(house.url + path, headers=headers | {"Accept-Encoding": "gzip;q=0, identity"})
            assert "Content-Encoding" not in refusing.headers, path
    assert pressed == {
        "/",
        "/cards",
        "/privacy",
        "/styleguide",
        "/sw.js",
        "/r/<code>",
        "/r/<code>/more",
        "/r/<code>/mine",
        "/qr/<code>.svg",
    }
    qr = fetch(f"{house.url}/qr/{made['code']}.svg", headers={"Accept-Encoding": "gzip", "Cookie": browser})
    assert "Content-Encoding" not in qr.headers, "the one with the secret in it"
    assert gzip.decompress(fetch(f"{house.url}/nowhere", headers={"Accept-Encoding": "gzip"}).body)


MORE = ["/", "//", ".", ",", ")", "%20", "/.", '"', ">", "?", "!"]


def test_an_address_with_a_sign_more_is_that_address(house: Server, tmp_path: Path) -> None:
    found = 0
    for path, methods in addressed(house, tmp_path):
        if "GET" not in methods or path.endswith(("/print", "print.pdf", "/styleguide")):
            continue
        plain = house.get(path).status
        for more in MORE if path.startswith("/r/") else MORE[:1]:
            assert house.get(path + more).status == plain, path + more
            found += 1
    assert found > 25


@pytest.mark.parametrize("more", ["/", ".", ")", "%2F"])
def test_a_link_with_a_sign_more_opens(house: Server, more: str) -> None:
    made = house.create()
    for name in ("lead", "screen", "reflections"):
        link = made[f"{name}_url"]
        for told in (link + more, link.replace("?", f"{more}?")):
            answer = fetch(told)
            assert answer.status == 302 and "Set-Cookie" in answer.headers, told
            assert answer.headers["Location"] == link.removeprefix(house.url).partition("?")[0]
