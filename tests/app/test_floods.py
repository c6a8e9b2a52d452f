"""Every kind of frame, without end: the line is cut, an ordinary one lives. Not timed; under each way to serve."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from faults.flood import FRAMES, HANDSHAKE, frame
from live import Line, Server, until

PATIENCE = 60.0


def send_on(server: Server, kind: str, token: str) -> None:
    """Sends this again and again, until the line is cut."""
    with socket.create_connection(("127.0.0.1", server.port), 5) as wire:
        wire.sendall(HANDSHAKE)
        assert b" 101 " in wire.recv(4096), "what is turned away floods nobody"
        wire.settimeout(PATIENCE)
        threading.Thread(target=hear, args=(wire,), daemon=True).start()
        with suppress(OSError):
            if token:
                wire.sendall(frame("40" + json.dumps({"token": token})))
            while True:
                wire.sendall(FRAMES[kind] * 20)


def hear(wire: socket.socket) -> None:
    """Takes whatever comes: a line that nobody reads would be cut for that."""
    with suppress(OSError, ValueError):
        while wire.recv(65536):
            pass


@pytest.mark.parametrize("named", [True, False], ids=["of the room", "a stranger"])
def test_who_sends_anything_without_end_is_cut(sqlite_server: Server, dial: Callable[..., Line], named: bool) -> None:
    """All kinds at once, each by someone else: that saves the patience that is had with each."""
    made = sqlite_server.create()
    ordinary = dial(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    tokens = {kind: sqlite_server.join(made["code"], "Sem")["token"] if named else "" for kind in FRAMES}
    sending = {
        kind: threading.Thread(target=send_on, args=(sqlite_server, kind, token), daemon=True)
        for kind, token in tokens.items()
    }
    for thread in sending.values():
        thread.start()
    until(lambda: not any(thread.is_alive() for thread in sending.values()), PATIENCE)
    assert ordinary.note("tip", "still here")["ok"] and ordinary.open
