"""The commands about rooms: make one, print its links, put it in a file or on paper, fill it, erase it."""

from __future__ import annotations

import argparse
import json
import re
import sys
from contextlib import suppress
from pathlib import Path

from .. import changing, live, ticker
from ..access import keys
from ..addresses import only_works_here
from ..commands import one_line
from ..content import load
from ..core.codes import show
from ..core.errors import Refused
from ..core.links import REPLACEABLE
from ..core.programme import ROUND_KINDS, duration
from ..days import held_on
from ..exports import FORMATS, SEPARATORS, written
from ..extensions import db, now
from ..models import ZONE, Room
from ..private import write_private
from ..rooms import erasing, links, opening, trail
from ..settings import Settings
from ..terminal import ask
from ..web import across, filing, lead, printing
from .installation import base_url, last_listening, organisation, ready, ready_with_pages, room_of
from .runtime import Add, Runtime

TEXTS = ("csv", "json", "md")
"""The formats of a download that a terminal can show."""


def create(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Makes a room and prints what one needs to use it."""
    ready(settings)
    lengths = {kind: duration(text) for kind in ROUND_KINDS if (text := getattr(wanted, kind)) is not None}
    advance = None if wanted.auto_advance is None else tuple(filter(None, wanted.auto_advance.split(",")))
    with db.writing() as session:
        place = organisation(session, wanted.organisation)
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
            organisation_id=place.id if place else None,
        )
    shape = _for_its_maker(room, base_url(settings))
    print(json.dumps(shape) if wanted.json else "\n".join(f"{k:16} {v}" for k, v in shape.items()))


def show_links(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Prints the links of a room again; with --replace makes one of them anew; the old one then opens nothing."""
    ready(settings)
    with db.reading() as session:
        room = room_of(session, wanted.code)
    if wanted.replace:
        changing.change(room.id, lambda change: links.replace(change, wanted.replace, "server"))
        with db.reading() as session:
            room = room_of(session, wanted.code)
    shape = _for_its_maker(room, base_url(settings))
    print(json.dumps(shape) if wanted.json else "\n".join(f"{k:16} {v}" for k, v in shape.items()))


def _for_its_maker(room: Room, base: str) -> dict[str, str]:
    urls = {f"{name}_url": url for name, url in lead.links(room, base).items()}
    return {
        "code": room.code,
        **urls,
        "lead_token": keys.key(room, "leader"),
        "screen_token": keys.key(room, "screen"),
        "organiser_token": keys.key(room, "organiser"),
    }


def export(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """The organiser's download, of one room or of several."""
    choice = across.chosen_by(wanted.since or "", wanted.until or "", wanted.label or "")
    if wanted.all == (wanted.code is not None) or (any(choice) and not wanted.all):
        raise Refused("invalid", "Name a room by its code; or give --all, and with it --from, --to and --label.")
    if choice.since and choice.until and choice.since > choice.until:
        raise Refused("invalid", "--from is a later day than --to; nothing is held between them.")
    _not_on_a_terminal(wanted.format, wanted.output)
    app = ready_with_pages(settings)
    if wanted.all:
        with app.app_context():
            found = across.gathered(choice, None, wanted.language)
        if not found.record.workshops:
            raise Refused("not_found", "No workshop that has begun matches this choice.")
        _put(written(found.record, wanted.format, wanted.separator or ""), wanted.output)
        return
    with app.app_context(), db.reading() as session:
        room = room_of(session, wanted.code)
        record = filing.record_of(live.there(room.id), for_organiser=True)
    data = written(record, wanted.format, wanted.separator or "")
    changing.change(room.id, lambda change: trail.mark(change, "reflections", "server"))
    _put(data, wanted.output)


def print_set(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Puts the afternoon on paper: cards, role sheets, table numbers and the code, as a PDF."""
    _not_on_a_terminal("pdf", wanted.output)
    app = ready_with_pages(settings)
    base = base_url(settings)
    if not settings.public_url and only_works_here(base):
        print(
            "No phone can follow the QR code on the first sheet: PUBLIC_URL is not set, and the server was not started "
            "with --host 0.0.0.0.", file=sys.stderr,
        )  # fmt: skip
    with app.app_context(), db.reading() as session:
        room = room_of(session, wanted.code)
        tables = wanted.tables or printing.tables_of(session, room)
        lacking, data = printing.printed(room, base, tables)
    if lacking:
        print(
            f"No typeface on this machine has these letters; on paper they are empty boxes: {lacking}. Install one "
            "that has them (with Debian: fonts-noto).", file=sys.stderr,
        )  # fmt: skip
    changing.change(room.id, lambda change: trail.mark(change, "print", "server"))
    _put(data, wanted.output)


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


def rehearse(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Fills a room with simulated people, over the real sockets."""
    from .. import rehearsal

    ready(settings)
    with db.reading() as session:
        room = room_of(session, wanted.code)
        key, pack = keys.key(room, "rehearsal"), load(room.pack)
    url = wanted.url or settings.public_url or last_listening(settings).own
    cast = rehearsal.cast(wanted.people, wanted.afternoon)
    playing = rehearsal.Rehearsal(url, room.code, key, pack, speed=wanted.speed, seed=wanted.seed)
    if wanted.leash:
        playing.stop_with(sys.stdin.buffer)
    playing.run(cast)


def erase(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Erases one room, once you are sure, or all that are past their date."""
    ready(settings)
    if wanted.expired:
        print(f"{ticker.erase_expired()} erased")
        return
    with db.reading() as session:
        room = room_of(session, wanted.code)
    if not wanted.yes:
        ask(f"‘{room.title}’ of {held_on(room)} ({show(room.code)}) is erased for good, with everything in it.")
    changing.change(room.id, erasing.erase_room)
    db.forget()
    print(f"{show(room.code)} is erased.")


def _tables(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= printing.MOST_TABLES:
        raise argparse.ArgumentTypeError(f"{text} is no number of tables; it is 1 to {printing.MOST_TABLES}")
    return int(text)


def _keep(text: str) -> int:
    """How long a room is kept, in seconds."""
    if found := re.fullmatch(r"([0-9]{1,6})([dh])", text.strip().lower()):
        return int(found[1]) * {"d": 86_400, "h": 3600}[found[2]]
    with suppress(Refused):
        return duration(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no such time; write 30d or 12h, an hour at least, a year at most")


def add_to(add: Add) -> None:
    """The commands, and what they may be told."""
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
