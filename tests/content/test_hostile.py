"""Whatever stands in the folder of a pack, it is one pack with a problem, and soon."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from workshop import content
from workshop.content import BadPack
from workshop.content.places import MOST_BYTES
from workshop.content.shelf import LONGEST_NAME, MOST_OFFERED, Shelf


def write(text: str | bytes) -> Callable[[Path], None]:
    def spoil(file: Path) -> None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    return spoil


def device(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def wire(file: Path) -> None:
    file.unlink()
    before = Path.cwd()
    os.chdir(file.parent)  # its address may not be long
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(file.name)
    finally:
        os.chdir(before)


def nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("not there"))


def itself(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def many(file: Path) -> None:
    for number in range(50):
        file.with_name(f"more{number}.yaml").write_text("x: y")


DEEP, WIDE = 5_000, 20_000
SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "5,000 brackets": (write("title: " + "[" * DEEP), "too deeply"),
    "5,000 brackets and their ends": (write("title: " + "[" * DEEP + "]" * DEEP), "too deeply"),
    "5,000 braces": (write("{a: " * DEEP), "too deeply"),
    "5,000 dashes": (write("- " * DEEP), "too deeply"),
    "5,000 question marks": (write("? " * DEEP), "too deeply"),
    "more fields than there are": (write("".join(f"k{n}: x\n" for n in range(6_000))), "too much"),
    "a list of many": (write("title: [" + "x," * WIDE + "]"), "too much"),
    "more than a file holds": (write("x" * (MOST_BYTES + 1)), "too large"),
    "a number of many digits": (write("language: " + "9" * 60_000), "language"),
    "laughter": (write("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), "text begins with *"),
    "a tag that makes something": (write("title: !!python/object/apply:os.system [ls]\n"), "something with a tag"),
    "a list for a name": (write("? [a, b]\n: c\n"), "not a field"),
    "a merge": (write("<<: {title: x}\n"), "not a field"),
    "no text at all": (write(b"\xff\xfe\x00"), "is not UTF-8"),
    "signs that YAML has not": (write("title: a\x07b"), "is not YAML"),
    "nothing": (write(""), "holds no fields"),
    "a pipe": (pipe, "is no file"),
    "a device": (device, "is no file"),
    "a socket": (wire, "is no file"),
    "a link to nowhere": (nowhere, "cannot be read"),
    "a link to itself": (itself, "cannot be read"),
    "a folder": (folder, "is no file"),
    "too many files": (many, "too many files"),
}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """An installation's own packs: one in order, and one to be spoilt."""
    for name in ("fine", "spoilt"):
        shutil.copytree(content.HERE / "en", tmp_path / "packs" / name)
    return tmp_path / "packs"


def offered(packs: Path) -> dict[str, str]:
    """What is wrong with each own pack; "" with those in order."""
    shelf = Shelf(content.HERE, content.SHIPPED, content._read_pack)
    shelf.use(packs)
    return {one.name: str(one.problem or "") for one in shelf.offered() if one.name not in content.SHIPPED}


