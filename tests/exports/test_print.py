"""The printed set, read back: everything is on it, in both languages, and what someone typed stays text."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from live import PATIENCE
from msgspec.inspect import ListType, Metadata, StructType, UnionType, type_info
from pypdf import PdfReader

import workshop
from tests.hostile import NO_LETTER, ROOMS, TEXTS
from workshop import content
from workshop.content import Pack
from workshop.core.programme import ROUND_KINDS, Step, unroll
from workshop.exports.print import ROLES, Printed, contents
from workshop.exports.record import printable
from workshop.web import printing

BEFORE_TABLES, AFTER_TABLES = 2, 15
"""Pages: for the leader, the way in; together, guide, three roles, eight cards on four sheets, the two to write on."""


@cache
def words(language: str) -> dict[str, str]:
    app = Flask(workshop.__name__)
    Babel(app)
    with app.app_context(), force_locale(language):
        return printing.words()


def room(pack: Pack, **changes: Any) -> Printed:
    facts = {
        "title": "Samen leren in Zuid", "code": "1234 5678", "join": "https://workshop.example.org/r/12345678#k=secret",
        "address": "workshop.example.org", "tables": 2, "erased_on": "23 december 2026",
        "steps": unroll(pack.programme("full")), "words": words(pack.language if pack.language == "nl" else "en"),
    }  # fmt: skip
    return Printed(**{**facts, **changes})


def laid_out(pack: Pack, room: Printed) -> printing.Set:
    """As the workshop does it: by a process of its own, which gives its memory back."""
    return printing.Set.of(printing.laid_out_apart(contents(pack, room), seconds=2 * int(PATIENCE)))


def render(pack: Pack, room: Printed) -> bytes:
    return laid_out(pack, room).pdf


@cache
def shipped(language: str) -> bytes:
    pack = content.load(language)
    return render(pack, room(pack))


def read(pdf: bytes) -> list[str]:
    """The text of each page, with one space where there is any."""
    return [plain(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def keeps_to_ua(pdf: bytes) -> bool:
    return b"<pdfuaid:part>1</pdfuaid:part>" in pdf


@pytest.mark.parametrize("language", content.SHIPPED)
def test_the_file_is_tagged_and_says_its_title_and_language(language: str) -> None:
    pdf = shipped(language)
    book = PdfReader(io.BytesIO(pdf))
    root: Any = book.trailer["/Root"]
    assert keeps_to_ua(pdf) and root["/MarkInfo"]["/Marked"] and root["/Lang"] == language
    assert book.metadata and book.metadata.title == "Samen leren in Zuid"
    fonts: Any = book.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert {str(font["/BaseFont"]).partition("+")[2] for font in fonts.values()} == {
        "AtkinsonHyperlegible-Regular", "AtkinsonHyperlegible-Bold",
    }  # fmt: skip


@pytest.mark.parametrize("language", content.SHIPPED)
def test_there_is_a_page_for_everything(language: str) -> None:
    pages = read(shipped(language))
    assert len(pages) == BEFORE_TABLES + 2 + AFTER_TABLES
    assert "1234 5678" in pages[1] and "workshop.example.org" in pages[1] and "23 december 2026" in pages[1]
    for number in (1, 2):
        assert str(number) in pages[1 + number]
    assert [page for page in pages if plain(content.load(language).credit.line) not in page] == []


@pytest.mark.parametrize("language", content.SHIPPED)
def test_every_card_and_every_line_of_a_role_is_on_it(language: str) -> None:
    pack, pages = content.load(language), read(shipped(language))
    roles = dict(zip(ROLES, pages[6:9], strict=True))
    for key, page in roles.items():
        role = pack.role(key)
        cards = [getattr(role, kind) for kind in ROUND_KINDS]
        lines = [line for card in cards for section in card.more for line in (section.title, *section.lines)]
        assert [
            line for line in (role.name, role.now, *(card.line for card in cards), *lines) if line not in page
        ] == []
    cards = [(card.title, card.line, card.questions) for card in pack.topics]
    cards += [(c.title, c.line, [ln for s in c.back for ln in (s.title, *s.lines)])
              for c in (*pack.conversation_cards, *pack.other_conversations)]  # fmt: skip
    for number, (title, line, behind) in enumerate(cards):
        front, back = pages[9 + number // 2 * 2 : 11 + number // 2 * 2]
        assert title in front and line in front and title in back
        assert [text for text in behind if text not in back] == []


@pytest.mark.parametrize("language", content.SHIPPED)
def test_there_is_a_place_for_everything_one_is_asked_to_write(language: str) -> None:
    pack, pages = content.load(language), read(shipped(language))
    sheet, own = pages[-2:]
    assert [c.label for c in pack.sheet.counters if c.label not in sheet] == []
    assert [p.label for p in pack.asked("conversation", "observer") if p.label not in sheet] == []
    everyone = [p for p in pack.prompts if any(a.role is None for a in p.asked)]
    assert [p.label for p in everyone if p.label not in own] == []
    assert pack.reminder in sheet and pack.reminder in own


@pytest.mark.parametrize("language", content.SHIPPED)
def test_the_guide_is_on_it_and_leads_to_the_makers(language: str) -> None:
    pack = content.load(language)
    page = read(shipped(language))[5]
    assert pack.guide
    assert [line for part in pack.guide.parts for line in (part.title, *part.lines) if line not in page] == []
    assert pack.credit.address.partition("://")[2] in page.replace(" ", "") and pack.credit.site


def test_a_pack_without_a_guide_has_no_sheet_of_it_and_each_table_has_its_number() -> None:
    pack = content.load("nl")
    pages = read(render(msgspec.structs.replace(pack, guide=None), room(pack, tables=12)))
    assert len(pages) == BEFORE_TABLES + 12 + AFTER_TABLES - 1 and "De handleiding" not in pages[0]
    assert "Tafel 12" in pages[13]


def test_who_comes_in_reads_what_we_will_do() -> None:
    page = read(shipped("en"))[1]
    assert "What we will do" in page and "Practice in threes, 3 × 35 min" in page
    titles = [step.title for step in content.load("en").programme("full") if step.kind not in ("welcome", *ROUND_KINDS)]
    assert [title for title in titles if title not in page] == []


def test_the_leader_sees_the_whole_programme_and_what_to_print() -> None:
    pack = content.load("en")
    page = read(shipped("en"))[0]
    assert [part.title for part in pack.programme("full") if part.title not in page] == []
    assert "Round 2 of 3" in page and "Round 3 of 3" in page
    assert "Table numbers 3–4 1 ×" in page and "Cards 10–17 2 ×" in page and "My own sheet 19 6 ×" in page


def test_rounds_that_something_lies_between_are_counted_apart_for_whoever_takes_part() -> None:
    pack = content.load("en")
    steps = unroll(pack.programme("triads"))
    second = next(at for at, step in enumerate(steps) if step.round == 2)
    with_tea = room(pack, steps=(*steps[:second], Step("break", "Tea", 600), *steps[second:]))
    titles = [line["title"] for line in msgspec.json.decode(contents(pack, with_tea))["plan"]]
    assert titles[titles.index("Tea") - 1 :][:3] == ["Practice in threes, 1 ×", "Tea", "Practice in threes, 2 ×"]


def called(pack: Pack, titles: tuple[str, ...]) -> tuple[Step, ...]:
    """A programme of steps with these titles."""
    talk = unroll(pack.programme("full"))[1]
    return tuple(replace(talk, title=title) for title in titles)


def test_titles_are_text_whatever_they_are_and_what_no_typeface_has_is_named() -> None:
    pack = content.load("en")
    texts = [text for text in TEXTS if not text.isascii() or not text.isprintable()] + [one["title"] for one in ROOMS]
    odd = tuple(printable(text)[:40] for text in texts)
    made = laid_out(pack, room(pack, title=f"Zuid {NO_LETTER}", steps=called(pack, odd), tables=1))
    pages = read(made.pdf)
    assert len(pages) >= BEFORE_TABLES + 1 + AFTER_TABLES and pack.sheet.title in pages[-2]
    assert {"Çelik-van ’t Hof", "Łukasz & İbrahim’s «Strauß»"} <= {one for one in odd if one in " ".join(pages[:2])}
    assert NO_LETTER in made.lacking and not set(made.lacking) & set("Çelik-van ’t Hof") - {" "}


def test_titles_are_not_read_as_markup() -> None:
    pack = content.load("en")
    titles = ('#panic("boo")', "*bold* _it_ $x$ = head", '#{sys.inputs} \\ // "', "@label <tag> [x]")
    made = laid_out(pack, room(pack, title=" ".join(titles), steps=called(pack, titles), tables=1))
    assert keeps_to_ua(made.pdf) and made.lacking == ""
    pages = read(made.pdf)
    assert " ".join(titles) in pages[1] and [title for title in titles if title not in pages[0]] == []


def test_the_same_room_gives_the_same_bytes() -> None:
    pack = content.load("nl")
    assert render(pack, room(pack)) == shipped("nl")


def fullest(type_: Any, value: Any) -> Any:
    """A value of a pack with every text and every list as long as it may be."""
    match type_:
        case Metadata():
            return fullest(type_.type, value)
        case StructType():
            kinds = {field.encode_name: field.type for field in type_.fields}
            return {name: fullest(kinds[name], entry) for name, entry in value.items()}
        case ListType(max_length=high):
            items = [fullest(type_.item_type, entry) for entry in value]
            return (items * high)[:high] if items else items
        case UnionType():
            return value
    if isinstance(value, str) and getattr(type_, "max_length", None) and value:
        return (value + " en dat dan nog een keer" * 20)[: type_.max_length].strip()
    return value


def test_the_wordiest_pack_there_can_be_is_printed_too() -> None:
    shape = msgspec.to_builtins(content.load("nl"))
    kept = {name: shape[name] for name in ("programmes", "drawings", "slides")}
    pack = msgspec.convert(fullest(type_info(Pack), shape) | kept, Pack)
    pdf = render(pack, replace(room(pack), title=("Een lange titel " * 8)[:120]))
    assert keeps_to_ua(pdf)
    text = " ".join(read(pdf))
    assert pack.roles.professional.conversation.more[5].title in text and pack.topics[5].questions[5] in text
