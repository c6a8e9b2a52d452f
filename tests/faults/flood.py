"""One that floods, as a program of its own. Each line of its input is an order: `[kind, port, seconds, token]`.

It sends one kind of frame or request as fast as it is taken, hears whatever comes back, and opens another line when it
is cut. Then it prints how often that was and what it sent. Without a token it never says whose its line is.
`flood.py swallow PORT` is a server that throws away whatever it is sent. `flood.py at-once PORT COUNT` sends a request,
read from its input, on so many connections at one moment, and prints what status each was answered with.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from contextlib import suppress

TEXT, BINARY, PING, PONG = 0x81, 0x82, 0x89, 0x8A
VOLLEY = 50


def frame(text: str | bytes, head: int = TEXT) -> bytes:
    """A frame as it goes over the network, with a mask that changes nothing."""
    data = text.encode() if isinstance(text, str) else text
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return bytes([head]) + length + bytes(4) + data


NOTE = json.dumps({"id": "00000000-0000-4000-8000-000000000000", "prompt": "tip", "text": "flood"})
FRAMES = {
    "no event": frame("42{}"),
    "no name": frame("421[7]"),
    "acknowledgement": frame('431["x"]'),
    "acknowledgement in a binary": frame('461-1[{"_placeholder":true,"num":0}]'),
    "engine ping": frame("2"),
    "engine pong": frame("3"),
    "noop": frame("6"),
    "probe": frame("2probe"),
    "upgrade": frame("5"),
    "connect elsewhere": frame("40/x,"),
    "event elsewhere": frame('42/x,["clock",{}]'),
    "connect again": frame("40"),
    "disconnect": frame("41"),
    "attachment that never comes": frame('451-["note",{"_placeholder":true,"num":0}]'),
    "no attachment": frame('450-["clock",{}]'),
    "binary": frame(b"\x00", BINARY),
    "base64": frame("bAAAA"),
    "empty": frame(""),
    "websocket ping": frame(b"", PING),
    "websocket pong": frame(b"x" * 125, PONG),
    "pieces": frame("4", 0x01) + frame("2", 0x00) + frame("{}", 0x80),
    "empty pieces": frame("", 0x01) + frame("", 0x00) + frame("", 0x80),
    "long": frame("4" + "x" * 16_000),
    "event": frame('42["clock",{}]'),
    "event that asks": frame('427["sync",{}]'),
    "note": frame(f'427["note",{NOTE}]'),
}
"""What goes over a websocket."""
HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
OLD_HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
)


def get(query: str = "") -> bytes:
    """A request of someone who polls."""
    return f"GET /socket.io/?EIO=4&transport=polling{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post(sid: str, body: str) -> bytes:
    """What someone who polls says."""
    head = (
        f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}"
    )
    return f"{head}\r\n\r\n{body}".encode()


REQUESTS = ("poll", "post", "post pongs", "open by polling", "no such line", "handshake", "old websocket", "page")
"""What goes over HTTP."""
KINDS = (*FRAMES, *REQUESTS)


class Flood:
    """What one flooder did."""

    def __init__(self, kind: str, port: int, token: str) -> None:
        self.kind, self.port, self.token = kind, port, token
        self.sent = self.lines = 0
        self.lived: list[float] = []
        """Seconds until it was cut, line by line."""

    def go_on(self, seconds: float) -> None:
        """Floods; who is cut opens another line."""
        until = time.monotonic() + seconds
        while self._goes_on(until):
            since = time.monotonic()
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as wire:
                    self._one(wire, until)
            except OSError:
                pass
            if self._goes_on(until):
                self.lived.append(time.monotonic() - since)
                time.sleep(0 if self.kind in ("handshake",) else 0.05)

    def _goes_on(self, until: float) -> bool:
        """Until then; longer where this machine was too busy to send anything. What is turned away never sends."""
        late = 0 if self.sent or self.kind == "old websocket" else 20
        return time.monotonic() < until + late

    def _one(self, wire: socket.socket, until: float) -> None:
        volley, count = self._volley(wire)
        self.lines += 1
        threading.Thread(target=_hear, args=(wire,), daemon=True).start()
        wire.settimeout(0.5)
        pending = memoryview(volley)
        while self._goes_on(until):
            with suppress(TimeoutError):
                pending = pending[wire.send(pending) :]
            if not pending:
                self.sent += count
                pending = memoryview(volley)
                if self.kind == "handshake":
                    return

    def _volley(self, wire: socket.socket) -> tuple[bytes, int]:
        """What is sent again and again, and how many frames or requests that is."""
        match self.kind:
            case "handshake":
                return HANDSHAKE, 1
            case "old websocket":
                wire.sendall(OLD_HANDSHAKE)
                wire.recv(4096)
                return b"\x00" + b"x" * 4096, 1
            case "page":
                return b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * VOLLEY, VOLLEY
            case "open by polling":
                return get() * VOLLEY, VOLLEY
            case "no such line":
                return get("&sid=x") * VOLLEY, VOLLEY
            case "poll" | "post" | "post pongs":
                wire.sendall(get())
                answer = wire.recv(4096).decode()
                if '0{"sid' not in answer:
                    raise ConnectionRefusedError(answer[:40])
                sid = json.loads(answer[answer.index('0{"sid') + 1 :])["sid"]
                if self.token:
                    wire.sendall(post(sid, "40" + json.dumps({"token": self.token})))
                if self.kind == "poll":
                    return get(f"&sid={sid}") * VOLLEY, VOLLEY
                body = "3" if self.kind == "post pongs" else "\x1e".join(['42["clock",{}]'] * 200)
                return post(sid, body) * VOLLEY, VOLLEY
        wire.sendall(HANDSHAKE)
        if b" 101 " not in (answer := wire.recv(4096)):  # turned away: what it sends now floods nobody
            raise ConnectionRefusedError(answer[:40])
        if self.token:
            wire.sendall(frame("40" + json.dumps({"token": self.token})))
        return FRAMES[self.kind] * VOLLEY, VOLLEY


def _hear(wire: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while True:
            with suppress(TimeoutError):
                if not wire.recv(65536):
                    break


def swallow(port: int) -> None:
    """A server that shakes hands, and throws away all that it is sent."""

    def take(wire: socket.socket) -> None:
        with suppress(OSError), wire:
            wire.recv(4096)
            wire.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
            while wire.recv(65536):
                pass

    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            threading.Thread(target=take, args=(listener.accept()[0],), daemon=True).start()


def at_once(port: int, count: int, request: bytes) -> list[int]:
    """The status of each answer to a request that is sent on so many connections at one moment."""
    wires = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(count)]
    for wire in wires:
        wire.sendall(request)
    answers = [b"".join(iter(lambda wire=wire: wire.recv(65536), b"")) for wire in wires]  # type: ignore[misc]
    return [int(answer.split(b" ", 2)[1]) for answer in answers]


if __name__ == "__main__":
    if sys.argv[1:2] == ["at-once"]:
        print(json.dumps(at_once(int(sys.argv[2]), int(sys.argv[3]), sys.stdin.buffer.read())))
        sys.exit()
    if sys.argv[1:2] == ["swallow"]:
        swallow(int(sys.argv[2]))
    for order in sys.stdin:
        kind, port, seconds, token = json.loads(order)
        flood = Flood(kind, port, token)
        flood.go_on(seconds)
        print(json.dumps({"sent": flood.sent, "lines": flood.lines, "lived": flood.lived}), flush=True)
