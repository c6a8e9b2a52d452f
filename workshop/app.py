"""The application: its parts bound to its settings. Reads like a table of contents."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import sockets
from .access import keys
from .broadcast import Json
from .content import shelf
from .extensions import babel, csrf, db, socketio
from .guard import MOST_BYTES
from .quiet import told
from .rooms import joining
from .settings import Settings
from .web import (
    account,
    across,
    api,
    arriving,
    border,
    cards,
    errors,
    join,
    lead,
    openapi,
    ops,
    own,
    paces,
    pages,
    privacy,
    reflections,
    rehearsing,
    screen,
    styleguide,
)

UNSAID = logging.Logger("engineio", logging.CRITICAL + 1)
"""The socket library would log what a client says about itself, such as its origin."""


def create_app(settings: Settings) -> Flask:
    """A server for these settings, with its database connected; the schema is `migrations`' work."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.public_url and settings.public_url.startswith("https:")),
        MAX_CONTENT_LENGTH=border.MOST_BYTES,
        BABEL_DEFAULT_LOCALE="nl",
        WTF_CSRF_TIME_LIMIT=None,
    )
    keys.use(settings.secret_key)
    shelf.use(settings.packs)
    joining.room_size.use(settings.people_a_room)
    db.connect(settings.database_url)
    border.init_app(app)
    paces.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=pages.language)
    pages.init_app(app, settings)
    errors.init_app(app)
    for audience in (
        join, cards, privacy, lead, arriving, rehearsing, screen, styleguide, reflections, across, account, api,
        openapi, own, ops,
    ):  # fmt: skip
        app.register_blueprint(audience.pages)
    _open_sockets(app, settings)
    app.wsgi_app = border.Border(app, settings)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def _open_sockets(app: Flask, settings: Settings) -> None:
    """The socket's settings are measured ones: see quality.md, parts."""
    socketio.init_app(
        app,
        async_mode=settings.async_mode,  # type: ignore[arg-type]
        manage_session=False,
        ping_interval=10,
        ping_timeout=8,
        async_handlers=False,
        max_http_buffer_size=MOST_BYTES,
        cors_allowed_origins=[],  # the border has looked
        json=Json,
        logger=False,
        engineio_logger=UNSAID,
        cookie=None,
    )
    app.extensions["guard"] = sockets.guard(socketio.server)  # type: ignore[attr-defined]


def set_up_logs() -> None:
    """One line for each thing that happens, on standard error; never with what people wrote."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.ExceptionRenderer(told),
            structlog.dev.ConsoleRenderer(colors=False)
            if sys.stderr.isatty()
            else structlog.processors.LogfmtRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(_NeverRaises(sys.stderr)),  # type: ignore[arg-type]
    )


class _NeverRaises:
    """Where the log goes. A disk that is full, or a terminal that was closed, is no reason to leave a phone without an
    answer."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        """Writes it if possible."""
        with suppress(OSError):
            self.stream.write(text)

    def flush(self) -> None:
        """The same."""
        with suppress(OSError):
            self.stream.flush()
