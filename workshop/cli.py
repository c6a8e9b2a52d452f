"""The command line: serve, create, export, print, rehearse, erase, pack, organisation, user; and those of `keeping`."""

from __future__ import annotations

import argparse
import errno
import getpass
import io
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import segno
from flask import Flask
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from . import (
    accounts,
    changing,
    handing,
    keeping,
    live,
    logs,
    overview,
    removing,
    resets,
    schema,
    sockets,
    terminal,
    ticker,
    trouble,
)
from .access import keys
from .addresses import only_works_here
from .alone import alone
from .app import create_app, without_pages
from .commands import one_line
from .content import BadPack, load, shelf
from .core.codes import show
from .core.errors import Refused
from .core.links import REPLACEABLE
from .core.programme import ROUND_KINDS, duration
from .days import held_on
from .erasures import erasures
from .exports import FORMATS, SEPARATORS, written
from .extensions import Aside, db, now, socketio
from .holding import holding
from .litter import litter
from .models import ZONE, Account, MemberRole, Organisation, Room
from .networks import EVERYWHERE, Listening, listening
from .private import keep_private, write_private
from .rooms import erasing, links, opening, trail
from .settings import Settings, WrongSetting, from_environment
from .store.codes import room_by_code
from .web import account, across, errors, filing, lead, printing
from .web.mailing import outgoing

LISTENING = "listening"
"""A file in the instance folder that says where the server listens, for commands that run beside it."""
MOST_PORT = 65535
TEXTS = ("csv", "json", "md")
"""The formats of a download that a terminal can show."""
BACKLOG = 4096
"""How many connections may wait to be accepted in a storm of phones; with the default of 50, half of 1,000 would
hang."""
Unread = Callable[[int], bytes]
Serve = Callable[[Flask, socket.socket, Unread], None]


@dataclass(frozen=True)
class Runtime:
    """What only `__main__` knows: how to serve under the async mode, how to run slow work aside (`Aside`), and which
    mode it is."""

    serve: Serve
    aside: Callable[..., Any]
    select: Callable[..., Any]
    lock: Callable[[], Any]
    mode: str = "threading"


def main(runtime: Runtime, arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    with terminal.readable():
        return _run(runtime, arguments)


def _run(runtime: Runtime, arguments: Sequence[str] | None) -> int:
    wanted = _parser().parse_args(arguments)
    try:
        settings = replace(from_environment(), async_mode=runtime.mode)
        if wanted.run is not copy_pack:  # a pack is for others to read
            keep_private(settings.instance, make_url(settings.database_url))
        Aside.run, Aside.select, Aside.lock = map(staticmethod, (runtime.aside, runtime.select, runtime.lock))
        logs.set_up(settings.log_format)
        status = int(wanted.run(settings, runtime, wanted) or 0)
        sys.stdout.flush()
        if erasures.owes:
            return _failed(
                f"It is done, but {erasures.path} could not be written: a backup from before would bring back what was "
                "erased just now. Mend that, and after a restore erase it again."
            )
        return status
    except BadPack as bad:
        more = f" And {len(bad.mistakes) - 1} more." if len(bad.mistakes) > 1 else ""
        return _failed(f"{bad.mistakes[0]}{more}")
    except BrokenPipeError:  # such as of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what waits is tried again at the end
        return _failed("Whatever was to read this ended before it had all.")
    except UnicodeError:
        return _failed("What was given holds bytes that are no text (UTF-8).")
    except OSError as problem:
        return _failed(": ".join(str(part) for part in (problem.filename, problem.strerror or problem) if part))
    except (Refused, WrongSetting, SubprocessError) as problem:
        return _failed(getattr(problem, "detail", None) or problem)
    except SQLAlchemyError as problem:
        why = str(getattr(problem, "orig", None) or problem).partition("DETAIL:")[0]  # there PostgreSQL quotes the row
        return _failed(f"The database does not do what was asked: {why}")
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


def _last_listening(settings: Settings) -> Listening:
    """Where the server of this installation listens, or listened when it last ran."""
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
    _ready(settings)
    lengths = {kind: duration(text) for kind in ROUND_KINDS if (text := getattr(wanted, kind)) is not None}
    advance = None if wanted.auto_advance is None else tuple(filter(None, wanted.auto_advance.split(",")))
    with db.writing() as session:
        organisation = _organisation(session, wanted.organisation)
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
                keep_seconds=wanted.keep,
                zone=wanted.zone,
                planned_start=wanted.start,
                label=one_line(wanted.label),
            ),
            now(),
            organisation_id=organisation.id if organisation else None,
        )
    shape = _room_for_its_maker(room, _base(settings))
    print(json.dumps(shape) if wanted.json else "\n".join(f"{k:16} {v}" for k, v in shape.items()))


