"""What a message is made of: ids, keys, names, texts, and text as it is kept."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.errors import Code, Refused

Id = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Key = Annotated[str, Meta(pattern="^[a-z_.]{1,40}$")]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
NoteText = Annotated[str, Meta(max_length=2000)]
PostText = Annotated[str, Meta(max_length=280)]
Line = Annotated[str, Meta(min_length=1, max_length=280)]
"""Something a leader says or writes: a notice, a line, a title."""
PersonId = Annotated[int, Meta(ge=1, le=2**53)]
Answer = dict[str, Any]


def convert(payload: object, kind: Any) -> Any:
    """A payload as a typed value; Refused("invalid" or "too_large")."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        code: Code = "too_large" if "of length <=" in str(error) else "invalid"
        raise Refused(code, f"This cannot be used: {error}.") from error


def clean(value: object) -> Any:
    """Text as it is kept: trimmed, composed, without what cannot be seen or would turn the writing direction."""
    match value:
        case str():
            lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
            kept = "".join(c for c in lines if c == "\n" or not _unseen(c))
            return unicodedata.normalize("NFC", kept).strip()
        case dict():
            return {k: clean(v) for k, v in value.items()}
        case list():
            return [clean(v) for v in value]
        case _:
            return value


def one_line(text: str) -> str:
    """A name or a title: no line breaks, no doubled spaces; nothing at all where there is nothing to see."""
    line = " ".join(str(clean(text)).split())
    return line if any(unicodedata.category(c)[0] in "LNPS" for c in line) else ""


def _unseen(character: str) -> bool:
    # Cf holds the marks that turn the writing direction, but also the joiners that emoji and Persian need.
    # (and the tags that make flags); Cn holds emoji that are newer than this Python.
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    if category == "Cf":
        return character not in "\u200c\u200d" and not 0xE0020 <= ord(character) <= 0xE007F
    return category in ("Cc", "Cs", "Co")
