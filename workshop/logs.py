"""The log: one line for each thing that happens, on standard error. Never with what people wrote, with who they are, or
with what opens a room: no name, text, title, address, code or key.

Our own lines say only what is in `SAID` (a test reads them all). A room goes by its mark, which only this installation
can work out. What libraries have to say is reduced to who said it and where: their sentences quote what came in. A
traceback tells where and of which kind (`quiet`).
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict

from . import metrics
from .access import keys
from .quiet import told

log = structlog.get_logger()
FIRST = ["timestamp", "level", "event"]
SAID = frozenset(
    {"room", "code", "path", "name", "error", "count", "status", "library", "place", "kind", "sentence", "exc_info"}
)
"""What a line may say besides: `code` is that of a refusal, `path` an address without the values in it, `name` that of
an event, `place` a line of a program, `sentence` what is wrong with the machine."""


def set_up(form: str) -> None:
    """From here on everything is logged, in one of config.LOG_FORMATS."""
    if form == "json":
        renderer: Any = structlog.processors.JSONRenderer()
    elif sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    else:
        renderer = structlog.processors.LogfmtRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _count,
            _by_its_mark,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.ExceptionRenderer(told),
            _in_order,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(_NeverRaises(sys.stderr)),  # type: ignore[arg-type]
    )
    logging.basicConfig(handlers=[OfLibraries()], level=logging.WARNING, force=True)
    logging.raiseExceptions = False


def _count(_logger: Any, _method: str, event: EventDict) -> EventDict:
    metrics.logged[event["level"]].inc()
    return event


def _by_its_mark(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if "room" in event:
        event["room"] = keys.mark(event["room"])
    return event


def _in_order(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: event.pop(name) for name in FIRST} | dict(event)


class OfLibraries(logging.Handler):
    """What a library logs: which one, and where. The sentence stays out."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        say = log.error if record.levelno >= logging.ERROR else log.warning
        exc_info = record.exc_info if record.exc_info and record.exc_info[1] is not None else None
        place = f"{Path(record.pathname).name}:{record.lineno}"
        say("a library logged something", library=record.name.partition(".")[0], place=place, exc_info=exc_info)


@contextmanager
def nothing_else() -> Iterator[None]:
    """While this lasts nothing reaches standard error but lines of this log: what a library, or Python, would print
    there is logged like what libraries log. For a server; the commands talk to whoever types them."""
    before = sys.stderr, sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.stderr = Instead()
    sys.excepthook = lambda _kind, error, _trace: log.error("the server ended", exc_info=error)
    threading.excepthook = lambda failed: log.error("a thread failed", exc_info=failed.exc_value)
    sys.unraisablehook = lambda failed: log.error("something failed unseen", exc_info=failed.exc_value)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warned
            yield
    finally:
        sys.stderr, sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _warned(
    message: object, category: type[Warning], filename: str, lineno: int, file: object = None, line: object = None
) -> None:
    log.warning("Python warns", kind=category.__name__, place=f"{Path(filename).name}:{lineno}")


class Instead:
    """In the place of standard error."""

    encoding, errors = "utf-8", "backslashreplace"

    def __init__(self) -> None:
        self._told = 0

    def write(self, text: str) -> int:
        """Tells who writes. A traceback comes in many pieces, of which the first is enough."""
        error = sys.exc_info()[1]
        if text.strip() and (error is None or id(error) != self._told):
            self._told = id(error)
            log.warning("a library printed something", place=_place(sys._getframe(1)), exc_info=error)
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """Nobody sees it."""
        return False


PRINTERS = ("traceback.py", "warnings.py")
"""Python's own modules, through which others print."""


def _place(frame: Any) -> str:
    while frame.f_back is not None and Path(frame.f_code.co_filename).name in PRINTERS:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


class _NeverRaises:
    """Where the log goes. A disk that is full, or a terminal that was closed, is no reason to leave a phone without an
    answer."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        """Writes it if possible."""
        with suppress(OSError):
            self.stream.write(text)

    def flush(self) -> None:
        """The same."""
        with suppress(OSError):
            self.stream.flush()
