"""What is wrong with a pack, said so that its maker can mend it.

A YAML tree keeps the line of every word, so the tree is what gets checked, against the types in `schema.py`. All
mistakes are found at once: someone who edits a pack mends ten in one go.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from msgspec import inspect

from workshop.content.places import Mistake, Place


def check(place: Place, type_: inspect.Type) -> Iterator[Mistake]:
    """Every mistake at this place and below it."""
    match type_:
        case inspect.StructType():
            yield from _check_struct(place, type_)
        case inspect.DictType() if not place.is_("map"):
            yield place.mistake(f"is {place.found()}", allowed(type_))
        case inspect.DictType():
            yield from _twice(place)
            for _, entry in place.entries():
                yield from check(entry, type_.value_type)
        case inspect.ListType():
            yield from _check_list(place, type_)
        case inspect.UnionType() if not place.is_("null"):
            yield from check(place, _something(type_))
        case inspect.Metadata():
            yield from (replace(mistake, allowed=allowed(type_)) for mistake in check(place, type_.type))
        case _ if wrong := _wrong(place, type_):
            yield place.mistake(wrong, allowed(type_))


def missing(place: Place, name: str, type_: inspect.Type) -> Mistake:
    """The mistake of leaving out a field."""
    return replace(place, field=f"{place.field}.{name}".lstrip(".")).mistake("is missing", allowed(type_))


def allowed(type_: inspect.Type) -> str:
    """What may stand in a place of this type, in words."""
    match type_:
        case inspect.Metadata():
            return str((type_.extra_json_schema or {}).get("description") or allowed(type_.type))
        case inspect.UnionType():
            return allowed(_something(type_))
        case inspect.StructType():
            return f"the fields {', '.join(field.encode_name for field in type_.fields)}"
        case inspect.DictType():
            return "lines of the form `name: value`"
        case inspect.ListType(min_length=low, max_length=high):
            count = f"{low}" if low == high else f"{low or 0} to {high}"
            return f"a list of {count} items, each on a line that begins with a dash"
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, type_.values))}"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=low, le=high):
            return f"a whole number from {low} to {high}"
        case inspect.StrType(min_length=low, max_length=high):
            return f"text of {low or 0} to {high} characters" + ("" if low else " or nothing")
    return "nothing"


def _check_struct(place: Place, type_: inspect.StructType) -> Iterator[Mistake]:
    """A mapping whose fields are known: none unknown, none twice, none missing."""
    if not place.is_("map"):
        yield place.mistake(f"is {place.found()}", allowed(type_))
        return
    yield from _twice(place)
    known = {field.encode_name: field for field in type_.fields}
    there = {name for name, _ in place.entries()}
    for name, (_, entry) in zip(place.names(), place.entries(), strict=True):
        if name.text() in known:
            yield from check(entry, known[name.text()].type)
        else:
            yield name.mistake("is not a field here", allowed(type_))
    for missed, field in known.items():
        if field.required and missed not in there:
            yield missing(place, missed, field.type)


def _twice(place: Place) -> Iterator[Mistake]:
    """YAML keeps the last of two fields with one name without a word; we do not."""
    seen: set[str] = set()
    for name in place.names():
        if name.text() in seen:
            yield name.mistake("stands here twice", "each field once")
        seen.add(name.text())


def _check_list(place: Place, type_: inspect.ListType) -> Iterator[Mistake]:
    """A list of the right length, of items that are right themselves."""
    if not place.is_("seq"):
        yield place.mistake(f"is {place.found()}", allowed(type_))
        return
    items = list(place.items())
    if not (type_.min_length or 0) <= len(items) <= (len(items) if type_.max_length is None else type_.max_length):
        yield place.mistake(f"has {len(items)} items", allowed(type_))
    for item in items:
        yield from check(item, type_.item_type)


def _wrong(place: Place, type_: inspect.Type) -> str | None:
    """What is wrong with a word, a text, a number or a yes; None when it is right."""
    match type_:
        case inspect.LiteralType() if place.is_("str") and place.text() in type_.values:
            return None
        case inspect.BoolType() if place.is_("bool"):
            return None
        case inspect.IntType(ge=low, le=high) if place.is_("int") and place.text().isdecimal():
            digits = place.text()  # int() takes no more than some thousands of them
            right = len(digits) < 20 and (low or 0) <= int(digits) and (high is None or int(digits) <= high)
            return None if right else f"is ‘{place.text()}’"
        case inspect.StrType() if place.is_("str"):
            return _wrong_text(place.text(), type_)
        case inspect.UnionType():
            return None
    return f"is {place.found()}"


def _wrong_text(text: str, type_: inspect.StrType) -> str | None:
    """What is wrong with a text; None when it is right."""
    if not text.strip() and type_.min_length:
        return "is empty"
    if type_.max_length is not None and len(text) > type_.max_length:
        return f"has {len(text)} characters"
    if type_.pattern is not None and not re.search(type_.pattern, text):
        return f"is ‘{text}’"
    return None


def _something(type_: inspect.UnionType) -> inspect.Type:
    """What stands in a place that may also be left empty."""
    return next(one for one in type_.types if not isinstance(one, inspect.NoneType))
