"""The table of what is kept is complete and agrees with the tables of the database and with the scripts (S8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Table

from workshop.access import ROOM_KEYS
from workshop.kept import DATED, LINES, PARTS, TABLES, Technical, Told
from workshop.models import Base
from workshop.web.privacy import UNTIL

PACKAGE = Path(__file__).parent.parent / "workshop"
METADATA = Base.metadata.tables
OURS = [path for path in PACKAGE.rglob("*.js") if "vendor" not in path.parts]
ROOTS = {"people", "rooms", "accounts", "organisations"}
"""What somebody erases, or what goes on its date; everything else hangs under one of these."""


def lines_of(told: Told) -> tuple[str, ...]:
    """The lines of the page that tell of a column."""
    if isinstance(told, Technical):
        return ()
    return (told,) if isinstance(told, str) else told


def goes_with(table: Table) -> set[str]:
    """With the end of which roots the rows of a table are deleted by the database itself."""
    above = {key.column.table for key in table.foreign_keys if key.ondelete == "CASCADE"}
    return ({table.name} & ROOTS).union(*(goes_with(one) for one in above))


@pytest.mark.parametrize("name", sorted(METADATA))
def test_each_column_is_told_or_named_as_technical(name: str) -> None:
    assert name in TABLES, f"{name}: say in workshop/kept.py what this table keeps"
    columns = {column.name for column in METADATA[name].columns}
    assert set(TABLES[name].columns) == columns, f"{name}: say in workshop/kept.py what its columns keep"
    for column, told in TABLES[name].columns.items():
        assert set(lines_of(told)) <= set(LINES), f"{name}.{column}: there is no such line on the page"
        assert lines_of(told) or (isinstance(told, Technical) and len(told.why) > 8), f"{name}.{column}: why not?"


def test_no_table_is_told_that_is_not_there() -> None:
    assert set(TABLES) == set(METADATA)


@pytest.mark.parametrize("name", sorted(METADATA))
def test_what_is_said_about_how_long_is_what_the_foreign_keys_do(name: str) -> None:
    assert TABLES[name].until.goes_with == goes_with(METADATA[name])


def test_a_date_is_a_moment_that_the_table_has() -> None:
    for name, date in DATED.items():
        assert isinstance(METADATA[name].c[date].type, BigInteger)
    moments = {n: [c.name for c in t.columns if c.name in ("expires_at", "erase_at")] for n, t in METADATA.items()}
    assert {n: dates[0] for n, dates in moments.items() if dates} == DATED, "what has a date goes on it"


def test_each_line_says_how_long_once() -> None:
    """By the one table that it is in, or by itself."""
    for key, line in LINES.items():
        told = {t.until.told for t in TABLES.values() if key in chain(*map(lines_of, t.columns.values()))}
        assert len(told) + bool(line.until) == 1, key
        assert UNTIL[key] == (line.until or told.pop())
    assert len(LINES) == sum(map(len, PARTS.values())), "no key stands twice"


def literals(pattern: str, paths: list[Path]) -> Iterator[str]:
    """What a pattern finds in our own source."""
    for path in paths:
        yield from re.findall(pattern, path.read_text(encoding="utf-8"))


def told_names(prefix: str) -> set[str]:
    """The names in a browser that the page tells, with a star for what differs."""
    names = chain.from_iterable(line.names for line in LINES.values())
    return {re.sub("<[a-z]+>", "*", name) for name in names if name.startswith(prefix)}


def test_the_names_told_of_what_stays_in_a_browser_are_those_in_the_scripts() -> None:
    texts = chain(literals(r'"(samen\.[^"]*)"', OURS), literals(r"`\$\{(samen\}\.[^`<]*)`", OURS))
    used = {re.sub(r"\$\{[^}]+\}", "*", name.replace("}", "", 1)) for name in texts}
    used |= {f"samen.*{beside}" for beside in literals(r"\$\{kept\}(\.\w+)", OURS)}
    passing = {"samen.probe", "samen.ics", "samen.", "samen.**"}
    """Gone at once; the name of a file that one saves; how to know what is ours; all that stands beside a token."""
    beginnings = {"samen.outbox.*", "samen.outbox.*."}  # of samen.outbox.<code>.<person>
    assert used - passing - beginnings == told_names("samen.") - {"samen.outbox.*.*"}
    shelf = (PACKAGE / "static/js/shelf.js").read_text(encoding="utf-8")
    beside = re.findall(r'"(\.\w+)"', re.findall(r"const BESIDE = \[(.*?)\]", shelf)[0])
    on_phone = {name.removeprefix("samen.<code>") for name in LINES["on_phone"].names}
    assert on_phone == {"", *beside}, "what is told is what goes when a room is forgotten"


def test_nothing_else_is_stored_in_a_browser() -> None:
    stores = r"\b(?:localStorage|sessionStorage|indexedDB|caches|document\.cookie|cookieStore|navigator\.storage)\b"
    using = {path.name for path in OURS if re.search(stores, path.read_text(encoding="utf-8"))}
    assert using == {
        "cards.js",
        "controls.js",
        "home.js",
        "keep.js",
        "keys.js",
        "pocket.js",
        "shelf.js",
        "sound.js",
        "worker.js",
    }, "a script that stores something: is it told in workshop/kept.py?"


def test_cookies_are_set_in_one_place_and_told_by_name() -> None:
    python = sorted(PACKAGE.rglob("*.py"))
    setting = {p.name for p in python if "set_cookie(" in p.read_text(encoding="utf-8")}
    assert setting == {"cookies.py"}
    told = PACKAGE / "kept.py"
    named = {n for n in literals(r'"(samen_[^"]*)"', [p for p in python if p != told]) if not n.endswith("_")}
    keyed = {f"samen_{role}_*" for role in ROOM_KEYS if role != "rehearsal"}  # no page hands that one to a browser
    keyed.add("samen_language_*")
    assert named - {"samen_{role}_{code}"} | keyed == told_names("samen_")
