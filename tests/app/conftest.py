"""Lines that are closed when the test ends; and the application without a server."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from live import Line, Server, pressed_before, until

from config import Settings
from workshop import schema
from workshop.app import create_app
from workshop.extensions import db


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under another way to serve (ASYNC_MODE) only what goes over a line is asked again, and on one database: the rest
    is the same code, whoever calls it."""
    if os.environ.get("ASYNC_MODE", "eventlet") == "eventlet":
        return
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    left_out = {i for i in here if "dial" not in getattr(i, "fixturenames", ()) or "postgres" in i.name}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


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


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application in this process, without a server: to listen to its database."""
    with in_this_process(tmp_path) as app:
        yield app


@pytest.fixture
def shared_app(tmp_path: Path, empty_postgres_url: str) -> Iterator[Flask]:
    """The same on PostgreSQL, where others may write. It holds no room: each change is made from outside."""
    with in_this_process(tmp_path, database_url=empty_postgres_url) as app:
        yield app


@contextmanager
def in_this_process(folder: Path, public_url: str | None = None, database_url: str | None = None) -> Iterator[Flask]:
    """The same, for a test that wants another one, or one for several."""
    before = {*threading.enumerate()}
    url = database_url or f"sqlite:///{folder / 'counts.sqlite'}"
    settings = Settings(folder, url, "secret", public_url, 0, "threading")
    pressed_before(settings.instance)
    app = create_app(settings)
    schema.bring_up_to_date(db)
    yield app
    until(lambda: before.issuperset(threading.enumerate()))  # what was collected for later has been sent
    db.disconnect()
