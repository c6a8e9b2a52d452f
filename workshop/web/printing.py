"""A room on paper: gathers what `exports.print` needs, in the language of the room."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import live
from ..addresses import readable
from ..content import load
from ..core import codes, groups
from ..core.errors import Refused
from ..exports.print import Printed, contents
from ..extensions import Queue, db, prints
from ..models import Group, Person, Room
from .apart import SECONDS, made_apart
from .asker import still_there
from .join import join_url
from .pages import long_date

TABLES, MOST_TABLES = 10, 999
"""For how many tables to print when nobody has come in yet; and for how many at most."""
PRINTERS = Queue(at_once=1, waiting=12, each=3, patience=30)


class Set(NamedTuple):
    """The printed set of a room."""

    lacking: str
    """The letters on it that are empty boxes, because no typeface on this machine has them."""
    pdf: bytes

    @classmethod
    def of(cls, written: bytes) -> Set:
        """The set, from what the program wrote."""
        lacking, _, pdf = written.partition(b"\n")
        return cls(lacking.decode(), pdf)


def tables_of(session: Session, room: Room) -> int:
    """As many as there are groups; before groups are drawn, as many as the people need, and enough for thirty."""
    drawn = session.scalar(select(func.count(Group.id)).where(Group.room_id == room.id, Group.active))
    people = session.scalar(select(func.count(Person.id)).where(Person.room_id == room.id, Person.removed.is_(False)))
    return min(drawn or max(TABLES, len(groups.sizes(people or 0, room.leftovers))), MOST_TABLES)


def printed(room: Room, base: str, tables: int) -> Set:
    """The set, made aside, one at a time, and kept while nothing that stands in it changes. `base` is the
    address that people type, without a slash at the end. Refused("busy") where too many wait for theirs."""
    with force_locale(room.language):
        shape = Printed(
            title=room.title,
            code=codes.show(room.code),
            join=join_url(room, base),
            address=readable(base),
            tables=tables,
            erased_on=long_date(room.erase_at, zone=room.zone, locale=room.language),
            steps=live.there(room.id).run.steps,
            words=words(),
        )
    data = contents(load(room.pack), shape)
    made_of = sha256(data).hexdigest()
    if kept := prints.find(room.id, made_of):
        return Set.of(kept)
    with PRINTERS.turn(room.id, still_there):
        if kept := prints.find(room.id, made_of):  # by who was before us
            return Set.of(kept)
        made = laid_out_apart(data)
        _keep(room, made_of, made)
        return Set.of(made)


def _keep(room: Room, made_of: str, made: bytes) -> None:
    """Keeps it, unless the room was erased meanwhile: first kept and then looked, so that nothing comes between."""
    prints.keep(room.id, made_of, made)
    with db.reading() as session:
        there = session.get(Room, room.id) is not None
    if not there:
        prints.forget(room.id)
        raise Refused("not_found", "This room is not there any more.")


def laid_out_apart(data: bytes, template: str = "print.typ", seconds: int = SECONDS) -> bytes:
    """What `exports.typeset` writes."""
    return made_apart("workshop.exports.typeset", data, template, seconds=seconds)


def words() -> dict[str, str]:
    """What stands on the sheets and is not the pack's."""
    return {
        "leader": _("For the workshop leader"),
        "why": _("No phones, or no network? Then the afternoon carries on with these sheets. Print them beforehand."),
        "print": _("What to print"),
        "sheet": _("Sheet"), "pages": _("Pages"), "copies": _("How many"), "how": _("And then"),
        "poster": _("The entrance"),
        "how_poster": _("Hang it up where people come in."),
        "tents": _("Table numbers"),
        "how_tents": _("Fold them in half and they stand up."),
        "together": _("Together"),
        "how_together": _("One on each table."),
        "how_guide": _("One on each table, or for anyone who wants to take it home."),
        "makers": _("More from the makers:"),
        "roles": _("Role sheets"),
        "how_roles": _("One of each role on each table. Pass them on after every round."),
        "cards": _("Cards"),
        "how_cards": _("One set on each table. Print double-sided, then cut in half."),
        "how_sheet": _("For everyone, to use when they observe."),
        "own": _("My own sheet"),
        "how_own": _("For everyone. Nobody collects it."),
        "yours": _("What you write here is yours. Take it home, or tear it up."),
        "tally": _("Make a mark each time you see or hear it. Afterwards the three of you look at it together."),
        "programme": _("The programme"),
        "round": _("Round {n} of {of}"), "step": _("Step"), "lead": _("What happens"), "minutes": _("Minutes"),
        "what_we_do": _("What we will do"),
        "practice": _("Practice in threes, {n} ×"), "minutes_of": _("{n} min"),
        "join": _("Join with your phone"),
        "scan": _("Scan the code."),
        "type": _("Or go to this address and type the digits:"),
        "qr": _("QR code: opens the page to join"),
        "table": _("Table {n}").format(n="").strip(),
        "turns": _("Looking back, in this order"),
        "turn_1": _("You speak first"), "turn_2": _("You speak second"), "turn_3": _("You speak third"),
        "seconds": _("about {n} seconds"),
        "topic_card": _("Topic card"), "conversation_card": _("Conversation card"),
        "other_card": _("For other conversations"),
        "visible": _("anyone could see this"), "invisible": _("nobody can see this from outside"),
    }  # fmt: skip
