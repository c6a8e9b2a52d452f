"""The draft of the groups, which is the leader's alone until it is shown: shuffled, and brought back as it was."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import Refused
from ..room.room import Room
from .change import Change
from .grouping import clear_tables, form_groups, lay_tables, tell_all, who_sits
from .undoing import remember


def redraw(change: Change, seed: int | None, *, mix: bool, other: bool) -> None:
    """The leader shuffles. The draft before it can be brought back, as long as the groups are still a draft."""
    before = draft_of(change.value)
    form_groups(change, seed, mix=mix, other=other)
    if before is not None:
        remember(change, "form_groups", {"do": "deal", "tables": before})


def deal(change: Change, tables: Sequence[Sequence[int]]) -> None:
    """Puts a draft back as it was, without anyone who has gone since."""
    if change.value.groups_shown:
        raise Refused("invalid", "The groups are no draft any more.")
    clear_tables(change, who_sits(change.value))
    here = {person.id for person in change.value.here}
    groups = lay_tables(change, [people for table in tables if (people := [p for p in table if p in here])])
    tell_all(change, groups)


def draft_of(room: Room) -> list[list[int]] | None:
    """Who sits with whom in the draft; None if it no longer is one."""
    if room.groups_shown:
        return None
    return list(who_sits(room).values())
