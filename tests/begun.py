"""The workshop's program, read once for all servers and commands of a test process, and begun by a fork: reading it
takes four fifths of what a start takes, and a suite starts it seven hundred times.

A fork begins where `workshop` has been read and looks at its arguments. Run as a program this file reads it and waits
for orders, a line each on its standard input; REAL=1 starts the program anew each time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
READ_AT_START = ("PYTHON", "LC_", "LANG")
"""What begins so in the environment has its effect while a program is read."""
NOT_HERE = ("rehearse",)
"""It reads libraries that a server does without."""


def _read_at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(READ_AT_START)}


class Begun:
    """A process that was begun; as much of a `subprocess.Popen` as tests ask of one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.over = threading.Event()

    def end(self, status: int) -> None:
        """It is over, with this status of `waitpid`."""
        self.returncode = os.waitstatus_to_exitcode(status)
        self.over.set()

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended; subprocess.TimeoutExpired if it did not."""
        if not self.over.wait(timeout):
            raise subprocess.TimeoutExpired("workshop", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing happens if it is over."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)


class Program:
    """The program, read; each database has its own, because what speaks to PostgreSQL is patched while it is read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._read = subprocess.Popen(
            [sys.executable, __file__], env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._environ = _read_at_start(environ)
        self._running: dict[int, Begun] = {}
        self._began: list[Begun] = []
        self._news, self._one_at_a_time = threading.Condition(), threading.Lock()
        threading.Thread(target=self._hear, daemon=True).start()

    def fits(self, environ: Mapping[str, str]) -> bool:
        """Would it be read in the same way there?"""
        return self._environ == _read_at_start(environ)

    def begin(self, arguments: Sequence[str], environ: Mapping[str, str], files: Sequence[int]) -> Begun:
        """Begins it, with these files as standard input, output and error."""
        paths = [f"/proc/{os.getpid()}/fd/{file}" for file in files]
        order = {"arguments": list(arguments), "environ": dict(environ), "files": paths}
        with self._one_at_a_time, self._news:
            assert self._read.stdin is not None
            self._read.stdin.write(json.dumps(order).encode() + b"\n")
            self._read.stdin.flush()
            assert self._news.wait_for(lambda: self._began, 300), "the program was not begun"
            return self._began.pop()

    def _hear(self) -> None:
        assert self._read.stdout is not None
        for line in self._read.stdout:
            pid, status = json.loads(line)
            with self._news:
                if status is None:
                    self._running[pid] = Begun(pid)
                    self._began.append(self._running[pid])
                    self._news.notify_all()
                else:
                    self._running.pop(pid).end(status)


_programs: dict[bool, Program] = {}
_lock = threading.Lock()


def begin(
    arguments: Sequence[str], environ: Mapping[str, str], stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]
) -> Begun | subprocess.Popen[bytes]:
    """Begins `workshop` with these arguments."""
    usual = environ.get("ASYNC_MODE", "eventlet") == "eventlet" and arguments[0] not in NOT_HERE
    if usual and not os.environ.get("REAL"):
        postgres = environ.get("DATABASE_URL", "").startswith("postgres")
        with _lock:
            if postgres not in _programs:
                _programs[postgres] = Program(environ)
            if (program := _programs[postgres]).fits(environ):
                return program.begin(arguments, environ, [file.fileno() for file in (stdin, stdout, stderr)])
    command = [sys.executable, "-m", "workshop", *arguments]
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdin=stdin, stdout=stdout, stderr=stderr)


def wait_for_orders() -> int:
    """Reads the program and begins it for each order; the exit status, in a process that was begun."""
    import posix  # what eventlet leaves as it is

    sys.path.insert(0, str(ROOT))
    from workshop import __main__ as entry

    use_hub: Any = None
    orders, answers = posix.dup(0), posix.dup(1)
    patch = entry._eventlet

    def tell(pid: int, status: int | None) -> None:
        posix.write(answers, json.dumps([pid, status]).encode() + b"\n")

    def reap(*_: object) -> None:
        try:
            while (ended := posix.waitpid(-1, posix.WNOHANG))[0]:
                tell(*ended)
        except ChildProcessError:
            pass

    def lines() -> Any:
        left = b""
        while piece := posix.read(orders, 1 << 16):
            *whole, left = (left + piece).split(b"\n")
            yield from whole

    def begin_for_each(runtime: Any) -> int:
        signal.signal(signal.SIGCHLD, reap)
        for order in map(json.loads, lines()):
            modes = (posix.O_RDONLY, posix.O_WRONLY | posix.O_APPEND, posix.O_WRONLY | posix.O_APPEND)
            files = [posix.open(path, mode) for path, mode in zip(order["files"], modes, strict=True)]
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            with warnings.catch_warnings(action="ignore"):  # eventlet's: a fork gets a hub of its own
                pid = posix.fork()
            if pid:
                tell(pid, None)
            else:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for number, file in enumerate(files):
                    posix.dup2(file, number)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            for file in files if pid else (*files, orders, answers):
                posix.close(file)
            if not pid:
                use_hub()  # one of its own: that of before wakes whoever comes first
                os.environ.clear()
                os.environ.update(order["environ"])
                time.tzset()
                sys.argv[1:] = order["arguments"]
                return command(runtime)  # type: ignore[no-any-return]
        return 0

    def read() -> dict[str, Any]:
        nonlocal command, use_hub
        runtime = patch()
        use_hub = import_module("eventlet.hubs").use_hub
        from workshop import cli

        command, cli.main = cli.main, begin_for_each  # type: ignore[assignment]
        return runtime

    command: Any = None
    entry._eventlet = read
    sys.argv = [str(ROOT / "workshop" / "__main__.py"), "serve"]
    return entry.main()


if __name__ == "__main__":
    sys.exit(wait_for_orders())
