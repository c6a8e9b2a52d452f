"""Text so that all of it can be seen: for a terminal, which would otherwise do what is asked in it."""

import unicodedata


def visible(text: str, but: str = "") -> str:
    r"""The same text with everything that is no sign to read written out, as in \x1b: what moves a cursor, colours,
    turns the writing direction, or is no text at all. `but`: what stays as it is."""
    if text.isprintable():
        return text
    return "".join(sign if _is_seen(sign) or sign in but else _written_out(sign) for sign in text)


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"  # a space of any width


def _written_out(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")
