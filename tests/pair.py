"""Two processes on one PostgreSQL, behind nginx as `deploy/nginx` has it: to a test one server, to its rooms two.

`TEST_PAIR=1` gives this to whatever asks for a server (CONTRIBUTING.md).
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from deploy.front import Front, front
from live import Answer, Server, free_port, resident, until
from sqlalchemy import select

from workshop.access import role_of_key, token_hash
from workshop.models import Person, Phone, Room


class Both:
    """The two processes, asked as one: it is over as soon as either is, and a signal is for both."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self.processes = processes

    @property
    def pid(self) -> int:
        """That of the first."""
        return self.processes[0].pid

    @property
    def returncode(self) -> int:
        """0 if both ended well."""
        return next((one.returncode for one in self.processes if one.returncode), 0)

    def poll(self) -> int | None:
        """How the first one ended that did."""
        return next((code for one in self.processes if (code := one.poll()) is not None), None)

    def send_signal(self, number: int) -> None:
        """To both."""
        for one in self.processes:
            one.send_signal(number)

    def kill(self) -> None:
        """kill -9 of both."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Until both are over."""
        for one in self.processes:
            one.wait(timeout)
        return self.returncode


class Pair(Server):
    """Both, and nginx before them; a context manager. `url` and `port` are nginx's, without TLS."""

    def __init__(self, folder: Path, database_url: str, **options: Any) -> None:
        together = {"DATABASE_URL": database_url, "SECRET_KEY": "the secret of both of them", "TRUSTED_PROXIES": "1"}
        super().__init__(folder, **together, **options)
        self.ports = [free_port(), free_port()]
        self._proxy = ExitStack()

    def __enter__(self) -> Server:
        with ExitStack() as opening:
            found: Front = opening.enter_context(front(self.folder / "nginx", self.ports))
            opening.callback(lambda: self.process and self.process.kill())
            self.port = found.plain
            self.url = self.environ["PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
            super().__enter__()
            self._proxy = opening.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        with self._proxy:
            super().__exit__(*error)

    def start(self) -> None:
        before = self.process.processes if isinstance(self.process, Both) else [None, None]
        alive = [one if one is not None and one.poll() is None else None for one in before]
        both = Both([one or self._serve(port) for one, port in zip(alive, self.ports, strict=True)])
        self.process = both  # type: ignore[assignment]  # as much of one as tests ask of it
        addresses = [f"http://127.0.0.1:{port}" for port in self.ports]
        until(lambda: both.poll() is not None or all(map(self._answers, addresses)), 60)
        assert both.poll() is None, self.said.read_text()
        until(self.healthy)

    @property
    def resident(self) -> float:
        assert isinstance(self.process, Both)
        return sum(resident(one.pid) for one in self.process.processes)

    def code_of(self, token: str | None, said: str | None = None) -> str | None:
        if token is None:
            return said
        with self.database.reading() as session:
            if (key := role_of_key(token)) is not None:
                return session.scalar(select(Room.code).where(Room.id == key[0]))
            of_person = select(Room.code).join(Person, Person.room_id == Room.id).join(Phone)
            return session.scalar(of_person.where(Phone.token_hash == token_hash(token)))

    def get(self, path: str, token: str | None = None, method: str = "GET", body: Any = None) -> Answer:
        if path.startswith("/api/me") and (code := self.code_of(token)):
            path += f"{'&' if '?' in path else '?'}code={code}"
        return super().get(path, token, method, body)
