"""What the guard knows of the library's connections."""

from __future__ import annotations

import queue
import socket
import time
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
import socketio
from engineio.packet import Packet
from engineio.socket import Socket as EngineSocket

from workshop.guard import WAITED, Guard, Line, Waiting


def guarded() -> tuple[socketio.Server, Guard]:
    server = socketio.Server(async_mode="threading", ping_timeout=5)
    return server, Guard(server, lambda _: None, lambda _: False, lambda _: "", lambda: True)


@pytest.mark.parametrize("goes", ["before its turn", "while it is answered", "without a key"])
def test_of_a_line_that_was_never_open_nothing_is_kept(goes: str) -> None:
    """A crowd of phones that give up opening, because the server is busy, adds nothing to what it has to do. The
    library would keep each for eighteen seconds, and ping it."""
    server, guard = guarded()
    there, here = socket.socketpair()
    asks: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "QUERY_STRING": "EIO=4&transport=websocket", "wsgi.input": BytesIO(),
        "HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade", "HTTP_SEC_WEBSOCKET_VERSION": "13",
        "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==", "HTTP_HOST": "127.0.0.1", "werkzeug.socket": here,
    }  # fmt: skip
    begun: list[object] = []
    opened = server.eio.handlers["connect"]

    def begins(id: str, environ: dict[str, Any]) -> Any:
        begun.append(id)
        if goes == "while it is answered":
            there.close()
        return opened(id, environ)

    server.eio.handlers["connect"] = begins
    if goes == "before its turn":
        there.close()
    if goes == "without a key":
        del asks["HTTP_SEC_WEBSOCKET_KEY"]
    with suppress(Exception):  # as the library sees fit: nobody reads it
        server.handle_request(asks, lambda *_: None)
    assert bool(begun) is (goes != "before its turn")
    assert not guard.lines and not server.eio.sockets
    there.close()
    here.close()


@pytest.mark.parametrize("waited", [0.5, 3.5])
def test_of_an_opening_by_polling_that_was_given_up_nothing_is_kept(waited: float) -> None:
    """A phone leaves its request behind after three seconds, and nothing tells: the browser does not hang up. Twice as
    many of these as a venue has phones turned the venue away."""
    server, guard = guarded()
    asks = {
        "REQUEST_METHOD": "GET", "QUERY_STRING": "EIO=4&transport=polling", "HTTP_HOST": "127.0.0.1",
        "wsgi.input": BytesIO(), WAITED: waited,
    }  # fmt: skip
    told: list[str] = []
    server.handle_request(asks, lambda status, *_: told.append(status))
    assert told == (["200 OK"] if waited < 3 else ["503 Service Unavailable"])
    assert len(guard.lines) == len(server.eio.sockets) == (1 if waited < 3 else 0)
    server.shutdown()


def test_a_line_that_is_written_to_past_its_queue_is_not_ended_for_the_silence_there() -> None:
    """A ping comes later than usual where its line was read slowly; the library's writer then ended the line."""

    class Silent(queue.Queue[Packet]):
        def get(self, block: bool = True, timeout: float | None = None) -> Packet:
            silences.append(timeout)
            if len(silences) < 3:
                waiting.taken += 1
                raise queue.Empty
            return super().get(block=False)

    silences: list[float | None] = []
    waiting = Waiting(Silent())
    ping = Packet(2)
    waiting.put(ping)
    assert waiting.get(timeout=18) is ping and silences == [18] * 3
    with pytest.raises(queue.Empty):  # of which nothing was taken meanwhile
        waiting.get(timeout=18)


def test_whoever_is_heard_is_not_gone_though_a_ping_is_not_answered_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """R18: a server that is busy, or hears somebody out slowly, cuts no connection that lives."""
    server, guard = guarded()
    line = Line(EngineSocket(server.eio, "a line"), "an address")
    guard.lines[line.id] = server.eio.sockets[line.id] = line.socket
    server.manager.connect(line.id, "/")
    slept: list[bool] = []

    def sleep(seconds: float) -> None:
        line.socket.last_ping -= seconds  # so much later it is then
        slept.append(line.socket.check_ping_timeout())

    monkeypatch.setattr(server, "sleep", sleep)
    for words in (1, 490):  # with 490 it is eight seconds beyond its pace
        line.socket.last_ping = time.time() - server.eio.ping_timeout - 1
        guard.spend(line, words)
    assert slept == [True, True] and not line.socket.closed
    line.socket.last_ping = time.time() - server.eio.ping_timeout - 1
    assert not line.socket.check_ping_timeout(), "of whom nothing is heard"


def test_who_went_while_coming_in_is_not_there() -> None:
    """The library keeps a socket whose connection closed before it was let in, and says nothing of its end."""
    server, guard = guarded()
    gone = server.manager.connect("a connection that closed", "/")
    assert gone in server.manager.rooms["/"][None] and gone not in guard.open()
    guard.forget(gone)
    assert gone not in server.manager.rooms.get("/", {}).get(None, {})
    guard.forget(gone)
