"""The organiser's own themes: which lines go under one, and when they leave it again."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace as with_

from workshop.core.errors import Refused
from workshop.room.ledger import Ledger
from workshop.room.room import KINDS, Person, Post, Room
from workshop.room.table import Table
from workshop.rooms import themes, wall
from workshop.rooms.change import Change
from workshop.rooms.circles import Writer
from workshop.rooms.erasing import erase_person
from workshop.rooms.recording import begin_anew

TABLES: dict[str, Any] = {name: Table({}) for name, _ in KINDS.values()}
EMPTY = replace(
    Room(**{field.name: TABLES.get(field.name, 1) for field in fields(Room)}),
    closed=False, wall={"concealed": False, "spotlight": None}, undo=[], extras=[], pack="en", steps=[], way_back=[],
    clock={"state": "idle", "length": 60, "left": 0},
)  # fmt: skip
PEOPLE = (Person(1, "Noor", None, 0), Person(2, "Sem", None, 0), Person(3, "S", None, 0, simulated=True))
POSTS = (
    Post("own", "snags", "no time", 1, person_id=1, circle="a"),
    Post("other", "first_step", "plan it", 2, person_id=2, circle="b"),
    Post("title", "snags", "Agenda", 3),
    Post("under", "snags", "too full", 4, person_id=2, circle="b", bundle="title"),
    Post("under too", "snags", "too many", 5, person_id=1, circle="a", bundle="title"),
    Post("hidden", "snags", "off the wall", 6, person_id=2, circle="b", hidden=True),
    Post("simulated", "snags", "by nobody", 7, person_id=3, circle="c"),
)


@pytest.fixture
def change() -> Change:
    """A change of a room that is closing, with lines on its wall, of which one was written in a rehearsal."""
    numbers = count(1)
    ledger = Ledger(EMPTY, lambda kind: next(numbers))
    ledger.put(*PEOPLE, *POSTS)
    return Change(ledger, 10)


def under(change: Change) -> dict[str, set[str]]:
    """What stands under each theme."""
    room = change.value
    return {theme.name: {post.id for post in room.posts.where("theme", theme.id)} for theme in room.themes}


def test_lines_of_any_question_go_under_a_theme_and_under_one_at_most(change: Change) -> None:
    time = themes.put_under(change, ["own", "other"], "Time")
    assert under(change) == {"Time": {"own", "other"}}
    assert themes.put_under(change, ["under"], "TIME") == time, "the name of one that is there"
    themes.put_under(change, ["own"], "Paper")
    assert under(change) == {"Time": {"other", "under"}, "Paper": {"own"}}
    assert not change.news, "nobody in the room hears of it"


def test_a_title_stands_for_the_lines_under_it(change: Change) -> None:
    themes.put_under(change, ["title"], "Time")
    assert under(change) == {"Time": {"under", "under too"}}
    assert change.value.posts["under"].bundle == "title", "the leader's grouping stays"


@pytest.mark.parametrize("post", ["hidden", "simulated", "none"])
def test_what_the_organiser_does_not_see_goes_nowhere(change: Change, post: str) -> None:
    with pytest.raises(Refused, match="not_found"):
        themes.put_under(change, [post], "Time")
    assert not change.value.themes


def test_lines_are_taken_out_and_themes_renamed_and_removed(change: Change) -> None:
    time, paper = themes.put_under(change, ["own", "other"], "Time"), themes.put_under(change, ["under"], "Paper")
    themes.take_out(change, ["own", "under too"])
    themes.rename(change, time.id, "No time")
    themes.rename(change, time.id, "no time")
    assert under(change) == {"no time": {"other"}, "Paper": {"under"}}
    with pytest.raises(Refused, match="invalid"):
        themes.rename(change, time.id, "PAPER")
    themes.remove(change, paper.id)
    assert under(change) == {"no time": {"other"}} and change.value.posts["under"].theme is None
    assert len(change.value.posts) == len(POSTS)
    for late in (lambda: themes.remove(change, paper.id), lambda: themes.rename(change, paper.id, "x")):
        with pytest.raises(Refused, match="not_found"):
            late()


def test_there_are_bounds(change: Change) -> None:
    for n in range(themes.MOST):
        themes.put_under(change, ["own"], f"theme {n}")
    with pytest.raises(Refused, match="too_large"):
        themes.put_under(change, ["own"], "one more")
    themes.put_under(change, ["other"], "theme 0")
    for name in ("", "x" * (themes.LONGEST + 1)):
        with pytest.raises(Refused, match="invalid"):
            themes.put_under(change, ["own"], name)
    assert len(change.value.themes) == themes.MOST


def test_before_the_closing_there_are_none(change: Change) -> None:
    change.set(batches=0)
    with pytest.raises(Refused, match="invalid"):
        themes.put_under(change, ["own"], "Time")
    change.set(closed=True)
    assert themes.put_under(change, ["own"], "Time")


def test_a_line_leaves_its_theme_when_its_writer_takes_it_back_changes_it_or_goes(change: Change) -> None:
    themes.put_under(change, ["own", "other", "under", "under too"], "Time")
    noor = Writer(1, "a")
    wall.post(change, noor, "own", "snags", "no time", signed=True)
    assert "own" in under(change)["Time"], "it says the same"
    wall.post(change, noor, "own", "snags", "no time at all", signed=True)
    wall.post(change, noor, "under too", "snags", "", signed=False)
    assert under(change) == {"Time": {"other", "under"}}
    erase_person(change, 2)
    assert under(change) == {"Time": set()}


def test_the_themes_of_a_rehearsal_go_with_it(change: Change) -> None:
    themes.put_under(change, ["own"], "Time")
    change.put(*(with_(person, simulated=True) for person in PEOPLE))
    begin_anew(change)
    assert not change.value.themes and not [post for post in change.value.posts if post.theme]
