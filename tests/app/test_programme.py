"""The programme changed while the room is in it, through the doors (issue 4, now / next)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from live import Line, Server, until

Dial = Callable[..., Line]
PREPARE, GROUPS, BRIEF, CONVERSATION = 1, 2, 3, 4


def programme(line: Line) -> list[dict[str, Any]]:
    """The steps, as this line last heard of them."""
    found = [
        p if name == "programme" else p["programme"] for name, p in line.heard if name in ("programme", "snapshot")
    ]
    return list(found[-1])


def kinds(line: Line) -> list[str]:
    """The kinds of the steps in their order."""
    return [step["kind"] for step in programme(line)]


def test_everyone_hears_of_another_length_and_then_of_the_clock(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    phone = dial(server, server.join(made["code"], "Noor")["token"])
    leader.do("next")
    ends_at = leader.step["clock"]["ends_at"]
    length = programme(leader)[PREPARE]["seconds"]
    version = leader.do("set_step", index=PREPARE, seconds=length + 90, title="Nog even")["version"]
    for line in (leader, screen, phone):
        line.wait("step", lambda s: s["version"] == version)
        assert line.step["clock"]["ends_at"] == ends_at + 90_000
        step = programme(line)[PREPARE]
        assert (step["seconds"], step["planned"], step["title"]) == (length + 90, length, "Nog even")
        names = [name for name, _ in line.heard if name in ("programme", "step")]
        assert names[-2:] == ["programme", "step"]
    assert leader.do("set_step", index=PREPARE, seconds=length + 90)["version"] == version, "nothing new, nothing told"
    assert len(leader.all("programme")) == 1


@pytest.mark.parametrize(("dropped_in", "undone_in"), [(0, 1), (1, 0), (0, 0), (1, 1)])
def test_wherever_the_room_is_taking_back_brings_the_plan_back(
    sqlite_server: Server, dial: Dial, dropped_in: int, undone_in: int
) -> None:
    leader = dial(sqlite_server, sqlite_server.create(programme="full")["lead_token"])
    before = programme(leader)
    leader.do("go", index=dropped_in)
    for kind in ("break", "plenary"):
        leader.do("drop_step", index=kinds(leader).index(kind))
    leader.do("go", index=undone_in)
    for _ in range(2):
        assert leader.do("undo")["undone"] == "drop_step"
        assert all(step["planned"] >= 0 for step in programme(leader))
    assert programme(leader) == before


def test_steps_are_added_moved_and_dropped_and_that_is_taken_back(server: Server, dial: Dial) -> None:
    made = server.create(programme="full")
    leader = dial(server, made["lead_token"])
    before = programme(leader)
    leader.do("insert_step", index=3, kind="break")
    added = programme(leader)[3]
    assert (added["kind"], added["title"], added["seconds"], added["planned"]) == ("break", "Pauze", 0, 0)
    leader.do("insert_step", index=3, kind="talk", title="Nog een verhaal", seconds=60, auto_advance=True)
    assert (programme(leader)[3]["title"], programme(leader)[3]["auto_advance"]) == ("Nog een verhaal", True)
    leader.do("go", index=3)
    leader.do("slide", to=1)
    assert leader.step["slide"] == 1, "a talk that is added has the slides of the pack"
    leader.do("go", index=0)
    leader.do("drop_step", index=3)
    leader.do("move_step", index=3, to=1)
    moved = kinds(leader)
    assert moved[1] == "break"
    leader.do("drop_step", index=1)
    assert [s["title"] for s in programme(leader)] == [s["title"] for s in before]
    assert leader.do("undo")["undone"] == "drop_step"
    assert kinds(leader) == moved
    assert leader.do("undo")["undone"] == "move_step"
    assert leader.do("undo")["undone"] == "drop_step"
    assert programme(leader)[3]["title"] == "Nog een verhaal"
    assert [leader.do("undo")["undone"] for _ in range(2)] == ["insert_step", "insert_step"]
    assert programme(leader) == before
    leader.do("add_round")
    assert leader.do("undo")["undone"] == "add_round"
    assert programme(leader) == before
    assert leader.say("command", do="undo")["code"] == "invalid"


def test_a_clock_that_began_again_goes_on_as_it_stood(server: Server, dial: Dial) -> None:
    leader = dial(server, server.create()["lead_token"])
    leader.do("go", index=1)
    leader.do("add", seconds=120)
    running = leader.step["clock"]
    leader.do("restart")
    assert leader.step["clock"]["ends_at"] != running["ends_at"]
    assert leader.do("undo")["undone"] == "restart"
    assert (leader.step["clock"]["ends_at"], leader.step["clock"]["length"]) == (running["ends_at"], running["length"])
    leader.do("pause")
    paused = leader.step["clock"]
    assert leader.do("undo", deed=leader.do("restart")["deed"])["undone"] == "restart"
    assert leader.step["clock"] == paused
    leader.do("restart")
    leader.do("go", index=2)
    assert leader.say("command", do="undo")["code"] == "invalid", "that step is left"
    leader.do("restart")
    assert leader.say("command", do="put_clock", entered_at=0, clock=paused)["code"] == "invalid", "nobody sends it"


def test_what_was_dropped_cannot_come_back_behind_the_room(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    leader.do("move_step", index=2, to=1)
    leader.do("drop_step", index=PREPARE)
    leader.do("next")
    leader.do("next")
    version = leader.version
    assert leader.do("undo") == {"ok": True, "undone": None, "version": version}
    assert leader.say("command", do="undo")["code"] == "invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "set_step", "index": 0, "seconds": 60},
        {"do": "set_step", "index": 99},
        {"do": "set_step", "index": PREPARE, "seconds": -1},
        {"do": "insert_step", "index": 1, "kind": "break"},
        {"do": "insert_step", "index": 3, "kind": "brief"},
        {"do": "insert_step", "index": CONVERSATION, "kind": "break"},
        {"do": "insert_step", "index": 3, "kind": "dance"},
        {"do": "drop_step", "index": 1},
        {"do": "drop_step", "index": CONVERSATION},
        {"do": "move_step", "index": GROUPS, "to": 6},
        {"do": "move_step", "index": 0, "to": 3},
        {"do": "put_step", "index": 3, "step": {"kind": "break", "title": "x"}},
    ],
)
def test_a_refusal_changes_nothing(sqlite_server: Server, dial: Dial, wrong: dict[str, Any]) -> None:
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    leader.do("next")
    version = leader.version
    assert leader.say("command", **wrong)["code"] == "invalid"
    assert leader.say("clock")["version"] == version
    assert not leader.all("programme")


def test_of_two_leaders_who_change_the_programme_one_is_stale(server: Server, dial: Dial) -> None:
    made = server.create()
    one, other = dial(server, made["lead_token"]), dial(server, made["lead_token"])
    version = one.version
    one.do("set_step", index=PREPARE, seconds=60, expect=version)
    for command in (
        {"do": "set_step", "index": PREPARE, "seconds": 90},
        {"do": "drop_step", "index": PREPARE},
        {"do": "insert_step", "index": 1, "kind": "break"},
        {"do": "move_step", "index": 1, "to": 2},
        {"do": "add_round"},
        {"do": "lock"},
        {"do": "undo"},
        {"do": "dismiss"},
    ):
        assert other.say("command", expect=version, **command)["code"] == "stale"
    assert other.say("clock")["version"] == version + 1


def test_a_round_more_gives_everyone_who_was_not_yet_client_or_professional_their_turn(
    server: Server, dial: Dial
) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    phones = [dial(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem", "Fatma", "Jan")]
    leader.do("form_groups", seed=1)
    leader.do("add_round")
    assert [len(m["roles"]) for g in leader.groups() for m in g["members"]] == [4] * 4, "in the draft"
    leader.do("go", index=CONVERSATION)
    leader.do("add_round")
    steps = programme(leader)
    assert max(s["round"] or 0 for s in steps) == 5
    assert [s["planned"] for s in steps if s["round"] == 5] == [0] * 4
    members = leader.groups()[0]["members"]
    for role in ("client", "professional"):
        assert all(role in m["roles"][:4] for m in members)
        assert [m["roles"][4] for m in members].count(role) == 1
    phones[0].wait("group", lambda g: g["id"] and len(g["members"][0]["roles"]) == 5)
    assert phones[0].note("tip", "in the fifth", round=5)["ok"]
    leader.do("go", index=next(s["index"] for s in steps if s["kind"] == "plenary"))
    assert leader.say("command", do="add_round")["code"] == "invalid"


def test_the_room_began_when_it_left_its_first_step(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    assert leader.snapshot["step"]["began_at"] is None
    created = leader.snapshot["step"]["entered_at"]
    assert abs(created - leader.snapshot["now"]) < 60_000
    leader.do("next")
    began = leader.step["began_at"]
    assert leader.step["entered_at"] == began >= created
    leader.do("next")
    assert leader.step["began_at"] == began <= leader.step["entered_at"]
    leader.do("back")
    assert leader.step["entered_at"] == began, "as if it had not been left"
    fresh = dial(server, made["screen_token"]).snapshot["step"]
    assert (fresh["began_at"], fresh["entered_at"]) == (began, began)


def test_a_step_in_overtime_that_is_to_end_by_itself_carries_the_room_on(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    leader.do("next")
    leader.do("set_step", index=PREPARE, seconds=0)
    leader.do("set_step", index=PREPARE, auto_advance=True)
    until(lambda: leader.step["kind"] == "groups")
    assert leader.step["clock"]["ends_at"] > leader.step["now"]


def test_a_start_is_planned_by_the_clock_of_the_room(server: Server, dial: Dial) -> None:
    made = server.create(zone="America/New_York", planned_start="9.30")
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    assert leader.snapshot["room"]["zone"] == screen.snapshot["room"]["zone"] == "America/New_York"
    assert leader.snapshot["step"]["planned_start"] == "09:30"
    version = leader.do("plan", start="13:00")["version"]
    screen.wait("step", lambda step: step["planned_start"] == "13:00" and step["version"] == version)
    assert leader.do("plan", start="13:00")["version"] == version, "nothing new"
    for wrong in ("25:00", "", "noon", 13):
        assert leader.say("command", do="plan", start=wrong)["code"] == "invalid"
    assert leader.say("command", do="plan")["code"] == "invalid"
    leader.do("plan", start=None)
    assert leader.step["planned_start"] is None
    leader.do("close")
    assert leader.say("command", do="plan", start="13:00")["code"] == "closed"


def test_create_takes_a_zone_and_a_start(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create_by_command(zone="Europe/London", start="13:00")
    leader = dial(sqlite_server, made["lead_token"])
    assert (leader.snapshot["room"]["zone"], leader.step["planned_start"]) == ("Europe/London", "13:00")
    plain = dial(sqlite_server, sqlite_server.create_by_command()["lead_token"])
    assert (plain.snapshot["room"]["zone"], plain.step["planned_start"]) == ("Europe/Amsterdam", None)
    for wrong in (("--zone", "Europe/Atlantis"), ("--zone", "../../etc/passwd"), ("--start", "25:00")):
        done = sqlite_server.workshop("create", "--title", "Samen", *wrong)
        assert done.returncode == 1 and wrong[1] in done.stderr


def own_notes(line: Line) -> dict[str, str]:
    """What leaders wrote for themselves, as this line last heard, by the step that it is about."""
    told = [p if name == "own_notes" else p["own_notes"] for name, p in line.heard if name in ("own_notes", "snapshot")]
    return {step["kind"]: text for step, text in zip(programme(line), told[-1], strict=False) if text}


def test_what_a_leader_notes_goes_where_its_step_goes_and_to_nobody_else(server: Server, dial: Dial) -> None:
    made = server.create()
    leader, other = dial(server, made["lead_token"]), dial(server, made["lead_token"])
    screen, noor = dial(server, made["screen_token"]), dial(server, server.join(made["code"], "Noor")["token"])
    version = leader.version
    answer = leader.do("own_note", index=PREPARE, text="canary\nand a line more ", expect=version)
    assert answer["version"] == version and "deed" not in answer
    other.wait("own_notes", lambda told: told[PREPARE] == "canary\nand a line more")
    assert leader.do("next", expect=version)["ok"], "nobody was before it"
    leader.do("insert_step", index=GROUPS, kind="break")
    leader.do("own_note", index=GROUPS, text="on the break")
    leader.do("move_step", index=GROUPS, to=len(programme(leader)) - 2)
    until(lambda: own_notes(leader) == {"prepare": "canary\nand a line more", "break": "on the break"})
    leader.do("drop_step", index=len(programme(leader)) - 2)
    until(lambda: "break" not in own_notes(leader))
    leader.do("undo")
    until(lambda: own_notes(other).get("break") == "on the break")
    leader.do("own_note", index=CONVERSATION, text="round one")
    leader.do("add_round")
    until(lambda: len(other.all("own_notes")[-1]) == len(programme(other)))
    assert other.all("own_notes")[-1].count("round one") == 1, "one more round is new"
    leader.do("own_note", index=PREPARE, text="")
    until(lambda: "prepare" not in own_notes(other))
    for line in (screen, noor):
        assert not line.all("own_notes") and "canary" not in str(line.heard) and "own_note" not in str(line.heard)


def test_notes_about_steps_have_a_bound_and_end_with_the_room(server: Server, dial: Dial) -> None:
    leader = dial(server, server.create()["lead_token"])
    assert leader.say("command", do="own_note", index=99, text="x")["code"] == "invalid"
    assert leader.say("command", do="own_note", index=1, text="x" * 1001)["code"] == "too_large"
    assert leader.say("command", do="own_note", index=-1, text="x")["code"] == "invalid"
    codes = [leader.say("command", do="own_note", index=at, text="\N{SNOWMAN}" * 1000).get("code") for at in range(14)]
    assert codes.count(None) == 5 and set(codes[5:]) == {"too_large"}
    leader.do("own_note", index=0, text="\N{SNOWMAN}" * 999)
    leader.do("close")
    assert leader.say("command", do="own_note", index=0, text="x")["code"] == "closed"
