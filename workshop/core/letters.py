"""Letters as typed by someone whose keyboard has no accents, the same as in desk/letters.js."""

import unicodedata

PLAIN = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "k", "ſ": "s", "ə": "e",
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
}  # fmt: skip
"""Letters that Unicode does not take apart, and the marks that stand for an apostrophe."""


def plain(text: str) -> str:
    """A text in small letters without their marks: Łukasz is lukasz, İbrahim ibrahim, Zoë zoe."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    return "".join(PLAIN.get(sign, sign) for sign in small if not unicodedata.category(sign).startswith("M"))
