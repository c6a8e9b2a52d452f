"""The report as a tagged PDF, by `report.typ`; it keeps to PDF/UA-1 if no letter is missing.

Typst takes some 200 MB for a long one: a server has it made by a process of its own (`apart`).
"""

from __future__ import annotations

import msgspec

from .record import Reflections
from .report import report

STYLE = ("chart.typ", "report.typ")


def render(record: Reflections) -> bytes:
    """The record on paper. If no typeface on this machine has some of its letters, it says so at its end."""
    import typst  # 60 MB, for who prints

    from . import typeset

    told = report(record)
    source = typeset.pages(*STYLE)
    try:
        return typeset.compiled(source, _data(told), ["ua-1"])
    except typst.TypstError:
        told.remarks.append(told.signs)
        return typeset.compiled(source, _data(told))


def _data(told: object) -> str:
    return msgspec.json.encode(told).decode()
