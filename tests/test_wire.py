"""What is told is declared once: the page of the protocol and the scripts' types are made of the declarations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from workshop import streams, wire
from workshop.streams import OFTEN, STREAMS, Stream
from workshop.streams.__main__ import PROTOCOL, TYPES, protocol, types_of_scripts
from workshop.streams.stream import LEADER, PERSON

ROOT = Path(__file__).parent.parent
SHAPES = sorted((kind for kind in vars(wire).values() if isinstance(kind, type) and issubclass(kind, Struct)), key=str)


def test_the_types_of_the_scripts_are_fresh() -> None:
    assert TYPES.read_text(encoding="utf-8") == types_of_scripts(), "run `make wire`"


def test_the_table_of_the_protocol_is_fresh() -> None:
    page = PROTOCOL.read_text(encoding="utf-8")
    assert page == protocol(page), "run `make wire`"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_that_is_sent_stands_in_the_protocol(shape: type[Struct]) -> None:
    page = PROTOCOL.read_text(encoding="utf-8")
    for name in shape.__struct_encode_fields__:
        assert re.search(rf"[`\"]{name}[`\"]", page), name


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"to": PERSON}, "some see another one"),
        ({"counted": "role"}, "some see another one"),
        ({"pace_seconds": OFTEN}, "at once"),
        ({"made_of": frozenset()}, "made of nothing"),
        ({"made_of": frozenset({"lauhgs"})}, "made of nothing"),
    ],
)
def test_what_cannot_be_told_whole_is_not_declared(wrong: dict[str, Any], why: str) -> None:
    right = {"to": LEADER, "made_of": frozenset({"extras"}), "whole": lambda room: room.extras}
    with pytest.raises(TypeError, match=why):
        Stream(event="extras", message=list[str], who="leaders", **right | wrong)


def test_whatever_is_declared_is_told() -> None:
    """By itself, if it is told whole; otherwise somebody says it."""
    folder = ROOT / "workshop"
    files = {path.stem for path in (folder / "streams").glob("[!_]*.py")}
    assert files <= vars(streams).keys(), "each file is imported"
    said = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    by_hand = {id(one) for name, one in vars(streams).items() if re.search(rf"\bstreams\.{name}\b", said)}
    assert not [one.event for one in STREAMS if one.whole is None and id(one) not in by_hand]


def test_a_stream_has_one_meaning_for_each_reader() -> None:
    heard = [(stream.event, role) for stream in STREAMS for role in stream.to]
    assert len(heard) == len(set(heard))
    for stream in STREAMS:
        numbered = isinstance(stream.message, type) and "seq" in getattr(stream.message, "__struct_fields__", ())
        assert stream.event == "snapshot" or numbered == (stream.counted is not None), stream.event
        assert all(part.to <= stream.to for part in stream.parts), stream.event
