"""One change to one room: the transaction it happens in, and the news it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..core.errors import Refused
from ..core.reading import NoteFacts
from ..models import Group, Person, Room
from ..room import room as values
from ..store.following import Following
from ..store.load import load


@dataclass(frozen=True, slots=True)
class Stepped:
    """The room is at another step, slide or clock."""

    cause: Literal["leader", "clock"]


@dataclass(frozen=True, slots=True)
class ProgrammeChanged:
    """The steps are others, or in another order, or of another length."""


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
    """For this person so much is different (their name, table, or what they may read) that they start afresh."""

    person: int


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """`other` is `keep` from now on, with all their phones."""

    keep: int
    other: int


@dataclass(frozen=True, slots=True)
class PhoneCame:
    """One more phone is this person's; their other phones hear of it."""

    person: int


@dataclass(frozen=True, slots=True)
class TrailGrew:
    """The audit trail has one more line, or those about someone are gone; leaders hear of it."""


@dataclass(frozen=True, slots=True)
class GroupsChanged:
    """Who sits where, or who plays what, is different; everyone in these groups hears of it."""

    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupTouched:
    """Something inside one group changed: a topic, a word for safety, a count, an agreement, who sits. Those of its
    members hear of it who see it; and leaders where they do."""

    group: int
    to_leaders: bool = False


@dataclass(frozen=True, slots=True)
class NoteChanged:
    """A note was written, changed or deleted, in this circle of its writer's phones. `group`: where others may read it,
    or could until now; `was`: how it was, when it was not new."""

    person: int
    circle: str
    note: str
    group: int | None
    was: NoteFacts | None = None


@dataclass(frozen=True, slots=True)
class SheetsTurned:
    """What observers of these rounds opened to their groups may now be read there; or, after a step back, no more."""

    rounds: frozenset[int]


@dataclass(frozen=True, slots=True)
class WallChanged:
    """These posts were added, changed, hidden or taken off."""

    posts: tuple[str, ...]
    circles: tuple[str, ...] = ()
    """Those in which these lines were written, or recognised."""
    hiding: bool = False


@dataclass(frozen=True, slots=True)
class WallTurned:
    """The wall was concealed or revealed: these posts are gone at once, or there again."""

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
    """The room is gone; every line to it is told and closed."""


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
    | TrailGrew
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
    | LineClosed
)


Ahead = Callable[["Change"], Callable[[], Any] | None]
"""What of a change can be worked out before it holds up all who write: looks at the room, without writing, and returns
the work that is left, which needs nothing more; None where it is little."""


class Making(Protocol):
    """A room that is being changed: in memory alone (`room.ledger`), or as a session writes it (`store.following`)."""

    def room(self) -> values.Room | None: ...
    def put(self, *records: Struct) -> None: ...
    def drop(self, *records: Struct) -> None: ...
    def set(self, **fields: Any) -> None: ...
    def new_id(self, kind: type[Struct], /) -> int: ...


class AsksForRows(Exception):
    """A use case that was tried without the database asks something of it. Nothing was changed."""


@dataclass(slots=True)
class Change:
    """What a use case works with. `now`: milliseconds since the epoch, read once by the door."""

    rows: Session | None
    """None where the use case asks nothing of the database: what it puts and drops is written after it."""
    row: Room | None
    """The room's own row, where it was read already."""
    now: int
    worked_out: Any = None
    """What was worked out ahead."""
    news: list[News] = field(default_factory=list)
    forgets: bool = False
    """True where something was deleted that must not stay readable anywhere."""
    making: Making = field(kw_only=True)
    """What this makes of the room."""

    @classmethod
    def of_row(cls, session: Session, row: Room, now: int) -> Change:
        """A change to a room that nobody holds."""
        stored = load(session, row.id)
        assert stored is not None, "its row is there"
        return cls(session, row, now, making=Following(session, stored))

    @property
    def session(self) -> Session:
        """For a use case that works with rows. Raises AsksForRows."""
        if self.rows is None:
            raise AsksForRows
        return self.rows

    @property
    def following(self) -> Following:
        """The same, as SQLAlchemy writes it. Raises AsksForRows."""
        if not isinstance(self.making, Following):
            raise AsksForRows
        return self.making

    @property
    def room(self) -> Room:
        """The room's own row, to be written."""
        if self.row is None:
            self.row = self.following.room_row()
        return self.row

    def put(self, *records: Struct) -> None:
        """These records are in the room from now on, in the place of those with the same key."""
        self.making.put(*records)

    def drop(self, *records: Struct) -> None:
        """These are in the room no longer. What hangs under them is to be dropped as well."""
        self.making.drop(*records)

    def set(self, **fields: Any) -> None:
        """These fields of the room itself are different."""
        self.making.set(**fields)

    def new_id(self, kind: type[Struct]) -> int:
        """The number of a new record; never given out before."""
        return self.making.new_id(kind)

    @property
    def value(self) -> values.Room:
        """The room as this change has made it so far."""
        found = self.making.room()
        assert found is not None, "nothing is asked of a room that was just deleted"
        return found

    def tell(self, *news: News) -> None:
        """Notes what others should hear, once this is on disk."""
        self.news.extend(news)

    def moved(self, *people: int) -> None:
        """These sit elsewhere: they hear of it once the groups are shown. A draft is the leader's own."""
        if self.value.groups_shown:
            self.tell(*(PersonMoved(person) for person in people))

    def person(self, person_id: int | None) -> Person:
        """Someone of this room; Refused("not_found") for a stranger or someone who was removed."""
        person = self.following.row(Person, person_id)
        if person is None or person.removed:
            raise Refused("not_found", "That person is not in this room.")
        return person

    def check_person(self, person_id: int) -> values.Person:
        """The same as a record."""
        person = self.value.people.get(person_id)
        if person is None or person.removed:
            raise Refused("not_found", "That person is not in this room.")
        return person

    def check_group(self, group_id: int) -> values.Group:
        """A group of the last draw; Refused("not_found") for another one."""
        group = self.value.groups.get(group_id)
        if group is None or not group.active:
            raise Refused("not_found", "That group is not in this room.")
        return group

    def people(self) -> list[Person]:
        """Everyone who has not left, in order of joining."""
        return list(self.session.scalars(self._here(Person)))

    def participants(self) -> list[Person]:
        """Those who are in a draw: everyone who has not left, but for the leader in an empty chair."""
        return list(self.session.scalars(self.in_draw(Person)))

    def in_draw(self, *what: Any) -> Select[Any]:
        """The question for these things of the participants."""
        return self._here(*what).where(Person.stand_in.is_(False))

    def stand_ins(self) -> list[Person]:
        """The leader in an empty chair, in as many as there are."""
        return list(self.session.scalars(self._here(Person).where(Person.stand_in.is_(True))))

    def _here(self, *what: Any) -> Select[Any]:
        here = select(*what).where(Person.room_id == self.room.id, Person.removed.is_(False), Person.left.is_(False))
        return here.order_by(Person.id)

    def groups(self) -> list[Group]:
        """The groups of the last draw, by number."""
        query = select(Group).where(Group.room_id == self.room.id, Group.active.is_(True)).order_by(Group.number)
        return list(self.session.scalars(query))

    def open_for_writing(self) -> None:
        """Refused("closed") once the leader closed the room."""
        if self.value.closed:
            raise Refused("closed", "This room is closed; you can still read what you wrote.")
