"""What the documents say about packs is what the schema says: every field, what may stand there, what it is for.

`python tests/content/test_docs.py` writes the tables anew. The fields in docs/packs.nl.md are translated by hand;
here is only seen to it that none is missing there, and that what may stand in it is still true.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import inspect as kinds
from msgspec.inspect import Field, StructType, Type

from workshop import content
from workshop.content import schema

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENTS = {"en": "packs.md", "nl": "packs.nl.md"}
WORDS = {
    "en": {
        "head": "| field | what stands there | what it is for |", "text": "text, at most {high} characters",
        "number": "a number, {low} to {high}", "bool": "`true` or `false`", "one": "one of {values}",
        "list": "{count} × {item}", "to": "{low} to {high}", "names": "`name: value`, each value {item}",
        "drawings": "| key | what it shows |", "optional": "; may be left out",
        "Key": "a key: small letters and `_`, 1 to 40",
        "Length": "a length: `0`, `90s`, `5m`, `1h30m`", "drawing": "the key of a drawing",
        "site": "the name of a website", "page": "a page of it",
        "name": "a name: small letters, digits, `-` and `_`, 1 to 40", "code": "a language: `nl`, `en`, …",
    },
    "nl": {
        "head": "| veld | wat er staat | waar het voor is |", "text": "tekst, hooguit {high} tekens",
        "number": "een getal, {low} tot en met {high}", "bool": "`true` of `false`", "one": "een van {values}",
        "list": "{count} × {item}", "to": "{low} tot {high}", "names": "`naam: waarde`, elke waarde {item}",
        "drawings": "| sleutel | wat erop staat |", "optional": "; mag weg",
        "Key": "een sleutel: kleine letters en `_`, 1 tot 40",
        "Length": "een duur: `0`, `90s`, `5m`, `1h30m`", "drawing": "de sleutel van een tekening",
        "site": "de naam van een website", "page": "een pagina daarvan",
        "name": "een naam: kleine letters, cijfers, `-` en `_`, 1 tot 40", "code": "een taal: `nl`, `en`, …",
    },
}  # fmt: skip
PATTERNS = {
    "^[a-z_]{1,40}$": "Key", "^[a-z_]{0,40}$": "drawing", "^[a-z0-9_-]{1,40}$": "name", "^[a-z]{2}$": "code",
    r"^(0|(?=\d)(\d+h)?(\d+m)?(\d+s)?)$": "Length",
    r"^([a-z0-9-]+(\.[a-z0-9-]+)+)?$": "site", r"^[\w./~-]{0,200}$": "page",
}  # fmt: skip


def structs() -> list[StructType]:
    """Every kind of thing in a pack, in the order in which a reader meets them."""
    found: dict[type, StructType] = {}

    def visit(type_: Type) -> None:
        if isinstance(type_, StructType) and type_.cls not in found:
            found[type_.cls] = type_
            for field in type_.fields:
                visit(field.type)
        for inner in ("type", "item_type", "value_type"):
            if hasattr(type_, inner):
                visit(getattr(type_, inner))
        for one in getattr(type_, "types", ()):
            visit(one)

    visit(kinds.type_info(schema.Pack))
    return list(found.values())


def said() -> dict[tuple[str, str], str]:
    """The docstring under each field, by class and field."""
    found = {}
    for node in ast.parse(inspect.getsource(schema)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
                    assert isinstance(after.value, ast.Constant)
                    found[node.name, ast.unparse(field.target).rstrip("_")] = str(after.value.value)
    return found


def title(struct: StructType) -> str:
    """`ConversationCard` as people read it."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", struct.cls.__name__).capitalize()


def anchor(name: str) -> str:
    return f"[{name}](#{name.lower().replace(' ', '-')})"


