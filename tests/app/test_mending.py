"""The leader's hand at the tables, and its way back (issue 4, people and triads)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from live import Line, Server, until

Dial = Callable[..., Line]
CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef")


def enter(server: Server, dial: Dial, people: int, step: int = 4) -> tuple[dict[str, str], Line, list[Line]]:
    """A room with this many phones, in its first conversation."""
    made = server.create()
    leader = dial(server, made["lead_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in CAST[:people]]
    leader.do("go", index=step)
    for phone in phones:
        phone.wait("group", lambda g: g["id"])
    return made, leader, phones


def seating(leader: Line) -> dict[int, list[tuple[int, list[str]]]]:
    """Who sits where with which roles, in order."""
    return {g["number"]: [(m["id"], m["roles"]) for m in g["members"]] for g in leader.groups()}


def whole(leader: Line, past: int = 0) -> bool:
    """One client and one professional at each table in each round after the first `past`."""
    tables = [[m["roles"][past:] for m in g["members"]] for g in leader.groups()]
    casts = [Counter(cast) for table in tables for cast in zip(*table, strict=True)]
    return all(cast["client"] == cast["professional"] == 1 for cast in casts)


def me(phone: Line) -> int:
    """Whose phone it is."""
    return int(phone.snapshot["me"]["id"])


def at_table(phones: list[Line], number: int) -> list[Line]:
    """The phones of one table."""
    return [p for p in phones if p.group and p.group["number"] == number]


def test_a_move_is_taken_back_with_roles_and_place(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    before = seating(leader)
    mover = at_table(phones, 1)[0]
    leader.do("move", person=me(mover), group=leader.groups()[1]["id"])
    assert seating(leader) != before and whole(leader)
    assert leader.do("undo")["undone"] == "move"
    assert seating(leader) == before
    until(lambda: mover.group and mover.group["number"] == 1)
    assert leader.say("command", do="undo")["code"] == "invalid"


def test_two_groups_are_made_one_in_one_go_and_two_again(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    assert at_table(phones, 1)[0].say("leave")["ok"]
    before = seating(leader)
    small, full = leader.groups()
    assert small["mends"][0]["do"] == "merge" or small["mends"]
    told = len(leader.all("groups"))
    leader.do("merge_groups", group=small["id"], into=full["id"])
    assert len(leader.all("groups")) == told + 1
    assert [len(g["members"]) for g in leader.groups()] == [5] and whole(leader)
    for phone in at_table(phones, 1):
        until(lambda phone=phone: phone.group and phone.group["id"] == full["id"])
    assert leader.say("command", do="merge_groups", group=small["id"], into=full["id"])["code"] == "not_found"
    assert leader.say("command", do="merge_groups", group=full["id"], into=full["id"])["code"] == "invalid"
    assert leader.do("undo")["undone"] == "merge_groups"
    assert seating(leader) == before


def test_taking_back_a_removal_brings_the_seat_back(server: Server, dial: Dial) -> None:
    made, leader, phones = enter(server, dial, 6)
    before = seating(leader)
    leader.do("remove", person=me(phones[0]))
    until(lambda: not phones[0].open)
    assert seating(leader) != before
    assert leader.do("undo")["undone"] == "remove"
    assert seating(leader) == before
    assert leader.wait("people", lambda m: any(p["id"] == me(phones[0]) and p["group"] for p in m["changed"]))
    assert made


def test_what_others_wrote_meanwhile_stays_unread_after_a_move_back(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    mover, writer, _ = at_table(phones, 1)
    assert writer.note("tip", "before", "group")["ok"]
    leader.do("move", person=me(mover), group=leader.groups()[1]["id"])
    assert writer.note("tip", "canary", "group")["ok"]
    leader.do("undo")
    mover.say("sync")
    mover.say("clock")
    assert "canary" not in json.dumps(mover.heard)


def test_a_move_back_right_away_leaves_the_notes_readable(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6, step=6)
    mover, writer, _ = at_table(phones, 1)
    assert writer.note("tip", "before", "group")["ok"]
    leader.do("move", person=me(mover), group=leader.groups()[1]["id"])
    leader.do("undo")
    until(lambda: [n["text"] for n in mover.all("snapshot")[-1]["notes"]] == ["before"])


def test_who_moves_after_a_conversation_has_played_it(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6, step=6)
    before = seating(leader)
    roles = {person: played for table in before.values() for person, played in table}
    client = next(person for person, played in before[1] if played[0] == "client")
    leader.do("move", person=client, group=leader.groups()[1]["id"])
    after = seating(leader)
    assert [len(table) for table in after.values()] == [2, 4] and phones
    assert all(played[0] == roles[person][0] for table in after.values() for person, played in table)
    leader.do("undo")
    assert seating(leader) == before


def test_rounds_that_have_been_stay_when_a_move_is_taken_back_later(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    leader.do("move", person=me(at_table(phones, 1)[0]), group=leader.groups()[1]["id"])
    played = {m["id"]: m["roles"][0] for g in leader.groups() for m in g["members"]}
    leader.do("go", index=7)  # the second brief
    leader.do("undo")
    assert {m["id"]: m["roles"][0] for g in leader.groups() for m in g["members"]} == played
    assert [len(g["members"]) for g in leader.groups()] == [3, 3]
    for g in leader.groups():
        for cast in list(zip(*(m["roles"] for m in g["members"]), strict=True))[1:]:
            assert cast.count("client") == cast.count("professional") == 1


def test_after_a_new_draw_nobody_is_moved_back(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 6)
    leader.do("remove", person=me(phones[0]))
    leader.do("move", person=me(phones[1]), group=leader.groups()[1]["id"])
    leader.do("form_groups", seed=4)
    drawn = seating(leader)
    assert leader.do("undo")["undone"] == "remove", "but who was taken out can be let in"
    assert sum(map(len, seating(leader).values())) == 6 and len(drawn) == 2
    assert leader.say("command", do="undo")["code"] == "invalid"


def test_a_draft_is_had_back_until_it_is_shown(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    people = [server.join(made["code"], name)["person"] for name in CAST[:6]]
    leader.do("form_groups", seed=1)
    first = seating(leader)
    leader.do("form_groups", seed=2)
    second = seating(leader)
    assert first != second
    leader.do("move", person=second[1][0][0], group=leader.groups()[1]["id"])
    assert leader.do("undo")["undone"] == "move"
    assert seating(leader) == second
    leader.do("remove", person=people[0])
    assert leader.do("undo")["undone"] == "remove"
    assert seating(leader) == second
    assert leader.do("undo")["undone"] == "form_groups"
    assert seating(leader) == first
    assert leader.do("undo")["undone"] == "form_groups"
    assert seating(leader) == {}, "the first draw came from nothing"
    leader.do("form_groups", seed=1)
    leader.do("go", index=2)
    assert leader.say("command", do="undo")["code"] == "invalid"


def test_not_with_the_same_people_again(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    for name in (*CAST, "Mehmet", "Chantal"):
        server.join(made["code"], name)
    leader.do("form_groups", seed=1)
    for seed in range(5):
        before = [{m["id"] for m in g["members"]} for g in leader.groups()]
        leader.do("form_groups", seed=seed, other=True)
        after = [{m["id"] for m in g["members"]} for g in leader.groups()]
        assert max(len(one & other) for one in before for other in after) == 1


def test_teams_are_spread_unless_the_leader_does_not_want_it(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    teams = {server.join(made["code"], f"{t}{n}", team=t)["person"]: t for t in "ABC" for n in range(3)}

    def together() -> int:
        return sum(len({teams[m["id"]] for m in g["members"]}) < 3 for g in leader.groups())

    for seed in range(4):
        leader.do("form_groups", seed=seed)
        assert together() == 0
    mixed = 0
    for seed in range(4):
        leader.do("form_groups", seed=seed, mix=False)
        mixed += together()
    assert mixed


def test_the_leader_in_an_empty_chair_is_in_no_draw_and_counted_nowhere(server: Server, dial: Dial) -> None:
    made, leader, phones = enter(server, dial, 5, step=4)
    pair = next(g for g in leader.groups() if len(g["members"]) == 2)
    answer = leader.do("sit_in", group=pair["id"], name="Ingrid")
    chair = answer["person"]
    sat = next(g for g in leader.groups() if g["id"] == pair["id"])
    assert [m["name"] for m in sat["members"]][-1] == "Ingrid" and whole(leader) and sat["mends"] == []
    assert leader.wait("people", lambda m: any(p["id"] == chair and p["stand_in"] and p["here"] for p in m["changed"]))
    late = dial(server, server.join(made["code"], "Youssef")["token"])
    assert late.group and late.group["id"] == pair["id"], "the table with the leader's chair is the smallest"
    leader.do("form_groups", seed=3)
    assert sorted(len(g["members"]) for g in leader.groups()) == [3, 3]
    assert chair not in {m["id"] for g in leader.groups() for m in g["members"]}
    leader.wait("people", lambda m: chair in m["gone"])
    assert phones


def test_the_leader_with_a_pair_observes_and_takes_nobodys_turn(sqlite_server: Server, dial: Dial) -> None:
    made, leader, _ = enter(sqlite_server, dial, 5, step=3)
    before = seating(leader)
    number, pair = next((number, seats) for number, seats in before.items() if len(seats) == 2)
    group = next(g["id"] for g in leader.groups() if g["number"] == number)
    chair = leader.do("sit_in", group=group, name="Ingrid")["person"]

    def others(past: int = 0) -> list[list[str]]:
        seats = dict(seating(leader)[number])
        assert set(seats.pop(chair)[past:]) == {"observer"} and whole(leader, past)
        return list(seats.values())

    assert others() == [parts for _, parts in pair]
    leader.do("add_round")
    assert [len(parts) for parts in others()] == [4, 4]
    assert leader.do("undo")["undone"] == "add_round"
    late = dial(sqlite_server, sqlite_server.join(made["code"], "Youssef")["token"])
    assert all({"client", "professional"} <= {*parts} for parts in others())
    assert late.say("leave")["ok"]
    assert all({"client", "professional"} <= {*parts} for parts in others())
    leader.do("remove", person=pair[0][0])
    assert whole(leader, past=1), "with one other the leader plays"
    assert late.say("return")["ok"]
    others(past=1)


def test_a_client_that_the_leader_stood_in_for_is_one_person(sqlite_server: Server, dial: Dial) -> None:
    _, leader, phones = enter(sqlite_server, dial, 7)
    four, three = sorted(leader.groups(), key=lambda g: -len(g["members"]))
    client = next(p for p in at_table(phones, four["number"]) if p.role(1) == "client")
    assert client.say("leave")["ok"]
    chair = leader.do("sit_in", group=four["id"], name="Ingrid")["person"]
    seats = dict(seating(leader)[four["number"]])
    assert whole(leader) and seats[chair][0] == "client"
    leader.do("move", person=next(who for who, parts in seats.items() if parts[0] == "observer"), group=three["id"])
    assert whole(leader)


def test_an_onlooker_goes_and_whoever_speaks_goes_on(sqlite_server: Server, dial: Dial) -> None:
    made, leader, phones = enter(sqlite_server, dial, 7, step=3)
    four, three = sorted(leader.groups(), key=lambda g: -len(g["members"]))
    for phone in at_table(phones, three["number"])[1:]:
        assert phone.say("leave")["ok"]
    chair = leader.do("sit_in", group=three["id"], name="Ingrid")["person"]
    leader.do("next")
    late = [me(dial(sqlite_server, sqlite_server.join(made["code"], name)["token"])) for name in ("Eva", "Youssef")]
    before = dict(seating(leader)[three["number"]])
    assert {*late} < {*before} and before[chair][0] != "observer" and whole(leader)
    leader.do("move", person=late[1], group=four["id"])
    after = dict(seating(leader)[three["number"]])
    assert [after[who][0] for who in after] == [before[who][0] for who in after] and whole(leader)


def test_the_leader_in_a_draft_observes(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    for name in CAST[:5]:
        sqlite_server.join(made["code"], name)
    leader.do("form_groups", seed=1)
    group = next(g["id"] for g in leader.groups() if len(g["members"]) == 2)
    chair = leader.do("sit_in", group=group, name="Ingrid")["person"]
    for rounds in (3, 4):
        seats = {m["id"]: m["roles"] for g in leader.groups() for m in g["members"]}
        assert seats[chair] == ["observer"] * rounds and whole(leader)
        leader.do("add_round")


def test_the_leader_stands_up_again(server: Server, dial: Dial) -> None:
    _, leader, _ = enter(server, dial, 5)
    before = seating(leader)
    pair = next(g for g in leader.groups() if len(g["members"]) == 2)
    chair = leader.do("sit_in", group=pair["id"], name="Ingrid")["person"]
    leader.do("remove", person=chair)
    assert chair not in {m["id"] for g in leader.groups() for m in g["members"]}
    assert leader.do("undo")["undone"] == "remove"
    assert chair in {m["id"] for g in leader.groups() for m in g["members"]}
    assert leader.do("undo")["undone"] == "sit_in"
    assert {n: [p for p, _ in t] for n, t in seating(leader).items()} == {
        n: [p for p, _ in t] for n, t in before.items()
    }
    assert leader.say("command", do="sit_in", group=10**9, name="Ingrid")["code"] == "not_found"
    assert leader.say("command", do="sit_in", group=pair["id"], name="")["code"] == "invalid"


def test_a_running_round_that_lost_its_client_gets_one_by_the_leaders_hand(server: Server, dial: Dial) -> None:
    _, leader, phones = enter(server, dial, 3)
    client = next(p for p in phones if p.role(1) == "client")
    assert client.say("leave")["ok"]
    group = leader.groups()[0]
    assert [m["roles"][0] for m in group["members"]].count("client") == 0
    leader.do("sit_in", group=group["id"], name="Ingrid")
    assert whole(leader)


def test_twenty_throws_can_be_taken_back(sqlite_server: Server, dial: Dial) -> None:
    made, leader, phones = enter(sqlite_server, dial, 6)
    tables = [g["id"] for g in leader.groups()]
    person, now_at = me(phones[0]), phones[0].group
    assert now_at and made
    here = tables.index(now_at["id"])
    for times in range(1, 22):
        leader.do("move", person=person, group=tables[(here + times) % 2])
    for _ in range(20):
        assert leader.do("undo")["undone"] == "move"
    until(lambda: leader.say("command", do="undo")["code"] == "invalid")


def test_many_late_comers_get_new_tables(server: Server, dial: Dial) -> None:
    made, leader, _ = enter(server, dial, 6)
    late = [server.join(made["code"], f"Laat {n}", key=made["join_url"].split("#k=")[1]) for n in range(24)]
    until(lambda: sum(len(g["members"]) for g in leader.groups()) == 10)
    assert [len(g["members"]) for g in leader.groups()] == [5, 5], "the other twenty wait"
    waiting = dial(server, late[-1]["token"])
    assert waiting.snapshot["group"] is None
    leader.do("new_tables")
    assert sorted(len(g["members"]) for g in leader.groups()) == [3, 3, 3, 3, 4, 4, 5, 5] and whole(leader)
    assert waiting.wait("snapshot", lambda s: s["group"])["step"]["round"] == 1
    assert [g["number"] for g in leader.groups()] == list(range(1, 9))
    assert leader.say("command", do="new_tables")["code"] == "invalid", "nobody waits"
    assert leader.do("undo")["undone"] == "new_tables"
    assert [len(g["members"]) for g in leader.groups()] == [5, 5]
    leader.do("next")  # nobody waits into the next step, where they have played nothing yet
    assert sorted(len(g["members"]) for g in leader.groups()) == [3, 3, 3, 3, 4, 4, 5, 5] and whole(leader, past=1)
