"""Which packs there are: those that come with the workshop, and an installation's own, in `instance/packs/`."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workshop.content.places import BadPack, Mistake
from workshop.content.schema import Pack

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
        return self._read(self.folder(name_or_folder))

    def offered(self) -> list[Offered]:
        """Every pack by its name, those that come with the workshop first."""
        own = sorted(self._own.iterdir()) if self._own and self._own.is_dir() else []
        names = [folder.name for folder in own if folder.is_dir() and not folder.name.startswith(".")]
        return [self._offer(name) for name in self.shipped] + [self._offer_own(name) for name in names]

    def name(self, name_or_folder: str | Path) -> str:
        """How a room remembers its pack: by name where it has one, otherwise by its whole path."""
        folder = self.folder(name_or_folder).absolute()
        return folder.name if folder.parent in (self._home, self._own) else str(folder)

    def copy(self, name_or_folder: str | Path, target: Path) -> None:
        """Puts a copy of a pack into a folder that is empty or not there yet, to start a pack of one's own."""
        shutil.copytree(
            self.folder(name_or_folder), target, dirs_exist_ok=True, copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
        )  # fmt: skip

    def folder(self, name_or_folder: str | Path) -> Path:
        """Where a pack's files are; a name goes before a folder of that name."""
        if name_or_folder in self.shipped:
            return self._home / name_or_folder
        own = self._own / name_or_folder if self._own and _is_name(name_or_folder) else None
        return own if own is not None and own.is_dir() else Path(name_or_folder)

    def _newest(self, folder: Path) -> _Read:
        known, stamp = self._known.get(folder), _stamp(folder)
        if known is None or known.stamp != stamp:
            try:
                known = _Read(stamp, self._read(folder), None)
            except BadPack as problem:
                known = _Read(stamp, known.pack if known else None, problem)
            self._known[folder] = known
        return known

    def _offer(self, name: str) -> Offered:
        read = self._newest(self.folder(name))
        return Offered(name, read.pack, read.problem)

    def _offer_own(self, name: str) -> Offered:
        if name not in self.shipped:
            return self._offer(name)
        assert self._own is not None
        taken = Mistake(
            self._own / name, 1, "(folder)", "has the name of another pack", "a name that no other pack has"
        )
        return Offered(name, None, BadPack([taken]))


def _is_name(name_or_folder: str | Path) -> bool:
    return isinstance(name_or_folder, str) and Path(name_or_folder).name == name_or_folder


def _stamp(folder: Path) -> Stamp:
    files = sorted({folder, *folder.glob("*.yaml"), folder / "programmes", *folder.glob("programmes/*.yaml")})
    return tuple((str(file), *_state(file)) for file in files)


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
