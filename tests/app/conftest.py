"""Lines that are closed when the test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from live import Line, Server

CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef", "Chantal", "O", "Zoë", "Mehmet")


@pytest.fixture
def dial() -> Iterator[Callable[..., Line]]:
    """Opens lines: `dial(server, token)`."""
    lines: list[Line] = []

    def open_line(server: Server, token: str | None = None, **auth: str) -> Line:
        lines.append(Line(server, token, **auth))
        return lines[-1]

    yield open_line
    for line in lines:
        line.close()
