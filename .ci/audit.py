"""Asks whether anything that we depend on has a known hole: `pip-audit` for requirements.lock, `npm audit` for
package-lock.json. Run by `make audit`, with the Python of `.venv`.

Ends with 1 on a finding and on nothing else. Where nobody could be asked it says "not run" and why: a service that
knows none of our packages has not found them sound, although pip-audit then says that it found nothing. It takes half a
minute at most.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TO_INSTALL, TO_ANSWER = 12, 16
"""Seconds."""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
INSTALL = (*PIP, "install", "--quiet", "--timeout", "5", "--retries", "0", "-c", "requirements.lock", "pip-audit")
OF_PYTHON = (
    sys.executable, "-m", "pip_audit", "-r", "requirements.lock", "--no-deps", "--disable-pip",
    "--progress-spinner", "off", "--timeout", "5", "--format", "json",
)  # fmt: skip
OF_NPM = ("npm", "audit", "--package-lock-only", "--json", "--audit=true", "--fetch-retries=0", "--fetch-timeout=10000")


class Verdict(NamedTuple):
    """What one audit says: the holes it knows of, and where nobody could be asked, why."""

    holes: list[str]
    not_run: str = ""
    looked_at: int = 0


def of_python(said: str) -> Verdict:
    """What pip-audit's JSON comes to."""
    try:
        found = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict([], "pip-audit got no answer")
    asked = [one for one in found if "skip_reason" not in one]
    holes = [f"{one['name']} {one['version']}: {hole['id']}" for one in asked for hole in one["vulns"]]
    return Verdict(holes, "" if asked else "the service that pip-audit asks knows none of our packages", len(asked))


def of_npm(said: str) -> Verdict:
    """What npm's JSON comes to."""
    try:
        report = json.loads(said)
    except ValueError:
        return Verdict([], "npm audit got no answer")
    if "auditReportVersion" not in report:
        why = re.sub(r"\s*-?\s*(GET|POST)? ?https?://\S+", "", str(report.get("message", "")))
        return Verdict([], f"npm audit got no answer: {why or 'no reason given'}")
    holes = [f"{name}: {one['severity']}" for name, one in report["vulnerabilities"].items()]
    return Verdict(holes, looked_at=report["metadata"]["dependencies"]["total"])


def asked(command: Sequence[str], seconds: float) -> tuple[str, str]:
    """What a program prints, and why it could not be asked."""
    if not shutil.which(command[0]):
        return "", f"there is no {command[0]} here"
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "", f"no answer within {seconds} seconds"
    return done.stdout, ""


def audit_python() -> Verdict:
    """pip-audit, which is installed for it first."""
    _, why = asked(INSTALL, TO_INSTALL)
    said, why_not = asked(OF_PYTHON, TO_ANSWER)
    return Verdict([], why or why_not) if why or why_not else of_python(said)


def audit_npm() -> Verdict:
    """npm's own."""
    said, why = asked(OF_NPM, TO_ANSWER)
    return Verdict([], why) if why else of_npm(said)


def main() -> int:
    """Asks both at once and prints a line each."""
    with ThreadPoolExecutor() as pool:
        running = {"Python": pool.submit(audit_python), "npm": pool.submit(audit_npm)}
        verdicts = {name: one.result() for name, one in running.items()}
    for name, verdict in verdicts.items():
        for hole in verdict.holes:
            print(f"audit: {name}: {hole}")
        if verdict.not_run:
            print(f"audit: not run: {name}: {verdict.not_run}")
        elif not verdict.holes:
            print(f"audit: {name}: nothing known against {verdict.looked_at} packages")
    return int(any(verdict.holes for verdict in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
