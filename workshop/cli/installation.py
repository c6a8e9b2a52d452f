"""What several commands need of the installation that they work on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Flask

from .. import accounts, schema
from ..app import create_app, without_pages
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Organisation, Room
from ..networks import Listening
from ..settings import Settings
from ..store.codes import room_by_code

LISTENING = "listening"
"""A file in the instance folder that says where the server listens, for commands that run beside it."""


def ready(settings: Settings) -> None:
    """Its database, with the tables of this version."""
    without_pages(settings)
    schema.bring_up_to_date(db)


def ready_with_pages(settings: Settings) -> Flask:
    """The same, and what makes pages and files."""
    app = create_app(settings)
    schema.bring_up_to_date(db)
    return app


def last_listening(settings: Settings) -> Listening:
    """Where the server of this installation listens, or listened when it last ran."""
    found = Listening()
    with suppress(OSError, ValueError):
        host, port = (settings.instance / LISTENING).read_text().split()
        found.at(host, int(port))
    return found


def base_url(settings: Settings) -> str:
    """What the links that a command prints begin with."""
    last = last_listening(settings)
    return settings.public_url or last.for_phones() or last.own


def organisation(session: Any, name: str | None) -> Organisation | None:
    """The one with this name, or the first; None if nobody named one and there is none."""
    return accounts.organisation_called(session, name, now()) if name else accounts.first_organisation(session)


def room_of(session: Any, code: str) -> Room:
    """The room with this code; Refused("not_found")."""
    room = room_by_code(session, code)
    if room is None:
        raise Refused("not_found", f"There is no room with the code {code}.")
    return room
