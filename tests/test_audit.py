"""The audit of what we depend on fails on a finding, and never says "nothing known" where nobody was asked."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """`.ci/audit.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("audit", Path(__file__).parent.parent / ".ci" / "audit.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def python(*dependencies: dict[str, object]) -> str:
    """A report of pip-audit 2.10."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
UNKNOWN = {"name": "mako", "skip_reason": "Dependency not found on PyPI and could not be audited: mako (1.4.3)"}
HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": [], "description": "…"}


def test_python(audit: ModuleType) -> None:
    assert audit.of_python(python(SOUND, UNKNOWN)) == ([], "", 1)
    assert audit.of_python(python(SOUND | {"vulns": [HOLE]})).holes == ["flask 3.1.3: PYSEC-2026-1"]
    for said in (python(UNKNOWN, UNKNOWN), python(), "", "[]", "Traceback"):
        holes, not_run, _ = audit.of_python(said)
        assert not holes and not_run, said


def test_npm(audit: ModuleType) -> None:
    found = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 11}}}
    assert audit.of_npm(json.dumps(found)) == ([], "", 11)
    holes = found | {"vulnerabilities": {"ws": {"name": "ws", "severity": "high"}}}
    assert audit.of_npm(json.dumps(holes)).holes == ["ws: high"]
    refused = {"message": "405 Method Not Allowed - POST https://registry.example.org/-/npm/v1/x", "statusCode": 405}
    assert audit.of_npm(json.dumps(refused)) == ([], "npm audit got no answer: 405 Method Not Allowed", 0)
    assert audit.of_npm("").not_run


def test_who_does_not_answer_is_waited_for_no_longer_than_said(audit: ModuleType) -> None:
    assert audit.asked(("sleep", "60"), 0.1) == ("", "no answer within 0.1 seconds")
    assert audit.asked(("no-such-program",), 1) == ("", "there is no no-such-program here")
    assert audit.TO_INSTALL + audit.TO_ANSWER <= 30
