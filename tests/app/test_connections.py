"""Who is at the other end of each line, and the lines on each channel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workshop.access import Holder
from workshop.telling.connections import EVERY_DESK, Holders, channels

HOLDERS = [Holder(room, "person", person) for room in (1, 2) for person in (3, 4)] + [
    Holder(room, role) for room in (1, 2) for role in ("leader", "screen")
]
LINES = st.sampled_from("abc")


@given(st.lists(st.tuples(LINES, st.sampled_from([None, *HOLDERS]))))
def test_the_lines_on_a_channel_are_those_that_a_look_at_all_of_them_finds(
    changes: list[tuple[str, Holder | None]],
) -> None:
    holders = Holders()
    for line, holder in changes:
        if holder is None:
            holders.pop(line, None)
        else:
            holders[line] = holder
    for channel in {channel for holder in HOLDERS for channel in channels(holder)}:
        assert holders.on(channel) == {line: one for line, one in holders.items() if channel in channels(one)}
    assert holders.on(EVERY_DESK) == {line: one for line, one in holders.items() if one.person_id is None}
    for line in list(holders):
        del holders[line]
    assert vars(holders)["_on"] == {}, "nothing is kept of lines that closed"


def test_a_line_that_closed_is_not_brought_back_by_what_is_known_of_it_now() -> None:
    holders = Holders()
    holders["a"] = Holder(1, "person", 3)
    assert holders.alter("a", person_id=4) and holders.on("person 4").keys() == {"a"} and not holders.on("person 3")
    del holders["a"]
    assert not holders.alter("a", person_id=5) and not holders and not holders.on("person 5")
