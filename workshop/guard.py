"""Around the socket library: the bounds it leaves open, for each way to serve (R11, R12, R14).

It knows lines (Engine.IO sockets) and packets, and nothing of rooms. What it holds to:

- what a client says is an event of ours, at a pace that `refuse` decides; who is too fast is read more slowly;
- a line on which too much waits, because nobody reads at the other end, is cut: it costs its share and no more;
- a message over `MOST_BYTES` cuts the line, also in pieces and by polling, and so does one that makes no sense;
- a line that does not say whose it is within `SILENT_SECONDS` is cut;
- compression is refused: it would cost 100 kB a phone.

A line is cut by its transport and never by a goodbye: the client comes back by itself (R16).
"""

from __future__ import annotations

import socket as sockets
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import structlog
from engineio.exceptions import EngineIOError
from engineio.payload import Payload
from socketio import packet as packets

log = structlog.get_logger()
MOST_BYTES = 16 * 1024
MOST_PIECES = 256
MOST_WAITING = 200
MOST_BYTES_WAITING = 512 * 1024
"""Twice this is the most that is kept for one line: what waits, and what its writer already took."""
KERNEL_BYTES = 128 * 1024
"""What the system may hold for one line besides; left to itself it would be megabytes."""
SILENT_SECONDS = 15
MOST_CONNECTS = 3
LULL_SECONDS = 0.02
Refuse = Callable[[str], dict[str, Any] | None]


class Waiting:
    """What waits to be sent on one line: the library's own queue, weighed."""

    def __init__(self, queue: Any) -> None:
        self.queue, self.bytes, self.taken, self._scale = queue, 0, 0, threading.Lock()
        self.task_done, self.join = queue.task_done, queue.join

    def put(self, packet: Any) -> None:
        """One more, at the end."""
        with self._scale:
            self.bytes += _weight(packet)
        self.queue.put(packet)

    def get(self, *args: Any, **options: Any) -> Any:
        """The first; waits as the library's queue does."""
        packet = self.queue.get(*args, **options)
        with self._scale:
            self.bytes -= _weight(packet)
            self.taken += 1
        return packet

    @property
    def full(self) -> bool:
        """Nobody reads at the other end."""
        return self.bytes > MOST_BYTES_WAITING or self.queue.qsize() > MOST_WAITING


