"""One frame, built once, straight to every connection that can take it.

The library puts each message into a queue for each phone, which wakes a writer for each: half of what a step costs. If
nothing waits before it on a connection, a message is written at once. What the network does not take of it goes through
the queue, before anything else that is said there; so does all that comes meanwhile. A connection that polls, that is
slow, or whose insides are not those that are known here, gets the whole message in the library's own way.
"""

from __future__ import annotations

import socket as sockets
import struct
from functools import cache
from typing import Any

import msgspec
import structlog
from engineio import json as library

from . import frames

log = structlog.get_logger()
TEXT = 0x81
"""The first byte of a frame that holds a whole text."""


class Json:
    """How the socket library reads and writes JSON: structs as they are, and words of any script in as few bytes as
    they have. What comes in is looked at by `commands`."""

    @staticmethod
    def loads(text: str) -> Any:
        """A value from text, in a tenth of the library's time. What only the library accepts (half a character, endless
        numbers) the library still reads, and what it refuses is refused in its words."""
        try:
            return msgspec.json.decode(text)
        except (msgspec.MsgspecError, UnicodeError):
            return library.loads(text)

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        """A value as text; half a character, which is not UTF-8, is written out."""
        try:
            return msgspec.json.encode(value).decode()
        except UnicodeEncodeError:
            return str(library.dumps(msgspec.to_builtins(value), separators=(",", ":")))


class Rest:
    """The end of a frame whose beginning is out: goes through the queue like a packet."""

    packet_type, binary = 4, True

    def __init__(self, data: memoryview) -> None:
        self.data = bytes(data)

    def encode(self, b64: bool = False) -> Rest:
        """Itself: the writer hands it to the websocket, which knows it."""
        return self


class AtOnce:
    """Beside one websocket of eventlet's: writes to it without its writer. Between the two halves of a frame it holds
    the lock with which the websocket keeps its writers apart."""

    def __init__(self, websocket: Any) -> None:
        self._websocket, self._half = websocket, False
        self._wire, self._lock = websocket.socket.fd, websocket._sendlock
        send = websocket.send

        def send_also_the_rest(message: Any, **options: Any) -> Any:
            if not isinstance(message, Rest):
                return send(message, **options)
            try:
                return websocket.socket.sendall(memoryview(message.data))
            except BaseException:  # nothing may follow half a frame
                frames.shut(websocket)
                raise
            finally:
                self.give_up()

        websocket.send = send_also_the_rest

    def write(self, frame: bytes) -> memoryview | None:
        """What is still to be sent of it, before anything else; None when nothing could be sent just now."""
        if self._lock.locked() or self._websocket.websocket_closed:
            return None
        try:
            sent = self._wire.send(frame, sockets.MSG_DONTWAIT)
        except OSError:  # it takes nothing now, or nothing any more: its writer will find out
            return None
        if sent < len(frame):
            self._lock.acquire()
            self._half = True
        return memoryview(frame)[sent:]

    def give_up(self) -> None:
        """The second half is out, or never will be."""
        if self._half:
            self._half = False
            self._lock.release()


def at_once(websocket: Any) -> AtOnce | None:
    """The way past the writer; None if there is none."""
    if not hasattr(websocket, "_recv_frame"):  # gevent's and threading's have writers of their own kind
        return None
    known = (
        getattr(websocket, "version", None) == 13
        and hasattr(websocket, "websocket_closed")
        and hasattr(getattr(getattr(websocket, "socket", None), "fd", None), "send")
        and all(hasattr(getattr(websocket, "_sendlock", None), name) for name in ("locked", "acquire", "release"))
    )
    if not known:
        _say_once()
        return None
    return AtOnce(websocket)


def frame_of(packet: Any) -> bytes | None:
    """A packet as the bytes on the wire, built once however many it is sent to; None for what is not text."""
    if packet.binary or isinstance(packet, Rest):
        return None
    frame: bytes | None = getattr(packet, "frame", None)
    if frame is None:
        frame = packet.frame = text_frame(packet.encode().encode())
    return frame


def text_frame(data: bytes) -> bytes:
    """A text in one frame, as a server sends it: not masked (RFC 6455, 5.2)."""
    if len(data) < 126:
        head = struct.pack("!BB", TEXT, len(data))
    elif len(data) < 1 << 16:
        head = struct.pack("!BBH", TEXT, 126, len(data))
    else:
        head = struct.pack("!BBQ", TEXT, 127, len(data))
    return head + data


@cache
def _say_once() -> None:
    log.warning("the websocket library is not the one that is known: everything goes through its queues")
