"""Several workshops in one record: what returns, and that no two choices tell more than the workshops themselves."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.exports.test_exports import record, render, rows_of_csv
from tests.exports.test_report import PAPER, read, squeezed
from tests.hostile import TEXTS
from workshop.exports import FORMATS, WORDS, Note, Post, Reflections, file_name
from workshop.exports import json as json_of
from workshop.exports.across import Returning, Told, each_once, folded, returning, together
from workshop.exports.apart import packed, unpacked
from workshop.exports.figures import figures

TODAY = date(2026, 11, 29)


def of(*rooms: Reflections, with_notes: bool = True, language: str = "en") -> Reflections:
    told = [Told(room, "Zuid", date(2026, 12, 23)) for room in rooms]
    return together(told, title="Zuid", language=language, words={**WORDS}, today=TODAY, with_notes=with_notes)


def room(number: int = 1, **changes: Any) -> Reflections:
    """The room with this number, held on that day of November."""
    facts = {"code": f"{number:08}", "title": f"Workshop {number}", "held_on": date(2026, 11, number)}
    return record(**{**facts, **changes})


NORTH = room(
    3,
    posts=(
        Post("snags", "Time", recognised=7, lines=(Post("snags", "no time"), Post("snags", "TIME!", recognised=4))),
        Post("enthusiastic", "the cards", recognised=2),
    ),
    notes=tuple(Note("change", f"listen {n}") for n in range(5)),
    people=9,
    rounds=3,
)
SOUTH = room(
    2,
    posts=(
        Post("snags", "  time.", "Noor", 3),
        Post("snags", "forms"),
        Post("first_step", "the cards", recognised=1),
    ),
    people=4,
    rounds=3,
)


def test_what_returns_is_the_same_line_or_title_under_the_same_question() -> None:
    assert returning(of(NORTH, SOUTH)) == [Returning("Where does it rub?", "Time", 2, 10)], "and a title once"
    assert returning(of(NORTH)) == [] == returning(of())
    twice = room(4, posts=(Post("snags", "forms"), Post("snags", "Forms")))
    assert returning(of(twice)) == [], "twice in one workshop is no return"
    assert [one.workshops for one in returning(of(twice, SOUTH))] == [2]


def test_lines_that_say_the_same() -> None:
    assert folded("Géén  tijd!") == folded("geen tijd") != folded("geen tijden")
    assert folded("👍") != folded("👎") and folded("نعم") != folded("لا")


def test_what_says_the_same_stands_out_once() -> None:
    snags = each_once([post for post in of(NORTH, SOUTH).posts if post.column == "snags"])
    assert {(one.text, one.recognised, one.workshop) for one in snags} == {("Time", 7, 2), ("forms", 0, 1)}


def test_people_are_rounded_in_each_workshop_before_they_are_added() -> None:
    """Else whoever adds a workshop of four to others would learn of it what it does not tell."""
    assert of(NORTH, SOUTH).people == 5 and of(*(room(n, people=4) for n in range(1, 11))).people == 0


def test_a_question_is_asked_in_the_readers_language_where_one_of_them_has_it() -> None:
    dutch = room(1, language="nl", columns=(("snags", "Wat schuurt er?"), ("more", "Nog meer?")))
    english = room(2, language="en")
    columns = {key: question for key, question, _ in of(dutch, english).wall()}
    assert columns["snags"] == "Where does it rub?" and columns["more"] == "Nog meer?"
    assert {key: question for key, question, _ in of(dutch, english, language="nl").wall()}[
        "snags"
    ] == "Wat schuurt er?"


TEXT, TIMES = st.sampled_from(["a", "B", "b"]), st.integers(0, 9)


def under(column: str) -> st.SearchStrategy[Post]:
    """A line of this column, or a title with lines of it."""
    lines = st.lists(st.builds(Post, st.just(column), TEXT, recognised=TIMES), max_size=2).map(tuple)
    return st.builds(Post, st.just(column), TEXT, recognised=TIMES, lines=lines)


LINES = st.lists(st.sampled_from(["snags", "first_step"]).flatmap(under), max_size=4).map(tuple)
NOTES = st.lists(st.builds(Note, st.sampled_from(["change", "several"]), st.text(max_size=3)), max_size=4).map(tuple)
ROOMS = st.lists(st.tuples(LINES, NOTES, st.integers(0, 30)), min_size=1, max_size=6).map(
    lambda all: [
        room(n, posts=posts, notes=notes, people=people) for n, (posts, notes, people) in enumerate(all, start=1)
    ]
)


def numbers(found: Reflections) -> Counter[str]:
    """Every number that is told, and how often each line is, but for where."""
    counted = figures(found)
    told = Counter({"people": found.people, "rounds": found.rounds})
    for one in (*counted.wall, *counted.shared):
        told.update({f"lines of {one.question}": one.lines, f"recognised of {one.question}": one.recognised})
    told.update(Counter(f"{note.prompt}: {note.text}" for note in found.notes))
    told.update(Counter(f"{post.column}: {post.text}" for post in found.written()))
    return +told


@given(ROOMS, st.data())
def test_whoever_subtracts_one_choice_from_another_learns_what_the_rooms_tell_themselves(
    rooms: list[Reflections], data: st.DataObject
) -> None:
    """For any rooms and any two choices: what the one tells more than the other is what the rooms in between tell, and
    so is what returns, which can be told from their lines alone."""
    some = data.draw(st.lists(st.sampled_from(rooms), unique_by=lambda one: one.code))
    others = [one for one in rooms if one not in some]
    alone: Counter[str] = sum((numbers(one) for one in others), Counter())
    assert numbers(of(*rooms)) - numbers(of(*some)) == alone
    assert numbers(of(*some)) + alone == numbers(of(*rooms))
    for one in returning(of(*rooms)):
        column = next(key for key, question in rooms[0].columns if question == one.question)
        said = [{folded(p.text) for post in r.posts for p in (post, *post.lines) if p.column == column} for r in rooms]
        assert one.workshops == sum(folded(one.text) in texts for texts in said)


@settings(max_examples=30)
@given(ROOMS, st.randoms())
def test_the_order_in_which_rooms_are_found_tells_nothing(rooms: list[Reflections], dice: Any) -> None:
    shuffled = rooms[:]
    dice.shuffle(shuffled)
    assert of(*shuffled) == of(*rooms)


@settings(max_examples=30)
@given(ROOMS)
def test_what_a_room_holds_back_is_in_no_sum(rooms: list[Reflections]) -> None:
    """The record is made of what rooms tell; a leader's has no note at all, and does not say how many there are."""
    leaders = of(*(replace(one, notes=()) for one in rooms), with_notes=False)
    assert not leaders.notes and not leaders.held_back and not sum(one.notes for one in leaders.workshops)
    assert figures(leaders).wall == figures(of(*rooms)).wall


