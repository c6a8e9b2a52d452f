"""What an organiser may take home from one room, as frozen values.

The wall and what was shared with the organiser, and nothing that points to a person or a triad. Order could: two lines
that follow each other were perhaps written at one table. So a record sorts itself, by question and then by text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from ..core.letters import plain
from .words import WORDS

MANY = 200
"""After so many lines, others have a turn: a millisecond or two."""
ROUNDED_TO = 5
"""People are told in fives: the exact number would change at the moment at which someone erases themselves."""

# What a file format cannot hold: controls except tab and newline, lone surrogates, noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """A text without what a file cannot hold; nothing that a person can see is lost."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True, slots=True)
class Post:
    """A line on the wall. `name` only where the writer signed; `recognised` is how many others said "me too".
    With `lines` it is a title, under which the leader put together what says the same. `theme`: the organiser's own,
    under which they put it. `mark`: how a page calls it on which one chooses lines; in no file."""

    column: str
    text: str
    name: str | None = None
    recognised: int = 0
    lines: tuple["Post", ...] = ()
    theme: str = ""
    mark: str = ""
    workshop: int = 0
    """In a record of several: the number of the workshop, counted from 1."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text))
        object.__setattr__(self, "lines", tuple(sorted(self.lines, key=_by_text)))
        object.__setattr__(self, "name", printable(self.name) if self.name else None)
        object.__setattr__(self, "theme", printable(self.theme))


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose writer chose to share it with the organiser. Never with a name: a note cannot be signed."""

    prompt: str
    text: str
    workshop: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text))


@dataclass(frozen=True, slots=True)
class Timed:
    """A step that was to be done by the clock, and is over: what was planned and how long it took, in whole minutes."""

    title: str
    round: int | None
    planned: int
    took: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", printable(self.title))


@dataclass(frozen=True, slots=True)
class Workshop:
    """One of the workshops in a record of several: what it tells by itself, in numbers, and until when it is there."""

    title: str
    held_on: date
    label: str
    people: int
    """Rounded down to a multiple of ROUNDED_TO."""
    lines: int
    recognised: int
    notes: int
    erased_on: date
    code: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", printable(self.title))
        object.__setattr__(self, "label", printable(self.label))


@dataclass(frozen=True, slots=True)
class Reflections:
    """All that leaves a room, or several (`across`). `columns` and `prompts` give each key its question, in the
    programme's order."""

    title: str
    code: str
    language: str
    held_on: date
    columns: tuple[tuple[str, str], ...]
    prompts: Mapping[str, str]
    posts: tuple[Post, ...] = ()
    notes: tuple[Note, ...] = ()
    themes: tuple[str, ...] = ()
    """The organiser's own, by their names; lines say under which they stand."""
    times: tuple[Timed, ...] = ()
    """How the clock went, in the programme's order."""
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)
    """What stands in the files besides, in the language of the room (`words.WORDS`)."""
    held_back: str = ""
    """In words, when shared notes come and which are held back; empty for a record without notes."""
    people: int = 0
    """How many came, rounded down to a multiple of ROUNDED_TO."""
    rounds: int = 0
    """How many rounds of conversations the programme has; in a closed room, how many began."""
    workshops: tuple[Workshop, ...] = ()
    """Of a record of several: each, in the order of their numbers. Such a record has no code."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", printable(self.title))
        object.__setattr__(self, "columns", tuple((key, printable(question)) for key, question in self.columns))
        object.__setattr__(self, "prompts", {key: printable(question) for key, question in self.prompts.items()})
        object.__setattr__(self, "words", {**WORDS, **self.words})
        object.__setattr__(self, "people", self.people // ROUNDED_TO * ROUNDED_TO)
        object.__setattr__(self, "posts", in_order(self.posts))
        object.__setattr__(self, "notes", in_order(self.notes))
        object.__setattr__(self, "themes", tuple(map(printable, self.themes)))

    def written(self) -> list[Post]:
        """The lines that were written on the wall, also those under a title, without the titles."""
        return [line for post in self.posts for line in post.lines or (post,)]

    @property
    def several(self) -> bool:
        """Is it a record of several workshops, or of none of them?"""
        return not self.code

    def at_least(self, people: int) -> str:
        """In words how many came, a number that is rounded down."""
        return self.words["people_least"].format(n=people) if people else self.words["people_few"]

    @property
    def remarks(self) -> list[str]:
        """What there is to know of a record of several."""
        return [self.words[name] for name in ("only_there", "each_rounded")] if self.several else []

    def workshop(self, line: Post | Note) -> Workshop | None:
        """Where a line was written, in a record of several."""
        return self.workshops[line.workshop - 1] if line.workshop else None

    def wall(self) -> list[tuple[str, str, list[Post]]]:
        """(column, question, posts) in the programme's order; a column the programme does not know comes last."""
        return _sections(dict(self.columns), self.posts, lambda post: post.column)

    def under_themes(self) -> list[tuple[str, list[Post]]]:
        """(theme, lines): those with most lines first. A line of the wall stands under one at most."""
        under: dict[str, list[Post]] = {theme: [] for theme in self.themes}
        for line in sorted(self.written(), key=_by_text):
            if line.theme in under:
                under[line.theme].append(line)
        return sorted(under.items(), key=lambda one: (-len(one[1]), one[0].casefold(), one[0]))

    def question(self, column: str) -> str:
        """What was asked over a column."""
        return dict(self.columns).get(column, column)

    def shared(self) -> list[tuple[str, str, list[Note]]]:
        """(prompt, question, notes) in the programme's order; a prompt the programme does not know comes last."""
        return _sections(self.prompts, self.notes, lambda note: note.prompt)


