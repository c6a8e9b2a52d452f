import pytest

from workshop.core.reading import NoteFacts, ReaderFacts, in_download, may_read

NOOR, SEM = 1, 2
TABLE, ELSEWHERE = 10, 20
WRITTEN = 5_000

WRITER = ReaderFacts(NOOR, TABLE, 1_000)
WRITER_MOVED = ReaderFacts(NOOR, ELSEWHERE, 9_000)
THERE = ReaderFacts(SEM, TABLE, 1_000)
JUST_THERE = ReaderFacts(SEM, TABLE, WRITTEN)
CAME_LATER = ReaderFacts(SEM, TABLE, WRITTEN + 1)
STRANGER = ReaderFacts(SEM, ELSEWHERE, 1_000)
NOWHERE = ReaderFacts(SEM, None, 1_000)

TABLE_OF_READERS = [
    # visibility, reader, may read
    ("me", WRITER, True),
    ("me", WRITER_MOVED, True),
    ("me", THERE, False),
    ("me", STRANGER, False),
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
    assert may_read(NoteFacts(NOOR, visibility, TABLE, WRITTEN), reader) is may


@pytest.mark.parametrize("visibility", ["me", "group", "organiser"])
def test_a_note_of_no_group_is_not_read_by_others_of_no_group(visibility):
    assert not may_read(NoteFacts(NOOR, visibility, None, WRITTEN), NOWHERE)


@pytest.mark.parametrize(("visibility", "there"), [("me", False), ("group", False), ("organiser", True)])
def test_what_the_organiser_gets(visibility, there):
    assert in_download(NoteFacts(NOOR, visibility, TABLE, WRITTEN)) is there
