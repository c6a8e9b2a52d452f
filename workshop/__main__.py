"""The only file that knows eventlet (and gevent): patch first, then hand over to `cli`.

It gives the rest of the program plain callables: how to serve, and how to run slow work aside, in a thread of the
system's, with what such a thread waits and locks by.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import select
import signal
import socket
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from math import ceil
from typing import Any

MOST_BYTES = 16 * 1024
"""Bytes: the longest message, as in `frames`."""
M_MMAP_THRESHOLD = -3
"""Its number in malloc.h."""
LARGE_PIECE = 16 * 1024
"""Bytes: the size of a snapshot, and more than any other message."""
CROWD, DOOR = 1500, 400
"""How many connections are let in at once, and how many a second after that: people who are in go before people who
come. It is more than the server can open connections for, so it slows down no storm of phones."""
HEARD_OUT_SECONDS, MOST_HEARD_OUT = 1.0, 256 * 1024
ONLY_TO_REHEARSE = ("requests", "websocket", "aiohttp", "rich")
"""What our libraries also import if it is installed, for their clients or for a terminal in colours: eleven megabytes
and a fifth of a second. A rehearsal needs some of it, and is a program of its own."""
NOT_YET = "OpenSSL"
"""Likewise eventlet imports this, for lines that we do not open: nine megabytes. Passkeys need it, if there are any."""
DATABASE_SECONDS = 5.0
POOL = 20_000
"""Greenthreads for connections; with the default of 1,024 the next phone hangs without an error."""
LEAST_POOL, OTHER_FILES = 100, 200
"""Where few files may be open: how many connections are let in all the same, and how many files are left for the
database and all else."""
MAC_FILES = 10_240
"""macOS says that there is no bound, and then takes no more than this."""
NO_FILE_SECONDS = 0.1
"""How soon the next connection is tried again that could not be opened."""


def main() -> int:
    """The `workshop` command."""
    gc.disable()  # nothing that is loaded is ever litter, and to look for it takes an eighth of every start
    _allow_many_lines()
    _give_memory_back()
    command = sys.argv[1:2]
    if command != ["rehearse"]:
        for name in ONLY_TO_REHEARSE:  # to whoever tries to import it, it is not installed
            sys.modules[name] = None  # type: ignore[assignment]
    mode = os.environ.get("ASYNC_MODE", "").strip() or "eventlet"
    if command not in (["serve"], ["rehearse"]):  # what does one thing after the other needs no loop
        mode = "threading"
    sys.modules[NOT_YET] = None  # type: ignore[assignment]
    runtime = {"eventlet": _eventlet, "gevent": _gevent}.get(mode, _threading)()
    from workshop import cli

    del sys.modules[NOT_YET]
    gc.freeze()
    gc.enable()
    return cli.main(cli.Runtime(**runtime, mode=mode))


def _allow_many_lines() -> None:
    """Asks for as many open files as this machine lets us have: each phone is one, and the usual 1,024 are soon used up
    (R14)."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for files in (most, MAC_FILES):
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
            return


def _most_connections() -> int:
    """Each takes a file: without one left the database could not be opened either."""
    from workshop import trouble

    files = trouble.files()
    return POOL if files is None else max(LEAST_POOL, min(POOL, files - OTHER_FILES))


def _give_memory_back() -> None:
    """When all phones come back at once, their snapshots take tens of megabytes for a moment. Left to itself, Linux's C
    library would keep these for ever; memory that is asked for in larger pieces it gives back at once."""
    with suppress(OSError, AttributeError, TypeError):  # other systems have other ways
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_PIECE)


