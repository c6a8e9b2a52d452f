"""What a content pack holds: every field, what it is for and how long it may be.

A pack is one mapping, cut into as many `*.yaml` files in its folder as its maker likes; the files in `programmes/`
are one programme each. The string under a field says what the field is for: docs for trainers are made from it, and a
test fails on a field without one.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from workshop.core.programme import Part, duration

Key = Annotated[str, Meta(pattern="^[a-z_]{1,40}$", description="1 to 40 small letters and underscores")]
Label = Annotated[str, Meta(min_length=1, max_length=40)]
Headline = Annotated[str, Meta(min_length=1, max_length=60)]
Line = Annotated[str, Meta(min_length=1, max_length=110)]
Text = Annotated[str, Meta(min_length=1, max_length=320)]
Length = Annotated[str, Meta(pattern=r"^(0|(?=\d)(\d+h)?(\d+m)?(\d+s)?)$", description="0, 90s, 5m, 1h30m …")]
Site = Annotated[
    str, Meta(pattern=r"^([a-z0-9-]+(\.[a-z0-9-]+)+)?$", description="the name of a website, such as www.example.org")
]
Kind = Literal[
    "welcome", "check_in", "talk", "prepare", "break", "groups",
    "brief", "conversation", "feedback", "notes", "plenary", "closing",
]  # fmt: skip
RoleKey = Literal["client", "professional", "observer"]
VisibilityKey = Literal["me", "group", "organiser"]


class Piece(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any part of a pack: read once, never changed, and a field nobody knows is a mistake."""


class Credit(Piece, frozen=True):
    """Who made what this workshop practises with."""

    name: Label
    """The name of the instrument: Samenleerwijzer."""
    makers: Line
    """The people who made it."""
    institutions: Line
    """Where they made it."""
    line: Text
    """One line for the closing screen and the foot of a page: what is theirs, and what is ours."""
    site: Site = ""
    """Where people read more about it: the name of a website that is reached by https."""
    page: Annotated[str, Meta(pattern=r"^[\w./~-]{0,200}$", description="letters, digits, . / ~ - and _")] = ""
    """The page there, as its address has it behind the name."""

    @property
    def address(self) -> str:
        """Where a link to it leads; empty where there is none."""
        return self.site and f"https://{self.site}/{self.page.lstrip('/')}"


class Face(Piece, frozen=True):
    """What one kind of screen shows of a step: a headline, and one line at most."""

    headline: Headline
    """The large words."""
    line: Annotated[str, Meta(max_length=140)] = ""
    """One line under it; may be left out."""


class StepText(Piece, frozen=True):
    """The words that go with one kind of step."""

    title: Label
    """Short name of the step, in the programme and on the *next* button."""
    lead: Text
    """For the leader's dashboard: what happens in this step, in a sentence or two."""
    screen: Face
    """What the projector shows."""
    phone: Face
    """What a phone shows."""
    drawing: Key
    """Key of the drawing beside it."""


class Steps(Piece, frozen=True):
    """The words of every kind of step."""

    welcome: StepText
    """People come in and join."""
    check_in: StepText
    """Neighbours tell each other about feedback they once got."""
    talk: StepText
    """The slides."""
    prepare: StepText
    """Everyone writes down a conversation of their own, in private."""
    break_: StepText = msgspec.field(name="break")
    """The break."""
    groups: StepText
    """People find their table and their partners."""
    brief: StepText
    """Before each conversation: roles, context, a topic card."""
    conversation: StepText
    """The exercise itself."""
    feedback: StepText
    """Client, professional and observer look back, in turn."""
    notes: StepText
    """A minute to write something down."""
    plenary: StepText
    """The wall, with the whole room."""
    closing: StepText
    """Thanks, and what people take home."""


class Welcome(Piece, frozen=True):
    """What people read before they give a name."""

    lines: Annotated[list[Line], Meta(min_length=3, max_length=3)]
    """Three lines on what happens with what you write; `{date}` becomes the day on which the room erases itself."""


class Column(Piece, frozen=True):
    """A column of the wall."""

    key: Key
    """Its name on the wire."""
    title: Label
    """Its heading."""
    question: Line
    """The question that posts answer."""


class CheckIn(Piece, frozen=True):
    """The talk with your neighbours at the beginning."""

    questions: Annotated[list[Line], Meta(min_length=3, max_length=3)]
    """Three questions, in the order in which a table takes them."""
    afterwards: Line
    """What the leader asks of each table when the time is up."""
    example: Column
    """Where an example of each table goes on the wall, if the leader wants that."""
    told: Face | None = None
    """What stands there in a second `check_in` right after the first: each table tells the room its example."""


class Slide(Piece, frozen=True):
    """One slide of the talk: few words, one drawing."""

    title: Headline
    """What the slide says, in a few words."""
    lines: Annotated[list[Line], Meta(min_length=1, max_length=3)]
    """One to three short lines under it."""
    drawing: Key
    """Key of the drawing beside it."""
    say: Text
    """For the leader's eyes: what to tell or ask with this slide."""
    source: Annotated[str, Meta(max_length=110)] = ""
    """Small, under the lines: where this comes from."""


