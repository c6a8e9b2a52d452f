"""How phones find this server, as the desk says it: what stands in their way, and which network they are in."""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec
from flask import Blueprint, Response, jsonify, request

from .. import cookies
from ..access import permit
from ..addresses import at_this_machine, base_url, only_works_here
from ..core.errors import Refused
from ..extensions import db
from ..models import Room
from ..networks import EVERYWHERE, listening, start_again
from ..telling import news
from .keyed import enter
from .pages import on_to

pages = Blueprint("arriving", __name__, url_prefix="/lead")


@pages.post("/<code>/address")
def choose(code: str) -> Response:
    """Which address phones get. Form field: `address`, one of this machine. It applies to all rooms of this server, so
    only someone at this machine may choose."""
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        permit(cookies.of_room(session, room, "leader"), "choose address")
    if not at_this_machine():
        raise Refused("forbidden", "Who sits at the computer that serves the workshop chooses its address.")
    listening.choose(request.form.get("address", ""))
    news.address()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(msgspec.to_builtins(listening.shape()))
    return on_to("lead.dashboard", code=room.code)


def status(room: Room) -> dict[str, Any]:
    """What the desk says of it. `trouble`: why no phone can come in by the links of this page, None where one can;
    `remedy`: the command that ends it; `follows`: the links change when the address does."""
    base, here = base_url(), at_this_machine()
    return {
        "base": base,
        "follows": here,
        "trouble": _trouble(here) if only_works_here(base) else None,
        "remedy": start_again(sys.executable, os.getcwd(), listening.port, windows=os.name == "nt"),
        "networks": listening.networks() if here else [],
        "reached": listening.shape().reached,
    }


def _trouble(here: bool) -> str:
    if not here:  # PUBLIC_URL, or whoever passes on what is asked, says so
        return "untold"
    return "no_network" if listening.host in EVERYWHERE else "this_computer"
