"""The command that serves."""

from __future__ import annotations

import argparse
import errno
import io
import os
import socket
import sys
from contextlib import suppress

import segno
from sqlalchemy import func, select

from .. import handing, logs, schema, sockets, ticker, trouble
from ..access import keys
from ..addresses import only_works_here
from ..alone import alone
from ..app import create_app
from ..core.errors import Refused
from ..extensions import db, socketio
from ..holding import holding
from ..litter import litter
from ..models import Account
from ..networks import EVERYWHERE, listening
from ..private import write_private
from ..settings import Settings
from ..web import errors
from ..web.mailing import outgoing
from .installation import LISTENING
from .runtime import Add, Runtime

MOST_PORT = 65535
BACKLOG = 4096
"""How many connections may wait to be accepted in a storm of phones; with the default of 50, half of 1,000 would
hang."""


def serve(settings: Settings, runtime: Runtime, wanted: argparse.Namespace) -> None:
    """Brings the schema up to date and serves until it is told to stop."""
    listener = _listen(wanted.host, wanted.port)
    app = create_app(settings)
    if not db.shared:
        alone.hold(settings.instance, db)  # before a newer version changes the tables of one that serves
    schema.bring_up_to_date(db)
    if db.shared:
        holding.begin(db)
    listening.at(wanted.host, wanted.port)
    write_private(settings.instance / LISTENING, f"{wanted.host} {wanted.port}".encode())
    base = settings.public_url or listening.own
    if not settings.public_url:
        _say_who_can_come()
    print(f"Leaders log in at {base}/lead", flush=True)
    with db.reading() as session:
        if not session.scalar(select(func.count(Account.id))):
            print(
                f"First time here? Make the first leader's account: {base}/first?key={keys.first_leader()}", flush=True
            )
    handing.serve_together(listener)
    socketio.start_background_task(ticker.run)
    socketio.start_background_task(trouble.watch, settings, outgoing.look)
    socketio.start_background_task(sockets.watch, app.extensions["guard"])
    litter.keep_for_good()
    listener.listen(BACKLOG)
    unread = {status: errors.unread(app, status) for status in errors.UNREAD}
    with logs.nothing_else():
        runtime.serve(app, listener, lambda status: unread.get(status, unread[400]))


def _listen(host: str, port: int) -> socket.socket:
    """The address, taken before anything is printed: it helps nobody to print one that leads to another program, or
    nowhere. Nobody can connect before the server is ready; until then a proxy tries another process."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = family == socket.AF_INET6 and host in EVERYWHERE and socket.has_dualstack_ipv6()
    other = port + 1 if port < MOST_PORT else port - 1
    take = f'--port {other} (with make: make run ARGS="--port {other}")'
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # as `socket.create_server` does, which would listen at once
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not both)
        listener.bind((host, port))
        return listener
    except OverflowError as problem:
        raise Refused("invalid", f"There is no port {port}.") from problem
    except UnicodeError as problem:
        raise Refused("invalid", f"{_no_address(host)}.") from problem
    except OSError as problem:
        why = {
            errno.EADDRINUSE: f"Address already in use: another program has port {port}. Take {take}",
            errno.EACCES: f"This user may not listen at port {port}: the system keeps it. Take --port 5000",
        }
        raise Refused("busy", f"{why.get(problem.errno or 0, _no_address(host))}.") from problem


def _no_address(host: str) -> str:
    return f"This machine cannot listen at {host!r}. --host takes one of its addresses, or 0.0.0.0 for all"


def _say_who_can_come() -> None:
    """Which machines find this server, at which address, and how to change that."""
    if listening.host not in EVERYWHERE:
        if only_works_here(listening.own):
            print("Only this computer can open it. To let phones join: --host 0.0.0.0")
        return
    networks = listening.networks()
    if networks:
        address = listening.for_phones() or ""
        print(f"Phones on the same network join at {address} ({networks[0].name})")
        _draw(address)
        if others := ", ".join(f"{one.address} ({one.name})" for one in networks[1:]):
            print(f"Also on other networks: {others}. Whoever leads from this computer can choose on the dashboard.")
    else:
        print("This computer is not on a network now. As soon as it is, phones on it can join.")
    print('To let only this computer open it: --host 127.0.0.1 (with make: make run ARGS="--host 127.0.0.1")')


def _draw(address: str) -> None:
    """Draws it as a QR code, to try with one's own phone, if somebody sees it and the terminal can show the blocks."""
    if sys.stdout.isatty():
        with suppress(UnicodeEncodeError):
            drawn = io.StringIO()
            segno.make(address, error="l", micro=False).terminal(drawn, border=2, compact=True)
            print(drawn.getvalue())


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; it is a number from 1 to {MOST_PORT}")
    return int(text)


def _host(text: str) -> str:
    """With brackets too, as in an address. An empty one, such as of a variable that is not set, would let all in."""
    if not (host := text.strip().removeprefix("[").removesuffix("]")):
        raise argparse.ArgumentTypeError("it is empty; it takes one of this machine's addresses, or 0.0.0.0 for all")
    return host


def add_to(add: Add) -> None:
    """The command, and what it may be told."""
    sub = add("serve", serve)
    sub.add_argument(
        "--host", type=_host, default="127.0.0.1", help="0.0.0.0 lets phones in; by default only this computer"
    )
    sub.add_argument("--port", type=_port, default=5000)
