"""Makes a file, as a program of its own: `python -m workshop.exports.apart EXTENSION [SEPARATOR]` reads a record and
writes the file. A process gives back at its end whatever memory a report takes, and it holds up no room; a busy thread
would, because all threads wait for one lock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from . import Note, Post, Reflections, pieces, written


@dataclass(frozen=True, slots=True)
class Some:
    """A few lines of a record."""

    posts: tuple[Post, ...] = ()
    notes: tuple[Note, ...] = ()


def packed(record: Reflections, breathe: Callable[[], None] = lambda: None) -> bytes:
    """A record as this program reads it; `breathe` as in `pieces`."""
    packs = [msgspec.json.encode(replace(record, posts=(), notes=()))]
    packs += [msgspec.json.encode({"posts": some}) for some in pieces(record.posts, breathe)]
    packs += [msgspec.json.encode({"notes": some}) for some in pieces(record.notes, breathe)]
    return b"\n".join(packs)


def unpacked(data: bytes) -> Reflections:
    """The record again."""
    first, *rest = data.split(b"\n")
    packs = [msgspec.json.decode(pack, type=Some) for pack in rest]
    return replace(
        msgspec.json.decode(first, type=Reflections),
        posts=tuple(post for some in packs for post in some.posts),
        notes=tuple(note for some in packs for note in some.notes),
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(written(unpacked(sys.stdin.buffer.read()), *sys.argv[1:]))
