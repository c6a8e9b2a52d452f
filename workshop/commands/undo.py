"""A leader's commands that bring back what was thrown away last."""

from __future__ import annotations

from ..core.errors import Refused
from ..core.run import Command as ClockCommand
from ..core.run import Unsent
from ..rooms import drafts, joining, real, running, seats, undoing
from ..rooms.change import Change
from .groups import GroupCommand
from .help import HelpCommand
from .leader import LeaderCommand
from .people import PeopleCommand
from .room import SettingCommand
from .wall import Rebundle, WallCommand
from .words import Answer, convert


class Deal(LeaderCommand):
    """Puts a draft of the groups back."""

    tables: list[list[int]]

    def do_it(self, change: Change) -> None:
        drafts.deal(change, self.tables)


class Reseat(LeaderCommand):
    """Brings people back to where they sat."""

    people: list[seats.Sat]
    tables: list[tuple[int, list[seats.Place]]]
    at: int
    begun: int

    def do_it(self, change: Change) -> None:
        seats.reseat(change, self.people, self.tables, self.at, self.begun)


class LetIn(LeaderCommand, tag="let_in"):
    """Lets someone who was taken out back in, to the seat they had."""

    person: int
    left: bool
    seat: Deal | Reseat

    def do_it(self, change: Change) -> None:
        joining.let_in(change, self.person, self.left)
        if not self.left:
            self.seat.do_it(change)


class BringBack(LeaderCommand, tag="bring_back"):
    """Lets back in everyone who was taken away for being simulated."""

    people: list[tuple[int, bool]]
    seat: Deal | Reseat

    def do_it(self, change: Change) -> None:
        real.bring_back(change, self.people)
        self.seat.do_it(change)
        real.seat_the_rest(change, self.people)


Inverse = (
    ClockCommand
    | Unsent
    | GroupCommand
    | PeopleCommand
    | WallCommand
    | HelpCommand
    | SettingCommand
    | Rebundle
    | Deal
    | Reseat
    | LetIn
    | BringBack
)
"""What may undo something: any command, and those that no leader sends."""


class Undo(LeaderCommand):
    """Brings back what was thrown away last. The answer says what that was; null if it can no longer be brought back,
    or if the last one is not the `deed` that was meant."""

    deed: int | None = None

    def do_it(self, change: Change) -> Answer:
        did: str | None
        if self.deed not in (None, undoing.newest(change)):
            return {"undone": None}
        did, inverse = undoing.last(change)
        rest = change.value.undo
        try:
            with change.attempt():
                _do(change, convert(inverse, Inverse))
        except Refused:  # who it was about is erased, or the room is past it
            undoing.missed(change, did)
            rest, did = change.value.undo, None
        change.set(undo=rest)  # what takes something back is not itself taken back
        return {"undone": did}


def _do(change: Change, inverse: Inverse) -> None:
    if isinstance(inverse, LeaderCommand):
        inverse.do_it(change)
    else:
        running.command(change, inverse, None)
