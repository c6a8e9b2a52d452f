"""How an account goes: its rooms pass to another leader of their organisation, or are erased, by choice
(decisions/0036)."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from . import accounts, changing
from .core.errors import Refused
from .extensions import db, now
from .rooms import erasing
from .rooms.change import Change

Left = tuple[list[int], int | None]
"""Rooms, and the number of the account to which they pass; None: to nobody, they are erased."""
log = structlog.get_logger()


class HalfWay(Refused):
    """It stopped in between: the account is still there, cannot log in any more, and has `rooms` left, how many. To do
    it once more goes on from there."""

    def __init__(self, rooms: int) -> None:
        left = f"{rooms} of its rooms {'is' if rooms == 1 else 'are'}"
        super().__init__("busy", f"It stopped half way: this account cannot log in any more, {left} left. Do it again.")
        self.rooms = rooms


def remove(email: str, left: Iterable[Left]) -> None:
    """Takes an account away for good, after its rooms; from the first of them on nobody is in it any more. Refused as
    `accounts.remove_account`, before anything was done; later it is `HalfWay`."""
    to_go = [(room, heir) for rooms, heir in left for room in rooms]
    with db.writing() as session:
        account = accounts.the_account(session, email)
        accounts.nobody_else_adds(session)
        accounts.may_be_removed(session, account)
        accounts.set_disabled(session, account, True)
    done = 0
    try:
        for room, heir in to_go:
            _pass_on(room, account.id, heir)
            done += 1
        with db.writing() as session:
            accounts.remove_account(session, email, now())
    except (Exception, KeyboardInterrupt) as why:
        if not isinstance(why, Refused):
            log.exception("an account was removed half way")
        raise HalfWay(len(to_go) - done) from why
    db.forget()


def _pass_on(room: int, account: int, heir: int | None) -> None:
    """A room that is somebody else's by now stays theirs."""

    def do(change: Change) -> None:
        if change.value.account_id != account:
            return
        if heir is None:
            erasing.erase_room(change)
        else:
            change.set(account_id=heir, adopted=True)  # who did not make it

    try:
        changing.change(room, do, outside=True)
    except Refused as refused:
        if refused.code not in ("closed", "not_found"):  # gone meanwhile
            raise
