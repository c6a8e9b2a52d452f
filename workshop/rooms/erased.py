"""What a change erased, as the log of erasures keeps it; and doing it again in a room that a backup brought back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ..erasures import Erasure, Key, name_of
from ..room.ledger import Ledger
from ..room.room import KINDS, Note, Person, Phone, Post, Recognition, Room, Seen, Tally, key_of
from . import erasing, on_wall, undoing, wall
from .change import Change, PeopleMerged

OF_SOMEONE: tuple[type[Struct], ...] = (Phone, Note, Post, Recognition, Tally, Seen)
"""What somebody wrote or has here. Of the rest a leader may put back what was dropped: a seat, a wish, a title."""
NAMES = {KINDS[kind][0]: kind for kind in OF_SOMEONE}


def erased(change: Change) -> Erasure | None:
    """What of this change a backup from before must not bring back. A note that its writer no longer shares is part of
    that: who may read it changes only when they say so."""
    ledger, room = change.ledger, change.ledger.before
    if ledger.erases:
        return Erasure(change.now, name_of(room), whole=True)
    taken_back = _taken_back(ledger)
    if not change.forgets and not taken_back:  # as nearly every change
        return None
    merged = [(news.keep, news.other) for news in change.news if isinstance(news, PeopleMerged)]
    found = Erasure(change.now, name_of(room), merged=merged, taken_back=taken_back)
    if change.forgets:
        gone = [one.before for one in ledger.records.values() if one.before is not None and one.now is None]
        found.own_notes = _emptied(ledger)
        found.steps = len(room.run.steps) if found.own_notes else 0
        others = {other for _, other in merged}
        found.people = [one.id for one in gone if isinstance(one, Person) and one.id not in others]
        for record in gone:
            if isinstance(record, OF_SOMEONE) and getattr(record, "person_id", None) is not None:
                found.rows.setdefault(KINDS[type(record)][0], []).append(_key(record))
    return found if found.says_something else None


def again(change: Change, erasures: Sequence[Erasure]) -> None:
    """Erases in this room what was erased after it was backed up, in that order. The room itself is for the caller."""
    absorbed: dict[int, set[int]] = {}
    for erasure in erasures:
        for keep, other in erasure.merged:
            absorbed.setdefault(keep, set()).update({other}, absorbed.pop(other, ()))
        for person in erasure.people:
            for one in sorted({person, *absorbed.get(person, ())}):
                if one in change.value.people:
                    erasing.erase_person(change, one)
        for table, keys in erasure.rows.items():
            if table in NAMES:
                _drop(change, table, keys, erasure.at)
        if erasure.own_notes:
            _forget_own_notes(change, erasure)
        for key in erasure.taken_back:
            note = change.value.notes.get(tuple(key))
            if note is not None and note.changed_at <= erasure.at:
                change.put(replace(note, visibility="me", batch=None))


def _forget_own_notes(change: Change, erasure: Erasure) -> None:
    """What the leader had emptied; all of it, if the programme was a different one then."""
    steps, same = change.value.run.steps, len(change.value.run.steps) == erasure.steps
    emptied = [
        dataclasses.replace(step, own_note="") if n in erasure.own_notes or not same else step
        for n, step in enumerate(steps)
    ]
    change.set(steps=list(to_builtins(emptied)))


def empty(change: Change) -> None:
    """Drops all that is in a room; what remains is the room itself, to be erased."""
    for name, _ in KINDS.values():
        change.drop(*getattr(change.value, name))


def _drop(change: Change, table: str, keys: Sequence[Key], at: int) -> None:
    """These records, unless they were written anew since."""
    room: Room = change.value
    for key in keys:
        record = getattr(room, table).get(key[0] if len(key) == 1 else tuple(key))
        if record is None or max(getattr(record, "written_at", 0), getattr(record, "posted_at", 0)) > at:
            continue
        if isinstance(record, Phone):
            change.drop(*room.answers_of([record]), record)
            change.put(*(replace(seat, safe=None) for seat in room.seats.where("person_id", record.person_id)))
        elif isinstance(record, Post):
            seen = on_wall.those_on(change.value, {record.id, *([record.bundle] if record.bundle else [])})
            change.drop(*change.value.recognitions.where("post_id", record.id), record)
            undoing.forget_titles(change, record.id)
            wall.tidy(change, {record.bundle} if record.bundle else (), seen)
        else:
            change.drop(record)
    change.forgets = True


def _taken_back(ledger: Ledger) -> list[Key]:
    return [
        _key(before)
        for before, now in ledger.records.values()
        if isinstance(before, Note) and isinstance(now, Note) and before.visibility not in ("me", now.visibility)
    ]


def _emptied(ledger: Ledger) -> list[int]:
    before, now = ledger.before.run.steps, ledger.room().run.steps
    return [n for n, (was, is_now) in enumerate(zip(before, now, strict=False)) if was.own_note and not is_now.own_note]


def _key(record: Struct) -> Key:
    key = key_of(record)
    return list(key) if isinstance(key, tuple) else [key]
