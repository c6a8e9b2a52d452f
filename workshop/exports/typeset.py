"""Lays out a set of pages: what `print` put together becomes a PDF, by `print.typ`.

As a program, `python -m workshop.exports.typeset PARENT SECONDS [TEMPLATE]`, it reads that data and writes a line
with what no typeface has, and the PDF: typst keeps what it laid out, some 200 MB for each set, and a server cannot have
that for every leader who prints.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

import typst

PROBE = b'#set document(title: "-")\n#sys.inputs.data'
DOTS = 200.0
NICENESS = 5
"""It then weighs a third of the one thread that serves the rooms, where both want the same core; with a tenth, a set of
cards took longer than people wait."""
SET_PARENT_DEATH_SIGNAL = 1
"""Its number in Linux's prctl.h."""


def laid_out(contents: bytes, template: str = "print.typ") -> tuple[list[str], bytes]:
    """What no typeface here has, and the set as a tagged PDF; that keeps to PDF/UA-1 where nothing lacks. `template`:
    by which of the files beside this one."""
    source, data = pages(template), contents.decode()
    try:
        return [], compiled(source, data, ["ua-1"])
    except typst.TypstError:
        return _lacking(data), compiled(source, data)


def pages(*names: str) -> bytes:
    """What pages look like, from files beside this one, the later with what the earlier know."""
    return b"\n".join(files("workshop.exports").joinpath(name).read_bytes() for name in names)


def _lacking(data: str) -> list[str]:
    """The letters that are empty boxes on paper; a word where each of its letters is there, but not what they make."""
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
    """Some data laid out as a PDF; or one page of it as a picture, of 200 dots an inch."""
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


def end_with(parent: int, seconds: int) -> None:
    """This process outlives neither `seconds` nor `parent`, which waits for it, however that ends, also in the middle
    of what is no Python; on systems that know no such thing the parent sees to it."""
    with suppress(AttributeError, OSError):
        signal.alarm(seconds)
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def stand_back() -> None:
    """From now on this process goes behind what serves the rooms, also where that was given the first right to the
    machine."""
    with suppress(AttributeError, OSError):  # other systems have other ways
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)


if __name__ == "__main__":
    end_with(int(sys.argv[1]), int(sys.argv[2]))
    stand_back()
    lacking, pdf = laid_out(sys.stdin.buffer.read(), *sys.argv[3:4])
    sys.stdout.buffer.write(" ".join(lacking).encode() + b"\n" + pdf)
