"""What goes wrong, written to the log without who asked or what they wrote.

The server libraries would log a request that makes no sense just as it came, with the address of the phone and with the
line it sent, which may contain a key or a name. Python would end a traceback with the message of the exception, where
databases quote the row that they refuse.
"""

from __future__ import annotations

import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

log = structlog.get_logger()
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
GONE = (ConnectionError, TimeoutError)
"""A phone that went away while it was being answered: nobody's fault, and it happens every day."""


def told(exc_info: ExcInfo) -> str:
    """A traceback as Python writes it, but with the kind of each exception and not its message."""
    error = exc_info[1]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    led = f"{told((type(before), before, before.__traceback__))}\n\nThat led to:\n\n" if before else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{led}Traceback (most recent call last):\n{frames}{_kind(error)}"


def _kind(error: BaseException) -> str:
    """Its name; for errors of the system and the database also what those call it."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    if (code := getattr(error, "pgcode", None) or getattr(error, "sqlite_errorname", None)) is not None:
        return f"{name}: {code}"
    return name


def fault(error: BaseException | None) -> None:
    """Something failed that nobody here caught: it goes to the log, unless it was only a phone that went away."""
    if error is not None and not isinstance(error, GONE):
        log.error("the server failed", exc_info=error)


class Unlogged:
    """Mixed into a library's request handler: it keeps no log, not even of something that is not a request."""

    def log(self, *_: Any) -> None:
        """Nothing."""

    log_message = log_error = log_request = log


class Nowhere:
    """Where a library would write its log of requests. A traceback in it is written like any other."""

    def write(self, _: str) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""

    def info(self, text: str, *_: Any) -> None:
        """What eventlet has to say; while it handles an exception, only that exception."""
        if text.startswith("Traceback"):
            fault(sys.exc_info()[1])

    def debug(self, *_: Any) -> None:
        """Nothing."""

    error = warning = debug
