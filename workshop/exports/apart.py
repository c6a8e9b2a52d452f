"""Makes a file by itself, as a program: `python -m workshop.exports.apart PARENT SECONDS EXTENSION [SEPARATOR]` reads
a record and writes the file. What a report takes of the machine, a process gives back at its end, and none holds up a
room: a thread that works would, as all of them wait for one lock."""

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
    from .typeset import end_with, stand_back

    end_with(int(sys.argv[1]), int(sys.argv[2]))
    stand_back()
    sys.stdout.buffer.write(written(unpacked(sys.stdin.buffer.read()), *sys.argv[3:]))
