"""The house keeps its direction (CONTRIBUTING.md): who imports what, who speaks to clients, who knows eventlet."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from workshop.rooms.undoing import PROGRAMMING

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "workshop"
FILES = sorted(PACKAGE.rglob("*.py"))
FLOORS = (
    {"core"},
    {
        "days",
        "settings",
        "content",
        "models",
        "kept",
        "metrics",
        "condition",
        "presence",
        "exports",
        "database",
        "private",
        "room",
        "told",
        "wire",
    },
    {
        "access",
        "addresses",
        "alone",
        "backup",
        "behind",
        "broadcast",
        "erasures",
        "extensions",
        "frames",
        "guard",
        "holding",
        "litter",
        "logs",
        "mail",
        "migrating",
        "networks",
        "provider",
        "quiet",
        "routed",
        "schema",
        "smtp",
        "store",
        "terminal",
        "trouble",
        "turns",
    },
    {"live", "rooms", "streams"},
    {
        "accounts",
        "changing",
        "coming",
        "commands",
        "cookies",
        "handing",
        "journal",
        "lapsed",
        "openid",
        "overview",
        "passkeys",
        "removing",
        "resets",
        "restoring",
        "telling",
        "uses",
    },
    {"sockets", "web", "ticker", "rehearsal"},
    {"app"},
    {"keeping"},
    {"cli"},
    {"__main__"},
)
"""From the ground up; a file imports from its own floor and below."""


def imported(file: Path) -> set[str]:
    """The modules that a file imports, our own by their full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = file.relative_to(ROOT).with_suffix("").parts[: -node.level] if node.level else ()
            base = ".".join((*above, *((node.module or "").split(".") if node.module else ())))
            found |= {base} | {f"{base}.{name.name}" for name in node.names}
    return found


def part(module: str) -> str | None:
    """The part of the package a module belongs to."""
    head, _, rest = module.partition(".")
    return rest.split(".")[0] if head == "workshop" and rest else None


def floor(name: str | None) -> int | None:
    """On which floor a part stands."""
    return next((n for n, names in enumerate(FLOORS) if name in names), None)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    own = floor(file.relative_to(PACKAGE).with_suffix("").parts[0])
    if own is None:
        assert file == PACKAGE / "__init__.py", f"{file} stands on no floor"
        assert not imported(file) - {"__future__.annotations", "__future__"}
        return
    for module in imported(file):
        other = floor(part(module))
        assert other is None or other <= own, f"{file.name} imports {module}, which stands above it"


def test_core_is_pure() -> None:
    impure = {
        "flask",
        "sqlalchemy",
        "socketio",
        "eventlet",
        "time",
        "datetime",
        "os",
        "pathlib",
        "structlog",
        "flask_socketio",
    }
    for file in (*(PACKAGE / "core").rglob("*.py"), *(PACKAGE / "room").rglob("*.py")):
        assert not {m.split(".")[0] for m in imported(file)} & impure, file


def test_use_cases_and_the_door_out_ask_nothing_of_the_database() -> None:
    files = [PACKAGE / "changing.py", PACKAGE / "coming.py"]
    files += [file for folder in ("commands", "rooms", "telling") for file in (PACKAGE / folder).rglob("*.py")]
    handed_on = {"sqlalchemy.orm", "sqlalchemy.orm.Session"}
    """A session is handed on to `store` where a room is made."""
    for file in files:
        assert not {m for m in imported(file) - handed_on if m.split(".")[0] == "sqlalchemy"}, file


def test_only_main_knows_eventlet() -> None:
    for file in FILES:
        if file.name != "__main__.py":
            assert not {m.split(".")[0] for m in imported(file)} & {"eventlet", "gevent", "psycogreen"}, file


def test_one_file_speaks_to_clients() -> None:
    for file in FILES:
        if file in (PACKAGE / "telling" / "connections.py", PACKAGE / "broadcast.py"):
            continue  # the second goes past the library's writers
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            assert name not in ("emit", "send"), f"{file}:{node.lineno} speaks to clients"


def test_tables_are_made_by_migrations_and_by_nothing_else() -> None:
    assert not [f for f in FILES if "create_all" in f.read_text(encoding="utf-8")]


def test_no_script_says_what_the_pressing_loses() -> None:
    """tdewolff-minify 2.24 takes `void (a && b())` for nothing to do, and leaves it out: no key of the desk worked."""
    for script in sorted((PACKAGE / "static" / "js").rglob("*.js")):
        assert not re.search(r"void \([^)]*(?:&&|\|\||\?)", script.read_text(encoding="utf-8")), script


def test_no_field_cuts_what_is_pasted() -> None:
    """A `maxlength` takes the end off without a word. What is too long stays, and says so."""
    pages = [*(PACKAGE / "templates").rglob("*.html"), *(PACKAGE / "static" / "js").rglob("*.js")]
    cutting = [path.name for path in pages if re.search("maxlength", path.read_text(encoding="utf-8"), re.IGNORECASE)]
    assert not cutting


def test_no_script_asks_for_what_old_phones_lack() -> None:
    """An iPhone 7 stops at Safari 15, which throws at these, and at some of them before a line has run. What is newer
    than ES2022 the types refuse (tsconfig.json)."""
    newer = r"\.(requestSubmit|randomUUID|canParse|checkVisibility|\w+Popover)\(|AbortSignal\.|\(\?<[=!]"
    for script in sorted((PACKAGE / "static" / "js").rglob("*.js")):
        assert not re.search(newer, script.read_text(encoding="utf-8")), script


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_pause_hangs_on_the_clock_on_the_wall(path: Path) -> None:
    """One that was set back by an hour would make it an hour longer."""
    rests = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "rest"
    ]  # fmt: skip
    calls = [one for rest in rests for one in ast.walk(rest) if isinstance(one, ast.Call) and one is not rest]
    assert not [one.lineno for one in calls if isinstance(one.func, ast.Name) and one.func.id == "now"]


def test_every_deed_that_can_be_undone_has_words_for_that() -> None:
    rooms = "".join(file.read_text() for file in (PACKAGE / "rooms").glob("*.py"))
    deeds = {*re.findall(r"remember\(\s*change,\s*\"(\w+)\"", rooms), *PROGRAMMING}
    words = (PACKAGE / "templates" / "desk" / "words.html").read_text()
    assert len(deeds) > 10
    assert {f"undone_{did}" for did in deeds} == set(re.findall(r"\"(undone_\w+)\":", words))


def test_no_script_waits_for_ever_for_an_answer() -> None:
    """A network may swallow what is asked. The worker has its own patience: it hands on what the page asked."""
    endless = [
        f"{file.name}: {asked}"
        for file in sorted((PACKAGE / "static" / "js").rglob("*.js"))
        if file.name != "worker.js"
        for asked in re.findall(r"\bfetch\([^;]*", file.read_text())
        if "signal: within(" not in asked
    ]
    assert not endless
