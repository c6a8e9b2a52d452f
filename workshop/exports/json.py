"""For programs. The shape is stable: keys may be added, none disappears or changes its meaning.

The structs here are the shape; `docs/reflections.schema.json` is made of them. Every column and prompt of the
programme is there, also when nobody wrote under it.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from . import record as records
from .across import returning
from .figures import figures
from .record import ROUNDED_TO, Note, Post, Reflections

VERSION = 2
"""Goes up when a key is added."""


Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
People = Annotated[
    int, Meta(ge=0, multiple_of=ROUNDED_TO, description="How many came, rounded down; 0: fewer than five.")
]
NUMBER = "In which of the `workshops`, by number; where there are several."


class Line(Struct):
    """A line on the wall."""

    text: str
    name: Annotated[str | None, Meta(description="Only where its writer signed.")]
    recognised: Annotated[int, Meta(ge=0, description="How many others recognise it.")]
    under: Annotated[str | None, Meta(description="The title that it belongs to.")]
    workshop: Annotated[int, Meta(ge=1, description=NUMBER)] | UnsetType = UNSET


class Bundle(Struct):
    """A title that the leader gave to lines that say the same."""

    text: str
    recognised: Annotated[int, Meta(ge=0, description="Everybody once who recognised it or a line under it.")]
    workshop: Annotated[int, Meta(ge=1, description=NUMBER)] | UnsetType = UNSET


class Column(Struct):
    """A question that was answered on the wall."""

    column: Annotated[str, Meta(description="The question's name in the content pack.")]
    question: str
    posts: Annotated[list[Line], Meta(description="By text; those of a title together.")]
    bundles: list[Bundle]


class Notes(Struct):
    """A question that was answered in notes which people shared with the organiser."""

    prompt: Annotated[str, Meta(description="The question's name in the content pack; `several`: few answered it.")]
    question: str
    texts: list[str]
    workshops: Annotated[list[int] | UnsetType, Meta(description=f"Of each text: {NUMBER}")] = UNSET


class Workshop(Struct):
    """One of several workshops: what it tells by itself, in numbers."""

    number: Annotated[int, Meta(ge=1)]
    title: str
    label: Annotated[str, Meta(description="That its leader gave it; may be empty.")]
    held_on: Day
    people: People
    lines: Annotated[int, Meta(ge=0)]
    recognised: Annotated[int, Meta(ge=0)]
    notes: Annotated[int, Meta(ge=0)]
    erased_on: Day


class Returns(Struct):
    """A line or a title that stands on the wall of more than one workshop."""

    question: str
    text: str
    workshops: Annotated[int, Meta(ge=2, description="On the walls of how many.")]
    recognised: Annotated[int, Meta(ge=0)]


class ThemedLine(Struct):
    """A line on the wall that stands under a theme; it is in `wall` as well."""

    column: str
    text: str
    name: str | None
    recognised: Annotated[int, Meta(ge=0)]


class Theme(Struct):
    """Lines that the organiser put together by hand, after the closing."""

    name: str
    recognised: Annotated[int, Meta(ge=0, description="How often somebody recognised one of its lines.")]
    lines: Annotated[list[ThemedLine], Meta(description="By text. A line stands under one theme at most.")]


class Time(Struct):
    """A step with a clock that is over."""

    step: str
    round: int | None
    planned: Annotated[int, Meta(ge=0, description="In whole minutes; 0: it came into the programme later.")]
    took: Annotated[int, Meta(ge=0, description="In whole minutes; 0: half a minute at most, or not at all.")]


class Numbers(Struct):
    """What the lists add up to. Together with the lists they tell nothing more than these."""

    people: People
    rounds: Annotated[
        int, Meta(ge=0, description="Rounds of conversations in the programme; in a closed room, those that began.")
    ]
    lines: Annotated[int, Meta(ge=0, description="Lines on the wall, without titles.")]
    notes: Annotated[int, Meta(ge=0, description="Notes that were shared with the organiser.")]
    recognised: Annotated[
        int, Meta(ge=0, description="How often a line was recognised; where it stands under a title, the title.")
    ]


class File(Struct):
    """The reflections of one room, or of several."""

    version: Annotated[int, Meta(ge=VERSION, description="Of this shape: goes up when a key is added.")]
    title: str
    code: Annotated[str, Meta(pattern="^([0-9]{8})?$", description="Empty where these are several rooms.")]
    language: Annotated[str, Meta(description="Of the room, as in ISO 639-1.")]
    held_on: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The day on which it began.")]
    figures: Numbers
    wall: list[Column]
    notes: list[Notes]
    times: Annotated[list[Time], Meta(description="How the clock went, in the programme's order.")]
    themes: Annotated[
        list[Theme] | UnsetType, Meta(description="Those with most lines first; not in a leader's file.")
    ] = UNSET
    held_back: Annotated[
        str | UnsetType, Meta(description="When shared notes come; not in a leader's file, which has none.")
    ] = UNSET
    workshops: Annotated[list[Workshop] | UnsetType, Meta(description="Of several rooms: each of them.")] = UNSET
    returning: Annotated[list[Returns] | UnsetType, Meta(description="Of several rooms: what returns.")] = UNSET


def render(record: Reflections) -> bytes:
    """The record as indented UTF-8 JSON with a newline at its end."""
    numbers = figures(record)
    shape = File(
        version=VERSION,
        title=record.title,
        code=record.code,
        language=record.language,
        held_on=record.held_on.isoformat(),
        figures=Numbers(numbers.people, numbers.rounds, numbers.lines, numbers.notes, numbers.recognised),
        wall=[
            Column(
                column=column,
                question=question,
                posts=[_line(line, p.text if p.lines else None) for p in posts for line in p.lines or (p,)],
                bundles=[Bundle(p.text, p.recognised, p.workshop or UNSET) for p in posts if p.lines],
            )
            for column, question, posts in record.wall()
        ],
        notes=[_notes(record, *section) for section in record.shared()],
        times=[Time(one.title, one.round, one.planned, one.took) for one in record.times],
        themes=_themes(record) if record.held_back and not record.several else UNSET,
        held_back=record.held_back or UNSET,
    )
    if record.several:
        shape.workshops = [_workshop(number, one) for number, one in enumerate(record.workshops, start=1)]
        shape.returning = [Returns(one.question, one.text, one.workshops, one.recognised) for one in returning(record)]
    return msgspec.json.format(msgspec.json.encode(shape), indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """The shape as a JSON schema (2020-12)."""
    found = msgspec.json.schema(File)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Reflections, version {VERSION}",
    } | found


def _themes(record: Reflections) -> list[Theme]:
    return [
        Theme(
            name,
            sum(line.recognised for line in lines),
            [ThemedLine(line.column, line.text, line.name, line.recognised) for line in lines],
        )
        for name, lines in record.under_themes()
    ]


def _line(post: Post, under: str | None) -> Line:
    return Line(post.text, post.name, post.recognised, under, post.workshop or UNSET)


def _notes(record: Reflections, prompt: str, question: str, notes: list[Note]) -> Notes:
    numbers = [note.workshop for note in notes] if record.several else UNSET
    return Notes(prompt, question, [note.text for note in notes], numbers)


def _workshop(number: int, one: records.Workshop) -> Workshop:
    return Workshop(
        number, one.title, one.label, one.held_on.isoformat(), one.people, one.lines, one.recognised, one.notes,
        one.erased_on.isoformat(),
    )  # fmt: skip
