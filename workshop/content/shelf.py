"""Which packs there are: those that come with the workshop, and an installation's own, in `instance/packs/`."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workshop.content.places import BadPack, Mistake, bytes_of
from workshop.content.schema import Pack
from workshop.core.visible import visible

MOST_OFFERED = 100
"""Own packs of an installation among which one can choose."""
LONGEST_NAME = 100
MOST_FILES = 20
"""In the folder of a pack, and in its `programmes`."""
MOST_OF_A_PACK = 2 * MOST_FILES
"""In both."""
Stamp = tuple[tuple[str, int, int], ...]
"""What tells two states of a folder apart: of each file its name, when it was changed (ns) and its size (bytes)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A pack that a leader may choose by its name; with a problem it is shown and cannot be chosen."""

    name: str
    pack: Pack | None = None
    """As last read without a mistake."""
    problem: BadPack | None = None

    @property
    def usable(self) -> Pack | None:
        """The pack, where a new room may have it."""
        return None if self.problem else self.pack


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in a folder, the last time that something in it had changed."""

    stamp: Stamp
    pack: Pack | None
    problem: BadPack | None


class Shelf:
    """Finds packs by name or by folder, and reads each of them again only when one of its files has changed."""

    def __init__(self, home: Path, shipped: tuple[str, ...], read: Callable[[Path], Pack]) -> None:
        self._home, self.shipped, self._read = home, shipped, read
        self._own: Path | None = None
        self._known: dict[Path, _Read] = {}

    def use(self, own: Path) -> None:
        """Says where the installation keeps its own packs: one folder for each; there need not be any."""
        self._own = own.absolute()

    def load(self, name_or_folder: str | Path) -> Pack:
        """The pack; BadPack where it has a mistake. A room whose pack is being edited goes on with what it had."""
        read = self._newest(self.folder(name_or_folder))
        if read.pack is None:
            assert read.problem is not None
            raise read.problem
        return read.pack

    def check(self, name_or_folder: str | Path) -> Pack:
        """The pack as it stands in its files now; BadPack where it has a mistake."""
        return self._made(self.folder(name_or_folder))

    def offered(self) -> list[Offered]:
        """Every pack by its name, those that come with the workshop first. Whatever is wrong with one, it is one pack
        with a problem."""
        return [self._offer(name) for name in self.shipped] + [self._offer_own(name) for name in self._own_names()]

    def own(self, name: str) -> Pack | None:
        """The installation's own pack by that name, where a new room could have it; never one by its folder."""
        return self._offer_own(name).usable if name in self._own_names() else None

    def _own_names(self) -> list[str]:
        names: list[str] = []
        with suppress(OSError):  # there is no such folder, or it may not be read
            names = sorted(os.listdir(self._own)) if self._own else []
        folders = (
            name for name in names if not name.startswith(".") and os.path.isdir(os.path.join(self._own or "", name))
        )
        return list(islice(folders, MOST_OFFERED))

    def name(self, name_or_folder: str | Path) -> str:
        """How a room remembers its pack: by name where it has one, otherwise by its whole path."""
        folder = self.folder(name_or_folder).absolute()
        return folder.name if folder.parent in (self._home, self._own) else str(folder)

    def copy(self, name_or_folder: str | Path, target: Path) -> None:
        """Puts a copy of a pack into a folder that is empty or not there yet, to start a pack of one's own. Only what a
        pack is made of: whatever else is in its folder is not for others to read. BadPack where it is none."""
        source = self.folder(name_or_folder)
        files = [file for file in files_of(source) if file.is_file() and not file.name.startswith(".")]
        if source / "pack.yaml" not in files:
            raise BadPack([Mistake(source, 1, "(folder)", "is no pack", "a folder with a pack.yaml in it")])
        if len(files) > MOST_OF_A_PACK:
            raise BadPack([Mistake(source, 1, "(folder)", "holds too many files", f"{MOST_FILES} .yaml files at most")])
        if target.resolve().is_relative_to(source.resolve()):
            raise BadPack([Mistake(target, 1, "(folder)", "is in the pack itself", "a folder somewhere else")])
        read = {file.relative_to(source): bytes_of(file) for file in files}
        for name, data in read.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(data)

    def folder(self, name_or_folder: str | Path) -> Path:
        """Where a pack's files are; a name goes before a folder of that name."""
        if name_or_folder in self.shipped:
            return self._home / name_or_folder
        own = self._own / name_or_folder if self._own and _is_name(name_or_folder) else None
        return own if own is not None and os.path.isdir(own) else Path(name_or_folder)

    def _newest(self, folder: Path) -> _Read:
        known, stamp = self._known.get(folder), _stamp(folder)
        if known is None or known.stamp != stamp:
            try:
                known = _Read(stamp, self._made(folder), None)
            except BadPack as problem:
                known = _Read(stamp, known.pack if known else None, problem)
            self._known[folder] = known
        return known

    def _made(self, folder: Path) -> Pack:
        """Reads the pack. BadPack, whatever goes wrong: one pack that nobody thought of takes no page from anyone."""
        try:
            return self._read(folder)
        except BadPack:
            raise
        except Exception as error:
            wrong = f"cannot be read ({type(error).__name__})"
            raise BadPack([Mistake(folder, 1, "(folder)", wrong, "a pack, as docs/packs.md says")]) from error

    def _offer(self, name: str) -> Offered:
        read = self._newest(self.folder(name))
        return Offered(name, read.pack, read.problem)

    def _offer_own(self, name: str) -> Offered:
        assert self._own is not None
        folder, shown = self._own / name, visible(name)
        if name in self.shipped:
            wrong = Mistake(folder, 1, "(folder)", "has the name of another pack", "a name that no other pack has")
        elif name != shown or len(name) > LONGEST_NAME:
            wrong = Mistake(
                folder, 1, "(folder)", "has no name that can be shown", f"1 to {LONGEST_NAME} letters and digits"
            )
        else:
            return self._offer(name)
        return Offered(shown, None, BadPack([wrong]))


def _is_name(name_or_folder: str | Path) -> bool:
    return isinstance(name_or_folder, str) and Path(name_or_folder).name == name_or_folder


def files_of(folder: Path) -> list[Path]:
    """What a pack is made of."""
    return [*folder.glob("*.yaml"), *folder.glob("programmes/*.yaml")]


def _stamp(folder: Path) -> Stamp:
    files = sorted({folder, folder / "programmes", *files_of(folder)})
    return tuple((str(file), *_state(file)) for file in files)


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
