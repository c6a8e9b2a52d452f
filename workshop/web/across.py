"""For whoever is signed in: what several of their workshops gave together, to read and to download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Response, copy_current_request_context, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import announce, cookies, live
from ..access import keys, made
from ..commands import one_line
from ..core.errors import Refused
from ..exports import FORMATS, Reflections
from ..exports.across import Told, each_once, returning, together
from ..exports.figures import figures, strongest
from ..extensions import Aside, db, now, rest
from ..models import ZONE, Account, Room
from ..rooms import recording, trail
from ..rooms.change import Change
from ..rooms.days import day, held_on
from .asker import still_there
from .filing import FILES, download, record_of, words_in
from .pages import language, page

pages = Blueprint("across", __name__)
MOST_ROOMS = 200
"""Of more than these the newest are told, and the page says so."""


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
    """What was found: the record, where each of its workshops is read, and how many there are, also beyond the most
    that are told. `labels`: to choose from."""

    record: Reflections
    links: list[str]
    there: int
    labels: list[str]


@pages.get("/reflections")
def across() -> Response | str:
    """What the chosen workshops gave, and the files."""
    choice = _choice()
    with db.reading() as session:
        account = cookies.account_of(session)
        if account is None:
            return redirect(url_for("account.login"))  # type: ignore[return-value]
    with FILES.turn(("across", account.id), still_there):
        found = _gathered(account, choice)
        shown = partial(
            page, "across.html", account=account, choice=choice, found=found, record=found.record, most=MOST_ROOMS,
            figures=figures(found.record), returning=returning(found.record),
            strongest=lambda posts: strongest(each_once(posts)),
        )  # fmt: skip
        return str(Aside.run(copy_current_request_context(shown)))


@pages.get("/reflections.<extension>")
def file(extension: str) -> Response:
    """The same choice as one file."""
    choice = _choice()
    with db.reading() as session:
        account = cookies.account_of(session)
    if account is None:
        raise Refused("unauthorized", "Sign in first.")
    if extension not in FORMATS:
        raise Refused("not_found", f"There are these formats: {', '.join(FORMATS)}.")
    with FILES.turn(("gathering", account.id), still_there):
        record = _gathered(account, choice).record
    return download(record, extension, request.args.get("separator"), asker=("across", account.id))


def _choice() -> Choice:
    """What is asked for; Refused("invalid") for what is no day."""
    try:
        since, until = (date.fromisoformat(text) if (text := request.args.get(n)) else None for n in ("from", "to"))
    except ValueError:
        raise Refused("invalid", "A day is written as 2026-11-23.") from None
    return Choice(since, until, one_line(request.args.get("label", "")))


def _gathered(account: Account, choice: Choice) -> Gathered:
    """What the chosen rooms tell. An organiser's account reads the shared notes too; a leader's has their own walls."""
    with_notes = account.role == "organiser"
    with db.reading() as session:
        rooms = _begun(session, account)
    chosen = sorted((room for room in rooms if choice.takes(room)), key=held_on, reverse=True)
    told: list[Told] = []
    addresses: dict[str, str] = {}
    for room in chosen:
        if len(told) == MOST_ROOMS:
            break
        for one in _told(room, with_notes=with_notes):
            told.append(one)
            addresses[room.code] = _address(room, account)
    words = words_in(language())
    record = together(
        told,
        title=choice.label or words["all_workshops"],
        language=language(),
        words=words,
        today=day(now(), ZONE),
        with_notes=with_notes,
    )
    labels = sorted({room.label for room in rooms if room.label}, key=str.casefold)
    return Gathered(record, [addresses[one.code] for one in record.workshops], len(chosen), labels)


def _begun(session: Session, account: Account) -> list[Room]:
    """The rooms that have begun and whose reflections this account may read: an organiser's of all, anybody else's of
    those that are theirs (docs/decisions/0008)."""
    query = select(Room).where(Room.began_at.is_not(None), Room.erase_at > now())
    if account.role != "organiser":
        query = query.where(Room.account_id == account.id)
    return list(session.scalars(query))


def _told(room: Room, *, with_notes: bool) -> Iterator[Told]:
    """What one room tells, once its trail says that this was read; nothing where it is a rehearsal, or is gone."""
    rest(0)  # a room takes some milliseconds
    did, by = ("reflections", "organiser") if with_notes else ("wall", "leader")

    def read(change: Change) -> None:
        trail.mark(change, did, by)  # type: ignore[arg-type]

    try:
        value = live.there(room.id)
        if recording.is_rehearsal(value):
            return
        announce.change(room.id, read)
        value = live.there(room.id)
    except Refused as refused:
        if refused.code != "closed":
            raise
        return
    yield Told(record_of(value, for_organiser=with_notes), value.label, day(value.erase_at, value.zone))


def _address(room: Room, account: Account) -> str:
    """Where this account reads a room by itself: its organiser's page; or the dashboard, for who hands out no key."""
    if account.role == "organiser":
        return url_for("reflections.reflections", code=room.code)
    if made(account, room):
        return url_for("reflections.reflections", code=room.code, key=keys.key(room, "organiser"))
    return url_for("lead.dashboard", code=room.code)
