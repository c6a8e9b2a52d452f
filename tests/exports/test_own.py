"""One's own afternoon as files: the same words in each, and whatever somebody typed is text."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from tests.hostile import TEXTS
from workshop.exports import typeset
from workshop.exports.own import Item, Own, Part, contents, markdown
from workshop.exports.record import printable
from workshop.exports.typeset import AND_MORE, MOST_NAMED, MOST_TRIES, laid_out

MARKDOWN = (
    "# no heading", "- no list", "+ nor this", "= a line under", "3. no third", "12) no twelfth", "> no quotation",
    "    no code", "\tnor this", "```", "**not bold** _nor this_", "[no](https://example.org) link", "<https://a.example>",
    "![no](x) picture", "a | b", "~~there~~", "&lt;", "\\", "ends in one \\", "---", "***",
    "two\nlines", "two\n\nparts",
)  # fmt: skip


def own(*texts: str) -> Own:
    """Somebody wrote these, and all else is called after the first of them."""
    first = texts[0]
    return Own(first, first, "nl", (Part(first, tuple(Item(first, text, first) for text in texts)),), (first,))


def words(text: str) -> list[str]:
    """What of a text can be seen, however it is spaced."""
    return printable(text).split()


@pytest.mark.parametrize("text", [*TEXTS, *MARKDOWN], ids=range(len(TEXTS) + len(MARKDOWN)))
def test_whatever_was_typed_is_text_in_markdown(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(markdown(own(text)).decode())
    parts = re.findall(r"<h1>(.*?)</h1>|<h2>(.*?)</h2>|<strong>(.*?)</strong>|<em>(.*?)</em>", html, re.DOTALL)
    quoted = re.findall(r"<blockquote>(.*?)</blockquote>", html, re.DOTALL)
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "p", "strong", "em", "blockquote", "br", "hr"}, html
    assert len(parts) == 4 and len(quoted) == 1, html
    for found in (*("".join(one) for one in parts), quoted[0]):
        assert words(unescape(re.sub(r"</?(?:p|br|strong|em)>|<br />", " ", found))) == words(text)


def test_lines_stay_lines_in_markdown() -> None:
    html = MarkdownIt().render(markdown(own("one\ntwo\n\nthree")).decode())
    assert "<blockquote>\n<p>one<br />\ntwo</p>\n<p>three</p>\n</blockquote>" in html


def test_the_pdf_has_the_same_words_and_is_tagged() -> None:
    record = own("Eén regel", "Twee\nregels", "*geen* #nadruk $x$ @hier", "{{ 7 * 7 }} ${7*7}")
    lacking, pdf = laid_out(contents(record), "own.typ")
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages).split()
    assert not lacking
    for item in record.parts[0].items:
        assert " ".join(item.text.split()) in " ".join(text)
    assert "/StructTreeRoot" in reader.trailer["/Root"] and reader.trailer["/Root"]["/Lang"] == "nl"


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_pdf_comes_of_whatever_was_typed(text: str) -> None:
    _, pdf = laid_out(contents(own(text)), "own.typ")
    assert PdfReader(io.BytesIO(pdf)).pages


def test_letters_that_no_typeface_has_are_named_wherever_they_stand() -> None:
    """Also where their word has others."""
    written = "één ’s zo \U00020000", "wel niet", "voor\U00020001achter “één”", "weer \U00020000 en \U00020002"
    lacking, _ = laid_out(contents(own(*written)), "own.typ")
    assert sorted(lacking) == ["\U00020000", "\U00020001", "\U00020002"]


def test_of_many_letters_that_no_typeface_has_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is looked for by compiling, and the machine does that for one person at a time."""
    compiled: list[None] = []
    compile = typeset.typst.compile
    monkeypatch.setattr(typeset.typst, "compile", lambda *a, **more: compiled.append(None) or compile(*a, **more))
    rare = " ".join(map(chr, range(0x20000, 0x20000 + 999)))
    lacking, pdf = laid_out(contents(own(rare)), "own.typ")
    assert len(compiled) <= MOST_TRIES + 2 and pdf
    assert lacking[-1] == AND_MORE and len(lacking) > 5 and set(lacking[:-1]) <= set(rare)
    lacking, _ = laid_out(contents(own(rare.replace(" ", ""))), "own.typ")
    assert lacking[-1] == AND_MORE and sum(map(len, lacking)) <= MOST_NAMED + 1
