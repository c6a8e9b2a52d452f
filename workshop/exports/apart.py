"""Makes a file, as a program of its own: `python -m workshop.exports.apart EXTENSION [SEPARATOR]` reads a record and
writes the file. A process gives back at its end whatever memory a report takes, and it holds up no room; a busy thread
would, because all threads wait for one lock."""

from __future__ import annotations

import sys

import msgspec

from . import Reflections, written


def packed(record: Reflections) -> bytes:
    """A record as this program reads it."""
    return msgspec.json.encode(record)


def unpacked(data: bytes) -> Reflections:
    """The record again."""
    return msgspec.json.decode(data, type=Reflections)


if __name__ == "__main__":
    sys.stdout.buffer.write(written(unpacked(sys.stdin.buffer.read()), *sys.argv[1:]))
