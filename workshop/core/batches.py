"""Which of the notes that were shared with the organiser may leave a room, and which may be read once they are out.

A note on its own tells where it came from: by the moment at which it appears, by the question that it alone answers, by
being the only one. So notes leave in batches that fit no moment and no group, and each has at least five people behind
it: nobody can say which of them wrote what (docs/decisions/0017).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

LEAST = 5
"""How many different writers it takes: for a batch, for all that is out, and for a question that is shown with its
answers."""

BEFORE = 0
"""The batch of whatever was already out when batches began: the organiser has read it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A note that is for the organiser: its id (of its writer's), who wrote it, what it answers, and the batch with
    which it left (None: not yet). `counts`: its writer helps to make up the number."""

    id: str
    writer: int
    prompt: str
    batch: int | None = None
    counts: bool = True


def counted(*, simulated: bool, without_phone: bool, rehearsal: bool) -> bool:
    """Does a writer help to make up the number? A leader who speaks for someone or fills the room with simulated people
    brings nobody for the others to hide among; when nobody is real (`rehearsal`) there is nobody to hide."""
    return not without_phone and (rehearsal or not simulated)


def leaving(shared: Iterable[Shared]) -> list[Shared]:
    """What would leave with a batch now: everything that is not out yet, or nothing."""
    waiting = [note for note in shared if note.batch is None]
    return waiting if _enough(waiting) else []


def told(shared: Iterable[Shared]) -> list[tuple[Shared, bool]]:
    """What the organiser may read, and for each note whether its question may be shown: if fewer than five people of
    one batch answered a question it would point at them, so their answers stand together without one."""
    out = sorted((note for note in shared if note.batch is not None), key=lambda note: note.batch or BEFORE)
    seen = [(note, True) for note in out if note.batch == BEFORE]
    left = [note for note in out if note.batch != BEFORE]
    if _enough(left):
        for _, batch in groupby(left, key=lambda note: note.batch):
            seen += _under_questions(list(batch))
    return seen


def _under_questions(batch: Collection[Shared]) -> Iterator[tuple[Shared, bool]]:
    answers: dict[str, list[Shared]] = defaultdict(list)
    for note in batch:
        answers[note.prompt].append(note)
    named = {prompt: notes for prompt, notes in answers.items() if _enough(notes)}
    rest = [note for prompt, notes in answers.items() if prompt not in named for note in notes]
    # A few that stand alone would be as easy to point at as a few under a question: they get company.
    while rest and named and not _enough(rest):
        rest += named.pop(min(named, key=lambda prompt: (len(_writers(named[prompt])), prompt)))
    for notes in named.values():
        yield from ((note, True) for note in notes)
    yield from ((note, False) for note in rest)


def _enough(notes: Iterable[Shared]) -> bool:
    return len(_writers(notes)) >= LEAST


def _writers(notes: Iterable[Shared]) -> set[int]:
    return {note.writer for note in notes if note.counts}
