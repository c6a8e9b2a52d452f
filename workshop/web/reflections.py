"""For the organiser: the reflections, to read and to download."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from .. import announce
from ..access import Holder, identify, permit
from ..core.errors import Refused
from ..exports import FORMATS, Reflections, file_name
from ..extensions import db
from ..models import Room
from ..rooms import recording, trail
from . import api
from .keyed import enter
from .pages import page
from .throttle import find_room

pages = Blueprint("reflections", __name__, url_prefix="/reflections")


@pages.get("/<code>")
def reflections(code: str) -> Response | str:
    """What the room gave, and the files."""
    with db.reading() as session:
        room, response = _enter(session, code)
        if response is not None:
            return response
        record = recording.record(session, room, with_notes=True)
    _noted(room)
    return page("reflections.html", room=room, record=record, formats=list(FORMATS))


@pages.get("/<code>.<extension>")
def file(code: str, extension: str) -> Response:
    """One file."""
    with db.reading() as session:
        room, _ = _enter(session, code)
        record = recording.record(session, room, with_notes=True)
    answer = download(record, extension)
    _noted(room)
    return answer


def download(record: Reflections, extension: str) -> Response:
    """A record as a file to keep; Refused("not_found") for a format there is none of."""
    if extension not in FORMATS:
        raise Refused("not_found", f"There are these formats: {', '.join(FORMATS)}.")
    kind, render = FORMATS[extension]
    response = Response(render(record), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(record, extension)}"'
    return response


def _noted(room: Room) -> None:
    with announce.changing(room.id) as change:
        trail.mark(change, "reflections", "organiser")


def _enter(session: Session, code: str) -> tuple[Room, Response | None]:
    token = api.bearer(request.headers.get("Authorization"))
    if token is None:
        return enter(session, code, "organiser")
    holder = permit(identify(session, token), "download reflections")
    room = find_room(session, code, holder)
    if holder != Holder(room.id, "organiser"):
        raise Refused("forbidden", "This key is of another room.")
    return room, None
