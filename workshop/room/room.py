"""A room with everything it knows, as a value. Moments are milliseconds since the epoch on the server's clock.

The records hold what the tables of `models` hold, one field for each column; what a column means is said there. A
record belongs to a room by being in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import msgspec
from msgspec import Struct

from ..core import reading
from ..core import run as rules
from ..core.clock import Clock
from ..core.groups import Leftovers
from ..core.names import told_apart
from ..core.programme import Step
from ..core.reading import Visibility
from ..core.roles import Role
from ..core.run import Left, Run
from .table import Table


class Person(Struct, frozen=True):
    """Someone in the room, who left it, or who was taken out."""

    id: int
    name: str
    team: str | None
    joined_at: int
    left: bool = False
    removed: bool = False
    by_hand: bool = False
    vouched: bool = False
    simulated: bool = False
    came: bool = False
    stand_in: bool = False
    gave_up: dict[str, Any] | None = None


class Phone(Struct, frozen=True, gc=False):
    """A phone that is someone's."""

    token_hash: str
    person_id: int
    circle: str
    came: Literal["door", "first", "guest"]
    came_at: int
    merged_at: int | None = None
    ended: bool = False


class Pass(Struct, frozen=True):
    """Lets one more phone be someone's, once, until it expires."""

    code_hash: str
    person_id: int
    circle: str | None
    expires_at: int


class Answer(Struct, frozen=True, gc=False):
    """What a phone says about a circle of the same person: that is me, or not."""

    phone: str
    about: str
    yes: bool
    at: int


class Group(Struct, frozen=True):
    """People at one table, of this draw or of an earlier one."""

    id: int
    number: int
    active: bool = True
    topic: str | None = None
    hand_at: int | None = None
    coming_at: int | None = None


class Seat(Struct, frozen=True, gc=False):
    """A person at a table."""

    person_id: int
    group_id: int
    place: int
    since: int
    roles: tuple[Role, ...]
    safe: tuple[Any, ...] | None = None
    sits: bool = False
    away: tuple[Any, ...] = ()

    def was_there(self, at: int | None) -> bool:
        """Did whoever sits here do so at that moment (ms)? None: nobody knows when it was, and they may have."""
        return at is None or reading.was_there(self.since, self.away, at)


class Note(Struct, frozen=True, gc=False):
    """What someone wrote."""

    circle: str
    id: str
    person_id: int
    group_id: int | None
    prompt: str
    round: int | None
    text: str
    visibility: Visibility
    written_at: int
    changed_at: int
    batch: int | None
    sheet: int | None

    @property
    def facts(self) -> reading.NoteFacts:
        """What decides who may read it."""
        return reading.NoteFacts(
            self.person_id, self.circle, self.visibility, self.group_id, self.written_at, self.sheet
        )


class Post(Struct, frozen=True, gc=False):
    """A post on the wall."""

    id: str
    column: str
    text: str
    posted_at: int
    person_id: int | None = None
    circle: str | None = None
    signed: bool = False
    hidden: bool = False
    bundle: str | None = None
    theme: int | None = None


class Theme(Struct, frozen=True, gc=False):
    """A theme of the organiser's own; the posts under it say so themselves."""

    id: int
    name: str


class Recognition(Struct, frozen=True, gc=False):
    """Someone recognises a post."""

    circle: str
    post_id: str
    person_id: int


class Tally(Struct, frozen=True, gc=False):
    """One tap of an observer who counts."""

    circle: str
    id: str
    person_id: int
    group_id: int
    round: int
    counter: str
    by: int
    counted_at: int | None = None


class Wish(Struct, frozen=True):
    """Two people who are to sit together, or apart."""

    id: int
    kind: str
    people: tuple[int, ...]


class Notice(Struct, frozen=True):
    """What the leader said to all, or to one group."""

    id: int
    group_id: int | None
    text: str
    sent_at: int


class Seen(Struct, frozen=True, gc=False):
    """Someone saw a notice."""

    notice_id: int
    circle: str
    person_id: int


