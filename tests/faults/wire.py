"""A websocket without manners: what a phone, a bad network or someone with ill will may put on the wire.

wsproto knows the protocol; reading, not reading, cutting and sending nonsense are ours to decide.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, cast

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, RejectConnection, Request
from wsproto.extensions import PerMessageDeflate

EIO = "/socket.io/?EIO=4&transport=websocket"


class Wire(asyncio.Protocol):
    """One websocket to a server on this machine. `hear` gets every whole message."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        self.hear = hear
        self.opened: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self.compressed = False
        self._ws = WSConnection(ConnectionType.CLIENT)
        self._pieces: list[str] = []
        self.transport: asyncio.Transport = cast(asyncio.Transport, None)

    @classmethod
    async def open(
        cls,
        port: int,
        hear: Callable[[str], None],
        within: float = 3.0,
        deflate: bool = False,
        code: str = "",
        hold: Callable[[Wire], None] = lambda wire: None,
    ) -> Wire:
        """Opens one; OSError or TimeoutError where that does not work out. `hold` has it before anything is heard."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(within):
            _, wire = await loop.create_connection(lambda: cls(hear), "127.0.0.1", port)
            hold(wire)
            try:
                offers: list[Any] = [PerMessageDeflate()] if deflate else []
                target = f"{EIO}&code={code}" if code else EIO
                wire.write(wire._ws.send(Request(host=f"127.0.0.1:{port}", target=target, extensions=offers)))
                await wire.opened
            except BaseException:
                wire.cut()
                raise
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._ws.receive_data(data)
        for event in self._ws.events():
            match event:
                case Message():
                    self._pieces.append(str(event.data))
                    if event.message_finished:
                        whole, self._pieces = "".join(self._pieces), []
                        self.hear(whole)
                case AcceptConnection():
                    self.compressed = bool(event.extensions)
                    self.opened.set_result(None)
                case RejectConnection():
                    self.opened.set_exception(ConnectionRefusedError(event.status_code))
                case Ping():
                    self.write(self._ws.send(event.response()))
                case CloseConnection():
                    self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError())
        if not self.opened.cancelled():
            self.opened.exception()  # seen
        if not self.lost.done():
            self.lost.set_result(None)

    @property
    def open_still(self) -> bool:
        """As far as this end knows."""
        return not self.lost.done()

    def say(self, text: str) -> None:
        """One message."""
        if self.open_still:
            self.write(self._ws.send(Message(data=text)))

    def piece(self, text: str, last: bool = False) -> None:
        """A piece of a message."""
        if self.open_still:
            self.write(self._ws.send(Message(data=text, message_finished=last)))

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        self.transport.write(data)

    def stop_reading(self) -> None:
        """From here on nothing is taken in; what the network holds back, it holds back."""
        self.transport.pause_reading()

    def cut(self) -> None:
        """Gone, without a word."""
        if self.transport is not None and self.open_still:
            reset(self.transport)


def frame(text: str) -> bytes:
    """A whole message as it goes over the network, with a mask that changes nothing."""
    return struct.pack("!BBH", 0x81, 0x80 | 126, len(text)) + bytes(4) + text.encode()


def reset(transport: asyncio.BaseTransport) -> None:
    """Ends a connection with RST instead of FIN."""
    raw = transport.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    cast(asyncio.WriteTransport, transport).abort()
