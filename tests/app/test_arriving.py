"""Phones find the server: the address that they get, what the terminal says of it, the leader's choice."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import socketio
from live import PATIENCE, ROOT, Answer, Line, Server, fetch, free_port

from workshop.core.errors import Refused
from workshop.networks import Listening, Network, in_order, listening, start_again
from workshop.wire import Address

Dial = Callable[..., Line]
WIFI, CABLE, OFFICE = Network("wlan0", "192.168.1.20"), Network("eth0", "10.1.2.3"), Network("tun0", "10.8.0.2")
HYPER_V = Network("Hyper-V Virtual Ethernet Adapter", "172.20.0.1")
TAP, GUARD = Network("TAP-Windows Adapter V9", "10.9.0.2"), Network("WireGuard Tunnel", "10.2.0.2")
CARD, UTUN = Network("Intel(R) Wi-Fi 6 AX201", "192.168.0.5"), Network("utun4", "100.90.1.1")
DOCKER, CAMPUS = Network("docker0", "172.17.0.1"), Network("en0", "145.18.1.9")
PHONE = {"X-Forwarded-For": "192.168.1.77"}
"""What a program says that passes on what a phone asked."""


@pytest.mark.parametrize(
    ("networks", "routed", "expected"),
    [
        ([], None, []),
        ([Network("lo", "127.0.0.1"), Network("eth0", "169.254.3.4"), Network("x", "0.0.0.0")], None, []),
        ([CABLE, WIFI], WIFI.address, [WIFI, CABLE]),
        ([DOCKER, WIFI], None, [WIFI, DOCKER]),
        ([OFFICE, WIFI], OFFICE.address, [WIFI, OFFICE]),
        ([DOCKER, OFFICE], OFFICE.address, [OFFICE, DOCKER]),
        ([CAMPUS, DOCKER], CAMPUS.address, [CAMPUS, DOCKER]),
        ([CAMPUS, WIFI], None, [WIFI, CAMPUS]),
        ([WIFI, WIFI], None, [WIFI]),
        ([HYPER_V, WIFI], None, [WIFI, HYPER_V]),
        ([TAP, CARD], TAP.address, [CARD, TAP]),
        ([GUARD, CARD], None, [CARD, GUARD]),
        ([UTUN, CAMPUS], UTUN.address, [CAMPUS, UTUN]),
    ],
)
def test_the_likely_network_goes_first(networks: list[Network], routed: str | None, expected: list[Network]) -> None:
    assert in_order(networks, routed) == expected


def test_a_leader_chooses_and_a_phone_proves_it() -> None:
    """Also in another network, in which one has to see anew."""
    networks = [WIFI, CABLE]
    ours = Listening(lambda: networks)
    assert ours.networks() == [] and ours.for_phones() is None and ours.own == "http://127.0.0.1:5000"
    ours.at("192.168.1.20", 80)
    assert ours.for_phones() is None and ours.own == "http://192.168.1.20:80", "one address is one address"
    ours.at("::1", 80)
    assert ours.own == "http://[::1]:80"
    ours.at("0.0.0.0", 5001)
    first, second = ours.networks()
    assert ours.own == "http://127.0.0.1:5001"
    assert ours.shape() == Address(f"http://{first.address}:5001", reached=False)
    assert ours.phone_came() and not ours.phone_came(), "news once"
    assert ours.shape().reached
    ours.choose(second.address)
    assert ours.networks() == [second, first]
    assert ours.shape() == Address(f"http://{second.address}:5001", reached=False)
    for wrong in ("203.0.113.9", "127.0.0.1", "", "evil.example"):
        with pytest.raises(Refused):
            ours.choose(wrong)
    networks[:] = [Network("wlan0", "192.168.7.7")]
    assert ours.for_phones() == "http://192.168.7.7:5001", "what was chosen is gone, and so is its network"
    networks.clear()
    assert ours.shape() == Address(None, reached=False)


@pytest.mark.parametrize(
    ("program", "folder", "port", "windows", "line"),
    [
        ("/home/a/w/.venv/bin/python", "/home/a/w", 5000, False, ".venv/bin/python -m workshop serve --host 0.0.0.0"),
        ("/usr/bin/python3", "/srv", 8000, False, "/usr/bin/python3 -m workshop serve --host 0.0.0.0 --port 8000"),
        (
            r"C:\Users\Lot Bos\w\.venv\Scripts\python.exe", r"C:\Users\Lot Bos\w", 5001, True,
            r".venv\Scripts\python.exe -m workshop serve --host 0.0.0.0 --port 5001",
        ),
    ],
)  # fmt: skip
def test_the_remedy_is_a_line_that_works_where_it_is_typed(
    program: str, folder: str, port: int, windows: bool, line: str
) -> None:
    assert start_again(program, folder, port, windows=windows) == line


@pytest.fixture(scope="module")
def outside() -> str:
    """An address of this machine in a network."""
    ours = Listening()
    ours.at("0.0.0.0", 5000)
    if not ours.networks():
        pytest.skip("this machine is in no network")
    return ours.networks()[0].address


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, outside: str) -> Iterator[Server]:
    """As `make run` starts it."""
    with Server(tmp_path_factory.mktemp("served"), options=("--host", "0.0.0.0"), PUBLIC_URL="") as server:
        yield server


def cookies(*answers: Answer) -> str:
    return "; ".join(c.split(";")[0] for answer in answers for c in answer.headers.get_all("Set-Cookie") or [])  # type: ignore[attr-defined]


class Desk:
    """A leader's browser."""

    def __init__(self, made: dict[str, str], base: str) -> None:
        self.address, self.base = f"{base}/lead/{made['code']}", base
        first = fetch(f"{self.address}?key={made['lead_token']}")
        page = fetch(self.address, headers={"Cookie": cookies(first)})
        self.html = page.body.decode()
        self.cookies = cookies(first, page)

    def choose(self, address: str, accept: str = "application/json") -> Answer:
        """Presses the button beside the networks, also where it is not shown."""
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', self.html)[0]
        headers = {"Cookie": self.cookies, "Accept": accept, "Origin": self.base}
        return fetch(
            f"{self.address}/address", "POST", headers, urlencode({"csrf_token": token, "address": address}).encode()
        )


