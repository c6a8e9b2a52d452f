"""For whoever builds the pages: every component in every state. Only where STYLEGUIDE is set."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from ..settings import Settings
from .pages import light, page

pages = Blueprint("styleguide", __name__)
SURFACES = ("dashboard", "phone", "screen")
THEMES = ("light", "dark")


@pages.get("/styleguide")
def styleguide() -> Response:
    """All components. `theme`: light or dark; `surface`: whose sizes and face they have."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.styleguide:
        abort(404)
    theme, surface = request.args.get("theme", "light"), request.args.get("surface", "dashboard")
    shown = page(
        "styleguide.html",
        theme=theme if theme in THEMES else THEMES[0],
        themes=THEMES,
        surface=surface if surface in SURFACES else SURFACES[0],
        surfaces=SURFACES,
    )
    return light(Response(shown))
