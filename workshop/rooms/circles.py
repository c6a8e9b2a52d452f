"""Circles: which phones of one person show each other everything, and what one circle says about another.

A phone that comes by the door, or by a leader's pass, gets a new circle; one that comes by a pass made on another phone
joins the circle of that phone. A circle shows what was written in it, and in the circles whose phones said of it: that
is me. Nobody says so for somebody else, and it goes no further: what a circle merely shows, it cannot let others see
(docs/decisions/0010).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import NamedTuple

from msgspec.structs import replace

from .. import wire
from ..access import Holder
from ..core.errors import Refused
from ..room.room import Answer, Phone, Room
from . import trail
from .change import Change, LineClosed, PersonMoved


class Writer(NamedTuple):
    """Whoever writes, and in which circle."""

    person: int
    circle: str


def new() -> str:
    """The name of a circle that nobody had before."""
    return str(uuid.uuid4())


def others(room: Room, holder: Holder) -> list[wire.Phones]:
    """The other phones of whoever holds this one, one row for each circle: when the last one came, how, and what this
    phone has said about it since. Of its own circle, the phones that it is asked about (`_asked_about`), which are its
    own by a pass. Of another circle, how that circle began: a pass that was made there is not one of ours; otherwise a
    leader could make a phone look like one that its owner let in."""
    all_phones = [phone for phone in room.phones_of(holder.person_id or 0) if not phone.ended]
    mine = next((phone for phone in all_phones if phone.token_hash == holder.phone), None)
    if mine is None or len(all_phones) == 1:
        return []
    by_circle: dict[str, list[Phone]] = defaultdict(list)
    for phone in all_phones:
        by_circle[phone.circle].append(phone)
    shapes = []
    for circle, phones in by_circle.items():
        came: list[tuple[int, wire.CameBy]] = [
            (phone.came_at, "own_pass" if n else "door" if phone.came == "door" else "leader")
            for n, phone in enumerate(phones)
        ]
        if circle == mine.circle:
            came = [(phone.came_at, "own_pass") for phone in _asked_about(room, mine)]
        elif phones[0].merged_at != mine.merged_at:
            came.append((max(phones[0].merged_at or 0, mine.merged_at or 0), "merge"))
        if came:
            at, by = max(came)[0], max(one for one in came if circle == mine.circle or one[1] != "own_pass")[1]
            answer = room.answers.get((mine.token_hash, circle))
            yes = answer.yes if answer and answer.at >= at else None
            shapes.append(wire.Phones(circle=circle, at=at, by=by, earlier=at < mine.came_at, yes=yes))
    return sorted(shapes, key=lambda shape: shape.at)


def _asked_about(room: Room, mine: Phone) -> list[Phone]:
    """The phones of its own circle that a phone is asked about: those that were there before it, as somebody may have
    handed their pass to a newcomer. Once it said that these are its person's, or where there are none, those that came
    after it instead, if any did."""
    there = [one for one in room.phones_of(mine.person_id) if one.circle == mine.circle and not one.ended]
    earlier = [one for one in there if one.came_at < mine.came_at]
    later = [one for one in there if one.came_at > mine.came_at]
    known = (mine.token_hash, mine.circle) in room.answers
    return later if later and (known or not earlier) else earlier


def answer(change: Change, holder: Holder, circle: str, yes: bool, asked_at: int | None = None) -> bool:
    """A phone says of a circle of the same person: that is me, or not. Returns whether a phone was let go because of
    it: those that came into its own circle later and, if it came by the door itself, those that a leader let in; or
    itself, if it says no of those that were in its own circle before it. They keep what was written on them, to read
    and to erase; but what was written in a circle that they shared stays with those they shared it with. `asked_at`:
    when the last of those came who were asked about (ms), if that is known; Refused("stale") if these are others by
    now."""
    room = change.value
    change.check_person(holder.person_id or 0)
    mine = room.phones[holder.phone]
    own = circle == mine.circle
    at = change.now
    if own:
        theirs = _asked_about(room, mine)
        if theirs and asked_at not in (None, max(phone.came_at for phone in theirs)):
            raise Refused("stale", "Another phone is asked about by now; look again.")
        if theirs and theirs[0].came_at < mine.came_at:
            at = mine.came_at  # of who came later nothing was said
            theirs = theirs if yes else [mine]
        else:
            known = room.answers.get((holder.phone, circle))
            theirs = [phone for phone in theirs if phone.came_at > (known.at if known else mine.came_at)]
    else:
        theirs = [phone for phone in room.phones_of(mine.person_id) if phone.circle == circle and not phone.ended]
    if not theirs:
        raise Refused("not_found", "There is no such phone in your name.")
    if yes or not own:  # of its own circle those of whom it says no are gone, and those it knew it knows
        change.put(Answer(holder.phone, circle, yes, at))
    trail.mark(change, "that_is_me" if yes else "not_me", "person", mine.person_id)
    change.tell(PersonMoved(mine.person_id))
    if yes or not (own or (mine.came == "door" and theirs[0].came == "guest")):
        return False
    # What others of their circles opened to it closes as well: nobody else of that person hears of it any more.
    change.drop(*(one for one in room.answers.where("about", circle) if one.yes and not own))
    for phone in theirs:
        # What it shared with the others, where it was in their circle, it shows no longer.
        alone = {"circle": new(), "came": "guest"} if own else {}
        change.put(replace(phone, ended=True, **alone))
    change.drop(*room.answers_of(theirs))
    if theirs != [mine]:  # who only goes away itself leaves others the passes they made
        change.drop(*room.passes.where("person_id", mine.person_id))
    change.tell(LineClosed(mine.person_id, "not_me", tuple(phone.token_hash for phone in theirs)))
    return True
