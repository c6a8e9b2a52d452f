"""What messages are made of: ids, keys, names, texts, and text as it is stored."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

import msgspec
from msgspec import Meta, UnsetType

from ..core.errors import Code, Refused
from .visible import visible

Id = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Key = Annotated[str, Meta(pattern="^[a-z_.]{1,40}$")]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
NoteText = Annotated[str, Meta(max_length=2000)]
PostText = Annotated[str, Meta(max_length=280)]
Line = Annotated[str, Meta(min_length=1, max_length=280)]
"""Something a leader says or writes: a notice, a post, a title."""
PersonId = Annotated[int, Meta(ge=1, le=2**53)]
Table = PersonId | UnsetType | None
"""The group that someone sat in when they wrote something (None: in none); older pages do not say."""
Answer = dict[str, Any]
MOST_IN_A_LINE = 1_000
"""In characters: more than any name, title or address may have, so that a longer one is refused anyway."""


def convert(payload: object, kind: Any) -> Any:
    """A payload as a typed value; Refused("invalid" or "too_large")."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        code: Code = "too_large" if "of length <=" in str(error) else "invalid"
        raise Refused(code, f"This cannot be used: {error}.") from error


def clean(value: object) -> Any:
    """Text as it is stored: trimmed, composed, without anything that cannot be seen or would turn the writing
    direction."""
    match value:
        case str():
            return visible(value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()
        case dict():
            return {k: clean(v) for k, v in value.items()}
        case list():
            return [clean(v) for v in value]
        case _:
            return value


def one_line(text: str) -> str:
    """A name or a title: no line breaks, no doubled spaces; empty if there is nothing to see."""
    line = " ".join(str(clean(text[:MOST_IN_A_LINE])).split())
    return line if any(unicodedata.category(c)[0] in "LNPS" for c in line) else ""
