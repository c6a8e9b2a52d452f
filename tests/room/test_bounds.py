"""What a room takes is counted in bytes, wherever and however often something is sent."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from at_table import A, AtTable, B

from workshop.core.errors import Refused
from workshop.room.room import Note
from workshop.rooms import bounds, running, wall

LONG = "x" * 2000
EMOJI = "\N{FACE WITH TEARS OF JOY}" * 2000
"""As many signs, and four times as many bytes."""
FIT = bounds.OPENED.bytes // len(LONG)
MOST_OPENED = bounds.OPENED.many


@pytest.fixture
def table() -> AtTable:
    return AtTable()


def bytes_for_the_group(table: AtTable) -> int:
    """How much one of them has open, or ready to be opened."""
    notes = table.room.notes.where("circle", A.circle)
    return sum(len(note.text.encode()) for note in notes if note.visibility == "group")


def refused(table: AtTable, *note: Any) -> bool:
    """Is there no room for it?"""
    try:
        table.note(*note)
    except Refused as no:
        assert no.code == "too_large"
        return True
    return False


@pytest.mark.parametrize("sits", [True, False])
def test_a_group_gets_so_many_bytes_of_one_person(table: AtTable, sits: bool) -> None:
    table.do(lambda change: change.set(groups_shown=sits))
    assert [n for n in range(32) if not refused(table, A, f"{n}", LONG, "group")] == list(range(FIT))
    assert refused(table, A, "0", EMOJI, "group") and refused(
        table, A, "0", LONG[:-1] + "\N{LATIN SMALL LETTER E WITH ACUTE}" * 300, "group"
    )
    assert not refused(table, A, "0", LONG, "group"), "sent again"
    assert not refused(table, A, "0", LONG[1:], "group") and not refused(table, A, "0", LONG, "me")
    assert not refused(table, A, "of one's own", LONG, "me")
    assert bytes_for_the_group(table) <= bounds.OPENED.bytes


def test_what_is_brought_to_a_table_that_is_full_stays_where_it_is(table: AtTable) -> None:
    table.do(lambda change: change.set(groups_shown=False))
    table.note(A, "a", LONG, "group")
    table.note(A, "late", LONG, "group")
    table.do(lambda change: change.set(groups_shown=True))
    table.note(A, "a", LONG, "group")
    n = bounds.TABLE.bytes // len(LONG) - 1
    others = [Note(f"o{i}", "o", B.person, 1, "tip", 1, LONG, "group", 1, 1, None, None) for i in range(n)]
    table.do(lambda change: change.put(*others))
    assert refused(table, A, "late", LONG, "group") and not refused(table, A, "a", LONG, "group")
    assert table.room.notes[A.circle, "late"].group_id is None and table.room.notes[A.circle, "late"].text == LONG
    table.do(lambda change: change.set(closed=True))
    assert not refused(table, A, "late", LONG, "group"), "sent again"
    assert table.room.notes[A.circle, "late"].group_id is None, "nothing is opened in a room that is closed"


def test_a_note_is_erased_whatever_else_there_is(table: AtTable) -> None:
    shared = [Note(A.circle, f"{n}", A.person, 1, "tip", 1, "x", "group", 1, 1, None, None) for n in range(MOST_OPENED)]
    own = Note(A.circle, "own", A.person, None, "tip", None, "x", "me", 1, 1, None, None)
    table.do(lambda change: change.put(*shared, own))
    assert refused(table, A, "own", "x", "group") and not refused(table, A, "own", "", "group")
    assert (A.circle, "own") not in table.room.notes


def test_lines_on_the_wall_are_counted_in_bytes_when_they_are_changed_too(table: AtTable) -> None:
    for n in range(58):
        table.do(wall.post, A, f"{n}", "snags", "x" * 280, False)
    with pytest.raises(Refused, match="on the wall"):
        for n in range(58):
            table.do(wall.post, A, f"{n}", "snags", EMOJI[:280], False)
    posts = table.room.posts.where("circle", A.circle)
    assert sum(len(post.text.encode()) for post in posts) <= bounds.LINES.bytes


def test_the_leaders_own_notes_are_counted_in_bytes_when_they_are_changed_too(table: AtTable) -> None:
    steps = [dataclasses.replace(table.room.run.steps[0], own_note="x" * 1000) for _ in range(16)]
    table.do(lambda change: change.set(steps=list(msgspec.to_builtins(steps))))
    with pytest.raises(Refused, match="notes about the steps"):
        table.do(running.own_note, 0, EMOJI[:1000])
    table.do(running.own_note, 0, "x" * 999)
