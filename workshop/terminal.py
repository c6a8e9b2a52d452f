"""What this program says on a terminal. It often quotes a file, a pack or a person, and these may contain anything:
characters that clear the screen, colour a mistake as success, or type a command. All that is printed goes through
here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .core.errors import Refused
from .core.visible import visible


class Readable:
    """A text stream on which everything can be seen; its bytes (a file that was asked for) stay what they are."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes it; what cannot be seen, or what this terminal cannot show, is written out."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        shown = visible(text, but="\n").encode(encoding, "backslashreplace").decode(encoding)
        self._stream.write(shown)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """One after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def readable() -> Iterator[None]:
    """While this lasts everything that the program prints can be read, whoever prints it. What was closed (`>&-`) takes
    all and gives nothing."""
    before = sys.stdin, sys.stdout, sys.stderr
    with open(os.devnull) as nothing, open(os.devnull, "w") as nowhere:
        sys.stdin = before[0] or nothing
        sys.stdout, sys.stderr = Readable(before[1] or nowhere), Readable(before[2] or nowhere)
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = before


def ask(what: str) -> None:
    """Asks before something is gone for good; Refused("invalid") unless the answer on standard input is yes."""
    print(f"{what} Type yes if you are sure:", flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise Refused("invalid", "Nothing was done. Type yes, or say --yes.")
