"""Text of which everything can be seen: for a terminal, which would otherwise obey what is hidden in it."""

import unicodedata


def visible(text: str, but: str = "") -> str:
    r"""The same text with everything that is not a readable character written out, as in \x1b: whatever moves a cursor,
    sets a colour, turns the writing direction, or is not text at all. `but`: what stays as it is."""
    if text.isprintable():
        return text
    return "".join(sign if _is_seen(sign) or sign in but else _written_out(sign) for sign in text)


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"  # a space of any width


def _written_out(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")
