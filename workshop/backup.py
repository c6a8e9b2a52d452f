"""A backup as a file: lines of JSON, compressed, and encrypted to a key of the operator's by age.

Whoever has the public key can make such a file, so what one holds is believed no more than what comes over the wire:
every line has a bound and a schema, nothing in it is run, and no name in it leads out of its folder.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyrage

from .content.places import MOST_BYTES
from .content.shelf import LONGEST_NAME, MOST_OF_A_PACK, MOST_OFFERED
from .core.errors import Refused
from .core.visible import visible
from .store.carry import Carried, TableBegins, Tables, damaged

FORMAT = 1
LONGEST_LINE = 2 * 1024 * 1024
"""Bytes. The longest row is that of a room, with its programme and what can be undone: some tens of thousands."""
PIECE = 256 * 1024
"""Bytes that are worked on at a time."""
MOST_OF_PACKS = 32 * 1024 * 1024
"""Bytes of all packs together."""
ENCRYPTED, GZIP = b"age-encryption.org/v1\n", b"\x1f\x8b"
OF_A_PACK = re.compile(r"(programmes/)?[^/\\:\0.][^/\\:\0]{0,99}\.yaml")
FULL = 31
"""zlib's word for a whole gzip file."""


class Head(msgspec.Struct, tag="workshop backup", tag_field="is"):
    """The first line. `at`: when it began, in milliseconds since the epoch; `id`: what the log of erasures calls it;
    `links`: by this one can tell whether the links of rooms were made with the secret at hand."""

    format: int
    id: str
    at: int
    links: str


class PackFile(msgspec.Struct, tag="pack", tag_field="is"):
    """A file of a content pack of the installation's own."""

    pack: str
    file: str
    data: bytes


class Secret(msgspec.Struct, tag="secret", tag_field="is"):
    """What the links of all rooms are made with; only in a file that is encrypted."""

    key: str


class End(msgspec.Struct, tag="end", tag_field="is"):
    """The last line: how many there were before it."""

    lines: int


Thing = Head | PackFile | Secret | Carried
_reads = msgspec.json.Decoder(Head | PackFile | Secret | Tables | TableBegins | End | list[Any])
Take = Callable[[Thing, int], None]


def recipient(text: str) -> Any:
    """A public key, as age writes it; Refused("invalid") for anything else. A private one is not repeated."""
    if "AGE-SECRET-KEY" in text.upper():
        raise Refused(
            "invalid", "That is the private key; it does not belong on this server. Give the public one, age1…"
        )
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Refused(
            "invalid", f"{text[:80]!r} is no public key of age: one begins with age1. `workshop backup-key` makes one."
        ) from error


def identities(file: Path) -> list[Any]:
    """The private keys in a file, one a line, as `workshop backup-key` and age-keygen write it."""
    found = []
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines.read(PIECE).splitlines():
            if line.strip() and not line.startswith("#"):
                try:
                    found.append(pyrage.x25519.Identity.from_str(line.strip()))
                except pyrage.IdentityError as error:
                    raise Refused("invalid", f"{file} holds something that is no private key of age.") from error
    if not found:
        raise Refused("invalid", f"There is no private key in {file}.")
    return found


def new_identity() -> tuple[str, str]:
    """A new pair: the file with the private key, and the public one."""
    made = pyrage.x25519.Identity.generate()
    return f"# public key: {made.to_public()}\n{made}\n", str(made.to_public())


def write(things: Iterable[Thing], file: BinaryIO, to: list[Any]) -> int:
    """Writes a backup, encrypted to these keys; to none of them: as it is. Returns the number of lines."""
    source = _Source(things)
    if to:
        try:
            pyrage.encrypt_io(source, file, to)
        except pyrage.EncryptError as error:
            raise source.failed or Refused("failed", f"The backup could not be written: {error}.") from error
    else:
        while piece := source.read(PIECE):
            file.write(piece)
    return source.lines


