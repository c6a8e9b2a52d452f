"""Lays out a set of pages: what `print` put together becomes a PDF, by `print.typ`.

As a program, `python -m workshop.exports.typeset [TEMPLATE]`, it reads that data and writes a line with what no
typeface has, and the PDF: typst keeps what it laid out, some 200 MB for each set, and a server cannot afford that for
every leader who prints.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

import typst

PROBE = b'#set document(title: "-")\n#sys.inputs.data'
DOTS = 200.0


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


def _lacking(data: str) -> list[str]:
    """The letters that are empty boxes on paper; a whole word if each of its letters is there, but not what they form
    together."""
    words = _boxes([word for word in dict.fromkeys(re.findall(r'[^\s"]+', data)) if not word.isascii()])
    return list(dict.fromkeys(part for word in words for part in _boxes(dict.fromkeys(word)) or [word]))


def _boxes(texts: Iterable[str]) -> list[str]:
    """Those of some texts that cannot be set whole."""
    texts = list(texts)
    try:
        compiled(PROBE, " ".join(texts), ["ua-1"])
    except typst.TypstError:
        half = len(texts) // 2
        return _boxes(texts[:half]) + _boxes(texts[half:]) if half else texts
    return []


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
