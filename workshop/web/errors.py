"""Refusals as answers: a problem document for programs (RFC 9457), a page with a way on for people."""

from __future__ import annotations

import math
from http import HTTPStatus

import msgspec
import structlog
from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from .. import metrics
from ..core.errors import Code, LockedOut, NotYours, Over, Refused, Replaced, UnknownHost
from .apart import OutOfTime
from .pages import LANGUAGES, light, page

log = structlog.get_logger()
STATUS: dict[Code, int] = {
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
"""Seconds until another try is worth it, if the refusal does not say how many."""
CODES: dict[int, Code] = {status: code for code, status in STATUS.items() if code != "stale"}


PROBLEM = "application/problem+json"
READABLE = ["text/html", PROBLEM, "application/json"]
"""What a refusal can be read as; the first where its asker does not mind."""
TITLES = {
    "urn:workshop:locked": "The door is locked",
    "urn:workshop:full": "The room is full",
    "urn:workshop:replaced": "The link was replaced",
}


class Problem(Struct):
    """A refusal, for programs (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: Code


UNREAD = {400: "unread", 414: "long_address", 431: "long_headers"}
"""What servers refuse before any of our code runs, and the page that says what to do."""


def unread(app: Flask, status: int) -> bytes:
    """The whole answer to what was no request."""
    body = unread_page(app, status)
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in app.config["ALWAYS"].items()),
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def unread_page(app: Flask, status: int) -> bytes:
    """What to do, in both languages, because what was no request does not say which one its asker reads. Made once."""
    made: dict[str, bytes] = app.extensions.setdefault("unread", {})
    if (code := UNREAD.get(status, UNREAD[400])) not in made:
        said = []
        with app.test_request_context():
            for g.language in LANGUAGES:
                said.append(page("unread.html", code=code))
        made[code] = "".join(said).encode()
    return made[code]


def init_app(app: Flask) -> None:
    """Every refusal and every failure gets an answer; no traceback leaves the server."""
    app.register_error_handler(Refused, lambda refused: answer(refused.code, refused.detail, wait=refused.wait))
    app.register_error_handler(
        LockedOut, lambda out: answer(out.code, out.detail, 403, kind=f"urn:workshop:{out.kind}")
    )
    app.register_error_handler(
        Replaced, lambda out: answer(out.code, out.detail, kind="urn:workshop:replaced", told="replaced")
    )
    app.register_error_handler(Over, lambda over: answer(over.code, over.detail, told="reset"))
    app.register_error_handler(NotYours, lambda no: answer(no.code, no.detail, told="not_yours"))
    app.register_error_handler(UnknownHost, lambda refused: answer(refused.code, refused.detail, told="host"))
    app.register_error_handler(CSRFError, lambda _: answer("invalid", "This page was open for too long."))
    app.register_error_handler(OutOfTime, _late)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def answer(
    code: Code,
    detail: str,
    status: int | None = None,
    *,
    wait: float | None = None,
    kind: str = "about:blank",
    told: str | None = None,
) -> Response:
    """A refusal in the form its asker can read. `wait`: in seconds; `kind`: what tells apart refusals of one code;
    `told`: the page for people, where that is not the code's own."""
    metrics.refused("request", code)
    status = status or STATUS.get(code, 400)
    if request.path.startswith("/api/") or request.accept_mimetypes.best_match(READABLE, READABLE[0]) != READABLE[0]:
        response = Response(problem(status, detail, code, kind), status, mimetype=PROBLEM)
    else:
        response = light(Response(page("error.html", code=told or code), status))
    response.vary.add("Accept")
    if status == 401:  # RFC 9110, 11.6.1; a scheme that browsers ask nobody a password for
        response.headers["WWW-Authenticate"] = 'Bearer realm="workshop"'
    return try_again(response, code, wait)


def problem(status: int, detail: str, code: Code | None = None, kind: str = "about:blank") -> bytes:
    """A problem document. Of one that has no kind of its own the title is that of its status (RFC 9457, 4.2.1)."""
    title = TITLES.get(kind) or HTTPStatus(status).phrase
    return msgspec.json.encode(Problem(kind, title, status, detail, code or CODES.get(status, "invalid")))


def try_again(response: Response, code: str, wait: float | None = None) -> Response:
    """Says when another try is worth it (RFC 9110, 10.2.3), where this refusal passes."""
    if code in WAITS:
        response.headers["Retry-After"] = str(math.ceil(max(wait or WAITS[code], 1)))
    return response


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(CODES.get(error.code or 500, "invalid"), error.description or "", error.code)
    for name, value in error.get_headers():  # such as Allow
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _late(error: OutOfTime) -> Response:
    log.warning("a file took too long", path=request.url_rule.rule if request.url_rule else None, error=str(error))
    return answer("too_large", "To make this file takes longer than it may. Choose another kind.", told="late")


def _failed(error: Exception) -> Response:
    log.exception("request failed", path=request.url_rule.rule if request.url_rule else None, exc_info=error)
    return answer("failed", "Something went wrong here; nothing was changed.")
