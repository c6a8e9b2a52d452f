"""Which shared notes may leave a room: five people stand before every batch, and before every question."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workshop.core.batches import BEFORE, LEAST, Shared, counted, leaving, told


def notes(*writers: int, prompt: str = "tip", batch: int | None = None, counts: bool = True) -> list[Shared]:
    return [Shared(f"{prompt} {batch} {n}", writer, prompt, batch, counts) for n, writer in enumerate(writers)]


def test_four_people_wait_and_five_leave_together():
    assert leaving(notes(1, 2, 3, 4)) == []
    assert leaving(notes(1, 2, 3, 4, 5)) == notes(1, 2, 3, 4, 5)


def test_who_writes_often_counts_once():
    assert leaving(notes(1, 1, 1, 2, 3, 4)) == []
    assert len(leaving(notes(1, 1, 1, 2, 3, 4, 5))) == 7


def test_a_late_batch_is_not_made_up_by_what_is_out():
    out = notes(1, 2, 3, 4, 5, batch=1)
    assert leaving([*out, *notes(6)]) == []
    assert leaving([*out, *notes(1, 2, 3, 4, 5)]) == notes(1, 2, 3, 4, 5)


def test_who_does_not_count_leaves_with_those_who_do_and_makes_up_no_number():
    filled = notes(6, 7, 8, 9, prompt="keep", counts=False)
    assert leaving([*filled, *notes(1)]) == []
    assert len(leaving([*filled, *notes(1, 2, 3, 4, 5)])) == 9


def test_who_counts():
    assert counted(simulated=False, without_phone=False, rehearsal=False)
    assert not counted(simulated=True, without_phone=False, rehearsal=False)
    assert counted(simulated=True, without_phone=False, rehearsal=True)
    assert not counted(simulated=False, without_phone=True, rehearsal=True)


def test_after_erasures_nothing_is_shown_of_fewer_than_five():
    assert len(told(notes(1, 2, 3, 4, 5, batch=1))) == 5
    assert told(notes(1, 2, 3, 4, batch=1)) == []


def test_what_was_out_before_there_were_batches_stays():
    assert told(notes(1, batch=BEFORE)) == [(note, True) for note in notes(1, batch=BEFORE)]


def test_a_question_that_few_answered_is_not_told():
    many, one = notes(1, 2, 3, 4, 5, 6, batch=1), notes(7, prompt="case", batch=1)
    assert {asked for note, asked in told([*many, *one]) if note.prompt == "case"} == {False}
    four = notes(2, 3, 4, 5, prompt="case", batch=1)
    assert all(not asked for _, asked in told([*four, *notes(1, batch=1)])), "five in all, and no question has five"


def test_a_few_without_a_question_are_not_alone_either():
    found = told([*notes(1, 2, 3, 4, 5, batch=1), *notes(6, prompt="case", batch=1)])
    assert [asked for _, asked in found] == [False] * 6, "else the one would be known by having none"
    both = told(
        [*notes(*range(1, 8), batch=1), *notes(*range(1, 6), prompt="keep", batch=1), *notes(9, prompt="case", batch=1)]
    )
    assert {note.prompt for note, asked in both if asked} == {"tip"}, "the smallest one keeps them company"


def test_a_late_answer_does_not_tell_the_question_of_an_early_one():
    early = [*notes(1, 2, 3, 4, batch=1), *notes(5, prompt="case", batch=1)]
    late = notes(6, 7, 8, 9, 10, prompt="case", batch=2)
    found = dict(told([*early, *late]))
    assert [found[note] for note in early] == [False] * 5 and all(found[note] for note in late)


shared = st.lists(
    st.builds(
        Shared,
        id=st.uuids().map(str),
        writer=st.integers(1, 8),
        prompt=st.sampled_from(["tip", "case", "keep"]),
        batch=st.sampled_from([None, 1, 2]),
        counts=st.just(True),
    ),
    max_size=30,
)


def writers(found):
    return {note.writer for note in found if note.counts}


@given(shared)
def test_a_batch_is_nothing_or_of_five(found):
    gone = leaving(found)
    assert not gone or len(writers(gone)) >= LEAST
    assert all(note.batch is None for note in gone)


@given(shared)
def test_what_is_not_out_is_not_told_and_what_is_out_is_told_once(found):
    seen = [note for note, _ in told(found)]
    out = [note for note in found if note.batch is not None]
    assert sorted(n.id for n in seen) in ([], sorted(n.id for n in out))


@given(shared)
def test_a_question_stands_over_answers_of_five_from_each_batch(found):
    for batch in (1, 2):
        for prompt in ("tip", "case", "keep"):
            under = [n for n, asked in told(found) if asked and (n.batch, n.prompt) == (batch, prompt)]
            assert not under or len(writers(under)) >= LEAST


@given(shared)
def test_those_without_a_question_are_nobody_or_five_of_a_batch_that_has_five(found):
    for batch in (1, 2):
        all_of_it = [n for n in found if n.batch == batch]
        without = [n for n, asked in told(found) if not asked and n.batch == batch]
        assert not without or len(writers(without)) >= min(LEAST, len(writers(all_of_it)))


@given(shared)
def test_an_afternoon_shows_what_left_in_fives(found):
    """From nothing: a batch, more notes, a batch. Between two looks at it at least five people's lines are new."""
    first = [replace(note, batch=None) for note in found if note.batch != 2]
    gone = leaving(first)
    after = [replace(note, batch=1) if note in gone else note for note in first]
    before = {note.id for note, _ in told(after)}
    later = [*after, *(replace(note, batch=None) for note in found if note.batch == 2)]
    second = leaving(later)
    last = [replace(note, batch=2) if note in second else note for note in later]
    new = [note for note, _ in told(last) if note.id not in before]
    assert not new or len(writers(new)) >= LEAST
