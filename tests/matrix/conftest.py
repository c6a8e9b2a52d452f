"""The afternoon, played once on each database; and a server that believes what a proxy says of who asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import AT_ONCE, PACED, Server
from matrix.afternoon import METRICS, Afternoon, play
from sqlalchemy import create_engine, text


def _served(folder: pytest.TempPathFactory, name: str, **environ: str) -> Iterator[Afternoon]:
    options = {"TRUSTED_PROXIES": "1", "METRICS_TOKEN": METRICS, "GIVES_BACK": AT_ONCE} | environ
    with Server(folder.mktemp(name), program=PACED, **options) as server:
        afternoon = play(server, folder.mktemp("files"))
        yield afternoon
        afternoon.close()


@pytest.fixture(scope="session")
def sqlite_afternoon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    yield from _served(tmp_path_factory, "matrix-sqlite")


@pytest.fixture(scope="session")
def postgres_afternoon(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Afternoon]:
    """In a database of its own: an admin sees the rooms of all tests in the other one."""
    driven = postgres_url.replace("postgresql://", "postgresql+psycopg2://")
    beside, name = create_engine(driven, isolation_level="AUTOCOMMIT"), f"workshop_matrix_{os.getpid()}"
    with beside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = f"{postgres_url.rpartition('/')[0]}/{name}"
    yield from _served(tmp_path_factory, "matrix-postgres", DATABASE_URL=url)
    with beside.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    beside.dispose()


@pytest.fixture(params=["sqlite", "postgres"], scope="session")
def afternoon(request: pytest.FixtureRequest) -> Afternoon:
    """All that everyone did and was told, once on each database."""
    found: Afternoon = request.getfixturevalue(f"{request.param}_afternoon")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each database waits for a whole afternoon."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(1200))
