"""Replacing a link that got to the wrong people, and knowing when each was last used."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from .. import wire
from ..core import links
from ..core.links import REPLACEABLE, Replaceable
from ..room.room import Room
from . import trail
from .change import Change, LinkReplaced

MARKS: dict[Replaceable, trail.Did] = {
    "leader": "leaders_link",
    "screen": "screens_link",
    "organiser": "organisers_link",
}
"""What the trail says of a link that was replaced."""


def new_salt() -> str:
    """A salt, with which the links of a room, or one of them, are made."""
    return secrets.token_hex(16)


def replace(change: Change, role: Replaceable, by: trail.By) -> None:
    """From now on another link is this one. Whoever came by the old one is told so, and let go. Cannot be undone."""
    room = change.value
    change.set(links=links.replaced(room.links, role, room.salt, new_salt(), change.now))
    change.tell(LinkReplaced(role))
    trail.mark(change, MARKS[role], by)


def use(change: Change, by: Collection[tuple[str, str]]) -> None:
    """Somebody came by these links, each given by its role and salt; a replaced one is passed over."""
    room = change.value
    for role, salt in by:
        if links.salts(room.links, role, room.salt)[0] == salt:
            change.set(links=links.used(change.value.links, role, change.now))


def shape(room: Room) -> wire.Links:
    """Since when each link is what it is, and when it was used last, for leaders."""
    return wire.Links(**{role: _link(room, role) for role in REPLACEABLE})


def _link(room: Room, role: str) -> wire.Link:
    kept = room.links.get(role, {})
    return wire.Link(since=kept.get("since"), used=kept.get("used"))
