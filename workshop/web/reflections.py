"""For the organiser: the reflections, to read and to download."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, copy_current_request_context, request
from sqlalchemy.orm import Session

from .. import announce, live
from ..access import Holder, identify, permit
from ..core.errors import Refused
from ..exports.figures import figures
from ..extensions import Aside, db
from ..models import Room
from ..rooms import trail
from . import api
from .asker import still_there
from .filing import FILES, download, record_of
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
    record = record_of(live.there(room.id), with_notes=True)
    _noted(room)
    shown = partial(page, "reflections.html", room=room, record=record, figures=figures(record))
    with FILES.turn(record.code, still_there):
        return str(Aside.run(copy_current_request_context(shown)))


@pages.get("/<code>.<extension>")
def file(code: str, extension: str) -> Response:
    """One file."""
    with db.reading() as session:
        room, _ = _enter(session, code)
    record = record_of(live.there(room.id), with_notes=True)
    answer = download(record, extension, request.args.get("separator"))
    _noted(room)
    return answer


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
