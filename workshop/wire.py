"""THE WIRE OUT: the shape of everything that a client is told. What a client may send is in `commands`.

A field that is UNSET is not sent at all. Which of these goes to whom, when and how often is declared in `streams`; the
scripts' types (static/js/wire.d.ts) are made from both by `make wire`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field

from .core.errors import Code
from .core.reading import Visibility
from .core.roles import Role

CameBy = Literal["door", "own_pass", "leader", "merge"]
"""How a phone came to be someone's."""


class Shape(Struct, gc=False):
    """Something that is sent, or a part of it."""


class Room(Shape):
    """What anyone in the room may know about it."""

    code: str
    title: str
    language: str
    open: bool
    locked: bool
    erase_at: int
    zone: str


class ProgrammeStep(Shape):
    """One step of the afternoon."""

    index: int
    kind: str
    title: str
    round: int | None
    seconds: int
    auto_advance: bool
    planned: int


class Clock(Shape):
    """The clock of a step: lengths in seconds, `ends_at` in ms while it runs."""

    state: Literal["idle", "running", "paused"]
    length: int
    remaining: float
    ends_at: int | None


class WallView(Shape):
    """How the wall is shown."""

    concealed: bool
    spotlight: str | None
    column: str | None
    page: int


class Step(Shape):
    """Where the room is."""

    index: int
    kind: str
    round: int | None
    slide: int | None
    clock: Clock
    entered_at: int
    began_at: int | None
    held: int
    open: bool
    locked: bool
    extras: Sequence[str]
    wall: WallView
    real: bool | None
    planned_start: str | None


class StepMessage(Step):
    """The same, told when it changed, with who changed it: the leader, or the clock."""

    version: int
    now: int
    cause: Literal["leader", "clock"]


class Person(Shape, kw_only=True):
    """Someone as leaders and the screen see them; `hand` is for leaders."""

    id: int
    name: str
    team: str | None
    here: bool
    left: bool
    group: int | None
    hand: bool | UnsetType = UNSET
    by_hand: bool
    simulated: bool
    came: bool
    stand_in: bool
    sits: bool


class PeopleMessage(Shape):
    """The people who look different, and those who are no longer in the room."""

    seq: int
    changed: list[Person]
    gone: list[int]


class Member(Shape):
    """Someone at a table, as everybody sees them."""

    id: int
    name: str
    here: bool
    roles: Sequence[Role]
    simulated: bool


class Partner(Member):
    """The same, as the others at that table see them."""

    safe: Sequence[str]
    sits: bool
    called: str | UnsetType = UNSET


class Merge(Shape, tag_field="do", tag="merge"):
    """Everyone in a group that is too small joins another one."""

    into: int


class MoveOver(Shape, tag_field="do", tag="move_over"):
    """Someone from another group joins one that is too small."""

    person: int


class SitIn(Shape, tag_field="do", tag="sit_in"):
    """The leader sits down in an empty chair."""


class Group(Shape):
    """A group as leaders and the screen see it; what the screen does not get is for leaders only."""

    id: int
    number: int
    members: list[Member]
    topic: str | UnsetType | None = UNSET
    hand_at: int | UnsetType | None = UNSET
    coming_at: int | UnsetType | None = UNSET
    mends: list[Merge | MoveOver | SitIn] | UnsetType = UNSET


class Wish(Shape):
    """Who is to sit apart or together at the next draw."""

    kind: str
    people: Sequence[int]


class GroupsMessage(Shape):
    """All groups."""

    seq: int
    shown: bool
    groups: list[Group]
    wishes: list[Wish] | UnsetType = UNSET


class Agreed(Shape):
    """What a group has agreed."""

    round: int | None
    text: str
    by: int


class OwnGroup(Shape):
    """A group as one of its members sees it."""

    id: int
    number: int
    members: list[Partner]
    topic: str | None
    hand_at: int | None
    coming_at: int | None
    agreed: list[Agreed]
    tally: dict[str, dict[str, int]]


class GroupMessage(OwnGroup):
    """The same with its number in the stream."""

    seq: int


class Note(Shape):
    """One note, for someone who may read it. `elsewhere`: in their own name, on a phone that is not known as theirs."""

    id: str
    prompt: str
    round: int | None
    text: str
    visibility: Visibility
    by: int
    sheet: bool
    elsewhere: Literal[True] | UnsetType = UNSET


class NotesMessage(Shape):
    """What others opened, changed or closed."""

    seq: int
    changed: list[Note]
    gone: list[str]


class MyNotesMessage(Shape):
    """Notes that one wrote oneself."""

    changed: list[Note]
    gone: list[str]


