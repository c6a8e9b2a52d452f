"""The service as systemd reads it, its settings, and the page that puts it on an empty machine.

On a machine that systemd runs it was tried by hand: docs/install.md says how, and what was not.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import unavailable
from live import ROOT

from config import from_environment
from workshop.cli import _parser

UNIT = ROOT / "deploy/systemd/workshop@.service"
OPEN_TO = 2.0
"""Of systemd's ten: how much a service that went wrong could reach. What is left is the network, which it is for."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """One process of the template, of the program that is installed here."""
    if shutil.which("systemd-analyze") is None:
        unavailable("there is no systemd-analyze here")
    program = tmp_path / "workshop"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    one = tmp_path / "workshop@5000.service"
    one.write_text(UNIT.read_text().replace("/opt/workshop/bin/workshop", str(program)))
    return one


def test_systemd_finds_no_fault_in_it(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert done.returncode == 0 and unit.name not in done.stderr, done.stderr


def test_it_is_shut_off_from_all_that_it_does_not_need(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={OPEN_TO * 10:.0f}"]
    done = subprocess.run([*command, str(unit)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_it_sees_what_its_own_figures_are_made_of_and_writes_where_the_docs_put_the_log_of_erasures() -> None:
    unit = UNIT.read_text()
    assert "ProcSubset" not in unit, "without /proc/stat there is no figure of memory, processor or open files"
    assert "/srv/backup/erasures.log" in (ROOT / "docs/operators.md").read_text()
    assert "\nReadWritePaths=-/srv/backup\n" in unit


def test_what_it_starts_is_a_command_of_ours() -> None:
    started = re.findall(r"(?m)^ExecStart=(\S+) (.+)$", UNIT.read_text())
    assert [program for program, _ in started] == ["/opt/workshop/bin/workshop"]
    wanted = _parser().parse_args(shlex.split(started[0][1].replace("%i", "5001")))
    assert (wanted.host, wanted.port) == ("127.0.0.1", 5001)


def test_its_settings_are_ours(tmp_path: Path) -> None:
    told = re.findall(r"(?m)^#?([A-Z_]+)=(.*)$", (ROOT / "deploy/systemd/workshop.env").read_text())
    both = {"ORGANISATION": "Wijkteam", "PRIVACY_CONTACT": "privacy@example.org"}
    settings = from_environment({name: value or both[name] for name, value in told} | {"INSTANCE_PATH": str(tmp_path)})
    assert (settings.public_url, settings.trusted_proxies) == ("https://workshop.example.org", 1)
    assert settings.database_url.startswith("postgresql:///")


WRITTEN = """
# A=1
; B=2
export C=3
  ORGANISATION=Gemeente Ergens
OPENID_ORGANISATIONS=han.nl=HAN; zuyd.nl=Zuyd
METRICS_TOKEN=$(touch ran) `touch ran` $HOME "x" & | > y #z
SMTP_URL = "smtp://noor:a$b`c`@example.org"\t
PRIVACY_CONTACT='to the \\letter'
OPENID_NAME="say \\"so\\" for \\$5 \\n"
OPENID_LEADERS=a\\b; \\
c
OPENID_ADMINS=
MAIL_FROM=workshop@example.org\r
ERASURES_LOG=/srv/Zoë.log"""
READ = {
    "INSTANCE_PATH": "/var/lib/workshop",
    "ORGANISATION": "Gemeente Ergens",
    "OPENID_ORGANISATIONS": "han.nl=HAN; zuyd.nl=Zuyd",
    "METRICS_TOKEN": '$(touch ran) `touch ran` $HOME "x" & | > y #z',
    "SMTP_URL": "smtp://noor:a$b`c`@example.org",
    "PRIVACY_CONTACT": "to the \\letter",
    "OPENID_NAME": 'say "so" for $5 \\n',
    "OPENID_LEADERS": "ab; c",
    "OPENID_ADMINS": "",
    "MAIL_FROM": "workshop@example.org",
    "ERASURES_LOG": "/srv/Zoë.log",
}
"""What systemd makes of these lines (systemd.exec(5), EnvironmentFile)."""


def test_commands_have_the_settings_of_the_service_to_the_letter(tmp_path: Path) -> None:
    text = (ROOT / "deploy/systemd/workshop").read_text()
    show = "import json, os, sys; print(json.dumps([dict(os.environ), os.getcwd(), sys.argv[1:]]))"
    there = {
        re.findall(r"(?m)^COMMAND = (.+)$", text)[0]: f'["{sys.executable}", "-c", "{show}"]',
        '"/etc/workshop.env", "/var/lib/workshop"': f'"{tmp_path / "env"}", "{tmp_path}"',
    }
    for before, after in there.items():
        assert before in text
        text = text.replace(before, after)
    (tmp_path / "workshop").write_text(text)
    (tmp_path / "env").write_text(WRITTEN, newline="")
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "workshop"), "create", "--title", "two words"],
        env={"HOME": "/root"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    environ, folder, arguments = json.loads(done.stdout)
    assert {name: environ.get(name) for name in READ} == READ | {"INSTANCE_PATH": str(tmp_path)}
    assert environ.keys() - READ.keys() <= {"HOME", "LC_CTYPE"}, "nothing else"
    assert (folder, arguments) == (str(tmp_path), ["create", "--title", "two words"])
    assert not (tmp_path / "ran").exists()


def test_an_empty_machine_takes_fifteen_commands_at_most_and_all_they_name_is_there() -> None:
    page = (ROOT / "docs/install.md").read_text()
    commands = re.findall(r"(?:^    \S.*\n)+", page, re.MULTILINE)[0].splitlines()
    assert len(commands) <= 15
    for named in re.findall(r"(?<![\w/])deploy/[\w./@-]+", "\n".join(commands)):
        assert (ROOT / named).exists(), named
    assert f"python{sys.version_info.major}" in page
