"""The command line: serve, create, export, print, rehearse, erase, pack, user."""

from __future__ import annotations

import argparse
import errno
import getpass
import io
import json
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import segno
from flask import Flask
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from . import announce, live, schema, sockets, terminal, ticker
from .access import keys
from .addresses import only_works_here
from .alone import alone
from .app import create_app, set_up_logs
from .commands import one_line
from .content import BadPack, load, shelf
from .core.errors import Refused
from .core.programme import ROUND_KINDS, duration
from .exports import FORMATS, SEPARATORS, written
from .extensions import Aside, db, now, socketio
from .litter import litter
from .models import ZONE, Account, Room
from .networks import EVERYWHERE, Listening, listening
from .private import keep_private, write_private
from .rooms import erasing, opening, trail
from .settings import Settings, WrongSetting, from_environment
from .web import account, across, errors, filing, printing

LISTENING = "listening"
"""A file in the instance folder that says where the server listens, for the commands beside it."""
MOST_PORT = 65535
BACKLOG = 4096
"""How many connections may wait to be accepted in a storm of phones; with the default of 50, half of 1,000 would
hang."""
Unread = Callable[[int], bytes]
Serve = Callable[[Flask, socket.socket, Unread], None]


@dataclass(frozen=True)
class Runtime:
    """What only `__main__` knows: how to serve under the async mode, and how to run slow work aside."""

    serve: Serve
    aside: Callable[..., Any]


