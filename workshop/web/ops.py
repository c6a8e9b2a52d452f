"""For operators: is it alive, and figures."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..core.errors import Refused
from ..extensions import csrf, db

pages = Blueprint("ops", __name__)
csrf.exempt(pages)


@pages.get("/healthz")
def healthz() -> Response:
    """200 where the server and its database answer."""
    try:
        db.check()
    except Exception:
        return Response(msgspec.json.encode({"status": "database"}), 503, mimetype="application/json")
    return Response(msgspec.json.encode({"status": "ok"}), mimetype="application/json")


@pages.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus; for this machine only."""
    if request.remote_addr not in ("127.0.0.1", "::1"):
        raise Refused("forbidden", "Figures are for this machine only.")
    return Response(generate_latest(), mimetype=CONTENT_TYPE_LATEST)
