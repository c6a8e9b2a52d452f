"""Work for a program of its own, which gives its memory back; waiting for it holds up nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import IO

SECONDS = 60
"""After which what is not made is given up; on a slow machine it takes five."""


def made_apart(module: str, data: bytes, *arguments: str) -> bytes:
    """What one of our modules writes that is run as a program (`python -m`), where it reads `data`. Both go by memory:
    through a pipe a megabyte takes two hundred turns of the one loop that serves the rooms."""
    command = [sys.executable, "-m", module, str(os.getpid()), str(SECONDS), *arguments]
    with _in_memory(data) as given, _in_memory() as made:
        try:
            done = subprocess.run(command, stdin=given, stdout=made, stderr=subprocess.PIPE, timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{module} was not done within {SECONDS} s") from error
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace").strip()[-2000:])
        made.seek(0)
        return made.read()


def _in_memory(data: bytes = b"") -> IO[bytes]:
    """A file that is on no disk; where the system knows no such thing, one without a name."""
    if sys.platform == "linux":
        file: IO[bytes] = open(os.memfd_create("apart"), "w+b")  # noqa: SIM115 (its user closes it)
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(data)
    file.seek(0)
    return file
