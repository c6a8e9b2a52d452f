"""Room codes: eight digits, in one piece for programs and as 4 + 4 for people (docs/protocol.md, Addresses)."""

import re
import unicodedata
from random import Random

from workshop.core.typed import plain_digits

DIGITS = 8
_LINK = re.compile(r"/r/(\d{8})(?!\d)(?:[^\s#]*(#k=[\w.-]*[\w-]))?", re.ASCII)


def make(random: Random) -> str:
    """A new code, as "12345678". Pass a `SystemRandom`: codes must not be guessable from one another."""
    return f"{random.randrange(10**DIGITS):0{DIGITS}d}"


def normalise(text: str) -> str | None:
    """The code that someone typed, in the digits of any script; None if it is not a code. Spaces and dashes of any kind
    are ignored."""
    typed = "".join(sign for sign in plain_digits(text) if not sign.isspace() and unicodedata.category(sign) != "Pd")
    return typed if len(typed) == DIGITS and typed.isascii() and typed.isdigit() else None


def show(code: str) -> str:
    """The code as a person reads it: "1234 5678"."""
    return f"{code[:4]} {code[4:]}"


def in_link(text: str) -> tuple[str, str] | None:
    """The code in a join link that someone pasted, and the secret after it, from the # on; None if there is no such
    link."""
    found = _LINK.search(text)
    return (found[1], found[2] or "") if found else None
