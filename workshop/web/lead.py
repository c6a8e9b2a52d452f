"""For leaders: their rooms, a new room, and a room's dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import accounts, changing, cookies, live
from ..access import keys, leads, made, open_to, organisations_of, permit
from ..addresses import base_url
from ..commands import one_line
from ..content import Offered, Pack, shelf
from ..core.errors import NotYours, Refused
from ..core.programme import ROUND_KINDS, time_of_day
from ..core.spent import is_known, spent
from ..core.typed import length
from ..days import held_on
from ..extensions import db, now
from ..models import ZONE, Account, Organisation, Room
from ..rooms import erasing, opening, trail
from ..rooms.change import Change
from . import arriving, printing, rehearsing
from .desk import facts
from .filing import download, record_of
from .join import join_url
from .keyed import enter
from .links import may_replace
from .pages import language, long_date, on_to, page

pages = Blueprint("lead", __name__, url_prefix="/lead")


@pages.get("")
def rooms() -> Response | str:
    """The rooms of a signed-in leader."""
    with db.reading() as session:
        account = cookies.account_of(session)
        if account is None:
            return on_to("account.login")
        return page(
            "rooms.html", account=account, rooms=_rooms_of(session, account), now=now(), held_on=held_on,
            leader=bool(organisations_of(account, "leader")), organiser=bool(organisations_of(account, "organiser")),
        )  # fmt: skip


@pages.post("/told")
def told() -> Response:
    """The owner of an account has read what an upgrade changed for it."""
    with db.writing() as session:
        cookies.owner(session).was = None
    return on_to("lead.rooms")


@pages.get("/new")
def new() -> Response | str:
    """The form for a new room."""
    with db.reading() as session:
        account = cookies.account_of(session)
    if account is None:
        return on_to("account.login")
    return room_form({}, account)


@pages.post("/new")
def make() -> Response | str:
    """Makes the room and goes to its dashboard."""
    with db.reading() as session:
        account = cookies.account_of(session)
    if account is None:
        return Response(page("login.html", error=None, email="", filled=filled_in(request.form)), 403)
    places = _places(account)
    try:
        organisation = _chosen(places, request.form)
        offered = _offered([organisation])
        wanted = _wanted(request.form, offered)
        with db.writing() as session:
            room = opening.open_room(session, wanted, now(), account.id, organisation.id)
    except Refused:
        return room_form(request.form, account, _mistake(request.form, places))
    return on_to("lead.dashboard", code=room.code)


@pages.get("/<code>")
def dashboard(code: str) -> Response | str:
    """The room's dashboard."""
    with db.reading() as session:
        room, response = enter(session, code, "leader")
        account = cookies.account_of(session)
        if response is not None:
            return response
        labels = labels_of(session, account) if leads(account, room) else []
        adopting = _adopting(session, account, room) if account is not None and room.account_id is None else []
    return page(
        "dashboard.html",
        room=room,
        account=account,
        owner=leads(account, room),
        maker=made(account, room),
        replaceable=may_replace(account, room),
        replaced=request.args.get("replaced"),
        labels=labels,
        adopting=adopting,
        facts=facts(room),
        links=links(room),
        screen=url_for("screen.screen", code=room.code, key=keys.key(room, "screen")),
        rehearsal=rehearsing.status(room),
        arriving=arriving.status(room),
    )


@pages.get("/<code>/times")
def times(code: str) -> Response | str:
    """How the time went, to plan the next one: planned against real, step by step."""
    with db.reading() as session:
        room, response = enter(session, code, "leader")
        if response is not None:
            return response
        owner = leads(cookies.account_of(session), room)
    value = live.there(room.id)
    steps = spent(value.run, trail.closed_at(value))
    return page("times.html", room=room, owner=owner, steps=steps, known=is_known(steps), clock=clock_of)


def clock_of(seconds: int) -> str:
    """A length as people read it off a clock: 4:30, and with a sign where it is too little or too much."""
    return f"{'−' if seconds < 0 else ''}{abs(seconds) // 60}:{abs(seconds) % 60:02}"


@pages.post("/<code>/again")
def again(code: str) -> Response:
    """A new room like this one, and on to its dashboard."""
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        account = cookies.account_of(session)
    if account is None or not leads(account, room):
        raise Refused("forbidden", "Only the leader whose room it is makes one like it.")
    with db.writing() as session:
        made_anew = opening.open_again(session, live.there(room.id), now(), account.id)
        code = made_anew.code
    return on_to("lead.dashboard", code=code)


