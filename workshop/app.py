"""The application: its parts bound to its settings. Reads like a table of contents."""

from __future__ import annotations

import logging

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import sockets
from .access import keys
from .broadcast import Json
from .content import shelf
from .erasures import erasures
from .extensions import babel, csrf, db, socketio
from .frames import MOST_BYTES
from .rooms import joining
from .settings import Settings
from .web import (
    account,
    across,
    admin,
    api,
    arriving,
    border,
    cards,
    errors,
    folder,
    invitation,
    join,
    lead,
    links,
    my_account,
    openapi,
    openid,
    ops,
    own,
    paces,
    pages,
    passkeys,
    privacy,
    reflections,
    rehearsing,
    reset,
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
        APPLICATION_ROOT=settings.root or "/",
        BABEL_DEFAULT_LOCALE="nl",
        WTF_CSRF_TIME_LIMIT=None,
        # Over https the library would also want a Referer, which some browsers and proxies never send. Whose page it is
        # the border asks of Origin and Fetch Metadata; and the token is in our own forms only.
        WTF_CSRF_SSL_STRICT=False,
    )
    _bind(settings)
    border.init_app(app)
    paces.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=pages.language)
    pages.init_app(app, settings)
    errors.init_app(app)
    for audience in (
        join, cards, privacy, lead, links, arriving, rehearsing, screen, styleguide, reflections, across, account,
        passkeys, my_account, openid, admin, invitation, reset, api, openapi, own, ops,
    ):  # fmt: skip
        app.register_blueprint(audience.pages)
    _open_sockets(app, settings)
    app.wsgi_app = border.Border(app, settings)  # type: ignore[method-assign]
    if settings.root:
        app.wsgi_app = folder.Folder(app, settings)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def without_pages(settings: Settings) -> None:
    """As much of it as a command needs that shows no page: whoever writes to a room also tells it, if only to nobody.
    What it leaves out is a sixth of what a command takes."""
    _bind(settings)
    _open_sockets(Flask(__name__, static_folder=None), settings)


def _bind(settings: Settings) -> None:
    keys.use(settings.secret_key)
    shelf.use(settings.packs)
    joining.room_size.use(settings.people_a_room)
    db.connect(settings.database_url)
    erasures.use(settings.erasures)


def _open_sockets(app: Flask, settings: Settings) -> None:
    """The socket's settings are measured ones: docs/decisions/0001 and 0014."""
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
        logger=logging.getLogger("socketio"),  # else it would print for itself
        engineio_logger=UNSAID,
        cookie=None,
    )
    app.extensions["guard"] = sockets.guard(socketio.server)  # type: ignore[attr-defined]
