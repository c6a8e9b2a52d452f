"""One change to one room: what it makes of the room, and the news of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct

from ..core.errors import Refused
from ..core.links import Replaceable
from ..core.reading import NoteFacts
from ..room.ledger import Ledger
from ..room.room import Group, Person, Room


@dataclass(frozen=True, slots=True)
class Stepped:
    """The room is at another step, slide or clock."""

    cause: Literal["leader", "clock"]


@dataclass(frozen=True, slots=True)
class ProgrammeChanged:
    """There are other steps, or they have another order or other lengths."""


@dataclass(frozen=True, slots=True)
class OwnNotesChanged:
    """A leader wrote something for themselves about a step; leaders alone hear of it."""


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """These people look different to leaders and screen; or, as with a hand, to leaders alone."""

    people: tuple[int, ...]
    to_leaders: bool = False


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """So much has changed for this person (their name, their table, what they may read) that they start afresh."""

    person: int


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """From now on `other` is `keep`, with all their phones."""

    keep: int
    other: int


@dataclass(frozen=True, slots=True)
class PhoneCame:
    """One more phone is this person's; their other phones hear of it."""

    person: int


@dataclass(frozen=True, slots=True)
class GroupsChanged:
    """Who sits where, or who plays what, is different; everyone in these groups hears of it."""

    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupTouched:
    """Something inside one group changed: a topic, a word for safety, a count, an agreement, who is at the table. Those
    of its members who see it hear of it, and leaders if they do."""

    group: int
    to_leaders: bool = False


@dataclass(frozen=True, slots=True)
class NoteChanged:
    """A note was written, changed or deleted, in this circle of its writer's phones. `group`: where others may read it,
    or could until now; `was`: what it was before, if it is not new."""

    person: int
    circle: str
    note: str
    group: int | None
    was: NoteFacts | None = None


@dataclass(frozen=True, slots=True)
class SheetsTurned:
    """What observers of these rounds opened to their groups may now be read there; or, after a step back, no longer."""

    rounds: frozenset[int]


@dataclass(frozen=True, slots=True)
class WallChanged:
    """These posts were added, changed, hidden or taken off."""

    posts: tuple[str, ...]
    circles: tuple[str, ...] = ()
    """The circles in which these posts were written, or recognised."""
    hiding: bool = False


@dataclass(frozen=True, slots=True)
class WallTurned:
    """The wall was concealed or revealed: these posts are all gone at once, or back again."""

    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """The leader said something to all, or to one group."""

    notice: int


@dataclass(frozen=True, slots=True)
class NoticeUnsaid:
    """The leader took back what was said to all, or to this group."""

    notice: int
    group: int | None


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """This person saw a notice, on a phone of this circle."""

    person: int
    circle: str


@dataclass(frozen=True, slots=True)
class RoomErased:
    """The room is gone; every connection to it is told so and closed."""


@dataclass(frozen=True, slots=True)
class LinkReplaced:
    """Another link makes its holder this from now on; whoever came by the old one is told so and let go."""

    role: Replaceable


@dataclass(frozen=True, slots=True)
class LineClosed:
    """This person is no longer in the room, or only these `phones` of theirs; each is told why and let go."""

    person: int
    why: Literal["leader", "erased", "not_me"]
    phones: tuple[str, ...] | None = None


News = (
    Stepped
    | ProgrammeChanged
    | OwnNotesChanged
    | PeopleChanged
    | PeopleMerged
    | PhoneCame
    | PersonMoved
    | GroupsChanged
    | GroupTouched
    | NoteChanged
    | SheetsTurned
    | WallChanged
    | WallTurned
    | NoticeSent
    | NoticeUnsaid
    | NoticeSeen
    | RoomErased
    | LinkReplaced
    | LineClosed
)


@dataclass(slots=True)
class Change:
    """What a use case works with. `now`: milliseconds since the epoch, read once by the door."""

    ledger: Ledger
    """What this makes of the room."""
    now: int
    news: list[News] = field(default_factory=list)
    forgets: bool = False
    """True if something was deleted that must not stay readable anywhere."""

    @property
    def value(self) -> Room:
        """The room as this change has made it so far."""
        return self.ledger.room()

    def put(self, *records: Struct) -> None:
        """Puts these records in the room, replacing those with the same key."""
        self.ledger.put(*records)

    def drop(self, *records: Struct) -> None:
        """Takes these out of the room. What hangs under them has to be dropped as well."""
        self.ledger.drop(*records)

    def set(self, **fields: Any) -> None:
        """Changes these fields of the room itself."""
        self.ledger.set(**fields)

    def set_for_all(self, **fields: Any) -> None:
        """The same for settings: everyone hears of them with the step."""
        self.set(**fields, version=self.value.version + 1)
        self.tell(Stepped("leader"))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """If something is refused in here, none of it was done, and nobody hears of it."""
        told = len(self.news)
        try:
            with self.ledger.attempt():
                yield
        except Refused:
            del self.news[told:]
            raise

    def new_id(self, kind: type[Struct]) -> int:
        """The number of a new record; never given out before."""
        return self.ledger.new_id(kind)

    def erase(self) -> None:
        """The room goes, with everything in it."""
        self.ledger.erases = True

    def tell(self, *news: News) -> None:
        """Notes what others should hear, once this is on disk."""
        self.news.extend(news)

    def moved(self, *people: int) -> None:
        """These people sit elsewhere now: they hear of it once the groups are shown. A draft is the leader's own."""
        if self.value.groups_shown:
            self.tell(*(PersonMoved(person) for person in people))

    def check_person(self, person_id: int) -> Person:
        """Someone in this room; Refused("not_found") for a stranger or someone who was removed."""
        person = self.value.people.get(person_id)
        if person is None or person.removed:
            raise Refused("not_found", "That person is not in this room.")
        return person

    def check_group(self, group_id: int) -> Group:
        """A group of the last draw; Refused("not_found") for any other."""
        group = self.value.groups.get(group_id)
        if group is None or not group.active:
            raise Refused("not_found", "That group is not in this room.")
        return group

    def open_for_writing(self) -> None:
        """Refused("closed") once the leader closed the room."""
        if self.value.closed:
            raise Refused("closed", "This room is closed; you can still read what you wrote.")