def read(file: BinaryIO, keys: list[Any], take: Take) -> None:
    """Hands over all that a backup holds, one thing after the other, with its size. Refused if it cannot be read to its
    end: then nothing of it may be kept."""
    begin = file.read(len(ENCRYPTED))
    file.seek(0)
    sink = _Sink(take)
    if begin == ENCRYPTED:
        if not keys:
            raise Refused("invalid", "This backup is encrypted. Give the file with your private key: --identity FILE.")
        try:
            pyrage.decrypt_io(file, sink, keys)
        except Exception as error:
            if sink.failed is not None:
                raise sink.failed from error
            if isinstance(error, pyrage.DecryptError) and not sink.began:
                raise Refused("forbidden", "This backup was encrypted to another key.") from error
            raise damaged() from error
    elif begin[:2] == GZIP:
        while piece := file.read(PIECE):
            sink.write(piece)
    else:
        raise damaged()
    sink.end()


def check_pack_file(found: PackFile, seen: dict[str, dict[str, bytes]]) -> None:
    """Refused("invalid") for a file of a pack that could not be one, or is too much."""
    name_fits = found.pack == visible(found.pack) and 0 < len(found.pack) <= LONGEST_NAME
    if (
        not name_fits
        or found.pack.startswith(".")
        or re.search(r"[/\\:\0]", found.pack)
        or not OF_A_PACK.fullmatch(found.file)
        or found.file in seen.get(found.pack, {})
        or len(found.data) > MOST_BYTES
        or len(seen.get(found.pack, {})) >= MOST_OF_A_PACK
        or len(seen.keys() | {found.pack}) > MOST_OFFERED
        or sum(len(data) for files in seen.values() for data in files.values()) > MOST_OF_PACKS
    ):
        raise damaged()


class _Source(io.RawIOBase):
    """Things as bytes, as far as somebody wants to read."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.lines = 0
        self.failed: Exception | None = None
        """Why it gives no more; the library that reads here tells only that something went wrong."""
        self._pieces = self._compressed(things)
        self._rest = b""

    def _compressed(self, things: Iterable[Thing]) -> Iterator[bytes]:
        press = zlib.compressobj(6, zlib.DEFLATED, FULL)
        encode = msgspec.json.Encoder().encode
        for thing in things:
            self.lines += 1
            yield press.compress(encode(thing) + b"\n")
        yield press.compress(encode(End(self.lines)) + b"\n")
        yield press.flush()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most this many bytes; none at the end."""
        while not self._rest:
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                self.failed = error
                raise
            if piece is None:
                return b""
            self._rest = piece
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


class _Sink(io.RawIOBase):
    """Takes bytes and hands over things."""

    def __init__(self, take: Take) -> None:
        self.failed: Exception | None = None
        """Why it takes no more; the library that writes here tells only that something went wrong."""
        self.began = False
        self._take = take
        self._press = zlib.decompressobj(FULL)
        self._line = bytearray()
        self._lines = 0
        self._ended = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """The next bytes of the compressed file."""
        self.began = True
        if self.failed is not None:
            raise self.failed
        try:
            piece = bytes(data)
            if self._press.eof and piece:
                raise damaged()
            while piece:
                self._split(self._press.decompress(piece, PIECE))
                piece = self._press.unconsumed_tail
            if self._press.unused_data:
                raise damaged()
        except zlib.error as error:
            self.failed = damaged()
            raise self.failed from error
        except Exception as error:
            self.failed = error
            raise
        return len(data)

    def end(self) -> None:
        """There is no more. Refused("invalid") if there should be."""
        if self.failed is not None:  # the library may have thought nothing of it
            raise self.failed
        while not self._press.eof and (more := self._press.decompress(b"", PIECE)):
            self._split(more)
        if not self._press.eof or not self._ended or self._line:
            raise damaged()

    def _split(self, text: bytes) -> None:
        *lines, rest = text.split(b"\n")
        for line in lines:
            self._hand_over(bytes(self._line) + line if self._line else line)
            self._line.clear()
        self._line += rest
        if len(self._line) > LONGEST_LINE:
            raise damaged()

    def _hand_over(self, line: bytes) -> None:
        try:
            thing = _reads.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise damaged() from error
        if self._ended or isinstance(thing, Head) != (self._lines == 0):
            raise damaged()
        if isinstance(thing, End):
            if thing.lines != self._lines:
                raise damaged()
            self._ended = True
            return
        self._lines += 1
        self._take(thing, len(line))
