"""Real servers for tests: a process of its own, on each database that this machine has."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from live import NEVER, PACED, Line, Server
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

PAIR = bool(os.environ.get("TEST_PAIR"))
"""Whatever asks for a server gets two processes behind nginx (`pair`)."""
SERVERS = {"server", "sqlite_server", "postgres_server", "own_server", "faulty_server"}
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg2://postgres@127.0.0.1:5432")


TALK = {"app", "deploy", "matrix"}
STOOD_STILL = [
    r"^AssertionError: (waited too long|no such \w+; heard|no answer to)", r"^(Connection\w*|Timeout|URL)Error|^Gone",
]  # fmt: skip
"""What a test says for which the machine stood still: a line on which nothing moves for eight seconds is cut. It is
tried once more, and the run names it (`-rR`); whatever else goes wrong is a fault at once."""
IN_MEMORY = Path("/dev/shm")
ROOM_NEEDED = 4_000_000_000


def pytest_configure() -> None:
    """What tests write stays in memory where there is room for it: a disk that others keep busy stands still for
    seconds, and with it every server that stores something."""
    if (
        os.environ.keys().isdisjoint({"TMPDIR", "SOAK"})
        and IN_MEMORY.is_dir()
        and shutil.disk_usage(IN_MEMORY).free > ROOM_NEEDED
    ):
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes to begin, on each worker that has a part of it, comes first: there one worker has it all. Of
    two processes only that is asked which asks for a server."""
    if PAIR:
        left_out = [item for item in items if not SERVERS & {*getattr(item, "fixturenames", ())}]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.path.parent.name != "matrix")
    for item in items:
        if item.path.parent.name in TALK:
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=STOOD_STILL))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """`make test` asks twice, for what runs beside others and for what runs alone; of either there may be none."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and "alone" in session.config.option.markexpr:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """The lines of a test that fails half way are closed: they would be found unclosed in another one, or when it is
    tried again."""
    before = set(Line.made)
    try:
        return (yield)
    except BaseException:
        for line in set(Line.made) - before:
            line.close()
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With what fails is shown what its servers had to say."""
    report = yield
    if report.failed:
        for name, server in getattr(item, "funcargs", {}).items():
            if isinstance(server, Server):
                report.sections.append((f"said by {name}", "\n".join(server.said.read_text().splitlines()[-40:])))
    return report


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


@contextmanager
def own(request: pytest.FixtureRequest, **options: Any) -> Iterator[Server]:
    """A server of a test's own."""
    folder: Path = request.getfixturevalue("tmp_path")
    one = pair(folder, request.getfixturevalue("empty_postgres_url"), **options) if PAIR else Server(folder, **options)
    with one:
        yield one


def pair(folder: Path, database_url: str, **options: Any) -> Server:
    """Two processes on this database, behind nginx."""
    from pair import Pair  # nginx is no part of other runs

    return Pair(folder, database_url, **options)


@pytest.fixture(scope="session")
def pair_server(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Server]:
    """Two processes behind nginx, for every test that needs just any server."""
    with pair(tmp_path_factory.mktemp("pair"), postgres_url) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for every test that needs just any."""
    if PAIR:
        yield request.getfixturevalue("pair_server")
        return
    with Server(tmp_path_factory.mktemp("sqlite")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[Server]:
    """The same on PostgreSQL."""
    if PAIR:
        yield request.getfixturevalue("pair_server")
        return
    with Server(tmp_path_factory.mktemp("postgres"), DATABASE_URL=postgres_url) as server:
        yield server


@pytest.fixture(params=["pair"] if PAIR else ["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server, once on each database."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def own_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that a test may kill, on a database of its own."""
    with own(request) as server:
        yield server


@pytest.fixture
def still_server(tmp_path: Path) -> Iterator[Server]:
    """A server in which nothing comes back of what was tried or said too often, and to which one may come from any
    address."""
    with Server(tmp_path, program=PACED, GIVES_BACK=NEVER, TRUSTED_PROXIES="1") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium of this machine; never a downloaded one. The one that has no window takes a fifth less of it."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    unavailable("there is no Chromium on PATH")
    raise AssertionError
