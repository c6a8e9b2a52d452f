"""The documents are true: every event, command, setting and address stands in them, and every word is translated."""

from __future__ import annotations

import argparse
import dataclasses
import re
import shlex
import subprocess
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import OpenID, Settings
from workshop import commands, streams
from workshop.cli import _parser

ROOT = Path(__file__).parent.parent
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
CATALOGUE = ROOT / "workshop" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"


def emitted() -> set[str]:
    """The names of what the server sends."""
    return {stream.event for stream in streams.STREAMS}


def tags() -> set[str]:
    """The leader's commands."""
    return {t.__struct_config__.tag for t in (*get_args(commands.ClockCommand), *get_args(commands.RoomCommand))}


@pytest.mark.parametrize("name", sorted({*commands.EVENTS, *tags(), *emitted()}))
def test_everything_on_the_wire_is_documented(name: str) -> None:
    assert f"`{name}`" in PROTOCOL or f"`{name} " in PROTOCOL or f'"{name}"' in PROTOCOL


def test_every_command_is_documented() -> None:
    sub = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    for name, parser in sub.choices.items():
        assert f"workshop {name}" in PROTOCOL
        for below in (a for a in parser._actions if isinstance(a, argparse._SubParsersAction)):
            assert not [one for one in below.choices if f"workshop {name} {one} " not in PROTOCOL]


def test_every_option_of_create_is_documented() -> None:
    sub = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    options = {o for a in sub.choices["create"]._actions for o in a.option_strings if o.startswith("--")}
    assert not [option for option in options - {"--help"} if f"`{option}" not in PROTOCOL and option != "--title"]


def test_every_setting_is_documented() -> None:
    operators = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    names = {f.name.upper() for f in dataclasses.fields(Settings)} - {"INSTANCE"} | {"INSTANCE_PATH"}
    names |= {f"OPENID_{f.name.upper()}" for f in dataclasses.fields(OpenID)}
    assert not [name for name in names - {"OPENID"} if f"`{name}`" not in operators]


HOW_TO = ("README.md", "CONTRIBUTING.md", *(f"docs/{name}.md" for name in (
    "install", "operators", "leaders", "leaders.nl", "packs", "packs.nl", "reliability",
)))  # fmt: skip
INSTALLED = re.compile(r"(?:uv run |\.venv/bin/|\.venv\\Scripts\\)workshop (.+)")


def typed(document: str) -> list[str]:
    """What a document says to type: between backticks, or on a line of its own."""
    text = (ROOT / document).read_text(encoding="utf-8")
    spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", text)
    lines = re.findall(r"(?m)^ {4,}(\S.*)$", text)
    return [" ".join(found.partition("  #")[0].split()) for found in (*spans, *lines)]


@pytest.mark.parametrize("document", HOW_TO)
def test_every_command_works_as_it_stands(document: str) -> None:
    """Not by a name that is nowhere to be found after `make run`; with options and targets that there are."""
    targets = re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    for command in typed(document):
        assert not re.match(r"(workshop|python3?|alembic|pytest|pybabel|ruff|mypy) \w", command), command
        if found := INSTALLED.fullmatch(command):
            _parser().parse_args(shlex.split(found[1]))
        if found := re.match(r"(?:\w+=\w+ )?make (.+)", command):
            named = [word for word in shlex.split(found[1]) if "=" not in word]
            assert named and set(named) <= set(targets), command


def words() -> set[str]:
    """Every message in templates and code; of a plural its first form."""
    methods = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]
    options = {pattern: {"extensions": "jinja2.ext.i18n"} for pattern, kind in methods if kind == "jinja2"}
    found = extract_from_dir(ROOT / "workshop", methods, options)
    return {m[2] if isinstance(m[2], str) else m[2][0] for m in found}


def test_every_word_is_in_dutch() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="nl")
    translated = {
        (m.id if isinstance(m.id, str) else m.id[0]): m for m in catalogue if m.id and m.string and not m.fuzzy
    }
    assert len(words()) > 100
    assert not [word for word in words() if word not in translated or not all(translated[word].string)]
    for message in translated.values():
        texts = [message.string] if isinstance(message.string, str) else message.string
        for text in texts:
            assert set(re.findall(r"{\w+}", text)) <= set(re.findall(r"{\w+}", str(message.id))), text
            assert "'" not in text, f"an apostrophe in Dutch is ’: {text}"
            assert "!" not in text and not re.search(r"\b(gebruiker|sessie|alstublieft|u)\b", text), text


def test_nothing_of_the_sources_is_repeated() -> None:
    tool = ROOT.parent / "shared" / "tools" / "own-words"
    if not tool.exists():
        pytest.skip("the source documents are not beside this checkout")
    done = subprocess.run([tool, ROOT], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_other_host_is_named_in_what_a_browser_loads() -> None:
    for path in (ROOT / "workshop").rglob("*"):
        if path.suffix in (".html", ".css", ".js") and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert not re.findall(r"https?://(?!www\.w3\.org|192\.168|127\.0\.0\.1)[\w.]+", text), path
