"""The title of a bundle may quote somebody: nothing keeps it once they have gone, or have taken their words away."""

from __future__ import annotations

import pytest
from at_table import A, AtTable, B, C

from workshop.rooms import erasing, wall

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
