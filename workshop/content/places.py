"""Where things stand in the files of a pack, so that a mistake can be pinned to a file, a line and a field."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.events import AliasEvent
from yaml.nodes import Node

from workshop.core.visible import visible

READ_AS = {"int": "a number", "float": "a number", "bool": "yes or no", "timestamp": "a date"}
MOST_BYTES = 64 * 1024
"""Of one file; the largest that comes with the workshop has a tenth of it."""
MOST_NODES = 5_000
"""Names, texts and lists in one file; the largest has a fifteenth of it."""
DEEPEST = 20
"""How many lists and groups of fields may stand in each other; a pack needs six."""
LONGEST_QUOTED = 300
REMEDY = "quotes around text that has a colon or begins with a sign such as # * & [ {; spaces, no tabs"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: where it stands, what is wrong, and what may stand there."""

    file: Path
    line: int
    field: str
    wrong: str
    allowed: str

    def __str__(self) -> str:
        return visible(f"{self.file}:{self.line}: {self.field}: {self.wrong}; allowed: {self.allowed}")

    @property
    def short(self) -> str:
        """For a page: without the folder, which is nobody's business there, and without what would be right."""
        return visible(f"{self.file.name}:{self.line}: {self.field} {self.wrong}")


class BadPack(Exception):
    """A pack or programme that cannot be used; `mistakes` lists every one of them, at least one, file by file."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line))
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file."""

    file: Path
    node: Node
    field: str

    def mistake(self, wrong: str, allowed: str) -> Mistake:
        return Mistake(self.file, self.node.start_mark.line + 1, self.field, _short(wrong), allowed)

    def is_(self, kind: str) -> bool:
        """Whether YAML read this as a mapping (`map`), a list (`seq`), text (`str`), `int`, `bool` or `null`."""
        return bool(self.node.tag == f"tag:yaml.org,2002:{kind}")

    def text(self) -> str:
        """The text that stands here; nothing when this is a mapping or a list."""
        return self.node.value if isinstance(self.node.value, str) else ""

    def found(self) -> str:
        """What stands here, in words."""
        if not isinstance(self.node.value, str):
            return "a list" if self.is_("seq") else "a group of fields" if self.is_("map") else "something with a tag"
        if self.is_("null"):
            return "empty"
        kind = self.node.tag.rpartition(":")[2]
        return f"‘{self.node.value}’" + ("" if kind == "str" else f", which YAML reads as {READ_AS.get(kind, kind)}")

    def _below(self, key: Node) -> str:
        """The field of this name in a mapping."""
        name = key.value if isinstance(key.value, str) else "(no name)"
        return _short(f"{self.field}.{name}".lstrip("."))

    def names(self) -> Iterator["Place"]:
        """The place of every name in a mapping; nothing when this is no mapping."""
        for key, _ in self.node.value if self.is_("map") else ():
            yield Place(self.file, key, self._below(key))

    def entries(self) -> Iterator[tuple[str, "Place"]]:
        """The name of every entry of a mapping, and the place of what it names; nothing when this is no mapping."""
        for key, value in self.node.value if self.is_("map") else ():
            yield key.value if isinstance(key.value, str) else "", Place(self.file, value, self._below(key))

    def items(self) -> Iterator["Place"]:
        """The place of every item of a list, counted from 1; nothing when this is no list."""
        for number, node in enumerate(self.node.value if self.is_("seq") else (), start=1):
            yield Place(self.file, node, f"{self.field}[{number}]")

    def value(self) -> object:
        """What stands here, as plain Python values."""
        return yaml.SafeLoader("").construct_document(self.node)


class _Loader(Composer, yaml.CSafeLoader):
    """YAML without references: they save a trainer nothing, and one that points at itself has no end. And within
    bounds: whatever stands in a file, it is soon read. libyaml finds the words, as every start of the server waits for
    it; what they make is put together here."""

    nodes = depth = 0

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event: Any = self.peek_event()  # with marks of libyaml's own, which say the same
        mark = event.start_mark
        self.nodes += 1
        self.depth += 1
        if self.check_event(AliasEvent):
            raise yaml.MarkedYAMLError(problem="text begins with *", problem_mark=mark)
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="lists stand in each other too deeply", problem_mark=mark)
        if self.nodes > MOST_NODES:
            raise yaml.MarkedYAMLError(problem="there is too much in this file", problem_mark=mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read(file: Path) -> Place:
    """The tree of one file; BadPack when it is not there or not YAML."""
    try:
        node = yaml.compose(bytes_of(file).decode("utf-8"), Loader=_Loader)
    except OSError:
        raise BadPack([Mistake(file, 1, "(file)", "cannot be read", "a file that exists and may be read")]) from None
    except UnicodeDecodeError:
        raise BadPack([Mistake(file, 1, "(file)", "is not UTF-8", "text saved as UTF-8")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        wrong = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise BadPack(
            [Mistake(file, mark.line + 1 if mark else 1, "(file)", f"is not YAML: {wrong}", REMEDY)]
        ) from None
    if node is None or not Place(file, node, "").is_("map"):
        raise BadPack([Mistake(file, 1, "(file)", "holds no fields", "lines of the form `field: value`")])
    return Place(file, node, "")


def bytes_of(file: Path) -> bytes:
    """What stands in a plain file, which is all that is ever opened: a pipe or a device would never end. OSError or
    BadPack."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise BadPack([Mistake(file, 1, "(file)", "is no file with text", "a plain file")])
    # Should it be something else by now, this neither waits nor goes on for ever.
    with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
        found = opened.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise BadPack([Mistake(file, 1, "(file)", "is too large", f"{MOST_BYTES // 1024} KiB of text at most")])
    return found


def _short(text: str) -> str:
    """Enough of it to know what is meant: what is wrong with a file is not said in the length of the file."""
    return text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + "…"


def merged(places: list[Place]) -> tuple[dict[str, Place], list[Mistake]]:
    """The fields of several files as one mapping, and a mistake for each field that stands there twice."""
    fields: dict[str, Place] = {}
    mistakes = []
    for place in places:
        for name, entry in place.entries():
            if name in fields:
                where = f"stands in {fields[name].file.name} as well"
                mistakes.append(entry.mistake(where, "each field once, in one of the files"))
            fields.setdefault(name, entry)
    return fields, mistakes
