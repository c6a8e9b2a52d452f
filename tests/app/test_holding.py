"""The connection that holds the rooms of a process: whatever happens, it is soon there again."""

from __future__ import annotations

import subprocess
import sys

import pytest
from live import ROOT

WAITS = """if True:
    import os, resource, socket, sys
    from workshop import __main__ as entry

    entry._allow_many_lines()
    wait = getattr(entry, f"_{sys.argv[1]}")()["select"]
    one, other = socket.socketpair()
    high = socket.socket(fileno=os.dup2(one.fileno(), 1500))
    assert wait([high], [], [], 0.001) == ([], [], [])
    assert wait([], [high], [], 60) == ([], [high], [])
    other.send(b".")
    assert wait([high], [], [], 60) == ([high], [], [])
    high.recv(1)
    other.close()
    assert wait([high], [], [], 60) == ([high], [], []), "that it has ended is heard too"
    assert wait([], [], [], 0.001) == ([], [], [])
"""


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_connection_beyond_a_thousand_files_is_waited_for(mode: str) -> None:
    done = subprocess.run([sys.executable, "-c", WAITS, mode], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