def test_every_file_says_where_a_line_was_written() -> None:
    both = unpacked(packed(of(NORTH, SOUTH)))
    assert both == of(NORTH, SOUTH), "as a process of its own reads it"
    rows = rows_of_csv(both)
    assert {(row["workshop"], row["held_on"]) for row in rows if row["text"] == "forms"} == {
        ("Workshop 2", "2026-11-02")
    }
    assert len(rows) == 12 and all(row["workshop"] for row in rows)
    told = json.loads(render("json", both))
    Draft202012Validator(json_of.schema()).validate(told)
    assert [one["number"] for one in told["workshops"]] == [1, 2] and told["code"] == ""
    assert [one["workshops"] for one in told["returning"]] == [2]
    assert told["notes"][0]["workshops"] == [2] * 5
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx", both)))
    assert [sheet.title for sheet in book] == ["Wall", "Shared notes", "What returns", "Workshops", "Figures"]
    assert [cell.value for cell in book["Wall"][1]][5:] == ["Workshop", "Date"]
    assert book["Workshops"]["A2"].value == "Workshop 2" and book["Workshops"]["D2"].value == WORDS["people_few"]


@pytest.mark.parametrize("extension", PAPER)
def test_a_report_says_what_returns_and_of_which_workshops_it_is(extension: str) -> None:
    text = squeezed(read(extension, of(NORTH, SOUTH)))
    words = [WORDS[name] for name in ("what_several", "only_there", "each_rounded", "returns")]
    for part in (*words, "2 November 2026 – 3 November 2026"):
        assert squeezed(part) in text, part
    assert text.count(squeezed("Workshop 2, 2 November 2026")) >= 3


@pytest.mark.parametrize("extension", FORMATS)
def test_no_workshop_and_hostile_ones_give_a_file(extension: str) -> None:
    assert render(extension, of())
    hostile = [
        room(1 + n % 28, code=f"{n:08}", title=text, posts=(Post("snags", text),), notes=(Note("change", text),))
        for n, text in enumerate(TEXTS)
    ]
    assert render(extension, of(*hostile))


def test_a_file_of_several_has_a_name() -> None:
    assert file_name(of(NORTH, SOUTH), "pdf") == "reflections-zuid-2026-11-03.pdf"
    assert file_name(replace(of(), title="👍"), "csv") == "reflections-all-2026-11-29.csv"
