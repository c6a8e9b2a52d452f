"""The small API: is there a room, come in, the wall, and what is mine."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta, Struct, field
from sqlalchemy.orm import Session

from .. import changing, cookies, live, uses, wire
from ..access import Holder, identify, keys, permit
from ..commands import Id, Name, convert, one_line, pass_shape
from ..core import codes
from ..core.errors import Refused
from ..extensions import csrf, db
from ..models import Room
from ..room import room as values
from ..rooms import erasing, joining, passing, reading
from ..telling.wall import whole_wall
from .throttle import at_the_door, before_the_door, fail, find_room, join_by_code, trying_pass

pages = Blueprint("api", __name__, url_prefix="/api")
csrf.exempt(pages)
Found = Room | values.Room
UNNAMED = "application/x-www-form-urlencoded"


class Newcomer(Struct, frozen=True):
    """Someone who wants to come in. `key`: the secret of the QR code, or of a rehearsal."""

    name: Name
    team: Annotated[str, Meta(max_length=40)] | None = None
    key: Annotated[str, Meta(max_length=100)] | None = None
    attempt: Id | None = None


class Bearer(Struct, frozen=True):
    """A phone that shows a pass, to be someone who is in already."""

    digits: Annotated[str, Meta(max_length=40)] = field(name="pass")
    attempt: Id | None = None


@pages.get("/rooms/<code>")
def room(code: str) -> Response:
    """Is there a room with this code?"""
    with db.reading() as session:
        found = find_room(session, code)
    shape = reading.room_shape(live.there(found.id))
    return _json(msgspec.convert(shape, wire.RoomAtTheDoor, from_attributes=True))


@pages.post("/rooms/<code>/people")
def join(code: str) -> Response:
    """Someone comes in; the answer holds the token that is theirs alone."""
    newcomer = _newcomer()
    if isinstance(newcomer, Bearer):
        return _join_by_pass(code, newcomer)
    if newcomer.key is None:
        before_the_door()
    with at_the_door(code):
        key = live.known(newcomer.key)
        found: Found | None = live.with_code(codes.normalise(code))
        if found is None or key != Holder(found.id, "join"):  # who shows that is let in without more ado
            with db.reading() as session:
                key = identify(session, newcomer.key)
                found = find_room(session, code, key)
        simulated = key == Holder(found.id, "rehearsal")
        if not simulated and key != Holder(found.id, "join"):
            if newcomer.key is not None:
                fail()
                join_by_code()
            join_by_code(found)
        person, token = changing.change(
            found.id,
            lambda change: joining.join(
                change, newcomer.name, newcomer.team or None, simulated=simulated, attempt=newcomer.attempt
            ),
            patience=4.0,  # a whole room comes in at one moment
        )
    return _let_in(found, person.id, person.name, token)


def _newcomer() -> Newcomer | Bearer:
    """Who wants to come in. To send what cannot be read costs as much as to come without a key."""
    try:
        body = sent()
        by_pass = isinstance(body, dict) and "pass" in body
        found: Newcomer | Bearer = convert(_with_lines(body), Bearer if by_pass else Newcomer)
    except Refused:
        before_the_door()
        raise
    return found


def _join_by_pass(code: str, bearer: Bearer) -> Response:
    with db.reading() as session:
        found = find_room(session, code)
    digits = codes.normalise(bearer.digits) or ""
    with trying_pass(found):
        person, token = changing.change(found.id, lambda change: passing.take_pass(change, digits, bearer.attempt))
    return _let_in(found, person.id, person.name, token)


def _let_in(found: Found, person_id: int, name: str, token: str) -> Response:
    answer = wire.LetIn(person_id, name, token)
    # From now on this browser is known at the door, also when guessers have made it narrow.
    return cookies.remember_key(_json(answer, 201), found, "visitor", keys.key(found, "visitor"))


@pages.get("/rooms/<code>/wall")
def wall(code: str) -> Response:
    """The whole wall, for anyone who holds a token of the room."""
    with db.reading() as session:
        holder = _bearer(session) or _by_cookie(session, code)
        found = find_room(session, code, holder)
        if holder is not None and holder.room_id != found.id:
            holder = None
        uses.note(permit(holder, "read wall"))
    return Response(whole_wall(found.id), mimetype="application/json")


@pages.get("/me")
def mine() -> Response:
    """All that I wrote."""
    with db.reading() as session:
        holder = permit(_bearer(session), "read own")
    return _json(reading.everything_of(live.there(holder.room_id), holder))


@pages.post("/me/passes")
def pass_on() -> Response:
    """Lets another phone of mine in."""
    with db.reading() as session:
        holder = permit(_bearer(session), "pass on")
    made = changing.change(holder.room_id, lambda change: pass_shape(change, passing.own_pass(change, holder)))
    return _json(msgspec.convert(made, wire.Pass), 201)


@pages.delete("/me")
def erase_me() -> Response:
    """Erases me and all that I wrote. Cannot be undone."""
    with db.reading() as session:
        holder = permit(_bearer(session), "erase own")
    changing.change(holder.room_id, lambda change: erasing.erase(change, holder))
    db.forget()
    return Response(status=204)


def bearer(request_header: str | None) -> str | None:
    """The token in an Authorization header."""
    scheme, _, token = (request_header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _bearer(session: Session) -> Holder | None:
    return identify(session, bearer(request.headers.get("Authorization")))


def _by_cookie(session: Session, code: str) -> Holder | None:
    found = [cookies.holder(session, None, role, code) for role in ("screen", "leader")]
    return next((one for one in found if one and not one.replaced), found[0] or found[1])


def sent() -> Any:
    """The JSON that was sent. What a browser sends to another site without asking first never has the name of JSON.
    From programs, which have no visitor to mislead, a form's name is accepted too: it is what curl and the like say by
    default."""
    programs = not any(name in request.headers for name in ("Origin", "Sec-Fetch-Site", "Cookie"))
    if request.mimetype != "application/json" and not (programs and request.mimetype in ("", UNNAMED)):
        raise Refused("invalid", "This takes a JSON object, and says so: Content-Type: application/json.")
    try:
        return msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("invalid", "This takes a JSON object.") from error


def _with_lines(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {k: one_line(v) if isinstance(v, str) and k in ("name", "team") else v for k, v in body.items()}


def _json(value: wire.Shape, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, mimetype="application/json")
