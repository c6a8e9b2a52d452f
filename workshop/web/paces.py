"""How fast anyone may ask: one table for every address, and one place that holds to it.

Whoever shows a token that is known has a pace of their own, whatever others do at the same address; all others of an
asker share one, wide enough for a room full of phones. A person does not notice it; a program does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask, request

from .. import cookies
from ..access import identify, signed_in, token_hash
from ..core import codes
from ..core.budget import Budget
from ..core.errors import Refused
from ..extensions import db, now, rest
from .api import bearer
from .throttle import BUDGETS, LULL_SECONDS, asker, count, forget, trying

KNOWN_SECONDS = 600.0
"""How long a token is known without looking it up again; what it may do is looked up each time, elsewhere."""
MOST_KNOWN = 10_000
FORGET_SECONDS = 60.0

SPACED = (
    "account.log_in", "account.first", "my_account.change_password", "openid.connect", "passkeys.show",
    "invitation.accept", "reset.choose",
)  # fmt: skip
SPACE_SECONDS, MOST_SPACED_SECONDS = 0.004, 3.0
"""These begin this far apart: if a hundred come at one moment, none of them goes before what others ask in the
meantime."""


class Pace(NamedTuple):
    """Requests at once and a second, of one holder of a key, and of all others of one asker together."""

    of_holder: Budget
    of_asker: Budget


READ = Pace(Budget(120, 10), Budget(1200, 60))
"""A page, or what one phone or screen asks for."""
WRITE = Pace(Budget(40, 2), Budget(600, 30))
"""What changes something. How often codes and passwords are tried is counted besides, where they are looked at."""
MAKE = Pace(Budget(30, 1), Budget(300, 10))
"""A file or a picture that is made anew each time."""
PRINT = Pace(Budget(20, 0.2), Budget(40, 0.5))
"""A PDF, by a process of its own; how many of those there are is bounded where they are made."""

PACES: dict[str, Pace | None] = {
    "join.home": READ,
    "join.phone": READ,
    "join.more": READ,
    "join.worker": READ,
    "join.knock": WRITE,
    "cards.cards": READ,
    "privacy.privacy": READ,
    "join.qr": MAKE,
    "lead.rooms": READ,
    "lead.told": WRITE,
    "lead.new": READ,
    "lead.make": WRITE,
    "lead.dashboard": READ,
    "lead.times": READ,
    "lead.again": WRITE,
    "lead.label": WRITE,
    "lead.adopt": WRITE,
    "links.replace": WRITE,
    "lead.erase": WRITE,
    "lead.wall": MAKE,
    "lead.before_print": PRINT,
    "lead.print_set": PRINT,
    "arriving.choose": WRITE,
    "rehearsing.start": WRITE,
    "rehearsing.stop": WRITE,
    "screen.screen": READ,
    "styleguide.styleguide": READ,
    "reflections.reflections": MAKE,
    "reflections.file": MAKE,
    "reflections.theme": WRITE,
    "across.across": MAKE,
    "across.file": MAKE,
    "account.login": READ,
    "account.log_in": WRITE,
    "account.log_out": WRITE,
    "account.first": WRITE,
    "my_account.account": READ,
    "my_account.change_password": WRITE,
    "my_account.end_others": WRITE,
    "openid.begin": WRITE,
    "openid.came_back": WRITE,
    "openid.connect": WRITE,
    "openid.disconnect": WRITE,
    "passkeys.ask_login": WRITE,
    "passkeys.log_in": WRITE,
    "passkeys.ask": WRITE,
    "passkeys.show": WRITE,
    "passkeys.add": WRITE,
    "passkeys.rename": WRITE,
    "passkeys.remove": WRITE,
    "admin.admin": READ,
    "admin.invite": WRITE,
    "admin.withdraw": WRITE,
    "invitation.invited": READ,
    "invitation.accept": WRITE,
    "reset.forgotten": READ,
    "reset.ask": WRITE,
    "reset.reset": READ,
    "reset.choose": WRITE,
    "admin.account": READ,
    "admin.reset": WRITE,
    "admin.add": WRITE,
    "admin.rename": WRITE,
    "admin.roles": WRITE,
    "admin.disable": WRITE,
    "admin.remove": WRITE,
    "api.room": READ,
    "api.join": None,
    "api.wall": READ,
    "api.mine": READ,
    "openapi.description": READ,
    "own.mine": READ,
    "own.as_page": READ,
    "own.as_markdown": MAKE,
    "own.as_calendar": MAKE,
    "own.as_pdf": PRINT,
    "api.pass_on": WRITE,
    "api.erase_me": WRITE,
    "ops.healthz": None,
    "ops.metrics": READ,
    "ops.ops": READ,
}
"""Every address, by the name of what answers it; None: no pace; so it is for coming in, because whoever shows the QR
code's key is never too fast (`throttle.join_by_code` has the pace of the others). Static files never come here."""
NOWHERE = READ
"""For an address that there is not."""
TOKENS = Budget(300, 20)
"""Tokens that nobody is known by, of one asker: looking one up costs something too."""
BUDGETS.extend([TOKENS, *{budget for pace in PACES.values() if pace for budget in pace}])
_holders: dict[str, tuple[str, float]] = {}
"""By the hash of a token: who holds it, and until when that is known."""
_forgot_at = _next_at = 0.0


