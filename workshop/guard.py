"""Around the socket library: the bounds it leaves open, for each way to serve (R11, R12, R14).

It knows connections (Engine.IO sockets, `Line` here) and packets, and nothing about rooms. Its rules:

- every frame and every request that comes in counts towards the pace of its connection, whatever it is, and long ones
  count for more; a connection beyond its pace is read more slowly, and cut in the end. Each lets others go on, even
  within the pace;
- only what we speak comes in (`SPOKEN`). Anything else is skipped and counts for many; what cannot be read at all, or a
  message over `MOST_BYTES`, in pieces and by polling too, cuts the connection;
- a connection that has not said whose it is has little to say: each word counts for several, there is no patience, and
  it is cut after some fifteen seconds. Only a limited number of those may exist, and arrive, from one address and from
  all together;
- a connection on which too much waits, or on which nothing moves, because nobody reads at the other end, is cut: it
  costs its share and no more. One large packet, like a snapshot, is never too much;
- compression, JSONP and the websockets from before the standard are refused.

A connection is cut by closing its transport and never by a goodbye: the client comes back by itself (R16).
"""

from __future__ import annotations

import io
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty
from typing import Any
from urllib.parse import parse_qs

import structlog
from engineio.payload import Payload
from socketio import packet as packets

from . import frames, metrics
from .broadcast import AtOnce, Rest, at_once, frame_of
from .core.pace import Pace
from .frames import MOST_BYTES, MOST_PIECES
from .wire import NotDone

log = structlog.get_logger()
SPOKEN = re.compile(r"1|2probe|3|5|4[01]|40[^/0-9].*|42[0-9]*\[.*", re.DOTALL)
"""What a client of ours says: close, the two of an upgrade, pong; connect, disconnect and events, in `/`."""
NONSENSE = 40
"""What a packet that is none of these counts for."""
NAMELESS = 5
"""How many times a word counts on a connection that has not said whose it is."""
WORD_BYTES = 4096
"""A frame counts for one, and for one more for every this many bytes: the longest event there is, ten times a second,
is still within the pace of a connection."""
SILENT_LOOKS = 5
DEAF_LOOKS = 4
"""A number of looks, some seconds apart, and not the time that passed: the server itself may have been held up
meanwhile."""
LOOKED_AT_ONCE = 200
MOST_CONNECTS = 3
MOST_REQUESTS = 4
"""Requests at once on one connection: a poll, a post, and the websocket that takes over make three."""
MOST_WAITING = 200
MOST_BYTES_WAITING = 512 * 1024
"""How much may wait on one connection; its writer may have taken as much again. One packet counts for a quarter at
most, so that neither one snapshot nor three of them end a connection, however large."""
MOST_NAMELESS = 1500
"""Connections from one address: a venue whose phones all come back at once; and from all addresses, this times
`ADDRESSES`."""
ADDRESSES = 4
TURNED_AWAY_SECONDS = 1.0
WAITED = "workshop.waited"
"""In the environ of a request: how long (s) it waited for its turn, if it did."""
OPENING_SECONDS = 3
"""As long as a phone waits for a connection by polling to open (`OPEN_WITHIN` of line.js). It leaves its request
behind, and a browser does not hang up: then nothing is begun for it."""
WHY: dict[metrics.CutFor, str] = {
    "nonsense": "it made no sense",
    "too_fast": "it would not slow down",
    "unread": "nobody reads it",
    "nameless": "it did not say whose it is",
}
Refuse = Callable[[str], NotDone | None]


