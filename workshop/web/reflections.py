"""For the organiser: the reflections, to read and to download."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, copy_current_request_context, request
from sqlalchemy.orm import Session

from .. import announce, live
from ..access import Holder, identify, permit
from ..core.errors import Refused
from ..exports import FORMATS, Reflections, file_name
from ..extensions import Aside, Queue, db
from ..models import Room
from ..rooms import recording, trail
from . import api
from .asker import still_there
from .keyed import enter
from .pages import page
from .throttle import find_room

pages = Blueprint("reflections", __name__, url_prefix="/reflections")
FILES = Queue(at_once=1, waiting=12, each=4, patience=30)
"""Of a full room a file, or the page, takes a tenth of a second to make."""


@pages.get("/<code>")
def reflections(code: str) -> Response | str:
    """What the room gave, and the files."""
    with db.reading() as session:
        room, response = _enter(session, code)
        if response is not None:
            return response
        record = recording.record(live.there(room.id), with_notes=True)
    _noted(room)
    shown = partial(page, "reflections.html", room=room, record=record, formats=list(FORMATS))
    with FILES.turn(record.code, still_there):
        return str(Aside.run(copy_current_request_context(shown)))


@pages.get("/<code>.<extension>")
def file(code: str, extension: str) -> Response:
    """One file."""
    with db.reading() as session:
        room, _ = _enter(session, code)
        record = recording.record(live.there(room.id), with_notes=True)
    answer = download(record, extension)
    _noted(room)
    return answer


def download(record: Reflections, extension: str) -> Response:
    """A record as a file to keep, made aside; Refused("not_found") for a format there is none of, ("busy") where too
    many wait for theirs."""
    if extension not in FORMATS:
        raise Refused("not_found", f"There are these formats: {', '.join(FORMATS)}.")
    kind, render = FORMATS[extension]
    with FILES.turn(record.code, still_there):
        made = Aside.run(render, record)
    response = Response(made, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(record, extension)}"'
    return response


def _noted(room: Room) -> None:
    announce.change(room.id, lambda change: trail.mark(change, "reflections", "organiser"))


def _enter(session: Session, code: str) -> tuple[Room, Response | None]:
    token = api.bearer(request.headers.get("Authorization"))
    if token is None:
        return enter(session, code, "organiser")
    holder = permit(identify(session, token), "download reflections")
    room = find_room(session, code, holder)
    if holder != Holder(room.id, "organiser"):
        raise Refused("forbidden", "This key is of another room.")
    return room, None
