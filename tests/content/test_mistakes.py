"""A mistake in a pack is answered with the file, the line, the field, what is wrong, and what would be right."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workshop import content
from workshop.content import BadPack, Mistake

TEN = {
    "a field nobody knows": (
        "roles.yaml", "    name: Client\n", "    nmae: Client\n",
        "roles.client.nmae", "is not a field here", "name, now, next",
    ),
    "an empty line": (
        "roles.yaml", "line: Say which conversation this is about.", "line: ''",
        "roles.client.brief.line", "is empty", "text of 1 to 110 characters",
    ),
    "a line that is too long": (
        "cards.yaml", "line: How are things between us?", f"line: {'so ' * 40}long",
        "topics[1].line", "has 124 characters", "text of 1 to 110 characters",
    ),
    "a key with a capital": (
        "cards.yaml", "key: stays_here", "key: Stays Here",
        "safety.words[1].key", "is ‘Stays Here’", "1 to 40 small letters and underscores",
    ),
    "a word that is not one of the choices": (
        "writing.yaml", "visibility: group", "visibility: everyone",
        "prompts[9].visibility", "is ‘everyone’", "one of group, me, organiser",
    ),
    "a list that is one line": (
        "steps.yaml", "lead: The three take turns looking back.", "lead: [The three look back in turn]\n    x_lead: ",
        "steps.feedback.lead", "is a list", "text of 1 to 320 characters",
    ),
    "a list with too few items": (
        "steps.yaml", "    - Why did it come across so well?\n", "",
        "check_in.questions", "has 2 items", "a list of 3 items",
    ),
    "a word that YAML reads as yes or no": (
        "cards.yaml", "label: Silence is fine", "label: No",
        "safety.words[5].label", "is ‘No’, which YAML reads as yes or no", "text of 1 to 40 characters",
    ),
    "a drawing that does not exist": (
        "slides.yaml", "drawing: black_box", "drawing: white_box",
        "slides[2].drawing", "‘white_box’ is not a drawing", "black_box",
    ),
    "a drawing without words": (
        "drawings.yaml", "  trust: ", "  mistrust: ",
        "slides[8].drawing", "‘trust’ has no description", "under `drawings`",
    ),
}  # fmt: skip
"""What it is called: file, what stands there, what is put there; field, what is wrong, part of what is allowed."""

MORE = {
    "a field that stands twice": (
        "pack.yaml", "title: Learning together\n", "title: Learning together\ntitle: Again\n",
        "title", "stands in pack.yaml as well", "each field once",
    ),
    "two items with one key": (
        "writing.yaml", "key: snags", "key: enthusiastic",
        "columns[2].key", "‘enthusiastic’ stands here twice", "no other item",
    ),
    "an example among the columns of the plenary": (
        "steps.yaml", "key: example", "key: snags",
        "check_in.example.key", "‘snags’ is a column of the plenary too", "no other column",
    ),
    "a missing field": (
        "roles.yaml", "    screen: Listen and watch. Say nothing yet.\n", "",
        "roles.observer.screen", "is missing", "text of 1 to 70 characters",
    ),
    "a missing part": (
        "pack.yaml", "reminder: No names, and no details that give someone away.\n", "",
        "reminder", "is missing", "text of 1 to 110 characters",
    ),
    "a number out of range": (
        "roles.yaml", "order: 3", "order: 4",
        "roles.observer.feedback.order", "is ‘4’", "a whole number from 1 to 3",
    ),
    "a length without a unit": (
        "programmes/full.yaml", "length: 8m", "length: 8",
        "steps[2].length", "is ‘8’, which YAML reads as a number", "0, 90s, 5m, 1h30m",
    ),
    "a length of more than a day": (
        "programmes/full.yaml", "length: 8m", "length: 25h",
        "steps[2].length", "is ‘25h’", "at most a day",
    ),
    "a kind that does not exist": (
        "programmes/triads.yaml", "kind: plenary", "kind: lunch",
        "steps[8].kind", "is ‘lunch’", "notes, plenary, prepare",
    ),
    "a round that is torn apart": (
        "programmes/triads.yaml", "  - {kind: feedback,", "  - kind: break\n  - {kind: feedback,",
        "steps[7].kind", "‘feedback’ stands apart from the other steps of a round", "in one place",
    ),
    "text that is no YAML": (
        "cards.yaml", "title: Our approach", "title: Our approach: how",
        "(file)", "is not YAML: mapping values are not allowed in this context", "quotes around text that has a colon",
    ),
    "a tag that would run code": (
        "pack.yaml", "title: Learning together", "title: !!python/object/apply:os.getcwd []",
        "title", "is something with a tag", "text of 1 to 40 characters",
    ),
    "a list that holds itself": (
        "slides.yaml", "    lines:\n", "    lines: &again [*again]\n    more:\n",
        "(file)", "is not YAML: text begins with *", "quotes",
    ),
}  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A pack of one's own, to be spoilt."""
    return shutil.copytree(content.HERE / "en", tmp_path / "own")


