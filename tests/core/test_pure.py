"""The core knows the standard library, msgspec and itself."""

import ast
import sys
from pathlib import Path

import pytest

import workshop.core

FILES = sorted(Path(workshop.core.__file__).parent.glob("*.py"))
IMPURE = {"asyncio", "datetime", "os", "secrets", "socket", "sqlite3", "subprocess", "threading", "time"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_core_imports_nothing_that_reaches_outside(file):
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    for name in names:
        top = name.partition(".")[0]
        assert top not in IMPURE, name
        assert top in sys.stdlib_module_names or top == "msgspec" or name.startswith("workshop.core"), name
