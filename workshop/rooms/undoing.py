"""The way back for what a leader throws away: remembered as the command that undoes it, the newest last.

An entry holds ids and numbers, no name and nothing that anyone wrote, so that erasing somebody leaves no trace here;
except for the title that a leader gave to a bundle, which is forgotten when anybody is erased, or when a post that was
under it is taken off by its writer.
"""

from __future__ import annotations

from typing import Any

from ..core.errors import Refused
from .change import Change

MOST = 20


def remember(change: Change, did: str, inverse: dict[str, Any]) -> None:
    """Notes how to undo the command `did`: `inverse` is a command, like `{"do": "show", "post": id}`.

    It is one of the leader's own, or one of those that only `commands/undo.py` knows. Each deed has a number that no
    earlier one had.
    """
    deed = max(change.now, (newest(change) or 0) + 1)
    change.set(undo=[*change.value.undo, {"did": did, "deed": deed, **inverse}][-MOST:])


def newest(change: Change) -> int | None:
    """The number of the deed that would be undone next; None if there is none."""
    return int(change.value.undo[-1]["deed"]) if change.value.undo else None


def forget(change: Change, *did: str) -> None:
    """What these commands did can no longer be undone."""
    change.set(undo=[entry for entry in change.value.undo if entry["did"] not in did])


def forget_titles(change: Change, line: str) -> None:
    """No title under which this post stood is kept any more."""
    undo = change.value.undo
    gone = [entry for entry in undo if entry.get("make") and line in entry["under"]]
    if gone:
        change.set(undo=[entry for entry in undo if entry not in gone])


PROGRAMMING = ("insert_step", "drop_step", "move_step", "add_round")
"""Each of these is undone by the index that its step had, so all later ones have to be undone first."""


def missed(change: Change, did: str) -> None:
    """What this command did can no longer be undone, nor what builds on it."""
    if did in PROGRAMMING:
        forget(change, *PROGRAMMING)


NOWHERE = {"do": "reseat", "people": [], "tables": [], "at": 0, "begun": 0}
"""Puts nobody back where they sat."""


def outdate(change: Change) -> None:
    """The tables are laid anew: nobody can be put back where they sat, but those who were taken out can be let in."""
    forget(change, "form_groups", "move", "merge_groups", "new_tables")
    change.set(undo=[_outdated(entry) for entry in change.value.undo])


def _outdated(entry: dict[str, Any]) -> dict[str, Any]:
    match entry["did"]:
        case "remove":
            return {"did": "remove", "deed": entry["deed"], "do": "restore", "person": entry["person"]}
        case "take_away":
            return {**entry, "seat": NOWHERE}
    return entry


def last(change: Change) -> tuple[str, dict[str, Any]]:
    """Takes the newest entry out: what was done, and the command that undoes it. Refused if there is none."""
    if not change.value.undo:
        raise Refused("invalid", "There is nothing to undo.")
    *rest, entry = change.value.undo
    change.set(undo=rest)
    return entry["did"], {key: value for key, value in entry.items() if key not in ("did", "deed")}
