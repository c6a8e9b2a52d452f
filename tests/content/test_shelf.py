"""Which packs there are, and when one is read again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workshop import content
from workshop.content import BadPack, Pack
from workshop.content.shelf import Shelf


class Counting(Shelf):
    """A shelf that counts how often it reads."""

    def __init__(self, own: Path) -> None:
        self.reads = 0
        super().__init__(content.HERE, content.SHIPPED, self.count)
        self.use(own)

    def count(self, folder: Path) -> Pack:
        self.reads += 1
        return content._read_pack(folder)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An installation's own packs: one, `ours`, in English."""
    shutil.copytree(content.HERE / "en", tmp_path / "packs" / "ours")
    return tmp_path / "packs"


@pytest.fixture
def shelf(own: Path) -> Counting:
    return Counting(own)


def edit(own: Path, there: str, put: str) -> None:
    file = own / "ours" / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    assert there in text
    file.write_text(text.replace(there, put), encoding="utf-8")


def test_a_pack_is_read_once(shelf: Counting) -> None:
    assert shelf.load("ours") is shelf.load("ours") and shelf.load("nl") is shelf.load("nl")
    assert shelf.reads == 2


def test_a_pack_that_was_edited_is_read_again(shelf: Counting, own: Path) -> None:
    before = shelf.load("ours").title
    edit(own, f"title: {before}", "title: Quite another one")
    assert (shelf.load("ours").title, shelf.reads) == ("Quite another one", 2)


def test_a_room_goes_on_while_its_pack_is_being_edited(shelf: Counting, own: Path) -> None:
    before = shelf.load("ours")
    edit(own, "key: en", "key: Not This")
    assert shelf.load("ours") is before and shelf.load("ours") is before and shelf.reads == 2
    with pytest.raises(BadPack):
        shelf.check("ours")
    with pytest.raises(BadPack):
        Counting(own).load("ours")
    edit(own, "key: Not This", "key: this")
    assert shelf.load("ours").key == "this"


def test_what_a_leader_may_choose(shelf: Counting, own: Path) -> None:
    shutil.copytree(own / "ours", own / "broken")
    (own / "broken" / "cards.yaml").unlink()
    shutil.copytree(own / "ours", own / "nl")
    shutil.copytree(own / "ours", own / ".hidden")
    (own / "a note").write_text("no pack", encoding="utf-8")
    offered = shelf.offered()
    dutch, english, broken, taken, ours = offered
    assert [one.name for one in offered] == ["nl", "en", "broken", "nl", "ours"]
    assert [one.name for one in offered if not one.problem] == ["nl", "en", "ours"]
    assert broken.pack is None and broken.problem and broken.problem.mistakes[0].wrong == "is missing"
    assert taken.problem and taken.problem.mistakes[0].wrong == "has the name of another pack"
    assert (dutch.pack, english.pack, ours.pack) == tuple(shelf.load(name) for name in ("nl", "en", "ours"))


def test_without_packs_of_its_own_an_installation_has_ours(tmp_path: Path) -> None:
    assert [one.name for one in Counting(tmp_path / "nowhere").offered()] == ["nl", "en"]


def test_how_a_room_remembers_its_pack(
    shelf: Counting, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = shutil.copytree(own / "ours", tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    assert [shelf.name(given) for given in ("nl", "ours", own / "ours", "packs/ours")] == ["nl", "ours", "ours", "ours"]
    assert shelf.name("elsewhere") == str(elsewhere) and shelf.load(str(elsewhere)).key == "en"


def test_a_name_leads_to_no_other_folder(shelf: Counting, own: Path) -> None:
    shutil.copytree(own / "ours", own.parent / "secret")
    for name in ("../secret", "..", "", "."):
        with pytest.raises(BadPack):
            shelf.load(name)


def test_a_copy_is_a_pack_again(shelf: Counting, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    shelf.copy("nl", tmp_path / "mine")
    assert shelf.check(tmp_path / "mine") == shelf.load("nl")
    assert not [file for file in (tmp_path / "mine").rglob("*") if file.is_file() and file.suffix != ".yaml"]
