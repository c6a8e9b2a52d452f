"""The report as Markdown, as a document and on paper, read back: they say the same, and what people wrote is text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree
from markdown_it import MarkdownIt
from pypdf import PdfReader

from tests.exports.test_exports import hostile_record, printed, record, render, themed, together
from tests.hostile import TEXTS
from workshop.exports import MANY, WORDS, Note, Post, Reflections, in_order
from workshop.exports.apart import packed, unpacked
from workshop.exports.figures import figures, strongest

PAPER = ("md", "docx", "pdf")
AFTERNOON = record(
    posts=(
        *(Post("enthusiastic", f"keen on number {n}", recognised=n) for n in range(5)),
        together(),
        Post("snags", "forms", "Noor", 4),
        Post("first_step", "ask an open question"),
    ),
    notes=(Note("change", "listen longer"), Note("change", "fewer papers on the table")),
    held_back="Notes come later.",
    people=41,
    rounds=3,
)


def squeezed(text: str) -> str:
    """Without white space and what no eye sees: a line on paper breaks where it must."""
    return re.sub(r"[\s\u200b\u2028\u2066-\u2069\u202a-\u202e\ufeff\u00ad]", "", text)


def of_markdown(data: bytes) -> Iterator[str]:
    for token in MarkdownIt("commonmark").enable("table").parse(data.decode()):
        assert token.type not in ("html_block", "code_block", "fence", "hr"), token
        for part in token.children or ():
            assert part.type in ("text", "softbreak", "hardbreak", "em_open", "em_close", "text_special"), part
        if token.type == "inline":
            yield "".join(
                part.content if part.content else "\n" for part in token.children or () if "em_" not in part.type
            )


def of_document(data: bytes) -> Iterator[str]:
    for part in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, Table):
            yield from (Paragraph(p, None).text for p in part._tbl.iter(qn("w:p")))  # type: ignore[arg-type]
        else:
            yield part.text


def of_paper(data: bytes) -> Iterator[str]:
    yield from (page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


READERS = {"md": of_markdown, "docx": of_document, "pdf": of_paper}


def read(extension: str, of: Reflections) -> str:
    """Everything that stands in a report, as someone else's program reads it."""
    return "\n".join(READERS[extension](render(extension, of)))


@pytest.mark.parametrize("extension", PAPER)
def test_a_report_has_every_line_and_the_same_figures(extension: str) -> None:
    text = squeezed(read(extension, AFTERNOON))
    lines = [line.text for line in AFTERNOON.written()] + [note.text for note in AFTERNOON.notes]
    said = [*AFTERNOON.words.values()]
    assert not [line for line in lines if squeezed(line) not in text]
    for one in ("atleast40", "Lines:5.Timesrecognised:10.", "Lines:3.Timesrecognised:6.", "Recognisedby4."):
        assert one in text
    assert squeezed("Lines that the workshop leader put together: 2.") in text and "Noteslater" not in text
    assert "Notescomelater." in text and squeezed(AFTERNOON.words["left_out"]) in text and said


@pytest.mark.parametrize("extension", PAPER)
def test_a_report_has_the_organisers_themes_in_short_and_in_full_and_how_the_clock_went(extension: str) -> None:
    text = squeezed(read(extension, themed()))
    for one in ("themes_are", "chart_times", "minutes_are"):
        assert text.count(squeezed(WORDS[one])) == 1
    assert text.count("Lines:2.Timesrecognised:3.") == 2, "of the theme, once in short and once over its lines"
    assert "Empty" not in text
    assert text.count("notime") == 3, "in short beside its title, under its theme, and on the wall"
    in_theme = text[text.index(squeezed(WORDS["themes_are"])) : text.index(squeezed(WORDS["all_wall"]))]
    assert in_theme.index("Time") < in_theme.index("planit") < in_theme.index("Paper") < in_theme.index("forms")
    assert "Noor" in in_theme and "Yourfirststep?" in in_theme
    clock = re.sub(r"\|", "", text[text.rindex(squeezed(WORDS["minutes_are"])) :])
    assert re.search(r"Why2524Talk·round257Awalk10Intotal3041", clock), clock


@pytest.mark.parametrize("extension", PAPER)
def test_a_report_without_themes_and_without_a_clock_says_nothing_of_them(extension: str) -> None:
    text = squeezed(read(extension, AFTERNOON))
    assert not [one for one in ("themes", "themes_are", "chart_times", "minutes_are") if squeezed(WORDS[one]) in text]


