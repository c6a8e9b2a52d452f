"""Late comers, leavers, people without a phone, and the leader's hand, through the doors."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from live import Line, Server, until

Dial = Callable[..., Line]
CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva")


def enter(server: Server, dial: Dial, people: int, **options: object) -> tuple[dict[str, str], Line, list[Line]]:
    """A room with this many phones, in its first brief."""
    made = server.create(**options)
    leader = dial(server, made["lead_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in CAST[:people]]
    for _ in range(3):
        leader.do("next")
    for phone in phones:
        phone.wait("group", lambda g: g["id"])
    return made, leader, phones


def parts(groups: list[dict], round: int) -> list[Counter[str]]:
    """How often each role is played in each group in a round."""
    return [Counter(m["roles"][round - 1] for m in g["members"]) for g in groups]


def test_a_leaver_frees_the_next_rounds_and_not_this_one(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    leaver = next(p for p in phones if p.group and p.group["number"] == 1 and p.role(2) == "client")
    assert leaver.say("leave")["ok"]
    until(lambda: any(len(g["members"]) == 2 for g in leader.groups()))
    left_two = next(g for g in leader.groups() if len(g["members"]) == 2)
    for round in (2, 3):
        assert parts([left_two], round) == [Counter(client=1, professional=1)]
    assert leaver.wait("snapshot", lambda s: s["me"]["left"])["group"] is None
    assert leaver.say("return")["ok"]
    until(lambda: sum(len(g["members"]) for g in leader.groups()) == 6)
    back = next(m for g in leader.groups() for m in g["members"] if m["id"] == leaver.snapshot["me"]["id"])
    assert back["roles"][0] == "observer"


def test_who_left_by_mistake_has_the_same_seat_and_roles(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 4)
    seats = leader.groups()
    client = next(p for p in phones if p.role(1) == "client")
    for way in ("by their own hand", "by the leader's"):
        if way == "by their own hand":
            assert client.say("leave")["ok"] and client.say("return")["ok"]
        else:
            leader.do("remove", person=client.snapshot["me"]["id"])
            leader.do("restore", person=client.snapshot["me"]["id"])
        assert [[(m["id"], m["roles"]) for m in g["members"]] for g in leader.groups()] == [
            [(m["id"], m["roles"]) for m in g["members"]] for g in seats
        ], way


def test_who_comes_back_reads_nothing_that_was_written_meanwhile(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 3)
    gone, writer = phones[0], phones[1]
    id, other = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    assert writer.note("tip", "before", "group", id=other)["ok"]
    assert gone.say("leave")["ok"]
    assert writer.note("tip", "canary", "me", id=id)["ok"]
    assert writer.note("tip", "canary, changed", "group", id=other)["ok"]
    assert gone.say("return")["ok"]
    assert writer.note("tip", "canary", "group", id=id)["ok"]
    gone.say("sync")
    gone.say("clock")
    assert "canary" not in str(gone.heard) and leader


def test_one_who_sat_nowhere_does_not_stop_the_room(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    alone = server.join(made["code"], "Noor")["person"]
    leader.do("go", index=2)
    leader.do("remove", person=alone)
    server.join(made["code"], "Sem")
    leader.do("undo")
    leader.do("next")
    assert sorted(len(g["members"]) for g in leader.groups()) == [2]


def test_a_role_is_nobodys_twice_whoever_comes_back(sqlite_server: Server, dial: Dial) -> None:
    _, leader, phones = enter(sqlite_server, dial, 3)
    steps = leader.snapshot["programme"]
    brief = {s["round"]: s["index"] for s in steps if s["kind"] == "brief"}
    leader.do("go", index=brief[3])
    for phone in phones:
        assert phone.say("leave")["ok"]
        leader.do("go", index=brief[2])
        assert phone.say("return")["ok"]
        for round in (2, 3):
            assert parts(leader.groups(), round) == [Counter(client=1, professional=1, observer=1)], round
        leader.do("go", index=brief[3])


def test_who_had_no_seat_comes_back_as_a_late_comer(sqlite_server: Server, dial: Dial) -> None:
    _, leader, phones = enter(sqlite_server, dial, 4)
    leader.do("lock")
    person = phones[0].snapshot["me"]["id"]
    for _ in range(2):  # the second time the table may be another
        leader.do("remove", person=person)
        leader.do("form_groups", seed=1)
        leader.do("restore", person=person)
        assert person in {m["id"] for g in leader.groups() for m in g["members"]}


def test_one_who_waits_alone_leaves_and_comes_back(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    phone = dial(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    leader.do("go", index=2)
    assert phone.say("leave")["ok"] and phone.say("return")["ok"]
    assert not leader.groups()


def test_who_comes_back_later_changes_nobodys_running_round(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 3)
    client = next(p for p in phones if p.role(1) == "client")
    mine = client.snapshot["me"]["id"]
    assert client.say("leave")["ok"]
    leader.do(
        "go", index=next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "brief" and s["round"] == 2)
    )
    pair = {m["id"]: m["roles"][:2] for m in leader.groups()[0]["members"]}
    assert client.say("return")["ok"]
    now = {m["id"]: m["roles"] for m in leader.groups()[0]["members"]}
    assert now.pop(mine)[:2] == ["client", "observer"]
    assert {id: roles[:2] for id, roles in now.items()} == pair
    assert parts(leader.groups(), 3) == [Counter(client=1, professional=1, observer=1)]


def test_a_round_that_is_opened_anew_has_its_client(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 3)
    leader.do("next")
    client = next(p for p in phones if p.role(1) == "client")
    leader.do("remove", person=client.snapshot["me"]["id"])
    assert parts(leader.groups(), 1)[0]["client"] == 0, "nobody's running round changes by itself"
    leader.do("back")
    assert parts(leader.groups(), 1) == [Counter(client=1, professional=1)]


def test_a_role_that_the_leader_gave_away_stays_where_it_is(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 3)
    client = next(p for p in phones if p.role(1) == "client")
    group = leader.groups()[0]["id"]
    assert client.say("leave")["ok"]
    leader.do("sit_in", group=group, name="Ingrid")
    assert client.say("return")["ok"]
    assert parts(leader.groups(), 1)[0]["client"] == 1


def test_a_removed_person_is_let_go_and_can_be_restored(server: Server, dial: Dial) -> None:
    made, leader, phones = enter(server, dial, 6)
    person = phones[0].snapshot["me"]["id"]
    leader.do("remove", person=person)
    assert phones[0].wait("removed")["why"] == "leader"
    until(lambda: not phones[0].open)
    assert leader.wait("people", lambda m: person in m["gone"])
    leader.do("restore", person=person)
    assert leader.wait("people", lambda m: any(p["id"] == person for p in m["changed"]))
    assert made


def test_people_without_a_phone_take_part(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for name in ("Marieke", "Gerrit", "Noor"):
        assert leader.do("add_person", name=name)["person"]
    leader.do("go", index=2)
    assert sorted(m["name"] for g in leader.groups() for m in g["members"]) == ["Gerrit", "Marieke", "Noor"]
    assert all(m["here"] for g in leader.groups() for m in g["members"])


def test_away_people_are_in_the_draw(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for name in CAST:
        server.join(made["code"], name)  # nobody opens a line
    leader.do("form_groups", seed=1)
    assert sum(len(g["members"]) for g in leader.groups()) == 6
    assert not any(m["here"] for g in leader.groups() for m in g["members"])


def test_moving_someone_mends_the_running_round(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    client = next(p for p in phones if p.group and p.group["number"] == 1 and p.role(1) == "client")
    target = next(g["id"] for g in leader.groups() if g["number"] == 2)
    leader.do("move", person=client.snapshot["me"]["id"], group=target)
    for round in (1, 2, 3):
        for counted in parts(leader.groups(), round):
            assert counted["client"] == counted["professional"] == 1


def test_apart_and_together_are_kept(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    ids = [server.join(made["code"], name)["person"] for name in CAST]
    leader.do("apart", people=ids[:2])
    leader.do("together", people=ids[2:4])
    for seed in range(12):
        leader.do("form_groups", seed=seed)
        table = {m["id"]: g["number"] for g in leader.groups() for m in g["members"]}
        assert table[ids[0]] != table[ids[1]] and table[ids[2]] == table[ids[3]]
    leader.do("together", people=ids[:2])
    leader.do("form_groups", seed=1)


def test_one_person_waits_with_the_leader(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    alone = dial(server, server.join(made["code"], "Noor")["token"])
    leader.do("go", index=3)
    assert alone.group is None
    second = dial(server, server.join(made["code"], "Sem")["token"])
    assert second.group and alone.wait("group")["number"] == 1


def test_a_draft_that_five_came_too_late_for_still_makes_tables_of_three_and_four(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for name in CAST:
        server.join(made["code"], name)
    leader.do("form_groups", seed=1)
    for name in ("Youssef", "Chantal", "O", "Zoë", "Mehmet"):
        server.join(made["code"], name)
    leader.do("go", index=2)
    assert sorted(len(g["members"]) for g in leader.groups()) == [3, 4, 4]


def test_one_left_of_a_pair_in_the_draft_finds_a_table(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    people = {server.join(made["code"], name)["person"]: name for name in CAST[:5]}
    leader.do("form_groups", seed=1)
    pair = next(g for g in leader.groups() if len(g["members"]) == 2)
    leader.do("remove", person=pair["members"][0]["id"])
    leader.do("go", index=2)
    assert [len(g["members"]) for g in leader.groups()] == [4] and people


def test_four_who_become_three_as_they_sit_down_play_each_role_once(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for number in range(7):
        server.join(made["code"], f"P{number}")
    leader.do("go", index=2)
    four = next(g for g in leader.groups() if len(g["members"]) == 4)
    three = next(g for g in leader.groups() if len(g["members"]) == 3)
    leaver = next(m["id"] for m in four["members"] if m["roles"][0] == "client")
    leader.do("remove", person=leaver)
    left, others = (next(g for g in leader.groups() if g["id"] == one["id"]) for one in (four, three))
    assert all({"client", "professional", "observer"} == set(m["roles"]) for m in left["members"])
    assert others == three, "nobody at another table notices"


@pytest.mark.parametrize("step", [5, 6, 7], ids=["feedback", "notes", "the second brief"])
def test_a_new_draw_keeps_what_was_played(server: Server, dial: Dial, step: int) -> None:
    _, leader, phones = enter(server, dial, 6)
    first = {m["id"]: m["roles"][0] for g in leader.groups() for m in g["members"]}
    leader.do("go", index=step)
    leader.do("form_groups", seed=3)
    assert {m["id"]: m["roles"][0] for g in leader.groups() for m in g["members"]} == first
    for round in (2, 3):
        assert all(c["client"] == c["professional"] == 1 for c in parts(leader.groups(), round)) and phones


def test_wishes_that_cannot_be_kept_do_not_hold_up_the_clock(server: Server, dial: Dial) -> None:
    made = server.create(brief="0", auto_advance=("prepare",))
    leader = dial(server, made["lead_token"])
    ids = [server.join(made["code"], name)["person"] for name in CAST[:3]]
    leader.do("apart", people=ids[:2])
    assert leader.say("command", do="form_groups")["code"] == "invalid", "a leader is told"
    leader.do("next")
    leader.do("add", seconds=-300)
    until(lambda: leader.step["kind"] == "groups")
    assert [len(g["members"]) for g in leader.groups()] == [3]


@pytest.mark.parametrize("by", ["themselves", "the leader"])
def test_a_wish_keeps_nobody_out(sqlite_server: Server, dial: Dial, by: str) -> None:
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    one, other, third = (dial(sqlite_server, sqlite_server.join(made["code"], name)["token"]) for name in CAST[:3])
    ids = [phone.snapshot["me"]["id"] for phone in (one, other)]
    leader.do("apart", people=ids)
    assert other.say("leave")["ok"] and third.say("leave")["ok"]
    leader.do("go", index=2)
    if by == "the leader":
        leader.do("restore", person=ids[1])
    else:
        assert other.say("return")["ok"], "only leaders know of a wish"
    assert {m["id"] for g in leader.groups() for m in g["members"]} == {*ids}


def test_two_people_with_one_name_both_get_in(server: Server, dial: Dial) -> None:
    made = server.create()
    first, second = (server.join(made["code"], "Eva") for _ in range(2))
    assert first["person"] != second["person"]
    assert [p["name"] for p in dial(server, made["screen_token"]).snapshot["people"]] == ["Eva", "Eva"]


def test_a_draft_can_be_reshuffled_and_is_the_same_for_the_same_seed(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for name in CAST:
        server.join(made["code"], name)

    def draw(seed: int) -> list[list[str]]:
        leader.do("form_groups", seed=seed)
        return [[m["name"] for m in g["members"]] for g in leader.groups()]

    assert draw(3) == draw(3)
    assert len({str(draw(seed)) for seed in range(6)}) > 1


def test_namesakes_know_from_the_lobby_on_what_they_are_called_and_so_does_the_wall(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    one = dial(server, server.join(made["code"], "Eva")["token"])
    assert "called" not in one.snapshot["me"]
    line, hidden = str(uuid.uuid4()), str(uuid.uuid4())
    for id in (line, hidden):
        one.post("snags", "mine", signed=True, id=id)
    leader.do("hide", post=hidden)
    leader.wait("wall", lambda m: any(post["name"] == "Eva" for post in m["posts"]))
    other = dial(server, server.join(made["code"], "eva")["token"])
    one.wait("called", lambda told: told == {"called": "Eva 1"})
    until(lambda: other.all("called")[-1:] == [{"called": "eva 2"}] or other.snapshot["me"].get("called") == "eva 2")
    leader.wait("wall", lambda m: [post["name"] for post in m["posts"]] == ["Eva 1"])
    leader.wait("hidden", lambda m: [post["name"] for post in m["posts"]] == ["Eva 1"])
    assert dial(server, server.join(made["code"], "Noor")["token"]).snapshot["me"].get("called") is None
    file = server.get(f"/reflections/{made['code']}.json", made["organiser_token"]).json()
    assert [post["name"] for column in file["wall"] for post in column["posts"]] == ["Eva"]
    again = len(one.all("snapshot"))
    one.say("sync")
    assert until(lambda: one.all("snapshot")[again:])[0]["me"]["called"] == "Eva 1"
    leader.do("remove", person=other.snapshot["me"]["id"])
    until(lambda: one.all("called")[-1] == {"called": None})
    until(lambda: leader.all("wall")[-1]["posts"][0]["name"] == "Eva")


def test_namesakes_are_called_the_same_on_every_phone(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    joined = [server.join(made["code"], name) for name in ("Eva", "Sem", "Eva", "Noor", "Jan", "Bo")]
    phones = [dial(server, one["token"]) for one in joined]
    leader.do("go", index=3)

    def called() -> set[str]:
        """The Evas, as their tables see them."""
        members = [member for phone in phones if phone.group for member in phone.group["members"]]
        return {member.get("called", member["name"]) for member in members if member["name"] == "Eva"}

    until(lambda: called() == {"Eva 1", "Eva 2"})
    third = server.join(made["code"], "eva", team="Werk")["person"]
    until(lambda: called() == {"Eva 1", "Eva 2"})
    leader.do("rename", person=joined[2]["person"], name="Eefje")
    until(lambda: called() == {"Eva 1"})
    leader.do("remove", person=third)
    until(lambda: called() == {"Eva"})
    leader.do("restore", person=third)
    until(lambda: called() == {"Eva 1"})
