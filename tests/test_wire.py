"""What is told is declared once: the page of the protocol and the scripts' types are made of the declarations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import Struct

from workshop import wire
from workshop.streams import STREAMS
from workshop.streams.__main__ import PROTOCOL, TYPES, protocol, types_of_scripts

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


def test_a_stream_has_one_meaning_for_each_reader() -> None:
    heard = [(stream.event, role) for stream in STREAMS for role in stream.to]
    assert len(heard) == len(set(heard))
    for stream in STREAMS:
        numbered = isinstance(stream.message, type) and "seq" in getattr(stream.message, "__struct_fields__", ())
        assert stream.event == "snapshot" or numbered == (stream.counted is not None), stream.event
        assert all(part.to <= stream.to for part in stream.parts), stream.event