def show_links(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Prints the links of a room again; with --replace makes one of them anew; the old one then opens nothing."""
    _ready(settings)
    with db.reading() as session:
        room = _room(session, wanted.code)
    if wanted.replace:
        changing.change(room.id, lambda change: links.replace(change, wanted.replace, "server"))
        with db.reading() as session:
            room = _room(session, wanted.code)
    shape = _room_for_its_maker(room, _base(settings))
    print(json.dumps(shape) if wanted.json else "\n".join(f"{k:16} {v}" for k, v in shape.items()))


def export(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """The organiser's download, of one room or of several."""
    choice = across.chosen_by(wanted.since or "", wanted.until or "", wanted.label or "")
    if wanted.all == (wanted.code is not None) or (any(choice) and not wanted.all):
        raise Refused("invalid", "Name a room by its code; or give --all, and with it --from, --to and --label.")
    if choice.since and choice.until and choice.since > choice.until:
        raise Refused("invalid", "--from is a later day than --to; nothing is held between them.")
    _not_on_a_terminal(wanted.format, wanted.output)
    app = _ready_with_pages(settings)
    if wanted.all:
        with app.app_context():
            found = across.gathered(choice, None, wanted.language)
        if not found.record.workshops:
            raise Refused("not_found", "No workshop that has begun is in this choice.")
        _put(written(found.record, wanted.format, wanted.separator or ""), wanted.output)
        return
    with app.app_context(), db.reading() as session:
        room = _room(session, wanted.code)
        record = filing.record_of(live.there(room.id), for_organiser=True)
    data = written(record, wanted.format, wanted.separator or "")
    changing.change(room.id, lambda change: trail.mark(change, "reflections", "server"))
    _put(data, wanted.output)


def print_set(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Puts the afternoon on paper: cards, role sheets, table numbers and the code, as a PDF."""
    _not_on_a_terminal("pdf", wanted.output)
    app = _ready_with_pages(settings)
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
    changing.change(room.id, lambda change: trail.mark(change, "print", "server"))
    _put(data, wanted.output)


def erase(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Erases one room, once you are sure, or all that are past their date."""
    _ready(settings)
    if wanted.expired:
        print(f"{ticker.erase_expired()} erased")
        return
    with db.reading() as session:
        room = _room(session, wanted.code)
    if not wanted.yes:
        _ask(f"‘{room.title}’ of {held_on(room)} ({show(room.code)}) is erased for good, with everything in it.")
    changing.change(room.id, erasing.erase_room)
    db.forget()
    print(f"{show(room.code)} is erased.")


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


def give_pack(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Gives a pack of this installation to an organisation; nobody else's leaders can choose it for a room."""
    _ready(settings)
    if shelf.own(wanted.name) is None:
        raise Refused("not_found", f"There is no pack {wanted.name!r} of this installation that can be used.")
    with db.writing() as session:
        accounts.give_pack(session, wanted.name, accounts.organisation_called(session, wanted.organisation, now()))


def add_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Adds an organisation, in which nobody is yet."""
    _ready(settings)
    with db.writing() as session:
        accounts.organisation_called(session, None, now())  # what has no organisation is not to become this one's
        accounts.add_organisation(session, wanted.name, now())


def rename_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Gives an organisation another name."""
    _ready(settings)
    with db.writing() as session:
        accounts.rename(session, accounts.organisation_called(session, wanted.name, now()), wanted.to)


def remove_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Takes away an organisation that has no rooms; not the first."""
    _ready(settings)
    with db.writing() as session:
        accounts.remove_organisation(session, accounts.organisation_called(session, wanted.name, now()))


def list_organisations(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Lists the organisations, or one, and who is what in them."""
    _ready(settings)
    with db.reading() as session:
        only = wanted.name and accounts.organisation_called(session, wanted.name, now()).name
        told = {name: who for name, who in accounts.everyone(session).items() if only in (None, name)}
    for name, members in told.items():
        print(name)
        for email, roles in members.items():
            print(f"    {email} ({', '.join(roles)})")


def add_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Makes an account; the password is asked for on the terminal, or read from standard input. The first account of
    an installation is admin as well."""
    _ready(settings)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    password_hash = account.hashed(password)
    roles, admin = _roles(wanted.role)
    with db.writing() as session:
        organisation = accounts.organisation_called(session, wanted.organisation, now())
        accounts.add_account(
            session,
            wanted.email,
            password_hash,
            organisation,
            roles or ["leader"],
            admin=admin or wanted.admin,
            now=now(),
        )


def grant_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Gives an account a role in an organisation, or makes it admin."""
    _change_roles(settings, wanted, accounts.join, admin=True)


def revoke_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Takes a role in an organisation away from an account, or being admin. Its rooms there stay until their date."""
    _change_roles(settings, wanted, accounts.leave, admin=False)


def _change_roles(
    settings: Settings,
    wanted: argparse.Namespace,
    change: Callable[[Session, Account, Organisation, MemberRole], None],
    *,
    admin: bool,
) -> None:
    _ready(settings)
    roles, of_admin = _roles(wanted.role)
    of_admin = of_admin or wanted.admin
    if not roles and not of_admin:
        raise Refused("invalid", "Say which: --role leader, --role organiser, or --admin.")
    with db.writing() as session:
        known = accounts.the_account(session, wanted.email)
        organisation = accounts.organisation_called(session, wanted.organisation, now())
        for role in roles:
            change(session, known, organisation, role)
        if of_admin:
            accounts.set_admin(session, known, admin)


def _roles(given: list[str] | None) -> tuple[list[MemberRole], bool]:
    """The roles in an organisation among those that were given; and whether `admin` was among them, which was a role
    once. Whoever was made admin then could lead, too."""
    roles: list[MemberRole] = [role for role in accounts.ROLES if role in (given or ())]
    return roles, "admin" in (given or ())


def remove_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Takes an account away and signs it out everywhere. Its rooms pass to another leader of their organisation, or are
    erased: you say which."""
    _ready(settings)
    with db.reading() as session:
        known = accounts.the_account(session, wanted.email)
        accounts.may_be_removed(session, known)
        heirs = {accounts.the_account(session, email).id for email in wanted.pass_to}
        left = [
            (rooms, None if wanted.erase_rooms else _heir(session, known, place, len(rooms), heirs))
            for place, rooms in overview.rooms_of(session, known).items()
        ]
    if not wanted.yes:
        count = sum(len(rooms) for rooms, _ in left)
        what = f"{count} {'room' if count == 1 else 'rooms'} {'erased' if wanted.erase_rooms else 'passed on'}"
        _ask(f"{known.email} is removed for good, {what}.")
    removing.remove(known.email, left)


def _ask(what: str) -> None:
    """Asks before something is gone for good; Refused("invalid") unless the answer on standard input is yes."""
    print(f"{what} Type yes if you are sure:", flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise Refused("invalid", "Nothing was done. Type yes, or say --yes.")


def _heir(session: Session, known: Account, place: int | None, count: int, heirs: set[int]) -> int:
    """The account to which the rooms in this organisation pass: of those that were named, the one that leads there."""
    leaders = [one for one in accounts.leaders(session, place) if one.id != known.id]
    if (heir := next((one.id for one in leaders if one.id in heirs), None)) is not None:
        return heir
    where = "no organisation" if place is None else accounts.organisation(session, place).name
    there = ", ".join(one.email for one in leaders) or "nobody else"
    raise Refused(
        "invalid",
        f"Rooms of this account in {where}: {count}. Say to whom they pass, --pass-to ADDRESS (who leads there: "
        f"{there}); or --erase-rooms.",
    )


def reset_user(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Prints a link by which the owner of an account chooses another password: once, within a day."""
    _ready(settings)
    with db.writing() as session:
        token = resets.make(session, accounts.the_account(session, wanted.email), now())
    print(f"{_base(settings)}/reset?key={token}")


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


def _not_on_a_terminal(format: str, output: str | None) -> None:
    """Refused("invalid") where a file that is no text would be written on a terminal."""
    if not output and format not in TEXTS and sys.stdout.isatty():
        raise Refused("invalid", "Say where: --output FILE. A terminal cannot show such a file.")


def _put(data: bytes, output: str | None) -> None:
    """Into a file or, if none was given, to standard output."""
    if output:
        write_private(Path(output), data)
    else:
        sys.stdout.buffer.write(data)


def _ready(settings: Settings) -> None:
    without_pages(settings)
    schema.bring_up_to_date(db)


def _ready_with_pages(settings: Settings) -> Flask:
    app = create_app(settings)
    schema.bring_up_to_date(db)
    return app


def _organisation(session: Any, name: str | None) -> Organisation | None:
    """The one with this name, or the first; None if nobody named one and there is none."""
    return accounts.organisation_called(session, name, now()) if name else accounts.first_organisation(session)


def _room(session: Any, code: str) -> Room:
    room = room_by_code(session, code)
    if room is None:
        raise Refused("not_found", f"There is no room with the code {code}.")
    return room


def _room_for_its_maker(room: Room, base: str) -> dict[str, str]:
    urls = {f"{name}_url": url for name, url in lead.links(room, base).items()}
    return {
        "code": room.code,
        **urls,
        "lead_token": keys.key(room, "leader"),
        "screen_token": keys.key(room, "screen"),
        "organiser_token": keys.key(room, "organiser"),
    }


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; it is a number from 1 to {MOST_PORT}")
    return int(text)


def _tables(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= printing.MOST_TABLES:
        raise argparse.ArgumentTypeError(f"{text} is no number of tables; it is 1 to {printing.MOST_TABLES}")
    return int(text)


def _host(text: str) -> str:
    """With brackets too, as in an address. An empty one, such as of a variable that is not set, would let all in."""
    if not (host := text.strip().removeprefix("[").removesuffix("]")):
        raise argparse.ArgumentTypeError("it is empty; it takes one of this machine's addresses, or 0.0.0.0 for all")
    return host


def _keep(text: str) -> int:
    """How long a room is kept, in seconds."""
    if found := re.fullmatch(r"([0-9]{1,6})([dh])", text.strip().lower()):
        return int(found[1]) * {"d": 86_400, "h": 3600}[found[2]]
    with suppress(Refused):
        return duration(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no such time; write 30d or 12h, an hour at least, a year at most")


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
    sub.add_argument(
        "--keep", type=_keep, default="30d", help="how long until the room forgets itself, such as 30d or 12h"
    )
    sub.add_argument("--zone", default=ZONE, metavar="NAME", help="by whose clock, such as Europe/Amsterdam")
    sub.add_argument("--start", metavar="TIME", help="when it is to begin by that clock, such as 13:00")
    sub.add_argument("--label", default="", help="by which its reflections are found with others of its kind")
    sub.add_argument("--organisation", metavar="NAME", help="whose organisers read it; the first, if you do not say")
    sub.add_argument("--json", action="store_true")

    sub = add("links", show_links)
    sub.add_argument("code")
    sub.add_argument("--replace", choices=REPLACEABLE, help="the link that came to the wrong people")
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
    sub.add_argument("--tables", type=_tables, metavar="N", help="how many tables")
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
    sub.add_argument("--yes", action="store_true", help="do not ask whether you are sure")

    keeping.add_to(add)

    packs = commands.add_parser("pack", help="content packs: the words of a room").add_subparsers(
        required=True, metavar="COMMAND"
    )
    sub = add("check", check_pack, packs)
    sub.add_argument("folder", metavar="FOLDER")
    sub = add("copy", copy_pack, packs)
    sub.add_argument("name", metavar="NAME", help="nl, en, or a pack of this installation")
    sub.add_argument("folder", metavar="FOLDER")
    sub = add("give", give_pack, packs)
    sub.add_argument("name", metavar="NAME", help="a pack of this installation")
    sub.add_argument("--organisation", metavar="NAME", required=True)

    organisations = commands.add_parser(
        "organisation", help="organisations, to which accounts, rooms and packs belong"
    ).add_subparsers(required=True, metavar="COMMAND")
    sub = add("add", add_organisation, organisations)
    sub.add_argument("name", metavar="NAME")
    sub = add("rename", rename_organisation, organisations)
    sub.add_argument("name", metavar="NAME")
    sub.add_argument("to", metavar="NEW_NAME")
    sub = add("remove", remove_organisation, organisations)
    sub.add_argument("name", metavar="NAME")
    sub = add("list", list_organisations, organisations)
    sub.add_argument("name", nargs="?", metavar="NAME", help="only this one")

    users = commands.add_parser("user", help="accounts").add_subparsers(required=True, metavar="COMMAND")
    for name, run in (("add", add_user), ("grant", grant_user), ("revoke", revoke_user)):
        sub = add(name, run, users)
        sub.add_argument("email")
        sub.add_argument(
            "--role", action="append", choices=[*accounts.ROLES, "admin"],
            help="leader, or organiser; may be given twice. admin is the same as --admin",
        )  # fmt: skip
        sub.add_argument("--organisation", metavar="NAME", help="in which of them; the first, if you do not say")
        sub.add_argument("--admin", action="store_true", help="looks after accounts and organisations; opens no room")
    add("reset", reset_user, users).add_argument("email")
    sub = add("remove", remove_user, users)
    sub.add_argument("email")
    rooms = sub.add_mutually_exclusive_group()
    rooms.add_argument(
        "--pass-to", metavar="EMAIL", action="append", default=[],
        help="who gets the rooms, and leads in their organisation; for several organisations, given again",
    )  # fmt: skip
    rooms.add_argument("--erase-rooms", action="store_true", help="with everything in them")
    sub.add_argument("--yes", action="store_true", help="do not ask whether you are sure")
    return parser
