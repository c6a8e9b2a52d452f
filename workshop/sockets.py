"""THE DOOR IN for sockets: limit, parse, permit, do, acknowledge. Nothing else handles an event.

Every event gets an answer, even an unknown one or one that fails (R12). `connect` raises nothing but its coded refusal:
any other exception there would strand a phone for good.
"""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import msgspec
import structlog
from socketio.exceptions import ConnectionRefusedError

from . import changing, coming, commands, cookies, handing, live, metrics, uses, wire
from .access import Holder, is_current, permit
from .addresses import comes_from_elsewhere
from .condition import figures, recent
from .core.askers import asker_of
from .core.errors import Refused, Replaced
from .core.pace import Pace
from .extensions import begin, db, one_at_a_time, rest, socketio
from .guard import Guard
from .holding import holding
from .litter import litter
from .networks import listening
from .presence import desks, presence, returns
from .rooms.change import Change
from .routed import code_of
from .telling import connections, news, numbers, snapshots
from .turns import Turns
from .web import rehearsing

log = structlog.get_logger()
SWEEP_SECONDS = 3.0
LOOK_SECONDS = 0.1
TOO_FAST = "That was a lot at once; try again in a few seconds."
_pace = Pace(rate=10, burst=40, patience=200)
"""Events from one person, over however many connections, or from one connection on a room's key; anyone beyond patience
is cut."""
_key_pace = Pace(rate=60, burst=240, patience=1200)
"""Events on one key: as much as six connections at full speed, however many there are."""
_syncs = Pace(rate=2, burst=20, patience=10_000)
"""Snapshots asked for by one person, or on one connection with a key."""
_key_syncs = Pace(rate=10, burst=100, patience=10_000)
_doorbell = Pace(rate=4, burst=40, patience=10_000)
"""Connections opened by one person, or with one key: a reload costs a snapshot."""
PACES = (_pace, _key_pace, _syncs, _key_syncs, _doorbell)
_asked: dict[str, set[str]] = {}
"""The sockets that wait for a snapshot they asked for, by reader; asking again before it comes adds nothing."""
_said = metrics.each(metrics.EVENTS, commands.EVENTS)
BRINGING_SECONDS = 3.0
"""As long as a phone waits for a connection."""


class Bringing:
    """Somebody came with a code whose room is not here, and brings it; whoever comes with it meanwhile waits for
    that."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.is_busy = False
        """The room stays where it is, for all who waited too."""


_bringing: dict[str, Bringing] = {}
_turns = Turns()
"""Snapshots are made one at a time for each room."""


def guard(server: Any) -> Guard:
    """Puts the bounds around a server."""
    found = Guard(
        server, _too_fast, _beyond, lambda environ: asker_of(environ.get("REMOTE_ADDR")), lambda: holding.welcomes
    )
    # Past Flask-SocketIO, whose request context is a third of what a note costs.
    server.on("connect", connect)
    server.on("disconnect", disconnect)
    server.on("*", receive)
    connections.bounds[:] = [found]
    return found


def watch(guard: Guard) -> None:
    """Never returns; looks every few seconds for connections with nobody at the other end, forgets those that have long
    been quiet, and ends rehearsals that were left. With thousands of connections each of these things takes
    milliseconds: whoever waits has a turn in between."""
    things = guard.sweep, partial(_forget_closed, guard), _forget_long_ago, _end_left_rehearsals
    while True:
        rest(SWEEP_SECONDS)
        one_at_a_time(handing.give_idle)  # which waits for rooms
        one_at_a_time(uses.store)  # and this for the database
        for do in things:
            try:
                do()
            except Exception:
                log.exception("sweeping failed")
            rest(0)


def _forget_closed(guard: Guard) -> None:
    for socket in set(connections.holders) - guard.open():  # closed while it opened: no goodbye was heard
        _gone(socket)
        guard.forget(socket)
    numbers.told.keep(connections.holders)


def _forget_long_ago() -> None:
    moment = time.monotonic()
    litter.tidy(moment)
    live.let_go_idle(moment)
    returns.tidy(moment)
    if recent.due(moment):
        recent.keep(moment, figures())
    for pace in PACES:
        pace.forget(moment)


def _end_left_rehearsals() -> None:
    rehearsing.end_the_left(time.monotonic())


def connect(socket: str, environ: dict[str, Any], auth: object) -> None:
    """Lets in whoever holds a token, or a page's cookie. Tiny on purpose."""
    try:
        holder = _let_in(socket, environ, auth)
    except Refused as refused:
        code = "unauthorized" if refused.code == "forbidden" else refused.code
        metrics.refused("connect", code)
        why = {"why": "replaced"} if isinstance(refused, Replaced) else {}
        raise ConnectionRefusedError(refused.detail, {"code": code, **why}) from None
    except Exception:
        log.exception("connect failed")
        metrics.refused("connect", "failed")
        raise ConnectionRefusedError("Try again in a moment.", {"code": "busy"}) from None
    connections.holders[socket] = holder
    metrics.opened[holder.role].inc()
    uses.note(holder)
    for channel in connections.channels(holder):
        socketio.server.enter_room(socket, channel)  # type: ignore[attr-defined]
    _turns.ask(holder.room_id, f"welcome {socket}", partial(_welcome, socket, holder, time.monotonic()))
    if holder.person_id is not None:
        _notice_where_from(environ)