def test_the_picture_of_the_clock_has_words() -> None:
    document = Document(io.BytesIO(render("docx", themed())))
    assert WORDS["chart_times_alt"] in [p.get("descr") for p in document.element.body.xpath(".//wp:docPr")]
    assert WORDS["chart_times_alt"] in tags_of(render("pdf", themed()))[1]


@pytest.mark.parametrize("extension", PAPER)
def test_a_report_of_the_leader_has_no_notes(extension: str) -> None:
    text = squeezed(read(extension, record(posts=AFTERNOON.posts)))
    assert "forms" in text
    for name in ("all_notes", "shared", "no_notes", "notes_are"):
        assert squeezed(AFTERNOON.words[name]) not in text


@pytest.mark.parametrize(
    "text", ["1. Listen", "12) two", "2026. A year", "- so", "+ and", "= is", "# heading", "3-4 days"]
)
def test_a_line_that_begins_like_markup_is_text_in_markdown(text: str) -> None:
    of = record(posts=(Post("snags", text),))
    assert f"<li>{text}</li>" in MarkdownIt("commonmark").render(render("md", of).decode())


def test_a_document_speaks_the_language_of_its_room_in_one_typeface() -> None:
    document = Document(io.BytesIO(render("docx", AFTERNOON)))
    styles = document.styles
    assert {lang.get(qn("w:val")) for lang in styles.element.iter(qn("w:lang"))} == {AFTERNOON.language}
    used = {Paragraph(one, document).style.name for one in document.element.iter(qn("w:p"))}
    assert {"Cell", "Normal"} <= used
    for style in (styles[name] for name in used):
        while style.base_style is not None:
            style = style.base_style
        assert style.name == "Normal"


@pytest.mark.parametrize("extension", ["md", "docx"])
def test_every_hostile_text_is_text(extension: str) -> None:
    found = [squeezed(part) for part in READERS[extension](render(extension, hostile_record()))]
    for text in TEXTS:
        assert len([part for part in found if part.startswith(squeezed(printed(text)))]) >= 4, text


def test_on_paper_every_hostile_text_is_text() -> None:
    """A typeface need not have each sign; but what was meant as a mark stands there as it was typed."""
    text = squeezed(read("pdf", hostile_record()))
    for one in TEXTS:
        if one.isascii() and printed(one).isascii():
            assert squeezed(printed(one)) in text
    assert squeezed(AFTERNOON.words["signs"]) in text
    assert not [
        a for page in PdfReader(io.BytesIO(render("pdf", hostile_record()))).pages for a in page.get("/Annots", ())
    ]


@pytest.mark.parametrize("extension", PAPER)
def test_an_afternoon_on_which_nobody_wrote_is_told_as_one(extension: str) -> None:
    text = squeezed(read(extension, record(held_back="Notes come later.")))
    assert "fewerthanfive" in text and squeezed(AFTERNOON.words["no_notes"]) in text
    assert text.count(squeezed(AFTERNOON.words["nothing"])) == 6  # three questions, in short and in full
    assert squeezed(AFTERNOON.words["chart_recognised"]) not in text, "there is no chart"


def test_the_document_has_headings_tables_and_pictures_in_words() -> None:
    data = render("docx", AFTERNOON)
    document = Document(io.BytesIO(data))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Title") == 1 and styles.count("Heading 1") == 6 and styles.count("Heading 2") == 7
    heads = [table._tbl.tr_lst[0].xpath("./w:trPr/w:tblHeader") for table in document.tables]
    assert [bool(head) for head in heads] == [False, True, True, True, True, True], "facts have no head"
    pictures = document.element.body.xpath(".//wp:docPr")
    assert [p.get("descr") for p in pictures] == [
        AFTERNOON.words["chart_written_alt"], AFTERNOON.words["chart_recognised_alt"],
    ]  # fmt: skip
    assert document.core_properties.title == AFTERNOON.title and document.core_properties.language == "nl"
    assert document.styles["Normal"].element.xpath("./w:rPr/w:lang/@w:val") == ["nl"]


def test_the_document_tells_no_moment_and_nobody() -> None:
    with zipfile.ZipFile(io.BytesIO(render("docx", AFTERNOON))) as file:
        assert {info.date_time for info in file.infolist()} == {(2026, 11, 23, 0, 0, 0)}
        about = etree.fromstring(file.read("docProps/core.xml"))
    told = {element.tag.rpartition("}")[2]: element.text for element in about}
    assert told["created"] == told["modified"] == "2026-11-23T00:00:00Z"
    assert not told["creator"] and not told.get("lastModifiedBy")


