"""Makes a long file by itself, as a program: `python -m workshop.exports.apart PARENT SECONDS EXTENSION` reads a record
and writes the file. What a report takes of the machine, a process gives back at its end, and it holds up no room."""

from __future__ import annotations

import sys

import msgspec

from . import FORMATS, Reflections

LONG = frozenset({"xlsx", "docx", "pdf"})
"""The formats that are made so."""


def packed(record: Reflections) -> bytes:
    """A record as this program reads it."""
    return msgspec.json.encode(record)


def unpacked(data: bytes) -> Reflections:
    """The record again."""
    return msgspec.json.decode(data, type=Reflections)


if __name__ == "__main__":
    from .typeset import end_with

    end_with(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(FORMATS[sys.argv[3]][1](unpacked(sys.stdin.buffer.read())))
