"""Every kind of frame, without end: the line is cut, an ordinary one lives. Not timed; under each way to serve."""

from __future__ import annotations

import json
import os
import resource
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

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


def sockets_of(process: int) -> int:
    """How many a process has open."""
    found = 0
    for one in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed just now
            found += os.readlink(one).startswith("socket:")
    return found


of_this_system = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="this system does not say what a process has open"
)


@of_this_system
def test_who_is_gone_before_the_answer_leaves_nothing_open(sqlite_server: Server) -> None:
    assert sqlite_server.process is not None
    process, gone = sqlite_server.process.pid, 60
    before = sockets_of(process)
    for _ in range(gone):
        with socket.create_connection(("127.0.0.1", sqlite_server.port), 5) as wire:
            wire.sendall(HANDSHAKE)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it ends with a reset
    assert sqlite_server.healthy(), "whoever came before that has had their turn"
    until(lambda: sockets_of(process) < before + gone // 2)


FEW_FILES = """if True:
    import resource, sys
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
    from workshop.__main__ import main
    sys.exit(main())
"""


@contextmanager
def idle(server: Server, many: int) -> Iterator[None]:
    """So many connections on which nothing is said."""
    with ExitStack() as open_ones:
        for _ in range(many):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
        yield


@of_this_system
def test_a_connection_that_cannot_be_opened_ends_no_server(tmp_path: Path, dial: Callable[..., Line]) -> None:
    with Server(tmp_path, silent=False) as server:
        assert server.process is not None
        process = server.process
        line = dial(server, server.join(server.create()["code"], "Noor")["token"])
        most = len(os.listdir(f"/proc/{process.pid}/fd")) + 10
        _, ever = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, ever))
        with idle(server, 60):
            until(lambda: process.poll() is not None or len(os.listdir(f"/proc/{process.pid}/fd")) >= most)
            for _ in range(5):  # each time round it tries to open the next one
                assert line.say("clock")["ok"] and process.poll() is None
        until(server.healthy)
        assert line.note("tip", "still here")["ok"]


@of_this_system
@pytest.mark.skipif(os.environ.get("ASYNC_MODE") == "threading", reason="there nobody counts the connections")
def test_where_few_files_may_be_open_some_are_left(tmp_path: Path, dial: Callable[..., Line]) -> None:
    with Server(tmp_path, program=("-c", FEW_FILES)) as server:
        assert server.process is not None
        line = dial(server, server.join(server.create()["code"], "Noor")["token"])
        with idle(server, 400):
            until(lambda: sockets_of(server.process.pid) >= 100)  # type: ignore[union-attr]
            for _ in range(5):
                assert line.say("clock")["ok"]
            assert line.note("tip", "written meanwhile")["ok"] and sockets_of(server.process.pid) < 150
        until(server.healthy)
        assert "may have 300 files open" in server.said.read_text()
