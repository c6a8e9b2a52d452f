"""What a pack must keep to that its types cannot say: drawings that exist, keys that differ, rounds in one block."""

from collections.abc import Collection, Iterator
from itertools import groupby

from babel import localedata
from msgspec import inspect

from workshop.content.checking import check, missing
from workshop.content.places import Mistake, Place
from workshop.content.schema import Pack, Programme
from workshop.core.errors import Refused
from workshop.core.programme import ROUND_KINDS, duration

FIELDS = [f for f in inspect.type_info(Pack).fields if f.encode_name != "programmes"]  # type: ignore[attr-defined]
PACK = {f.encode_name: f.type for f in FIELDS}
"""The fields that a pack's own files hold, and their types; programmes have files of their own."""
REQUIRED = {f.encode_name for f in FIELDS if f.required}
PROGRAMME = inspect.type_info(Programme)


def pack_mistakes(start: Place | None, fields: dict[str, Place], drawings: Collection[str]) -> Iterator[Mistake]:
    """Everything wrong with the fields of a pack; `start` is where a missing one is reported, None: nowhere."""
    for name, type_ in PACK.items():
        if start and name in REQUIRED - fields.keys():
            yield missing(start, name, type_)
    described = {name for name, _ in fields["drawings"].entries()} if "drawings" in fields else drawings
    for name, place in fields.items():
        if name not in PACK:
            yield place.mistake("is not a field of a pack", f"the fields {', '.join(PACK)}")
            continue
        yield from check(place, PACK[name])
        yield from _same_key(place)
        yield from _unknown_language(place)
        yield from _without_drawing(place, drawings, described)
    yield from _example_among_columns(fields)


def programme_mistakes(place: Place) -> Iterator[Mistake]:
    """Everything wrong with one programme file."""
    yield from check(place, PROGRAMME)
    steps = [dict(step.entries()) for name, steps in place.entries() if name == "steps" for step in steps.items()]
    for step in steps:
        for name in {"length", "first"} & step.keys():
            yield from _no_length(step[name])
    kinds = [step["kind"] for step in steps if "kind" in step]
    blocks = [list(block) for in_round, block in groupby(kinds, _in_round) if in_round]
    for first, *_ in blocks[1:]:
        together = f"{', '.join(ROUND_KINDS)} together in one place: they are repeated for every round"
        yield first.mistake(f"‘{first.text()}’ stands apart from the other steps of a round", together)


def _in_round(kind: Place) -> bool:
    return kind.text() in ROUND_KINDS


def _no_length(place: Place) -> Iterator[Mistake]:
    """A length that reads well and is longer than a day."""
    if not place.is_("str"):
        return
    try:
        duration(place.text())
    except Refused as refused:
        yield place.mistake(f"is ‘{place.text()}’", refused.detail)


def _unknown_language(place: Place) -> Iterator[Mistake]:
    """Two letters that are no language: nobody could say how it writes a date."""
    code = place.text()
    if place.field == "language" and len(code) == 2 and not localedata.exists(code):
        yield place.mistake(f"is ‘{code}’", "nl, en, or the code of another language, such as de or tr")


def _same_key(place: Place) -> Iterator[Mistake]:
    """Two items of one list with the same key, here or deeper."""
    seen: set[str] = set()
    for item in place.items():
        key = dict(item.entries()).get("key")
        if key and key.text() in seen:
            yield key.mistake(f"‘{key.text()}’ stands here twice", "a key that no other item of this list has")
        if key:
            seen.add(key.text())
        yield from _same_key(item)
    for _, entry in place.entries():
        yield from _same_key(entry)


def _example_among_columns(fields: dict[str, Place]) -> Iterator[Mistake]:
    """The column of the check-in has the key of one of the plenary: their posts would be one heap."""
    columns = fields["columns"].items() if "columns" in fields else ()
    keys = {key.text() for column in columns if (key := dict(column.entries()).get("key"))}
    example = dict(fields["check_in"].entries()).get("example") if "check_in" in fields else None
    key = dict(example.entries()).get("key") if example else None
    if key and key.text() in keys:
        yield key.mistake(f"‘{key.text()}’ is a column of the plenary too", "a key that no other column has")


def _without_drawing(place: Place, drawings: Collection[str], described: Collection[str]) -> Iterator[Mistake]:
    """A drawing that does not exist, or that the pack does not describe in words, here or deeper."""
    for name, entry in place.entries():
        key = entry.text()
        if name == "drawing" and key:
            if key not in drawings:
                yield entry.mistake(f"‘{key}’ is not a drawing", f"one of {', '.join(sorted(drawings))}")
            elif key not in described:
                yield entry.mistake(f"‘{key}’ has no description", f"a line `{key}: what it shows` under `drawings`")
        yield from _without_drawing(entry, drawings, described)
    for item in place.items():
        yield from _without_drawing(item, drawings, described)
