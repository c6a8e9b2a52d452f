"""A snapshot and the events after it are a fresh snapshot, whatever happened in between (R17)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Collection
from typing import Any

import pytest
from live import Line, Server, until

STEP = ("index", "kind", "round", "slide", "open", "locked", "wall", "entered_at", "began_at", "planned_start")
Dial = Callable[..., Line]
State = dict[str, Any]
NAMES = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Zoë")


def upserted(old: list[State], changed: list[State], gone: list[Any]) -> list[State]:
    """A list after some of its members changed or went."""
    kept = {x["id"]: x for x in old if x["id"] not in gone}
    return sorted((kept | {x["id"]: x for x in changed}).values(), key=lambda x: str(x["id"]))


def after(state: State, event: str, message: Any) -> State:
    """What a client knows after one more message. The contract in a few lines."""
    match event:
        case "snapshot":
            return {**message, "wall": state.get("wall", [])}
        case "step":
            return state | {"version": message["version"], "step": message}
        case "programme":
            return state | {"programme": message}
        case "group":
            return state | {"group": message if message["id"] is not None else None}
        case "groups":
            return state | {"groups": message["groups"]}
        case "people" | "notes":
            return state | {event: upserted(state[event], message["changed"], message["gone"])}
        case "my_notes":
            return state | {"notes": upserted(state["notes"], message["changed"], message["gone"])}
        case "wall":
            return state | {"wall": upserted(state["wall"], message["posts"], message["gone"])}
        case "notice":
            told = {"notices": upserted(state.get("notices", []), [message], [])}
            return state | told | {"said": [*state.get("said", []), message["id"]]}
        case "unsaid":
            told = {"notices": upserted(state["notices"], [], [message["id"]])}
            return state | told | {"said": [n for n in state.get("said", []) if n != message["id"]]}
        case "my_phones" | "called":
            return state | {"me": state["me"] | message}
        case "notices" | "progress" | "trail" | "own_notes":
            return state | {event: message}
        case "hidden":
            return state | {"hidden": message["posts"]}
        case "my_posts":
            return state | {"my_posts": message["posts"], "my_recognised": message["recognised"]}
        case _:
            return state


def known(line: Line, asked: Collection[int] = ()) -> State:
    """All that a line was told, put together, but for the snapshots it `asked` for."""
    state: State = {}
    for event, message in list(line.heard):
        if id(message) not in asked and (state or event == "snapshot"):  # what comes before it is in it
            state = after(state, event, message)
    return state


def comparable(state: State) -> State:
    """A state without what tells the time of asking, and with lists in one order."""
    shape = {k: v for k, v in state.items() if k not in ("now", "seq", "wall")}
    shape["step"] = {k: state["step"][k] for k in STEP}
    shape["step"]["ends_at"] = state["step"]["clock"]["ends_at"]
    for key in ("people", "notes", "my_posts", "hidden", "groups", "notices"):
        if key in shape:
            shape[key] = sorted(shape[key], key=lambda x: str(x["id"]))
    if "progress" not in shape:  # not a leader's: a notice is shown as long as its step lasts
        shape["notices"] = [n for n in shape["notices"] if n["at"] >= state["step"]["entered_at"]]
    shape.pop("said", None)  # also ids of notices that are over, where they were told in their time
    if shape.get("groups"):  # who is here is told by `people`
        shape["groups"] = [g | {"members": [m | {"here": None} for m in g["members"]]} for g in shape["groups"]]
    if shape.get("group"):
        shape["group"] = {k: v for k, v in shape["group"].items() if k != "seq"}
    if "room" in shape:
        shape["room"] = shape["room"] | {"open": None, "locked": None}  # told by `step`
    if "me" in shape:
        shape["me"] = {k: shape["me"][k] for k in ("id", "name", "phones", "trail")} | {
            "called": shape["me"].get("called")
        }
    shape.pop("shown", None)
    shape["my_recognised"] = sorted(shape.get("my_recognised", []))
    return shape


def something(chance: random.Random, leader: Line, phones: list[Line], posts: list[str], notes: list[str]) -> None:
    """One random thing that happens in a room."""
    phone = chance.choice(phones)
    people = [p.snapshot["me"]["id"] for p in phones]
    groups = [g["id"] for g in (known(leader).get("groups") or [])]
    post = chance.choice(posts)
    match chance.randrange(24):
        case 0 | 1:
            leader.say("command", do=chance.choice(["next", "back", "pause", "resume", "restart", "start"]))
        case 2:
            leader.say("command", do="add", seconds=chance.choice([-60, 60]))
            leader.say("command", do="plan", start=chance.choice([None, "13:00"]))
        case 3:
            leader.say("command", do="form_groups", seed=chance.randrange(99))
        case 4 if groups:
            leader.say("command", do="move", person=chance.choice(people), group=chance.choice(groups))
        case 5:
            leader.say("command", do=chance.choice(["hide", "show"]), post=post)
        case 6:
            leader.say("command", do="rename", person=chance.choice(people), name=chance.choice(NAMES))
        case 7 | 8:
            text = chance.choice(["", "one line", "another"])
            id = str(uuid.UUID(int=uuid.UUID(chance.choice(notes)).int ^ phone.snapshot["me"]["id"]))
            phone.note("agreed", text, chance.choice(["me", "group", "organiser"]), id)
        case 9 | 10:
            phone.post("snags", chance.choice(["", "a line"]), chance.random() < 0.5, post)
        case 11:
            phone.say("recognise", post=post, on=chance.random() < 0.7)
        case 12:
            phone.say("choose", topic=chance.choice(["connection", "results"]))
        case 13:
            phone.say("safe", keys=chance.choice([[], ["pause"]]))
        case 14:
            phone.say(*chance.choice([("hand",), ("sit",)]), up=chance.random() < 0.5, on=chance.random() < 0.7)
        case 15:
            phone.say(chance.choice(["leave", "return", "return"]))
        case 16:
            index, seconds = chance.randrange(20), chance.choice([60, 120, 600])
            leader.say("command", do="set_step", index=index, seconds=seconds, auto_advance=chance.random() < 0.2)
        case 17:
            leader.say("command", do="insert_step", index=chance.randrange(20), kind=chance.choice(["break", "talk"]))
        case 18:
            leader.say("command", do=chance.choice(["drop_step", "add_round"]), index=chance.randrange(20))
        case 19:
            leader.say("command", do="move_step", index=chance.randrange(20), to=chance.randrange(20))
            leader.say("command", do="own_note", index=chance.randrange(20), text=chance.choice(["", "mine"]))
        case 20:
            leader.say("command", do=chance.choice(["lock", "unlock", "dismiss", "real", "take_away", "undo", "undo"]))
        case 21 if len(groups) > 1:
            group, into = chance.sample(groups, 2)
            leader.say("command", do="merge_groups", group=group, into=into)
        case 22 if groups:
            leader.say("command", do="sit_in", group=chance.choice(groups), name="Ingrid")
        case 23 if chance.random() < 0.2:
            pair = chance.randrange(0, len(people) - 1, 2)  # always the same two: a person has three lines at most
            leader.say("command", do="merge", people=people[pair : pair + 2])
        case 23:
            added = leader.say("command", do="add_person", name="Marieke")
            leader.say("command", do="remove", person=added.get("person", 0))


def something_on_the_wall(chance: random.Random, leader: Line, phones: list[Line], posts: list[str]) -> None:
    """One random thing that a leader does with the wall, with a hand or with a word to all, or that someone answers."""
    lines = [p["id"] for key in ("wall", "hidden") for p in known(leader).get(key, [])] or posts
    groups = [g["id"] for g in (known(leader).get("groups") or [])]
    notices = [n["id"] for n in known(leader)["notices"]]
    match chance.randrange(11):
        case 0:
            leader.say("command", do=chance.choice(["conceal", "reveal", "reveal"]))
        case 1:
            leader.say("command", do="spotlight", post=chance.choice([None, *lines]))
        case 2:
            leader.say("command", do="wall_page", column=chance.choice([None, "snags"]), page=chance.randrange(3))
        case 3 | 4:
            leader.say("command", do="bundle", posts=chance.sample(lines, min(2, len(lines))), title="the same")
        case 5:
            leader.say("command", do=chance.choice(["unbundle", "hide", "show"]), post=chance.choice(lines))
        case 6:
            leader.say("command", do=chance.choice(["post_for", "undo"]), column="snags", text="for someone")
        case 7:
            group = chance.choice([None, *groups])
            leader.say("command", do="notice", text="ten minutes", **({"group": group} if group else {}))
        case 8 if groups:
            leader.say("command", do=chance.choice(["coming", "lower"]), group=chance.choice(groups))
        case 9 if notices:
            chance.choice(phones).say("seen", notice=chance.choice(notices))
        case 10 if notices:
            leader.say("command", do="unsay", notice=chance.choice(notices))


@pytest.mark.parametrize("seed", range(4))
def test_events_keep_a_snapshot_fresh(sqlite_server: Server, dial: Dial, seed: int) -> None:
    chance = random.Random(seed)
    made = sqlite_server.create()
    leader, screen = dial(sqlite_server, made["lead_token"]), dial(sqlite_server, made["screen_token"])
    phones = [dial(sqlite_server, sqlite_server.join(made["code"], name)["token"]) for name in NAMES]
    posts, notes = ([str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(5)] for _ in range(2))
    leader.do("go", index=2)
    for _ in range(120):
        something(chance, leader, phones, posts, notes)
        something_on_the_wall(chance, leader, phones, posts)
    for line in (leader, screen, *phones):
        assert_fresh(line)
    wall = sqlite_server.get(f"/api/rooms/{made['code']}/wall", made["screen_token"]).json()["posts"]
    until(lambda: sorted(wall, key=lambda p: p["id"]) == known(screen)["wall"])


def assert_fresh(line: Line) -> None:
    """What a line knows by its events becomes the same as what a snapshot says."""

    def same() -> bool:
        nonlocal differing
        before = comparable(known(line, asked))
        count = len(line.all("snapshot"))
        until(lambda: line.say("sync")["ok"])  # also after many events, when a line is told to slow down
        until(lambda: len(line.all("snapshot")) > count)
        asked.add(id(line.all("snapshot")[-1]))
        fresh = comparable(line.all("snapshot")[-1])
        differing = [(k, before.get(k), fresh[k]) for k in fresh if before.get(k) != fresh[k]]
        return not differing

    differing: list[Any] = []
    asked: set[int] = set()
    try:
        until(same)
    except AssertionError:
        raise AssertionError(differing) from None