class Waiting:
    """What waits to be sent on one connection: the library's own queue, weighed and timed."""

    def __init__(self, queue: Any) -> None:
        self.queue, self.bytes, self.taken, self._scale = queue, 0, 0, threading.Lock()
        self.sending, self.looks = False, 0
        """Its writer has taken something that is not all out yet; counts how often that was seen while more waits."""
        self.task_done, self.join = queue.task_done, queue.join

    def put(self, packet: Any) -> None:
        """One more, at the end."""
        with self._scale:
            self.bytes += _weight(packet)
        self.queue.put(packet)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The first; waits as the library's queue does. A writer that waits here is done with what it took before."""
        if block:
            self.sending, self.looks = False, 0
        while True:
            taken = self.taken
            try:
                packet = self.queue.get(block=block, timeout=timeout)
                break
            except Empty:
                if not block or self.taken == taken:  # else it was written to meanwhile, past its writer, and lives
                    raise
        self.sending = True
        with self._scale:
            self.bytes -= _weight(packet)
            self.taken += not isinstance(packet, Rest)  # its beginning counted
        return packet

    @property
    def full(self) -> bool:
        """Is nobody reading at the other end, or far too slowly?"""
        return self.bytes > MOST_BYTES_WAITING or self.queue.qsize() > MOST_WAITING

    @property
    def out(self) -> bool:
        """All of it is on its way: the other end has taken it, except for what the network holds."""
        return not self.sending and self.queue.qsize() == 0

    def stands_still(self) -> bool:
        """To be asked every few seconds: has the writer been busy with the same packet for so long that nobody can be
        reading?"""
        self.looks += self.sending and self.queue.qsize() > 0
        return self.looks > DEAF_LOOKS


class Line:
    """One Engine.IO socket, from its first request to its end."""

    def __init__(self, socket: Any, asker: str) -> None:
        self.socket, self.id, self.asker = socket, socket.sid, asker
        self.looks = 0
        """How often it has been seen without having said whose it is."""
        self.transport: Any = None
        """Its websocket, if it has one."""
        self.at_once: AtOnce | None = None
        """The way past that websocket's writer, if there is one."""
        self.connects = self.requests = 0
        self.cut = False


