"""The toolkit from outside: a server process, and lines to it that remember what they heard.

Tests wait for something to happen, never for time to pass.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit
from weakref import WeakSet

import socketio
from sqlalchemy import select

from config import from_environment
from workshop import accounts
from workshop.access import ROOM_KEYS, Keys
from workshop.core.programme import ROUND_KINDS, duration
from workshop.database import Database
from workshop.models import Account, MemberRole, Organisation, Room
from workshop.rooms.opening import Wanted, open_room
from workshop.store import others
from workshop.store.codes import room_by_code

assert others  # counts what a test writes beside its server, as every process of ours does

ROOT = Path(__file__).parent.parent
PATIENCE = 90.0
PACED = (str(Path(__file__).with_name("paced.py")),)
"""A server's program in which what was tried comes back so much sooner, or later: `GIVES_BACK` times as quickly."""
NEVER, AT_ONCE = "1e-9", "1000"
PRESSED = ROOT / ".pytest_cache" / "pressed"
"""The static files as a server presses them at its first start, for each version once."""
COMMAND = "a command"
"""What PostgreSQL calls a `workshop` command that a test runs."""


_ports = itertools.count(10_000 + os.getpid() * 12_361 % 20_000)


def free_port() -> int:
    """A port nobody listens on, not one of those that the system gives to whoever calls somebody: until a server
    listens, another test could be given it."""
    for port in _ports:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError


def pressed_before(instance: Path) -> None:
    """As if the version had been started here before: its static files are pressed already."""
    PRESSED.mkdir(parents=True, exist_ok=True)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (instance / "static").exists():
        (instance / "static").symlink_to(PRESSED)


