"""The report as Markdown (CommonMark, with tables), for a wiki or a mail.

What people wrote is text: no character in it counts as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .record import Reflections
from .report import Chart, Line, Section, report

_MARKS = re.compile(r"([\\`*_\[\]<>&|~$])")
_AT_THE_START = re.compile(r"\A(?:(\d+)(?=[.)])|(?=[#+=-]))")
_ADDRESS = re.compile(r"(?<=[a-z]):(?=//)|(?<=\bwww)\.", re.IGNORECASE)


def render(record: Reflections) -> bytes:
    """The record as a text of headings, lists and tables."""
    return "\n".join(_lines(record)).encode() + b"\n"


def _lines(record: Reflections) -> Iterator[str]:
    told = report(record)
    yield from (f"# {plain(told.title)}", "", plain(told.kicker), "", plain(told.what), "")
    yield from _table(["", ""], told.facts)
    yield from ("", f"## {plain(told.in_short)}", "", plain(told.strongest), "")
    for section in told.short:
        yield from _section(section)
    for chart in told.charts:
        yield from _chart(chart)
    if told.themes:
        yield from (f"## {plain(told.all_themes)}", "", plain(told.themes_are), "")
    for section in told.themes:
        yield from _section(section)
    yield from (f"## {plain(told.all_wall)}", "", plain(told.wall_is), "")
    for section in told.wall:
        yield from _section(section)
    if told.all_notes:
        yield from (f"## {plain(told.all_notes)}", "")
        yield from (part for text in told.notes_are for part in (plain(text), ""))
        for section in told.notes:
            yield from _section(section)
    if told.clock is not None:
        yield from _chart(told.clock)
    yield from (f"## {plain(told.about)}", "", *(f"- {plain(text)}" for text in told.remarks))


def _section(section: Section) -> Iterator[str]:
    yield from (f"### {plain(section.heading)}", "")
    if section.said:
        yield from (plain(section.said), "")
    yield from (part for line in section.lines for part in _item(line))
    if not section.lines:
        yield plain(section.empty)
    yield ""


def _item(line: Line, indent: str = "") -> Iterator[str]:
    said = " ".join(
        filter(None, (f"({plain(line.name)})" if line.name else "", f"*{plain(line.said)}*" if line.said else ""))
    )
    text = "\\\n".join(plain(part) for part in line.text.split("\n") if part.strip())
    whole = f"{text} — {said}" if said else text
    yield f"{indent}- " + whole.replace("\n", f"\n{indent}  ")
    for one in line.under:
        yield from _item(one, indent + "  ")


def _chart(chart: Chart) -> Iterator[str]:
    yield from (f"## {plain(chart.heading)}", "")
    if chart.said:
        yield from (plain(chart.said), "")
    yield from _table(chart.head, chart.rows)
    yield ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = [[plain(text) for text in row] for row in (head, *rows)]
    yield from (f"| {' | '.join(row)} |" for row in cells[:1])
    yield f"|{'---|' * len(cells[0])}"
    yield from (f"| {' | '.join(row)} |" for row in cells[1:])


def plain(text: str) -> str:
    """A text on one line that means nothing but itself."""
    text = " ".join(text.split())
    return _ADDRESS.sub(r"\\\g<0>", _AT_THE_START.sub(r"\1\\", _MARKS.sub(r"\\\1", text)))
