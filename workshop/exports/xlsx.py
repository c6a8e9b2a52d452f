"""A workbook to read, sort and count: the wall, what was shared with the organiser, and a sheet with the figures.

It opens on the figures, which stand last: programs that read the first sheet, or the second, still find there what they
always did. Beside the notes, outside their table, stands which of them are held back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cached_property
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from .across import returning
from .cells import begins_like_a_formula
from .figures import figures
from .record import Note, Post, Reflections
from .report import step_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {
    "question": 34, "text": 64, "name": 20, "recognised": 14, "under": 32, "theme": 28, "step": 40, "planned": 14,
    "took": 14, "title": 32, "held_on": 14,
}  # fmt: skip
"""In characters."""
_USUAL = 18
_FIGURES = (36, 34, 14, 18)
_REMARK = 34  # points: two lines
_LINE, _HIGHEST = 15, 409
"""In points; no row is higher in Excel."""
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_A4 = 9
_SHORT_DATE = 14
"""As the reader's own spreadsheet writes a date."""

Cell = str | int | date | None


def render(record: Reflections) -> bytes:
    """The record as a workbook. Text is text: no cell is a formula, a link or a number that was typed as words."""
    book = _Book(record)
    where = ("title", "held_on") if record.several else ()
    wall = [
        (*row, *_where(record, post))
        for _, question, posts in record.wall()
        for post in posts
        for row in _rows(question, post)
    ]
    notes = [(question, n.text, *_where(record, n)) for _, question, notes in record.shared() for n in notes]
    book.table("wall", ("question", "text", "name", "recognised", "under", *where), wall)
    sheet = book.table("notes", ("question", "text", *where), notes)
    if record.held_back:
        beside = 3 + len(where)
        sheet.set_column(beside, beside, _WIDTHS["text"])
        sheet.set_row(0, _height((record.held_back,), (_WIDTHS["text"],)))
        sheet.write_string(0, beside, record.held_back, book.format(text_wrap=True))
        sheet.print_area(0, 0, max(len(notes), 1), beside)
    themed = [
        (theme, record.question(line.column), line.text, line.name, line.recognised)
        for theme, lines in record.under_themes()
        for line in lines
    ]
    if themed:
        book.table("themes", ("theme", "question", "text", "name", "recognised"), themed)
    if record.times:
        book.times()
    if record.several:
        book.several()
    book.figures()
    return book.closed()


def _rows(question: str, post: Post) -> list[tuple[Cell, ...]]:
    """A line; or a title, and behind it the lines that belong to it."""
    lines = ((p, post.text if p is not post else None) for p in (post, *post.lines))
    return [(question, p.text, p.name, p.recognised, under) for p, under in lines]


def _where(record: Reflections, line: Post | Note) -> tuple[Cell, ...]:
    found = record.workshop(line)
    return (found.title, found.held_on) if found else ()


def _height(row: Iterable[Cell], widths: Iterable[int]) -> int:
    """How high a row is, in points. Excel finds out by itself; LibreOffice, on paper, writes a second line over the
    next row."""
    texts = ((cell, width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str))
    lines = (sum(len(wrap(part, width)) or 1 for part in text.splitlines()) for text, width in texts)
    return min(_LINE * max(lines, default=1), _HIGHEST)


