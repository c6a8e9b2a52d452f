"""A word to all or to one group, help for a hand that is up, and how far everyone is (issue 4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from app.test_privacy import Afternoon, afternoon
from live import Line, Server, until

__all__ = ["afternoon"]
Dial = Callable[..., Line]


def person(line: Line) -> int:
    """Who is at the end of this line."""
    id: int = line.snapshot["me"]["id"]
    return id


def fresh(line: Line) -> dict[str, Any]:
    """What a line is told when it asks anew."""
    count = len(line.all("snapshot"))
    line.say("sync")
    until(lambda: len(line.all("snapshot")) > count)
    return dict(line.all("snapshot")[-1])


def counted(leader: Line) -> list[tuple[int, int]]:
    """By how many each notice was seen, of how many."""
    told = leader.all("notices")
    return [(n["seen"], n["of"]) for n in told[-1]] if told else []


def test_a_notice_to_all_is_seen_by_so_many_of_so_many(afternoon: Afternoon, dial: Dial) -> None:
    leader, phones = afternoon.leader, afternoon.phones
    leader.do("add_person", name="Willemijn")
    id = leader.do("notice", text="ten minutes more")["notice"]
    for line in (*phones, leader, afternoon.screen):
        heard = line.wait("notice")
        assert (heard["id"], heard["text"], heard["group"]) == (id, "ten minutes more", None) and heard["at"]
    until(lambda: counted(leader) == [(0, 6)])
    assert [n["id"] for n in fresh(phones[0])["notices"]] == [id]
    for _ in range(2):
        assert phones[0].say("seen", notice=id)["ok"]
    until(lambda: counted(leader) == [(1, 6)])
    assert phones[0].wait("notices") == [] == fresh(phones[0])["notices"]
    phones[1].say("leave")
    until(lambda: counted(leader) == [(1, 5)])
    leader.do("remove", person=person(phones[0]))
    until(lambda: counted(leader) == [(0, 4)])
    assert fresh(leader)["notices"] == leader.all("notices")[-1]
    late = dial(afternoon.server, afternoon.server.join(afternoon.made["code"], "Bo")["token"])
    assert late.snapshot["notices"] == [], "it was not said to who was not there"
    assert late.say("seen", notice=id)["code"] == "not_found"


def test_a_notice_to_one_group_reaches_that_group_and_leaders(afternoon: Afternoon, dial: Dial) -> None:
    mine, others = afternoon.triad(1), afternoon.triad(2)
    group = mine[0].group
    assert group
    other_leader = dial(afternoon.server, afternoon.made["lead_token"])
    elsewhere = dial(afternoon.server, afternoon.server.create()["lead_token"])
    id = afternoon.leader.do("notice", text="canary", group=group["id"])["notice"]
    for line in (*mine, afternoon.leader, other_leader):
        assert line.wait("notice")["group"] == group["id"]
    until(lambda: counted(afternoon.leader) == [(0, 3)])
    assert others[0].say("seen", notice=id)["code"] == "not_found"
    afternoon.leader.do("move", person=person(mine[0]), group=others[0].group["id"])  # type: ignore[index]
    assert fresh(mine[0])["notices"] == [] and len(fresh(mine[1])["notices"]) == 1
    afternoon.quiet()
    for line in (*others, afternoon.screen, elsewhere):
        fresh(line)
        assert "canary" not in afternoon.heard(line)


def test_notices_that_cannot_be_said(server: Server, dial: Dial) -> None:
    made, other = server.create(), server.create()
    leader, stranger = dial(server, made["lead_token"]), dial(server, other["lead_token"])
    phone = dial(server, server.join(made["code"], "Noor")["token"])
    server.join(made["code"], "Sem")
    leader.do("form_groups", seed=1)
    group = until(lambda: leader.all("groups"))[-1]["groups"][0]["id"]
    for text, code in (("", "invalid"), ("x" * 281, "too_large")):
        assert leader.say("command", do="notice", text=text)["code"] == code
    assert leader.say("command", do="notice", text="x", group=group)["code"] == "invalid", "a draft"
    leader.do("go", index=2)
    assert leader.say("command", do="notice", text="x", group=10**9)["code"] == "not_found"
    for do in ("notice", "coming", "lower"):
        assert stranger.say("command", do=do, text="x", group=group)["code"] == "not_found"
    foreign = stranger.do("notice", text="x")["notice"]
    assert phone.say("seen", notice=foreign)["code"] == "not_found"
    assert fresh(leader)["notices"] == fresh(phone)["notices"] == []


def test_a_notice_ends_with_its_step(afternoon: Afternoon, dial: Dial) -> None:
    """Issue 9: "two minutes more" hung on the screen through all that came after."""
    leader, (mine, *_), screen = afternoon.leader, afternoon.triad(1), afternoon.screen
    id = leader.do("notice", text="two minutes more")["notice"]
    late = leader.do("notice", text="to you", group=(mine.group or {})["id"])["notice"]
    assert [n["id"] for n in fresh(screen)["notices"]] == [id] and fresh(mine)["said"] == [id, late]
    at = screen.wait("notice")["at"]

    def over(line: Line) -> bool:
        told = fresh(line)
        return not [n for n in told["notices"] if n["at"] >= told["step"]["entered_at"]]

    leader.do("next")
    assert over(screen) and over(mine) and at < fresh(screen)["step"]["entered_at"]
    assert [n["id"] for n in fresh(leader)["notices"]] == [id, late], "leaders keep what was said"
    leader.do("back")
    assert not over(screen) and not over(mine), "the step goes on as it was, for whoever asked meanwhile too"
    leader.do("next")
    leader.do("drop_step", index=len(fresh(leader)["programme"]) - 2)  # a change of the programme is no other step
    again = leader.do("notice", text="once more")["notice"]
    assert not over(screen)
    assert mine.say("seen", notice=again)["ok"] and over(mine) and again in fresh(mine)["said"]


def test_a_notice_is_taken_back(afternoon: Afternoon, dial: Dial) -> None:
    mine, others = afternoon.triad(1), afternoon.triad(2)
    leader, group = afternoon.leader, (mine[0].group or {})["id"]
    to_all = leader.do("notice", text="wrong")["notice"]
    to_one = leader.do("notice", text="wrong too", group=group)["notice"]
    assert mine[0].say("seen", notice=to_one)["ok"]
    leader.do("unsay", notice=to_one)
    for line in (*mine, leader):
        assert line.wait("unsaid") == {"id": to_one}
    assert not any(line.all("unsaid") for line in (*others, afternoon.screen))
    leader.do("unsay", notice=to_all)
    for line in (*afternoon.phones, afternoon.screen, leader):
        assert line.wait("unsaid", lambda told: told["id"] == to_all)
        assert fresh(line)["notices"] == []
    assert fresh(mine[0])["said"] == [], "a phone that slept learns it, too"
    assert leader.say("command", do="unsay", notice=to_all)["code"] == "not_found"
    assert others[0].say("seen", notice=to_all)["code"] == "not_found"
    assert others[0].say("command", do="unsay", notice=to_all)["code"] == "forbidden"
    stranger = dial(afternoon.server, afternoon.server.create()["lead_token"])
    mistaken = leader.do("notice", text="mine")["notice"]
    assert stranger.say("command", do="unsay", notice=mistaken)["code"] == "not_found"


def test_help_is_on_its_way(afternoon: Afternoon) -> None:
    mine, leader = afternoon.triad(1), afternoon.leader
    id = (mine[0].group or {})["id"]

    def told() -> dict[str, Any]:
        return dict(next(g for g in leader.groups() if g["id"] == id))

    mine[0].say("hand", up=True)
    up = mine[1].wait("group", lambda g: g["hand_at"])
    until(lambda: told()["hand_at"] == up["hand_at"])
    leader.do("coming", group=id)
    first = mine[2].wait("group", lambda g: g["coming_at"])["coming_at"]
    leader.do("coming", group=id)
    mine[1].say("hand", up=True)
    assert (told()["hand_at"], told()["coming_at"]) == (up["hand_at"], first), "said twice, changed nothing"
    mine[1].say("hand", up=False)
    mine[1].say("hand", up=True)
    assert told()["hand_at"] and told()["coming_at"] is None, "a hand that goes up anew waits anew"
    leader.do("coming", group=id)
    leader.do("lower", group=id)
    assert told()["hand_at"] is told()["coming_at"] is None
    assert fresh(mine[0])["group"]["coming_at"] is None
    leader.wait("people", lambda m: m["changed"] and not any(p["hand"] for p in m["changed"]))
    afternoon.quiet()
    assert '"hand' not in afternoon.heard(afternoon.screen) and "coming_at" not in afternoon.heard(afternoon.screen)
    assert all(g["coming_at"] is None for line in afternoon.triad(2) for g in line.all("group"))


def test_leaders_hear_how_far_everyone_is_and_never_what(afternoon: Afternoon) -> None:
    (writer, opener, _), other = afternoon.triad(1), afternoon.triad(2)[0]
    one, two = (str((line.group or {})["id"]) for line in (writer, other))
    writer.note("tip", "canary one")
    writer.note("worked_well", "canary two", "organiser")
    opener.note("tip", "canary three", "group")
    other.post("snags", "on the wall")
    other.note("case", "canary four", "me", round=2)
    wanted = {
        "step": 4,
        "groups": {one: {"wrote": 2, "opened": 1}, two: {"wrote": 0, "opened": 0}},
        "wrote": 2,
        "posted": 1,
        "of": 6,
    }
    until(lambda: afternoon.leader.all("progress")[-1] == wanted)
    assert fresh(afternoon.leader)["progress"] == wanted
    afternoon.leader.do("add_person", name="Willemijn")
    writer.say("leave")
    until(lambda: (afternoon.leader.all("progress")[-1]["wrote"], afternoon.leader.all("progress")[-1]["of"]) == (1, 5))
    assert "canary" not in afternoon.heard(afternoon.leader)
    for line in (afternoon.screen, *afternoon.phones):
        assert not line.all("progress") and "progress" not in fresh(line)


def test_before_the_rounds_it_is_about_the_preparation(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    phone = dial(server, server.join(made["code"], "Noor")["token"])
    leader.do("next")
    phone.note("case", "canary")
    until(lambda: leader.all("progress") and leader.all("progress")[-1]["wrote"] == 1)
    assert leader.all("progress")[-1] == {"step": 1, "groups": {}, "wrote": 1, "posted": 0, "of": 1}
    phone.say("erase_me")
    until(lambda: leader.all("progress")[-1] == {"step": 1, "groups": {}, "wrote": 0, "posted": 0, "of": 0})


@pytest.mark.parametrize("burst", [30])
def test_progress_comes_at_most_once_a_second(server: Server, dial: Dial, burst: int) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem")]
    until(lambda: leader.all("progress") and leader.all("progress")[-1]["of"] == 2)
    before = len(leader.all("progress"))
    for number in range(burst):
        phones[number % 2].note("tip", f"line {number}")
    until(lambda: leader.all("progress")[-1]["wrote"] == 2)
    assert len(leader.all("progress")) - before < burst / 3
    assert "line" not in json.dumps(leader.all("progress"))


def test_a_leader_and_the_screen_see_who_sits_at_their_table(afternoon: Afternoon) -> None:
    mine, others = afternoon.triad(1), afternoon.triad(2)
    sem, id = mine[0], person(mine[0])
    told = len(others[0].heard), len(afternoon.leader.all("groups"))
    assert sem.say("sit", on=True)["ok"]
    for line in mine:
        line.wait("group", lambda g: {m["id"] for m in g["members"] if m["sits"]} == {id})
    for line in (afternoon.leader, afternoon.screen):
        line.wait("people", lambda m: any(p["id"] == id and p["sits"] for p in m["changed"]))
        assert [p["id"] for p in fresh(line)["people"] if p["sits"]] == [id]
    heard = len(mine[1].all("group"))
    assert sem.say("sit", on=True)["ok"], "said twice, changed nothing"
    assert sem.say("sit", on=False)["ok"], "pressed by mistake"
    until(lambda: not any(m["sits"] for m in mine[1].all("group")[-1]["members"]))
    assert len(mine[1].all("group")) == heard + 1
    until(
        lambda: [p["sits"] for m in afternoon.leader.all("people") for p in m["changed"] if p["id"] == id][-1] is False
    )
    assert told == (len(others[0].heard), len(afternoon.leader.all("groups"))), "nobody hears what is no different"
    assert sem.say("sit", on="yes")["code"] == "invalid"
    assert afternoon.leader.say("sit", on=True)["code"] == afternoon.screen.say("sit")["code"] == "forbidden"


def test_another_draw_is_another_table_to_sit_down_at(afternoon: Afternoon) -> None:
    mine = afternoon.triad(1)
    for line in mine:
        assert line.say("sit")["ok"]
    afternoon.leader.do("form_groups", seed=5)
    assert not any(p["sits"] for p in fresh(afternoon.leader)["people"])
    until(lambda: not any(p["sits"] for m in afternoon.screen.all("people")[-1:] for p in m["changed"]))


def test_nobody_sits_at_a_draft(server: Server, dial: Dial) -> None:
    made = server.create()
    noor, sem = (dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem"))
    dial(server, made["lead_token"]).do("form_groups", seed=1)
    assert noor.say("sit")["code"] == sem.say("sit")["code"] == "not_found"
