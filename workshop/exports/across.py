"""Several rooms as one record, and what returns from one to another.

Every number of it is a sum over what the rooms tell by themselves: a line that a room holds back is in no sum, and
people are rounded in each room before they are added. So whoever subtracts one choice of rooms from another learns what
the rooms in between tell anyway, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..core.letters import plain
from .figures import figures
from .record import Post, Reflections, Workshop


@dataclass(frozen=True, slots=True)
class Told:
    """One room: what leaves it, the label it has, and the day on which it is erased."""

    record: Reflections
    label: str
    erased_on: date


@dataclass(frozen=True, slots=True)
class Returning:
    """A line, or a title, that stands on the wall of several workshops: under which question, in how many of them, and
    how often somebody recognised it."""

    question: str
    text: str
    workshops: int
    recognised: int


def together(
    rooms: Sequence[Told], *, title: str, language: str, words: Mapping[str, str], today: date, with_notes: bool
) -> Reflections:
    """One record of these rooms, the earliest first; questions in `language` where one of the rooms has it."""
    rooms = sorted(rooms, key=lambda one: (one.record.held_on, one.record.title, one.record.code))
    columns: dict[str, str] = {}
    prompts: dict[str, str] = {}
    for one in sorted(rooms, key=lambda one: one.record.language != language):
        columns |= {key: question for key, question in one.record.columns if key not in columns}
        prompts |= {key: question for key, question in one.record.prompts.items() if key not in prompts}
    numbered = [(number, one.record) for number, one in enumerate(rooms, start=1)]
    return Reflections(
        title=title,
        code="",
        language=language,
        held_on=max((one.record.held_on for one in rooms), default=today),
        columns=tuple(columns.items()),
        prompts=prompts,
        posts=tuple(_of(number, post) for number, record in numbered for post in record.posts),
        notes=tuple(replace(note, workshop=number) for number, record in numbered for note in record.notes),
        words=words,
        held_back=words["held_back_each"] if with_notes else "",
        people=sum(one.record.people for one in rooms),
        rounds=sum(one.record.rounds for one in rooms),
        workshops=tuple(_told(one) for one in rooms),
    )


def returning(record: Reflections) -> list[Returning]:
    """What stands in more than one workshop: in most of them first."""
    found = []
    for _, question, posts in record.wall():
        places: dict[str, dict[int, int]] = {}
        texts: dict[str, str] = {}
        for post in posts:
            title = folded(post.text)
            under = ((key, line) for line in post.lines if (key := folded(line.text)) != title)
            for key, one in ((title, post), *under):  # who recognised a line counts for its title too
                texts.setdefault(key, one.text)
                times = places.setdefault(key, {})
                times[one.workshop] = times.get(one.workshop, 0) + one.recognised
        found += [
            Returning(question, texts[key], len(times), sum(times.values()))
            for key, times in places.items()
            if len(times) > 1
        ]
    return sorted(found, key=lambda one: (-one.workshops, -one.recognised, one.text))


def each_once(posts: list[Post]) -> list[Post]:
    """The lines of a question; of those that say the same in several workshops, only the one that was recognised
    most."""
    found: dict[str, Post] = {}
    for post in posts:
        known = found.setdefault(folded(post.text), post)
        if post.recognised > known.recognised:
            found[folded(post.text)] = post
    return list(found.values())


def folded(text: str) -> str:
    """Equal for lines that say the same but for capitals, accents, spaces and punctuation."""
    return " ".join(re.findall(r"\w+", plain(text))) or text.strip()


def _of(number: int, post: Post) -> Post:
    return replace(post, workshop=number, lines=tuple(replace(line, workshop=number) for line in post.lines))


def _told(one: Told) -> Workshop:
    record, counted = one.record, figures(one.record)
    return Workshop(
        record.title, record.held_on, one.label, record.people, counted.lines, counted.recognised, counted.notes,
        one.erased_on, record.code,
    )  # fmt: skip
