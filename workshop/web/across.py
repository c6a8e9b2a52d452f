"""For whoever is signed in: what several of their workshops gave together, to read and to download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Response, copy_current_request_context, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from .. import changing, cookies, live
from ..access import keys, made, open_to, organisations_of, reads
from ..commands import one_line
from ..core.errors import Refused
from ..core.letters import plain
from ..days import day, held_on
from ..exports import FORMATS, Reflections
from ..exports.across import Told, each_once, returning, together
from ..exports.figures import figures, strongest
from ..extensions import Aside, Queue, db, now, rest
from ..models import ZONE, Account, Room
from ..rooms import recording, trail
from .asker import still_there
from .filing import FILES, download, record_of, words_in
from .pages import language, on_to, page

pages = Blueprint("across", __name__)
MOST_ROOMS, MOST_LINES = 200, 20_000
"""If there are more, only the newest are told, and the page says so. Lines are those of the wall and shared notes
together: a whole institute's season, or five rooms in which three hundred people wrote all they may."""
GATHERING = Queue(at_once=1, waiting=6, each=1, patience=30)
"""Many rooms take seconds to read; whoever wants a file of one room does not wait for that."""


class Choice(NamedTuple):
    """Which workshops: held from and up to these days, and with this label; None and empty: any."""

    since: date | None
    until: date | None
    label: str

    def takes(self, room: Room) -> bool:
        """Is this room one of them?"""
        held = held_on(room)
        early = self.since is not None and held < self.since
        late = self.until is not None and held > self.until
        return not (early or late) and self.label in ("", room.label)

    @property
    def arguments(self) -> dict[str, str]:
        """The same, as it stands in an address."""
        days = {"from": self.since, "to": self.until}
        found = {name: day.isoformat() for name, day in days.items() if day}
        return found | ({"label": self.label} if self.label else {})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found: the record, the rooms in the choice by their code, and whether there are `more` than the most
    that are told. `labels`: to choose from."""

    record: Reflections
    rooms: dict[str, Room]
    more: bool
    labels: list[str]


@pages.get("/reflections")
def across() -> Response | str:
    """What the chosen workshops gave, and the files."""
    with db.reading() as session:
        account = cookies.account_of(session)
        if account is None:
            return on_to("account.login")
    choice = _choice()
    with GATHERING.turn(account.id, still_there):
        found = gathered(choice, account, language(), still_there)
    with FILES.turn(("across", account.id), still_there):
        links = [_address(found.rooms[one.code], account) for one in found.record.workshops]
        return str(Aside.run(copy_current_request_context(lambda: _page(account, choice, found, links))))


@pages.get("/reflections.<extension>")
def file(extension: str) -> Response:
    """The same choice as one file."""
    with db.reading() as session:
        account = cookies.owner(session)
    choice = _choice()
    if extension not in FORMATS:
        raise Refused("not_found", f"There are these formats: {', '.join(FORMATS)}.")
    with GATHERING.turn(account.id, still_there):
        record = gathered(choice, account, language(), still_there).record
    return download(record, extension, request.args.get("separator"), asker=("across", account.id))


def _page(account: Account, choice: Choice, found: Gathered, links: list[str]) -> str:
    return page(
        "across.html", account=account, choice=choice, found=found, record=found.record, links=links,
        figures=figures(found.record), returning=returning(found.record),
        strongest=lambda posts: strongest(each_once(posts)),
    )  # fmt: skip


def chosen_by(since: str, until: str, label: str) -> Choice:
    """A choice as it was typed; Refused("invalid") for what is no day."""
    try:
        first, last = (datetime.strptime(text, "%Y-%m-%d").date() if text else None for text in (since, until))
    except ValueError:
        raise Refused("invalid", "A day is written as 2026-11-23.") from None
    return Choice(first, last, one_line(label))


def _choice() -> Choice:
    asked = request.args
    return chosen_by(asked.get("from", ""), asked.get("to", ""), asked.get("label", ""))


def gathered(
    choice: Choice, account: Account | None, spoken: str, wanted: Callable[[], bool] = lambda: True
) -> Gathered:
    """What the chosen rooms tell, with words of this language, as long as it is `wanted`. An organiser reads the shared
    notes of their organisation too, as does whoever has the machine (None); a leader, their own rooms' walls."""
    with_notes = account is None or bool(organisations_of(account, "organiser"))
    with db.reading() as session:
        rooms = _begun(session, account)
    chosen = sorted((room for room in rooms if choice.takes(room)), key=lambda room: (held_on(room), room.id))
    told: list[Told] = []
    left, lines = list(chosen), 0
    while left and len(told) < MOST_ROOMS and lines < MOST_LINES:
        if not wanted():
            raise Refused("busy", "Nobody waits for this any more.")
        room = left.pop()
        if (
            one := _told(room, with_notes=account is None or reads(account, room), by_hand=account is None)
        ) is not None:
            told.append(one)
            lines += len(one.record.written()) + len(one.record.notes)
    words, today = words_in(spoken), day(now(), ZONE)
    title = choice.label or words["all_workshops"]
    record = Aside.run(
        partial(together, told, title=title, language=spoken, words=words, today=today, with_notes=with_notes)
    )
    labels = sorted({room.label for room in rooms if room.label}, key=plain)
    return Gathered(record, {room.code: room for room in chosen}, bool(left), labels)


def _begun(session: Session, account: Account | None) -> list[Room]:
    """The rooms that have begun and whose reflections this account may read: all those of the organisations in which it
    is organiser, and its own (docs/decisions/0008, 0036). What it may not read is not asked for."""
    query = select(Room).where(Room.began_at.is_not(None), Room.erase_at > now())
    if account is not None:
        query = query.where(or_(open_to(account, "organiser"), open_to(account, "leader")))
    return list(session.scalars(query))


def _told(room: Room, *, with_notes: bool, by_hand: bool) -> Told | None:
    """What one room tells, once its trail says that this was read; nothing where it is a rehearsal, or is gone."""
    rest(0)  # a room takes some milliseconds
    did: trail.Did = "reflections" if with_notes else "wall"
    by: trail.By = "server" if by_hand else "organiser" if with_notes else "leader"
    in_use = live.stored(room.id) is not None
    try:
        if recording.is_rehearsal(live.there(room.id)):
            return None
        changing.change(room.id, lambda change: trail.mark(change, did, by), outside=True)
        value = live.there(room.id)
    except Refused as refused:
        if refused.code != "closed":
            raise
        return None  # erased while others were read
    finally:
        if not in_use:  # two hundred rooms at once are not held for this
            live.let_go({room.id})
    return Told(record_of(value, for_organiser=with_notes), value.label, day(value.erase_at, value.zone))


def _address(room: Room, account: Account) -> str:
    """Where this account reads a room by itself: its organiser's page; or the dashboard, if it hands out no key."""
    if reads(account, room):
        return url_for("reflections.reflections", code=room.code)
    if made(account, room):
        return url_for("reflections.reflections", code=room.code, key=keys.key(room, "organiser"))
    return url_for("lead.dashboard", code=room.code)
