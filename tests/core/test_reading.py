from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.programme import KINDS, Step
from workshop.core.reading import (
    NoteFacts,
    ReaderFacts,
    in_download,
    is_open,
    may_read,
    of_the_sheet,
    opened_rounds,
)

NOOR, SEM = 1, 2
TABLE, ELSEWHERE = 10, 20
WRITTEN = 5_000

OWN, THEIRS, LET_IN = frozenset({"noor's"}), frozenset({"sem's"}), frozenset({"let in"})

WRITER = ReaderFacts(NOOR, OWN, TABLE, 1_000)
WRITER_MOVED = ReaderFacts(NOOR, OWN, ELSEWHERE, 9_000)
THAT_IS_ME = ReaderFacts(NOOR, LET_IN | OWN, ELSEWHERE, 9_000)
ANOTHER_PHONE = ReaderFacts(NOOR, LET_IN, TABLE, 9_000)
ANOTHER_PHONE_MOVED = ReaderFacts(NOOR, LET_IN, ELSEWHERE, 1_000)
THERE = ReaderFacts(SEM, THEIRS, TABLE, 1_000)
JUST_THERE = ReaderFacts(SEM, THEIRS, TABLE, WRITTEN)
CAME_LATER = ReaderFacts(SEM, THEIRS, TABLE, WRITTEN + 1)
STRANGER = ReaderFacts(SEM, THEIRS, ELSEWHERE, 1_000)
NOWHERE = ReaderFacts(SEM, THEIRS, None, 1_000)
NOWHERE_IN_HER_NAME = ReaderFacts(NOOR, LET_IN, None, 1_000)

TABLE_OF_READERS = [
    # visibility, reader, may read
    ("me", WRITER, True),
    ("me", WRITER_MOVED, True),
    ("me", THERE, False),
    ("me", STRANGER, False),
    ("me", THAT_IS_ME, True),
    ("me", ANOTHER_PHONE, False),
    ("group", THAT_IS_ME, True),
    ("group", ANOTHER_PHONE, True),
    ("group", ANOTHER_PHONE_MOVED, False),
    ("organiser", THAT_IS_ME, True),
    ("organiser", ANOTHER_PHONE, False),
    ("group", WRITER, True),
    ("group", WRITER_MOVED, True),
    ("group", THERE, True),
    ("group", JUST_THERE, True),
    ("group", CAME_LATER, False),
    ("group", STRANGER, False),
    ("group", NOWHERE, False),
    ("organiser", WRITER, True),
    ("organiser", WRITER_MOVED, True),
    ("organiser", THERE, False),
    ("organiser", STRANGER, False),
]


@pytest.mark.parametrize(("visibility", "reader", "may"), TABLE_OF_READERS)
def test_who_may_read_a_note(visibility, reader, may):
    assert may_read(NoteFacts(NOOR, "noor's", visibility, TABLE, WRITTEN), reader) is may


@pytest.mark.parametrize("visibility", ["me", "group", "organiser"])
def test_a_note_of_no_group_is_not_read_by_others_of_no_group(visibility):
    for reader in (NOWHERE, NOWHERE_IN_HER_NAME):
        assert not may_read(NoteFacts(NOOR, "noor's", visibility, None, WRITTEN), reader)


@pytest.mark.parametrize(("visibility", "there"), [("me", False), ("group", False), ("organiser", True)])
def test_what_the_organiser_gets(visibility, there):
    assert in_download(NoteFacts(NOOR, "noor's", visibility, TABLE, WRITTEN)) is there


ROUND = ("brief", "conversation", "feedback", "notes")
STEPS = tuple(
    [Step("groups", "")] + [Step(kind, "", round=n) for n in (1, 2) for kind in ROUND] + [Step("closing", "")]
)


@pytest.mark.parametrize(
    ("index", "opened"), [(0, []), (1, []), (2, []), (3, [1]), (4, [1]), (6, [1]), (7, [1, 2]), (9, [1, 2])]
)
def test_a_sheet_opens_in_the_feedback_of_its_round(index, opened):
    assert opened_rounds(STEPS, index) == frozenset(opened)


def test_where_feedback_and_notes_were_left_out_the_sheet_opens_after_the_round():
    steps = [step for step in STEPS if step.kind not in ("feedback", "notes")]
    assert [sorted(opened_rounds(steps, index)) for index in range(len(steps))] == [[], [], [], [1], [1], [1, 2]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["client", "professional", "observer", None])
def test_what_is_of_the_sheet(kind, role):
    looks_on = kind in ("conversation", "feedback") and role in ("observer", None)
    assert of_the_sheet(Step(kind, "", round=1), role) is looks_on


def test_a_sheet_is_read_by_others_from_its_feedback_on_and_by_its_writer_always():
    sheet = NoteFacts(NOOR, "noor's", "group", TABLE, WRITTEN, sheet=2)
    for opened, may in ((frozenset(), False), (frozenset({1}), False), (frozenset({1, 2}), True)):
        assert may_read(sheet, replace(THERE, opened=opened)) is may
        assert may_read(sheet, replace(WRITER, opened=opened))
        assert not may_read(sheet, replace(CAME_LATER, opened=opened))


def test_a_sheet_is_in_no_download():
    assert not in_download(NoteFacts(NOOR, "noor's", "organiser", TABLE, WRITTEN, sheet=1))


facts = st.builds(
    NoteFacts,
    writer=st.integers(1, 3),
    circle=st.sampled_from("abc"),
    visibility=st.sampled_from(["me", "group", "organiser"]),
    group=st.sampled_from([None, 10, 20]),
    written_at=st.integers(0, 9),
    sheet=st.sampled_from([None, 1, 2, 3]),
)
readers = st.builds(
    ReaderFacts,
    person=st.integers(1, 3),
    circles=st.frozensets(st.sampled_from("abc")),
    group=st.sampled_from([None, 10, 20]),
    since_ms=st.integers(0, 9),
    opened=st.frozensets(st.integers(1, 3)),
)


@given(facts, readers)
def test_that_it_is_a_sheet_opens_nothing_and_an_open_sheet_is_a_note(note, reader):
    plain = may_read(replace(note, sheet=None), reader)
    assert plain or not may_read(note, reader)
    if is_open(note, reader.opened):
        assert may_read(note, reader) is plain
    elif note.circle not in reader.circles:
        assert not may_read(note, reader)


@given(facts, readers)
def test_nobody_but_its_writer_reads_what_goes_to_the_organiser(note, reader):
    assert not (in_download(note) and note.circle not in reader.circles and may_read(note, reader))


@given(st.integers(0, len(STEPS) - 2))
def test_going_on_closes_no_sheet(index):
    assert opened_rounds(STEPS, index) <= opened_rounds(STEPS, index + 1)
