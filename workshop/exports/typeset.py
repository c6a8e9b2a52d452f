"""Lays out a set of pages: what `print` put together becomes a PDF, by `print.typ`.

As a program, `python -m workshop.exports.typeset [TEMPLATE]`, it reads that data and writes a line with what no
typeface has, and the PDF: typst keeps what it laid out, some 200 MB for each set, and a server cannot afford that for
every leader who prints.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

import typst

PROBE = b'#set document(title: "-")\n#sys.inputs.data'
DOTS = 200.0
MOST_TRIES, MOST_NAMED = 40, 50
"""How often to look for letters that no typeface has, and how many of them to name: who prints wants to know what to
change, and a header has room for no more."""
AND_MORE = "…"


def laid_out(contents: bytes, template: str = "print.typ") -> tuple[list[str], bytes]:
    """What no typeface here has, and the set as a tagged PDF, which keeps to PDF/UA-1 if nothing is missing.
    `template`: which of the files beside this one it goes by."""
    source, data = pages(template), contents.decode()
    try:
        return [], compiled(source, data, ["ua-1"])
    except typst.TypstError:
        return _lacking(data), compiled(source, data)


def pages(*names: str) -> bytes:
    """What pages look like, from files beside this one; a later one can use what the earlier ones define."""
    return b"\n".join(files("workshop.exports").joinpath(name).read_bytes() for name in names)


class _Enough(Exception):
    """It was tried often enough."""


class _Tries:
    """Typst names only the first letter that it has no typeface for, so the others are looked for by halves; not
    without end, because each try is a compilation of its own."""

    def __init__(self, most: int) -> None:
        self._left = most

    def can_be_set(self, texts: Iterable[str]) -> bool:
        """Whole, all of these texts; _Enough if there is no try left."""
        if not self._left:
            raise _Enough
        self._left -= 1
        try:
            compiled(PROBE, " ".join(texts), ["ua-1"])
        except typst.TypstError:
            return False
        return True

    def boxes(self, texts: list[str]) -> Iterator[str]:
        """Those of some texts that cannot be set whole; it is known that there are any."""
        half = len(texts) // 2
        if not half:
            yield from texts
            return
        first_can = self.can_be_set(texts[:half])
        if not first_can:
            yield from self.boxes(texts[:half])
        if first_can or not self.can_be_set(texts[half:]):
            yield from self.boxes(texts[half:])


def _lacking(data: str) -> list[str]:
    """The letters that are empty boxes on paper; a whole word if each of its letters is there, but not what they form
    together. Where there are many, some of them, and AND_MORE."""
    words = [word for word in dict.fromkeys(re.findall(r'[^\s"]+', data)) if not word.isascii()]
    found: dict[str, None] = {}
    tries = _Tries(MOST_TRIES)
    try:
        for word in () if tries.can_be_set(words) else tries.boxes(words):
            letters = list(dict.fromkeys(word))
            whole = len(letters) > 1 and tries.can_be_set(letters)
            for one in [word[:MOST_NAMED]] if whole else tries.boxes(letters):
                if sum(map(len, found)) + len(one) > MOST_NAMED:
                    raise _Enough
                found[one] = None
    except _Enough:
        return [*found, AND_MORE]
    return list(found)


def compiled(source: bytes, data: str, standards: Sequence[Any] = (), kind: Literal["pdf", "png"] = "pdf") -> bytes:
    """Some data laid out as a PDF; or one page of it as a picture, at 200 dots per inch."""
    made = typst.compile(
        source, sys_inputs={"data": data}, font_paths=_fonts(), pdf_standards=list(standards), timestamp=0,
        format=kind, ppi=DOTS,
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """The house's own typeface, those that typst has in it, and for the rest of the world's scripts the machine's."""
    with as_file(files("workshop").joinpath("static", "vendor")) as folder:
        return typst.Fonts(font_paths=[str(folder)])


if __name__ == "__main__":
    lacking, pdf = laid_out(sys.stdin.buffer.read(), *sys.argv[1:2])
    sys.stdout.buffer.write(" ".join(lacking).encode() + b"\n" + pdf)
