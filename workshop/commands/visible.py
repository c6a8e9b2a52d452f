"""Text without what nobody can see, so that a name is not empty to the eye, and so that no two names that look the same
are different.

What people write in any script stays whole: joiners in Persian and Hindi, vowel signs, flags and families. The classes
of characters are Unicode's: those that are blank or ignored by default (UAX 44), variation selectors where a variation
exists (UTS 51, UTS 37), tags within flags, joiners between what joins (UAX 31).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from unicodedata import category, combining, normalize

MOST_MARKS = 4
"""Marks on one letter. Hebrew with all its signs needs this many, Vietnamese two; towers of them print over the lines
above."""
MOST_IN_A_ROW = 30
"""Of signs that stand on the letter before them, whatever their class: more than any script writes (UAX 15, stream-safe
text). To compose a text these are put in order, which takes as long as the square of their number."""
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffc\U0001d159\U00016fe4")
"""By their class these are letters, marks and symbols, but there is nothing to see."""
BRAILLE_SPACE = "\u2800"
JOINERS = "\u200c\u200d"
VIRAMA = 9
"""The combining class of the sign that takes a vowel away; a joiner after it shapes the letter, also at the end."""
TAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,8}\U000e007f|[\U000e0020-\U000e007f]")
AT_THE_END = re.compile(f"(.)([{JOINERS}])(?=\\s|$)", re.DOTALL)
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
SELECTABLE = "‼⁉〰〽©®™ℹ"
MONGOLIAN = "\u180b\u180c\u180d\u180f"
MOST_LOOKED_THROUGH = 5_000
"""In characters: more than any text may have, so that a longer one is refused anyway."""
KEYCAP, KEYS = "\u20e3", "0123456789#*"


def visible(text: str) -> str:
    """What there is to see of a text; applied to its own result it changes nothing."""
    if text.isascii():
        return CONTROLS.sub("", text)
    if len(text) > MOST_LOOKED_THROUGH:
        return text
    text = _composed(text)
    if BRAILLE_SPACE not in text and all(_kind(c) in ("seen", "space") for c in set(text)):
        return text
    for _ in range(3):  # what stood between two may have been all that kept them apart
        before, text = text, _looked_through(text)
        if before == text:
            break
    return text


def _looked_through(text: str) -> str:
    text = "".join([" " if c == BRAILLE_SPACE else c for c in text if _kind(c) != "nothing"])
    text = _composed(TAGS.sub(lambda found: found[0] if len(found[0]) > 1 else "", text))
    kept: list[str] = []
    base, marks = "", 0
    for at, c in enumerate(text):
        kind = _kind(c)
        if kind == "seen":
            base, marks = c, 0
        elif kind == "space":
            base = ""
        elif kind == "mark":
            if not base or marks == MOST_MARKS:
                continue
            marks += 1
        elif kind == "joiner":
            if not kept or not _joins(kept[-1]):
                continue
        elif kind == "selector" and not (kept and kept[-1] == base and _has_variation(base, c, text[at + 1 : at + 2])):
            continue
        kept.append(c)
    found = AT_THE_END.sub(lambda one: one[0] if combining(one[1]) == VIRAMA else one[1], "".join(kept))
    return _composed(found)


def _composed(text: str) -> str:
    """A text in NFC, in time that grows no faster than the text. Composed anew a row may be longer, so it is looked at
    twice."""
    return _in_short_rows(normalize("NFC", _in_short_rows(text)))


def _in_short_rows(text: str) -> str:
    if not any(map(_is_put_in_order, set(text))):
        return text
    kept: list[str] = []
    row = 0
    for c in text:
        row = row + 1 if _is_put_in_order(c) else 0
        if row <= MOST_IN_A_ROW:
            kept.append(c)
    return "".join(kept)


@lru_cache(4096)
def _is_put_in_order(c: str) -> bool:
    """Some vowels of Tibetan do not say so themselves, but are made of signs that do."""
    return combining(normalize("NFD", c)[0]) != 0


@lru_cache(4096)
def _kind(c: str) -> Literal["seen", "space", "mark", "joiner", "selector", "tag", "nothing"]:
    """What a character is to the eye. Of what Unicode calls format characters (Cf), joiners and tags depend on what
    they stand after; Cn holds emoji that are newer than this Python."""
    if c in JOINERS:
        return "joiner"
    if 0xFE00 <= ord(c) <= 0xFE0F or 0xE0100 <= ord(c) <= 0xE01EF or c in MONGOLIAN:
        return "selector"
    if 0xE0020 <= ord(c) <= 0xE007F:
        return "tag"
    kind = category(c)
    if c in BLANK or (kind in ("Cc", "Cs", "Co", "Cf") and c != "\n"):
        return "nothing"
    if kind == "Cn" and (ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF or ord(c) >= 0xE0000):
        return "nothing"
    if kind in ("Mn", "Me"):
        return "mark"
    return "space" if c.isspace() or c == BRAILLE_SPACE else "seen"


def _has_variation(base: str, selector: str, following: str) -> bool:
    if selector in "\ufe0e\ufe0f":
        return _is_picture(base) or base in SELECTABLE or (base in KEYS and following == KEYCAP)
    if selector in MONGOLIAN:
        return 0x1800 <= ord(base) <= 0x18AF
    if ord(selector) >= 0xE0100:
        return _is_ideograph(base)
    return _is_picture(base) or ord(base) >= 0x1000


def _is_picture(c: str) -> bool:
    return category(c)[0] == "S" or 0x1F000 <= ord(c) < 0x20000


def _is_ideograph(c: str) -> bool:
    return 0x2E80 <= ord(c) <= 0x9FFF or 0xF900 <= ord(c) <= 0xFAFF or 0x20000 <= ord(c) <= 0x3FFFF


def _joins(c: str) -> bool:
    """Is there anything to join, or to keep apart, after this? Between Latin letters a joiner only makes two names of
    one."""
    script = any(first <= ord(c) < last for first, last in ((0x590, 0x2000), (0xA800, 0xAC00), (0xFB1D, 0xFE00)))
    script = script or 0xFE70 <= ord(c) < 0xFF00 or 0x10A00 <= ord(c) < 0x1EF00
    return (script and category(c)[0] in "LM") or _is_picture(c) or _kind(c) in ("selector", "tag") or c == KEYCAP
