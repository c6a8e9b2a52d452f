"""Room codes: eight digits, together for programs and 4 + 4 for eyes (contract.md, addresses)."""

import unicodedata
from random import Random

DIGITS = 8


def make(random: Random) -> str:
    """A new code, as "12345678". Pass a `SystemRandom`: codes must not be guessable from one another."""
    return f"{random.randrange(10**DIGITS):0{DIGITS}d}"


def normalise(text: str) -> str | None:
    """The code that someone typed, or None when it is none. Spaces and dashes of any kind are ignored."""
    typed = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Pd")
    return typed if len(typed) == DIGITS and typed.isascii() and typed.isdigit() else None


def show(code: str) -> str:
    """The code as a person reads it: "1234 5678"."""
    return f"{code[:4]} {code[4:]}"
