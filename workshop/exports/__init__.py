"""Exports: a record of an afternoon → the bytes of a file. Pure: nothing here knows the database, the web or the time.

Whoever makes a `Reflections` decides what may leave the room; from there on nothing can leak by accident, because the
record keeps no order of arrival, no ids, no rounds and no groups.
"""

from collections.abc import Callable

from . import csv, json, xlsx
from .record import HEADINGS, Note, Post, Reflections, file_name

__all__ = ["FORMATS", "HEADINGS", "Note", "Post", "Reflections", "file_name"]

FORMATS: dict[str, tuple[str, Callable[[Reflections], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv.render),
    "json": ("application/json", json.render),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.render),
}
"""File extension → (media type, how to render it)."""
