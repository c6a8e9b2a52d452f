"""The commands about organisations and accounts."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from .. import accounts, overview, removing, resets
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Account, MemberRole, Organisation
from ..settings import Settings
from ..terminal import ask
from ..web import account
from .installation import base_url, ready
from .runtime import Add, Runtime


def add_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Adds an organisation, in which nobody is yet."""
    ready(settings)
    with db.writing() as session:
        accounts.organisation_called(session, None, now())  # what has no organisation is not to become this one's
        accounts.add_organisation(session, wanted.name, now())


def rename_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Gives an organisation another name."""
    ready(settings)
    with db.writing() as session:
        accounts.rename(session, accounts.organisation_called(session, wanted.name, now()), wanted.to)


def remove_organisation(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Takes away an organisation that has no rooms; not the first."""
    ready(settings)
    with db.writing() as session:
        accounts.remove_organisation(session, accounts.organisation_called(session, wanted.name, now()))


def list_organisations(settings: Settings, _: Runtime, wanted: argparse.Namespace) -> None:
    """Lists the organisations, or one, and who is what in them."""
    ready(settings)
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
    ready(settings)
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
    ready(settings)
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
    ready(settings)
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
        ask(f"{known.email} is removed for good, {what}.")
    removing.remove(known.email, left)


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
    ready(settings)
    with db.writing() as session:
        token = resets.make(session, accounts.the_account(session, wanted.email), now())
    print(f"{base_url(settings)}/reset?key={token}")


def add_to(commands: Any, add: Add) -> None:
    """The commands, and what they may be told."""
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
