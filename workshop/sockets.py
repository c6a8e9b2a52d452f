"""THE DOOR IN for sockets: limit, parse, permit, do, acknowledge. Nothing else handles an event.

Every event gets an answer, also an unknown one or one that fails (R12). `connect` raises nothing but its coded
refusal: any other exception there would strand a phone for good.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import request
from flask_socketio import join_room
from socketio.exceptions import ConnectionRefusedError

from . import announce, commands, cookies
from .access import Holder, permit
from .core.errors import Refused
from .core.pace import Pace
from .extensions import db, rest, socketio
from .guard import Guard
from .presence import presence

log = structlog.get_logger()
SWEEP_SECONDS = 3.0
_pace = Pace(rate=10, burst=40, patience=200)
"""Events from one person, whatever the number of lines; who is beyond patience is cut."""
_doorbell = Pace(rate=4, burst=40, patience=10_000)
"""Lines opened by one person: a reload costs a snapshot."""
_asked: set[str] = set()
"""The sockets that wait for the snapshot they asked for; asking again before it comes adds nothing."""


def guard(server: Any) -> Guard:
    """Puts the bounds around a server."""
    found = Guard(server, _too_fast, _beyond)
    announce.bounds[:] = [found]
    return found


def watch(guard: Guard) -> None:
    """Never returns; looks every few seconds for lines that nobody speaks for, and forgets who is long quiet."""
    while True:
        rest(SWEEP_SECONDS)
        try:
            guard.sweep()
            for socket in set(announce.holders) - guard.open():  # closed while it opened: no goodbye was heard
                _gone(socket)
            for pace in (_pace, _doorbell):
                pace.forget(time.monotonic())
        except Exception:
            log.exception("sweeping failed")


@socketio.on("connect")
def connect(auth: Any = None) -> None:
    """Lets in who holds a token, or a page's cookie. Tiny on purpose."""
    try:
        holder = _holder(auth)
        if not _doorbell.allows(_speaker(holder, _socket()), time.monotonic()) or _beyond(_socket(), holder):
            raise Refused("busy", "That was a lot at once; try again in a few seconds.")
    except Refused as refused:
        code = "unauthorized" if refused.code == "forbidden" else refused.code
        raise ConnectionRefusedError(refused.detail, {"code": code}) from None
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
    _gone(_socket())


@socketio.on("*")
def receive(event: str, payload: object = None, *_more: object) -> dict[str, Any]:
    """Any event: (limited by the guard,) parse, permit, do, acknowledge."""
    try:
        holder = announce.holders.get(_socket())
        if holder is None:
            raise Refused("unauthorized", "This line is not open yet.")
        message = commands.parse(event, payload if payload is not None else {})
        permit(holder, event)
        return {"ok": True} | (_do(event, message, holder) or {})
    except Refused as refused:
        return {"ok": False, "code": refused.code, "detail": refused.detail}
    except Exception:
        log.exception("event failed", name=event if event in commands.EVENTS else "unknown")
        return {"ok": False, "code": "failed", "detail": "Something went wrong here; nothing was changed."}


def _too_fast(socket: str) -> dict[str, Any] | None:
    """What an event that comes too fast is answered; None where it is welcome."""
    if _pace.allows(_speaker(announce.holders.get(socket), socket), time.monotonic()):
        return None
    return {"ok": False, "code": "too_fast", "detail": "That was a lot at once; try again in a few seconds."}


def _beyond(socket: str, holder: Holder | None = None) -> bool:
    return _pace.beyond(_speaker(holder or announce.holders.get(socket), socket), time.monotonic())


def _speaker(holder: Holder | None, socket: str) -> str:
    """Whose pace it is: a person's, however many lines they open; leaders share one key, so theirs is the line's."""
    return f"person {holder.person_id}" if holder and holder.person_id is not None else f"line {socket}"


def _gone(socket: str) -> None:
    holder = announce.holders.pop(socket, None)
    _asked.discard(socket)
    if holder and holder.person_id is not None:
        presence.depart(holder.person_id, socket)
        announce.someone_came_or_went(holder)


def _send_asked(socket: str, holder: Holder) -> None:
    _asked.discard(socket)
    try:
        announce.snapshot(socket, holder)
    except Exception:  # the client that misses something asks again
        log.exception("no snapshot sent")


def _socket() -> str:
    """The socket that speaks; Flask-SocketIO puts it on the request."""
    return str(request.sid)  # type: ignore[attr-defined]


def _do(event: str, message: Any, holder: Holder) -> dict[str, Any] | None:
    if event == "clock":
        return announce.pulse(holder)
    if event == "sync":
        if _socket() not in _asked:
            _asked.add(_socket())
            socketio.start_background_task(_send_asked, _socket(), holder)
        return None
    with announce.changing(holder.room_id) as change:
        holder = announce.holders.get(_socket(), holder)  # merged with someone while it waited for its turn
        permit(holder, event)
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
    holder = announce.holders.get(socket, holder)  # merged with someone while it waited for its turn
    if holder.person_id is not None:
        for surplus in presence.arrive(holder.person_id, socket):
            announce.let_go(surplus)
    if socket not in announce.holders:  # it closed again before we came to it
        if holder.person_id is not None:
            presence.depart(holder.person_id, socket)
        return
    announce.snapshot(socket, holder)
    announce.someone_came_or_went(holder)
