"""A room's links, for its leader: each can be replaced without the others if it got to the wrong people."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .. import changing, cookies
from ..access import leads, made, permit
from ..core.errors import Refused
from ..core.links import REPLACEABLE, Replaceable
from ..extensions import db
from ..models import Account, Room
from ..rooms import links
from . import paces
from .keyed import enter
from .pages import on_to

pages = Blueprint("links", __name__, url_prefix="/lead")


@pages.post("/<code>/links")
def replace(code: str) -> Response:
    """Makes another link instead of one, and goes back to where the links are shown. Form field: `role`."""
    role = next((role for role in REPLACEABLE if role == request.form.get("role")), None)
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        permit(cookies.of_room(session, room, "leader"), "replace a link")
        account = cookies.account_of(session)
    if role is None:
        raise Refused("invalid", f"The links that can be replaced are those of {', '.join(REPLACEABLE)}.")
    if role not in may_replace(account, room):
        raise Refused("forbidden", "Only the leader whose room it is replaces this link.")
    changing.change(room.id, lambda change: links.replace(change, role, "leader"))
    paces.forget_holder(f"{role} {room.id}")
    return on_to("lead.dashboard", 303, code=room.code, replaced=role, _anchor="links")


def may_replace(account: Account | None, room: Room) -> tuple[Replaceable, ...]:
    """Which links somebody who leads the room may replace (decisions/0035): whoever came by a link, that of the screen,
    which they have in hand anyway; the account whose room it is, signed in, also that of leaders; the account that made
    the room, also that of the organiser."""
    owns: tuple[Replaceable, ...] = ("leader",) if leads(account, room) else ()
    hands_out: tuple[Replaceable, ...] = ("organiser",) if made(account, room) else ()
    return (*owns, "screen", *hands_out)
