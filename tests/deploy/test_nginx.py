"""The workshop behind nginx as `deploy/nginx` has it: over TLS, in a folder, on IPv6; and what it keeps to itself."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import socketio
from app.test_border import every_rule
from live import PATIENCE, Answer, Server, until

from .front import Front, front

FOLDER = "/workshop"


def ask(
    front: Front, path: str, *, port: int | None = None, host: str = "127.0.0.1", method: str = "GET",
    body: bytes | None = None, headers: Mapping[str, str] | None = None, by: str | None = None,
) -> Answer:  # fmt: skip
    """One request over TLS, from this address if it says one; the certificate is looked at."""
    trusts = ssl.create_default_context(cafile=str(front.certificate))
    own = (by, 0) if by else None
    line = http.client.HTTPSConnection(host, port or front.port, context=trusts, timeout=PATIENCE, source_address=own)
    named = {"Host": f"localhost:{port or front.port}"} if host != "localhost" else {}
    line.request(method, path, body, {**named, **(headers or {})})
    answer = line.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    line.close()
    return found


def come_in(front: Front, made: dict[str, str], port: int, folder: str) -> str:
    """Somebody comes in over TLS; returns their token."""
    body = json.dumps({"name": "Noor", "key": made["join_url"].partition("#k=")[2]}).encode()
    kind = {"Content-Type": "application/json"}
    answer = ask(front, f"{folder}/api/rooms/{made['code']}/people", port=port, method="POST", body=body, headers=kind)
    assert answer.status == 201, answer.body
    return str(answer.json()["token"])


def line_to(front: Front, port: int, folder: str, transport: str, auth: dict[str, Any], code: str) -> socketio.Client:
    """A line over TLS, as a browser opens one: with an origin and the code where a proxy can see it."""
    session = requests.Session()
    session.verify, session.trust_env = str(front.certificate), False  # what the machine trusts besides is not asked
    origin = {"Origin": f"https://localhost:{port}"} if transport == "polling" else {}  # the other says it by itself
    line = socketio.Client(reconnection=False, http_session=session, request_timeout=PATIENCE)
    line.connect(
        f"https://localhost:{port}?code={code}", auth=auth, transports=[transport], wait_timeout=PATIENCE,
        headers=origin, socketio_path=f"{folder}/socket.io",
    )  # fmt: skip
    return line


@pytest.fixture(scope="module", params=["", FOLDER], ids=["a name of its own", "a folder"])
def behind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server, nginx before it, and the port and folder by which people come."""
    folder: str = request.param
    home = tmp_path_factory.mktemp("behind")
    server = Server(home / "server", root=folder, TRUSTED_PROXIES="1")
    with front(home / "nginx", [server.port]) as one:
        port = one.intranet if folder else one.port
        server.environ["PUBLIC_URL"] = f"https://localhost:{port}{folder}"
        with server:
            yield one, server, port, folder


def test_the_settings_are_sound(tmp_path: Path) -> None:
    assert "test is successful" in Front(tmp_path / "nginx", [5000]).test()


def test_a_page_over_tls(behind: Any) -> None:
    front, server, port, folder = behind
    made = server.create()
    for host in ("127.0.0.1", "::1"):
        page = ask(front, f"{folder}/r/{made['code']}", port=port, host=host)
        assert page.status == 200 and page.headers["Strict-Transport-Security"].startswith("max-age="), host
    key = made["lead_token"]
    opened = ask(front, f"{folder}/lead/{made['code']}?key={key}", port=port)
    cookies = opened.headers.get_all("Set-Cookie")  # type: ignore[attr-defined]
    assert opened.headers["Location"] == f"{folder}/lead/{made['code']}"
    assert all("Secure" in one and f"Path={folder or '/'};" in f"{one};" for one in cookies), cookies
    desk = ask(
        front, f"{folder}/lead/{made['code']}", port=port,
        headers={"Cookie": cookies[0].split(";")[0], "Accept-Encoding": "gzip, br"},
    )  # fmt: skip
    assert f'value="https://localhost:{port}{folder}/r/{made["code"]}#k=' in desk.body.decode()
    assert "Content-Encoding" not in desk.headers, "a page with a secret is not pressed"
    for path in re.findall(r'src="(/[^"]+)"', desk.body.decode()):
        assert ask(front, path, port=port).status == 200, path


def test_without_tls_one_is_led_to_it(behind: Any) -> None:
    front = behind[0]
    line = http.client.HTTPConnection("127.0.0.1", front.http, timeout=PATIENCE)
    line.request("GET", "/r/12345678?language=en", headers={"Host": "localhost"})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/r/12345678?language=en")
    line.close()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_line_over_tls_hears_of_a_step(behind: Any, transport: str) -> None:
    front, server, port, folder = behind
    made = server.create()
    token, heard = come_in(front, made, port, folder), threading.Event()
    phone = line_to(front, port, folder, transport, {"token": token}, made["code"])
    phone.on("step", lambda step: heard.set() if step["index"] == 1 else None)
    leader = line_to(front, port, folder, transport, {"token": made["lead_token"]}, made["code"])
    assert leader.call("command", {"do": "next"}, timeout=PATIENCE)["ok"]
    assert heard.wait(PATIENCE)
    for line in (phone, leader):
        line.disconnect()


