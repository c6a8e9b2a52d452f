"""For admins: accounts, organisations, what there is of both, and what will be erased when.

No title, no code, no label and no name of anyone who takes part comes here: an admin looks after accounts, and being
one opens no room (docs/decisions/0036).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from .. import accounts, cookies, openid, overview, removing, resets
from ..addresses import base_url
from ..core.errors import NotYours, Refused
from ..extensions import db, now
from ..models import Account, MemberRole, Organisation
from .pages import on_to, page

pages = Blueprint("admin", __name__, url_prefix="/admin")
ERASE = "erase"
ADMIN = "admin"
"""Beside roles such as `3.leader`."""


@pages.get("")
def admin() -> Response | str:
    """Everything at a glance."""
    with db.reading() as session:
        asker = cookies.account_of(session)
        if asker is None:
            return on_to("account.login")
        _permit(asker)
        return _overview(session, asker)


@pages.post("/organisations")
def add() -> Response | str:
    """A new organisation, in which nobody is yet."""
    with db.writing() as session:
        asker = _admin(session)
        try:
            accounts.add_organisation(session, request.form.get("name", ""), now())
        except Refused:
            return _overview(session, asker, wrong="new")
    return on_to("admin.admin", _anchor="organisations")


@pages.post("/organisations/<int(max=2147483647):number>")
def rename(number: int) -> Response | str:
    """An organisation gets another name."""
    with db.writing() as session:
        asker = _admin(session)
        organisation = accounts.organisation(session, number)
        try:
            accounts.rename(session, organisation, request.form.get("name", ""))
        except Refused:
            return _overview(session, asker, wrong=f"organisation-{number}")
    return on_to("admin.admin", _anchor="organisations")


@pages.post("/invitations")
def invite() -> Response | str:
    """A link by which somebody joins an organisation; it is shown this once."""
    with db.writing() as session:
        asker = _admin(session)
        role = next((one for one in accounts.ROLES if one == request.form.get("role")), None)
        place = request.form.get("organisation", "")
        if role is None or not (place.isascii() and place.isdecimal() and len(place) < 10):
            return _overview(session, asker, wrong="invitation")
        token = accounts.invite(session, accounts.organisation(session, int(place)), role, now())
        return _overview(session, asker, link=f"{base_url()}/invitation?key={token}")


@pages.post("/invitations/<int(max=2147483647):number>/withdraw")
def withdraw(number: int) -> Response:
    """Nobody can use this invitation any more."""
    with db.writing() as session:
        _admin(session)
        accounts.withdraw(session, number)
    return on_to("admin.admin", _anchor="invitations")


@pages.get("/accounts/<int(max=2147483647):number>")
def account(number: int) -> Response | str:
    """One account: what it is in which organisation, and how it can be removed."""
    with db.reading() as session:
        asker = cookies.account_of(session)
        if asker is None:
            return on_to("account.login")
        _permit(asker)
        return _account(session, asker, accounts.account(session, number))


@pages.post("/accounts/<int(max=2147483647):number>/roles")
def roles(number: int) -> Response | str:
    """An account becomes what was ticked on its page, and is no longer what was unticked: `role` as in `3.leader`, and
    `admin`; `was`: the ticks that the page had. All else stays as it is by now, whoever changed it meanwhile."""

    def do(session: Session, known: Account) -> None:
        was, wanted = set(request.form["was"].split()), {*request.form.getlist("role"), *request.form.keys() & {ADMIN}}
        changed = was ^ wanted  # a tick that was there says nothing about who made it
        for organisation in accounts.organisations(session):
            for role in get_args(MemberRole):
                if (key := f"{organisation.id}.{role}") in changed:
                    change = accounts.join if key in wanted else accounts.leave
                    change(session, known, organisation, role)
        if ADMIN in changed:
            accounts.set_admin(session, known, ADMIN in wanted)

    return _changed(number, do)


@pages.post("/accounts/<int(max=2147483647):number>/disable")
def disable(number: int) -> Response | str:
    """An account cannot sign in any more, and is signed out everywhere; `off` in the form. Without it, it can again."""
    return _changed(number, lambda session, known: accounts.set_disabled(session, known, "off" in request.form))


@pages.post("/accounts/<int(max=2147483647):number>/reset")
def reset(number: int) -> str:
    """A link by which the owner of an account chooses another password; it is shown this once."""
    with db.writing() as session:
        asker = _admin(session)
        known = accounts.account(session, number)
        return _account(session, asker, known, link=f"{base_url()}/reset?key={resets.make(session, known, now())}")


@pages.post("/accounts/<int(max=2147483647):number>/remove")
def remove(number: int) -> Response | str:
    """An account goes, for good. `rooms-3`, for each organisation in which it has rooms: `erase`, or the number of the
    account to which they pass; `sure`: yes, really."""
    with db.reading() as session:
        asker = _admin(session)
        known = accounts.account(session, number)
        try:
            accounts.may_be_removed(session, known)
        except Refused:
            return _account(session, asker, known, wrong="last_admin")
        theirs = overview.rooms_of(session, known)
        heirs = {place: _heir(session, known, place) for place in theirs}
        if "sure" not in request.form or "" in heirs.values():
            return _account(session, asker, known, wrong="sure" if "" not in heirs.values() else "rooms")
    heir = {place: None if chosen == ERASE else int(chosen) for place, chosen in heirs.items()}
    try:
        removing.remove(known.email, [(rooms, heir[place]) for place, rooms in theirs.items()])
    except removing.HalfWay as half:
        with db.reading() as session:
            known = accounts.account(session, number)
            return _account(session, asker, known, wrong="half_way", left=half.rooms)
    return on_to("admin.admin", _anchor="accounts")


def _changed(number: int, do: Callable[[Session, Account], None]) -> Response | str:
    """An account is changed, all or nothing; back to its page, which says so where it is the last admin. Whoever is no
    admin any more by that goes to their rooms."""
    with db.writing() as session:
        asker = _admin(session)
        known = accounts.account(session, number)
        try:
            do(session, known)
        except Refused:
            session.rollback()
            return _account(session, asker, known, wrong="last_admin")
    return on_to("admin.account", number=number) if asker.admin else on_to("lead.rooms")


def _heir(session: Session, known: Account, place: int | None) -> int | str:
    """What becomes of the rooms of an organisation: the number of the leader there who gets them, or ERASE; empty:
    nobody chose."""
    chosen = request.form.get(f"rooms-{place or 0}", "")
    if chosen == ERASE:
        return chosen
    heirs = {one.id for one in accounts.leaders(session, place) if one.id != known.id}
    return int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 and int(chosen) in heirs else ""


def _admin(session: Session) -> Account:
    return _permit(cookies.owner(session))


def _permit(asker: Account) -> Account:
    if not asker.admin:
        raise NotYours("Only an admin looks after accounts and organisations.")
    return asker


def _overview(session: Session, asker: Account, wrong: str = "", link: str = "") -> str:
    places = overview.organisations(session)
    return page(
        "admin.html", account=asker, accounts=accounts.all_accounts(session), wrong=wrong, organisations=places,
        names={one.id: one.name for one in places}, due=overview.due(session), versions=overview.versions(session),
        filled=request.form.get("name", ""), link=link, invitations=accounts.invitations(session, now()),
    )  # fmt: skip


def _account(session: Session, asker: Account, known: Account, wrong: str = "", link: str = "", left: int = 0) -> str:
    places: list[Organisation] = accounts.organisations(session)
    names: dict[int | None, str] = {place.id: place.name for place in places}
    rooms = overview.rooms_of(session, known)
    return page(
        "admin_account.html", account=asker, known=known, organisations=places, wrong=wrong, rooms=rooms, names=names,
        link=link, left=left, by_openid=bool(openid.identities(session, known)),
        ticked={f"{one.organisation_id}.{one.role}" for one in known.memberships} | ({ADMIN} if known.admin else set()),
        heirs={place: [one for one in accounts.leaders(session, place) if one.id != known.id] for place in rooms},
    )  # fmt: skip
