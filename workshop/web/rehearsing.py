"""A rehearsal by a button: the server starts `workshop rehearse` beside itself, one for a room at a time.

It is a process of its own, so that the threads of simulated people are no business of the one that serves the real
ones. The server holds the other end of its standard input: however the server ends, the rehearsal ends with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, request

from .. import cookies
from ..access import permit
from ..core.errors import Refused
from ..extensions import db
from ..holding import holding
from ..models import Room
from ..networks import listening
from ..telling import connections
from .keyed import enter
from .pages import on_to

log = structlog.get_logger()
pages = Blueprint("rehearsing", __name__, url_prefix="/lead")

FEWEST, MOST = 2, 60
"""People; a bigger room is filled with the command."""
SPEEDS = (1, 5, 20)
"""How much faster than people the simulated ones act. The room's own clock stays the real one."""
AT_ONCE = 5
"""Rooms in which one server rehearses at a time."""
LEFT_SECONDS = 3600.0
"""A rehearsal that nobody led for so long is ended: left to itself it would go on until its room is erased, and a few
such rooms would keep everybody else from rehearsing."""


@dataclass
class Running:
    """A rehearsal that was started here."""

    process: subprocess.Popen[bytes]
    people: int
    speed: int
    led_at: float
    """When somebody was last seen to lead it, in seconds of the monotonic clock; first of all, when it began."""


_running: dict[int, Running] = {}
"""By room."""
_starting = threading.Lock()


@pages.post("/<code>/rehearsal")
def start(code: str) -> Response:
    """Fills the room with simulated people. Form fields: `people`, `speed`."""
    room = _own_room(code)
    people, speed = (request.form.get(name, type=int) or 0 for name in ("people", "speed"))
    if not FEWEST <= people <= MOST or speed not in SPEEDS:
        raise Refused("invalid", f"A rehearsal takes {FEWEST} to {MOST} people, at a speed of 1, 5 or 20.")
    if room.closed:
        raise Refused("closed", "This room is closed; nobody can come in.")
    with _starting:  # starting a process takes a while, in which another one could be asked for
        _forget_the_ended()
        if room.id in _running:
            raise Refused("invalid", "There is a rehearsal in this room already.")
        if len(_running) >= AT_ONCE:
            raise Refused("busy", "There are rehearsals in other rooms now; try again later.", 60)
        _running[room.id] = Running(_begin(room, people, speed), people, speed, time.monotonic())
    return _answer(room)


@pages.delete("/<code>/rehearsal")
@pages.post("/<code>/rehearsal/stop")
def stop(code: str) -> Response:
    """Ends it. Those who came in stay in the room as people who are away, until they are dismissed."""
    room = _own_room(code)
    if running := _running.pop(room.id, None):
        _end(running)
    return _answer(room)


def end_the_left(now: float) -> None:
    """To be called every few seconds: ends the rehearsals in whose room no desk has been open for an hour, as `stop`
    does. `now`: seconds of the monotonic clock."""
    with _starting:  # else one that is stopped and started anew just now could be taken for the one before
        for room_id, running in list(_running.items()):
            if _is_led(room_id):
                running.led_at = now
            elif now - running.led_at > LEFT_SECONDS and _running.pop(room_id, None) is not None:
                _end(running)
                log.info("rehearsal that nobody leads ended", room=room_id)


def status(room: Room) -> dict[str, Any]:
    """Does a rehearsal run in this room, with how many people and how fast?"""
    _forget_the_ended()
    running = _running.get(room.id)
    return {
        "running": running is not None,
        "people": running.people if running else 12,
        "speed": running.speed if running else 1,
    }


def _own_room(code: str) -> Room:
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        permit(cookies.of_room(session, room, "leader"), "rehearse")
        return room


def _answer(room: Room) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(status(room))
    return on_to("lead.dashboard", code=room.code)


def _begin(room: Room, people: int, speed: int) -> subprocess.Popen[bytes]:
    """Plain threads, whatever this server runs under: the rehearsal is a program of its own. If it said why it stops,
    that would be with an address, which has the code in it, or in words that it heard; so whoever wants to know types
    the command."""
    command = [sys.executable, "-m", "workshop", "rehearse", room.code, "--url", listening.own]
    command += ["--people", str(people), "--speed", str(speed), "--seed", str(room.id), "--leash"]
    environ = {**os.environ, "ASYNC_MODE": "threading"}
    return subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _forget_the_ended() -> None:
    for room_id, running in list(_running.items()):
        if (ended := running.process.poll()) is not None:
            if _running.pop(room_id, None) is None:
                continue  # someone else was just here
            log.info("rehearsal ended", room=room_id, status=ended)
            _let_go(running)


def _is_led(room_id: int) -> bool:
    """Has somebody a desk open in this room? Of one that another process holds it is taken for granted: its desks are
    there. One that was left is held here, where its simulated people are."""
    if not holding.holds(room_id):
        return True
    return any(one.role == "leader" for one in connections.desk_lines_of(room_id).values())


def _end(running: Running) -> None:
    running.process.kill()
    running.process.wait()
    _let_go(running)


def _let_go(running: Running) -> None:
    if running.process.stdin is not None:
        running.process.stdin.close()