class Guard:
    """Stands around one Socket.IO server from the moment it is made. `refuse`: the answer to an event that comes too
    fast from this socket, or None; `beyond`: whether its holder is past all patience; `asker`: who a request comes
    from, as far as an address tells; `welcomes`: whether this process takes new connections, or a proxy in front should
    try another one."""

    def __init__(
        self,
        server: Any,
        refuse: Refuse,
        beyond: Callable[[str], bool],
        asker: Callable[[dict[str, Any]], str],
        welcomes: Callable[[], bool],
    ) -> None:
        self.server, self.eio = server, server.eio
        self.welcomes = welcomes
        self.refuse, self.beyond, self.asker = refuse, beyond, asker
        self.lines: dict[str, Line] = {}
        self._pace = Pace(rate=50, burst=100, patience=500)
        """Words a second on one connection: five times the events that are welcome, with ten seconds of patience."""
        self._arrivals = Pace(rate=100, burst=MOST_NAMELESS, patience=0)
        """Connections a second that one address may open, or ask for in vain."""
        self._nameless: Counter[str] = Counter()
        """By address: the connections at the last look, and all that were opened since."""
        self._handle_event, self._handle_message = server._handle_event, self.eio.handlers["message"]
        self._handle_connect = self.eio.handlers["connect"]
        self._handle_request, self._send_packet = server.handle_request, self.eio.send_packet
        self._websocket = self.eio._async["websocket"]
        make_queue = self.eio.create_queue
        self.eio.create_queue = lambda *args, **options: Waiting(make_queue(*args, **options))
        self.eio.send_packet = self.send_packet
        self.eio.handlers |= {"connect": self.opened, "message": self.message}
        self.eio._async = self.eio._async | {"websocket": self.websocket}
        server.handle_request = self.request
        server._handle_event = self.event
        Payload.max_decode_packets = MOST_PIECES  # a poll with more than the library's 16 would be dropped unsaid

    # What comes in, from the network upwards

    def request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Every HTTP request to the socket's address."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        websocket = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        if "j" in query or (websocket and environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13"):
            return _turn_away(start_response, "400 Bad Request")
        line = self.lines.get(query.get("sid", [""])[0])
        if line is None:
            if websocket and frames.hung_up(environ):  # while it waited for its turn: nothing is begun for it
                return _turn_away(start_response, "400 Bad Request")
            if not websocket and environ.get(WAITED, 0) > OPENING_SECONDS:
                return _turn_away(start_response, "503 Service Unavailable")
            if not self.welcomes():
                return _turn_away(start_response, "503 Service Unavailable")
            if self._crowded(self.asker(environ)):
                metrics.TURNED_AWAY.inc()
                self.server.sleep(TURNED_AWAY_SECONDS)  # or they would ask again at once
                return _turn_away(start_response, "429 Too Many Requests")
            return self._handle_request(environ, start_response)
        try:
            with self._one_more(line):
                self.spend(line, 1)
                if environ["REQUEST_METHOD"] == "POST":
                    self._read(line, environ)
                return self._handle_request(environ, start_response)
        except (ConnectionAbortedError, ValueError):
            self.cut(line, "nonsense")
            return _turn_away(start_response, "400 Bad Request")

    def websocket(self, handler: Callable[[Any], Any], eio: Any) -> Any:
        """A websocket that can be cut from here, whose every frame counts, and which ends quietly."""
        line = self.lines[handler.__self__.sid]  # type: ignore[attr-defined]
        if line.transport is not None:
            return lambda environ, start_response: _turn_away(start_response, "400 Bad Request")

        is_open = False

        def handle(transport: Any) -> Any:
            nonlocal is_open
            is_open = True
            line.transport, wait = transport, transport.wait
            frames.watch(transport, lambda size, pieces: self._frame(line, size, pieces))
            line.at_once = at_once(transport)

            def listen() -> Any:
                while (packet := wait()) is not None and not _spoken(packet):
                    self.spend(line, NONSENSE)
                return packet

            transport.wait = listen
            try:
                return handler(transport)
            except Exception as error:  # cut before it took over from a poll
                log.info("a line ended", error=type(error).__name__)
                line.socket.queue.put(None)
                line.socket.close(wait=False, abort=True, reason=eio.reason.TRANSPORT_ERROR)
                return []
            finally:
                if line.at_once is not None:
                    line.at_once.give_up()
                line.transport = line.at_once = None
                if line.socket.closed:
                    self.lines.pop(line.id, None)

        options = {"max_message_size": MOST_BYTES} if eio.async_mode == "threading" else {}
        answer = self._websocket(handle, eio, **options)

        def opens(environ: dict[str, Any], start_response: Any) -> Any:
            try:
                return answer(environ, start_response)
            finally:
                if not is_open and not line.socket.connected:  # the library would keep it for eighteen seconds
                    self._close(line)
                    self.eio.sockets.pop(line.id, None)
                    self.lines.pop(line.id, None)

        return opens

    def spend(self, line: Line, words: float) -> None:
        """This much came in on a connection, which lives, then. Nothing more is read from it while it is beyond its
        pace, nor is it said to be late, and others go on; ConnectionAbortedError if it is cut."""
        now, named = time.monotonic(), self._is_named(line.id)
        wait = self._pace.takes(line.id, words if named else NAMELESS * words, now)
        if wait and (not named or self._pace.beyond(line.id, now)):
            self.cut(line, "too_fast")
        if line.socket.last_ping:  # its answer waits behind what it said, however long that takes a busy server
            line.socket.last_ping = time.time() + wait
        self.server.sleep(0 if line.cut else wait)
        if line.cut:
            raise ConnectionAbortedError("this line was cut")

    def opened(self, id: str, environ: dict[str, Any]) -> Any:
        """A new connection."""
        asker = self.asker(environ)
        self.lines[id] = Line(self.eio.sockets[id], asker)
        self._nameless[asker] += 1
        return self._handle_connect(id, environ)

    def message(self, id: str, data: Any) -> None:
        """A Socket.IO packet; one that makes no sense cuts the connection, without a word in the log."""
        line = self.lines.get(id)
        if line is None:  # it was closed by what came with this
            return
        try:
            line.connects += data.startswith("0")
            if line.connects > MOST_CONNECTS:
                raise ValueError("connects over and over")
            self._handle_message(id, data)
        except Exception as error:
            self.cut(line, "nonsense", error)

    def event(self, id: str, namespace: str | None, number: int | None, data: Any) -> None:
        """Lets in only events of ours: a client may not speak the library's own `connect`."""
        name = data[0] if data else None
        if not isinstance(name, str) or name == "*" or name in self.server.reserved_events:
            self._answer(id, number, NotDone("not_found", "There is no such message."))
            self.spend(self.lines[id], NONSENSE)
            return
        socket = self.server.manager.sid_from_eio_sid(id, "/")
        refusal = self.refuse(socket) if socket else None
        if refusal is None:
            self._handle_event(id, namespace, number, data)
            return
        self._answer(id, number, refusal)
        if self.beyond(socket):
            self.cut(self.lines[id], "too_fast")

    # What goes out

    def send_packet(self, id: str, packet: Any) -> None:
        """Anything that goes out, unless too much of it waits already."""
        line = self.lines.get(id)
        if line is not None and line.socket.queue.full:
            self.cut(line, "unread")
        elif line is None or not self._written_at_once(line, packet):
            self._send_packet(id, packet)

    def _written_at_once(self, line: Line, packet: Any) -> bool:
        """Writes it, if nothing waits before it. False: it has to go through the queue."""
        socket, queue = line.socket, line.socket.queue
        if line.at_once is None or not queue.out or line.cut or socket.closed or not socket.upgraded:
            return False
        if socket.last_ping and time.time() - socket.last_ping > self.eio.ping_timeout:
            return False  # it is gone, and the library finds out
        frame = frame_of(packet)
        rest = line.at_once.write(frame) if frame is not None else None
        if rest is None:
            return False
        queue.taken += 1
        if rest:
            queue.put(Rest(rest))
        return True

    def is_read(self, socket: str) -> bool:
        """Has everything that was said to this socket been taken? True as well if the socket is gone."""
        line = self.lines.get(self.server.manager.eio_sid_from_sid(socket, "/"))
        return line is None or line.socket.queue.out

    # The end of lines

    def cut(self, line: Line, why: metrics.CutFor, error: Exception | None = None) -> None:
        """Closes a connection at once and without a word. The library then finds out for itself that it is gone."""
        if not line.cut:
            metrics.cut[why].inc()
            log.warning(f"a line was cut: {WHY[why]}", **({"error": type(error).__name__} if error else {}))
        self._close(line)

    def drop(self, sockets: Iterable[str]) -> None:
        """Closes these in the same way, though nothing is wrong with them."""
        for socket in sockets:
            if (line := self.lines.get(self.server.manager.eio_sid_from_sid(socket, "/"))) is not None:
                self._close(line)

    def _close(self, line: Line) -> None:
        line.cut = True
        if line.transport is not None:
            self._shut(line)
        else:
            line.socket.close(wait=False, abort=True, reason=self.eio.reason.SERVER_DISCONNECT)

    def _shut(self, line: Line) -> None:
        frames.shut(line.transport)
        if line.at_once is not None:
            line.at_once.give_up()

    def taken(self, sockets: Iterable[str]) -> dict[str, int]:
        """How much each of these connections has taken so far, to hand to `cut_unread` later."""
        ids = [self.server.manager.eio_sid_from_sid(socket, "/") for socket in sockets]
        return {id: self.lines[id].socket.queue.taken for id in ids if id in self.lines}

    def cut_unread(self, taken: dict[str, int]) -> None:
        """Cuts those that have taken nothing since although something waits: what nobody reads stays in memory."""
        for id, before in taken.items():
            line = self.lines.get(id)
            if line is not None and line.socket.queue.taken == before and not line.socket.queue.queue.empty():
                self.cut(line, "unread")
                self.end(id)

    def end(self, id: str | None) -> None:
        """Ends a connection that was let go a moment ago: what still waits on it goes with it."""
        line, socket = self.lines.get(id or ""), self.eio.sockets.pop(id, None)
        if line is not None and line.transport is not None:
            self._shut(line)
        if socket is not None:
            with suppress(self.eio.get_queue_empty_exception()):
                while True:
                    socket.queue.get(block=False)
                    socket.queue.task_done()

    def sweep(self) -> None:
        """Cuts the connections that have not said whose they are for too long, and those that nobody reads; forgets
        those that are gone. To be called every few seconds; others have a turn meanwhile."""
        nameless, known = Counter[str](), self._nameless.copy()
        for number, line in enumerate(list(self.lines.values()), 1):
            if number % LOOKED_AT_ONCE == 0:
                self.server.sleep(0)
            if line.id not in self.eio.sockets:
                if line.transport is not None:  # given up, while its writer still waits for a reader
                    frames.shut(line.transport)
                else:
                    self.lines.pop(line.id, None)
            elif line.socket.queue.stands_still():
                self.cut(line, "unread")
            elif not self._is_named(line.id):
                nameless[line.asker] += 1
                line.looks += 1
                if line.looks > SILENT_LOOKS:
                    self.cut(line, "nameless")
            else:
                line.looks = 0
        self._nameless = nameless + (self._nameless - known)  # and those that were opened meanwhile
        now = time.monotonic()  # not before those pauses, or their time would be given twice
        self._pace.forget(now)
        self._arrivals.forget(now)

    def open(self) -> set[str]:
        """The sockets that are open, or are being opened. The library also keeps one whose connection closed while it
        was let in, and never says that it is gone."""
        known = dict(self.server.manager.rooms.get("/", {}).get(None) or {})
        return {socket for socket, line in known.items() if line in self.eio.sockets}

    def forget(self, socket: str) -> None:
        """Has the library forget such a one."""
        with suppress(KeyError):
            self.server.manager.disconnect(socket, namespace="/")

    def _frame(self, line: Line, size: int, pieces: int) -> None:
        if size > MOST_BYTES or pieces > MOST_PIECES:
            raise ValueError("a message that is too long")
        self.spend(line, 1 + size / WORD_BYTES)

    def _read(self, line: Line, environ: dict[str, Any]) -> None:
        """What is posted counts before it is handed on; ValueError if it is not what we speak."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if not 0 <= length <= MOST_BYTES:
            raise ValueError("a message that is too long")
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        said = body.decode().split("\x1e")
        if len(said) > MOST_PIECES or not all(map(_spoken, said)):
            raise ValueError("a packet that is none")
        self.spend(line, len(said) + length / WORD_BYTES)

    @contextmanager
    def _one_more(self, line: Line) -> Iterator[None]:
        """One more request of this connection is being answered; ValueError if no client would have so many at once."""
        line.requests += 1
        try:
            if line.requests > MOST_REQUESTS:
                raise ValueError("asks too much at once")
            yield
        finally:
            line.requests -= 1

    def _crowded(self, asker: str) -> bool:
        """Are there too many who have not said who they are?"""
        here, all_over = self._nameless[asker], self._nameless.total()
        if here >= MOST_NAMELESS or all_over >= ADDRESSES * MOST_NAMELESS:
            return True
        return not self._arrivals.allows(asker, time.monotonic())

    def _is_named(self, id: str) -> bool:
        return self.server.manager.sid_from_eio_sid(id, "/") is not None

    def _answer(self, id: str, number: int | None, answer: NotDone) -> None:
        if number is not None:
            said = self.server.packet_class(packets.ACK, namespace="/", id=number, data=[answer])
            self.server._send_packet(id, said)


def _spoken(packet: Any) -> bool:
    return isinstance(packet, str) and SPOKEN.fullmatch(packet) is not None


def _weight(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return min(len(data), MOST_BYTES_WAITING // 4) if isinstance(data, str | bytes) else 0


def _turn_away(start_response: Any, status: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Connection", "close")])
    return [b""]
