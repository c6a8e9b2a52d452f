"""What is written past the library's writers is whole and in order, also to someone who takes it slowly."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Line, Server
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import Message, Pong

from workshop import broadcast

eventlet = pytest.importorskip("eventlet")
Dial = Callable[..., Line]
LARGE = [f"{n} " + "x" * 40_000 for n in range(12)]


@pytest.fixture
def ends() -> Iterator[tuple[Any, socket.socket]]:
    """A websocket of eventlet's, as a server has it, and the socket at its other end, which takes little at a time."""
    from eventlet.greenio import GreenSocket
    from eventlet.websocket import RFC6455WebSocket

    server, client = socket.socketpair()
    for end in (server, client):
        for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, buffer, 8192)
    websocket = RFC6455WebSocket(GreenSocket(server), {}, version=13)
    yield websocket, client
    for end in (server, client):
        end.close()


def read(client: socket.socket, until: Callable[[list[object]], bool]) -> list[object]:
    """What comes at the other end, as wsproto understands it; it refuses what is no frame."""
    reader, heard = _opened(), list[object]()
    client.setblocking(False)
    while not until(heard):
        eventlet.sleep(0)
        try:
            data = client.recv(3000)
        except BlockingIOError:
            continue
        reader.receive_data(data)
        heard += list(reader.events())
    return heard


def _opened() -> Connection:
    """A reader of frames, past the handshake."""
    return Connection(ConnectionType.CLIENT)


def texts(heard: list[object]) -> list[str]:
    """The whole texts among it."""
    whole, piece = [], ""
    for event in heard:
        if isinstance(event, Message):
            piece += str(event.data)
            if event.message_finished:
                whole.append(piece)
                piece = ""
    return whole


def test_a_frame_of_which_half_is_out_is_ended_before_anything_else(ends: tuple[Any, socket.socket]) -> None:
    websocket, client = ends
    straight = broadcast.at_once(websocket)
    assert straight is not None
    waiting: list[Any] = []

    def say(text: str) -> None:
        """As the guard does: past the writer if nothing waits."""
        rest = straight.write(broadcast.text_frame(text.encode())) if not waiting else None
        waiting.append(broadcast.Rest(rest) if rest is not None else text)
        if rest is not None and not rest:
            waiting.pop()

    def writer() -> None:
        while waiting:
            websocket.send(waiting[0])
            waiting.pop(0)

    for text in LARGE:
        say(text)
    assert isinstance(waiting[0], broadcast.Rest), "the network took half of the first"
    eventlet.spawn(websocket.send, b"still here", control_code=0xA)  # the answer to a ping, from the one who reads
    eventlet.spawn(writer)
    heard = read(client, lambda found: len(texts(found)) == len(LARGE) and any(isinstance(one, Pong) for one in found))
    assert texts(heard) == LARGE
    say("and straight again")
    assert waiting == [] and texts(read(client, lambda found: bool(texts(found)))) == ["and straight again"]


def test_who_closes_with_half_a_frame_out_holds_up_nobody(ends: tuple[Any, socket.socket]) -> None:
    websocket, _ = ends
    straight = broadcast.at_once(websocket)
    assert straight is not None and straight.write(broadcast.text_frame(LARGE[0].encode() * 9))
    assert straight.write(b"anything") is None
    straight.give_up()
    assert not websocket._sendlock.locked()


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_how_long_it_is(length: int) -> None:
    reader = _opened()
    reader.receive_data(broadcast.text_frame(b"x" * length))
    assert texts(list(reader.events())) == ["x" * length]


def test_a_websocket_that_is_not_known_is_left_to_its_library() -> None:
    class Other:
        _recv_frame = None

    assert broadcast.at_once(Other()) is None and broadcast.at_once(object()) is None


def test_a_step_is_built_once_for_all() -> None:
    from engineio.packet import MESSAGE, Packet

    packet = Packet(MESSAGE, '2["step",{"version":7}]')
    frame = broadcast.frame_of(packet)
    assert frame is broadcast.frame_of(packet)
    assert frame is not None and json.loads(frame[4:]) == ["step", {"version": 7}]


def test_polls_and_websockets_hear_the_same_in_the_same_order(sqlite_server: Server, dial: Dial) -> None:
    import socketio

    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    phone = dial(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    polling = socketio.SimpleClient()
    token = sqlite_server.join(made["code"], "Sem")["token"]
    polling.connect(sqlite_server.url, auth={"token": token}, transports=["polling"])
    for _ in range(4):
        leader.do("next")
    heard: list[int] = []
    while len(heard) < 4:
        name, payload = polling.receive(timeout=90)
        heard += [payload["version"]] if name == "step" else []
    polling.disconnect()
    phone.wait("step", lambda step: step["version"] == leader.version)
    assert [step["version"] for step in phone.all("step")][-4:] == heard
