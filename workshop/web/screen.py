"""For the room: the projector."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..addresses import at_this_machine, base_url
from ..extensions import db
from .keyed import enter
from .pages import page

pages = Blueprint("screen", __name__)


@pages.get("/screen/<code>")
def screen(code: str) -> Response | str:
    """The room's screen; dark by default, as the room is."""
    with db.reading() as session:
        room, response = enter(session, code, "screen")
    if response is not None:
        return response
    theme = request.args.get("theme", "dark")
    return page("screen.html", room=room, theme=theme, join_base=base_url(), follows=at_this_machine())
