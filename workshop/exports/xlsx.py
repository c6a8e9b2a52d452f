"""A workbook with two sheets to read and sort: the wall, and what was shared with the organiser.

Beside the notes, outside their table, stands which of them are held back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from .cells import begins_like_a_formula
from .record import HEADINGS, Post, Reflections

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"question": 32, "text": 80, "name": 24, "recognised": 16, "under": 40}  # in characters
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

Row = tuple[str | int | None, ...]


def render(record: Reflections) -> bytes:
    """The record as a workbook. Text is text: no cell is a formula, a link or a number that was typed as words."""
    from xlsxwriter import Workbook  # 2 MB, for what is asked a few times an afternoon

    wall = [row for _, question, posts in record.wall() for post in posts for row in _rows(question, post)]
    notes = [(question, note.text) for _, question, notes in record.shared() for note in notes]
    file = io.BytesIO()
    with Workbook(file, _TEXT_ONLY) as book:
        # The file's own date comes from the record: the same record gives the same bytes.
        book.set_properties({"title": record.title, "created": datetime.combine(record.held_on, time(), UTC)})
        _sheet(book, record, "wall", ("question", "text", "name", "recognised", "under"), wall)
        sheet = _sheet(book, record, "notes", ("question", "text"), notes)
        if record.held_back:
            sheet.set_column(3, 3, _WIDTHS["text"])
            sheet.write_string(0, 3, record.held_back, book.add_format({"valign": "top", "text_wrap": True}))
    return file.getvalue()


def _rows(question: str, post: Post) -> list[Row]:
    """A line; or a title, and behind it the lines that belong to it."""
    lines = ((p, post.text if p is not post else None) for p in (post, *post.lines))
    return [(question, p.text, p.name, p.recognised, under) for p, under in lines]


def _sheet(book: Workbook, record: Reflections, name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> Worksheet:
    words = {**HEADINGS, **record.headings}
    sheet = book.add_worksheet(words[name])
    heading = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    # Excel then keeps the text a text when someone edits the cell.
    quoted = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDTHS[column])
        sheet.write_string(0, number, words[column], heading)
    for row_number, row in enumerate(rows, start=1):
        for number, value in enumerate(row):
            _write(sheet, row_number, number, value, plain, quoted)
    return sheet


def _write(sheet: Worksheet, row: int, column: int, value: str | int | None, plain: Format, quoted: Format) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, plain)
    elif value:
        sheet.write_string(row, column, value, quoted if begins_like_a_formula(value) else plain)
    else:
        sheet.write_blank(row, column, None, plain)
