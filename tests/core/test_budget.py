"""What may be tried how often, and who asks (S2): time is an argument, so nothing here waits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core import budget as budgets
from workshop.core.askers import UNKNOWN, asker_of, is_here, site_of
from workshop.core.budget import Budget, SharedBudget, give_back_each, take_each

SPELLINGS = {
    "192.0.2.7": "192.0.2.7",
    " 192.0.2.7 ": "192.0.2.7",
    "192.0.2.7:51234": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "::FFFF:C000:0207": "192.0.2.7",
    "[::ffff:192.0.2.7]:51234": "192.0.2.7",
    "64:ff9b::192.0.2.7": "192.0.2.7",
    "64:ff9b::192.0.2.8": "192.0.2.8",
    "2001:db8:1:2::1": "2001:db8:1:2::/64",
    "2001:DB8:0001:0002:0:0:0:1": "2001:db8:1:2::/64",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "[2001:db8:1:2::1]": "2001:db8:1:2::/64",
    "[2001:db8:1:2::1]:443": "2001:db8:1:2::/64",
    '"[2001:db8:1:2::1]:443"': "2001:db8:1:2::/64",
    "2001:db8:1:3::1": "2001:db8:1:3::/64",
    "fe80::1%eth0": "fe80::/64",
    "[fe80::1%25eth0]:80": "fe80::/64",
    "::1": "::/64",
    "192.0.2.07": UNKNOWN,
    "192.0.2.7.example": UNKNOWN,
    "_hidden": UNKNOWN,
    "": UNKNOWN,
}


@pytest.mark.parametrize("address", SPELLINGS)
def test_one_asker_is_one_asker_however_the_address_is_written(address: str) -> None:
    assert asker_of(address) == SPELLINGS[address]
    assert asker_of(asker_of(address).removesuffix("/64")) == SPELLINGS[address], "said twice it is the same"


def test_who_has_no_address_and_who_is_here() -> None:
    assert asker_of(None) == UNKNOWN
    assert [is_here(a) for a in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "127.0.0.1:80", "10.0.0.1", "", None)] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip


def test_a_wider_network_has_65536_askers_of_the_newer_internet() -> None:
    assert site_of(asker_of("2001:db8:1:2::1")) == site_of(asker_of("2001:db8:1:ffff::1")) == "2001:db8:1::/48"
    assert site_of("192.0.2.7") == "192.0.2.7" and site_of(UNKNOWN) == UNKNOWN


@given(st.text())
def test_any_text_is_some_asker(address: str) -> None:
    assert site_of(asker_of(address))


def test_so_many_at_once_then_so_many_a_second() -> None:
    budget = Budget(3, 0.5)
    assert [budget.take("a", 0) for _ in range(4)] == [0, 0, 0, 2]
    assert budget.take("b", 0) == 0, "others have their own"
    assert budget.take("a", 2) == 0 and budget.take("a", 2) > 0
    budget.give_back("a", 2)
    assert budget.take("a", 2) == 0, "what was no failure costs nothing"


def test_who_used_up_all_waits_and_asking_on_makes_it_no_longer() -> None:
    budget = Budget(2, 1, pause=10)
    assert [budget.take("a", t) for t in (0, 0, 0, 5, 9)] == [0, 0, 10, 5, 1]
    assert [budget.take("a", 10) for _ in range(3)] == [0, 0, 10]


def test_nothing_is_kept_of_who_has_long_been_quiet_nor_of_a_flood_of_askers() -> None:
    budget = Budget(10, 1, pause=5)
    for n in range(3 * budgets.MOST_KNOWN):
        budget.take(n, 0)
    assert len(budget) <= budgets.MOST_KNOWN
    spent = Budget(10, 1)
    for _ in range(10):
        spent.take("guesser", 0)
    for n in range(3 * budgets.MOST_KNOWN):
        spent.take(n, 0)
    assert spent.take("guesser", 0) > 0, "a flood of others makes nobody forgotten who has failed"
    spent.forget(11)
    assert len(spent) == 0


def test_all_or_none() -> None:
    wide, narrow = Budget(10, 1), Budget(1, 1)
    assert take_each([(wide, "a"), (narrow, "a")], 0) == 0
    assert take_each([(wide, "a"), (narrow, "a")], 0) == 1
    assert wide.spent("a", 0) == 1
    give_back_each([(wide, "a"), (narrow, "a")], 0)
    assert not len(wide) and not len(narrow)


def test_who_failed_leaves_room_for_who_did_not() -> None:
    shared = SharedBudget(300, 3, reserve=200, remembered=3600)
    looked_at = sum(not shared.take(("codes", asker), 0) for _ in range(20) for asker in range(100))
    assert 150 <= looked_at < 300, looked_at
    assert shared.take(("codes", "new"), 0) == 0, "a hundred askers do not keep out one who has not failed"
    shared.give_back(("codes", "new"), 0)
    before = shared.all.spent("codes", 0)
    assert shared.take(("codes", 1), 0) > 0 and shared.all.spent("codes", 0) == before


@given(st.integers(1, 400), st.integers(1, 60))
def test_however_many_guess_no_more_is_looked_at_than_the_arithmetic_says(askers: int, seconds: int) -> None:
    shared = SharedBudget(30, 2, reserve=20, remembered=60)
    looked_at = sum(not shared.take(("codes", asker), t) for t in range(seconds) for asker in range(askers))
    assert looked_at <= 30 + 2 * seconds