class Server:
    """`workshop serve` in a process of its own, with its data in `folder`; a context manager.

    `silent`: nothing may go wrong inside that it has to log with a traceback; `root`: the folder of a site in which it
    is, such as `/workshop`; `pressed`: its static files are there already, and so is its folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        program: Sequence[str] = ("-m", "workshop"),
        options: Sequence[str] = (),
        silent: bool = True,
        root: str = "",
        pressed: bool = True,
        **environ: str,
    ) -> None:
        self.folder, self.port = folder, free_port()
        self.program, self.options, self.silent = program, options, silent
        self.url = f"http://127.0.0.1:{self.port}{root}"
        self.environ = {
            **os.environ,
            "INSTANCE_PATH": str(folder / "instance"),
            "PUBLIC_URL": self.url,
            "PYTHONWARNINGS": "error",
            **environ,
        }
        settings = from_environment(self.environ)
        if pressed:
            pressed_before(settings.instance)
        self.database, self.keys = Database(), Keys()
        self.database.connect(settings.database_url)
        self.keys.use(settings.secret_key)
        self.process: subprocess.Popen[bytes] | None = None
        self.said = folder / "server.log"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.database.disconnect()
        complaints = [line for line in self.said.read_text().splitlines() if "Traceback" in line or "Warning" in line]
        assert not (complaints and self.silent), self.said.read_text()

    def start(self) -> None:
        """Starts and waits until it is ready."""
        self.process = self._serve(self.port)
        until(lambda: self.healthy() or self.process.poll() is not None)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.said.read_text()

    def _serve(self, port: int) -> subprocess.Popen[bytes]:
        with self.said.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self.program, "serve", "--port", str(port), *self.options],
                env=self.environ, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip

    def healthy(self) -> bool:
        """Answers on /healthz."""
        return self._answers(self.url)

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return fetch(f"{url}/healthz").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    @property
    def resident(self) -> float:
        """Megabytes of memory that the process holds."""
        assert self.process is not None
        return resident(self.process.pid)

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def code_of(self, token: str | None, said: str | None = None) -> str | None:
        """The code of the room of this token, or the one that is said without one, if it takes that for a connection to
        come to the right process."""
        return None

    def workshop(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a `workshop` command against the same data."""
        return subprocess.run(
            [sys.executable, "-m", "workshop", *arguments],
            env=self.environ | {"PGAPPNAME": COMMAND}, cwd=ROOT, capture_output=True, text=True, input=text,
            timeout=PATIENCE,
        )  # fmt: skip

    def account(
        self,
        email: str,
        *roles: MemberRole,
        organisation: str | None = None,
        admin: bool = False,
        password_hash: str = "-",
    ) -> int:
        """Somebody with an account that leads, or has these roles, in an organisation, which is made if need be; None:
        in the first. Without a hash nobody knows the password. Returns its id. Who had the address when the test was
        tried before has another from now on."""
        moment = int(time.time() * 1000)
        with self.database.writing() as session:
            first = accounts.organisation_called(session, None, moment)
            place = session.scalars(select(Organisation).where(Organisation.name == organisation)).first()
            if place is None:
                place = accounts.add_organisation(session, organisation, moment) if organisation else first
            for before in session.scalars(select(Account).where(Account.email == email)):
                before.email = f"{before.id}.before@example.org"
            session.flush()
            made = Account(email=email, password_hash=password_hash, created_at=moment, admin=admin, memberships=[])
            session.add(made)
            session.flush()
            for role in roles or ("leader",):
                accounts.join(session, made, place, role)
            return made.id

    def create(self, organisation: str | None = None, **options: str) -> dict[str, str]:
        """A room, as `workshop create --json` makes it, by the same use case but without starting a process."""
        lengths = {kind: duration(options.pop(kind)) for kind in ROUND_KINDS if kind in options}
        wanted = {"title": "Samen oefenen", "seconds": lengths} | options
        moment = int(time.time() * 1000)
        with self.database.writing() as session:
            if organisation is not None:
                place: Organisation | None = accounts.organisation_called(session, organisation, moment)
            else:
                place = accounts.first_organisation(session)
            belongs = place.id if place else None
            room = open_room(session, Wanted(**wanted), moment, organisation_id=belongs)  # type: ignore[arg-type]
        key = {role: self.keys.key(room, role) for role in ROOM_KEYS}
        return {
            "code": room.code,
            "join_url": f"{self.url}/r/{room.code}#k={key['join']}",
            "lead_url": f"{self.url}/lead/{room.code}?key={key['leader']}",
            "screen_url": f"{self.url}/screen/{room.code}?key={key['screen']}",
            "reflections_url": f"{self.url}/reflections/{room.code}?key={key['organiser']}",
            "lead_token": key["leader"],
            "screen_token": key["screen"],
            "organiser_token": key["organiser"],
        }

    def let_end(self, moments: Mapping[str, int]) -> None:
        """As if rooms had been in their step until shortly before: the clock of each ends at its moment (ms)."""
        with self.database.writing() as session:
            for room in session.scalars(select(Room).where(Room.code.in_(moments))):
                room.due_at = moments[room.code]
                room.clock = room.clock | {"ends_at": room.due_at}

    def create_by_command(self, **options: object) -> dict[str, str]:
        """`workshop create --json`."""
        wanted = {"title": "Samen oefenen", "language": "nl"} | options
        arguments = [part for key, value in wanted.items() for part in (f"--{key.replace('_', '-')}", str(value))]
        done = self.workshop("create", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        made: dict[str, str] = json.loads(done.stdout)
        return made

    def get(self, path: str, token: str | None = None, method: str = "GET", body: Any = None) -> Answer:
        """One HTTP request, without following redirects; it is made again, some times, where a slow machine was too
        busy: nothing was changed then. What is about that uses `fetch`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = json.dumps(body).encode() if body is not None else None
        answers: list[Answer] = []

        def answered() -> bool:
            answers.append(fetch(self.url + path, method=method, headers=headers, data=data))
            return answers[-1].status != 503 or len(answers) > MOST_BUSY

        until(answered, pause=LULL)
        return answers[-1]

    def join(self, code: str, name: str, **more: str) -> dict[str, Any]:
        """Someone comes in by the API, with the QR code's secret: a suite lets in more people than a venue does."""
        if "key" not in more:
            with self.database.reading() as session:
                room = room_by_code(session, code)
            assert room is not None
            more["key"] = self.keys.key(room, "join")
        answer = self.get(f"/api/rooms/{code}/people", method="POST", body={"name": name, **more})
        assert answer.status == 201, answer.body
        return answer.json()


def resident(process: int) -> float:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


class Answer:
    """What came back over HTTP."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> Any:
        """The body, parsed."""
        assert "json" in self.headers["Content-Type"], (self.status, self.body)
        return json.loads(self.body)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # type: ignore[override]
        return None


def fetch(url: str, method: str = "GET", headers: Mapping[str, str] = {}, data: bytes | None = None) -> Answer:
    """One HTTP request; an error status is an answer, too."""
    request = urllib.request.Request(url, method=method, headers=dict(headers), data=data)
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=PATIENCE) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def until(true: Callable[[], Any], patience: float = PATIENCE, pause: float = 0.02) -> Any:
    """Waits until something is so, and returns it; fails when it takes too long. `pause`: seconds between two looks."""
    deadline = time.monotonic() + patience
    while not (value := true()):
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(pause)
    return value


def _in_order(client: Any) -> None:
    """Makes the library hand out what it hears in the order in which it came: by itself it starts a thread for each
    message, so that an acknowledgement may overtake the event that went out before it."""
    trigger = client._trigger_event

    def in_order(event: str, *args: Any, **options: Any) -> Any:
        return trigger(event, *args, **options | {"run_async": False})

    client._trigger_event = in_order


LULL = 0.5
"""Seconds of silence after being told to slow down; whoever goes on and on is cut."""
MOST_BUSY = 10
"""How often something is said again to a server that is busy."""
TRIES = 3
"""Of a client that hears `busy`, as any does whose room is just read by a server that shares rooms with others."""
UNCHECKED = {"skip_utf8_validation": True}
"""The client looks at each byte of a text in Python, for seconds where a room is large, and hears no ping meanwhile;
it is decoded anyway."""


class Gone(Exception):
    """The line over which something was said has ended."""


class Line:
    """One socket, as any program would open it. Hears everything, keeps it in order."""

    made: ClassVar[WeakSet[Line]] = WeakSet()
    """Those that nobody has let go of."""

    def __init__(
        self,
        server: Server,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        by_code: str | None = None,
        **auth: str,
    ) -> None:
        """`by_code`: of the room, for a proxy that sends its connections to one process; that of the token by
        itself."""
        self.heard: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        by_code = by_code or server.code_of(token, auth.get("code"))
        url = server.url if by_code is None else f"{server.url}?code={by_code}"
        for tries_left in reversed(range(TRIES)):
            refused: list[Any] = []
            self._client = socketio.Client(
                reconnection=False, request_timeout=PATIENCE, websocket_extra_options=UNCHECKED
            )
            _in_order(self._client.eio)
            self._client.on("*", self._hear)
            self._client.on("connect_error", refused.append)
            self._client.on("disconnect", self._ended)
            try:
                self._client.connect(
                    url, headers=dict(headers or {}), auth={"token": token} if token else auth, wait_timeout=PATIENCE,
                    transports=["websocket"], socketio_path=f"{urlsplit(server.url).path}/socket.io",
                )  # fmt: skip
                break
            except socketio.exceptions.ConnectionError:
                if not tries_left or "busy" not in str(refused):
                    raise
        self._wire = self._client.eio.ws  # the client forgets it when the server cuts the line
        Line.made.add(self)
        self.snapshot: dict[str, Any] = self.wait("snapshot")

    def _hear(self, event: str, payload: Any = None) -> None:
        with self._news:
            self.heard.append((event, payload))
            self._news.notify_all()

    def _ended(self, _: str) -> None:
        with self._news:
            self._news.notify_all()

    def wait(self, event: str, so: Callable[[Any], Any] = lambda _: True, patience: float = PATIENCE) -> Any:
        """The first message of this name, heard already or yet to come, for which `so` holds."""

        def found() -> list[Any]:
            return [payload for name, payload in self.heard if name == event and so(payload)]

        with self._news:
            assert self._news.wait_for(found, patience), f"no such {event}; heard {self.heard[-8:]}"
            return found()[0]

    def all(self, event: str) -> list[Any]:
        """Every message of this name so far."""
        with self._news:
            return [payload for name, payload in self.heard if name == event]

    def say(self, event: str, **payload: Any) -> dict[str, Any]:
        """Sends an event and returns its acknowledgement. A quick machine says more than anyone may: told so, it says
        it again, and some times where a slow one was too busy; what is about either uses `say_once`."""
        busy = 0

        def answered() -> dict[str, Any] | None:
            nonlocal busy
            answer = self.say_once(event, **payload)
            busy += answer.get("code") == "busy"
            again = answer.get("code") == "too_fast" or (answer.get("code") == "busy" and busy <= MOST_BUSY)
            return None if again else answer

        answer: dict[str, Any] = until(answered, pause=LULL)
        return answer

    def say_once(self, event: str, **payload: Any) -> dict[str, Any]:
        """Sends an event and returns its acknowledgement, also where that is to slow down; Gone where the line ends
        before."""
        answers: list[dict[str, Any]] = []

        def answered(answer: dict[str, Any]) -> None:
            with self._news:
                answers.append(answer)
                self._news.notify_all()

        try:
            self._client.emit(event, payload, callback=answered)
        except socketio.exceptions.BadNamespaceError as error:
            raise Gone from error
        with self._news:
            assert self._news.wait_for(lambda: answers or not self.open, PATIENCE), f"no answer to {event}"
        if not answers:
            raise Gone
        return answers[0]

    def say_into_the_dark(self, event: str, **payload: Any) -> None:
        """Sends an event and waits for no answer."""
        self._client.emit(event, payload)

    def do(self, command: str, **more: Any) -> dict[str, Any]:
        """A leader's command that has to succeed."""
        answer = self.say("command", do=command, **more)
        assert answer["ok"], answer
        return answer

    def note(
        self, prompt: str, text: str, visibility: str = "me", id: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Writes a note."""
        return self.say("note", id=id or str(uuid.uuid4()), prompt=prompt, text=text, visibility=visibility, **more)

    def post(self, column: str, text: str, signed: bool = False, id: str | None = None) -> dict[str, Any]:
        """Writes on the wall."""
        return self.say("post", id=id or str(uuid.uuid4()), column=column, text=text, signed=signed)

    @property
    def step(self) -> dict[str, Any]:
        """Where the room is, as far as this line has heard."""
        with self._news:
            steps = [(p if name == "step" else p["step"]) for name, p in self.heard if name in ("step", "snapshot")]
        return dict(steps[-1])

    @property
    def version(self) -> int:
        """The room's version, as far as this line has heard."""
        with self._news:
            return max(p["version"] for name, p in self.heard if name in ("step", "snapshot"))

    @property
    def group(self) -> dict[str, Any] | None:
        """One's own group, as last heard."""
        with self._news:
            groups = [(p if name == "group" else p["group"]) for name, p in self.heard if name in ("group", "snapshot")]
        return groups[-1] if groups and groups[-1] and groups[-1]["id"] else None

    def groups(self) -> list[dict[str, Any]]:
        """The groups as a leader or the screen sees them now: what was on its way has come."""
        self.say("clock")
        return list(self.all("groups")[-1]["groups"])

    def role(self, round: int) -> str | None:
        """One's own role in a round: what was on its way has come."""
        if self.open:
            self.say("clock")
        me = self.snapshot["me"]["id"]
        group = self.group
        return next((m["roles"][round - 1] for m in group["members"] if m["id"] == me), None) if group else None

    @property
    def open(self) -> bool:
        """Still connected."""
        return bool(self._client.connected)

    def close(self) -> None:
        """Is gone, as phones go: without a word. Waits until its own threads and socket are gone too."""
        with suppress(OSError, AttributeError):  # cut already
            self._wire.sock.shutdown(socket.SHUT_RDWR)
        self._client.eio.wait()
        self._wire.shutdown()