def init_app(app: Flask) -> None:
    """Before anything else is done about a request."""
    app.before_request(keep_pace)


def keep_pace() -> None:
    """Refused("too_fast") for one request too many."""
    moment = time.monotonic()
    _forget(moment)
    pace = PACES.get(request.endpoint, READ) if request.endpoint else NOWHERE
    if pace is None:
        return
    holder = _holder(moment)
    if wait := count((pace.of_holder, holder) if holder else (pace.of_asker, asker())):
        rest(LULL_SECONDS)
        raise Refused("too_fast", "That was a lot at once; try again in a moment.", wait)
    if request.endpoint in SPACED and request.method == "POST":
        _keep_apart(moment)


def _keep_apart(moment: float) -> None:
    global _next_at
    begin = max(moment, _next_at)
    if begin - moment > MOST_SPACED_SECONDS:
        raise Refused("busy", "Many ask for the same thing; try again in a moment.", MOST_SPACED_SECONDS)
    _next_at = begin + SPACE_SECONDS
    if begin > moment:
        rest(begin - moment)


def _holder(moment: float) -> str | None:
    """Who asks, where a token shows it: a person, those with one key of a room, an account, or a browser that knows
    one. A made-up token says nothing; otherwise anyone could be someone new each time."""
    for token in _shown():
        mark = token_hash(token)
        who, until = _holders.get(mark, ("", 0.0))
        if until > moment:
            return who
        with trying((TOKENS, asker())) as attempt:
            found = None if attempt.wait else _looked_up(token)
            attempt.failed = found is None
        if found:
            if len(_holders) >= MOST_KNOWN:
                _holders.clear()
            _holders[mark] = found, moment + KNOWN_SECONDS
            return found
    browser = cookies.browser()
    return f"browser {browser.id}" if browser else None


def _shown() -> Iterator[str]:
    """The tokens that may say who asks: that of a program, of a page of the room that is asked for, of a login."""
    if token := bearer(request.headers.get("Authorization")):
        yield token
    if code := codes.normalise(str((request.view_args or {}).get("code", ""))):
        yield from cookies.keys_of(code)
    if token := cookies.login():
        yield token


def _looked_up(token: str) -> str | None:
    with db.reading() as session:
        if (holder := identify(session, token)) and not holder.replaced:
            return f"person {holder.person_id}" if holder.person_id else f"{holder.role} {holder.room_id}"
        account = signed_in(session, token, now())
        return f"account {account.id}" if account else None


def forget_holder(who: str) -> None:
    """Whoever shows a token of this holder is looked up anew: it may not be theirs any more."""
    for mark in [mark for mark, (holder, _) in _holders.items() if holder == who]:
        _holders.pop(mark, None)


def _forget(moment: float) -> None:
    """Keeps nothing of those who have long been quiet."""
    global _forgot_at
    if moment - _forgot_at > FORGET_SECONDS:
        _forgot_at = moment
        forget()
        for mark in [mark for mark, (_, until) in _holders.items() if until <= moment]:
            _holders.pop(mark, None)