class Post(Shape):
    """A post on the wall."""

    id: str
    column: str
    text: str
    name: str | None
    recognised: int
    bundle: str | None
    simulated: Literal[True] | UnsetType = UNSET


class HiddenPost(Post, kw_only=True):
    """A post that the room does not see; `hidden`: this very post was taken off."""

    hidden: bool


class OwnPost(Shape):
    """A post as its writer sees it."""

    id: str
    column: str
    text: str
    signed: bool
    hidden: bool


class Wall(Shape):
    """The whole wall, as it is fetched."""

    seq: int
    posts: list[Post]


class WallMessage(Shape):
    """Posts that are new or changed, and those that are off the wall."""

    seq: int
    posts: list[Post]
    gone: list[str]


class HiddenMessage(Shape):
    """All posts that the room does not see."""

    posts: list[HiddenPost]


class MyPostsMessage(Shape):
    """Everything one put on the wall, and what one recognised there."""

    posts: list[OwnPost]
    recognised: list[str]


class Notice(Shape):
    """What the leader said to all, or to one group."""

    id: int
    text: str
    group: int | None
    at: int


class CountedNotice(Notice):
    """The same for leaders: how many have seen it, of how many."""

    seen: int
    of: int


class UnsaidMessage(Shape):
    """The leader took a notice back."""

    id: int


class GroupProgress(Shape):
    """How many at a table wrote something, and how many opened it."""

    wrote: int
    opened: int


class Progress(Shape):
    """How far everyone is."""

    step: int
    groups: dict[str, GroupProgress]
    wrote: int
    posted: int
    of: int


class Trace(Shape):
    """One line of the trail."""

    at: int
    did: str
    by: str


class LeadersTrace(Trace):
    """The same for leaders: whom it was about."""

    person: int | None


class Phones(Shape):
    """Other phones in one's name: one circle of them."""

    circle: str
    at: int
    by: CameBy
    earlier: bool
    yes: bool | None


class MyPhonesMessage(Shape):
    """What a phone is told about the others in its person's name, and about what was done with them."""

    phones: list[Phones]
    trail: list[Trace]


class CalledMessage(Shape):
    """What one is called, if two have the same name."""

    called: str | None


class Me(MyPhonesMessage, kw_only=True):
    """Whoever holds this phone."""

    id: int
    name: str
    team: str | None
    left: bool
    pen: bool
    called: str | UnsetType = UNSET


class PenMessage(Shape):
    """Is this the newest of several sockets?"""

    mine: bool


class Address(Shape):
    """Where phones come in."""

    base: str | None
    reached: bool


class Link(Shape):
    """A link of the room: since when it is the one it is (null: as long as there is the room), and the minute in which
    somebody last came by it (null: in none that is known), in ms."""

    since: int | None
    used: int | None


class Links(Shape):
    """The links of a room that can be replaced."""

    leader: Link
    screen: Link
    organiser: Link


class RemovedMessage(Shape):
    """This connection closes."""

    why: Literal["leader", "erased", "not_me", "replaced", "signed_out"]


class Snapshot(Shape):
    """Everything a reader may see: what is listed here is for everyone, the rest is declared in `streams`."""

    version: int
    now: int
    seq: dict[str, int]
    room: Room


class RoomAtTheDoor(Shape):
    """What anyone who knows the code may know about a room."""

    code: str
    title: str
    language: str
    open: bool
    erase_at: int


class Someone(Shape):
    """A person by name."""

    id: int
    name: str
    team: str | None


class Mine(MyPhonesMessage):
    """Everything someone wrote, as far as one phone may show it."""

    person: Someone
    room: Room
    notes: list[Note]
    posts: list[OwnPost]
    agreed: list[Agreed]


class LetIn(Shape):
    """Someone came in: who they are, and the token that is theirs alone."""

    person: int
    name: str
    token: str


class Pass(Shape):
    """What lets one more phone in."""

    digits: str = field(name="pass")
    url: str
    expires_at: int


class Done(Shape, forbid_unknown_fields=True):
    """An event was done; for some, with more in the answer."""

    ok: Literal[True] = True
    version: int | UnsetType = UNSET
    deed: int | UnsetType = UNSET
    undone: str | UnsetType | None = UNSET
    person: int | UnsetType = UNSET
    notice: int | UnsetType = UNSET
    post: str | UnsetType = UNSET
    digits: str | UnsetType = field(default=UNSET, name="pass")
    url: str | UnsetType = UNSET
    expires_at: int | UnsetType = UNSET
    ended: bool | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    now: int | UnsetType = UNSET
    seq: dict[str, int] | UnsetType = UNSET
    came_back: int | UnsetType = UNSET


class NotDone(Shape):
    """An event was refused, or failed."""

    code: Code
    detail: str
    ok: Literal[False] = False
