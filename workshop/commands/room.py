"""A leader's commands about the room as a whole."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..rooms import extras, joining, running, writing
from ..rooms.change import Change
from .leader import LeaderCommand


class Lock(LeaderCommand):
    """Lets nobody new come in."""

    def do_it(self, change: Change) -> None:
        joining.lock(change, True)


class Unlock(LeaderCommand):
    """Opens the door again."""

    def do_it(self, change: Change) -> None:
        joining.lock(change, False)


class Extras(LeaderCommand):
    """Switches on what is not always wanted; whatever is not named is off."""

    on: Annotated[list[extras.Extra], Meta(max_length=4)]

    def do_it(self, change: Change) -> None:
        extras.choose(change, self.on)


class Plan(LeaderCommand):
    """Says at what time of day the room is to begin; null takes that away."""

    start: Annotated[str, Meta(min_length=1, max_length=5)] | None

    def do_it(self, change: Change) -> None:
        running.plan(change, self.start)


class OwnNote(LeaderCommand, tag="own_note"):
    """Writes something for whoever leads about a step; empty text takes it away."""

    index: Annotated[int, Meta(ge=0)]
    text: Annotated[str, Meta(max_length=1000)]

    def do_it(self, change: Change) -> None:
        running.own_note(change, self.index, self.text)


class Close(LeaderCommand):
    """Ends writing in the room."""

    def do_it(self, change: Change) -> None:
        writing.close(change)


SettingCommand = Lock | Unlock | Extras | Plan | OwnNote | Close
