"""What is wrong with a pack, said so that its maker can mend it: the file, the line, the field, what would be right.

A YAML tree keeps the line of every word, so the tree is what gets checked, against the types in `schema.py`. All
mistakes are found at once: someone who edits a pack mends ten in one go.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from msgspec import inspect
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

READ_AS = {"int": "a number", "float": "a number", "bool": "yes or no", "timestamp": "a date"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend."""

    file: Path
    line: int
    field: str
    wrong: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.wrong}; allowed: {self.allowed}"


class BadPack(Exception):
    """A pack or programme that cannot be used; `mistakes` lists every one of them, at least one."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file: what mistakes are pinned to."""

    file: Path
    node: Node
    field: str

    def mistake(self, wrong: str, allowed: str) -> Mistake:
        return Mistake(self.file, self.node.start_mark.line + 1, self.field, wrong, allowed)

    def entries(self) -> Iterator[tuple[str, "Place"]]:
        """The name and place of every entry of a mapping; nothing when this is no mapping."""
        for key, value in self.node.value if is_(self.node, "map") else ():
            yield str(key.value), Place(self.file, value, f"{self.field}.{key.value}".lstrip("."))

    def items(self) -> Iterator["Place"]:
        """The place of every item of a list; nothing when this is no list."""
        for number, node in enumerate(self.node.value if is_(self.node, "seq") else (), start=1):
            yield Place(self.file, node, f"{self.field}[{number}]")

    def value(self) -> object:
        """What stands here, as plain Python values."""
        return yaml.SafeLoader("").construct_document(self.node)


