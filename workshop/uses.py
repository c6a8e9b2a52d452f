"""When each link of a room, and each login, was last used: the minute for a link, the day for a login. Never by whom,
from where, or with what.

It is noticed in memory, on pages and when a connection opens, and as long as one is open; what watches the connections
stores it. So nothing that anyone says waits for it, and it is written once a minute, or a day, at most.
"""

from __future__ import annotations

from collections import defaultdict

import structlog

from . import changing
from .access import Holder, used_logins
from .core.errors import Refused
from .core.links import MINUTE, REPLACEABLE
from .days import day_began
from .extensions import db, now
from .models import ZONE
from .rooms import links
from .telling import connections

log = structlog.get_logger()
_links: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
"""The links that were used since this was last stored, by room, each by its role and salt, with the minute."""
_logins: set[str] = set()
"""Likewise the hashes of logins."""
_stored: dict[tuple[int, str, str] | str, int] = {}
"""The minute, or the day, that is stored for each."""


def note(holder: Holder | None) -> None:
    """Somebody comes by a link of a room, or by a login; whoever comes by anything else is not noticed."""
    if holder is None or holder.removed:
        return
    if holder.login:
        note_login(holder.login)
    elif holder.salt and holder.role in REPLACEABLE:
        _links[holder.room_id][holder.role, holder.salt] = now() // MINUTE * MINUTE


def note_login(login: str) -> None:
    """A login is used, given by the hash of its token."""
    _logins.add(login)


def store() -> None:
    """To be called every few seconds."""
    for holder in connections.desk_lines().values():
        note(holder)
    _store_links(now() // MINUTE * MINUTE)
    _store_logins(day_began(now(), ZONE))


def _store_links(minute: int) -> None:
    for room_id in list(_links):
        found = _links.pop(room_id)  # of what could not be stored for minutes nobody is told a false one
        by = {one for one, at in found.items() if at >= minute - MINUTE and _stored.get((room_id, *one)) != minute}
        if not by:
            continue
        try:
            changing.change(room_id, lambda change, by=by: links.use(change, by))  # type: ignore[misc]
        except Refused as refused:
            if refused.code != "closed":  # then the next time
                _links[room_id] = {one: found[one] for one in by} | _links[room_id]
            continue
        except Exception:  # one room's trouble is not another's
            log.exception("uses not stored", room=room_id)
            continue
        _stored.update({(room_id, *one): minute for one in by})
    for key in [key for key, at in _stored.items() if not isinstance(key, str) and at < minute]:
        del _stored[key]


def _store_logins(day: int) -> None:
    taken = frozenset(_logins)
    logins = {login for login in taken if _stored.get(login) != day}
    if logins:
        with db.writing() as session:
            used_logins(session, logins, day)
    _logins.difference_update(taken)
    for key in [key for key, at in _stored.items() if isinstance(key, str) and at < day]:
        del _stored[key]
    _stored.update(dict.fromkeys(logins, day))
