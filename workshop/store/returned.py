"""Rooms that a backup brought back, within the transaction that does so: looked at, and put right before they count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from ..erasures import name_of
from ..models import Account, Identity, Login, Membership, Passkey, Room
from ..room import room as values
from .carry import damaged
from .load import load

SHOWN = {"concealed", "spotlight", "column", "page"}
"""How a wall is shown."""


class Returned(NamedTuple):
    """A room: its number, what the log of erasures calls it, and its date."""

    id: int
    called: str
    erase_at: int


def rooms(connection: Connection) -> list[Returned]:
    """All rooms that are there."""
    found = connection.execute(select(Room.id, Room.salt, Room.erase_at).order_by(Room.id))
    return [Returned(row.id, name_of(row), row.erase_at) for row in found]


def room(connection: Connection, room_id: int) -> values.Room:
    """One room with everything in it. Refused("invalid") if something stands there that this program never writes."""
    with Session(connection) as session:
        found = load(session, room_id)
    assert found is not None, "it was just listed"
    try:
        for kind, (name, _) in values.KINDS.items():
            for record in getattr(found, name):
                msgspec.convert(msgspec.structs.asdict(record), kind)
        if not found.run or found.wall.keys() != SHOWN:
            raise damaged()
    except (msgspec.ValidationError, KeyError, IndexError, TypeError, ValueError) as error:
        raise damaged() from error
    return found


def use_pack(connection: Connection, was: str, name: str) -> None:
    """Rooms that had this pack have another one."""
    connection.execute(update(Room).where(Room.pack == was).values(pack=name))


def forget_accounts(connection: Connection, accounts: Sequence[tuple[int, int]]) -> None:
    """These accounts, by number and the moment they were made, go; their rooms stay until their date."""
    if accounts:
        these = or_(*[and_(Account.id == id, Account.created_at == made) for id, made in accounts])
        gone = list(connection.execute(select(Account.id).where(these)).scalars())
        connection.execute(update(Room).where(Room.account_id.in_(gone)).values(account_id=None))
        for hanging in (Login, Membership, Identity, Passkey):  # here no foreign key takes them along
            connection.execute(delete(hanging).where(hanging.account_id.in_(gone)))
        connection.execute(delete(Account).where(Account.id.in_(gone)))


def forget_passkeys(connection: Connection, passkeys: Sequence[int]) -> None:
    """Nobody signs in with these, by number, as their owner removed them."""
    connection.execute(delete(Passkey).where(Passkey.id.in_(passkeys)))
