"""The sample in docs/sample is what the workshop makes of a made-up afternoon. As a program (`make sample`) this writes
it anew."""

from __future__ import annotations

import re
import subprocess
import tempfile
import tomllib
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from babel.support import Translations
from pypdf import PdfReader

from workshop.content import load
from workshop.core.batches import LEAST
from workshop.exports import WORDS, Note, Post, Reflections, written
from workshop.rooms.recording import HELD_BACK, SEVERAL, SEVERAL_QUESTIONS

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "sample"
LANGUAGES = ("nl", "en")
MOST_BYTES = 400_000
"""Of all samples together: they come along with every clone."""


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """A line on the wall, or a title with those under it."""

    text: str
    recognised: int = 0
    name: str | None = None
    lines: tuple[Line, ...] = ()
    column: str = ""

    def post(self, column: str) -> Post:
        return Post(column, self.text, self.name, self.recognised, tuple(one.post(column) for one in self.lines))


class Afternoon(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody made up."""

    title: str
    code: str
    language: str
    held_on: date
    people: int
    rounds: int
    wall: list[Line]
    notes: dict[str, list[str]]

    def record(self) -> Reflections:
        """As a room of this language would give it."""
        pack = load(self.language)
        said = Translations.load(str(ROOT / "workshop" / "translations"), [self.language])
        prompts = {prompt.key: prompt.label for prompt in pack.prompts} | {SEVERAL: SEVERAL_QUESTIONS[self.language]}
        return Reflections(
            title=self.title,
            code=self.code,
            language=self.language,
            held_on=self.held_on,
            columns=tuple((column.key, column.question) for column in pack.columns),
            prompts=prompts,
            posts=tuple(line.post(line.column) for line in self.wall),
            notes=tuple(Note(prompt, text) for prompt, texts in self.notes.items() for text in texts),
            words={key: said.gettext(text) for key, text in WORDS.items()},
            held_back=HELD_BACK[self.language],
            people=self.people,
            rounds=self.rounds,
        )


def afternoon(language: str) -> Afternoon:
    """The one that stands in the documents."""
    told: dict[str, Any] = tomllib.loads((SAMPLE / f"afternoon.{language}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(told, Afternoon)


def words(text: str) -> str:
    """Without what makes a list, a table or a page of it."""
    return " ".join(re.findall(r"\w+", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_is_what_is_made_now(language: str) -> None:
    made = written(afternoon(language).record(), "md")
    assert (SAMPLE / f"report.{language}.md").read_bytes() == made, "run: make sample"


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_it_says_the_same(language: str) -> None:
    kept, made = (
        words(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
        for pdf in ((SAMPLE / f"report.{language}.pdf").read_bytes(), written(afternoon(language).record(), "pdf"))
    )
    assert kept == made and len(kept) > 2000, "run: make sample"


@pytest.mark.parametrize("language", LANGUAGES)
def test_such_an_afternoon_can_be(language: str) -> None:
    """Nobody recognises a line more often than there are others, a title everybody once, and a question that few
    answered is not told."""
    told = afternoon(language)
    for line in told.wall:
        assert line.recognised < told.people
        if line.lines:
            each = [one.recognised for one in line.lines]
            assert max(each) <= line.recognised <= sum(each)
    assert all(len(texts) >= LEAST for prompt, texts in told.notes.items() if prompt != SEVERAL)
    assert {line.column for line in told.wall} == {column.key for column in load(language).columns}


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in SAMPLE.iterdir()) < MOST_BYTES


def write() -> None:
    """All of it; with the first page as a picture, where the machine has poppler."""
    for language in LANGUAGES:
        record = afternoon(language).record()
        for extension in ("md", "pdf"):
            (SAMPLE / f"report.{language}.{extension}").write_bytes(written(record, extension))
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page"
            paper = SAMPLE / f"report.{language}.pdf"
            subprocess.run(["pdftoppm", "-png", "-r", "60", "-singlefile", "-gray", paper, page], check=True)
            (SAMPLE / f"report.{language}.png").write_bytes(page.with_suffix(".png").read_bytes())


if __name__ == "__main__":
    write()