class Section(Piece, frozen=True):
    """A few lines under a heading, shown after a tap."""

    title: Headline
    """The heading: the question or the kind of line."""
    lines: Annotated[list[Line], Meta(min_length=1, max_length=6)]
    """Sentences to begin with, questions to ask, things to look for."""
    layer: Literal["visible", "invisible"] | None = None
    """For the layers of a conversation: can others see or hear this, or does it stay inside? Left out elsewhere."""


class Topic(Piece, frozen=True):
    """A topic card: what a group chooses to talk about."""

    key: Key
    """Its name on the wire."""
    title: Label
    """Its name on the card."""
    line: Line
    """The one question on the front."""
    questions: Annotated[list[Line], Meta(min_length=2, max_length=6)]
    """The questions on the back."""
    drawing: Key
    """Key of the drawing on the front."""


class ConversationCard(Piece, frozen=True):
    """A conversation card: one of the three stages of a conversation about working together."""

    key: Key
    """Its name for programs."""
    title: Label
    """Its name on the card."""
    line: Line
    """The one line on the front."""
    back: Annotated[list[Section], Meta(min_length=1, max_length=5)]
    """What is on the back."""
    drawing: Key
    """Key of the drawing on the front."""


class Guide(Piece, frozen=True):
    """What one wants to know before such a conversation: why, how, and what about."""

    title: Label
    """Its name, among the cards."""
    parts: Annotated[list[Section], Meta(min_length=1, max_length=8)]
    """Each a few lines under a heading."""


class RoleCard(Piece, frozen=True):
    """What one role reads in one kind of step: one large line first, more on a tap."""

    line: Line
    """The large line, legible with the phone flat on the table."""
    more: Annotated[list[Section], Meta(max_length=6)]
    """What a tap or swipe brings next, in order; may be an empty list."""


class Turn(RoleCard, frozen=True):
    """What one role is asked in the feedback; `line` is the question."""

    order: Annotated[int, Meta(ge=1, le=3)]
    """Who speaks first, second, third."""
    seconds: Annotated[int, Meta(ge=5, le=600)]
    """About how long this turn takes, in seconds: who speaks lights up by it; nothing sounds."""


class Role(Piece, frozen=True):
    """One of the three roles."""

    name: Label
    """What the role is called, with a capital."""
    now: Line
    """Says to someone that this is their role."""
    next: Line
    """Says to someone that this will be their role in the next round."""
    drawing: Key
    """Key of its drawing."""
    screen: Annotated[str, Meta(min_length=1, max_length=70)]
    """One line for the projector during the conversation, after the name of the role."""
    brief: RoleCard
    """Before the conversation."""
    conversation: RoleCard
    """During the conversation."""
    feedback: Turn
    """Looking back together."""
    notes: RoleCard
    """Writing something down."""


class Roles(Piece, frozen=True):
    """The three roles, in the order in which they rotate."""

    client: Role
    """Brings the case and speaks as the client in it."""
    professional: Role
    """Talks with the client about how they work together."""
    observer: Role
    """Listens, and gives back what there was to hear."""


class Word(Piece, frozen=True):
    """A word to tap."""

    key: Key
    """Its name on the wire."""
    label: Label
    """What people see."""


class Safety(Piece, frozen=True):
    """What each of a group needs to feel safe; asked in the first brief, at hand ever after."""

    question: Line
    """The question above the words."""
    words: Annotated[list[Word], Meta(min_length=4, max_length=12)]
    """Words to tap."""
    own: Label
    """The label of the field for a word of one's own."""
    together: Line
    """What a group does with it."""


class TopicChoice(Piece, frozen=True):
    """How a group chooses one topic card."""

    question: Line
    """The question above the cards."""
    tie: Line
    """What to do when the three do not agree."""


class Asked(Piece, frozen=True):
    """Where a prompt is asked."""

    step: Kind
    """In which kind of step."""
    role: RoleKey | None = None
    """Of which role only; left out when everyone is asked."""


class Prompt(Piece, frozen=True):
    """Something to write down."""

    key: Key
    """Its name on the wire and in the download."""
    label: Line
    """The question above the field."""
    hint: Line
    """A word of help under it; the reminder about names stands beside it always."""
    asked: Annotated[list[Asked], Meta(min_length=1, max_length=4)]
    """Where it is asked."""
    visibility: VisibilityKey = "me"
    """Who can read it as long as the writer chooses nothing else."""


class Choice(Piece, frozen=True):
    """One answer to: who may read this?"""

    label: Label
    """The words on the button."""
    means: Line
    """What that means, in one line."""


class Visibility(Piece, frozen=True):
    """Who may read a note."""

    me: Choice
    """Its writer alone."""
    group: Choice
    """Those who sat together when it was written."""
    organiser: Choice
    """The organiser's download, without a name."""


class Counter(Piece, frozen=True):
    """Something the observer can tap each time it is seen or heard."""

    key: Key
    """Its name on the wire."""
    label: Label
    """What the observer sees."""
    hint: Line
    """How to recognise it."""
    family: Literal["layers", "questions", "logics"]
    """What it belongs to: the layers are always there, the other two are deepenings that a leader switches on."""
    drawing: Annotated[str, Meta(pattern="^[a-z_]{0,40}$", description="the key of a drawing")] = ""
    """Key of its drawing; may be left out."""


