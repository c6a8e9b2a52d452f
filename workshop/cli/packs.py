"""The commands about content packs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .. import accounts
from ..content import BadPack, shelf
from ..core.errors import Refused
from ..extensions import db, now
from ..settings import Settings
from .installation import ready
from .runtime import Add, Runtime


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
    ready(settings)
    if shelf.own(wanted.name) is None:
        raise Refused("not_found", f"There is no pack {wanted.name!r} of this installation that can be used.")
    with db.writing() as session:
        accounts.give_pack(session, wanted.name, accounts.organisation_called(session, wanted.organisation, now()))


def add_to(commands: Any, add: Add) -> None:
    """The commands, and what they may be told."""
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