def calls(work: Callable[[], object]) -> int:
    """How many calls a piece of work takes: a measure of time that does not depend on the machine."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


@cache
def usual() -> int:
    """The calls it takes to read a pack in order."""
    return calls(lambda: content._read_pack(content.HERE / "en"))


def read_in_vain(folder: Path) -> None:
    with pytest.raises(BadPack):
        content._read_pack(folder)


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_pack_is_one_pack_with_a_problem(packs: Path, name: str) -> None:
    spoil, why = SPOILT[name]
    spoil(packs / "spoilt" / "pack.yaml")
    found = offered(packs)
    assert found["fine"] == "" and why in found["spoilt"]
    assert len(found["spoilt"]) < 4_000_000
    assert calls(lambda: read_in_vain(packs / "spoilt")) < 30 * usual()


@pytest.mark.parametrize("name", ["5,000 brackets", "more fields than there are", "a pipe", "too many files"])
def test_so_is_one_with_a_spoilt_programme(packs: Path, name: str) -> None:
    spoil, _ = SPOILT[name]
    spoil(packs / "spoilt" / "programmes" / "full.yaml")
    found = offered(packs)
    assert found["fine"] == "" and found["spoilt"]


def test_what_nobody_thought_of_is_a_problem_of_that_pack_too(packs: Path) -> None:
    def fail(folder: Path) -> content.Pack:
        if folder.name == "spoilt":
            raise RecursionError
        return content._read_pack(folder)

    shelf = Shelf(content.HERE, content.SHIPPED, fail)
    shelf.use(packs)
    problems = {one.name: str(one.problem or "") for one in shelf.offered()}
    assert problems["fine"] == "" and "RecursionError" in problems["spoilt"]
    with pytest.raises(BadPack, match="RecursionError"):
        shelf.check(packs / "spoilt")


@pytest.mark.parametrize(
    "name", [b"\xff\xfe", b"a\x1b[31mb", b"a\nb: in order", "a\u202eb".encode(), b"x" * (LONGEST_NAME + 1)]
)
def test_a_folder_with_a_name_that_cannot_be_shown_has_a_problem(packs: Path, name: bytes) -> None:
    os.rename(os.fsencode(packs / "spoilt"), os.path.join(os.fsencode(packs), name))
    found = offered(packs)
    (other,) = set(found) - {"fine"}
    assert other.isprintable() and other.encode() and "no name that can be shown" in found[other]
    assert found[other].isprintable() and found["fine"] == ""


def test_a_folder_of_packs_that_is_none_holds_none(tmp_path: Path, packs: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for none in ("nothing", "file", "loop"):
        assert offered(tmp_path / none) == {}
    (packs / "link").symlink_to(packs / "link")
    (packs / "readme.txt").write_text("x")
    assert set(offered(packs)) == {"fine", "spoilt"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_has_a_problem(packs: Path) -> None:
    (packs / "spoilt").chmod(0)
    try:
        assert offered(packs)["fine"] == ""
    finally:
        (packs / "spoilt").chmod(0o700)


def test_no_more_packs_are_offered_than_one_can_choose_among(packs: Path) -> None:
    for number in range(MOST_OFFERED + 20):
        (packs / f"p{number}").mkdir()
    assert len(offered(packs)) == MOST_OFFERED


def test_a_copy_of_a_pack_has_an_end(packs: Path, tmp_path: Path) -> None:
    spoilt = packs / "spoilt"
    (spoilt / "programmes" / "up").symlink_to(spoilt)
    os.mkfifo(spoilt / "pipe.yaml")
    Shelf(content.HERE, content.SHIPPED, content._read_pack).copy(spoilt, tmp_path / "copy")
    copied = {str(file.relative_to(tmp_path / "copy")) for file in (tmp_path / "copy").rglob("*")}
    assert "pack.yaml" in copied and not {"pipe.yaml", "programmes/up"} & copied
    content._read_pack(tmp_path / "copy")


def test_only_a_pack_is_copied_and_only_what_it_is_made_of(packs: Path, tmp_path: Path) -> None:
    shelf = Shelf(content.HERE, content.SHIPPED, content._read_pack)
    fine, theirs = packs / "fine", tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "diary.yaml").write_text("nobody's business")
    for name in ("key.txt", ".hidden.yaml", "programmes/key.txt", "deep/x.yaml"):
        (fine / name).parent.mkdir(exist_ok=True)
        (fine / name).write_text("nobody's business")
    shelf.copy(fine, tmp_path / "copy")
    copied = {str(file.relative_to(tmp_path / "copy")) for file in (tmp_path / "copy").rglob("*")}
    assert {"pack.yaml", "programmes/full.yaml"} < copied
    assert all(name == "programmes" or name.endswith(".yaml") for name in copied) and "deep/x.yaml" not in copied
    assert ".hidden.yaml" not in copied
    for source, target, why in (
        (theirs, tmp_path / "none", "is no pack"),
        (packs, tmp_path / "none", "is no pack"),
        (fine, fine / "programmes" / "below", "in the pack itself"),
    ):
        with pytest.raises(BadPack, match=why):
            shelf.copy(source, target)
        assert not target.exists()
    (fine / "cards.yaml").write_text("x" * (MOST_BYTES + 1))
    with pytest.raises(BadPack, match="too large"):
        shelf.copy(fine, tmp_path / "none")
    assert not (tmp_path / "none").exists(), "all or nothing"