def stands(type_: Type, words: dict[str, str], names: dict[str, str]) -> str:
    """What may stand in a place, in words."""
    match type_:
        case kinds.Metadata():
            return stands(type_.type, words, names)
        case StructType():
            return anchor(names[type_.cls.__name__])
        case kinds.UnionType():
            (one,) = [one for one in type_.types if not isinstance(one, kinds.NoneType)]
            return stands(one, words, names)
        case kinds.ListType(min_length=low, max_length=high):
            count = f"{low}" if low == high else words["to"].format(low=low or 0, high=high)
            return words["list"].format(count=count, item=stands(type_.item_type, words, names))
        case kinds.DictType():
            return words["names"].format(item=stands(type_.value_type, words, names))
        case kinds.LiteralType():
            return words["one"].format(values=", ".join(f"`{value}`" for value in type_.values))
        case kinds.IntType(ge=low, le=high):
            return words["number"].format(low=low, high=high)
        case kinds.StrType(pattern=str(pattern)):
            return words[PATTERNS[pattern]]
        case kinds.StrType(max_length=high):
            return words["text"].format(high=high)
    return words["bool"]


def cell(field: Field, words: dict[str, str], names: dict[str, str]) -> str:
    what = words["drawing"] if field.encode_name == "drawing" else stands(field.type, words, names)
    return what + ("" if field.required else words["optional"])


def purpose(struct: StructType, field: Field) -> str:
    """What a field is for; a kind that extends another has the words of that one."""
    for cls in struct.cls.__mro__:
        if (cls.__name__, field.encode_name) in said():
            return said()[cls.__name__, field.encode_name]
    raise KeyError(f"{struct.cls.__name__}.{field.encode_name} has no docstring")


def tables() -> Iterator[str]:
    """A heading and a table for each kind of thing."""
    names = {struct.cls.__name__: title(struct) for struct in structs()}
    for struct in structs():
        yield f"\n### {title(struct)}\n\n{inspect.getdoc(struct.cls)}\n\n{WORDS['en']['head']}\n|---|---|---|\n"
        for field in struct.fields:
            yield f"| `{field.encode_name}` | {cell(field, WORDS['en'], names)} | {purpose(struct, field)} |\n"


def drawings(language: str) -> str:
    """A table of all drawings."""
    lines = [f"| `{key}` | {shows} |\n" for key, shows in content.load(language).drawings.items()]
    return f"{WORDS[language]['drawings']}\n|---|---|\n{''.join(lines)}"


def inside(name: str, mark: str) -> str:
    """What stands in a document between the marks of a part that is made."""
    found = re.search(rf"<!-- {mark}, [^>]* -->\n(.*?)\n<!-- end of {mark} -->", text_of(name), re.DOTALL)
    assert found, f"{name} has lost its marks of {mark}"
    return found[1]


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_field_is_described_as_the_schema_describes_it() -> None:
    assert inside("packs.md", "fields") == "".join(tables()), "run: python tests/content/test_docs.py"


@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_drawing_can_be_looked_up(language: str) -> None:
    assert inside(DOCUMENTS[language], "drawings") == drawings(language), "run: python tests/content/test_docs.py"


def rows(text: str) -> list[tuple[str, list[list[str]]]]:
    """Every heading with the cells of the table under it."""
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    lines = [(s.partition("\n")[0], re.findall(r"^\| (`\w+`) \| (.*) \| (.*) \|$", s, re.MULTILINE)) for s in sections]
    return [(head, [list(found) for found in table]) for head, table in lines]


def test_every_field_is_described_in_dutch() -> None:
    dutch = rows(inside("packs.nl.md", "fields"))
    names = {struct.cls.__name__: head for struct, (head, _) in zip(structs(), dutch, strict=True)}
    for struct, (head, table) in zip(structs(), dutch, strict=True):
        expected = [[f"`{field.encode_name}`", cell(field, WORDS["nl"], names)] for field in struct.fields]
        assert [row[:2] for row in table] == expected, head
        in_english = [purpose(struct, field) for field in struct.fields]
        assert all(row[2].strip() and row[2] not in in_english for row in table), head


if __name__ == "__main__":
    for language, name in DOCUMENTS.items():
        text = text_of(name).replace(inside(name, "drawings"), drawings(language))
        if language == "en":
            text = text.replace(inside(name, "fields"), "".join(tables()))
        (DOCS / name).write_text(text, encoding="utf-8")