def read(file: Path) -> Place:
    """The tree of one file; BadPack when it is not there or not YAML."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError:
        raise BadPack([Mistake(file, 1, "(file)", "cannot be read", "a file that exists and may be read")]) from None
    except UnicodeDecodeError:
        raise BadPack([Mistake(file, 1, "(file)", "is not UTF-8", "text saved as UTF-8")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        wrong = str(getattr(error, "problem", None) or error).splitlines()[0]
        line = mark.line + 1 if mark else 1
        remedy = "quotes around text with a colon, a # or a bracket; spaces, no tabs"
        raise BadPack([Mistake(file, line, "(file)", f"is not YAML: {wrong}", remedy)]) from None
    if node is None or not is_(node, "map"):
        raise BadPack([Mistake(file, 1, "(file)", "holds no fields", "lines of the form `field: value`")])
    return Place(file, node, "")


def check(place: Place, type_: inspect.Type) -> Iterator[Mistake]:
    """Every mistake at this place and below it."""
    match type_:
        case inspect.StructType():
            yield from _check_struct(place, type_)
        case inspect.DictType():
            if not is_(place.node, "map"):
                yield place.mistake(f"is {_found(place.node)}", "lines of the form `name: value`")
                return
            yield from _twice(place)
            for _, entry in place.entries():
                yield from check(entry, type_.value_type)
        case inspect.ListType():
            yield from _check_list(place, type_)
        case inspect.UnionType():
            if not is_(place.node, "null"):
                yield from check(place, next(t for t in type_.types if not isinstance(t, inspect.NoneType)))
        case inspect.Metadata():
            yield from (replace(mistake, allowed=allowed(type_)) for mistake in check(place, type_.type))
        case _:
            yield from _check_scalar(place, type_)


def _check_struct(place: Place, type_: inspect.StructType) -> Iterator[Mistake]:
    """A mapping whose fields are known: none unknown, none twice, none missing."""
    known = {field.encode_name: field for field in type_.fields}
    if not is_(place.node, "map"):
        yield place.mistake(f"is {_found(place.node)}", f"the fields {', '.join(known)}")
        return
    yield from _twice(place)
    there = set()
    for (key, _), (name, entry) in zip(place.node.value, place.entries(), strict=True):
        there.add(name)
        if name in known:
            yield from check(entry, known[name].type)
        else:
            yield Place(entry.file, key, entry.field).mistake("is not a field here", f"the fields {', '.join(known)}")
    for name, field in known.items():
        if field.required and name not in there:
            yield missing(place, name, field.type)


def missing(place: Place, name: str, type_: inspect.Type) -> Mistake:
    """The mistake of leaving out a field."""
    return Place(place.file, place.node, f"{place.field}.{name}".lstrip(".")).mistake("is missing", allowed(type_))


def _twice(place: Place) -> Iterator[Mistake]:
    """YAML keeps the last of two fields with one name without a word; we do not."""
    seen: set[str] = set()
    for key, _ in place.node.value:
        if key.value in seen:
            field = f"{place.field}.{key.value}".lstrip(".")
            yield Place(place.file, key, field).mistake("stands here twice", "each field once")
        seen.add(key.value)


def _check_list(place: Place, type_: inspect.ListType) -> Iterator[Mistake]:
    """A list of the right length, of items that are right themselves."""
    if not is_(place.node, "seq"):
        yield place.mistake(f"is {_found(place.node)}", allowed(type_))
        return
    count = len(place.node.value)
    if count < (type_.min_length or 0) or count > (type_.max_length or count):
        yield place.mistake(f"has {count} items", allowed(type_))
    for item in place.items():
        yield from check(item, type_.item_type)


def _check_scalar(place: Place, type_: inspect.Type) -> Iterator[Mistake]:
    """One word, text, number or yes/no."""
    wrong = None
    text = place.node.value if isinstance(place.node, ScalarNode) else ""
    match type_:
        case inspect.LiteralType():
            wrong = None if text in type_.values else f"is {_found(place.node)}"
        case inspect.BoolType():
            wrong = None if is_(place.node, "bool") else f"is {_found(place.node)}"
        case inspect.IntType():
            number = int(text) if is_(place.node, "int") and text.isdecimal() else None
            right = number is not None and (type_.ge or 0) <= number <= (number if type_.le is None else type_.le)
            wrong = None if right else f"is {_found(place.node)}"
        case inspect.StrType() if not is_(place.node, "str"):
            wrong = f"is {_found(place.node)}"
        case inspect.StrType():
            wrong = _wrong_text(text, type_)
    if wrong:
        yield place.mistake(wrong, allowed(type_))


def _wrong_text(text: str, type_: inspect.StrType) -> str | None:
    """What is wrong with a text; None when it is right."""
    if not text.strip() and type_.min_length:
        return "is empty"
    if type_.max_length is not None and len(text) > type_.max_length:
        return f"has {len(text)} characters"
    if type_.pattern is not None and not re.search(type_.pattern, text):
        return f"is ‘{text}’"
    return None


def allowed(type_: inspect.Type) -> str:
    """What may stand in a place of this type, in words."""
    match type_:
        case inspect.Metadata():
            return str((type_.extra_json_schema or {}).get("description") or allowed(type_.type))
        case inspect.StructType():
            return f"the fields {', '.join(field.encode_name for field in type_.fields)}"
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, type_.values))}"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return f"a whole number from {type_.ge or 0} to {type_.le}"
        case inspect.ListType():
            low, high = type_.min_length or 0, type_.max_length
            count = f"{low}" if low == high else f"{low} to {high}"
            return f"a list of {count} items, each on a line that begins with a dash"
        case inspect.StrType(min_length=low, max_length=high):
            return f"text of {low or 0} to {high} characters" + ("" if low else " or nothing")
        case inspect.UnionType():
            return allowed(next(t for t in type_.types if not isinstance(t, inspect.NoneType)))
        case inspect.DictType():
            return "lines of the form `name: value`"
    return "something else"


def is_(node: Node, kind: str) -> bool:
    """Whether YAML read this as a mapping (`map`), a list (`seq`), text (`str`), `int`, `bool` or `null`."""
    return node.tag == f"tag:yaml.org,2002:{kind}"


def _found(node: Node) -> str:
    """What stands there, in words."""
    if isinstance(node, MappingNode):
        return "a group of fields"
    if isinstance(node, SequenceNode):
        return "a list"
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return "empty"
    return f"‘{node.value}’" + ("" if kind == "str" else f", which YAML reads as {READ_AS.get(kind, kind)}")


def merged(places: list[Place]) -> tuple[dict[str, Place], list[Mistake]]:
    """The fields of several files as one mapping, and a mistake for each field that stands in two of them."""
    fields: dict[str, Place] = {}
    mistakes = []
    for place in places:
        for name, entry in place.entries():
            if name in fields:
                mistakes.append(entry.mistake(f"stands in {fields[name].file.name} as well", "each field in one file"))
            fields.setdefault(name, entry)
    return fields, mistakes
