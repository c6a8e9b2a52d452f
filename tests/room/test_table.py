"""A table of records after any changes is the table of what is left, and so is all that was looked up in it."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from workshop.room.table import Table


class Record(Struct, frozen=True):
    """Something with a key, in a group."""

    id: int
    group: int | None


CHANGES = st.lists(st.dictionaries(st.integers(0, 6), st.none() | st.sampled_from([None, 1, 2, 3]).map(lambda g: (g,))))


def as_rows(change: dict[int, tuple[int | None] | None]) -> dict[int, Record | None]:
    return {id: None if group is None else Record(id, group[0]) for id, group in change.items()}


@given(CHANGES, st.integers(0, 3))
def test_what_was_looked_up_stays_right(changes: list[dict[int, tuple[int | None] | None]], asked_after: int) -> None:
    table: Table[Record] = Table({})
    left: dict[int, Record] = {}
    for at, change in enumerate(map(as_rows, changes)):
        if at >= asked_after:
            table.by("group")
        table = table.changed(change)
        left = {id: row for id, row in (left | change).items() if row is not None}
    assert table == Table(left) and [*table] == [*left.values()] and len(table) == len(left)
    assert {id: table.get(id) for id in range(7)} == {id: left.get(id) for id in range(7)}
    assert {group: set(rows) for group, rows in table.by("group").items()} == {
        group: {row for row in left.values() if row.group == group} for group in {row.group for row in left.values()}
    }
    assert all(table.where("group", group) == () for group in (1, 2, 3) if group not in table.by("group"))


@given(st.integers(), st.integers(1, 50))
def test_many_changes_that_nobody_looks_at_are_the_same(seed: int, looked_at: int) -> None:
    chance = Random(seed)
    changes = [(chance.randrange(300), chance.random() < 0.8) for _ in range(300)]
    table: Table[Record] = Table({})
    left: dict[int, Record] = {}
    table.by("group")
    for at, (id, there) in enumerate(changes):
        row = Record(id, id % 3) if there else None
        table = table.changed({id: row})
        left.pop(id, None) if row is None else left.update({id: row})
        if at % looked_at == 0:
            assert [*table] == [*left.values()]
    assert [*table] == [*left.values()]
    assert {group: set(rows) for group, rows in table.by("group").items()} == {
        group: {row for row in left.values() if row.group == group} for group in {row.group for row in left.values()}
    }


def test_what_was_taken_out_or_written_over_is_nowhere() -> None:
    """Also where nobody looked since (S6)."""
    erased, before = Record(1, 1), Record(2, 1)
    table = Table({0: Record(0, 1)}).changed({1: erased, 2: before})
    table.by("group")
    table = table.changed({3: Record(3, 1)}).changed({1: None}).changed({2: Record(2, 2)}).changed({4: Record(4, 1)})
    held = [
        row for layers in (table._rows, *table._indexes.values()) for layer in layers._layers for row in layer.values()
    ]
    known = {row for one in held for row in (one if isinstance(one, tuple) else (one,))}
    assert erased not in known and before not in known and len(table) == 4


@given(CHANGES)
def test_a_table_never_changes(changes: list[dict[int, tuple[int | None] | None]]) -> None:
    table = Table({1: Record(1, 1), 2: Record(2, None)})
    before = [*table], dict(table.by("group"))
    for change in map(as_rows, changes):
        table.changed(change).by("group")
    assert before == ([*table], dict(table.by("group")))
