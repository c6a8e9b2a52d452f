"""The links of a room that can be replaced, each by itself: which salt makes each, and when somebody last came by it.

What is kept of a link, by its role: `salts`, the newest first, and only that one opens anything; `since`, when it
became this link, in milliseconds; and `used`, the minute in which somebody last came by it. A link that was never
replaced has no salts of its own: it is made with that of its room, as all links were once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

Replaceable = Literal["leader", "screen", "organiser"]
REPLACEABLE: tuple[Replaceable, ...] = get_args(Replaceable)
MOST_KNOWN = 20
"""How many salts are kept of one link. Whoever comes by an even older one hears that nobody knows it, and not why."""
MINUTE = 60_000

Links = Mapping[str, Any]


def salts(links: Links, role: str, of_room: str) -> list[str]:
    """The salts of a link, the newest first."""
    return list(links.get(role, {}).get("salts", [of_room]))


def replaced(links: Links, role: Replaceable, of_room: str, salt: str, now: int) -> dict[str, Any]:
    """The links once this one is made with another salt. Nobody has come by it yet."""
    known = [salt, *salts(links, role, of_room)][:MOST_KNOWN]
    return {**links, role: {"salts": known, "since": now}}


def used(links: Links, role: str, now: int) -> dict[str, Any]:
    """The links once somebody came by this one."""
    return {**links, role: {**links.get(role, {}), "used": now // MINUTE * MINUTE}}
