"""What is new has a row in the promise before it has a user."""

from __future__ import annotations

import argparse
import os
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from matrix import promise

from config import from_environment
from workshop import cli
from workshop.access import MAY, ROOM_KEYS
from workshop.app import create_app
from workshop.commands import EVENTS, ClockCommand, RoomCommand
from workshop.commands.undo import Inverse
from workshop.exports import FORMATS
from workshop.extensions import db


def tags(union: Any) -> set[str]:
    """What each struct of a union is called on the wire."""
    return {str(kind.__struct_config__.tag) for kind in typing.get_args(union)}


def commands(parser: argparse.ArgumentParser, above: str = "") -> Iterator[str]:
    """Every command of a command line, those within another one too."""
    within = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not within:
        yield above
    for action in within:
        for name, sub in action.choices.items():
            yield from commands(sub, f"{above} {name}".strip())


def test_every_event() -> None:
    assert set(EVENTS) == set(promise.EVENTS)


def test_every_command_of_a_leader_and_every_one_that_only_undo_gives() -> None:
    assert tags(RoomCommand | ClockCommand) == set(promise.COMMANDS)
    assert tags(Inverse) - tags(RoomCommand | ClockCommand) == set(promise.NEVER_SENT)
    assert tags(RoomCommand | ClockCommand) == tags(EVENTS["command"])


def test_every_address(tmp_path: Path) -> None:
    app = create_app(from_environment({**os.environ, "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": ""}))
    try:
        found = {
            f"{method} {rule.rule}"
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        assert found == set(promise.ADDRESSES)
    finally:
        db.disconnect()


def test_every_export_command_and_key() -> None:
    assert set(FORMATS) == set(promise.FORMATS)
    assert set(commands(cli._parser())) == set(promise.COMMAND_LINE)
    assert set(ROOM_KEYS) == set(promise.KEYS)


def test_the_table_in_the_code_promises_the_same_to_each_kind_of_holder() -> None:
    """`MAY` knows three kinds of holder on a line: what they are told yes to here, it lets them; and nothing else."""
    kinds = {"person": promise.PHONES, "leader": promise.LEADERS, "screen": promise.who("screen")}
    for event, says in promise.EVENTS.items():
        assert MAY[event] == {kind for kind, holders in kinds.items() if says.may & holders}, event
    assert set(MAY) - set(promise.EVENTS) == set(promise.DEEDS)


@pytest.mark.parametrize("table", ["SEES", "IS_MINE"])
def test_the_promise_speaks_of_holders_and_phases_that_there_are(table: str) -> None:
    for name, phases in getattr(promise, table).items():
        assert set(phases) <= set(promise.PHASES), name
        for holders in phases.values():
            assert {h for h in holders if not h.startswith("$ ")} <= set(promise.HOLDERS), name
            assert {h[2:] for h in holders if h.startswith("$ ")} <= set(promise.COMMAND_LINE), name


def test_every_message_is_a_struct_or_a_union_of_structs() -> None:
    """So that none of them slips in by another way than the tables walked here."""
    for kind in EVENTS.values():
        for one in typing.get_args(kind) or (kind,):
            assert issubclass(one, msgspec.Struct)