def spoil(folder: Path, name: str, there: str, put: str) -> int:
    """Puts a mistake into a file; the number of the line where it stands."""
    text = (folder / name).read_text(encoding="utf-8")
    before, found, after = text.partition(there)
    assert found, f"{there!r} does not stand in {name}"
    (folder / name).write_text(before + put + after, encoding="utf-8")
    return before.count("\n") + 1


def mistakes(make: Callable[[], object]) -> list[Mistake]:
    with pytest.raises(BadPack) as caught:
        make()
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1
    return caught.value.mistakes


@pytest.mark.parametrize("name", TEN | MORE)
def test_a_mistake_is_answered(own: Path, name: str):
    file, there, put, field, wrong, allowed = (TEN | MORE)[name]
    line = spoil(own, file, there, put)
    found = next(m for m in mistakes(lambda: content.load(own)) if m.field == field)
    assert found.wrong == wrong and allowed in found.allowed
    if "missing" not in wrong and "without words" not in name and not wrong.startswith("has 2"):
        assert (found.file, abs(found.line - line) <= 1) == (own / file, True)
    assert str(found).startswith(f"{found.file}:{found.line}: {field}: {wrong}; allowed: ")


def test_ten_mistakes_get_ten_answers_at_once(own: Path):
    for file, there, put, *_ in TEN.values():
        spoil(own, file, there, put)
    found = {(m.file.name, m.field, m.wrong) for m in mistakes(lambda: content.load(own))}
    assert {(file, field, wrong) for file, _, _, field, wrong, _ in TEN.values() if file != "drawings.yaml"} <= found
    assert ("slides.yaml", "slides[8].drawing", "‘trust’ has no description") in found


def test_a_folder_that_is_not_there(tmp_path: Path):
    (mistake,) = mistakes(lambda: content.load(tmp_path / "nowhere"))
    assert (mistake.file, mistake.wrong) == (tmp_path / "nowhere" / "pack.yaml", "cannot be read")


def test_a_pack_without_programmes(own: Path):
    shutil.rmtree(own / "programmes")
    (mistake,) = mistakes(lambda: content.load(own))
    assert (mistake.file, mistake.field) == (own / "programmes", "programmes")


def test_a_programme_with_a_mistake(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("title: Mine\nsteps: []\n", encoding="utf-8")
    found = mistakes(lambda: content.load_programme(file, content.load("nl")))
    assert [(m.line, m.field, m.wrong) for m in found] == [(1, "line", "is missing"), (2, "steps", "has 0 items")]


@pytest.mark.parametrize("bytes_", [b"", b"\xff\xfe", b"- a\n- b\n", b"just words", b"a: &x [*x]\n", b"? [1]\n: 2\n"])
def test_a_file_that_is_something_else(own: Path, bytes_: bytes):
    (own / "pack.yaml").write_bytes(bytes_)
    assert mistakes(lambda: content.load(own))