Line = TypeVar("Line", Post, Note)
T = TypeVar("T")


def pieces(lines: Iterable[T], breathe: Callable[[], None]) -> Iterator[list[T]]:
    """A few lines at a time, with a breath before the next: whoever goes through thousands of them takes so long that
    others wait."""
    left = iter(lines)
    while piece := list(islice(left, MANY)):
        yield piece
        breathe()


class InOrder(tuple[Line, ...]):
    """Lines that were sorted: made by `in_order` alone."""

    __slots__ = ()


def in_order(lines: Iterable[Line], breathe: Callable[[], None] = lambda: None) -> tuple[Line, ...]:
    """Sorts lines; `breathe` as in `pieces`."""
    if isinstance(lines, InOrder):
        return lines
    keyed = [(_by_text(line), line) for piece in pieces(lines, breathe) for line in piece]
    keyed.sort(key=itemgetter(0))
    return InOrder(line for _, line in keyed)


def file_name(record: Reflections, extension: str) -> str:
    """A name that is safe in a header and on any disk: lower-case ASCII, at most 80 characters."""
    slug = "-".join(re.findall("[a-z0-9]+", plain(record.title)))[:50].strip("-") or record.code or "all"
    name = plain(record.words["file"])
    return f"{name}-{slug}-{record.held_on.isoformat()}.{extension}"


def _by_text(line: Post | Note) -> tuple[str, ...]:
    """Every field takes part, so that not even two lines with one text keep the order they came in."""
    if isinstance(line, Note):
        return (_spelled(line.text), line.text, line.prompt, f"{line.workshop:09}")
    under = (part for one in line.lines for part in _by_text(one))
    told = (_spelled(line.text), line.text, line.name or "", f"{line.recognised:09}", line.column, line.theme)
    return (*told, f"{line.workshop:09}", *under, line.mark)


def _spelled(text: str) -> str:
    """Where a text stands in the alphabet: neither marks on letters nor quotation marks in front of it count."""
    return plain(text).lstrip("\"'“”„‘’‚«»( ")


def _sections(
    questions: Mapping[str, str], lines: tuple[Line, ...], key: Callable[[Line], str]
) -> list[tuple[str, str, list[Line]]]:
    keys = [*questions, *sorted({key(line) for line in lines} - set(questions))]
    return [(k, questions.get(k, k), [line for line in lines if key(line) == k]) for k in keys]
