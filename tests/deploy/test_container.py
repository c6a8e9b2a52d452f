"""The containers, as far as reading them tells; docs/install.md says how they were run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml
from live import ROOT

from config import from_environment

CONTAINER = ROOT / "deploy/container"


def test_its_settings_are_ours_and_lead_to_its_own_database(tmp_path: Path) -> None:
    services = yaml.safe_load((CONTAINER / "compose.yaml").read_text())["services"]
    told = services["workshop"]["environment"]
    house = {"ORGANISATION": "Wijkteam", "PRIVACY_CONTACT": "privacy@example.org", "INSTANCE_PATH": str(tmp_path)}
    given = {name: (value or "").replace("${NAME:-localhost}", "localhost") for name, value in told.items()}
    settings = from_environment(given | house)
    assert (settings.public_url, settings.trusted_proxies) == ("https://localhost", 1)
    assert settings.database_url.endswith(f"host={services['database']['volumes'][1].partition(':')[2]}")
    assert set(told) < set(re.findall(r"\b[A-Z_]{5,}\b", (ROOT / "config.py").read_text()))


def test_what_is_built_gets_all_that_the_build_asks_for() -> None:
    """And nothing of this machine: neither what was made here nor what was kept."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"(?m)^COPY (?:--chmod=\d+ )?(deploy/\S+)", (CONTAINER / "Containerfile").read_text())
    asked = {
        "config.py",
        "hatch_build.py",
        "migrations",
        "pyproject.toml",
        "README.md",
        "requirements.lock",
        "workshop",
    }
    assert asked | {path.rstrip("/") for path in copied} <= let_in
    assert not [path for path in let_in if not (ROOT / path).exists()]
    assert not let_in & {".venv", ".git", "instance", "node_modules"}


def test_nginx_is_told_of_each_process(tmp_path: Path) -> None:
    """By the very lines of the script that starts it."""
    front = (CONTAINER / "front").read_text()
    subprocess.run(["sh", "-n", str(CONTAINER / "front")], check=True)
    conf = tmp_path / "workshop.conf"
    conf.write_text((ROOT / "deploy/nginx/conf.d/workshop.conf").read_text())
    lines = re.findall(r"servers=\n.*?conf\.d/workshop\.conf\n", front, re.DOTALL)[0]
    script = lines.replace("/etc/nginx/conf.d/workshop.conf", str(conf))
    subprocess.run(["sh", "-euc", script], env={"PORTS": "5000 5001", "PATH": "/usr/bin:/bin"}, check=True)
    servers = re.findall(r"(?m)^ +server (\S+) max_fails=0;$", conf.read_text())
    assert servers == ["127.0.0.1:5000", "127.0.0.1:5001"]
