"""For operators: is it alive, and figures. No figure is about one room or person."""

from __future__ import annotations

import secrets

import msgspec
from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import func, select

from .. import announce
from ..addresses import asked_by_this_machine
from ..core.errors import Refused
from ..extensions import csrf, db
from ..models import Room
from .api import bearer
from .errors import try_again

pages = Blueprint("ops", __name__)
csrf.exempt(pages)

_lines = Gauge("workshop_lines", "Open lines: phones, screens and dashboards", ["role"])
_rooms = Gauge("workshop_rooms", "Rooms that are not closed")


@pages.get("/healthz")
def healthz() -> Response:
    """200 where the server and its database answer."""
    try:
        db.check()
    except Exception:
        failing = Response(msgspec.json.encode({"status": "database"}), 503, mimetype="application/json")
        return try_again(failing, "busy")
    return Response(msgspec.json.encode({"status": "ok"}), mimetype="application/json")


@pages.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus; for this machine, and for who shows the token."""
    wanted, shown = current_app.config["SETTINGS"].metrics_token, bearer(request.headers.get("Authorization"))
    known = wanted is not None and shown is not None and secrets.compare_digest(shown.encode(), wanted.encode())
    if not known and not asked_by_this_machine():
        raise Refused("forbidden", "Figures are for this machine, and for who shows the token.")
    holders = list(announce.holders.values())
    for role in ("person", "leader", "screen"):
        _lines.labels(role).set(sum(holder.role == role for holder in holders))
    with db.reading() as session:
        _rooms.set(session.scalar(select(func.count(Room.id)).where(Room.closed.is_(False))) or 0)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
