"""The title of a bundle may quote somebody: nothing keeps it once they have gone, or have taken their words away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from at_table import A, AtTable, B, C

from workshop.rooms import erasing, joining, wall
from workshop.rooms.change import Change

TITLE = "Boss Piet shouts"


@pytest.fixture
def table() -> AtTable:
    """A room in which two lines were put together, and taken apart again."""
    table = AtTable()
    for id, writer in (("a", A), ("b", B), ("c", C)):
        table.do(wall.post, writer, id, "snags", f"line {id}", False)
    title = table.do(wall.bundle, ["a", "b"], TITLE)
    table.do(wall.unbundle, title)
    assert TITLE in str(table.room.undo)
    return table


def test_who_erases_themselves_after_taking_down_their_line_is_quoted_nowhere(table: AtTable) -> None:
    table.do(lambda change: change.drop(change.value.posts["a"]))
    table.do(erasing.erase_person, A.person)
    assert TITLE not in str(table.room.undo)


def test_a_title_goes_with_a_line_that_its_writer_takes_down(table: AtTable) -> None:
    table.do(wall.post, C, "c", "snags", "", False)
    assert TITLE in str(table.room.undo), "it never stood under it"
    table.do(wall.post, A, "a", "snags", "", False)
    assert TITLE not in str(table.room.undo)


def test_words_that_somebody_takes_back_stay_on_no_disk(table: AtTable) -> None:
    """A client's name in a line, or a name that somebody wants off the wall."""

    def forgets(what: Callable[..., object], *how: object) -> bool:
        def watched(change: Change) -> bool:
            what(change, *how)
            return change.forgets

        return bool(table.do(watched))

    assert not forgets(wall.post, A, "d", "snags", "a line of Piet", False)
    assert not forgets(wall.post, A, "d", "snags", "a line of Piet", True)
    assert forgets(wall.post, A, "d", "snags", "a line", True)
    assert forgets(joining.rename, A.person, "Another name")
    assert not forgets(joining.rename, A.person, "Another name")
