"""A leader's commands to people at work: a word to all or to one group, and help for a hand that is up."""

from __future__ import annotations

from ..rooms import noticing, table
from ..rooms.change import Change
from .leader import LeaderCommand
from .words import Answer, Line, PersonId


class Notice(LeaderCommand):
    """Says something to everyone, or to one group."""

    text: Line
    group: PersonId | None = None

    def do_it(self, change: Change) -> Answer:
        return {"notice": noticing.say(change, self.text, self.group)}


class Unsay(LeaderCommand):
    """Takes back what was said, before its step is over."""

    notice: PersonId

    def do_it(self, change: Change) -> None:
        noticing.unsay(change, self.notice)


class Coming(LeaderCommand):
    """Tells a group that help is on the way."""

    group: PersonId

    def do_it(self, change: Change) -> None:
        table.come(change, self.group)


class Lower(LeaderCommand):
    """Takes a group's hand down."""

    group: PersonId

    def do_it(self, change: Change) -> None:
        table.lower(change, self.group)


HelpCommand = Notice | Unsay | Coming | Lower