class Sheet(Piece, frozen=True):
    """The observer's sheet."""

    title: Label
    """Its name."""
    line: Line
    """What it is for, and who gets to see it."""
    counters: Annotated[list[Counter], Meta(min_length=1, max_length=12)]
    """What can be tapped while listening."""


class Closing(Piece, frozen=True):
    """The end of the afternoon."""

    thanks: Headline
    """The large words."""
    yours: Text
    """How to keep, read and erase what you wrote."""
    first_step: Line
    """What to do with the first step: put it in a calendar."""


class ProgrammeStep(Piece, frozen=True):
    """One line of a programme."""

    kind: Kind
    """What kind of step; brief, conversation, feedback and notes stand together and are repeated for every round."""
    length: Length = "0"
    """How long: `8m`, `90s`, `1h30m`; left out or `0`: no clock."""
    first: Length | None = None
    """How long in the first round, where that differs."""
    auto_advance: bool = False
    """True: the end of the clock opens the next step. Otherwise the room waits for the leader."""
    title: Annotated[str, Meta(max_length=40)] = ""
    """A title of its own; left out: that of its kind."""


class Programme(Piece, frozen=True):
    """A list of steps."""

    title: Label
    """Its name where a leader chooses one."""
    line: Line
    """What it is and how long it takes."""
    steps: Annotated[list[ProgrammeStep], Meta(min_length=1, max_length=40)]
    """The steps in order."""

    def parts(self, pack: "Pack") -> list[Part]:
        """The programme as the core wants it: titles filled in from the pack, lengths in seconds."""
        return [
            Part(
                kind=step.kind,
                title=step.title or pack.step(step.kind).title,
                seconds=duration(step.length),
                first_seconds=None if step.first is None else duration(step.first),
                auto_advance=step.auto_advance,
                slides=len(pack.slides) if step.kind == "talk" else 0,
            )
            for step in self.steps
        ]


class Pack(Piece, frozen=True):
    """Everything that a room says, in one language."""

    key: Annotated[str, Meta(pattern="^[a-z0-9_-]{1,40}$", description="1 to 40 small letters, digits, - and _")]
    """The pack's own name."""
    language: Annotated[str, Meta(pattern="^[a-z]{2}$", description="a language code of two letters, such as nl or en")]
    """The language it is written in."""
    title: Label
    """The pack's name where a leader chooses one."""
    credit: Credit
    """Who made the Samenleerwijzer."""
    welcome: Welcome
    """What people read when they join."""
    reminder: Line
    """Stands beside every field to write in: no names, no details that point to someone."""
    steps: Steps
    """The words of every kind of step."""
    check_in: CheckIn
    """The three questions at the beginning."""
    slides: Annotated[list[Slide], Meta(min_length=1, max_length=60)]
    """The talk."""
    topics: Annotated[list[Topic], Meta(min_length=1, max_length=6)]
    """The topic cards."""
    topic_choice: TopicChoice
    """How a group chooses one."""
    conversation_cards: Annotated[list[ConversationCard], Meta(min_length=1, max_length=6)]
    """The conversation cards."""
    roles: Roles
    """Client, professional, observer."""
    safety: Safety
    """What each of us needs."""
    prompts: Annotated[list[Prompt], Meta(min_length=1, max_length=20)]
    """What can be written down, and where."""
    visibility: Visibility
    """Who may read it."""
    sheet: Sheet
    """The observer's sheet."""
    columns: Annotated[list[Column], Meta(min_length=1, max_length=4)]
    """The columns of the wall in the plenary."""
    closing: Closing
    """The end."""
    drawings: dict[str, Line]
    """For each drawing that the pack uses: what it shows, for those who cannot see it."""
    programmes: Annotated[dict[str, Programme], Meta(min_length=1)]
    """One per file in `programmes/`, by the name of the file."""
    guide: Guide | None = None
    """The guide that goes with the cards, on the phone and on paper."""
    other_conversations: Annotated[list[ConversationCard], Meta(max_length=4)] = []
    """Cards for the same conversation between others: a manager and an employee, colleagues."""

    @property
    def wall(self) -> list[Column]:
        """Every column a post can stand in: that of the check-in, and those of the plenary."""
        return [self.check_in.example, *self.columns]

    def step(self, kind: str) -> StepText:
        """The words of a kind of step."""
        words: StepText = getattr(self.steps, "break_" if kind == "break" else kind)
        return words

    def role(self, key: str) -> Role:
        """The words of a role."""
        role: Role = getattr(self.roles, key)
        return role

    def programme(self, name: str) -> list[Part]:
        """A programme of this pack, ready to be unrolled; KeyError when it has none by that name."""
        return self.programmes[name].parts(self)

    def asked(self, kind: str, role: str | None = None) -> list[Prompt]:
        """What someone in this role is asked to write in a step of this kind."""
        return [p for p in self.prompts if any(a.step == kind and a.role in (None, role) for a in p.asked)]
