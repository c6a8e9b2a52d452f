"""Which salt makes a link, and which made it before."""

from __future__ import annotations

from typing import Any

from workshop.core.links import MINUTE, MOST_KNOWN, REPLACEABLE, replaced, salts, used


def test_until_it_is_replaced_a_link_is_made_as_all_links_were() -> None:
    for role in (*REPLACEABLE, "join"):
        assert salts({}, role, "of the room") == ["of the room"]


def test_replacing_one_link_leaves_the_others() -> None:
    links = replaced({}, "screen", "of the room", "new", 5)
    assert salts(links, "screen", "of the room") == ["new", "of the room"]
    assert salts(links, "leader", "of the room") == ["of the room"]
    assert links["screen"]["since"] == 5


def test_nobody_has_come_yet_by_a_link_that_is_new() -> None:
    links = used(used({}, "screen", 7 * MINUTE + 3), "leader", 8 * MINUTE)
    assert links["screen"]["used"] == 7 * MINUTE, "it is a minute, and no moment"
    after = replaced(links, "screen", "of the room", "new", 9 * MINUTE)
    assert "used" not in after["screen"] and after["leader"]["used"] == 8 * MINUTE
    assert salts(used(after, "screen", 9 * MINUTE), "screen", "of the room") == ["new", "of the room"]


def test_so_many_old_ones_are_known_and_no_more() -> None:
    links: dict[str, Any] = {}
    for number in range(3 * MOST_KNOWN):
        links = replaced(links, "leader", "of the room", f"salt {number}", number)
    known = salts(links, "leader", "of the room")
    assert len(known) == MOST_KNOWN and known[0] == f"salt {3 * MOST_KNOWN - 1}"
