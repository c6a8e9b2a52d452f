"""THE DOOR IN for sockets: limit, parse, permit, do, acknowledge. Nothing else handles an event.

Every event gets an answer, also an unknown one or one that fails (R12). `connect` raises nothing but its coded
refusal: any other exception there would strand a phone for good.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import request
from flask_socketio import join_room
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from socketio import packet
from socketio.exceptions import ConnectionRefusedError

from . import announce, commands, cookies
from .access import Holder, permit
from .core.errors import Refused
from .extensions import db, socketio
from .presence import presence

log = structlog.get_logger()
PACE = RateLimitItemPerSecond(40, 4)
"""Ten events a second from one person, in bursts of forty at most."""
_pace = MovingWindowRateLimiter(MemoryStorage())


def guard(server: Any) -> None:
    """Only what is an event of ours comes in: a client may not speak the library's own `connect` and `disconnect`."""
    handle = server._handle_event

    def handle_ours(line: str, namespace: str | None, id: int | None, data: Any) -> None:
        name = data[0] if isinstance(data, list) and data else None
        if isinstance(name, str) and name not in server.reserved_events:
            handle(line, namespace, id, data)
        elif id is not None:
            refusal = {"ok": False, "code": "not_found", "detail": "There is no such message."}
            acknowledgement = server.packet_class(packet.ACK, namespace=namespace or "/", id=id, data=[refusal])
            server._send_packet(line, acknowledgement)

    server._handle_event = handle_ours


@socketio.on("connect")
def connect(auth: Any = None) -> None:
    """Lets in who holds a token, or a page's cookie. Tiny on purpose."""
    try:
        holder = _holder(auth)
    except Refused as refused:
        raise ConnectionRefusedError(refused.detail, {"code": refused.code}) from None
    except Exception:
        log.exception("connect failed")
        raise ConnectionRefusedError("Try again in a moment.", {"code": "busy"}) from None
    socket = _socket()
    announce.holders[socket] = holder
    for channel in announce.channels(holder):
        join_room(channel)
    socketio.start_background_task(_welcome, socket, holder)


@socketio.on("disconnect")
def disconnect(*_reason: object) -> None:
    """A line closed. It says nothing about the person: away is not left."""
    holder = announce.holders.pop(_socket(), None)
    if holder and holder.person_id is not None:
        presence.depart(holder.person_id, _socket())
        announce.someone_came_or_went(holder)


@socketio.on("*")
def receive(event: str, payload: object = None, *_more: object) -> dict[str, Any]:
    """Any event: limit, parse, permit, do, acknowledge."""
    try:
        holder = announce.holders.get(_socket())
        if holder is None:
            raise Refused("unauthorized", "This line is not open yet.")
        if not _pace.hit(PACE, f"{holder.role} {holder.person_id or _socket()}"):
            raise Refused("too_fast", "That was a lot at once; try again in a few seconds.")
        message = commands.parse(event, payload if payload is not None else {})
        permit(holder, event)
        return {"ok": True} | (_do(event, message, holder) or {})
    except Refused as refused:
        return {"ok": False, "code": refused.code, "detail": refused.detail}
    except Exception:
        log.exception("event failed", name=event if event in commands.EVENTS else "unknown")
        return {"ok": False, "code": "failed", "detail": "Something went wrong here; nothing was changed."}


def _socket() -> str:
    """The socket that speaks; Flask-SocketIO puts it on the request."""
    return str(request.sid)  # type: ignore[attr-defined]


def _do(event: str, message: Any, holder: Holder) -> dict[str, Any] | None:
    if event == "clock":
        return announce.pulse(holder)
    if event == "sync":
        socketio.start_background_task(announce.snapshot, _socket(), holder)
        return None
    with announce.changing(holder.room_id) as change:
        holder = announce.holders.get(_socket(), holder)  # merged with someone while it waited for its turn
        answer: dict[str, Any] | None = message.do(change, holder)
    return answer


def _holder(auth: Any) -> Holder:
    auth = auth if isinstance(auth, dict) else {}
    with db.reading() as session:
        return permit(cookies.holder(session, auth.get("token"), auth.get("as"), auth.get("code")), "open socket")


def _welcome(socket: str, holder: Holder) -> None:
    """What a new line gets, once it is open: its snapshot; and others hear who is here."""
    try:
        _greet(socket, holder)
    except Exception:  # the client hears nothing for three seconds and starts over
        log.exception("no snapshot sent")


def _greet(socket: str, holder: Holder) -> None:
    if holder.person_id is not None:
        for surplus in presence.arrive(holder.person_id, socket):
            announce.let_go(surplus)
    if socket not in announce.holders:  # it closed again before we came to it
        if holder.person_id is not None:
            presence.depart(holder.person_id, socket)
        return
    announce.snapshot(socket, holder)
    announce.someone_came_or_went(holder)
