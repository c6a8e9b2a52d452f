"""Starts what is measured, house or peer, each on a port and a folder of its own with the same room in it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import socketio

HERE = Path(__file__).parent
ROOT = HERE.parent
BUILD = HERE / "build"
PEER = HERE / "peer"
PEER_BUILD = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "samen-bench"
    / sha256((PEER / "package-lock.json").read_bytes()).hexdigest()[:12]
)
"""Where its libraries are installed, for all checkouts: one of them is compiled, for a minute or two."""
Kind = Literal["house", "peer"]
READY_SECONDS, STOP_SECONDS, INSTALL_SECONDS = 30, 10, 500


class Missing(Exception):
    """Something that the bench needs is not there; the message says what."""


@dataclass(frozen=True)
class Room:
    """A room that was made with `workshop create`, in a folder from which each run starts anew."""

    folder: Path
    code: str
    join_key: str
    leader_token: str
    screen_token: str
    organiser_token: str


@dataclass(frozen=True)
class Server:
    """One that answers."""

    kind: Kind
    folder: Path
    port: int
    pid: int
    start_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """What all its threads have used, those that ended too."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_kb(self) -> float:
        """The memory it holds."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1024


def build(kinds: Collection[Kind]) -> None:
    """Compiles the generator and the slow disk, and installs the peer's libraries, if that is not done yet."""
    for tool, package in (("gcc", "gcc"), ("node", "Node"), ("npm", "npm")):
        if not shutil.which(tool) and (tool == "gcc" or "peer" in kinds):
            raise Missing(f"the bench needs {package}, and there is none on PATH")
    BUILD.mkdir(exist_ok=True)
    _compile("load", HERE / "load.c", "-O2")
    _compile("slow_disk.so", HERE / "slow_disk.c", "-O2", "-shared", "-fPIC")
    if "peer" in kinds:
        _install_peer()


def _install_peer() -> None:
    installed = PEER_BUILD / "node_modules" / ".package-lock.json"
    PEER_BUILD.mkdir(parents=True, exist_ok=True)
    for file in PEER.iterdir():
        if file.is_file():
            shutil.copy(file, PEER_BUILD)
    if not installed.exists():
        print("bench: installing the peer's libraries; the first time this takes a minute or two …", file=sys.stderr)
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--silent"],
            cwd=PEER_BUILD, capture_output=True, text=True, timeout=INSTALL_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise Missing(
                f"npm could not install the peer's libraries: {done.stderr.strip()[-300:] or 'it says nothing'}"
            )


def _compile(name: str, source: Path, *options: str) -> None:
    target = BUILD / name
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    done = subprocess.run(
        ["gcc", "-std=gnu11", "-Wall", "-Wextra", *options, "-o", str(target), str(source)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Missing(f"gcc could not compile {source.name}: {done.stderr[-300:]}")


def create(folder: Path) -> Room:
    """A room, in the database in this folder."""
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "create", "--title", "Samen oefenen met elkaar", "--json"],
        env=os.environ | {"INSTANCE_PATH": str(folder / "instance")}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    made = json.loads(done.stdout)
    tokens = (made[f"{role}_token"] for role in ("lead", "screen", "organiser"))
    return Room(folder, made["code"], made["join_url"].rpartition("=")[2], *tokens)


def make_room(folder: Path) -> Room:
    """A room, and beside it what the house sends to a phone that joins it: the peer sends the same bytes."""
    room = create(folder)
    sample = folder.with_name("sample")
    with serving("house", room, sample) as server:
        told = json.dumps(_sample(server, room))
    (folder / "room.json").write_text(
        json.dumps({
            "code": room.code, "join_key": room.join_key,
            "leader_token": room.leader_token, "screen_token": room.screen_token,
        })
    )  # fmt: skip
    (folder / "sample.json").write_text(told)
    return room


def _sample(server: Server, room: Room) -> dict[str, object]:
    """The answer's headers, a snapshot and a step."""
    base = f"http://127.0.0.1:{server.port}"
    request = urllib.request.Request(
        f"{base}/api/rooms/{room.code}/people",
        json.dumps({"name": "Deelnemer 1", "key": room.join_key}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=READY_SECONDS) as answer:
        headers = {k: v for k, v in answer.headers.items() if k.lower() not in ("content-length", "connection", "date")}
        token = json.load(answer)["token"]
    phone, leader = socketio.SimpleClient(), socketio.SimpleClient()
    phone.connect(base, auth={"token": token}, transports=["websocket"])
    leader.connect(base, auth={"token": room.leader_token}, transports=["websocket"])
    leader.call("command", {"do": "next"})
    heard: dict[str, object] = {}
    while not {"snapshot", "step"} <= heard.keys():
        name, payload = phone.receive(timeout=READY_SECONDS)
        heard.setdefault(name, payload)
    phone.disconnect()
    leader.disconnect()
    return {"headers": headers, "snapshot": heard["snapshot"], "step": heard["step"]}


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(kind: Kind, room: Room, folder: Path, commit_ms: float = 0, settle_ms: int = 0) -> Iterator[Server]:
    """A server on a copy of the room in `folder`, which is gone afterwards. `settle_ms`: left alone so long first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(room.folder, folder)
    port = free_port()
    environ = os.environ | {"INSTANCE_PATH": str(folder / "instance"), "PEOPLE_A_ROOM": "5000"}
    if commit_ms:
        environ |= {"LD_PRELOAD": str(BUILD / "slow_disk.so"), "COMMIT_MS": str(commit_ms)}
    command = {
        "house": [sys.executable, "-m", "workshop", "serve", "--port", str(port)],
        "peer": ["node", str(PEER_BUILD / "server.mjs"), str(port), str(folder)],
    }[kind]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection is a file
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise Missing(f"the {kind} does not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.005)
        server = Server(kind, folder, port, process.pid, time.monotonic() - began)
        time.sleep(settle_ms / 1000)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
