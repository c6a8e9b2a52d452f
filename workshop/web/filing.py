"""A room as a file to keep: what stands in it, in the language of the room, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import Response
from flask_babel import force_locale, gettext

from ..core.errors import Refused
from ..exports import FORMATS, SEPARATORS, WORDS, Reflections, file_name, written
from ..exports.apart import packed
from ..extensions import Aside, Queue, rest
from ..room.room import Post, Room
from ..rooms import recording
from .apart import made_apart
from .asker import still_there

LIGHT, FEW_LINES = frozenset({"csv", "json", "md"}), 200
"""With so few lines such a file takes a few milliseconds; a program of its own takes three hundred to start."""
FILES = Queue(at_once=1, waiting=12, each=4, patience=30)
"""For a full room a table takes a fifth of a second to make, as the page does; a report takes a second or two."""


def record_of(room: Room, *, for_organiser: bool, mark: Callable[[Post], str] = lambda post: "") -> Reflections:
    """The record of a room, with the words of its language; `mark` as in `recording.record`. Others have their turn in
    between, and what they change is not in it."""
    words = words_in(room.language)
    made = recording.record(room, for_organiser=for_organiser, words=words, mark=mark, breathe=lambda: rest(0))
    rest(0)
    return made


def words_in(language: str) -> dict[str, str]:
    """What stands in the files besides, in this language."""
    with force_locale(language):
        return {key: gettext(text) for key, text in WORDS.items()}


def download(
    record: Reflections, extension: str, separator: str | None = None, *, asker: Hashable | None = None
) -> Response:
    """A record as a file, made aside; Refused("not_found") for a format that there is not, ("invalid") for no such
    separator, ("busy") where too many wait for theirs. `asker`: for whom it waits its turn, where that is not the
    room."""
    if extension not in FORMATS:
        raise Refused("not_found", f"There are these formats: {', '.join(FORMATS)}.")
    if separator is not None and separator not in SEPARATORS:
        raise Refused("invalid", f"The separator is one of: {', '.join(SEPARATORS)}.")
    with FILES.turn(asker or record.code, still_there):
        made = _made(record, extension, separator or "")
    response = Response(made, content_type=FORMATS[extension][0])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(record, extension)}"'
    return response


def _made(record: Reflections, extension: str, separator: str) -> bytes:
    if extension in LIGHT and len(record.written()) + len(record.notes) <= FEW_LINES:
        return bytes(Aside.run(written, record, extension, separator))
    data = packed(record, lambda: rest(0))
    return made_apart("workshop.exports.apart", data, extension, separator)
