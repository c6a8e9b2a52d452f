"""Pages behind a key: exchange the key in the address for a cookie once, then go by the cookie."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, redirect, request
from sqlalchemy import or_
from sqlalchemy.orm import Session

from .. import cookies, uses
from ..access import Holder, Role, identify, open_to
from ..core.errors import Refused, Replaced
from ..models import Account, Room
from ..store.codes import room_by_code
from .border import meant
from .throttle import fail, find_room


def enter(session: Session, code: str, role: Role) -> tuple[Room, Response | None]:
    """The room, and where a key stood in the address the redirect that hides it. Refused where nothing fits: for
    someone who is signed in, a room that is not theirs is one that is not there."""
    key = request.args.get("key")
    key = meant(key) if key else key
    holder = identify(session, key) if key else None
    account = cookies.account_of(session)
    room = find_room(session, code, holder) if account is None else _theirs(session, code, role, account, holder)
    if holder is not None and holder == Holder(room.id, role) and key is not None:
        uses.note(holder)
        rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "key"])
        without_key = redirect(request.script_root + request.path + (f"?{rest}" if rest else ""))
        return room, cookies.remember_key(without_key, room, role, key)  # type: ignore[arg-type]
    replaced = holder is not None and holder.replaced and holder.room_id == room.id
    if key is not None and not replaced:
        fail()
    found = cookies.of_room(session, room, role)
    if found is None and (replaced or cookies.replaced(session, room, role)):
        raise Replaced()
    if found is None:
        raise Refused("unauthorized", "This link is not known here.")
    uses.note(found)
    return room, None


def _theirs(session: Session, code: str, role: Role, account: Account, holder: Holder | None) -> Room:
    """The room, where a signed-in account may open it as this, by itself or by a key that it shows. Others are not
    looked for: neither the answer nor its time tells whether they are there, so that there is nothing to guess."""
    shown = (holder, cookies.shown(session, code, role))
    by_key = Room.id.in_([one.room_id for one in shown if one is not None and one.role == role])
    theirs = open_to(account, "organiser" if role == "organiser" else "leader")
    if (room := room_by_code(session, code, or_(by_key, theirs))) is None:
        raise Refused("not_found", "There is no room with this code.")
    return room
