"""A leader's commands about who is in the room."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..addresses import pass_url
from ..rooms import erasing, joining, merging, passing, real
from ..rooms.change import Change
from .leader import LeaderCommand
from .words import Answer, Name, PersonId


class AddPerson(LeaderCommand, tag="add_person"):
    """Adds someone who has no phone."""

    name: Name
    team: Annotated[str, Meta(max_length=40)] | None = None

    def do_it(self, change: Change) -> Answer:
        return {"person": joining.add_person(change, self.name, self.team or None).id}


class Remove(LeaderCommand):
    """Takes someone out."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.remove(change, self.person)


class Restore(LeaderCommand):
    """Lets someone back in."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.restore(change, self.person)


class PassOn(LeaderCommand, tag="pass"):
    """Lets another phone be someone's: their own is empty, lost or broken."""

    person: PersonId

    def do_it(self, change: Change) -> Answer:
        return pass_shape(change, passing.leaders_pass(change, self.person))


class Merge(LeaderCommand):
    """Makes one person of two entries: the first, with everything that belonged to the second."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=2)]

    def do_it(self, change: Change) -> None:
        merging.merge(change, *self.people)


class Dismiss(LeaderCommand):
    """Sends away everyone who is simulated."""

    def do_it(self, change: Change) -> None:
        erasing.dismiss(change)


class Real(LeaderCommand):
    """Says that this is the workshop itself, and simulated people no longer count; or that it is a rehearsal; or (null)
    takes either back."""

    on: bool | None = True

    def do_it(self, change: Change) -> None:
        real.say(change, self.on)


class TakeAway(LeaderCommand, tag="take_away"):
    """Takes everyone simulated out of the room, with what they wrote, until this is undone."""

    def do_it(self, change: Change) -> None:
        real.take_away(change)


class Rename(LeaderCommand):
    """Gives someone another name."""

    person: PersonId
    name: Name

    def do_it(self, change: Change) -> None:
        joining.rename(change, self.person, self.name)


class Here(LeaderCommand):
    """Says that someone is here, whatever the phone does."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.vouch(change, self.person)


def pass_shape(change: Change, issued: passing.Issued) -> Answer:
    """A pass as it is told to whoever made it."""
    url = pass_url(change.value.code, issued.digits)
    return {"pass": issued.digits, "url": url, "expires_at": issued.expires_at}


PeopleCommand = AddPerson | Remove | Restore | PassOn | Merge | Dismiss | Real | TakeAway | Rename | Here
