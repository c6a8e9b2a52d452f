"""The room moves: by its leaders, by its clock, through kill -9 (issue 2, done when 3 and 4; R1, R8)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from live import Line, Server, until

Dial = Callable[..., Line]
CONVERSATION = 4


def test_two_leaders_press_next_together_and_move_one_step(server: Server, dial: Dial) -> None:
    made = server.create()
    one, other = dial(server, made["lead_token"]), dial(server, made["lead_token"])
    version = one.snapshot["version"]
    answers: list[dict[str, object]] = []
    together = threading.Barrier(2)

    def press(line: Line) -> None:
        together.wait()
        answers.append(line.say("command", do="next", expect=version))

    pressing = [threading.Thread(target=press, args=(line,)) for line in (one, other)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sorted(str(a.get("code")) for a in answers) == ["None", "stale"]
    one.say("sync")
    assert one.wait("step")["index"] == 1
    assert [s["index"] for s in one.all("step")] == [1]


def test_the_step_is_told_before_the_acknowledgement(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    version = leader.do("next")["version"]
    assert leader.all("step")[-1]["version"] == version == leader.snapshot["version"] + 1


def test_a_killed_server_goes_on_where_the_clock_is(own_server: Server, dial: Dial) -> None:
    made = own_server.create(conversation="30m")
    leader = dial(own_server, made["lead_token"])
    tokens = [own_server.join(made["code"], name)["token"] for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva")]
    phones = [dial(own_server, token) for token in tokens]
    leader.do("go", index=CONVERSATION)
    for phone in phones:
        phone.wait("group", lambda g: g["id"])
        phone.wait("step", lambda s: s["kind"] == "conversation")
    seats = [(p.group["number"], p.role(1)) for p in phones if p.group]
    before = leader.step["clock"]
    assert phones[0].note("tip", "kept")["ok"]
    own_server.kill()
    own_server.start()
    again = [dial(own_server, token) for token in tokens]
    assert [(p.group["number"], p.role(1)) for p in again if p.group] == seats
    assert {p.snapshot["step"]["clock"]["ends_at"] for p in again} == {before["ends_at"]}
    assert [n["text"] for n in again[0].snapshot["notes"]] == ["kept"]


def test_a_step_that_ended_while_the_server_was_dead_has_ended(own_server: Server, dial: Dial) -> None:
    made = own_server.create(conversation="20m")
    for name in ("Noor", "Sem", "Fatma"):
        own_server.join(made["code"], name)
    leader = dial(own_server, made["lead_token"])
    leader.do("go", index=CONVERSATION)
    own_server.kill()
    ends_at = int(time.time() * 1000) - 1000
    own_server.let_end({made["code"]: ends_at})
    own_server.start()
    back = dial(own_server, made["lead_token"])
    until(lambda: back.step["kind"] == "feedback")
    assert back.step["clock"]["ends_at"] == ends_at + 180_000, "the next step began where its predecessor ended"
    assert back.version == leader.version + 1, "once"


def test_the_clock_ends_a_step_with_nobody_there(server: Server, dial: Dial) -> None:
    made = server.create(conversation="1s")
    for name in ("Noor", "Sem"):
        server.join(made["code"], name)
    leader = dial(server, made["lead_token"])
    leader.do("go", index=CONVERSATION)
    leader.close()
    watcher = dial(server, made["screen_token"])
    until(lambda: watcher.step["kind"] == "feedback")


def test_pause_add_back_and_the_way_back(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    leader.do("next")
    running = leader.step["clock"]
    assert running["state"] == "running" and running["length"] == 300
    version = leader.do("start")["version"]
    assert version == leader.step["version"], "a command without effect changes nothing"
    leader.do("add", seconds=60)
    assert leader.step["clock"]["ends_at"] == running["ends_at"] + 60_000
    leader.do("pause")
    assert leader.step["clock"]["state"] == "paused" and leader.step["clock"]["ends_at"] is None
    leader.do("resume")
    leader.do("back")
    ends_at = next(s["clock"]["ends_at"] for s in reversed(leader.all("step")) if s["kind"] == "prepare")
    leader.do("next")
    assert leader.step["clock"]["ends_at"] == ends_at, "pressed the wrong key: it goes on as if never left"
    leader.do("go", index=0)
    assert leader.say("command", do="back")["code"] == "invalid"
    assert leader.say("command", do="go", index=99)["code"] == "invalid"


def test_a_leader_switches_on_what_is_not_always_wanted(server: Server, dial: Dial) -> None:
    made = server.create(programme="full")
    leader, noor = dial(server, made["lead_token"]), dial(server, server.join(made["code"], "Noor")["token"])
    assert noor.snapshot["step"]["extras"] == [], "off, unless a leader wants it"
    version = leader.do("extras", on=["logics", "examples"])["version"]
    told = noor.wait("step", lambda s: s["version"] == version)
    assert told["extras"] == ["logics", "examples"] and told["index"] == 0
    assert leader.do("extras", on=["examples", "logics"])["version"] == version, "nothing new"
    assert leader.say("command", do="extras", on=["marks"])["code"] == "invalid"
    assert noor.post("example", "A colleague who asked what I meant")["ok"]
    export = server.get(f"/reflections/{made['code']}.json", made["organiser_token"]).json()
    assert [column["column"] for column in export["wall"]] == ["example", "enthusiastic", "snags", "first_step"]


def test_the_talk_has_slides(server: Server, dial: Dial) -> None:
    made = server.create(programme="full")
    leader, screen = dial(server, made["lead_token"]), dial(server, made["screen_token"])
    talk = next(s["index"] for s in leader.snapshot["programme"] if s["kind"] == "talk")
    leader.do("go", index=talk)
    leader.do("slide", to=2)
    assert screen.wait("step", lambda s: s["slide"] == 2)["kind"] == "talk"
    assert leader.say("command", do="slide", to=500)["code"] == "invalid"


def test_a_room_of_length_zero_steps_leaves_them_out(server: Server, dial: Dial) -> None:
    made = server.create_by_command(notes="0", rounds=2)
    kinds = [s["kind"] for s in dial(server, made["lead_token"]).snapshot["programme"]]
    assert "notes" not in kinds and kinds.count("conversation") == 2
