"""Trying is counted before it is looked at; mistyping is not punished, and a whole room behind one address gets in
(S2). Why, and every figure: docs/decisions/0015.

Only failures cost. Whoever shows the secret of the QR code, or a cookie of the room, is not counted.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from .. import cookies
from ..access import Holder, Keyed
from ..core import codes
from ..core.askers import asker_of, site_of
from ..core.budget import Budget, Share, SharedBudget, give_back_each, take_each
from ..core.errors import Refused
from ..extensions import rest
from ..models import Room
from ..store.codes import room_by_code

HOUR = 3600.0
LULL_SECONDS = 0.1
"""Whoever is too fast is answered later: one after the other, a program gets no further than ten refusals a second."""
CODES_FROM_ONE_ASKER = Budget(60, 1, pause=20)
CODES_FROM_ONE_SITE = Budget(240, 4)
CODES = SharedBudget(300, 3, reserve=200, remembered=HOUR)
"""Wrong codes and keys, everybody's together. However many guess, they find one open room of 100,000,000 codes with a
chance of at most (300 + 3 · 3600) / 10⁸ = 1.1 · 10⁻⁴ an hour; one asker alone with 3.7 · 10⁻⁵. Sites that failed leave
200 to the others: to keep out one that did not, 3 · 3600 = 10,800 sites have to fail anew each hour. Sites are counted,
because one connection by IPv6 has 65,536 askers in it."""
PASSES_FROM_ONE_ASKER = Budget(60, 1, pause=5)
PASSES_OF_ONE_ROOM = SharedBudget(300, 2, reserve=200, remembered=HOUR)
"""Wrong passes. In the ten minutes for which a pass is good one asker finds it with a chance of (60 + 600) / 10⁸ =
6.6 · 10⁻⁶, all askers of the world together with (300 + 2 · 600) / 10⁸ = 1.5 · 10⁻⁵."""
JOINS_FROM_ONE_ASKER = Budget(150, 4)
JOINS_OF_ONE_ROOM = Budget(300, 6)
"""People who come in by the code alone: a room of 60 behind one address does not notice it."""
_failing = (CODES_FROM_ONE_ASKER, CODES_FROM_ONE_SITE, CODES, PASSES_FROM_ONE_ASKER, PASSES_OF_ONE_ROOM)
BUDGETS: list[Budget | SharedBudget] = [*_failing, JOINS_FROM_ONE_ASKER, JOINS_OF_ONE_ROOM]
"""All that has to be forgotten now and then."""


class Turns:
    """So many at once, so many more in line, in the order in which they came; whoever comes after these, or waits
    longer than `patience` seconds, is refused: "busy". Of several `lines` the first goes first."""

    def __init__(self, at_once: int, in_line: int, patience: float, lines: int = 1) -> None:
        self.in_line, self.patience = in_line, patience
        self._free = at_once
        self._lines: list[deque[threading.Event]] = [deque() for _ in range(lines)]
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, line: int = 0) -> Iterator[None]:
        """Waits for a turn and has it."""
        self._wait(self._lines[line])
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, line: deque[threading.Event]) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(line) >= self.in_line:
                raise self._busy()
            mine = threading.Event()
            line.append(mine)
        if not mine.wait(self.patience):
            with self._lock:
                if mine in line:
                    line.remove(mine)
                    raise self._busy()

    def _pass_on(self) -> None:
        with self._lock:
            line = next(filter(None, self._lines), None)
            if line is None:
                self._free += 1
            else:
                line.popleft().set()

    def _busy(self) -> Refused:
        return Refused("busy", "Many are waiting for the same thing; try again in a moment.", self.patience / 2)


class TurnsOfEach:
    """Turns for each of many things, such as the doors of rooms: a rush at one holds up no other."""

    def __init__(self, make: Callable[[], Turns]) -> None:
        self._make = make
        self._known: dict[str, tuple[Turns, int]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, of: str) -> Iterator[None]:
        """As `Turns.turn`."""
        with self._lock:
            turns, users = self._known.get(of) or (self._make(), 0)
            self._known[of] = turns, users + 1
        try:
            with turns.turn():
                yield
        finally:
            with self._lock:
                turns, users = self._known[of]
                self._known[of] = turns, users - 1
                if users == 1:
                    del self._known[of]


_counting = threading.Lock()


def count(*shares: Share) -> float:
    """Counts a try to each of these budgets, and returns 0; or to none, and returns the seconds until all have room."""
    with _counting:
        return take_each(shares, time.monotonic())


def failed_before(budget: SharedBudget, key: tuple[Hashable, Hashable]) -> bool:
    """Does a failure of theirs still count?"""
    with _counting:
        return budget.failed(key, time.monotonic()) > 0


def forget() -> None:
    """Keeps nothing of those who have long been quiet. To be called now and then."""
    with _counting:
        for budget in BUDGETS:
            budget.forget(time.monotonic())


@dataclass
class Try:
    """One try that was counted. `wait`: it was not, because there is no room for it for this many seconds."""

    wait: float
    failed: bool = False

    def check(self, words: str = "Too many tries in a short time; wait a minute.") -> None:
        """Refused("too_fast"), in these words, if it was not counted."""
        if self.wait:
            raise Refused("too_fast", words, self.wait)


@contextmanager
def trying(*shares: Share) -> Iterator[Try]:
    """Counts a try before it is looked at; unless it `failed`, it is given back."""
    attempt = Try(count(*shares))
    try:
        yield attempt
    finally:
        if not attempt.wait and not attempt.failed:
            with _counting:
                give_back_each(shares, time.monotonic())


_looking = Turns(at_once=8, in_line=2000, patience=5)
"""For looking at codes. Right ones are counted too while they are looked at; if a whole room comes in at one moment, so
few of them are looked at together that they do not use up what their asker may get wrong."""
_doors = TurnsOfEach(lambda: Turns(at_once=16, in_line=1000, patience=15))


def asker() -> str:
    """Who asks: see `core.askers`."""
    return asker_of(request.remote_addr)


def find_room(session: Session, code: str, holder: Holder | None = None) -> Room:
    """The room with this code; Refused("not_found"), or ("too_fast") after too many wrong codes.

    `holder`: who the asker is by a key they show. If that key, or a cookie, is of this very room, nothing is throttled;
    after too many failures all others hear the same, whether there is such a room or not.
    """
    with _looking.turn(), trying(*_guess()) as attempt:
        room = room_by_code(session, code)
        if room is not None and _known(session, room, holder):
            return room
        attempt.check("Too many wrong codes; wait a minute, or scan the QR code on the screen.")
        if room is None:
            attempt.failed = True
            raise Refused("not_found", "There is no room with this code.")
        return room


def fail() -> None:
    """Someone showed a wrong key."""
    count(*_guess())


@contextmanager
def trying_pass(room: Room) -> Iterator[None]:
    """Around looking at a pass; Refused("too_fast") after too many wrong ones. Whoever is in the room already is known
    at its door, and could otherwise try all passes of the others."""
    here = asker()
    with trying((PASSES_FROM_ONE_ASKER, (room.id, here)), (PASSES_OF_ONE_ROOM, (room.id, site_of(here)))) as attempt:
        attempt.check("Too many wrong passes; wait a minute.")
        try:
            yield
        except Refused as refused:
            if refused.code == "unauthorized":
                attempt.failed = True
            raise


def at_the_door(code: str) -> AbstractContextManager[None]:
    """Around all of coming in at a room: a few at once, who are stored together, so that a rush at one door holds up
    nothing else."""
    return _doors.turn(codes.normalise(code) or "")


def before_the_door() -> None:
    """Someone comes who shows no key, or sends what cannot be read. Refused("too_fast"), a while later."""
    try:
        join_by_code()
    except Refused:
        rest(LULL_SECONDS)
        raise


def join_by_code(room: Keyed | None = None) -> None:
    """Someone who shows no key comes in, at a pace: that of their asker, which is looked at first because that costs
    least, and that of the `room`. Refused("too_fast"). Whoever shows a key is never too fast."""
    who: Share = (JOINS_OF_ONE_ROOM, room.id) if room else (JOINS_FROM_ONE_ASKER, asker())
    if wait := count(who):
        raise Refused("too_fast", "Many are coming in at once; it is your turn in a moment.", wait)


def _guess() -> tuple[Share, ...]:
    here = asker()
    site = site_of(here)
    return (CODES_FROM_ONE_ASKER, here), (CODES_FROM_ONE_SITE, site), (CODES, ("codes", site))


def _known(session: Session, room: Room, holder: Holder | None) -> bool:
    if holder is not None and holder.room_id == room.id and not holder.replaced:
        return True
    return any(cookies.of_room(session, room, role) for role in ("visitor", "join", "screen", "leader", "organiser"))
