"""What each of the three websocket libraries takes off the network, frame by frame.

A library that has read a frame goes on to the next by itself, and answers pings, joins pieces and skips empty frames
without telling anyone: a connection that always has one more frame would let nobody else go on. So the place to count
is beneath the library, where it reads.
"""

from __future__ import annotations

import socket as sockets
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

MOST_BYTES = 16 * 1024
"""Bytes: the longest message."""
MOST_PIECES = 256
KERNEL_BYTES = 128 * 1024
"""What the system itself may hold for one connection, in each direction; left alone it would be megabytes."""
Take = Callable[[int, int], None]


def watch(transport: Any, take: Take) -> None:
    """From now on each frame is reported to `take`, with the bytes and pieces of its message so far, before anything is
    done with it, even if it needs no answer. If `take` raises, the connection ends; it may also wait."""
    with suppress(OSError, AttributeError):
        for buffer in (sockets.SO_SNDBUF, sockets.SO_RCVBUF):
            _wire(transport).setsockopt(sockets.SOL_SOCKET, buffer, KERNEL_BYTES)
    if hasattr(transport, "_recv_frame"):
        _eventlet(transport, take)
    elif hasattr(getattr(transport, "_sock", None), "read_frame"):
        _gevent(transport._sock, take)
    else:
        _threading(transport, take)


def hung_up(environ: dict[str, Any]) -> bool:
    """Has whoever asks for a websocket gone again? They say nothing more before they are answered. Under gevent, and on
    a system that cannot look without waiting, nobody has."""
    reader, look = environ.get("eventlet.input"), getattr(sockets, "MSG_DONTWAIT", None)
    wire = environ.get("werkzeug.socket") if reader is None else reader.get_socket().fd
    if wire is None or look is None:
        return False
    try:
        return not wire.recv(1, sockets.MSG_PEEK | look)
    except BlockingIOError:
        return False
    except OSError:
        return True


def shut(transport: Any) -> None:
    """Ends a connection; nothing more is sent, not even what is waiting."""
    wire = _wire(transport)
    with suppress(OSError):  # gone already
        if wire is not None:
            wire.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            wire.shutdown(sockets.SHUT_RDWR)


def _eventlet(websocket: Any, take: Take) -> None:
    receive, pass_on = websocket._recv_frame, websocket._send

    def received(message: Any = None) -> Any:
        message = receive(message=message)
        take(sum(map(len, message.data)), len(message.data))
        return message

    websocket._recv_frame, websocket._apply_mask = received, _unmasked
    websocket._send = lambda frame: pass_on(memoryview(frame))  # what does not go out at once is not copied


def _unmasked(data: bytes, mask: tuple[int, ...], length: int, offset: int) -> bytes:
    """Unmasks a payload; the library does it byte by byte, which takes 2 ms for the longest message."""
    key = bytes(mask[(offset + n) % 4] for n in range(4)) * (length // 4 + 1)
    return (int.from_bytes(data, "big") ^ int.from_bytes(key[:length], "big")).to_bytes(length, "big")


def _gevent(websocket: Any, take: Take) -> None:
    read, size, pieces = websocket.read_frame, 0, 0

    def received() -> Any:
        nonlocal size, pieces
        header, payload = read()
        if header.opcode in (websocket.OPCODE_TEXT, websocket.OPCODE_BINARY):
            size = pieces = 0
        size, pieces = size + len(payload), pieces + 1
        take(size, pieces)
        return header, payload

    websocket.read_frame = received


def _threading(transport: Any, take: Take) -> None:
    """This library reads in a thread of its own, and bounds a message by itself; its writer's thread says goodbye to a
    connection that was cut."""
    events, close = transport.ws.ws.events, transport.close

    def received() -> Iterator[Any]:
        for event in events():
            take(len(getattr(event, "data", None) or getattr(event, "payload", None) or b""), 1)
            yield event

    def closed() -> None:
        with suppress(OSError):
            close()

    transport.ws.ws.events, transport.close = received, closed


def _wire(transport: Any) -> Any:
    """The network socket under a websocket, whichever library made it; None if there is none."""
    for path in (("socket",), ("_sock", "handler", "socket"), ("ws", "sock")):  # eventlet, gevent, threading
        found = transport
        for name in path:
            found = getattr(found, name, None)
        if hasattr(found, "shutdown"):
            return found
    return None
