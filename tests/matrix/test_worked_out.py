"""What could be worked out: from a message that comes, a number that goes up, a file that changes."""

from __future__ import annotations

import json

import pytest
from matrix.afternoon import Afternoon
from matrix.promise import ACTS, DOWNLOADED, EVERYONE


def test_who_hears_anything_of_it(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for act, hearers in ACTS.items():
        heard = afternoon.acts[act]
        too_much = {name: events - hearers.get(name, frozenset()) for name, events in heard.items()}
        moved = {name: how for name, how in afternoon.moved[act].items() if name not in hearers}
        certain = [name for name, events in hearers.items() if events - {"progress", "trail"}]
        with subtests.test(act):
            assert not {name: events for name, events in too_much.items() if events}
            assert not moved, "nothing was heard, and something is different"
            assert not certain or any(heard[name] for name in certain), "nobody heard of it: this shows nothing"


def test_the_files_tell_no_moment(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for moment in DOWNLOADED:
        before, after = afternoon.files[moment]
        with subtests.test(moment):
            assert before == after and len(before["json"]) > 100


def test_the_order_of_a_file_tells_nothing(afternoon: Afternoon) -> None:
    file = json.loads(afternoon.downloads_at_the_end["json"])
    for texts in (*(n["texts"] for n in file["notes"]), *([p["text"] for p in c["posts"]] for c in file["wall"])):
        loose = [t for t in texts if t not in _under(file)]
        assert loose == sorted(loose, key=lambda t: (t.casefold(), t))
    assert sum(len(n["texts"]) for n in file["notes"]) >= 10


def test_no_answer_tells_whether_there_is_such_a_key_or_pass(afternoon: Afternoon) -> None:
    """Wrong, used, too old, of another room, of someone who is out: one answer."""
    for kind, answers in afternoon.alike.items():
        told = {(answer.status, answer.body) for answer in answers.values()}
        assert len(told) == 1, (kind, {name: (a.status, a.body[:200]) for name, a in answers.items()})


def test_who_may_not_is_answered_the_same_whatever_there_is_to_see(afternoon: Afternoon) -> None:
    """An empty room and a full one refuse alike: nothing of what is inside stands in a refusal."""
    for (what, name), answer in afternoon.empty.items():
        full = afternoon.bodies[what, name]
        assert answer.status == full.status, (what, name)
        assert len(answer.body) == len(full.body), (what, name)
    assert {name for _, name in afternoon.empty} <= EVERYONE


def _under(file: dict[str, list[dict[str, list[dict[str, str]]]]]) -> set[str]:
    return {p["text"] for c in file["wall"] for p in c["posts"] if p["under"]}
