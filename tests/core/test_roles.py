from collections import Counter
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.errors import Refused
from workshop.core.groups import Member, form, smallest
from workshop.core.roles import SPEAKING, evened, fairest, give, late, never, plan, without

C, P, O = ("client", "professional", "observer")  # noqa: E741
NOOR, SEM, FATMA, BRAM, AYA = range(1, 6)
TRIAD = {NOOR: (C, P, O), SEM: (P, O, C), FATMA: (O, C, P)}


def is_whole(plan, at):
    """One client and one professional in this round (from 0)."""
    cast = [roles[at] for roles in plan.values()]
    return cast.count(C) == cast.count(P) == 1


# The plan


def test_client_becomes_professional_becomes_observer_becomes_client():
    assert plan([NOOR, SEM, FATMA], 3) == {NOOR: (C, P, O), SEM: (P, O, C), FATMA: (O, C, P)}


def test_pairs_swap_and_fours_have_two_observers():
    assert plan([NOOR, SEM], 3) == {NOOR: (C, P, C), SEM: (P, C, P)}
    fours = plan([NOOR, SEM, FATMA, BRAM], 4)
    assert fours == {NOOR: (C, P, O, O), SEM: (P, O, O, C), FATMA: (O, O, C, P), BRAM: (O, C, P, O)}


@pytest.mark.parametrize("leftovers", ["observers", "pairs"])
def test_every_group_of_any_room_has_one_client_and_one_professional_in_every_round(leftovers):
    for heads in range(2, 201):
        for group in form([Member(who) for who in range(heads)], seed=heads, leftovers=leftovers):
            roles = plan(group, 3)
            assert list(roles) == list(group)
            assert all(cast.count(C) == cast.count(P) == 1 for cast in zip(*roles.values(), strict=True))
            if len(group) == 3:
                assert all(set(mine) == {C, P, O} for mine in roles.values())


def misses(plan):
    """How often somebody is never client or never professional."""
    return sum(map(len, never(plan, 99).values()))


def test_those_who_sit_together_anew_play_what_they_have_not_played():
    past = {NOOR: (P,), SEM: (C,), FATMA: (O,)}
    assert fairest(list(past), past, 3) == {NOOR: (P, O, C), SEM: (C, P, O), FATMA: (O, C, P)}
    assert fairest([NOOR, SEM, FATMA], dict.fromkeys(TRIAD, ()), 3) == TRIAD, "a first draw keeps its order"


@given(st.lists(st.lists(st.sampled_from([C, P, O]), min_size=2, max_size=2), min_size=2, max_size=5))
def test_no_other_order_at_a_table_is_fairer(pasts):
    past = {who: tuple(roles) for who, roles in enumerate(pasts)}
    made = fairest(list(past), past, 4)
    assert all(made[who][:2] == past[who] for who in past) and is_whole(made, 2) and is_whole(made, 3)
    orders = (plan(list(order), 4) for order in permutations(past))
    assert misses(made) <= min(misses({who: past[who] + one[who][2:] for who in past}) for one in orders)


# Late comers and leavers

happenings = st.lists(st.sampled_from(["late", "round"]) | st.integers(0, 99), max_size=16)


@given(st.integers(2, 14), st.integers(1, 5), st.sampled_from(["observers", "pairs"]), happenings)
def test_whoever_comes_and_goes_rounds_to_come_are_whole_and_rounds_begun_stay(heads, rounds, leftovers, happenings):
    drawn = form([Member(who) for who in range(heads)], seed=heads, leftovers=leftovers)
    room = {number: plan(group, rounds) for number, group in enumerate(drawn)}
    begun, newcomer = 0, 100
    for happening in happenings:
        present = [(number, who) for number in room for who in room[number]]
        number = smallest(room)
        if happening == "round":
            begun = min(begun + 1, rounds)
        elif happening == "late" and number is not None:
            before, newcomer = room[number], newcomer + 1
            after = room[number] = late(before, newcomer, begun)
            assert list(after) == [*before, newcomer] and len(after) > 1, "nobody is seated alone"
            assert after[newcomer][:begun] == (O,) * begun
            assert all(after[who][:begun] == before[who][:begun] for who in before)
            assert all(changes_were_due(before, after, newcomer, at) for at in range(begun, rounds))
        elif isinstance(happening, int) and present:
            number, leaver = present[happening % len(present)]
            before, after = room[number], without(room[number], leaver, begun)
            room[number] = after
            assert list(after) == [who for who in before if who != leaver]
            assert all(after[who][:begun] == before[who][:begun] for who in after)
            for at in range(begun, rounds) if len(before) > 2 else ():
                changed = [who for who in after if after[who][at] != before[who][at]]
                assert len(changed) == (before[leaver][at] != O)
                assert all(before[who][at] == O and after[who][at] == before[leaver][at] for who in changed)
        for group in room.values():
            assert all(is_whole(group, at) for at in range(begun, rounds) if len(group) > 1)
            assert all(len(roles) == rounds for roles in group.values())


