"""Refusals as answers: a problem document for programs (RFC 9457), a page with a way on for people."""

from __future__ import annotations

import math

import msgspec
import structlog
from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..core.errors import LockedOut, Refused, UnknownHost
from .pages import page

log = structlog.get_logger()
STATUS = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "stale": 409,
    "closed": 409,
    "too_large": 413,
    "too_fast": 429,
    "busy": 503,
    "failed": 500,
}
WAITS = {"too_fast": 10, "busy": 2}
"""Seconds until another try is worth it, where the refusal does not know it better."""
CODES = {status: code for code, status in STATUS.items() if code != "stale"}


def init_app(app: Flask) -> None:
    """Every refusal and every failure gets an answer; no traceback leaves the server."""
    app.register_error_handler(Refused, lambda refused: answer(refused.code, refused.detail, wait=refused.wait))
    app.register_error_handler(
        LockedOut, lambda out: answer(out.code, out.detail, 403, kind=f"urn:workshop:{out.kind}")
    )
    app.register_error_handler(UnknownHost, lambda refused: answer(refused.code, refused.detail, told="host"))
    app.register_error_handler(CSRFError, lambda _: answer("invalid", "This page was open for too long."))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def answer(
    code: str,
    detail: str,
    status: int | None = None,
    *,
    wait: float | None = None,
    kind: str = "about:blank",
    told: str | None = None,
) -> Response:
    """A refusal in the form its asker can read. `wait`: in seconds; `kind`: what tells apart refusals of one code;
    `told`: the page for people, where that is not the code's own."""
    status = status or STATUS.get(code, 400)
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        problem = {"type": kind, "title": code, "status": status, "detail": detail, "code": code}
        response = Response(msgspec.json.encode(problem), status, mimetype="application/problem+json")
    else:
        response = Response(page("error.html", code=told or code), status)
    return try_again(response, code, wait)


def try_again(response: Response, code: str, wait: float | None = None) -> Response:
    """Says when another try is worth it (RFC 9110, 10.2.3), where this refusal passes."""
    if code in WAITS:
        response.headers["Retry-After"] = str(math.ceil(max(wait or WAITS[code], 1)))
    return response


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    return answer(CODES.get(error.code or 500, "invalid"), error.description or "", error.code)


def _failed(error: Exception) -> Response:
    log.exception("request failed", path=request.url_rule.rule if request.url_rule else None, exc_info=error)
    return answer("failed", "Something went wrong here; nothing was changed.")
