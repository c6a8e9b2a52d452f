"""Work for a program of its own, which gives its memory back; waiting for it holds up nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import IO

SECONDS = 60
"""After this many, what is not ready is given up; on a slow machine it takes five."""


KILLED_IN_TIME = -int(getattr(signal, "SIGALRM", 0)) or None
"""How a program ends that did not give up by itself (`behind`); other systems have no such end."""


class OutOfTime(RuntimeError):
    """It was not ready in time, and was given up."""


def made_apart(module: str, data: bytes, *arguments: str, seconds: int = SECONDS) -> bytes:
    """Runs one of our modules as a program (by `behind`), gives it `data` to read, and returns what it writes. Both go
    through memory if this Python can do that: through a pipe a megabyte takes two hundred turns of the one loop that
    serves the rooms."""
    command = [sys.executable, "-m", "workshop.behind", str(os.getpid()), str(seconds), module, *arguments]
    late = f"{module} was not done within {seconds} s"
    try:
        if not hasattr(os, "memfd_create"):  # another system, or a Python that was built for an old one
            done = subprocess.run(command, input=data, capture_output=True, timeout=seconds)
            return _whole(done, done.stdout, late)
        with _in_memory(data) as given, _in_memory() as made:
            done = subprocess.run(command, stdin=given, stdout=made, stderr=subprocess.PIPE, timeout=seconds)
            made.seek(0)
            return _whole(done, made.read(), late)
    except subprocess.TimeoutExpired as error:
        raise OutOfTime(late) from error


def _whole(done: subprocess.CompletedProcess[bytes], made: bytes, late: str) -> bytes:
    if done.returncode == KILLED_IN_TIME:
        raise OutOfTime(late)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-2000:])
    return made


def _in_memory(data: bytes = b"") -> IO[bytes]:
    """A file that is on no disk."""
    file: IO[bytes] = open(os.memfd_create("apart"), "w+b")  # noqa: SIM115 (its user closes it)
    file.write(data)
    file.seek(0)
    return file
