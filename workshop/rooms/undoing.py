"""The way back for what a leader throws away: remembered as the command that takes it back, the newest last.

An entry holds ids and numbers, no name and nothing that anyone wrote, so that erasing somebody leaves no trace here;
but for the title that a leader gave to a bundle, which is forgotten when somebody with a line on the wall is erased.
"""

from __future__ import annotations

from typing import Any

from ..core.errors import Refused
from .change import Change

MOST = 20


def remember(change: Change, did: str, inverse: dict[str, Any]) -> None:
    """Notes how to take back the command `did`: `inverse` is a command, like `{"do": "show", "post": id}`.

    It is one of the leader's own, or one of those that only `commands/undo.py` knows. Each deed has a number that no
    other one had before it.
    """
    deed = max(change.now, (newest(change) or 0) + 1)
    change.set(undo=[*change.value.undo, {"did": did, "deed": deed, **inverse}][-MOST:])


def newest(change: Change) -> int | None:
    """The number of the deed that would be taken back next; None where there is none."""
    return int(change.value.undo[-1]["deed"]) if change.value.undo else None


def forget(change: Change, *did: str) -> None:
    """What these commands did can be taken back no longer."""
    change.set(undo=[entry for entry in change.value.undo if entry["did"] not in did])


PROGRAMMING = ("insert_step", "drop_step", "move_step", "add_round")
"""Each of these is taken back by the index that its step had, so it takes all later ones to be taken back first."""


def missed(change: Change, did: str) -> None:
    """What this command did can no longer be taken back, nor what stands on it."""
    if did in PROGRAMMING:
        forget(change, *PROGRAMMING)


def outdate(change: Change) -> None:
    """The tables are laid anew: nobody can be put back where they sat, but who was taken out can be let in."""
    forget(change, "form_groups", "move", "merge_groups", "new_tables")
    undo = [
        {"did": "remove", "deed": entry["deed"], "do": "restore", "person": entry["person"]}
        if entry["did"] == "remove"
        else entry
        for entry in change.value.undo
    ]
    change.set(undo=undo)


def last(change: Change) -> tuple[str, dict[str, Any]]:
    """Takes the newest entry out: what was done, and the command that takes it back. Refused where there is none."""
    if not change.value.undo:
        raise Refused("invalid", "There is nothing to undo.")
    *rest, entry = change.value.undo
    change.set(undo=rest)
    return entry["did"], {key: value for key, value in entry.items() if key not in ("did", "deed")}
