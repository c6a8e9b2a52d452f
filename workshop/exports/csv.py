"""One table of everything, for a spreadsheet or a script.

The headings are names, the same in every language: `kind;question;text;name;recognised;under`. The kind is `wall`,
`note` or, for a title that the leader gave to lines that say the same, `bundle`; its lines follow it, each with the
title in `under`. A record of several workshops has two more, behind these: `workshop;held_on`. As Excel in Europe wants
it: UTF-8 with a byte-order mark, semicolons, CRLF. Excel elsewhere wants commas.
"""

import csv
import io
import re

from .cells import begins_like_a_formula
from .record import Note, Post, Reflections

COLUMNS = ("kind", "question", "text", "name", "recognised", "under")
OF_SEVERAL = ("workshop", "held_on")
SEPARATORS = {"semicolon": ";", "comma": ","}
"""What may stand between two cells, by its name; the first where nobody asks for one."""
BEGINS_A_CELL = re.compile(r"([\n\r\t;,] *)(?=[=+\-@＝＋－＠])")


def render(record: Reflections, separator: str = "semicolon") -> bytes:
    """The record as CSV. A cell that could be a formula gets a ' in front."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=SEPARATORS[separator], lineterminator="\r\n")
    writer.writerow((*COLUMNS, *(OF_SEVERAL if record.several else ())))
    for _, question, posts in record.wall():
        for post in posts:
            where = _where(record, post)
            writer.writerow((*_row("bundle" if post.lines else "wall", question, post), *where))
            writer.writerows((*_row("wall", question, line, post.text), *where) for line in post.lines)
    for _, question, notes in record.shared():
        for note in notes:
            writer.writerow(("note", _safe(question), _safe(note.text), "", "", "", *_where(record, note)))
    return table.getvalue().encode("utf-8-sig")


def _row(kind: str, question: str, post: Post, under: str = "") -> tuple[str | int, ...]:
    return (kind, _safe(question), _safe(post.text), _safe(post.name or ""), post.recognised, _safe(under))


def _where(record: Reflections, line: Post | Note) -> tuple[str, ...]:
    found = record.workshop(line)
    return (_safe(found.title), found.held_on.isoformat()) if found else ()


def _safe(text: str) -> str:
    """Also within it: a spreadsheet that takes the other sign for the separator begins a cell there."""
    within = BEGINS_A_CELL.sub(r"\1'", text)
    return f"'{within}" if begins_like_a_formula(text) else within
