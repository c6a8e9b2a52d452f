"""A leader about the wall."""

from __future__ import annotations

from ..rooms import writing
from ..rooms.change import Change
from .leader import LeaderCommand
from .words import Id


class Hide(LeaderCommand):
    """Takes a line off the wall."""

    post: Id

    def do_it(self, change: Change) -> None:
        writing.hide(change, self.post, True)


class Show(LeaderCommand):
    """Puts a hidden line back."""

    post: Id

    def do_it(self, change: Change) -> None:
        writing.hide(change, self.post, False)


WallCommand = Hide | Show
