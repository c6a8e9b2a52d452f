"""One's own afternoon, as Markdown and as what `own.typ` sets: all that one person wrote, for that person alone.
Whoever makes an `Own` has decided what the phone that asks may show."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from itertools import pairwise

from .record import printable

SIGNS = re.compile(r"([\\`*_\[\]<>#|~&!{}@$])|(?<=:)(?=//)|\A(?=[-+=])")
"""What Markdown would take for a sign of its own: a mark, a link, a list, a line under a heading."""
NUMBERED = re.compile(r"\A(\d+)(?=[.)])")
"""Likewise a line that begins like this."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something written: what was asked, the text, and who else can read it, in words."""

    question: str
    text: str
    read_by: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs together, under a heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """The afternoon of one person. `about`: who and when; `foot`: until when the room keeps it, and whose the words of
    the workshop are."""

    title: str
    about: str
    language: str
    parts: tuple[Part, ...]
    foot: tuple[str, ...]


def markdown(own: Own) -> bytes:
    """As CommonMark; what people typed is text in it, whatever they typed."""
    lines = [f"# {_text(own.title)}", _text(own.about)]
    for part in own.parts:
        lines.append(f"## {_text(part.title)}")
        for item in part.items:
            lines += [f"**{_text(item.question)}**", _quoted(item.text)]
            lines += [f"*{_text(item.read_by)}*"] if item.read_by else []
    lines += ["---", *map(_text, own.foot)]
    return ("\n\n".join(lines) + "\n").encode("utf-8", "replace")


def contents(own: Own) -> bytes:
    """The same for the program that sets it."""
    return printable(json.dumps(asdict(own), ensure_ascii=False)).encode()


def _quoted(text: str) -> str:
    """A text of several lines, which stay lines."""
    lines = [_text(line) for line in text.splitlines()]
    more = [*(bool(line and after) for line, after in pairwise(lines)), False]
    return "\n".join(f"> {line}" + "\\" * goes_on for line, goes_on in zip(lines, more, strict=True))


def _text(line: str) -> str:
    """One line as text: no sign in it means anything, and no space in front makes it code."""
    plain = printable(line).replace("\n", " ").strip()
    return NUMBERED.sub(r"\1\\", SIGNS.sub(lambda found: f"\\{found[1] or ''}", plain))