def main(runtime: Runtime, arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    with terminal.readable():
        return _run(runtime, arguments)


def _run(runtime: Runtime, arguments: Sequence[str] | None) -> int:
    wanted = _parser().parse_args(arguments)
    try:
        settings = from_environment()
        if wanted.run is not copy_pack:  # a pack is for others to read
            keep_private(settings.instance, make_url(settings.database_url))
        Aside.run = staticmethod(runtime.aside)
        set_up_logs()
        return int(wanted.run(settings, runtime, wanted) or 0)
    except BadPack as bad:
        more = f" And {len(bad.mistakes) - 1} more." if len(bad.mistakes) > 1 else ""
        return _failed(f"{bad.mistakes[0]}{more}")
    except (Refused, WrongSetting, OSError, SubprocessError) as problem:
        return _failed(getattr(problem, "detail", None) or problem)
    except SQLAlchemyError as problem:
        return _failed(f"The database does not do what was asked: {getattr(problem, 'orig', None) or problem}")
    except (EOFError, KeyboardInterrupt):
        return _failed("Stopped; nothing was done.")
    finally:
        db.disconnect()


def _failed(why: object) -> int:
    """One line that explains it, and the exit status."""
    print(" ".join(str(why).split()), file=sys.stderr)
    return 1


def serve(settings: Settings, runtime: Runtime, wanted: argparse.Namespace) -> None:
    """Brings the schema up to date and serves until it is told to stop."""
    listener = _listen(wanted.host, wanted.port)
    app = create_app(settings)
    alone.hold(settings.instance, db)  # before a newer version changes the tables of one that serves
    schema.bring_up_to_date(db)
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
    socketio.start_background_task(ticker.run)
    socketio.start_background_task(sockets.watch, app.extensions["guard"])
    litter.keep_for_good()
    unread = {status: errors.unread(app, status) for status in errors.UNREAD}
    runtime.serve(app, listener, lambda status: unread.get(status, unread[400]))


def _listen(host: str, port: int) -> socket.socket:
    """Done before anything is printed: an address on the terminal that leads to another program, or nowhere, helps
    nobody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = family == socket.AF_INET6 and host in EVERYWHERE and socket.has_dualstack_ipv6()
    other = port + 1 if port < MOST_PORT else port - 1
    take = f'--port {other} (with make: make run ARGS="--port {other}")'
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)
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
    """As a QR code, to try with one's own phone; if somebody can see it, and the terminal can show the blocks."""
    if sys.stdout.isatty():
        with suppress(UnicodeEncodeError):
            drawn = io.StringIO()
            segno.make(address, error="l", micro=False).terminal(drawn, border=2, compact=True)
            print(drawn.getvalue())


def _last_listening(settings: Settings) -> Listening:
    """Where the server of this installation listens, or did when it last ran."""
    found = Listening()
    with suppress(OSError, ValueError):
        host, port = (settings.instance / LISTENING).read_text().split()
        found.at(host, int(port))
    return found


def _base(settings: Settings) -> str:
    """What the links that a command prints begin with."""
    last = _last_listening(settings)
    return settings.public_url or last.for_phones() or last.own


def create(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Makes a room and prints what one needs to use it."""
    app = _ready(settings)
    lengths = {kind: duration(text) for kind in ROUND_KINDS if (text := getattr(wanted, kind)) is not None}
    advance = None if wanted.auto_advance is None else tuple(filter(None, wanted.auto_advance.split(",")))
    keep = wanted.keep[:-1]
    kept = int(keep) * 86_400 if wanted.keep.endswith("d") and keep.isdecimal() else duration(wanted.keep)
    with db.writing() as session:
        room = opening.open_room(
            session,
            opening.Wanted(
                title=one_line(wanted.title),
                language=wanted.language,
                pack=wanted.pack,
                programme=wanted.programme,
                rounds=wanted.rounds,
                seconds=lengths,
                leftovers=wanted.leftovers,
                auto_advance=advance,
                keep_seconds=kept,
                zone=wanted.zone,
                planned_start=wanted.start,
                label=one_line(wanted.label),
            ),
            now(),
        )
    shape = _room_for_its_maker(app, room, _base(settings))
    print(json.dumps(shape) if wanted.json else "\n".join(f"{k:16} {v}" for k, v in shape.items()))


def export(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """The organiser's download, of one room or of several."""
    choice = across.chosen_by(wanted.since or "", wanted.until or "", wanted.label or "")
    if wanted.all == (wanted.code is not None) or (any(choice) and not wanted.all):
        raise Refused("invalid", "Name a room by its code; or give --all, and with it --from, --to and --label.")
    app = _ready(settings)
    if wanted.all:
        with app.app_context():
            record = across.gathered(choice, None, wanted.language).record
        _put(written(record, wanted.format, wanted.separator or ""), wanted.output)
        return
    with app.app_context(), db.reading() as session:
        room = _room(session, wanted.code)
        record = filing.record_of(live.there(room.id), for_organiser=True)
    data = written(record, wanted.format, wanted.separator or "")
    announce.change(room.id, lambda change: trail.mark(change, "reflections", "server"))
    _put(data, wanted.output)


def print_set(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Puts the afternoon on paper: cards, role sheets, table numbers and the code, as a PDF."""
    app = _ready(settings)
    base = _base(settings)
    if not settings.public_url and only_works_here(base):
        print(
            "No phone can follow the QR code on the first sheet: PUBLIC_URL is not set, and the server was not started "
            "with --host 0.0.0.0.", file=sys.stderr,
        )  # fmt: skip
    with app.app_context(), db.reading() as session:
        room = _room(session, wanted.code)
        tables = wanted.tables or printing.tables_of(session, room)
        lacking, data = printing.printed(room, base, tables)
    if lacking:
        print(
            f"No typeface on this machine has these letters; on paper they are empty boxes: {lacking}. Install one "
            "that has them (with Debian: fonts-noto).", file=sys.stderr,
        )  # fmt: skip
    announce.change(room.id, lambda change: trail.mark(change, "print", "server"))
    _put(data, wanted.output)


def erase(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Erases one room, or all that are past their date."""
    _ready(settings)
    if wanted.expired:
        print(f"{ticker.erase_expired()} erased")
        return
    with db.reading() as session:
        room = _room(session, wanted.code)
    announce.change(room.id, erasing.erase_room)
    db.forget()


def check_pack(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> int:
    """Says everything that is wrong with a content pack, or that it is in order."""
    shelf.use(settings.packs)
    try:
        pack = shelf.check(wanted.folder)
    except BadPack as bad:
        print(bad)
        print(f"{wanted.folder}: {len(bad.mistakes)} to mend.", file=sys.stderr)
        return 1
    cards = len(pack.topics) + len(pack.conversation_cards) + len(pack.other_conversations)
    programmes = ", ".join(pack.programmes)
    print(f"‘{pack.title}’ is in order: {len(pack.slides)} slides, {cards} cards, programmes {programmes}.")
    return 0


def copy_pack(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Copies a content pack into a new folder, to make one's own."""
    shelf.use(settings.packs)
    target = Path(wanted.folder)
    if not shelf.folder(wanted.name).is_dir():
        raise Refused("not_found", f"There is no pack {wanted.name!r}; there are {', '.join(shelf.shipped)}.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused("invalid", f"{target} is there already; name a folder that is new or empty.")
    shelf.copy(wanted.name, target)
    print(f"Copied to {target}. Begin with the title, in {target / 'pack.yaml'}.")
    print(f"Whenever you like: workshop pack check {target}")


def add_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Makes an account; the password is asked for on the terminal, or read from standard input."""
    _ready(settings)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    password_hash = account.hashed(password)
    with db.writing() as session:
        account.add_account(session, wanted.email, password_hash, wanted.role)


def remove_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Takes an account away and signs it out everywhere. Its rooms stay until their date."""
    _ready(settings)
    with db.writing() as session:
        account.remove_account(session, wanted.email)
    db.forget()


def rehearse(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Fills a room with simulated people, over the real sockets."""
    from . import rehearsal

    _ready(settings)
    with db.reading() as session:
        room = _room(session, wanted.code)
        key, pack = keys.key(room, "rehearsal"), load(room.pack)
    url = wanted.url or settings.public_url or _last_listening(settings).own
    cast = rehearsal.cast(wanted.people, wanted.afternoon)
    playing = rehearsal.Rehearsal(url, room.code, key, pack, speed=wanted.speed, seed=wanted.seed)
    if wanted.leash:
        playing.stop_with(sys.stdin.buffer)
    playing.run(cast)


def _put(data: bytes, output: str | None) -> None:
    """Into a file or, if none was given, to standard output."""
    if output:
        write_private(Path(output), data)
    else:
        sys.stdout.buffer.write(data)


def _ready(settings: Settings) -> Flask:
    app = create_app(settings)
    schema.bring_up_to_date(db)
    return app


def _room(session: Any, code: str) -> Room:
    room = opening.room_by_code(session, code)
    if room is None:
        raise Refused("not_found", f"There is no room with the code {code}.")
    return room


def _room_for_its_maker(app: Flask, room: Room, base: str) -> dict[str, str]:
    from .web.join import join_url

    shape = {"code": room.code, "join_url": join_url(room, base)}
    for name, role, path in (
        ("lead", "leader", "lead"),
        ("screen", "screen", "screen"),
        ("reflections", "organiser", "reflections"),
    ):
        shape[f"{name}_url"] = f"{base}/{path}/{room.code}?key={keys.key(room, role)}"  # type: ignore[arg-type]
    return shape | {
        "lead_token": keys.key(room, "leader"),
        "screen_token": keys.key(room, "screen"),
        "organiser_token": keys.key(room, "organiser"),
    }


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; it is a number from 1 to {MOST_PORT}")
    return int(text)


def _host(text: str) -> str:
    """With brackets too, as in an address."""
    return text.strip().removeprefix("[").removesuffix("]")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workshop", description="Practise hard conversations in threes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., Any], parent: Any = commands) -> argparse.ArgumentParser:
        described = (run.__doc__ or "").strip()
        sub: argparse.ArgumentParser = parent.add_parser(name, help=described, description=described)
        sub.set_defaults(run=run)
        return sub

    sub = add("serve", serve)
    sub.add_argument(
        "--host", type=_host, default="127.0.0.1", help="0.0.0.0 lets phones in; by default only this computer"
    )
    sub.add_argument("--port", type=_port, default=5000)

    sub = add("create", create)
    sub.add_argument("--title", required=True)
    words = sub.add_mutually_exclusive_group()
    words.add_argument("--language", choices=["nl", "en"], default="nl")
    words.add_argument("--pack", metavar="NAME|FOLDER", help="a content pack of your own; it says in which language")
    sub.add_argument("--programme", default="triads", metavar="full|triads|FILE")
    sub.add_argument("--rounds", type=int, default=3)
    for kind in ROUND_KINDS:
        sub.add_argument(f"--{kind}", metavar="LENGTH", help=f"such as 90s, 5m or 0: how long {kind} takes")
    sub.add_argument("--leftovers", choices=["observers", "pairs"], default="observers")
    sub.add_argument("--auto-advance", metavar="KINDS", help="kinds that the clock ends, such as conversation")
    sub.add_argument("--keep", default="30d", help="how long until the room forgets itself, such as 30d or 12h")
    sub.add_argument("--zone", default=ZONE, metavar="NAME", help="by whose clock, such as Europe/Amsterdam")
    sub.add_argument("--start", metavar="TIME", help="when it is to begin by that clock, such as 13:00")
    sub.add_argument("--label", default="", help="by which its reflections are found with others of its kind")
    sub.add_argument("--json", action="store_true")

    sub = add("export", export)
    sub.add_argument("code", nargs="?")
    sub.add_argument("--all", action="store_true", help="the workshops of all rooms that are there, together")
    sub.add_argument(
        "--from", dest="since", metavar="DAY", help="of these: held on this day, such as 2026-11-23, or later"
    )
    sub.add_argument("--to", dest="until", metavar="DAY", help="of these: held on this day or earlier")
    sub.add_argument("--label", help="of these: with this label")
    sub.add_argument("--language", choices=["nl", "en"], default="nl", help="of the words in the file of several")
    sub.add_argument("--format", choices=list(FORMATS), required=True)
    sub.add_argument("--separator", choices=list(SEPARATORS), help="between the cells of a csv; semicolon by default")
    sub.add_argument("--output")

    sub = add("print", print_set)
    sub.add_argument("code")
    sub.add_argument(
        "--tables", type=int, choices=range(1, printing.MOST_TABLES + 1), metavar="N", help="how many tables"
    )
    sub.add_argument("--output")

    sub = add("rehearse", rehearse)
    sub.add_argument("code")
    who = sub.add_mutually_exclusive_group()
    who.add_argument("--people", type=int, default=12)
    who.add_argument("--afternoon", metavar="FILE")
    sub.add_argument("--speed", type=float, default=1.0)
    sub.add_argument("--seed", type=int, default=1)
    sub.add_argument("--url", help="where the server is, if not at PUBLIC_URL or where it was last started")
    sub.add_argument("--leash", action="store_true", help="stop as soon as standard input ends")

    sub = add("erase", erase)
    which = sub.add_mutually_exclusive_group(required=True)
    which.add_argument("code", nargs="?")
    which.add_argument("--expired", action="store_true", help="all rooms that are past their date")

    packs = commands.add_parser("pack", help="content packs: the words of a room").add_subparsers(
        required=True, metavar="COMMAND"
    )
    sub = add("check", check_pack, packs)
    sub.add_argument("folder", metavar="FOLDER")
    sub = add("copy", copy_pack, packs)
    sub.add_argument("name", metavar="NAME", help="nl, en, or a pack of this installation")
    sub.add_argument("folder", metavar="FOLDER")

    users = commands.add_parser("user", help="accounts").add_subparsers(required=True, metavar="COMMAND")
    sub = add("add", add_user, users)
    sub.add_argument("email")
    sub.add_argument("--role", choices=account.ROLES, default="leader")
    sub = add("remove", remove_user, users)
    sub.add_argument("email")
    return parser