@pages.post("/<code>/adopt")
def adopt(code: str) -> Response:
    """A signed-in leader takes a room that was made without an account among their own."""
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        account = cookies.owner(session)
        places = _adopting(session, account, room)
    if not places:
        raise Refused("forbidden", "This room belongs to an organisation in which you do not lead.")
    own, organisation = account.id, _chosen(places, request.form).id

    def do(change: Change) -> None:
        if change.value.account_id is None:
            change.set(account_id=own, organisation_id=organisation, adopted=True)
        elif change.value.account_id != own:
            raise Refused("stale", "Someone else has put this room among theirs just now.")

    changing.change(room.id, do)
    return on_to("lead.dashboard", code=room.code)


@pages.post("/<code>/label")
def label(code: str) -> Response:
    """The room's own leader gives it a label, or takes it off."""
    room = _own(code, "gives it a label")
    wanted = opening.labelled(one_line(request.form.get("label", "")))
    changing.change(room.id, lambda change: change.set(label=wanted))
    return on_to("lead.dashboard", code=room.code)


@pages.post("/<code>/erase")
def erase(code: str) -> Response:
    """The room's own leader erases it and everything in it."""
    room = _own(code, "erases it")
    changing.change(room.id, erasing.erase_room)
    db.forget()
    return on_to("lead.rooms")


@pages.get("/<code>/wall.<extension>")
def wall(code: str, extension: str) -> Response:
    """The wall as a file. Notes are not in it: those that were shared are the organiser's."""
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        permit(cookies.of_room(session, room, "leader"), "download wall")
    record = record_of(live.there(room.id), for_organiser=False)
    answer = download(record, extension, request.args.get("separator"))
    changing.change(room.id, lambda change: trail.mark(change, "wall", "leader"))
    return answer


@pages.get("/<code>/print")
def before_print(code: str) -> Response | str:
    """On to the afternoon on paper; if letters would be missing from it, first a page that says which."""
    room, answer = _printed(code)
    if isinstance(answer, Response):
        return answer
    set_at = url_for("lead.print_set", code=room.code, tables=request.args.get("tables"))
    if not answer.lacking:
        return redirect(set_at)  # type: ignore[return-value]
    return page("lacking.html", room=room, lacking=answer.lacking, set_at=set_at)