def test_the_terminal_says_who_can_come_and_how_not_to(served: Server, outside: str) -> None:
    said = served.said.read_text()
    assert f"Phones on the same network join at http://{outside}:{served.port} (" in said
    assert "--host 127.0.0.1" in said
    first = re.findall(r"Make the first leader's account: (\S+)", said)[0]
    assert first.startswith(f"http://127.0.0.1:{served.port}/first?key="), "an address that works here"
    assert fetch(first).status == 200
    assert "▄" not in said, "a picture is for who looks, not for a log"


def test_who_looks_sees_a_qr_code(tmp_path: Path, outside: str) -> None:
    ours, theirs = pty.openpty()
    port = free_port()
    line = [sys.executable, "-m", "workshop", "serve", "--host", "0.0.0.0", "--port", str(port)]
    environ = os.environ | {"INSTANCE_PATH": str(tmp_path / "instance"), "PUBLIC_URL": ""}
    with subprocess.Popen(line, cwd=ROOT, env=environ, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"First time here?" not in said:
            said += os.read(ours, 4096)
        process.terminate()
    os.close(ours)
    assert said.decode().count("█") > 100 and f"http://{outside}:{port}" in said.decode()


def test_a_port_that_is_in_use_is_said_before_anything_else(served: Server) -> None:
    before = (served.folder / "instance" / "listening").read_bytes()
    done = served.workshop("serve", "--port", str(served.port))
    assert done.returncode == 1 and done.stdout == ""
    assert f"another program has port {served.port}" in done.stderr and f"--port {served.port + 1}" in done.stderr
    assert (served.folder / "instance" / "listening").read_bytes() == before


def test_on_this_computer_only_it_says_so_and_how_to_let_phones_in(tmp_path: Path) -> None:
    with Server(tmp_path, PUBLIC_URL="") as server:
        assert "Only this computer can open it." in server.said.read_text()
        desk = Desk(server.create(), server.url)
        remedy = re.findall(r"<code>([^<]+--host 0.0.0.0[^<]*)</code>", desk.html)[0]
        assert f"--port {server.port}" in remedy
        program, *rest = shlex.split(remedy)
        done = subprocess.run([program, *rest, "--help"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0 and "usage" in done.stdout, "it works as it stands"


def test_links_and_codes_of_a_leader_at_this_computer_lead_to_its_address_in_the_network(
    served: Server, outside: str, dial: Dial
) -> None:
    made, base = served.create(), f"http://{outside}:{served.port}"
    for host in ("localhost", "127.0.0.1"):
        desk = Desk(made, f"http://{host}:{served.port}")
        for path in (f"r/{made['code']}#k=", f"lead/{made['code']}?key=", f"screen/{made['code']}?key="):
            assert f'value="{base}/{path}' in desk.html
        assert f'href="/screen/{made["code"]}?key=' in desk.html, "the screen on this computer outlives its network"
        assert "0.0.0.0" not in desk.html and f'data-base="{base}"' in desk.html
        line = dial(served, made["lead_token"])
        passed = line.do("pass", person=served.join(made["code"], "Noor")["person"])
        assert passed["url"].startswith(f"{base}/r/")
    screen = fetch(f"{served.url}/screen/{made['code']}?key={made['screen_token']}")
    page = fetch(f"{served.url}/screen/{made['code']}", headers={"Cookie": cookies(screen)}).body.decode()
    assert f">{outside}:{served.port}<" in page and "127.0.0.1" not in page
    assert fetch(f"{base}/r/{made['code']}").status == 200


def test_commands_beside_the_server_know_where_it_listens(served: Server, outside: str) -> None:
    made = served.create_by_command()
    assert made["join_url"].startswith(f"http://{outside}:{served.port}/r/")
    assert fetch(made["lead_url"]).status == 302
    done = served.workshop("rehearse", made["code"], "--people", "2", "--leash", text="")
    assert done.returncode == 0, done.stderr
    printed = served.workshop("print", made["code"], "--output", str(served.folder / "cards.pdf"))
    assert printed.returncode == 0 and printed.stderr == ""


def test_a_leader_at_this_computer_chooses_and_nobody_else(served: Server, outside: str, dial: Dial) -> None:
    made = served.create()
    leader, screen = dial(served, made["lead_token"]), dial(served, made["screen_token"])
    person = dial(served, served.join(made["code"], "Noor")["token"])
    base = f"http://{outside}:{served.port}"
    assert leader.snapshot["address"] == screen.snapshot["address"] == {"base": base, "reached": False}
    assert "address" not in person.snapshot
    desk = Desk(made, served.url)
    assert desk.choose(outside).json() == {"base": base, "reached": False}
    assert leader.wait("address")["base"] == screen.wait("address")["base"] == base
    assert person.all("address") == []
    assert desk.choose(outside, accept="text/html").status == 302
    for wrong in ("203.0.113.9", "127.0.0.1", "evil.example", ""):
        assert desk.choose(wrong).status == 400, wrong
    elsewhere = Desk(made, base)
    assert elsewhere.choose(outside).status == 403, "who came by the network"
    assert fetch(f"{served.url}/lead/{made['code']}/address", "POST", {}, b"address=1").status in (400, 401)
    assert leader.all("address")[-1]["base"] == base


def test_a_phone_that_came_in_ends_the_warning(tmp_path: Path, outside: str, dial: Dial) -> None:
    with Server(tmp_path, options=("--host", "0.0.0.0"), PUBLIC_URL="") as served:
        made = served.create()
        leader = dial(served, made["lead_token"])
        dial(served, served.join(made["code"], "Noor")["token"])  # a tab on this computer proves nothing
        assert leader.say("clock")["ok"] and leader.all("address") == []
        assert "data-until-reached>" in Desk(made, served.url).html
        phone = socketio.Client(reconnection=False, request_timeout=PATIENCE)
        token = served.join(made["code"], "Sem")["token"]
        phone.connect(served.url, auth={"token": token}, headers=PHONE, transports=["websocket"], wait_timeout=PATIENCE)
        assert leader.wait("address")["reached"] is True
        phone.disconnect()
        assert "data-until-reached hidden>" in Desk(made, served.url).html
        assert dial(served, made["lead_token"]).snapshot["address"]["reached"] is True


def test_an_installation_that_was_told_its_address_keeps_it(tmp_path: Path, outside: str) -> None:
    """Whoever listens to everything behind a proxy; and no leader changes that."""
    told = "https://workshop.example.org"
    with Server(tmp_path, options=("--host", "0.0.0.0"), PUBLIC_URL=told) as server:
        assert "Phones in" not in server.said.read_text()
        made = server.create()
        desk = Desk(made, server.url)
        assert f'value="{told}/r/{made["code"]}#k=' in desk.html and outside not in desk.html
        assert "arriving" not in re.sub(r"js/desk/arriving\.js|/arriving", "", desk.html)
        assert desk.choose(outside).status == 403
        assert server.create_by_command()["join_url"].startswith(told)


def test_the_process_begins_with_this_computer_only() -> None:
    assert listening.own == "http://127.0.0.1:5000" and listening.for_phones() is None
