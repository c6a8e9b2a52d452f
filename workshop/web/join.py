"""For participants: the code, the phone page, the QR code."""

from __future__ import annotations

import io
from importlib.resources import files

import segno
from flask import Blueprint, Response, g, redirect, request, url_for

from .. import cookies
from ..access import Holder, identify, keys
from ..addresses import base_url
from ..core import codes
from ..core.errors import Refused
from ..extensions import csrf, db
from ..models import Room
from .api import bearer
from .errors import try_again
from .pages import LANGUAGES, kept, light, page
from .throttle import fail, find_room

pages = Blueprint("join", __name__)
HOME_STATUS = {"too_fast": 429, "busy": 503}


@pages.get("/")
def home() -> Response:
    """Type a code."""
    typed = request.args.get("code", "").strip()
    link = codes.in_link(typed)
    code, secret = link or (codes.normalise(typed), "")
    if not code:
        return light(Response(page("home.html", typed=typed, error="shape" if typed else None)))
    try:
        with db.reading() as session:
            find_room(session, code)
    except Refused as refused:
        response = Response(page("home.html", typed=typed, error=refused.code), HOME_STATUS.get(refused.code, 200))
        return try_again(light(response), refused.code, refused.wait)
    return redirect(url_for("join.phone", code=code) + secret)  # type: ignore[return-value]


@pages.get("/r/<code>")
def phone(code: str) -> Response:
    """The phone page: one page with every card, without a word about a person, so it may be kept. The slides follow.
    `language`: what its owner reads, where that is not the room's; the browser remembers it for this room.

    When guessers have made the door narrow, the page that opens for everyone shows the secret of its QR code, which
    only the browser knows, and comes in after all (S2).
    """
    try:
        with db.reading() as session:
            room = find_room(session, code)
    except Refused as refused:
        if (
            refused.code == "not_found" and request.if_none_match
        ):  # the browser still has the page of a room that is gone
            return light(Response(page("error.html", code="not_found"), 404, {"Clear-Site-Data": '"cache"'}))
        if refused.code != "too_fast":
            raise
        return try_again(light(Response(page("knock.html", code="too_fast"), 429)), "too_fast", refused.wait)
    wanted = request.args.get("language")
    g.language = wanted if wanted in LANGUAGES else read_here(room)
    response = kept("phone.html", room)
    return cookies.remember_language(response, room, g.language) if wanted == g.language else response


@pages.get("/r/<code>/more")
def more(code: str) -> Response:
    """What the phone page fetches as soon as someone is in: it is not needed to come in, and would make that slow."""
    with db.reading() as session:
        room = find_room(session, code, identify(session, bearer(request.headers.get("Authorization"))))
    g.language = read_here(room)
    return kept("phone/more.html", room)


@pages.get("/sw.js")
def worker() -> Response:
    """The service worker: at the top, because from below /static it could not serve the phone page."""
    script = files("workshop") / "static" / "js" / "worker.js"
    response = light(Response(script.read_bytes(), mimetype="text/javascript"))
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.post("/r/<code>/knock")
@csrf.exempt  # type: ignore[untyped-decorator]
def knock(code: str) -> Response:
    """Shows the secret of the QR code; the right one is remembered, so that the door opens."""
    key = request.form.get("key", "")
    with db.reading() as session:
        holder = identify(session, key)
        room = find_room(session, code, holder)
        if holder != Holder(room.id, "join"):
            fail()
            raise Refused("unauthorized", "This is not the secret of this room.")
    return cookies.remember_key(Response(status=204), room, "join", key)


@pages.get("/qr/<code>.svg")
def qr(code: str) -> Response:
    """The join address as a picture; with the secret for leader and screen."""
    with db.reading() as session:
        room = find_room(session, code)
        shown = identify(session, bearer(request.headers.get("Authorization")))
        trusted = shown in (Holder(room.id, "screen"), Holder(room.id, "leader"))
        trusted = trusted or any(cookies.of_room(session, room, role) for role in ("screen", "leader"))
        address = join_url(room) if trusted else f"{base_url()}/r/{room.code}"
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, dark="#12202a", light="#ffffff"
    )
    drawn = Response(picture.getvalue(), mimetype="image/svg+xml")
    drawn.vary.update(("Authorization", "Cookie"))
    return drawn if trusted else light(drawn)


def read_here(room: Room) -> str:
    """The language that someone chose on this phone, or else the room's."""
    chosen = cookies.language(room)
    return chosen if chosen in LANGUAGES else room.language


def join_url(room: Room, base: str | None = None) -> str:
    """Where the QR code leads. Its secret stands after the #, so it never reaches a log."""
    return f"{base or base_url()}/r/{room.code}#k={keys.key(room, 'join')}"
