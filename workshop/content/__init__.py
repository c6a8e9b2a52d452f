"""What a room says: packs of words as data, one folder per pack, and the one way to read them.

`nl` is the original, `en` its translation; an organisation can bring a folder of its own. `schema.py` says what a pack
holds; `places.py`, `checking.py` and `rules.py` find what is wrong with one, and where. The drawings in `drawings/` are
shared by all packs.
"""

from functools import cache
from pathlib import Path

import msgspec

from workshop.content.places import BadPack, Mistake, merged, read
from workshop.content.rules import pack_mistakes, programme_mistakes
from workshop.content.schema import Pack, Programme
from workshop.core.programme import Part

__all__ = ["SHIPPED", "BadPack", "Mistake", "Pack", "drawing", "drawings", "load", "load_programme"]

HERE = Path(__file__).parent
SHIPPED = ("nl", "en")
"""The packs that come with the workshop, the original first."""


def load(name_or_path: str | Path) -> Pack:
    """A shipped pack by its name (read once), or the pack in a folder. BadPack when something in it is wrong."""
    return _shipped(str(name_or_path)) if name_or_path in SHIPPED else _load(Path(name_or_path))


def load_programme(path: str | Path, pack: Pack) -> list[Part]:
    """The programme in one file, with the words of a pack. BadPack when something in it is wrong."""
    place = read(Path(path))
    if mistakes := list(programme_mistakes(place)):
        raise BadPack(mistakes)
    return msgspec.convert(place.value(), Programme).parts(pack)


@cache
def drawings() -> frozenset[str]:
    """The keys of all drawings there are."""
    return frozenset(file.stem for file in (HERE / "drawings").glob("*.svg"))


@cache
def drawing(key: str) -> str:
    """The SVG of a drawing; the words for those who cannot see it are in the pack, under `drawings`."""
    if key not in drawings():
        raise KeyError(key)
    return (HERE / "drawings" / f"{key}.svg").read_text(encoding="utf-8")


@cache
def _shipped(name: str) -> Pack:
    return _load(HERE / name)


def _load(folder: Path) -> Pack:
    """Reads, checks and makes the pack in a folder: `pack.yaml` and what stands beside it, and its programmes."""
    start = read(folder / "pack.yaml")
    fields, mistakes = merged([start, *(read(file) for file in sorted(folder.glob("*.yaml")) if file.stem != "pack")])
    programmes = {file.stem: read(file) for file in sorted((folder / "programmes").glob("*.yaml"))}
    mistakes += pack_mistakes(start, fields, drawings())
    for place in programmes.values():
        mistakes += programme_mistakes(place)
    if not programmes:
        mistakes.append(Mistake(folder / "programmes", 1, "programmes", "is missing", "one .yaml file or more here"))
    if mistakes:
        raise BadPack(mistakes)
    values = {name: place.value() for name, place in fields.items()}
    return msgspec.convert({**values, "programmes": {name: p.value() for name, p in programmes.items()}}, Pack)
