"""For the organiser: the reflections, to read and to download, and themes of the organiser's own to put lines under."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, copy_current_request_context, request
from msgspec import Meta, Struct
from sqlalchemy.orm import Session

from .. import changing, cookies, live, uses
from ..access import Holder, identify, keys, permit
from ..commands import one_line
from ..core.errors import Refused
from ..exports.figures import figures
from ..extensions import Aside, db
from ..models import Room
from ..room import room as values
from ..rooms import themes, trail
from ..rooms.change import Change
from . import api
from .asker import still_there
from .filing import FILES, download, record_of
from .keyed import enter
from .pages import on_to, page
from .throttle import find_room

pages = Blueprint("reflections", __name__, url_prefix="/reflections")
Mark = Annotated[str, Meta(max_length=40)]
Number = Annotated[int, Meta(ge=1, le=2**53)]


class PutUnder(Struct, tag="put_under", tag_field="do", frozen=True):
    """Lines go under a theme: one that is there, or (0) the one with this name."""

    line: list[Mark] = []
    theme: Annotated[int, Meta(ge=0, le=2**53)] = 0
    name: str = ""


class Rename(Struct, tag="rename", tag_field="do", frozen=True):
    """A theme gets another name."""

    theme: Number
    name: str = ""


class TakeOut(Struct, tag="take_out", tag_field="do", frozen=True):
    """Lines stand under no theme any more."""

    line: list[Mark] = []


class Remove(Struct, tag="remove", tag_field="do", frozen=True):
    """A theme goes."""

    theme: Number


Sent = PutUnder | Rename | TakeOut | Remove


@pages.get("/<code>")
def reflections(code: str) -> Response | str:
    """What the room gave, and the files."""
    with db.reading() as session:
        room, response = _enter(session, code)
        if response is not None:
            return response
    _noted(room)
    return _page(room, live.there(room.id))


@pages.get("/<code>.<extension>")
def file(code: str, extension: str) -> Response:
    """One file."""
    with db.reading() as session:
        room, _ = _enter(session, code)
    record = record_of(live.there(room.id), for_organiser=True)
    answer = download(record, extension, request.args.get("separator"))
    _noted(room)
    return answer


@pages.post("/<code>/themes")
def theme(code: str) -> Response:
    """A form of the page: lines are put under a theme, or taken out; a theme gets another name, or goes. Back to the
    page, at that theme; where it cannot be done the page says why."""
    with db.reading() as session:
        room, _ = _enter(session, code)
        token = api.bearer(request.headers.get("Authorization"))
        holder = cookies.of_room(session, room, "organiser") if token is None else identify(session, token)
        permit(holder, "put under themes")
    try:
        at = changing.change(room.id, partial(_do, sent=_sent()))
    except Refused as refused:
        if refused.code not in ("invalid", "not_found", "too_large") or not _is_page():
            raise
        return Response(_page(room, live.there(room.id), refused.code), 400)
    return on_to("reflections.reflections", 303, code=room.code, _anchor=at)


def _sent() -> Sent:
    """What the form says; of a field that can be there several times, all of it."""
    form: dict[str, Any] = {**request.form.to_dict(), "line": request.form.getlist("line")}
    form["name"] = one_line(form.get("name", ""))
    try:
        sent: Sent = msgspec.convert(form, Sent, strict=False)
    except msgspec.ValidationError as error:
        raise Refused("invalid", f"This cannot be used: {error}.") from error
    return sent


def _do(change: Change, sent: Sent) -> str:
    """Returns where on the page one sees it."""
    match sent:
        case PutUnder(line, theme, name):
            called = themes.there(change.value, theme).name if theme else name
            made = themes.put_under(change, _posts(change.value, line), called)
            return f"theme-{made.id}"
        case Rename(theme, name):
            return f"theme-{themes.rename(change, theme, name).id}"
        case TakeOut(line):
            themes.take_out(change, _posts(change.value, line))
        case Remove(theme):
            themes.remove(change, theme)
    return "themes"


def _posts(room: values.Room, marks: list[str]) -> list[str]:
    """The posts that the page called so, as far as they still read as they did."""
    chosen = set(marks)
    return [post.id for post in room.posts if chosen and _mark(room, post) in chosen]


def _mark(room: values.Room, post: values.Post) -> str:
    return keys.of_line(room, post.id, post.text)


def _page(room: Room, value: values.Room, wrong: str = "") -> str:
    """The page; with forms for whoever opened it in a browser, once the closing has begun. `wrong`: why what was sent
    could not be done."""
    sorts = _is_page() and themes.open_for_themes(value)
    mark = {"mark": partial(_mark, value)} if sorts else {}
    record = record_of(value, for_organiser=True, **mark)
    ids = {theme.name: theme.id for theme in value.themes}
    shown = partial(
        page, "reflections.html", room=room, record=record, figures=figures(record), sorts=sorts, ids=ids,
        most=themes.MOST, longest=themes.LONGEST, wrong=wrong, sent=request.form,
    )  # fmt: skip
    with FILES.turn(record.code, still_there):
        return str(Aside.run(copy_current_request_context(shown)))


def _noted(room: Room) -> None:
    changing.change(room.id, lambda change: trail.mark(change, "reflections", "organiser"))


def _is_page() -> bool:
    """Does a browser ask, and not a program with a token?"""
    return api.bearer(request.headers.get("Authorization")) is None


def _enter(session: Session, code: str) -> tuple[Room, Response | None]:
    token = api.bearer(request.headers.get("Authorization"))
    if token is None:
        return enter(session, code, "organiser")
    holder = permit(identify(session, token), "download reflections")
    room = find_room(session, code, holder)
    if holder != Holder(room.id, "organiser"):
        raise Refused("forbidden", "This key is of another room.")
    uses.note(holder)
    return room, None
