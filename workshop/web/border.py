"""The border around every answer: who may ask from which page, and the headers that a browser holds to (S4).

It stands around pages, API, static files and sockets alike, so that nothing can be forgotten.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ..addresses import is_answered, is_own_origin
from ..core.errors import Refused, UnknownHost
from ..settings import Settings
from .errors import PROBLEM, problem, unread_page

REFUSED = "workshop.refused"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FOR_ANY_HOST = ("/healthz", "/metrics")
"""What machines ask for, under whatever host name they were given; nothing in the answer depends on that."""
FOLLOWED, WHOLE_PAGE = ("navigate", "same-origin"), ("document", "empty")
"""What a browser says when a link is followed; the second of each when our own service worker fetches the page again.
No page of another site can make it say so."""
USED = (
    "autoplay", "clipboard-write", "fullscreen", "publickey-credentials-create", "publickey-credentials-get",
    "screen-wake-lock",
)  # fmt: skip
UNUSED = (
    "accelerometer", "bluetooth", "camera", "clipboard-read", "display-capture", "encrypted-media", "gamepad",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "serial", "usb", "web-share", "xr-spatial-tracking",
)  # fmt: skip
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{name}=(self)" for name in USED), *(f"{name}=()" for name in UNUSED)]),
    "Cache-Control": "no-store",
}
AS_THEY_ARE = ("/static/", "/socket.io")
BEHIND = "/.,;:!?'\")]}>* \t"
"""No address of ours ends with one of these, and no key does."""
MOST_BYTES = 64 * 1024
"""The longest request that pages and API take."""
MOST_FIELDS, MOST_PARTS = 2_000, 50
"""Of a form: more lines of a wall than one puts under a theme at once; and of one that a script sends in parts, of
which none of ours has ten. All of them are read before anything else is known about a form."""
MOST_HEADERS = 16 * 1024
"""Bytes, their names among them: the cookies of a leader with forty rooms are half of it."""
PREFERRED = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")
MOST_PREFERRED = 1_000
"""What a browser would rather have. To weigh a longer list costs ten pages, so it counts as not said."""
OF_OURS = ("text/html", PROBLEM, "application/json")
WHAT_TO_DO = {
    400: "This request is none that the workshop understands, or its line has ended. Open the page again; a program "
    "opens a new line.",
    404: "There is nothing at this address. Open the page again.",
    405: "This address does not take that method; Allow says which it takes.",
    413: "This is too much at once. Send less.",
    429: "Too many ask from here at this moment. Try again after Retry-After seconds.",
}
"""What to say when a library refuses before a page or the API is asked."""
YEAR = 365 * 86_400
StartResponse = Callable[..., Any]


class FewFields(FormDataParser):
    """Refuses a form with too many fields before it takes them apart; the library counts only those in parts."""

    def parse(self, stream: Any, mimetype: str, *more: Any, **options: Any) -> Any:
        """The form."""
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if body.count(b"&") >= MOST_FIELDS:
                raise RequestEntityTooLarge(f"At most {MOST_FIELDS} fields can be sent at once.")
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, *more, **options)


class Asked(Request):
    """A request as it is read here."""

    form_data_parser_class = FewFields


class Border:
    """WSGI, around the whole application; `ProxyFix` stands outside it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app, self.inner = app, app.wsgi_app
        self.fixed = dict(FIXED)
        if settings.public_url and settings.public_url.startswith("https:"):
            self.fixed["Strict-Transport-Security"] = f"max-age={YEAR}"
        app.config["ALWAYS"] = self.fixed | {"Content-Security-Policy": _policy("")}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request, from wherever it comes."""
        for name in PREFERRED:
            if len(environ.get(name, "")) > MOST_PREFERRED:
                del environ[name]
        host = environ.get("HTTP_HOST", "")
        if not environ["PATH_INFO"].startswith(AS_THEY_ARE):
            environ["PATH_INFO"] = meant(environ["PATH_INFO"]) or "/"
        with self.app.app_context():
            known = is_answered(host)
            refused = (
                None if environ["PATH_INFO"].startswith("/static/") else _refusal(environ, known) or _whole(environ)
            )
        policy = _policy(host if known else "")

        told: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status >= "4" and (whole := Headers(headers)).get("Content-Type", "").partition(";")[0] not in OF_OURS:
                told.append(_instead(int(status[:3]), whole))
                headers = whole.to_wsgi_list()
            said = {name.lower() for name, _ in headers}
            always = (*self.fixed.items(), ("Content-Security-Policy", policy))
            missing = [(name, value) for name, value in always if name.lower() not in said]
            return start_response(status, headers + missing, *more)

        if sum(len(name) + len(said) for name, said in environ.items() if name.startswith("HTTP_")) > MOST_HEADERS:
            start("431 Request Header Fields Too Large", [("Content-Type", "text/html; charset=utf-8")])
            return [unread_page(self.app, 431)]
        if refused is not None:
            if environ["PATH_INFO"].startswith("/socket.io"):
                start("400 Bad Request", [("Content-Type", PROBLEM)])
                return [problem(400, refused.detail, refused.code)]
            environ[REFUSED] = refused
        answer = self.inner(environ, start)
        if told:
            getattr(answer, "close", lambda: None)()
            return told if environ["REQUEST_METHOD"] != "HEAD" else []
        return answer


def meant(address: str) -> str:
    """Without what came along when it was copied, from a sentence or by hand: a slash, a full stop, a bracket."""
    return address.rstrip(BEHIND)


def _instead(status: int, headers: Headers) -> bytes:
    """What to answer in place of a library that says no, but not what to do."""
    body = problem(status, WHAT_TO_DO.get(status, WHAT_TO_DO[400]))
    headers["Content-Type"], headers["Content-Length"] = PROBLEM, str(len(body))
    if status == 405:
        headers.setdefault("Allow", "GET, POST, OPTIONS")
    if status in (429, 503):
        headers.setdefault("Retry-After", "2")
    return body


def _whole(environ: dict[str, Any]) -> Refused | None:
    """What is sent in chunks, as one piece with its length: neither the pages nor the sockets read it otherwise."""
    encoding = environ.pop("HTTP_TRANSFER_ENCODING", "").strip().lower()
    if not encoding:
        return None
    if encoding != "chunked":
        return Refused("invalid", "Of transfer encodings this takes chunked alone.")
    source, body = environ["wsgi.input"], b""
    try:
        while len(body) <= MOST_BYTES and (piece := source.read(MOST_BYTES + 1 - len(body))):
            body += piece
    except (OSError, ValueError):
        return Refused("invalid", "What was sent broke off, or came in chunks that are none; send it again.")
    if len(body) > MOST_BYTES:
        return Refused("too_large", f"At most {MOST_BYTES // 1024} KiB can be sent at once.")
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return None


def init_app(app: Flask) -> None:
    """What the border refuses gets its answer where all refusals do. Before anything else looks at a request."""
    app.request_class = Asked
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_PARTS=MOST_PARTS)

    @app.before_request
    def refuse() -> None:
        if (refused := request.environ.get(REFUSED)) is not None:
            raise refused


def _refusal(environ: dict[str, Any], known: bool) -> Refused | None:
    """Why this request is not answered; None where it is."""
    if not known and environ["PATH_INFO"] not in FOR_ANY_HOST:
        return UnknownHost()
    if _is_of_another_site(environ):
        return Refused("forbidden", "Another site's page asked for this; it has to be one of ours.")
    return None


def _is_of_another_site(environ: dict[str, Any]) -> bool:
    """A page of another site, in somebody's browser. It may lead here by a link, and nothing else: not write, not open
    a socket, not embed a picture. Programs say nothing of where they come from, and show a token (Fetch Metadata)."""
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE", "none")
    if origin is not None and (environ["REQUEST_METHOD"] in UNSAFE or environ["PATH_INFO"].startswith("/socket.io")):
        return not is_own_origin(origin, environ)
    if site in ("same-origin", "none"):
        return False
    leads_here = environ.get("HTTP_SEC_FETCH_MODE") in FOLLOWED and environ.get("HTTP_SEC_FETCH_DEST") in WHOLE_PAGE
    return environ["REQUEST_METHOD"] in UNSAFE or not leads_here


def _policy(host: str) -> str:
    sockets = f" ws://{host} wss://{host}" if host else ""  # 'self' means them too, but not to every browser
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{sockets}; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