@pages.get("/<code>/print.pdf")
def print_set(code: str) -> Response:
    """The afternoon on paper. `tables`: for how many, where that is not as many as there are."""
    room, answer = _printed(code)
    if isinstance(answer, Response):
        return answer
    changing.change(room.id, lambda change: trail.mark(change, "print", "leader"))
    response = Response(answer.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="print-{room.code}.pdf"'
    return response


def _printed(code: str) -> tuple[Room, printing.Set | Response]:
    """The set, or the redirect that takes a key out of the address."""
    with db.reading() as session:
        room, response = enter(session, code, "leader")
        if response is not None:
            return room, response
        permit(cookies.of_room(session, room, "leader"), "print")
        tables = _tables(request.args.get("tables")) or printing.tables_of(session, room)
    return room, printing.printed(room, base_url(), tables)


def _tables(asked: str | None) -> int | None:
    """For how many tables somebody wants to print; Refused("invalid") where that is no such number."""
    if asked is None:
        return None
    if asked.isascii() and asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= printing.MOST_TABLES:
        return int(asked)
    raise Refused("invalid", f"It is printed for 1 to {printing.MOST_TABLES} tables.")


def _own(code: str, does: str) -> Room:
    """The room, for the leader whose room it is; Refused("forbidden") for anyone else who leads it."""
    with db.reading() as session:
        room, _ = enter(session, code, "leader")
        if not leads(cookies.account_of(session), room):
            raise Refused("forbidden", f"Only the leader whose room it is {does}.")
    return room


def links(room: Room, base: str | None = None) -> dict[str, str]:
    """The addresses that belong to a room, each with its key; `base`: what they begin with, where no request says."""
    base = base or base_url()
    return {
        "join": join_url(room, base),
        "lead": f"{base}/lead/{room.code}?key={keys.key(room, 'leader')}",
        "screen": f"{base}/screen/{room.code}?key={keys.key(room, 'screen')}",
        "reflections": f"{base}/reflections/{room.code}?key={keys.key(room, 'organiser')}",
    }


def filled_in(form: Any) -> dict[str, str]:
    """What a form for a new room holds, to be kept while its leader signs in."""
    return {name: value for name, value in form.items() if name != "csrf_token"}


def _rooms_of(session: Session, account: Account) -> list[Room]:
    return list(session.scalars(select(Room).where(open_to(account, "leader")).order_by(Room.created_at.desc())))


def _adopting(session: Session, account: Account, room: Room) -> list[Organisation]:
    """In which organisations this account could have a room that is nobody's: the room's own, where it has one."""
    return [place for place in accounts.led(session, account) if room.organisation_id in (None, place.id)]


def labels_of(session: Session, account: Account | None) -> list[str]:
    """The labels that this account gave to rooms, to choose from."""
    if account is None:
        return []
    query = select(Room.label).where(open_to(account, "leader"), Room.label != "").distinct()
    return sorted(session.scalars(query), key=str.casefold)


def room_form(filled: Any, account: Account, error: str | None = None) -> str:
    """The form for a new room, as somebody filled it in."""
    places = _places(account)
    if not places:
        raise NotYours("You lead in no organisation; an admin can change that.")
    offered = _offered(places)
    with db.reading() as session:
        labels = labels_of(session, account)
    return page(
        "new_room.html",
        packs=offered,
        pack=next(one.pack for one in offered if one.name == language()),
        programmes=_programmes(offered),
        kinds=ROUND_KINDS,
        form=filled,
        today=long_date(now(), zone=ZONE, pattern="d MMMM"),  # the title stands on every phone, beside the clock
        zone=ZONE,
        lengths={one.name: _lengths(one.usable) for one in offered if one.usable},
        error=error,
        labels=labels,
        organisations=places,
    )


def _places(account: Account) -> list[Organisation]:
    """The organisations in which this account may make a room."""
    with db.reading() as session:
        return accounts.led(session, account)


def _chosen(places: list[Organisation], form: Any) -> Organisation:
    """The one that was chosen; where there is only one there is no choice. Refused("forbidden") for any other."""
    chosen = form.get("organisation", "")
    found = [place for place in places if (not chosen and len(places) == 1) or chosen == str(place.id)]
    if len(found) != 1:
        raise Refused("forbidden", "You lead in no such organisation.")
    return found[0]


def _offered(places: Iterable[Organisation]) -> list[Offered]:
    """The packs that come with the workshop, and the installation's own that belong to these organisations."""
    with db.reading() as session:
        belongs = accounts.has_packs(session, {place.id for place in places})
    return [one for one in shelf.offered() if one.name in shelf.shipped or belongs(one.name)]


def _lengths(pack: Pack) -> dict[str, list[list[str | int | None]]]:
    """Of each programme its parts: kind, seconds, and seconds in the first round where those differ."""
    return {
        key: [[part.kind, part.seconds, part.first_seconds] for part in pack.programme(key)] for key in pack.programmes
    }


def _programmes(offered: list[Offered]) -> list[dict[str, str]]:
    """Every programme to choose from, in the words of the page's own pack where it has it; `only`: whose it is."""
    found: dict[str, dict[str, str]] = {}
    for one in sorted(offered, key=lambda one: one.name != language()):
        if (pack := one.usable) is None:
            continue
        for key, programme in pack.programmes.items():
            only = "" if one.name in shelf.shipped else pack.title
            found.setdefault(key, {"key": key, "title": programme.title, "line": programme.line, "only": only})
    return sorted(found.values(), key=lambda programme: (programme["only"], programme["key"] != "triads"))


def _is_a_time(text: str) -> bool:
    try:
        return not text.strip() or bool(time_of_day(text))
    except Refused:
        return False


def _has_programme(form: Any, offered: list[Offered]) -> bool:
    chosen = next((one for one in offered if one.name == form.get("pack", language())), None)
    pack = chosen.usable if chosen else None
    return pack is not None and form.get("programme", "triads") in pack.programmes


def _mistake(form: Any, places: list[Organisation]) -> str:
    """Which field of a form for a new room was the first that cannot be used."""
    try:
        offered = _offered([_chosen(places, form)])
    except Refused:
        return "organisation"
    if not 1 <= len(one_line(form.get("title", ""))) <= 120:
        return "title"
    if not _has_programme(form, offered):
        return "programme"
    if len(one_line(form.get("label", ""))) > opening.LONGEST_LABEL:
        return "label"
    return "lengths" if _is_a_time(form.get("start", "")) else "start"


def _wanted(form: Any, offered: list[Offered]) -> opening.Wanted:
    if not _has_programme(form, offered):
        raise Refused("invalid", "There is no such pack here, or it has no such programme.")
    lengths = {kind: length(form[kind]) for kind in ROUND_KINDS if form.get(kind, "").strip()}
    rounds = form.get("rounds", "3")
    return opening.Wanted(
        title=one_line(form.get("title", "")),
        pack=form.get("pack", language()),
        programme=form.get("programme", "triads"),
        rounds=int(rounds) if rounds.isdecimal() and len(rounds) < 3 else 0,
        seconds=lengths,
        leftovers="pairs" if form.get("leftovers") == "pairs" else "observers",
        zone=zone if opening.is_zone(zone := form.get("zone", "")) else ZONE,
        planned_start=form.get("start", "").strip() or None,
        label=one_line(form.get("label", "")),
    )
