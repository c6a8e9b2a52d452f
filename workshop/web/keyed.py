"""Pages behind a key: exchange the key in the address for a cookie once, then go by the cookie."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, redirect, request
from sqlalchemy.orm import Session

from .. import cookies
from ..access import Holder, Role, identify
from ..core.errors import Refused
from ..models import Room
from .border import meant
from .throttle import fail, find_room


def enter(session: Session, code: str, role: Role) -> tuple[Room, Response | None]:
    """The room, and where a key stood in the address the redirect that hides it. Refused where nothing fits."""
    key = request.args.get("key")
    key = meant(key) if key else key
    holder = identify(session, key) if key else None
    room = find_room(session, code, holder)
    if holder == Holder(room.id, role) and key is not None:
        rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "key"])
        without_key = redirect(request.path + (f"?{rest}" if rest else ""))
        return room, cookies.remember_key(without_key, room, role, key)  # type: ignore[arg-type]
    if key is not None:
        fail()
    if cookies.of_room(session, room, role) is None:
        raise Refused("unauthorized", "This link is not known here.")
    return room, None
