"""Whoever holds something, or nothing: asks over HTTP, says on a line, and keeps all that they are told."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import socketio
from live import PATIENCE, Answer, Line, Server, fetch, until
from matrix.finding import unwrapped

TRIES, LULL = 20, 1.5
"""How often somebody who is too fast tries again, and after how many seconds: at ten a second, three phones of one
person may then say fifteen things."""


@dataclass
class Told:
    """Something that reached somebody: in which phase, where, and what."""

    phase: str
    where: str
    text: bytes


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


@dataclass
class Holder:
    """One of `promise.HOLDERS`, at an address of their own on the network."""

    name: str
    server: Server
    address: str
    token: str | None = None
    person: int | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    line: Line | None = None
    told: list[Told] = field(default_factory=list)
    seq: dict[str, int] = field(default_factory=dict)
    """Where their streams were at the last mark."""
    phase: str = "table"
    _kept: int = 0
    _word: str | None = None

    def ask(
        self,
        what: str,
        *,
        form: dict[str, str] | None = None,
        body: Any = None,
        word: bool = True,
        keep: bool = True,
        login: bool = True,
        patient: bool = False,
        **headers: str,
    ) -> Answer:
        """One request, `"GET /path"`, with all that they have. `word`: forms go with the word that pages are given.
        `keep`: a cookie that comes is kept. `login`: with the one they are in by, which ends when they log in again.
        `patient`: tries again while it is too fast or they are busy."""
        method, _, path = what.partition(" ")
        sent = {"X-Forwarded-For": self.address, **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = None
        if form is not None:
            fields = {**form, **({"csrf_token": self.word} if word else {})}
            data = "&".join(f"{key}={value}" for key, value in fields.items()).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent |= {"X-CSRFToken": self.word} if word else {}
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        if self.cookies:
            sent["Cookie"] = self.cookie if login else _cookie({**self.cookies, "samen_login": ""})
        for _ in range(TRIES if patient else 1):
            answer = fetch(self.server.url + path, method, sent, data)
            if answer.status not in (429, 503):
                break
            threading.Event().wait(LULL)
        if keep:
            for cookie in answer.headers.get_all("Set-Cookie") or ():  # type: ignore[attr-defined]
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
        self.hear(what, str(answer.headers).encode())
        for text in unwrapped(answer.body):
            self.hear(what, text)
        return answer

    @property
    def cookie(self) -> str:
        """All cookies, as a browser sends them."""
        return _cookie(self.cookies)

    @property
    def word(self) -> str:
        """What a page gives along with its forms."""
        if self._word is None:
            found = re.search(rb'name="csrf_token" value="([^"]+)"', self.ask("GET /login").body)
            assert found
            self._word = found[1].decode()
        return self._word

    def open(self, **auth: str) -> None:
        """Opens the line that is kept."""
        self.line = Line(self.server, None if auth else self.token, self._headers(), **auth)

    def opens(self, auth: dict[str, str | None]) -> bool:
        """Does another line open?"""
        refusal = self.refusal(auth)
        assert refusal is None or refusal["data"]["code"] == "unauthorized", refusal
        return refusal is None

    def refusal(self, auth: dict[str, str | None]) -> dict[str, Any] | None:
        """What is said to another line that they would open; None where it opens."""
        client = socketio.Client(reconnection=False, request_timeout=PATIENCE)
        told: list[dict[str, Any]] = []
        client.on("connect_error", told.append)
        try:
            client.connect(self.server.url, self._headers(), auth=auth, transports=["websocket"], wait_timeout=PATIENCE)
        except socketio.exceptions.ConnectionError:
            self.hear(f"refused as {sorted(auth)}", json.dumps(until(lambda: told)).encode())
            return told[0]
        client.disconnect()
        return None

    def say(self, event: str, **payload: Any) -> dict[str, Any]:
        """Says something on the line and is answered, sooner or later."""
        assert self.line is not None and self.line.open, f"{self.name} has no line to say {event} {payload} on"
        for _ in range(TRIES):
            answer = self.line.say(event, **payload)
            if answer.get("code") != "busy":
                break
            threading.Event().wait(LULL)
        self.hear(f"the answer to {event}", json.dumps(answer).encode())
        return answer

    def does(self, event: str, **payload: Any) -> dict[str, Any]:
        """Says something that has to be right."""
        answer = self.say(event, **payload)
        assert answer["ok"], (self.name, event, payload, answer)
        return answer

    def do(self, command: str, **more: Any) -> dict[str, Any]:
        """Commands something that has to be right."""
        return self.does("command", do=command, **more)

    def note(self, text: str, visibility: str = "me", prompt: str = "keep", id: str | None = None, **more: Any) -> str:
        """Writes a note; returns its id."""
        id = id or str(uuid.uuid4())
        self.does("note", id=id, prompt=prompt, text=text, visibility=visibility, **more)
        return id

    def post(self, text: str, column: str = "snags", signed: bool = False, id: str | None = None) -> str:
        """Writes on the wall; returns the id of the line."""
        id = id or str(uuid.uuid4())
        self.does("post", id=id, column=column, text=text, signed=signed)
        return id

    def snapshot(self) -> dict[str, Any]:
        """All that the line is shown when it asks."""
        assert self.line is not None
        before = len(self.line.all("snapshot"))
        self.does("sync")
        snapshots = until(lambda: self.line.all("snapshot")[before:])  # type: ignore[union-attr]
        return dict(snapshots[-1])

    def hear(self, where: str, text: bytes) -> None:
        """Keeps what they are told."""
        self.told.append(Told(self.phase, where, text))

    def heard(self) -> Iterator[tuple[str, Any]]:
        """What the line heard since it was looked at last, which is kept."""
        assert self.line is not None
        new = self.line.heard[self._kept :]
        self._kept += len(new)
        for event, payload in new:
            self.hear(f"the message {event}", json.dumps(payload, ensure_ascii=False).encode())
            yield event, payload

    def _headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.address, **({"Cookie": self.cookie} if self.cookies else {})}
