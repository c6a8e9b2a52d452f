"""`make wire`: writes the scripts' types and the table in the protocol again, after a change to what clients are
told."""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, UnsetType

from .. import wire
from . import PARTS, SNAPSHOTS, STREAMS, Stream

TYPES = Path(__file__).parents[1] / "static" / "js" / "wire.d.ts"
PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
BEGIN, END = "<!-- made by `make wire` -->\n", "<!-- until here -->\n"
ANSWERS = (wire.Done, wire.NotDone, wire.Wall, wire.Mine, wire.LetIn, wire.Pass)
"""What is sent when asked for, and so belongs to no stream."""
COUNTED = {None: "", "all": "for all", "role": "for each role", "line": "for each socket"}
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def types_of_scripts() -> str:
    """What static/js/wire.d.ts should say."""
    told: dict[str, list[Any]] = {}
    for stream in STREAMS:
        told.setdefault(stream.event, []).append(stream.message)
    told["snapshot"] = list(SNAPSHOTS.values())
    kept: dict[str, list[Any]] = {}
    for part in (part for parts in PARTS.values() for part in parts.values()):
        kept.setdefault(part.name, []).append(part.type)
    shapes: dict[str, type[Struct]] = {}
    for one in (*(kind for kinds in (*told.values(), *kept.values()) for kind in kinds), *ANSWERS):
        _find(one, shapes)
    return "\n".join(
        [
            "// Made of workshop/wire.py and workshop/streams by `make wire`; a test holds it fresh.",
            *(_interface(name, shapes[name]) for name in sorted(shapes)),
            "/** What is told, by the name of its event. */",
            _body("Told", {event: _either(kinds) for event, kinds in told.items()}),
            "/** What a page keeps of its room, by its name in a snapshot. */",
            _body("Kept", {name: _either(kinds) for name, kinds in kept.items()}),
            "/** The streams that are numbered. */",
            f"export type Counted = {_script(Literal[tuple(one.event for one in STREAMS if one.counted)])};\n",
        ]
    )


def _find(kind: Any, shapes: dict[str, type[Struct]]) -> None:
    """A struct, and everything it is made of."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        if shapes.setdefault(kind.__name__, kind) is not kind:
            raise TypeError(f"two shapes are called {kind.__name__}")
        for field in _fields(kind).values():
            _find(field, shapes)
    else:
        for inner in get_args(kind) if get_origin(kind) is not Literal else ():
            _find(inner, shapes)


def _fields(kind: type[Struct]) -> dict[str, Any]:
    """The type of each field, by its name on the wire."""
    hints = get_type_hints(kind)
    return {field.encode_name: hints[field.name] for field in msgspec.structs.fields(kind)}


def _interface(name: str, kind: type[Struct]) -> str:
    config = kind.__struct_config__
    tag = {config.tag_field: Literal[config.tag]} if config.tag_field else {}
    fields = {
        field + ("?" if UnsetType in get_args(of) else ""): _script(of) for field, of in (tag | _fields(kind)).items()
    }
    return f"/** {(kind.__doc__ or '').strip()} */\n{_body(name, fields)}"


def _body(name: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  {field}: {kind};\n" for field, kind in fields.items())
    return f"export interface {name} {{\n{lines}}}"


def _either(kinds: Sequence[Any]) -> str:
    """One of several; a list of this or a list of that is written as a list of either."""
    scripts = list(dict.fromkeys(_script(kind) for kind in kinds))
    if len(scripts) > 1 and all(script.endswith("[]") for script in scripts):
        return f"({' | '.join(script.removesuffix('[]') for script in scripts)})[]"
    return " | ".join(scripts)


def _script(kind: Any) -> str:
    """A type as TypeScript writes it."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin is Literal:
        return " | ".join(msgspec.json.encode(value).decode() for value in inner)
    if origin in (Union, types.UnionType):
        return " | ".join(_script(one) for one in inner if one is not UnsetType)
    if origin in (list, Sequence):
        item = _script(inner[0])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if origin is dict:
        return f"Record<{_script(inner[0])}, {_script(inner[1])}>"
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind.__name__
    raise TypeError(f"{kind} has no name in a script")


def table() -> str:
    """What docs/protocol.md says about each stream."""
    rows = [
        f"| `{one.event}` | {one.who} | {COUNTED[one.counted]} | {_pace(one)} | {_payload(one)} |\n" for one in STREAMS
    ]
    head = ["| event | to | counted | at most | payload |\n", "|---|---|---|---|---|\n"]
    return "".join([*head, *rows, "\n", *_snapshots()])


def _snapshots() -> list[str]:
    """What is in a snapshot: for everyone, and for each reader besides."""
    alike = set.intersection(*(set(parts) for parts in PARTS.values()))
    everyone = [*_fields(wire.Snapshot), *sorted(alike)]
    lines = [f"- for a {role}: {_named(name for name in parts if name not in alike)}" for role, parts in PARTS.items()]
    return [f"A `snapshot` has {_named(everyone)}, and\n\n", ";\n".join(lines), ".\n"]


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _pace(stream: Stream[Any]) -> str:
    return f"{1 / stream.pace_seconds:g} a second" if stream.pace_seconds else ""


def _payload(stream: Stream[Any]) -> str:
    struct = isinstance(stream.message, type) and issubclass(stream.message, Struct)
    fields = _named(_fields(stream.message)) if struct else ""
    return ": ".join(one for one in (fields, stream.what) if one)


def protocol(page: str) -> str:
    """The page with that table in it."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def write() -> None:
    """Writes both files."""
    TYPES.write_text(types_of_scripts(), encoding="utf-8")
    PROTOCOL.write_text(protocol(PROTOCOL.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
