"""Exports: a record of an afternoon → the bytes of a file. Pure: nothing here knows the database, the web or the time.

Whoever makes a `Reflections` decides what may leave the room; from there on nothing can leak by accident, because the
record keeps no order of arrival, no ids, no rounds and no groups.
"""

from collections.abc import Callable

from . import csv, docx, json, markdown, pdf, xlsx
from .csv import SEPARATORS
from .record import MANY, Note, Post, Reflections, Timed, file_name, in_order, pieces
from .words import WORDS

__all__ = [
    "FORMATS", "MANY", "SEPARATORS", "WORDS", "Note", "Post", "Reflections", "Timed", "file_name", "in_order",
    "pieces", "written",
]  # fmt: skip

FORMATS: dict[str, tuple[str, Callable[[Reflections], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv.render),
    "json": ("application/json", json.render),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.render),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.render),
    "pdf": ("application/pdf", pdf.render),
    "md": ("text/markdown; charset=utf-8", markdown.render),
}
"""File extension → (media type, how to render it)."""


def written(record: Reflections, extension: str, separator: str = "") -> bytes:
    """A record as a file; `separator` is one of SEPARATORS, for a table."""
    if extension == "csv" and separator:
        return csv.render(record, separator)
    return FORMATS[extension][1](record)
