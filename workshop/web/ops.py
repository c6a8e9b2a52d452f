"""For operators: is it alive, figures, and a page that says in words what is good and what is not. Nothing is about one
person, and no room can be told from another but by its mark (`access.keys`)."""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .. import cookies, live, metrics
from ..access import Role, keys, operates
from ..addresses import asked_by_this_machine
from ..condition import Figures, figures, findings, recent
from ..core.errors import NotYours, Refused
from ..extensions import csrf, db, now
from ..journal import journal
from ..models import ZONE
from ..store import due
from ..telling import connections
from . import mailing
from .api import bearer
from .errors import try_again
from .pages import language, on_to, page

pages = Blueprint("ops", __name__)
csrf.exempt(pages)
pages.add_app_template_global(operates)

OVERDUE_MS = 1_000
MOST_ROOMS = 200
RECORD_BYTES, ROOM_BYTES = 1_500, 20_000
"""What a record takes in memory, and a room besides (tests/app/test_counts.py measures a full one)."""
COARSE_BYTES = 250_000
TIMED = ("steps", "changes", "commits", "turns", "telling")
also_warn: list[Callable[[], list[str]]] = [mailing.warnings]
"""What else is to be said to an operator: each gives whole sentences, in the language of the page."""


class InUse(NamedTuple):
    """A room in memory, as the page tells it."""

    mark: str
    connected: str
    held: str
    memory: str


@pages.get("/healthz")
def healthz() -> Response:
    """200 where the server and its database answer."""
    try:
        db.check()
    except Exception:
        failing = Response(msgspec.json.encode({"status": "database"}), 503, mimetype="application/json")
        return try_again(failing, "busy")
    return Response(msgspec.json.encode({"status": "ok"}), mimetype="application/json")


@pages.get("/metrics", endpoint="metrics")
def for_prometheus() -> Response:
    """Figures for Prometheus; for this machine, and for whoever shows the token."""
    wanted, shown = current_app.config["SETTINGS"].metrics_token, bearer(request.headers.get("Authorization"))
    known = wanted is not None and shown is not None and secrets.compare_digest(shown.encode(), wanted.encode())
    if not known and not asked_by_this_machine():
        raise Refused("forbidden", "Figures are for this machine, and for who shows the token.")
    measure()
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@pages.get("/ops")
def ops() -> Response | str:
    """How the server is, in words."""
    with db.reading() as session:
        account = cookies.account_of(session)
    if account is None:
        return on_to("account.login")
    if not operates(account):
        raise NotYours("This page is for whoever runs the server: an account with the role admin.")
    measure()
    here, (ago, before) = figures(), recent.before(time.monotonic())
    since = live.since()
    rooms = sorted(
        {*since, *(holder.room_id for holder in connections.holders.values())}, key=lambda id: since.get(id, 0)
    )
    at = datetime.fromtimestamp(now() / 1000, ZoneInfo(ZONE))
    return page(
        "ops.html",
        findings=findings(here, before),
        timed=TIMED,
        warnings=[sentence for warn in also_warn for sentence in warn()],
        facts=_facts(here, before, ago),
        rooms=_in_use(rooms[:MOST_ROOMS], since),
        more=max(0, len(rooms) - MOST_ROOMS),
        minutes=_lasted(ago or time.time() - here.get("process_start_time_seconds", time.time())),
        at=format_time(at, "HH:mm:ss", locale=language()),
        length=_length,
        slowest=metrics.SLOWEST,
    )


def measure() -> None:
    """Looks at what there is just now; everything else was counted when it happened."""
    roles: Counter[str] = Counter(holder.role for holder in list(connections.holders.values()))
    for role in metrics.ROLES:
        metrics.connections[role].set(roles[role])
    open_ = sum(len(guard.lines) for guard in connections.bounds)
    metrics.connections["nobody"].set(max(0, open_ - roles.total()))
    metrics.HELD.set(len(live.held()))
    metrics.WAITING.set(journal.waiting)
    try:
        with db.reading() as session:
            rooms, overdue = due.rooms_open(session), len(due.due_rooms(session, now() - OVERDUE_MS))
    except Exception:  # the figures of the rest are wanted all the more
        metrics.DATABASE.set(0)
        metrics.ROOMS.set(math.nan)
        metrics.OVERDUE.set(math.nan)
        return
    metrics.DATABASE.set(1)
    metrics.ROOMS.set(rooms)
    metrics.OVERDUE.set(overdue)


def _facts(here: Figures, before: Figures, ago: float) -> list[tuple[str, str]]:
    """What there is now, by its name."""
    spoken, age = language(), time.time() - here.get("process_start_time_seconds", time.time())
    worked = here.get("process_cpu_seconds_total", 0) - before.get("process_cpu_seconds_total", 0)
    found = {
        _("Phones connected"): here["workshop_connections person"],
        _("Dashboards connected"): here["workshop_connections leader"],
        _("Screens connected"): here["workshop_connections screen"],
        _("At the door"): here["workshop_connections nobody"],
        _("Rooms that are not closed"): here["workshop_rooms"],
    }
    told = [(name, "–" if math.isnan(value) else format_decimal(value, locale=spoken)) for name, value in found.items()]
    return [
        *told,
        (_("Memory"), _size(here.get("process_resident_memory_bytes", 0))),
        (_("Of one processor"), format_percent(worked / max(ago or age, 1), locale=spoken)),
        (_("Running for"), _lasted(age)),
    ]


def _in_use(rooms: list[int], since: dict[int, float]) -> list[InUse]:
    """These rooms: who is connected, and what is known of those that are held just now."""
    roles: dict[int, Counter[Role]] = {room_id: Counter() for room_id in rooms}
    for holder in list(connections.holders.values()):
        if holder.room_id in roles:
            roles[holder.room_id][holder.role] += 1
    found, moment = [], time.monotonic()
    for room_id, counted in roles.items():
        room = live.stored(room_id)
        phones, others = counted["person"], counted["leader"] + counted["screen"]
        connected = (
            ngettext("%(num)d phone", "%(num)d phones", phones),
            ngettext("%(num)d dashboard or screen", "%(num)d dashboards and screens", others),
        )
        found.append(
            InUse(
                keys.mark(room_id),
                ", ".join(connected),
                _lasted(moment - since[room_id]) if room_id in since else "–",
                _at_most(ROOM_BYTES + RECORD_BYTES * room.records) if room else "–",
            )
        )
    return found


def _length(seconds: float) -> str:
    if seconds < 1:
        return f"{format_decimal(seconds * 1000, locale=language())} ms"
    return f"{format_decimal(seconds, locale=language())} s"


def _lasted(seconds: float) -> str:
    """In minutes, hours or days."""
    return format_timedelta(timedelta(seconds=max(seconds, 60)), granularity="minute", locale=language())


def _at_most(size: int) -> str:
    """So coarse that nobody sees from one reload to the next that somebody wrote."""
    return f"≤ {_size(-(-size // COARSE_BYTES) * COARSE_BYTES)}"


def _size(size: float) -> str:
    if size < 1_000_000:
        return f"{format_decimal(round(size / 1000), locale=language())} kB"
    digits = "0" if size >= 10_000_000 else "0.0"
    return f"{format_decimal(size / 1_000_000, format=digits, locale=language())} MB"
