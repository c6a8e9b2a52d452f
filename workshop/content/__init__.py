"""What a room says: packs of words as data, one folder per pack, and the one way to read them.

`nl` is the original, `en` its translation; an organisation can bring a folder of its own. `schema.py` says what a pack
holds; `places.py`, `checking.py` and `rules.py` find what is wrong with one, and where; `shelf.py` knows which packs
there are. The drawings in `drawings/` are shared by all packs.
"""

from functools import cache
from pathlib import Path

import msgspec

from workshop.content.places import BadPack, Mistake, Place, merged, read
from workshop.content.rules import pack_mistakes, programme_mistakes
from workshop.content.schema import Pack, Programme
from workshop.content.shelf import MOST_FILES, Offered, Shelf
from workshop.core.programme import Part

__all__ = ["SHIPPED", "BadPack", "Mistake", "Offered", "Pack", "drawing", "drawings", "load", "load_programme", "shelf"]

HERE = Path(__file__).parent
SHIPPED = ("nl", "en")
"""The packs that come with the workshop, the original first."""


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


def _read_pack(folder: Path) -> Pack:
    """Reads, checks and makes the pack in a folder: `pack.yaml` and what stands beside it, and its programmes."""
    start = folder / "pack.yaml"
    words, plans = sorted(folder.glob("*.yaml")), sorted((folder / "programmes").glob("*.yaml"))
    if len(words) > MOST_FILES or len(plans) > MOST_FILES:
        raise BadPack([Mistake(folder, 1, "(folder)", "holds too many files", f"{MOST_FILES} .yaml files at most")])
    places, mistakes = _readable([start, *(file for file in words if file != start)])
    programmes, unreadable = _readable(plans)
    fields, twice = merged(list(places.values()))
    # What seems to be missing may well stand in a file that cannot be read.
    mistakes += [*unreadable, *twice, *pack_mistakes(None if mistakes else places[start], fields, drawings())]
    for place in programmes.values():
        mistakes += programme_mistakes(place)
    if start in places and not programmes and not unreadable:
        mistakes.append(Mistake(folder / "programmes", 1, "programmes", "is missing", "one .yaml file or more here"))
    if mistakes:
        raise BadPack(mistakes)
    values = {name: place.value() for name, place in fields.items()}
    return msgspec.convert({**values, "programmes": {file.stem: p.value() for file, p in programmes.items()}}, Pack)


def _readable(files: list[Path]) -> tuple[dict[Path, Place], list[Mistake]]:
    """The trees of those files that are YAML, and a mistake for each of the others."""
    places, mistakes = {}, []
    for file in files:
        try:
            places[file] = read(file)
        except BadPack as unreadable:
            mistakes += unreadable.mistakes
    return places, mistakes


shelf = Shelf(HERE, SHIPPED, _read_pack)
load = shelf.load
"""A pack by its name, or the one in a folder. BadPack when something in it is wrong."""
