"""For anyone: what is kept, why, who sees it and for how long. Made from the table that erasing goes by (S8)."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from ..access import LOGIN_DAYS
from ..kept import LINES, PARTS, TABLES, WORDS, Line
from ..rooms.passing import GOOD_FOR
from .pages import LANGUAGES, light, page

pages = Blueprint("privacy", __name__)


@pages.get("/privacy")
def privacy() -> Response:
    """The page. `language`: of the page that links here, where that is not what the browser asks for."""
    if (wanted := request.args.get("language")) in LANGUAGES:
        g.language = wanted
    lengths = {"days": LOGIN_DAYS, "minutes": GOOD_FOR // 60_000}
    told = page("privacy.html", meanings=WORDS, parts=PARTS, until=UNTIL, lengths=lengths, languages=LANGUAGES)
    return light(Response(told))


def _until(key: str, line: Line) -> str:
    """How long, as the table says in which it is kept; of what is in no table, as the line says."""
    for table in TABLES.values():
        if any(key == told or (isinstance(told, tuple) and key in told) for told in table.columns.values()):
            return table.until.told
    return line.until


UNTIL = {key: _until(key, line) for key, line in LINES.items()}
"""Of each line, how long what it tells of is kept."""
