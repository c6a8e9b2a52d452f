"""Ends the connections of leaders and screens whose link or login is no longer valid.

What this process does itself ends them at once: `connections.end`. What another one does, such as the command line, is
noticed here within a second: a link that was replaced, an account that was removed or no longer leads there, a login
that ran out.
"""

from __future__ import annotations

from collections.abc import Collection

from . import live
from .access import Holder, accounts_by_login, is_current, leads
from .extensions import db, now
from .models import Account
from .room.room import Room
from .store.due import Whose, revisions, whose
from .telling import connections

_looked: dict[int, tuple[int | None, int]] = {}
"""How each room with such a connection was when last looked at: its revision, and how often all rooms had been let
go."""


def end() -> None:
    """To be called every second."""
    lines = connections.desk_lines()
    if not lines:
        _looked.clear()
        return
    by_login = [one for one in lines.values() if one.login]
    with_desks = {one.room_id for one in lines.values()}
    live.notice_others()
    held: dict[int, int] = {}
    if not db.shared:  # a file: if anybody else had written, nothing would be held
        held = {room_id: room.revision for room_id in with_desks if (room := live.stored(room_id)) is not None}
    with db.reading() as session:
        there = held | revisions(session, with_desks - held.keys())
        accounts = accounts_by_login(session, {one.login for one in by_login}, now())
        owners = whose(session, {one.room_id for one in by_login}) if by_login else {}
    rooms = {room_id: _room(room_id, revision) for room_id, revision in there.items()}
    for room_id in _looked.keys() - rooms.keys():
        del _looked[room_id]
    connections.end([line for line, one in lines.items() if not _by_link(one, rooms.get(one.room_id))], "replaced")
    over = [line for line, one in lines.items() if not _by_login(one, owners.get(one.room_id), accounts)]
    connections.end(over, "signed_out")


def logins(ended: Collection[str]) -> None:
    """These logins are over, given by the hashes of their tokens: at once."""
    connections.end([line for line, one in connections.desk_lines().items() if one.login in ended], "signed_out")


def renewed(before: str, login: str) -> None:
    """Whoever was in by the one logged in again in the same browser, and is in by the other, both given by the hashes
    of their tokens: what they have open goes on."""
    for line, one in connections.desk_lines().items():
        if one.login == before:
            connections.holders.alter(line, login=login)


def _room(room_id: int, revision: int) -> Room | None:
    """The room, if it is held, or was written since it was last looked at; any other is as it was, and is not read for
    this."""
    found, looked = live.stored(room_id), (revision, live.times_emptied())
    if (found is None or found.revision != revision) and _looked.get(room_id) != looked:
        found = live.room(room_id)
    _looked[room_id] = looked
    return found


def _by_link(holder: Holder, room: Room | None) -> bool:
    return room is None or is_current(room, holder)


def _by_login(holder: Holder, room: Whose | None, accounts: dict[str, Account]) -> bool:
    if not holder.login:
        return True
    account = accounts.get(holder.login)
    return account is not None and (room is None or leads(account, room))