class Trace(Struct, frozen=True):
    """One line of the audit trail."""

    id: int
    at: int
    did: str
    by: str
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class Room:
    """One workshop, with all that is in it."""

    id: int
    code: str
    salt: str
    title: str
    language: str
    pack: str
    account_id: int | None
    organisation_id: int | None
    adopted: bool
    created_at: int
    erase_at: int
    version: int
    revision: int
    steps: list[Any]
    step_index: int
    clock: dict[str, Any]
    slide: int
    way_back: list[Any]
    due_at: int | None
    leftovers: Leftovers
    groups_shown: bool
    closed: bool
    locked: bool
    wall: dict[str, Any]
    extras: list[Any]
    undo: list[Any]
    entered_at: int
    began_at: int | None
    held: list[Any]
    batches: int
    real: bool | None
    zone: str
    planned_start: str | None
    label: str
    links: dict[str, Any]

    people: Table[Person]
    phones: Table[Phone]
    passes: Table[Pass]
    answers: Table[Answer]
    groups: Table[Group]
    seats: Table[Seat]
    notes: Table[Note]
    posts: Table[Post]
    themes: Table[Theme]
    recognitions: Table[Recognition]
    tallies: Table[Tally]
    wishes: Table[Wish]
    notices: Table[Notice]
    seen: Table[Seen]
    trail: Table[Trace]

    def becoming(self, changes: Mapping[str, Any]) -> Room:
        """This room with these fields, or tables, instead of its own. What was worked out from other fields is kept."""
        stale = {name for name, of in WORKED_OUT_OF.items() if not of.isdisjoint(changes)}
        new = object.__new__(Room)
        new.__dict__.update({name: value for name, value in self.__dict__.items() if name not in stale}, **changes)
        return new

    @cached_property
    def run(self) -> Run:
        """Where the room is in its programme."""
        return Run(
            steps=msgspec.convert(self.steps, tuple[Step, ...]),
            index=self.step_index,
            clock=msgspec.convert(self.clock, Clock),
            slide=self.slide,
            version=self.version,
            left=msgspec.convert(self.way_back, tuple[Left, ...]),
            entered_at=self.entered_at,
            began_at=self.began_at,
        )

    @cached_property
    def opened(self) -> frozenset[int]:
        """The rounds whose sheets and counts a group may look at now."""
        return reading.opened_rounds(self.run.steps, self.run.index)

    @cached_property
    def active_groups(self) -> tuple[Group, ...]:
        """The groups of the last draw, by number."""
        return tuple(sorted((group for group in self.groups if group.active), key=lambda group: group.number))

    @cached_property
    def seated(self) -> dict[int, Seat]:
        """The seats of the last draw, shown or not, by person."""
        return {seat.person_id: seat for group in self.active_groups for seat in self.seats.where("group_id", group.id)}

    def seat_of(self, person_id: int | None) -> Seat | None:
        """Where someone sits in the last draw, shown or not."""
        return self.seated.get(person_id or 0)

    def seats_at(self, group_id: int) -> list[Seat]:
        """The seats of a table, in the order of the draw."""
        return sorted(self.seats.where("group_id", group_id), key=lambda seat: seat.place)

    @cached_property
    def here(self) -> tuple[Person, ...]:
        """Everyone who has not left, in the order in which they came."""
        here = (person for person in self.people if not (person.left or person.removed))
        return tuple(sorted(here, key=lambda person: person.id))

    @cached_property
    def in_draw(self) -> tuple[Person, ...]:
        """Those who are in a draw: everyone who is here, but for the leader in an empty chair."""
        return tuple(person for person in self.here if not person.stand_in)

    @cached_property
    def called(self) -> dict[int, str]:
        """What to call the people in the room, so that no two have the same name."""
        return told_apart([(person.id, person.name, person.team) for person in self.people if not person.removed])

    @cached_property
    def namesakes(self) -> dict[int, str]:
        """The same, but only for people whose own name does not say who they are."""
        return {id: name for id, name in self.called.items() if name != self.people[id].name}

    def reads(self, circle: str) -> frozenset[str]:
        """The circles that one circle shows in full: itself, and those in which some phone said yes to it and none said
        no."""
        said: dict[str, bool] = {}
        for answer in self.answers.where("about", circle):
            by = self.phones[answer.phone].circle
            said[by] = answer.yes and said.get(by, True)
        return frozenset({circle, *(by for by, yes in said.items() if yes)})

    @property
    def records(self) -> int:
        """How many there are of all kinds."""
        return sum(len(table) for table in vars(self).values() if isinstance(table, Table))

    def phones_of(self, person_id: int) -> list[Phone]:
        """The phones of someone, in the order in which they came, including those that were let go."""
        return sorted(self.phones.where("person_id", person_id), key=lambda phone: phone.came_at)

    def of_person(self, person_id: int) -> list[Struct]:
        """Everything that hangs under someone: what is known of them, and what they wrote."""
        found: list[Struct] = []
        for kind, (name, _) in KINDS.items():
            if "person_id" in kind.__struct_fields__:
                found += getattr(self, name).where("person_id", person_id)
        return found

    def answers_of(self, phones: Iterable[Phone]) -> list[Answer]:
        """What these phones said about circles."""
        return [answer for phone in phones for answer in self.answers.where("phone", phone.token_hash)]

    def counting(self) -> Iterator[Person]:
        """The people who count when leaders are told how many did something: those with a phone who are here and, once
        the room is real, are not simulated."""
        for person in self.people:
            if not (person.left or person.removed or person.by_hand or (self.real and person.simulated)):
                yield person