def _eventlet() -> dict[str, Any]:
    # In maintenance mode, and known: docs/decisions/0001.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # a resolver of its own: half a second and 5 MB for nothing
    import eventlet

    # To make psycopg2 wait for nobody it is imported: 4 MB where the database is a file.
    eventlet.monkey_patch(all=True, psycopg=os.environ.get("DATABASE_URL", "").strip().lower().startswith("postgres"))
    import eventlet.wsgi
    from eventlet import hubs, patcher, tpool

    _with_locks_of(patcher.original("threading"))
    from workshop.core.pace import Pace
    from workshop.quiet import Nowhere, Unlogged

    class Refusing:
        """Where the library writes: our answers in many pieces at once, its own refusals in one piece that says
        nothing."""

        def __init__(self, wire: Any, connection: Any, unread: Callable[[int], bytes]) -> None:
            self._wire, self._connection, self._unread = wire, connection, unread

        def __getattr__(self, name: str) -> Any:
            return getattr(self._wire, name)

        def write(self, refusal: bytes) -> None:
            """What it refuses, and nothing else."""
            _refuse(self._connection, self._unread(431 if b"Header" in refusal[:40] else int(refusal[9:12])))

    class Quiet(Unlogged, eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
        """Addresses of people are nobody's business; something that was not a request is answered with what to do."""

        unread: Callable[[int], bytes]

        def setup(self) -> None:
            super().setup()
            self.wfile: Any
            self.wfile = Refusing(self.wfile, self.connection, type(self).unread)

        def finish(self) -> None:
            try:
                super().finish()
            finally:  # where a client was gone before its answer the library forgets this, and keeps the socket open
                self.rfile.close()

        def get_environ(self) -> dict[str, Any]:
            # The library says HTTP/1.0 of whoever asks.
            return {**super().get_environ(), "SERVER_PROTOCOL": self.request_version}

        def send_error(self, code: int, *_: Any) -> None:
            self.close_connection = True
            self.wfile.write(b"HTTP/1.0 %d " % code)

    def serve(app: Any, listener: socket.socket, unread: Callable[[int], bytes]) -> None:
        from workshop.web.border import MOST_HEADERS  # which sees them only once they have been read

        Quiet.unread = staticmethod(unread)
        _hurry(listener)
        _stop_on_sigterm()
        if (driver := sys.modules.get("psycopg2")) is not None:
            _no_longer_than(driver, hubs.trampoline)
        tpool.setup()  # else whoever first needs a thread waits, with all others, until twenty have started
        eventlet.wsgi.MAX_TOTAL_HEADER_SIZE = MOST_HEADERS
        accept, door = listener.accept, Pace(rate=DOOR, burst=CROWD, patience=0)

        def accept_in_turn() -> Any:
            eventlet.sleep(door.takes("anyone", 1, time.monotonic()))
            while True:
                try:
                    return accept()
                except OSError as error:  # the library would end the server; whoever is in is served on
                    listens_no_more = error.errno == errno.EINVAL
                    eventlet.sleep(3600 if listens_no_more else NO_FILE_SECONDS)

        listener.accept = accept_in_turn  # type: ignore[method-assign]
        fair = _in_turn(app, eventlet.sleep, eventlet.spawn_n)
        eventlet.wsgi.server(
            listener, fair, debug=False, keepalive=5, max_size=_most_connections(), log_output=False, socket_timeout=60,
            protocol=Quiet, log=Nowhere(), environ={"wsgi.errors": Nowhere()},
        )  # fmt: skip

    unpatched, locks = patcher.original("select"), patcher.original("threading").Lock
    selects = _select_any(unpatched.select, getattr(unpatched, "poll", None))
    return {"serve": serve, "aside": tpool.execute, "select": selects, "lock": locks}


def _with_locks_of(system: Any) -> None:
    """Pages and files are made in the loop and in threads beside it. Whoever waits for a lock of eventlet's until
    another thread lets go of it is never woken, so these libraries get the system's own. They hold it for a moment, and
    give nobody else a turn meanwhile."""
    greens = threading.Lock, threading.RLock
    threading.Lock, threading.RLock = system.Lock, system.RLock
    try:
        for name in ("babel.localedata", "jinja2", "prometheus_client", "werkzeug.routing.map"):
            import_module(name)
    finally:
        threading.Lock, threading.RLock = greens
    import_module("structlog._output").threading = system  # type: ignore[attr-defined]  # it makes its locks later


def _no_longer_than(driver: Any, trampoline: Any) -> None:
    """Whoever waits for PostgreSQL waits `DATABASE_SECONDS` at most: a network that swallows everything would keep
    them, and all that waits behind them, for ever."""
    from workshop.database import SILENT

    states = driver.extensions

    def wait(connection: Any) -> None:
        until, late = time.monotonic() + DATABASE_SECONDS, False
        while (state := connection.poll()) != states.POLL_OK:
            if late:
                raise driver.OperationalError(SILENT)
            left = max(0.001, until - time.monotonic())
            way = {"read": state == states.POLL_READ, "write": state == states.POLL_WRITE}
            try:
                trampoline(connection.fileno(), **way, timeout=left, timeout_exc=TimeoutError)
            except TimeoutError:  # after the loop stood still the answer may be there all the same
                late = True

    states.set_wait_callback(wait)


def _gevent() -> dict[str, Any]:
    from gevent import monkey

    monkey.patch_all()
    from gevent import get_hub, pywsgi, sleep, spawn
    from geventwebsocket import handler
    from geventwebsocket.exceptions import FrameTooLargeException
    from geventwebsocket.websocket import WebSocket
    from psycogreen.gevent import patch_psycopg

    from workshop.quiet import Nowhere, Unlogged, fault

    patch_psycopg()

    class Quiet(Unlogged, handler.WebSocketHandler):  # type: ignore[misc]
        """Addresses of people are nobody's business; something that was not a request is answered with what to do."""

        unread: Callable[[int], bytes]

        def _handle_client_error(self, error: Exception) -> Any:
            super()._handle_client_error(ValueError())  # of any other it prints what the client sent
            return "431" if "headers" in str(error).lower() else "400", b""

        def handle_one_request(self) -> Any:
            found = super().handle_one_request()
            if isinstance(found, tuple):  # the library refused
                _refuse(self.socket, type(self).unread(int(found[0])))
                return None
            return found

    class Bounded(WebSocket):  # type: ignore[misc]
        """Keeps frames that are too long out of memory; the library itself would take anything. The rest is up to
        `frames`."""

        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            read = args[1].read

            def read_little(size: int) -> bytes:
                if size > MOST_BYTES:
                    raise FrameTooLargeException
                return bytes(read(size))

            self.raw_read = read_little

    handler.WebSocket = Bounded

    def serve(app: Any, listener: socket.socket, unread: Callable[[int], bytes]) -> None:
        Quiet.unread = staticmethod(unread)
        _stop_on_sigterm()
        _hurry(listener)
        get_hub().print_exception = lambda _context, _type, error, _trace: fault(error)
        fair = _in_turn(app, sleep, spawn)
        server = pywsgi.WSGIServer(
            listener, fair, spawn=_most_connections(), handler_class=Quiet, log=None, error_log=Nowhere()
        )
        server.max_accept = 1
        _shut_by(server.close)
        server.serve_forever()

    polls = monkey.get_original("select", "poll") if hasattr(select, "poll") else None
    selects = _select_any(monkey.get_original("select", "select"), polls)
    locks = monkey.get_original("_thread", "allocate_lock")

    def aside(work: Any, *args: Any) -> Any:
        return get_hub().threadpool.apply(work, args)

    return {"serve": serve, "aside": aside, "select": selects, "lock": locks}


def _threading() -> dict[str, Any]:
    def serve(app: Any, listener: socket.socket, unread: Callable[[int], bytes]) -> None:
        from werkzeug.serving import WSGIRequestHandler, make_server

        from workshop.quiet import Unlogged, fault

        class Quiet(Unlogged, WSGIRequestHandler):
            """Addresses of people are nobody's business; something that was not a request is answered with what to
            do."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def send_error(self, code: int, *_: Any) -> None:
                self.close_connection = True
                _refuse(self.connection, unread(code))

        _stop_on_sigterm()
        host, port = listener.getsockname()[:2]
        server = make_server(host, port, app, threaded=True, request_handler=Quiet, fd=listener.fileno())
        server.log = lambda *_: fault(sys.exc_info()[1])  # type: ignore[method-assign]
        server.handle_error = lambda *_: fault(sys.exc_info()[1])  # type: ignore[method-assign]
        server.serve_forever()

    selects = _select_any(select.select, getattr(select, "poll", None))
    return {"serve": serve, "aside": lambda work, *args: work(*args), "select": selects, "lock": threading.Lock}


def _select_any(selects: Callable[..., Any], polls: Callable[[], Any] | None) -> Callable[..., Any]:
    """`select` for files of any number: the system's own takes none from 1,024, and a server in which a thousand phones
    are has none below that left. Without `poll` (on Windows) it is the system's own."""
    if polls is None:
        return selects

    def wait(reads: list[Any], writes: list[Any], _: list[Any], seconds: float) -> tuple[list[Any], ...]:
        asked, no_longer = polls(), select.POLLHUP | select.POLLERR | select.POLLNVAL
        for one in {*reads, *writes}:
            asked.register(one, (one in reads and select.POLLIN) | (one in writes and select.POLLOUT))
        found = dict(asked.poll(ceil(seconds * 1000)))
        readable = [one for one in reads if found.get(one.fileno(), 0) & (select.POLLIN | no_longer)]
        return readable, [one for one in writes if found.get(one.fileno(), 0) & (select.POLLOUT | no_longer)], []

    return wait


def _in_turn(app: Any, sleep: Any, spawn: Any) -> Any:
    """Of all requests that arrive together, the loop begins with one each time round: what is said on open connections
    is heard in between, however many ask for pages. And a connection that has its next request ready lets others go on
    first."""
    from workshop.guard import WAITED

    waiting: deque[threading.Event] = deque()
    going = False

    def one_by_one() -> None:
        nonlocal going
        try:
            sleep(0)
            while waiting:
                waiting.popleft().set()
                sleep(0)
        finally:  # else, whatever happened here, nobody would ever be let in again
            going = False

    def fair(environ: Any, start_response: Any) -> Any:
        nonlocal going
        if going:
            since = time.monotonic()
            waiting.append(mine := threading.Event())
            mine.wait()
            environ[WAITED] = time.monotonic() - since
        else:
            going = True
            spawn(one_by_one)
            sleep(0)
        return app(environ, start_response)

    return fair


def _refuse(connection: Any, answer: bytes) -> None:
    """Answers something that was not a request, and hears it out for a moment: closing a connection on unread bytes
    would lose the answer."""
    with suppress(OSError):
        connection.settimeout(HEARD_OUT_SECONDS)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        heard = 0
        while heard < MOST_HEARD_OUT and (piece := connection.recv(LARGE_PIECE)):
            heard += len(piece)


def _hurry(listener: socket.socket) -> None:
    """Every connection made here sends small packets at once: a step and its acknowledgement are two packets, and the
    second would wait 40 ms for word of the first."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _shut_by(shut: Callable[[], object]) -> None:
    """How to make a server stop listening that would not bear it otherwise."""
    from workshop import handing

    handing.doors[:] = [shut]


def _stop_on_sigterm() -> None:
    """SIGTERM ends the process as it stands: every acknowledged write is on disk, and clients whose transport closes
    come back by themselves, which they would not after a `disconnect` (R16). If other processes serve its rooms too, it
    hands them over first; a second signal does not wait for that."""
    from workshop import handing
    from workshop.erasures import erasures

    def end() -> None:
        try:
            # The signal may have come while something was being written: waiting for that here would last for ever.
            erasures.settle(patient=False)
            sys.stderr.flush()
        finally:
            os._exit(0)

    def stop(*_: object) -> None:
        if not handing.leave(end):
            end()
        # A loop in which thousands of phones go away at one moment comes to nothing else for longer than anyone waits.
        signal.setitimer(signal.ITIMER_REAL, handing.LEAVING_SECONDS + 0.5)

    signal.signal(signal.SIGALRM, lambda *_: end())
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main())
