"""What users of neighbouring products complain of, and why nobody can say it of us: what it takes a server to show.

The whole list stands in tests/test_complaints.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live import Line, Server, until

Dial = Callable[..., Line]
CAST = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef", "Chantal", "O")


def enter(server: Server, dial: Dial, people: int = 6, **options: Any) -> tuple[dict[str, str], Line, list[Line]]:
    """A room with this many phones, in the lobby."""
    made = server.create(**options)
    leader = dial(server, made["lead_token"])
    return made, leader, [dial(server, server.join(made["code"], name)["token"]) for name in CAST[:people]]


def index_of(leader: Line, kind: str, round: int | None = None) -> int:
    """Where a step stands in the programme."""
    return next(s["index"] for s in leader.snapshot["programme"] if (s["kind"], s["round"]) == (kind, round))


def drawn(leader: Line) -> list[dict[str, Any]]:
    """The groups as the leader last saw them."""
    return list(leader.all("groups")[-1]["groups"])


def test_a_trainer_is_not_drafted_and_nobody_is_left_out(sqlite_server: Server, dial: Dial) -> None:
    """A leader is no participant, two leaders neither. Who is away, asleep or without a phone is in the draw all the
    same; who sits in for someone missing is not drawn."""
    made, leader, phones = enter(sqlite_server, dial, 5)
    co_leader = dial(sqlite_server, made["lead_token"])
    for phone in phones[:3]:
        phone.close()
    by_hand = leader.do("add_person", name="Gerrit")["person"]
    leader.do("form_groups", seed=1)
    seated = [m["id"] for group in drawn(leader) for m in group["members"]]
    assert sorted(seated) == sorted([by_hand, *(phone.snapshot["me"]["id"] for phone in phones)])
    assert co_leader.wait("groups", lambda told: told["groups"])
    leader.do("remove", person=by_hand)
    small = next(group for group in drawn(leader) if len(group["members"]) == 2)
    stand_in = leader.do("sit_in", group=small["id"], name="De leider")["person"]
    leader.do("form_groups", seed=2)
    assert stand_in not in [m["id"] for group in drawn(leader) for m in group["members"]]


def test_not_with_the_same_people_again(sqlite_server: Server, dial: Dial) -> None:
    _, leader, _ = enter(sqlite_server, dial, 9)
    leader.do("form_groups", seed=1)
    first = [{m["id"] for m in group["members"]} for group in drawn(leader)]
    leader.do("form_groups", other=True)
    again = [{m["id"] for m in group["members"]} for group in drawn(leader)]
    assert len(again) == 3 and all(len(group & old) <= 1 for group in again for old in first)


def test_groups_are_prepared_ahead_and_nobody_sees_them_before_they_are_shown(
    sqlite_server: Server, dial: Dial
) -> None:
    made, leader, phones = enter(sqlite_server, dial, 6)
    screen = dial(sqlite_server, made["screen_token"])
    leader.do("form_groups", seed=1)
    one, other = drawn(leader)
    moving = one["members"][0]["id"]
    leader.do("move", person=moving, group=other["id"])
    leader.do("move", person=other["members"][0]["id"], group=one["id"])
    draft = [{m["id"] for m in group["members"]} for group in drawn(leader)]
    assert not screen.all("groups") and not any(phone.all("group") for phone in phones)
    leader.do("go", index=index_of(leader, "groups"))
    shown = screen.wait("groups")["groups"]
    assert [{m["id"] for m in group["members"]} for group in shown] == draft
    assert all(phone.wait("group", lambda group: group["id"]) for phone in phones)


def test_every_group_can_call_the_leader(sqlite_server: Server, dial: Dial) -> None:
    """Hands stand in a queue with the moment at which they went up, and the group hears that the leader comes."""
    _, leader, phones = enter(sqlite_server, dial, 6)
    leader.do("go", index=index_of(leader, "conversation", 1))
    until(lambda: all(phone.group for phone in phones))
    first = phones[0]
    other = next(phone for phone in phones if phone.group and first.group and phone.group["id"] != first.group["id"])
    assert other.group and first.group
    for phone in (other, first):
        assert phone.say("hand", up=True)["ok"]
    leader.wait("groups", lambda told: all(group["hand_at"] for group in told["groups"]))
    queue = sorted(drawn(leader), key=lambda group: group["hand_at"])
    assert queue[0]["id"] == other.group["id"]
    leader.do("coming", group=other.group["id"])
    assert other.wait("group", lambda group: group.get("coming_at"))
    leader.do("lower", group=other.group["id"])
    assert other.wait("group", lambda group: group["id"] and not group["hand_at"] and not group["coming_at"])
    assert next(group for group in drawn(leader) if group["id"] == first.group["id"])["hand_at"]


def test_one_message_reaches_everyone_and_the_leader_sees_who_saw_it(sqlite_server: Server, dial: Dial) -> None:
    made, leader, phones = enter(sqlite_server, dial, 6)
    screen = dial(sqlite_server, made["screen_token"])
    id = leader.do("notice", text="Over vijf minuten koffie")["notice"]
    for line in (*phones, screen):
        assert line.wait("notice", lambda told: told["id"] == id)["text"] == "Over vijf minuten koffie"
    for phone in phones[:2]:
        assert phone.say("seen", notice=id)["ok"]
    seen = leader.wait("notices", lambda told: any(n["id"] == id and n["seen"] == 2 for n in rows(told)))
    assert next(n for n in rows(seen) if n["id"] == id)["of"] == 6


def rows(told: Any) -> list[dict[str, Any]]:
    """The notices in a message."""
    return list(told if isinstance(told, list) else told["notices"])


def test_a_room_without_its_leader_goes_on_and_any_laptop_takes_over(sqlite_server: Server, dial: Dial) -> None:
    made, leader, phones = enter(sqlite_server, dial, 3, conversation="1s", feedback="5m")
    leader.do("go", index=index_of(leader, "conversation", 1))
    leader.close()
    for phone in phones:  # nobody leads, and the clock carries the room on
        assert phone.wait("step", lambda step: step["kind"] == "feedback")["cause"] == "clock"
    tablet = dial(sqlite_server, made["lead_token"])
    assert tablet.snapshot["step"]["kind"] == "feedback" and len(tablet.snapshot["people"]) == 3
    tablet.do("next")
    assert phones[0].wait("step", lambda step: step["kind"] == "notes")


def test_who_leaves_holds_nobody_up(sqlite_server: Server, dial: Dial) -> None:
    """The clock goes on, the others' next roles are whole, and the leader is offered a mend."""
    _, leader, phones = enter(sqlite_server, dial, 6)
    leader.do("go", index=index_of(leader, "conversation", 1))
    until(lambda: all(phone.group for phone in phones))
    leaver = next(phone for phone in phones if phone.role(2) == "client")
    table = leaver.group["id"] if leaver.group else None
    assert leaver.say("leave")["ok"]
    told = leader.wait("groups", lambda told: any(len(g["members"]) == 2 for g in told["groups"]))
    left = next(group for group in told["groups"] if group["id"] == table)
    assert sorted(m["roles"][1] for m in left["members"]) == ["client", "professional"] and left["mends"]
    leader.do("go", index=index_of(leader, "brief", 2))
    assert leader.step["round"] == 2