def changes_were_due(before, after, newcomer, at):
    """A late comer changes a round to come only by taking what someone has had, or what a lone person left open."""
    changed = [who for who in before if after[who][at] != before[who][at]]
    if len(before) == 1:
        return all(before[who][at] == O or before[who][at] in before[who][:at] for who in changed)
    took = after[newcomer][at]
    return changed == [] if took == O else all(before[who][at] == took in before[who][:at] for who in changed)


def test_a_late_comer_to_a_triad_observes():
    assert late(TRIAD, BRAM, 1) == {**TRIAD, BRAM: (O, O, O)}


def test_a_late_comer_takes_what_someone_would_be_for_the_second_time():
    fourth = plan([NOOR, SEM, FATMA], 4)
    assert fourth[NOOR] == (C, P, O, C)
    assert late(fourth, BRAM, 2) == {**fourth, NOOR: (C, P, O, O), BRAM: (O, O, O, C)}


def test_a_late_comer_to_a_pair():
    pair = plan([NOOR, SEM], 4)
    assert pair == {NOOR: (C, P, C, P), SEM: (P, C, P, C)}
    assert late(pair, FATMA, 0) == {NOOR: (C, P, O, O), SEM: (P, C, P, C), FATMA: (O, O, C, P)}
    assert late(pair, FATMA, 3) == {NOOR: (C, P, C, P), SEM: (P, C, P, O), FATMA: (O, O, O, C)}


def test_a_late_comer_does_not_take_the_same_role_twice():
    pair = plan([NOOR, SEM], 6)
    joined = late(pair, FATMA, 0)
    assert Counter(joined[FATMA]) == {O: 4, C: 1, P: 1}


def test_someone_from_another_group_brings_what_they_have_been():
    pair = plan([NOOR, SEM], 3)
    assert late(pair, FATMA, 2, past=(O, C))[FATMA] == (O, C, P)
    assert late(pair, FATMA, 2, past=(O,))[FATMA] == (O, O, C)
    four_rounds = plan([NOOR, SEM], 4)
    assert late(four_rounds, FATMA, 1, past=(O, O, O, C)) == late(four_rounds, FATMA, 1), "only rounds begun are past"


def test_a_late_comer_makes_a_lone_person_a_pair():
    alone = {NOOR: (C, P, O)}
    assert late(alone, SEM, 1) == {NOOR: (C, P, C), SEM: (O, C, P)}


def test_two_late_comers_at_one_table_share_what_is_to_come():
    assert late({NOOR: (O, O, O)}, SEM, 1) == {NOOR: (O, C, P), SEM: (O, P, C)}


def test_what_a_leaver_was_to_be_goes_to_the_observer_and_the_running_round_stays():
    assert without(TRIAD, NOOR, 0) == {SEM: (P, P, C), FATMA: (C, C, P)}
    assert without(TRIAD, NOOR, 1) == {SEM: (P, P, C), FATMA: (O, C, P)}
    assert without(TRIAD, NOOR, 2) == {SEM: (P, O, C), FATMA: (O, C, P)}


