"""After the closing a note can be taken back or erased; it becomes nothing else."""

from __future__ import annotations

import pytest
from at_table import A, AtTable, C

from workshop.core.errors import Refused
from workshop.core.later import PROMPT
from workshop.rooms import writing


@pytest.fixture
def closed() -> AtTable:
    """A room that is closed, in which somebody wrote a tip for their table."""
    table = AtTable()
    table.do(writing.note, A, "id", "tip", "try it", "group", 1)
    table.do(lambda change: change.set(closed=True))
    return table


@pytest.mark.parametrize("prompt, round", [("agreed", 1), ("tip", 2), ("agreed", None), (PROMPT, 1)])
def test_its_question_and_its_round_stay(closed: AtTable, prompt: str, round: int | None) -> None:
    before = closed.room.notes[A.circle, "id"]
    for visibility in ("group", "organiser", "me"):
        try:
            closed.do(writing.note, A, "id", prompt, "try it", visibility, round)
        except Refused as no:
            assert no.code in ("closed", "forbidden") and visibility != "me"
            assert closed.room.notes[A.circle, "id"] == before and closed.read(C) == {"try it"}
    after = closed.room.notes[A.circle, "id"]
    assert (after.prompt, after.round, after.visibility) == ("tip", 1, "me"), "taken back, and still what it was"
    with pytest.raises(Refused, match="closed"):
        closed.do(writing.note, A, "id", prompt, "other words", "me", round)
    assert closed.read(C) == set()


@pytest.mark.parametrize("round", [None, 1])
def test_sent_again_it_is_taken(closed: AtTable, round: int | None) -> None:
    before = closed.room.notes[A.circle, "id"]
    assert closed.do(writing.note, A, "id", "tip", "try it", "group", round) == "group"
    assert closed.room.notes[A.circle, "id"] == before
    closed.do(writing.note, A, "id", "agreed", "", "group", 2)
    assert not closed.room.notes
