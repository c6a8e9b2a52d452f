"""Real servers for tests: a process of its own, on each database that this machine has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live import Server
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg2://postgres@127.0.0.1:5432")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes to begin, on each worker that has a part of it, comes first: there one worker has it all."""
    items.sort(key=lambda item: item.path.parent.name != "matrix")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """`make test` asks twice, for what runs beside others and for what runs alone; of either there may be none."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and "alone" in session.config.option.markexpr:
        session.exitstatus = pytest.ExitCode.OK


def unavailable(what: str) -> None:
    """Skips here with a reason; in CI what is missing is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; in CI that is a failure")
    pytest.skip(what)


@contextmanager
def _database(name: str) -> Iterator[str]:
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        unavailable("PostgreSQL does not answer on 127.0.0.1:5432 (TEST_POSTGRES_URL names another)")
    yield f"{POSTGRES}/{name}".replace("+psycopg2", "")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A fresh PostgreSQL database for this run."""
    with _database(f"workshop_test_{os.getpid()}") as url:
        yield url


@pytest.fixture
def empty_postgres_url() -> Iterator[str]:
    """One for this test alone, in which nothing is yet."""
    with _database(f"workshop_test_{os.getpid()}_empty") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for every test that needs just any."""
    with Server(tmp_path_factory.mktemp("sqlite")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Server]:
    """The same on PostgreSQL."""
    with Server(tmp_path_factory.mktemp("postgres"), DATABASE_URL=postgres_url) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server, once on each database."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that a test may kill; on SQLite, whose file is the test's own."""
    with Server(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium of this machine; never a downloaded one. The one that has no window takes a fifth less of it."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    unavailable("there is no Chromium on PATH")
    raise AssertionError
