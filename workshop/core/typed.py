"""What people type in forms that ask for a number, read as static/js/typed.js reads it; commands are spelt
differently."""

import re
import unicodedata

from workshop.core.errors import Refused

LONGEST = 24 * 3600
_NUMBER = r"(\d{1,5}(?:[.,]\d{1,3})?)"
_HOURS, _MINUTES, _SECONDS = (
    "hours?|hrs?|uren|uur|[hu]",
    "minuten|minuut|minutes?|mins?|m",
    "seconden|seconde|seconds?|secs?|s",
)
_LENGTH = re.compile(
    rf"(?:{_NUMBER} ?(?:{_HOURS})\.? ?)?(?:{_NUMBER} ?(?:{_MINUTES})\.? ?)?(?:{_NUMBER} ?(?:{_SECONDS})\.?)?{_NUMBER}?",
    re.ASCII,
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):([0-5]\d)", re.ASCII)


def plain_digits(text: str) -> str:
    """The same text with the digits of any script turned into ours: ٣ and ३ are 3."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def length(text: str) -> int:
    """A length in seconds: a bare number is minutes, with or without a decimal comma; `1:30` is minutes and seconds, `5
    min` and `1u30` are what they say. Refused("invalid") if it is not a length."""
    typed = " ".join(plain_digits(text).lower().split())
    if clock := _CLOCK.fullmatch(typed):
        hours, minutes, seconds = (int(number or 0) for number in clock.groups())
        found = hours * 3600 + minutes * 60 + seconds
    elif typed and (match := _LENGTH.fullmatch(typed)):
        h, m, s, bare = (float(number.replace(",", ".")) if number else None for number in match.groups())
        if bare is not None and s is not None:
            raise _none(text)
        below = 1 if m is not None else 60  # "1u30", "1m30", "30"
        found = round((h or 0) * 3600 + (m or 0) * 60 + (s or 0) + (bare or 0) * below)
    else:
        raise _none(text)
    if found > LONGEST:
        raise _none(text)
    return found


def _none(text: str) -> Refused:
    return Refused("invalid", f"{text!r} is no length of time; write 5, 2.5 or 1:30.")