class Guard:
    """Stands around one Socket.IO server from the moment it is made. `refuse`: the answer to an event that comes too
    fast from this socket, or None; `beyond`: whether its holder is past all patience."""

    def __init__(self, server: Any, refuse: Refuse, beyond: Callable[[str], bool]) -> None:
        self.server, self.eio = server, server.eio
        self.refuse, self.beyond = refuse, beyond
        self._silent: dict[str, float] = {}
        self._transports: dict[str, Any] = {}
        self._connects: dict[str, int] = {}
        self._handle_event, self._handle_message = server._handle_event, self.eio.handlers["message"]
        self._handle_request, self._send_packet = server.handle_request, self.eio.send_packet
        self._websocket = self.eio._async["websocket"]
        make_queue = self.eio.create_queue
        self.eio.create_queue = lambda *args, **options: Waiting(make_queue(*args, **options))
        self.eio.send_packet = self.send_packet
        self.eio.handlers["message"] = self.message
        self.eio._async = self.eio._async | {"websocket": self.websocket}
        server.handle_request = self.request
        server._handle_event = self.event
        Payload.max_decode_packets = MOST_PIECES  # a poll with more than the library's 16 would be dropped unsaid

    def event(self, line: str, namespace: str | None, id: int | None, data: Any) -> None:
        """Only what is an event of ours comes in: a client may not speak the library's own `connect`."""
        name = data[0] if isinstance(data, list) and data else None
        if not isinstance(name, str) or name == "*" or name in self.server.reserved_events:
            self._answer(line, namespace, id, {"ok": False, "code": "not_found", "detail": "There is no such message."})
            return
        socket = self.server.manager.sid_from_eio_sid(line, namespace or "/")
        refusal = self.refuse(socket) if socket else None
        if refusal is None:
            self._handle_event(line, namespace, id, data)
            return
        self._answer(line, namespace, id, refusal)
        if socket and self.beyond(socket):
            log.warning("a line was cut: it would not slow down")
            self.cut(line)
        self.server.sleep(LULL_SECONDS)  # read more slowly: the network itself then holds back who sends too fast

    def message(self, line: str, data: Any) -> None:
        """Anything that comes in; what makes no sense cuts the line, with no word of it in the log."""
        try:
            if isinstance(data, str) and data.startswith("0"):
                self._connects[line] = self._connects.get(line, 0) + 1
                if self._connects[line] > MOST_CONNECTS:
                    raise ValueError("connects over and over")
            self._handle_message(line, data)
        except Exception as error:
            log.warning("a line was cut: it made no sense", error=type(error).__name__)
            self.cut(line)

    def send_packet(self, line: str, packet: Any) -> None:
        """Anything that goes out, unless too much of it waits already."""
        socket = self.eio.sockets.get(line)
        if socket is not None and socket.queue.full:
            if not getattr(socket, "cut", False):
                log.warning("a line was cut: nobody reads it")
            self.cut(line)
        else:
            self._send_packet(line, packet)

    def cut(self, line: str) -> None:
        """Closes a line at once and without a word. The library then finds out for itself that it is gone."""
        socket = self.eio.sockets.get(line)
        if socket is None:
            return
        socket.cut = True
        if line in self._transports:
            _shut(self._transports[line])
        else:
            socket.close(wait=False, abort=True, reason=self.eio.reason.SERVER_DISCONNECT)

    def taken(self, sockets: Iterable[str]) -> dict[str, int]:
        """How much each of these lines has taken so far, to ask `cut_unread` about later."""
        lines = [self.server.manager.eio_sid_from_sid(socket, "/") for socket in sockets]
        return {line: self.eio.sockets[line].queue.taken for line in lines if line in self.eio.sockets}

    def cut_unread(self, taken: dict[str, int]) -> None:
        """Cuts those that took nothing since, though something waits: what nobody reads stays in memory."""
        for line, before in taken.items():
            socket = self.eio.sockets.get(line)
            if socket is not None and socket.queue.taken == before and not socket.queue.queue.empty():
                log.warning("a line was cut: nobody reads it")
                self.cut(line)
                self.end(line)

    def end(self, line: str | None) -> None:
        """For a line that was let go a moment ago: what still waits on it goes with it."""
        transport, socket = self._transports.get(line or ""), self.eio.sockets.pop(line, None)
        if transport is not None:
            _shut(transport)
        if socket is not None:
            with suppress(self.eio.get_queue_empty_exception()):
                while True:
                    socket.queue.get(block=False)
                    socket.queue.task_done()

    def request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Every HTTP request to the socket's address."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        line = query.get("sid", [""])[0]
        if "j" in query:  # JSONP: an age ago
            return _turn_away(start_response, "400 Bad Request")
        if environ["REQUEST_METHOD"] == "POST":
            length = environ.get("CONTENT_LENGTH") or "0"
            if not length.isdigit() or int(length) > MOST_BYTES:
                self.cut(line)
                return _turn_away(start_response, "413 Content Too Large")
            self._watch_post(line)
        return self._handle_request(environ, start_response)

    def websocket(self, handler: Callable[[Any], Any], eio: Any) -> Any:
        """A websocket that can be cut from here, takes no message that is too long, and ends in peace."""
        socket = handler.__self__  # type: ignore[attr-defined]

        def handle(transport: Any) -> Any:
            self._transports[socket.sid] = transport
            _bound(transport)
            try:
                return handler(transport)
            except Exception as error:  # a packet that is none
                log.warning("a line was cut: it made no sense", error=type(error).__name__)
                socket.queue.put(None)
                socket.close(wait=False, abort=True, reason=eio.reason.TRANSPORT_ERROR)
                return []
            finally:
                self._transports.pop(socket.sid, None)

        if eio.async_mode == "threading":
            return self._websocket(handle, eio, max_message_size=MOST_BYTES)
        return self._websocket(handle, eio)

    def sweep(self) -> None:
        """Cuts the lines that have been silent about whose they are for too long. To be called every few seconds."""
        now = time.monotonic()
        known = self.server.manager.rooms.get("/", {}).get(None)
        nameless = [line for line in list(self.eio.sockets) if known is None or line not in known.inverse]
        self._silent = {line: self._silent.get(line, now) for line in nameless}
        self._connects = {line: n for line, n in self._connects.items() if line in self.eio.sockets}
        for line, since in self._silent.items():
            if now - since > SILENT_SECONDS:
                self.cut(line)
        for line, transport in list(self._transports.items()):
            if line not in self.eio.sockets:  # given up, while its writer still waits for a reader
                _shut(transport)

    def open(self) -> set[str]:
        """The sockets that are open, or are being opened."""
        return set(self.server.manager.rooms.get("/", {}).get(None) or ())

    def _answer(self, line: str, namespace: str | None, id: int | None, answer: dict[str, Any]) -> None:
        if id is not None:
            said = self.server.packet_class(packets.ACK, namespace=namespace or "/", id=id, data=[answer])
            self.server._send_packet(line, said)

    def _watch_post(self, line: str) -> None:
        """What is posted and makes no sense cuts the line too; by itself the library would say yes to it."""
        socket = self.eio.sockets.get(line)
        if socket is None or hasattr(socket, "watched"):
            return
        handle, socket.watched = socket.handle_post_request, True

        def watched(environ: dict[str, Any]) -> None:
            try:
                handle(environ)
            except Exception as error:
                log.warning("a line was cut: it made no sense", error=type(error).__name__)
                self.cut(line)
                raise EngineIOError from None

        socket.handle_post_request = watched


def _weight(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str | bytes) else 0


def _turn_away(start_response: Any, status: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Connection", "close")])
    return [b""]


def _wire(transport: Any) -> Any:
    """The network's own socket under a websocket, whichever library made it; None where there is none."""
    for path in (("socket",), ("_sock", "handler", "socket"), ("ws", "sock")):  # eventlet, gevent, threading
        found = transport
        for name in path:
            found = getattr(found, name, None)
        if hasattr(found, "shutdown"):
            return found
    return None


def _shut(transport: Any) -> None:
    """Ends a connection; nothing more is sent, not even what waits."""
    wire = _wire(transport)
    with suppress(OSError):  # gone already
        if wire is not None:
            wire.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            wire.shutdown(sockets.SHUT_RDWR)


def _bound(transport: Any) -> None:
    """Bounds what the system keeps for a line; and eventlet's websocket, which bounds a frame and not the message
    that many frames may be pieces of."""
    with suppress(OSError, AttributeError):
        _wire(transport).setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, KERNEL_BYTES)
    receive = getattr(transport, "_recv_frame", None)
    if receive is None:
        return

    def bounded(message: Any = None) -> Any:
        message = receive(message=message)
        if len(message.data) > MOST_PIECES or sum(map(len, message.data)) > MOST_BYTES:
            raise ValueError("a message that is too long")
        return message

    transport._recv_frame = bounded
