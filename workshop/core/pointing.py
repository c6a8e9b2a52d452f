"""What in a text could point to someone: an address, a long number, a name of the room, a capital amid a sentence.

The phone asks about the same (static/js/pointing.js), about the names that it knows; if the leader wants to look first,
the server decides.
"""

import re
import unicodedata
from collections.abc import Collection

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
NUMBER = re.compile(r"\d(?:[ .-]?\d){5,}")
CAPITAL = re.compile(r"(?<=[\w,;]) +([^\W\d_](?:[^\W\d_]|['’-])*)")


def pointing(text: str, names: Collection[str]) -> list[str]:
    """Everything that could, each once, as it stands in the text. `names`: of the people in the room."""
    said = f" {_words(text)} "
    known = [name for name in names if (words := _words(name)) and f" {words} " in said]
    capitals = [word for word in CAPITAL.findall(text) if word[0].isupper() and word[1:2].islower()]
    return list(dict.fromkeys([*ADDRESS.findall(text), *NUMBER.findall(text), *known, *capitals]))


def _words(text: str) -> str:
    seen = (c if unicodedata.category(c)[0] in "LMN" or c in "'’-" else " " for c in text)
    return " ".join("".join(seen).split())
