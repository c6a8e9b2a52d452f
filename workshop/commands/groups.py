"""A leader's commands about who sits with whom."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..rooms import drafts, grouping, mending
from ..rooms.change import Change
from .leader import LeaderCommand
from .words import Answer, Name, PersonId


class FormGroups(LeaderCommand, tag="form_groups"):
    """Draws the groups (anew)."""

    seed: Annotated[int, Meta(ge=0, lt=2**53)] | None = None
    mix: bool = True
    other: bool = False

    def do_it(self, change: Change) -> None:
        drafts.redraw(change, self.seed, mix=self.mix, other=self.other)


class Move(LeaderCommand):
    """Moves someone to another group."""

    person: PersonId
    group: PersonId

    def do_it(self, change: Change) -> None:
        mending.move(change, self.person, self.group)


class MergeGroups(LeaderCommand, tag="merge_groups"):
    """Makes one group of two."""

    group: PersonId
    into: PersonId

    def do_it(self, change: Change) -> None:
        mending.merge_groups(change, self.group, self.into)


class NewTables(LeaderCommand, tag="new_tables"):
    """Makes groups of the people who are in none."""

    def do_it(self, change: Change) -> None:
        mending.new_tables(change)


class SitIn(LeaderCommand, tag="sit_in"):
    """Sits down in an empty chair."""

    group: PersonId
    name: Name

    def do_it(self, change: Change) -> Answer:
        return {"person": mending.sit_in(change, self.group, self.name).id}


class Apart(LeaderCommand):
    """Keeps these people apart at the next draw."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=20)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, "apart", self.people)


class Together(LeaderCommand):
    """Keeps these people together at the next draw."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=4)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, "together", self.people)


class Free(LeaderCommand):
    """Drops the wish about exactly these people."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=20)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, None, self.people)


GroupCommand = FormGroups | Move | MergeGroups | NewTables | SitIn | Apart | Together | Free