def _let_in(socket: str, environ: dict[str, Any], auth: object) -> Holder:
    """Who it is, in a room that this process holds. If it does not hold it yet, the first who comes brings the room
    here; the others who come with the same code at the same moment are then known without asking the database."""
    code = code_of(environ)
    if not (code and db.shared and live.with_code(code) is None):
        return _enter(socket, environ, auth, code)
    mine = Bringing()
    first = _bringing.setdefault(code, mine)
    if first is mine:
        try:
            return _enter(socket, environ, auth, code, mine)
        finally:
            del _bringing[code]
            mine.over.set()
    if not first.over.wait(BRINGING_SECONDS) or first.is_busy:
        raise Refused("busy", "This room is on its way here; try again in a moment.")
    return _enter(socket, environ, auth, code)


def _enter(
    socket: str, environ: dict[str, Any], auth: object, code: str | None, bringing: Bringing | None = None
) -> Holder:
    holder = _holder(environ, auth)
    if not _doorbell.allows(_key(holder), time.monotonic()) or _beyond(socket, holder):
        raise Refused("busy", TOO_FAST)
    try:
        is_there = live.take(holder.room_id, code)
    except Refused:
        if bringing is not None:
            bringing.is_busy = True
        raise
    if not is_there:
        raise Refused("closed", "This room is not there any more.")
    return holder


def _notice_where_from(environ: dict[str, Any]) -> None:
    """Once a phone has come in, the leader need no longer be warned that phones cannot."""
    try:
        if comes_from_elsewhere(environ) and listening.phone_came():
            news.address()
    except Exception:
        log.exception("where a phone came from was not noticed")


def disconnect(socket: str, _reason: object) -> None:
    """A connection closed. That says nothing about the person: away is not left."""
    _gone(socket)


def receive(event: str, socket: str, payload: object = None, *_more: object) -> wire.Done | wire.NotDone:
    """Any event: (limited by the guard,) parse, permit, do, acknowledge."""
    try:
        holder = connections.holders.get(socket)
        if holder is None:
            raise Refused("unauthorized", "This line is not open yet.")
        message = commands.parse(event, payload if payload is not None else {})
        _said[event].inc()
        permit(holder, event)
        return _do(event, message, socket, holder)
    except Refused as refused:
        metrics.refused("event", refused.code)
        return wire.NotDone(refused.code, refused.detail)
    except Exception:
        log.exception("event failed", name=event if event in commands.EVENTS else "unknown")
        metrics.refused("event", "failed")
        return wire.NotDone("failed", "Something went wrong here; nothing was changed.")


def _too_fast(socket: str) -> wire.NotDone | None:
    """The answer to an event that comes too fast; None if it is welcome."""
    holder, now = connections.holders.get(socket), time.monotonic()
    if holder and holder.person_id is None:
        desks.hear(_key(holder), socket, now)
    if _allow(_pace, _key_pace, holder, socket, now):
        return None
    metrics.refused("event", "too_fast")
    return wire.NotDone("too_fast", TOO_FAST)


def _beyond(socket: str, holder: Holder | None = None) -> bool:
    holder = holder or connections.holders.get(socket)
    return _pace.beyond(_speaker(holder, socket), time.monotonic())


def _allow(own: Pace, of_key: Pace, holder: Holder | None, socket: str, now: float) -> bool:
    """Is this within the speaker's own pace and, if many speak with one key, within the pace of all of them
    together?"""
    shared = holder is not None and holder.person_id is None
    return own.allows(_speaker(holder, socket), now) and (not shared or of_key.allows(_key(holder), now))


