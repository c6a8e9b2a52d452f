from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.errors import Refused
from workshop.core.groups import Member, Merge, MoveOver, SitIn, form, mends, sizes

HEADS = range(2, 201)


def people(number, teams=1):
    return [Member(who, f"team {who % teams}") for who in range(number)]


def met(groups):
    """Every two people who sit together."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


# How large groups become


@pytest.mark.parametrize(
    ("heads", "groups"),
    [
        (0, ()),
        (1, ()),
        (2, (2,)),
        (3, (3,)),
        (4, (4,)),
        (5, (3, 2)),
        (6, (3, 3)),
        (7, (4, 3)),
        (8, (4, 4)),
        (11, (4, 4, 3)),
    ],
)
def test_leftovers_become_second_observers(heads, groups):
    assert sizes(heads) == groups


@pytest.mark.parametrize(
    ("heads", "groups"),
    [(1, ()), (2, (2,)), (4, (2, 2)), (5, (3, 2)), (6, (3, 3)), (7, (3, 2, 2)), (8, (3, 3, 2)), (11, (3, 3, 3, 2))],
)
def test_leftovers_stay_as_pairs_where_the_leader_prefers(heads, groups):
    assert sizes(heads, "pairs") == groups


@pytest.mark.parametrize("leftovers", ["observers", "pairs"])
def test_nobody_sits_alone_and_everybody_sits_once(leftovers):
    for heads in HEADS:
        groups = form(people(heads), seed=heads, leftovers=leftovers)
        assert tuple(map(len, groups)) == sizes(heads, leftovers)
        assert sorted(who for group in groups for who in group) == list(range(heads))
        assert {len(group) for group in groups} <= ({2, 3} if leftovers == "pairs" or heads in (2, 5) else {3, 4})


# The draw


def test_one_person_waits_with_the_leader():
    assert form(people(1), seed=1) == form([], seed=1) == ()


@given(st.integers(2, 40), st.integers(), st.booleans())
def test_a_seed_draws_the_same_again(heads, seed, mix):
    wishes = {"mix": mix, "apart": [{0, 1}] if heads > 5 else [], "before": [{2, 3}]}
    assert form(people(heads, 3), seed=seed, **wishes) == form(people(heads, 3), seed=seed, **wishes)


def test_another_seed_draws_otherwise_and_the_draw_of_today_stays_the_draw():
    draws = {form(people(12), seed=seed) for seed in range(20)}
    assert len(draws) == 20
    assert form(people(7), seed=1) == ((3, 6, 5, 2), (0, 4, 1))


def test_everyone_meets_everyone_over_many_draws():
    assert len(set().union(*(met(form(people(9), seed=seed)) for seed in range(60)))) == 36


def test_a_group_is_in_the_order_of_the_draw_wishes_or_none():
    free = form(people(9), seed=4)
    order = [who for group in free for who in group]
    for group in form(people(9, 2), seed=4, mix=True, together=[{0, 1}]):
        assert list(group) == sorted(group, key=order.index)


# Wishes


@given(st.data())
def test_apart_and_together_are_kept_or_refused(data):
    heads = data.draw(st.integers(4, 40))
    pair = st.sets(st.integers(0, heads), min_size=2, max_size=2)
    apart, together = data.draw(st.lists(pair, max_size=6)), data.draw(st.lists(pair, max_size=3))
    try:
        groups = form(people(heads, 4), seed=1, mix=True, apart=apart, together=together)
    except Refused as refused:
        assert refused.code == "invalid"
        return
    assert sorted(map(len, groups), reverse=True) == list(sizes(heads))
    there = met(groups)
    for two in apart:
        assert tuple(sorted(two)) not in there
    for two in together:
        assert tuple(sorted(two)) in there or heads in two, "someone who is not in the draw asks for nothing"


@given(st.integers(0, 999), st.sampled_from([0.2, 0.3, 0.4, 1]))
def test_a_seating_that_exists_is_found(seed, share):
    """Also where everybody is kept apart from a third of the room; there are denser wishes for which it may not be."""
    random = Random(seed)
    order = random.sample(range(15), 15)
    tables = [order[at : at + 3] for at in range(0, 15, 3)]
    strangers = [{a, b} for one, other in combinations(tables, 2) for a in one for b in other]
    apart = random.sample(strangers, round(share * len(strangers)))
    there = met(form(people(15), seed=seed, apart=apart))
    assert there.isdisjoint(tuple(sorted(pair)) for pair in apart)
    assert share < 1 or there == met(tables)


def test_who_is_not_in_the_draw_asks_for_nothing():
    assert form(people(6), seed=1, together=[{0, 99}], apart=[{1, 99}], before=[{2, 99}]) == form(people(6), seed=1)


def test_what_fits_only_in_one_way_is_found():
    triads = [{3 * i, 3 * i + 1, 3 * i + 2} for i in range(64)]
    pairs = [{192 + 2 * i, 193 + 2 * i} for i in range(4)]
    groups = form(people(200), seed=1, together=[*triads, *pairs], apart=[{192, 194}])
    assert all(any(wish <= set(group) for group in groups) for wish in (*triads, *pairs))
    assert (192, 194) not in met(groups)


def test_together_reaches_over_a_third():
    groups = form(people(9), seed=3, together=[{0, 1}, {1, 2}])
    assert any({0, 1, 2} == set(group) for group in groups)


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"together": [{0, 1, 2, 3}]}, "too small"),
        ({"together": [{0, 1}, {2, 3}, {4, 5}]}, "too small"),
        ({"together": [{0, 1}, {1, 2}], "apart": [{0, 2}]}, "together and apart"),
        ({"apart": [{0, 1, 2}]}, "3 people cannot sit apart in 2 groups"),
        ({"apart": [{0, 1}, {1, 2}, {2, 0}]}, "take one wish back"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(wishes, why):
    with pytest.raises(Refused, match=why) as refused:
        form(people(6), seed=1, **wishes)
    assert refused.value.code == "invalid"


def test_in_one_group_nobody_sits_apart():
    with pytest.raises(Refused, match="2 people cannot sit apart in 1 group\\."):
        form(people(3), seed=1, apart=[{0, 1}])


@pytest.mark.parametrize(("heads", "teams"), [(12, 3), (12, 4), (31, 5), (60, 4), (200, 7)])
def test_mixed_by_team_nobody_sits_with_a_colleague_where_that_can_be(heads, teams):
    groups = form(people(heads, teams), seed=2, mix=True)
    assert [group for group in groups if len({who % teams for who in group}) < min(len(group), teams)] == []


def test_a_team_that_is_too_large_is_spread():
    members = [Member(who, "large" if who < 8 else None) for who in range(12)]
    groups = form(members, seed=5, mix=True)
    assert sorted(sum(who < 8 for who in group) for group in groups) == [2, 2, 2, 2]


def test_people_without_a_team_are_no_team():
    nameless = [Member(who, "team" if who < 10 else None) for who in range(30)]
    of_their_own = [Member(who, "team" if who < 10 else f"alone {who}") for who in range(30)]
    assert form(nameless, seed=5, mix=True) == form(of_their_own, seed=5, mix=True)


def test_those_who_sat_together_before_meet_others_now():
    earlier = [set(group) for seed in range(3) for group in form(people(30), seed=seed)]
    now = form(people(30), seed=9, before=earlier)
    assert met(now).isdisjoint(met(earlier))


# Late comers and leavers


TRIAD, FOUR, PAIR, ONE = [1, 2, 3], [4, 5, 6, 7], [8, 9], [10]


@pytest.mark.parametrize(
    ("groups", "offers"),
    [
        ({1: TRIAD, 2: FOUR, 3: []}, ()),
        ({1: TRIAD, 2: ONE}, (Merge(2, into=1),)),
        ({1: TRIAD, 2: ONE, 3: PAIR}, (Merge(2, into=3), SitIn(3))),
        ({1: [11], 2: TRIAD, 3: ONE}, (Merge(1, into=2), Merge(3, into=2))),
        ({1: FOUR, 2: ONE}, (MoveOver(7, 2),)),
        ({1: TRIAD, 2: FOUR, 3: ONE}, (Merge(3, into=1), MoveOver(7, 3))),
        ({1: ONE}, (SitIn(1),)),
        ({1: ONE, 2: [11]}, (Merge(1, into=2), Merge(2, into=1))),
        ({1: TRIAD, 2: PAIR}, (SitIn(2),)),
        ({1: FOUR, 2: PAIR}, (MoveOver(7, 2), SitIn(2))),
        ({1: PAIR, 2: [11, 12]}, (Merge(1, into=2), SitIn(1), Merge(2, into=1), SitIn(2))),
        ({1: FOUR, 2: [*FOUR, 20], 3: PAIR}, (MoveOver(20, 3), SitIn(3))),
    ],
)
def test_what_a_leader_is_offered(groups, offers):
    assert mends(groups) == offers