def test_on_paper_the_first_page_says_it_all_and_keeps_to_the_standard() -> None:
    data = render("pdf", AFTERNOON)
    book = PdfReader(io.BytesIO(data))
    root: Any = book.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data and root["/MarkInfo"]["/Marked"] and root["/Lang"] == "nl"
    assert book.metadata is not None and book.metadata.title == AFTERNOON.title
    front, second = (squeezed(page.extract_text()) for page in book.pages[:2])
    for question in ("Whatareyoukeenon?", "Wheredoesitrub?", "Yourfirststep?", "forms", "askanopenquestion"):
        assert question in front
    assert squeezed(AFTERNOON.words["chart_written"]) in second


def tags_of(data: bytes) -> tuple[dict[str, int], list[str]]:
    """How many tags there are of each kind in a PDF, and the texts that stand for pictures."""
    kinds: dict[str, int] = {}
    alts: list[str] = []

    def walk(element: Any) -> None:
        element = element.get_object()
        if isinstance(element, list):
            for one in element:
                walk(one)
        elif isinstance(element, dict):
            kind = str(element.get("/S", ""))
            kinds[kind] = kinds.get(kind, 0) + 1
            alts.extend([str(element["/Alt"])] if "/Alt" in element else [])
            if "/K" in element:
                walk(element["/K"])

    root: Any = PdfReader(io.BytesIO(data)).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return kinds, alts


def test_tags_are_headings_tables_and_charts_in_words() -> None:
    kinds, alts = tags_of(render("pdf", AFTERNOON))
    assert kinds["/H1"] == 1 and kinds["/H2"] == 6 and kinds["/H3"] == 7
    assert kinds["/Table"] == 5 and kinds["/TH"] == 4 + 3 + 3 * 2
    assert alts == [AFTERNOON.words["chart_written_alt"], AFTERNOON.words["chart_recognised_alt"]]
    data = render("pdf", themed())
    kinds, alts = tags_of(data)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data and kinds["/H2"] == 8 and kinds["/Table"] == 2 + 2 + 2 + 1
    assert alts[-1] == WORDS["chart_times_alt"]


def test_the_first_page_is_one_page_however_much_was_written() -> None:
    long = tuple(Post(column, "w" * 20 + " " + "long words " * 23, recognised=1) for column in ("snags", "first_step"))
    first, second, *_ = of_paper(render("pdf", record(posts=long * 20, title="A title that is long " * 6)))
    assert squeezed(AFTERNOON.words["in_short"]) in squeezed(first)
    assert squeezed(AFTERNOON.words["chart_written"]) in squeezed(second)


def test_what_stands_out_was_recognised_most() -> None:
    posts = list(AFTERNOON.posts)
    keen = [post for post in posts if post.column == "enthusiastic"]
    assert [post.recognised for post in strongest(keen)] == [4, 3, 2]
    assert strongest([Post("snags", str(n)) for n in range(4)]) == [], "none before another"
    assert len(strongest([Post("snags", str(n)) for n in range(3)])) == 3, "so few that all can stand there"
    assert strongest([*keen[:1], *(Post("snags", str(n)) for n in range(4)), together()])[0].text == "Time"


def test_people_are_told_in_fives() -> None:
    assert [figures(record(people=n)).people for n in (0, 4, 5, 9, 10, 41)] == [0, 0, 5, 5, 10, 40]


def test_a_record_travels_to_the_program_that_makes_a_file_of_it() -> None:
    for of in (AFTERNOON, hostile_record(), themed(), record(prompts={"x": "half a pair \ud83d"})):
        assert unpacked(packed(of)) == of


def test_whoever_makes_a_record_of_thousands_of_lines_lets_others_go_on() -> None:
    breaths: list[None] = []
    notes = [Note("tip", f"Line {n * 7919 % 3000}") for n in range(3000)]
    of = record(notes=in_order(notes, lambda: breaths.append(None)))
    assert list(of.notes) == sorted(notes, key=lambda note: note.text.casefold()) and len(breaths) == 3000 / MANY
    breaths.clear()
    assert unpacked(packed(of, lambda: breaths.append(None))) == of and len(breaths) >= 3000 / MANY