def _speaker(holder: Holder | None, socket: str) -> str:
    """Whose pace it is: that of a circle of someone's phones, however many connections they open, so that no phone that
    a leader let in uses it up; on a room's key each connection also has its own."""
    return f"circle {holder.circle}" if holder and holder.circle else f"line {socket}"


def _key(holder: Holder | None) -> str:
    """The person, or the key of a room that several share."""
    assert holder is not None
    return connections.channels(holder)[-1]


def _gone(socket: str) -> None:
    holder = connections.holders.pop(socket, None)
    if holder is None:
        return
    if holder.person_id is None:
        desks.depart(_key(holder), socket)
    else:
        presence.depart(holder.person_id, socket)
        if not _is_played(holder):
            another = holder.circle in presence.circles(holder.person_id)
            returns.closed(holder.room_id, holder.circle, time.monotonic(), another=another)
        coming.someone_came_or_went(holder)
    numbers.told.forget(socket)
    litter.line_closed()


def _is_played(holder: Holder) -> bool:
    """Is it someone of a rehearsal, who falls away now and then on purpose?"""
    room = live.stored(holder.room_id)
    person = room.people.get(holder.person_id or 0) if room else None
    return person is not None and person.simulated


def _ask(socket: str, holder: Holder, guard: Guard) -> None:
    """Has a snapshot made for a socket, but not before it has taken the last one; and only one for all who read the
    same."""
    reader = socket if holder.person_id is not None else _key(holder)
    waiting = _asked.setdefault(reader, set())
    if socket in waiting:
        return
    waiting.add(socket)

    def send(asked: float) -> None:
        snapshots.snapshot(_asked.pop(reader, set()) & connections.holders.keys(), holder, asked)

    def may_ask_again() -> None:
        waiting.discard(socket)

    def when_read() -> None:
        try:
            while not guard.is_read(socket):
                rest(LOOK_SECONDS)
            _turns.ask(holder.room_id, reader, partial(send, time.monotonic()))
        except Exception:
            may_ask_again()
            raise

    begin(when_read, otherwise=may_ask_again)


def _do(event: str, message: Any, socket: str, holder: Holder) -> wire.Done:
    if event == "clock":
        return snapshots.pulse(socket, holder)
    if event == "sync":
        if not _allow(_syncs, _key_syncs, holder, socket, time.monotonic()):
            raise Refused("too_fast", TOO_FAST)
        _ask(socket, holder, connections.bounds[0])
        return wire.Done()

    def do(change: Change) -> wire.Done:
        now_is = connections.holders.get(socket, holder)  # merged with someone while it waited for its turn
        permit(now_is, event)
        if not is_current(change.value, now_is):  # replaced by another process, just now
            raise Replaced()
        return msgspec.convert(message.do(change, now_is) or {}, wire.Done)

    # Which address phones get hangs on where its asker came to: on the request that opened the connection.
    with _request(socketio.server.get_environ(socket)) if message.says_address else nullcontext():  # type: ignore[attr-defined]
        return changing.change(holder.room_id, do)


def _request(environ: dict[str, Any]) -> AbstractContextManager[object]:
    """The request that opened a connection."""
    context: AbstractContextManager[object] = environ["flask.app"].request_context(environ)
    return context


def _holder(environ: dict[str, Any], auth: object) -> Holder:
    auth = auth if isinstance(auth, dict) else {}
    if (known := live.known(auth.get("token"))) is not None:
        return permit(known, "open socket")
    with _request(environ), db.reading() as session:
        return permit(cookies.holder(session, auth.get("token"), auth.get("as"), auth.get("code")), "open socket")


def _welcome(socket: str, holder: Holder, asked: float) -> None:
    """What a new connection gets once it is open: its snapshot; and others hear who is here. If this fails the client
    hears nothing for three seconds and asks."""
    holder = connections.holders.get(socket, holder)  # merged with someone while it waited for its turn
    if holder.person_id is not None:
        surplus = presence.arrive(holder.person_id, socket, holder.circle)
        if not _is_played(holder):
            returns.opened(holder.room_id, holder.circle, time.monotonic())
    else:
        surplus = desks.arrive(_key(holder), socket, time.monotonic())
    for one in surplus:
        connections.let_go(one)
    if socket not in connections.holders:  # it closed again before we came to it
        if holder.person_id is not None:
            presence.depart(holder.person_id, socket)
        else:
            desks.depart(_key(holder), socket)
        return
    snapshots.snapshot([socket], holder, asked)
    coming.someone_came_or_went(holder)