class _Book:
    """The workbook that is being written."""

    def __init__(self, record: Reflections) -> None:
        from xlsxwriter import Workbook  # 2 MB, for what is asked a few times an afternoon

        self._record, self._words, self._file = record, record.words, io.BytesIO()
        self._book = Workbook(self._file, _TEXT_ONLY)
        # The file's own date comes from the record: the same record gives the same bytes.
        self._book.set_properties({"title": record.title, "created": datetime.combine(record.held_on, time(), UTC)})

    def closed(self) -> bytes:
        """The file."""
        self._book.close()
        return self._file.getvalue()

    def format(self, **looks: Any) -> Format:
        """How a cell looks."""
        return self._book.add_format({"valign": "top", **looks})

    @cached_property
    def _heading(self) -> Format:
        return self.format(bold=True, text_wrap=True, bottom=1, bg_color="#F4EEE2")

    @cached_property
    def _number(self) -> Format:
        return self.format(num_format="0", text_wrap=True)

    @cached_property
    def _day(self) -> Format:
        return self.format(num_format=_SHORT_DATE, align="left")

    @cached_property
    def _text(self) -> Format:
        return self.format(text_wrap=True, num_format="@")

    @cached_property
    def _quoted(self) -> Format:
        """Excel then keeps the text a text when someone edits the cell."""
        return self.format(text_wrap=True, num_format="@", quote_prefix=True)

    @cached_property
    def _strong(self) -> Format:
        return self.format(bold=True, text_wrap=True, num_format="@")

    def table(self, name: str, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Worksheet:
        """A sheet with one table, to sort and filter; its heading stays in sight, and on paper."""
        sheet = self._sheet(name)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        widths = [_WIDTHS.get(column, _USUAL) for column in columns]
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        self._write(sheet, 0, [self._words[column] for column in columns], self._heading)
        for at, row in enumerate(rows, start=1):
            self._write(sheet, at, row)
            sheet.set_row(at, _height(row, widths))
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        return sheet

    def times(self) -> None:
        """Planned against real, as a table and a picture of it."""
        words, steps = self._words, self._record.times
        rows: list[tuple[Cell, ...]] = [(step_of(self._record, one), one.planned or None, one.took) for one in steps]
        sheet = self.table("times_sheet", ("step", "planned", "took"), rows)
        name = words["times_sheet"].replace("'", "''")
        chart = self._book.add_chart({"type": "bar"})
        for column, (called, fill) in enumerate((("chart_planned", "#FFFFFF"), ("chart_took", "#1E2A32")), start=1):
            letter = "ABC"[column]
            chart.add_series(
                {
                    "name": words[called],
                    "categories": f"='{name}'!$A$2:$A${len(rows) + 1}",
                    "values": f"='{name}'!${letter}$2:${letter}${len(rows) + 1}",
                    "fill": {"color": fill},
                    "border": {"color": "#1E2A32"},
                    "gap": 60,
                }
            )
        chart.set_title({"name": words["chart_times"], "overlay": False})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#B9C0C4"}}, "num_format": "0"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 560, "height": 120 + 32 * len(rows)})
        sheet.insert_chart(0, 4, chart, {"description": words["chart_times_alt"]})

    def several(self) -> None:
        """Two sheets of a record of several workshops: what returns, and each of them."""
        returns = [(one.question, one.text, one.workshops, one.recognised) for one in returning(self._record)]
        self.table("returns", ("question", "text", "in_workshops", "recognised"), returns)
        each = self._record.workshops
        people = [self._record.at_least(one.people) for one in each]
        self.table(
            "workshops",
            ("title", "held_on", "label", "people", "lines", "times", "shared", "erased_on"),
            [
                (o.title, o.held_on, o.label, came, o.lines, o.recognised, o.notes if self._record.held_back else None,
                 o.erased_on)
                for o, came in zip(each, people, strict=True)
            ],
        )  # fmt: skip

    def figures(self) -> None:
        """The sheet that it opens on."""
        words, of = self._words, figures(self._record)
        people = self._record.at_least(of.people)
        sheet = self._sheet("figures")
        for number, width in enumerate(_FIGURES):
            sheet.set_column(number, number, width)
        facts: list[tuple[str, Cell]] = [
            ("title", self._record.title), ("held_on", self._record.held_on), ("people", people),
            ("rounds", of.rounds), ("lines", of.lines), ("times", of.recognised),
        ]  # fmt: skip
        if self._record.held_back:
            facts.append(("shared", of.notes))
        for at, (name, value) in enumerate(facts):
            sheet.write_string(at, 0, words[name], self._strong)
            self._write(sheet, at, [value], self.format(align="left") if isinstance(value, int) else None, first=1)
        at = len(facts) + 1
        self._write(sheet, at, [words[name] for name in ("question", "where", "written", "times")], self._heading)
        for one in (*of.wall, *of.shared):
            at += 1
            where = words["wall" if one.on_wall else "notes"]
            self._write(sheet, at, [one.question, where, one.lines, one.recognised if one.on_wall else None])
        if of.themes:
            at += 2
            self._write(sheet, at, [words["theme"], None, words["written"], words["times"]], self._heading)
        for theme in of.themes:
            at += 1
            self._write(sheet, at, [theme.name, None, theme.lines, theme.recognised])
        said = [
            words["left_out"],
            words["people_why"],
            *self._record.remarks,
            *([self._record.held_back] if self._record.held_back else []),
        ]
        for number, text in enumerate(filter(None, said), start=at + 2):
            sheet.merge_range(number, 0, number, len(_FIGURES) - 1, text, self.format(text_wrap=True))
            sheet.set_row(number, _REMARK)
        sheet.activate()

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(self._words[name])
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _write(
        self, sheet: Worksheet, row: int, values: Iterable[Cell], looks: Format | None = None, first: int = 0
    ) -> None:
        for column, value in enumerate(values, start=first):
            if isinstance(value, int):
                sheet.write_number(row, column, value, looks or self._number)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, self._day)
            elif value:
                plain = self._quoted if begins_like_a_formula(value) else self._text
                sheet.write_string(row, column, value, looks or plain)
            else:
                sheet.write_blank(row, column, None, looks or self._text)
