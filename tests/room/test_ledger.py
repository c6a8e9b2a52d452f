"""A change writes down, record by record, what was and what is now; what is refused halfway was never done."""

from __future__ import annotations

from dataclasses import fields
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.errors import Refused
from workshop.room.ledger import Ledger
from workshop.room.room import KINDS, Group, Room
from workshop.room.table import Table

TABLES: dict[str, Any] = {name: Table({}) for name, _ in KINDS.values()}
EMPTY = Room(**{field.name: TABLES.get(field.name, 1) for field in fields(Room)})
GROUPS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3) | st.none()))
"""Groups by id, each with the number it gets; None: it goes."""


def write(ledger: Ledger, groups: list[tuple[int, int | None]]) -> None:
    for id, number in groups:
        if number is not None:
            ledger.put(Group(id, number))
        elif (group := ledger.room().groups.get(id)) is not None:
            ledger.drop(group)


@given(GROUPS, GROUPS)
def test_what_was_and_what_is_now_say_all_that_is_different(
    before: list[tuple[int, int | None]], groups: list[tuple[int, int | None]]
) -> None:
    first = Ledger(EMPTY, count(1).__next__)  # type: ignore[arg-type]
    write(first, before)
    ledger = Ledger(first.room(), first.new_id)
    write(ledger, groups)
    after = dict(before) | dict(groups)
    assert {group.id: group.number for group in ledger.room().groups} == {k: v for k, v in after.items() if v}
    for (kind, key), written in ledger.records.items():
        assert kind is Group
        assert (ledger.before.groups.get(key), ledger.room().groups.get(key)) == written
    untouched = {id for id in after if (Group, id) not in ledger.records}
    assert all(ledger.before.groups.get(id) == ledger.room().groups.get(id) for id in untouched)


@given(GROUPS, GROUPS)
def test_what_is_refused_halfway_was_never_done(
    before: list[tuple[int, int | None]], groups: list[tuple[int, int | None]]
) -> None:
    ledger = Ledger(EMPTY, count(1).__next__)  # type: ignore[arg-type]
    write(ledger, before)
    room, records = ledger.room(), dict(ledger.records)
    with pytest.raises(Refused), ledger.attempt():
        write(ledger, groups)
        ledger.set(title="Another", batches=2)
        raise Refused("invalid", "It cannot be.")
    assert ledger.room() is room
    assert ledger.records == records
    assert ledger.fields == {}
    with ledger.attempt():
        ledger.set(title="Another")
    assert ledger.room().title == "Another"