def fields_of(run: Run) -> dict[str, Any]:
    """What a room stores about where it is in its programme; `Room.run` turns it back into a `Run`."""
    return {
        "steps": list(msgspec.to_builtins(run.steps)),
        "step_index": run.index,
        "clock": msgspec.to_builtins(run.clock),
        "slide": run.slide,
        "version": run.version,
        "way_back": list(msgspec.to_builtins(run.left)),
        "entered_at": run.entered_at,
        "began_at": run.began_at,
        "due_at": rules.due(run),
    }


OF_RUN = frozenset({"steps", "step_index", "clock", "slide", "version", "way_back", "entered_at", "began_at"})
WORKED_OUT_OF: dict[str, frozenset[str]] = {
    "run": OF_RUN,
    "opened": OF_RUN,
    "active_groups": frozenset({"groups"}),
    "seated": frozenset({"groups", "seats"}),
    "here": frozenset({"people"}),
    "in_draw": frozenset({"people"}),
    "called": frozenset({"people"}),
    "namesakes": frozenset({"people"}),
}
"""What a room keeps once it has been worked out, and from which of its fields."""
if missing := {name for name, what in vars(Room).items() if isinstance(what, cached_property)} ^ WORKED_OUT_OF.keys():
    raise TypeError(f"of what is {', '.join(missing)} worked out?")

KINDS: dict[type[Struct], tuple[str, tuple[str, ...]]] = {
    Person: ("people", ("id",)),
    Phone: ("phones", ("token_hash",)),
    Pass: ("passes", ("code_hash",)),
    Answer: ("answers", ("phone", "about")),
    Group: ("groups", ("id",)),
    Seat: ("seats", ("person_id", "group_id")),
    Note: ("notes", ("circle", "id")),
    Post: ("posts", ("id",)),
    Theme: ("themes", ("id",)),
    Recognition: ("recognitions", ("circle", "post_id")),
    Tally: ("tallies", ("circle", "id")),
    Wish: ("wishes", ("id",)),
    Notice: ("notices", ("id",)),
    Seen: ("seen", ("notice_id", "circle")),
    Trace: ("trail", ("id",)),
}
"""Each kind of record: where a room has it, and by which of its fields it is found there. A kind comes after those that
it refers to."""


def differ(before: Room, after: Room, of: Iterable[type[Struct] | str]) -> bool:
    """Is any of these different: a kind of record, or a field of the room? What was not changed is the very same
    object."""
    names = (one if isinstance(one, str) else KINDS[one][0] for one in of)
    return any(getattr(before, name) is not getattr(after, name) for name in names)


def key_of(record: Struct) -> Any:
    """What a record is found by: one value, or several."""
    fields = KINDS[type(record)][1]
    if len(fields) == 1:
        return getattr(record, fields[0])
    return tuple(getattr(record, field) for field in fields)
