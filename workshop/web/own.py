"""One's own afternoon: all that somebody wrote, to read, print and keep; for the phone whose token is shown, and no
more than that phone may show (`rooms.reading.everything_of`)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, g, request
from flask_babel import force_locale
from flask_babel import gettext as _

from .. import live, wire
from ..access import Holder, identify, permit
from ..addresses import base_url
from ..commands.words import NoteText, clean, convert
from ..content.schema import Pack
from ..core import later
from ..core.errors import Refused
from ..core.letters import plain
from ..core.programme import ROUND_KINDS
from ..days import day, held_on
from ..exports.calendar import Entry, render
from ..exports.own import Item, Own, Part, contents, markdown
from ..extensions import Queue, csrf, db, now
from ..models import Room
from ..room import room as values
from ..rooms import reading
from .api import bearer, sent
from .asker import still_there
from .join import read_here
from .pages import in_language, kept, long_date, page
from .printing import Set, laid_out_apart
from .throttle import find_room

pages = Blueprint("own", __name__)
SETTING = Queue(at_once=1, waiting=12, each=1, patience=30)
"""A server makes one PDF at a time; whoever is in line already cannot stand there twice."""
OWN_SECONDS = 15
"""For one, which is a few pages at most: everybody else on this server waits for it."""


@pages.get("/r/<code>/mine")
def mine(code: str) -> Response:
    """The page, without a word about a person: its script shows the token of this phone, and puts in what is its
    holder's."""
    with db.reading() as session:
        room = find_room(session, code)
    g.language = read_here(room)
    return kept("own.html", room)


@pages.get("/api/me.html")
def as_page() -> Response:
    """What belongs in the page."""
    room, holder, own = _own()
    value = live.there(room.id)
    asks = not holder.removed and later.is_asked(held_on(value).toordinal(), day(now(), room.zone).toordinal())
    answer = next((n for n in reading.everything_of(value, holder).notes if n.prompt == later.PROMPT), None)
    return Response(page("own/afternoon.html", room=room, own=own, asks=asks, answer=answer))


@pages.get("/api/me.md")
def as_markdown() -> Response:
    """As Markdown."""
    room, _holder, own = _own()
    return _file(room, markdown(own), "text/markdown; charset=utf-8", "md")


@pages.get("/api/me.pdf")
def as_pdf() -> Response:
    """As a tagged PDF, laid out by a process of its own; a header says which letters are empty boxes in it."""
    room, holder, own = _own()
    with SETTING.turn(holder.person_id, still_there):
        made = Set.of(laid_out_apart(contents(own), "own.typ", OWN_SECONDS))
    response = _file(room, made.pdf, "application/pdf", "pdf")
    if made.lacking:
        response.headers["Lacking-Letters"] = quote(made.lacking)
    return response


class Planned(msgspec.Struct, frozen=True):
    """A first step in words, which may still be on its way here, and the day for it in its taker's own calendar."""

    day: Annotated[
        str, msgspec.Meta(pattern=r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$", extra_json_schema={"format": "date"})
    ]
    step: NoteText = ""


@pages.post("/api/me.ics")
@csrf.exempt  # type: ignore[untyped-decorator]
def as_calendar() -> Response:
    """My first step in my own calendar, and three weeks later the question how it went, as long as the room can still
    be asked. No secret is in it: the phone has its token."""
    room, holder = _asker()
    planned: Planned = convert(clean(sent()), Planned)
    try:
        day_of_step = date.fromisoformat(planned.day)
    except ValueError as error:
        raise Refused("invalid", "There is no such day.") from error
    link = f"{base_url()}/r/{room.code}/mine"
    name = f"{link} {holder.person_id}"
    with force_locale(g.language):
        title = planned.step.partition("\n")[0] or _("Your first step")
        entries = [Entry(f"{name} step", day_of_step, title, planned.step)]
        if asked := later.asked_on(day_of_step.toordinal(), day(room.erase_at, room.zone).toordinal()):
            entries.append(Entry(f"{name} later", date.fromordinal(asked), _("How did it go?"), planned.step, link))
    response = Response(render(entries, now()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="samen.ics"'
    return response


def _own() -> tuple[Room, Holder, Own]:
    room, holder = _asker()
    with force_locale(g.language):
        return room, holder, own_afternoon(live.there(room.id), holder, in_language(room, g.language))


def _asker() -> tuple[Room, Holder]:
    """Whose token is shown, and their room; from here on in the language of their phone."""
    with db.reading() as session:
        holder = permit(identify(session, bearer(request.headers.get("Authorization"))), "read own")
        room = session.get(Room, holder.room_id)
    if room is None:
        raise Refused("unauthorized", "This room is not there any more.")
    g.language = read_here(room)
    return room, holder


def _file(room: Room, body: bytes, kind: str, extension: str) -> Response:
    name = "-".join(re.findall("[a-z0-9]+", plain(room.title)))[:50].strip("-") or room.code
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response


def own_afternoon(room: values.Room, holder: Holder, pack: Pack) -> Own:
    """What a phone may show of its holder's afternoon, in the words of a pack and of the present language."""
    found = reading.everything_of(room, holder)
    prompts = {prompt.key: (place, prompt.label) for place, prompt in enumerate(pack.prompts)}
    rounds = max((step.round or 0 for step in room.run.steps), default=0)

    in_rounds = {prompt.key for prompt in pack.prompts for asked in prompt.asked if asked.step in ROUND_KINDS}

    def asked(prompt: str, round: int | None) -> str:
        label = (
            prompts[prompt][1]
            if prompt in prompts
            else _("How did it go with your first step?")
            if prompt == later.PROMPT
            else prompt
        )
        of_round = _("Round {n} of {of}").format(n=round, of=rounds) if round and prompt in in_rounds else ""
        return f"{of_round} · {label}" if of_round else label

    def written(note: wire.Note) -> Item:
        return Item(asked(note.prompt, note.round), note.text, getattr(pack.visibility, note.visibility).label)

    notes = sorted(found.notes, key=lambda note: (prompts.get(note.prompt, (len(prompts),))[0], note.round or 0))
    of = {prompt: tuple(written(note) for note in notes if note.prompt == prompt) for prompt in APART}
    columns = {column.key: column.question for column in pack.wall}
    by_others = (one for one in found.agreed if one.by != found.person.id)
    parts = (
        Part(_("Your first step"), of["first_step"] + of[later.PROMPT]),
        Part(_("Your tips"), of["tip"]),
        Part(_("What you agreed"), (*of["agreed"], *(Item(asked("agreed", o.round), o.text) for o in by_others))),
        Part(_("What else you wrote"), tuple(written(note) for note in notes if note.prompt not in APART)),
        Part(_("On the wall"), tuple(Item(columns.get(p.column, p.column), p.text) for p in found.posts)),
    )
    told = _("{name}, {date}").format(name=found.person.name, date=long_date(held_on(room), zone=room.zone))
    erased = _("The room keeps this until {date}. Then everything in it is erased; this copy is yours.")
    return Own(
        title=room.title,
        about=told,
        language=g.language,
        parts=tuple(part for part in parts if part.items),
        foot=(erased.format(date=long_date(room.erase_at, zone=room.zone)), pack.credit.line),
    )


APART = ("first_step", "tip", "agreed", later.PROMPT)
"""Prompts whose answers stand under a heading of their own."""