def test_each_asker_is_known_by_its_own_address_and_by_no_other(behind: Any) -> None:
    """Somebody who guesses codes is slowed down, whatever they say of where they come from; and nobody else is."""
    front, server, port, folder = behind

    def guess(by: str, said: str) -> int:
        path, says = f"{folder}/api/rooms/00000000", {"X-Forwarded-For": said}
        return ask(front, path, port=port, host="::1" if ":" in by else "127.0.0.1", by=by, headers=says).status

    guesser = "127.0.0.2"  # whom no other test is
    until(lambda: guess(guesser, f"192.0.2.{len(server.said.read_text()) % 250}") == 429)
    assert guess("::1", guesser) == 404


def test_too_much_is_refused(behind: Any) -> None:
    front, server, port, folder = behind
    code = server.create()["code"]
    much = json.dumps({"name": "x" * 70_000}).encode()
    assert ask(front, f"{folder}/api/rooms/{code}/people", port=port, method="POST", body=much).status == 413
    assert ask(front, f"{folder}/{'x' * 9_000}", port=port).status == 414


def test_no_log_holds_a_code_a_key_or_an_address(tmp_path: Path) -> None:
    """Also where something goes wrong: nginx would write whole requests."""
    server = Server(tmp_path / "server", TRUSTED_PROXIES="1")
    with front(tmp_path / "nginx", [server.port]) as one:
        server.environ["PUBLIC_URL"] = f"https://localhost:{one.port}"
        with server:
            made = server.create()
            keys = [made["lead_token"], made["screen_token"], made["organiser_token"], come_in(one, made, one.port, "")]
            addresses = [
                f"/lead/{made['code']}?key={keys[0]}", f"/screen/{made['code']}?key={keys[1]}",
                f"/reflections/{made['code']}?key={keys[2]}", f"/r/{made['code']}",
                f"/r/{made['code'][:4]}-{made['code'][4:]}",
                f"/?code={made['code']}", f"/socket.io/?EIO=4&transport=polling&code={made['code']}",
                f"/api/me?code={made['code']}", f"/r/{made['code']}/{'x' * 9_000}", f"/qr/{made['code']}.svg",
            ]  # fmt: skip
            for path in addresses:
                ask(one, path, headers={"Authorization": f"Bearer {keys[3]}", "Referer": f"https://localhost{path}"})
        for path in addresses:
            assert ask(one, path).status in (502, 414), "the server is gone"
        for port in (one.http, one.port):  # a request that is none
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            line.putrequest("GET", addresses[0], skip_host=True)
            line.endheaders()
            assert line.getresponse().status == 400
            line.close()
        until(lambda: one.said.count(" 502 ") >= len(addresses) - 1)
        said = one.said
    assert "GET lead 302" in said and "GET socket 200" in said and "GET r 200" in said, said
    for secret in (made["code"], made["code"][:4], *keys, "127.0.0.1", "localhost"):
        assert secret not in said.replace(str(tmp_path), ""), secret


class Named(ThreadingHTTPServer):
    """One of several processes: it answers with its port, and has the files that are under its port, as a version has
    those of its own."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = str(self.server.server_port).encode()  # type: ignore[attr-defined]
                theirs = "/static/" in self.path and body.decode() not in self.path
                self.send_response(404 if theirs else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def test_all_that_is_of_a_room_comes_to_one_process(tmp_path: Path) -> None:
    """Every address that there is with a code in it, at the top and in a folder, however the code is written; and
    what carries it behind the question mark."""
    with ExitStack() as stack:
        several = [stack.enter_context(Named()) for _ in range(3)]
        stack.callback(lambda: [one.shutdown() for one in several])
        one = stack.enter_context(front(tmp_path / "nginx", [server.server_port for server in several]))
        rules = sorted({rule for rule, _ in every_rule(tmp_path / "rules") if "<code>" in rule})
        assert len(rules) > 20
        came = set()
        for code in ("12345678", "00000001", "87654321", "31415926", "27182818", "99999999"):
            paths = [rule.replace("<code>", code).replace("<extension>", "csv") for rule in rules]
            paths += [rule.replace("<code>", f"{code[:4]}{sign}{code[4:]}") for rule in rules for sign in ("-", "%20")]
            paths += [
                f"/socket.io/?EIO=4&transport=polling&code={code}",
                f"/api/me?code={code}",
                f"/api/me.ics?code={code}",
            ]
            paths += [f"/?code={quote(f'{code[:4]} {code[4:]}')}", f"/r/{code}?code=11112222"]
            found = {ask(one, path).body for path in paths}
            found |= {ask(one, FOLDER + path, port=one.intranet).body for path in paths}
            assert len(found) == 1, (code, found)
            came |= found
        assert len(came) > 1, "not all rooms are in one"
        alike = {
            ask(one, path).body for path in ("/", "/lead", "/socket.io/?EIO=4", "/socket.io/?EIO=4&sid=x", "/api/me")
        }
        assert len(alike) == 1, "what is of no room stays with one process, for each address"


def test_a_page_of_one_version_has_its_files_while_another_takes_its_place(tmp_path: Path) -> None:
    with ExitStack() as stack:
        two = [stack.enter_context(Named()) for _ in range(2)]
        stack.callback(lambda: [one.shutdown() for one in two])
        one = stack.enter_context(front(tmp_path / "nginx", [server.server_port for server in two]))
        for server in two:
            file = f"/static/{server.server_port}/js/phone.js"
            assert (ask(one, file).status, ask(one, FOLDER + file, port=one.intranet).status) == (200, 200)
        assert ask(one, "/static/0/js/phone.js").status == 404