def test_of_two_observers_the_one_who_has_the_role_least_gets_it_then_the_first_of_the_draw():
    four = plan([NOOR, SEM, FATMA, BRAM], 3)
    assert four == {NOOR: (C, P, O), SEM: (P, O, O), FATMA: (O, O, C), BRAM: (O, C, P)}
    assert without(four, BRAM, 0) == {NOOR: (C, P, P), SEM: (P, C, O), FATMA: (O, O, C)}
    assert without(four, NOOR, 0) == {SEM: (P, O, O), FATMA: (C, P, C), BRAM: (O, C, P)}


def fewest_misses(plan, begun, rounds):
    """How few misses there can be, whoever speaks in the rounds to come."""

    def missed(casts):
        spoken = {(who, role) for who in plan for role in plan[who][:begun] if role in SPEAKING}
        return 2 * len(plan) - len(spoken.union(*casts))

    pairs = [tuple(zip(pair, SPEAKING, strict=True)) for pair in permutations(plan, 2)]
    return min(map(missed, product(pairs, repeat=rounds - begun)))


@pytest.mark.parametrize("begun", [0, 1, 2])
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_after_someone_came_or_went_as_few_as_can_be_miss_a_role(size, begun):
    table = plan(range(size), 3)
    came = late(table, 9, begun)
    went = [without(table, leaver, begun) for leaver in table] if size > 2 else []
    for before in [came, *went]:
        after = evened(before, begun)
        assert misses(after) == fewest_misses(before, begun, 3)
        assert all(after[who][:begun] == before[who][:begun] for who in before)
        assert all(is_whole(after, at) for at in range(begun, 3))
        assert after == before or misses(after) < misses(before), "what people were told changes only for that"


def test_four_who_become_three_before_the_first_round_play_each_role_once():
    left = evened(without(plan([NOOR, SEM, FATMA, BRAM], 3), NOOR, 0), 0)
    assert all(set(roles) == {C, P, O} for roles in left.values())


def test_one_who_stays_behind_keeps_the_plan_and_the_last_leaves_none():
    assert without({NOOR: (C, P, O), SEM: (P, C, C)}, SEM, 0) == {NOOR: (C, P, O)}
    assert without({NOOR: (C, P, O)}, NOOR, 0) == {}


def test_a_round_gone_back_to_with_two_of_a_kind_is_made_whole():
    """Someone who had been client in round 2 came from another group; then the leader went back to round 1."""
    both = {NOOR: (P, C, P), SEM: (O, C, O), FATMA: (C, O, C)}
    left = without(both, FATMA, 1)
    assert left[NOOR][0] == P and all(is_whole(left, at) for at in (1, 2))


# The leader's hand


def test_given_a_role_someone_changes_places_with_who_has_it():
    assert give(TRIAD, FATMA, 1, C) == {NOOR: (O, P, O), SEM: (P, O, C), FATMA: (C, C, P)}
    assert give(TRIAD, NOOR, 1, O) == give(TRIAD, FATMA, 1, C)
    assert give(TRIAD, NOOR, 1, C) == TRIAD


def test_a_role_that_a_leaver_left_open_is_simply_taken():
    left = without(TRIAD, NOOR, 1)
    assert give(left, FATMA, 1, C)[FATMA] == (C, C, P)


@pytest.mark.parametrize(
    ("group", "person", "number", "role", "code"),
    [
        (TRIAD, BRAM, 1, C, "not_found"),
        (TRIAD, NOOR, 0, C, "invalid"),
        (TRIAD, NOOR, 4, C, "invalid"),
        (plan([NOOR, SEM], 3), NOOR, 1, O, "invalid"),
    ],
)
def test_what_the_leader_cannot_give(group, person, number, role, code):
    with pytest.raises(Refused) as refused:
        give(group, person, number, role)
    assert refused.value.code == code


def test_who_has_not_been_what():
    assert never(TRIAD, 1) == {C: (SEM, FATMA), P: (NOOR, FATMA)}
    assert never(TRIAD, 3) == {C: (), P: ()}
    four = plan([NOOR, SEM, FATMA, BRAM], 3)
    assert never(four, 3) == {C: (SEM,), P: (FATMA,)}
    assert never(plan([NOOR, SEM, FATMA, BRAM], 4), 4) == {C: (), P: ()}
