"""Work for a program of its own, which gives its memory back; waiting for it holds up nobody."""

from __future__ import annotations

import os
import subprocess
import sys

SECONDS = 60
"""After which what is not made is given up; on a slow machine it takes five."""


def made_apart(module: str, data: bytes, *arguments: str) -> bytes:
    """What one of our modules writes that is run as a program (`python -m`), where it reads `data`."""
    command = [sys.executable, "-m", module, str(os.getpid()), str(SECONDS), *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{module} was not done within {SECONDS} s") from error
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-2000:])
    return done.stdout
