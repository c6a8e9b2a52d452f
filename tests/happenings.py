"""Everything that a client can say, each as one random thing that happens in a room: drawn from the tables of
`commands`, so that a new command without a case here fails (R17)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any, get_args

from live import Gone, Line, Server, until
from pages import Pages, State

from workshop.commands import EVENTS, ClockCommand, RoomCommand
from workshop.store.codes import room_by_code

NAMES = ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Zoë")
MOST_GUESTS = 3
LEADING = 6
COMMANDS = {str(kind.__struct_config__.tag) for kind in get_args(ClockCommand | RoomCommand)}
"""What a leader can command."""


class Afternoon:
    """A room in which things happen: who is in it, with a page for each, and what is known of it."""

    def __init__(self, server: Server, pages: Pages, dial: Callable[..., Line], chance: Random) -> None:
        self.server, self.pages, self.dial, self.chance = server, pages, dial, chance
        self.made = server.create()
        self.tokens: dict[Line, str] = {}
        self.leader, self.screen = self.open(self.made["lead_token"]), self.open(self.made["screen_token"])
        self.hands = [dial(server, self.made["lead_token"]) for _ in range(LEADING)]
        """Leaders who only press: one alone would be told to slow down."""
        self.phones = [self.join(name) for name in NAMES]
        self.guests: list[Line] = []
        """Lines of those who may be gone at any moment."""
        self.added: list[int] = []
        """People without a phone."""
        self.posts, self.notes = ([self.id() for _ in range(5)] for _ in range(2))
        self.leader.do("go", index=2)

    @property
    def lines(self) -> list[Line]:
        """All that are open."""
        return [self.leader, self.screen, *self.phones, *self.guests]

    @property
    def room(self) -> State:
        """As the leader's page knows it."""
        return self.pages.know(self.leader)

    def open(self, token: str) -> Line:
        """One more line, with a page."""
        line = self.dial(self.server, token)
        self.tokens[line] = token
        self.pages.follow(line, self.server, self.made["code"], token)
        return line

    def join(self, name: str, **more: str) -> Line:
        """Someone comes in by phone."""
        return self.open(self.server.join(self.made["code"], name, **more)["token"])

    def guest(self, **more: str) -> Line | None:
        """Someone who may be gone at any moment; None where the door is locked, or enough of them are in."""
        if len(self.guests) >= MOST_GUESTS or self.room["room"]["locked"] or not self.room["room"]["open"]:
            return None
        self.guests.append(self.join("Gast", **more))
        return self.guests[-1]

    def reconnect(self) -> None:
        """A line breaks, and another one takes its place."""
        at = self.chance.randrange(len(self.phones))
        self.phones[at].close()
        self.phones[at] = self.open(self.tokens[self.phones[at]])

    def id(self) -> str:
        """A new one."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def happens(self, what: str) -> None:
        """One thing, if it can be: a leader's command, or what someone says."""
        if what in LEADERS:
            if (more := LEADERS[what](self)) is not None:
                self.answered(what, self.chance.choice(self.hands).say("command", do=what, **more))
            return
        phone = self.chance.choice([*self.phones, *self.guests])
        if what == "erase_me" and (guest := self.guest()) is not None:
            phone = guest
        elif what == "erase_me":
            return
        if (more := EVERYONES[what](self, phone)) is not None:
            answer = phone.say(what, **more)
            assert answer.get("code") not in ("too_fast", "failed", "busy"), (what, answer)
            if what == "erase_me" or answer.get("ended"):
                self.somebody_goes([one for one in self.guests if one is not phone or what == "erase_me"])

    def answered(self, what: str, answer: State) -> None:
        """What a leader's command means for the afternoon itself."""
        assert answer.get("code") not in ("too_fast", "failed", "busy"), (what, answer)
        if what in ("add_person", "sit_in") and answer["ok"]:
            self.added.append(answer["person"])
        if what in ("take_away", "dismiss", "remove") and answer["ok"]:
            self.somebody_goes(self.guests)
        if what == "pass" and answer["ok"] and len(self.guests) < MOST_GUESTS:
            body = {"pass": answer["pass"]}
            came = self.server.get(f"/api/rooms/{self.made['code']}/people", method="POST", body=body)
            if came.status == 201:
                self.guests.append(self.open(came.json()["token"]))

    def somebody_goes(self, lines: list[Line]) -> None:
        """Some of these lines are let go: what was said to them has come once they, or the leader, hear an answer."""
        for line in lines:
            with suppress(Gone):
                until(lambda line=line: line.all("removed") or line.say("clock")["ok"])  # type: ignore[misc]
            if line.all("removed") and line in self.guests:
                self.guests.remove(line)

    def someone(self) -> int:
        """Anyone in the room."""
        return int(self.chance.choice(self.room["people"])["id"])

    def several(self) -> list[int]:
        """Two or three of them."""
        people = [one["id"] for one in self.room["people"]]
        return self.chance.sample(people, min(self.chance.choice([2, 2, 3]), len(people)))

    def table(self) -> int | None:
        """A group, if there are any."""
        groups = self.room["groups"]
        return self.chance.choice(groups)["id"] if groups else None

    def line(self) -> str:
        """A post: on the wall, off it, or never there."""
        room = self.room
        return str(self.chance.choice([one["id"] for one in (*room["wall"]["posts"], *room["hidden"])] or self.posts))

    def step(self) -> int:
        """An index, not always of a step."""
        return self.chance.randrange(20)


Case = Callable[[Afternoon], State | None]


def plain(_: Afternoon) -> State:
    """A command that says nothing more."""
    return {}


def _at_a_table(afternoon: Afternoon, **more: Any) -> State | None:
    return None if (group := afternoon.table()) is None else {"group": group} | more


def _two_tables(afternoon: Afternoon) -> State | None:
    groups = [one["id"] for one in afternoon.room["groups"]]
    return dict(zip(("group", "into"), afternoon.chance.sample(groups, 2), strict=True)) if len(groups) > 1 else None


def _of_someone_simulated(afternoon: Afternoon) -> State:
    if afternoon.chance.random() < 0.7:
        with afternoon.server.database.reading() as session:
            room = room_by_code(session, afternoon.made["code"])
        assert room is not None
        afternoon.guest(key=afternoon.server.keys.key(room, "rehearsal"))
    return {}


def _one_person_twice(afternoon: Afternoon) -> State | None:
    if afternoon.chance.random() < 0.6:
        return None
    at = afternoon.chance.randrange(0, len(NAMES) - 1, 2)  # always the same two: a person has three lines at most
    return {"people": [afternoon.pages.know(phone)["me"]["id"] for phone in afternoon.phones[at : at + 2]]}


def _lines_of_one_column(afternoon: Afternoon) -> State | None:
    posts = {afternoon.line() for _ in range(3)}
    return {"posts": sorted(posts), "title": "the same"} if len(posts) > 1 else None


def _notice(afternoon: Afternoon) -> State:
    group = afternoon.chance.choice([None, afternoon.table()])
    return {"text": "ten minutes"} | ({"group": group} if group else {})


def _said(afternoon: Afternoon) -> State | None:
    notices = afternoon.room["notices"]
    return {"notice": afternoon.chance.choice(notices)["id"]} if notices else None


LEADERS: dict[str, Case] = {
    "start": plain,
    "next": plain,
    "back": plain,
    "go": lambda here: {"index": here.step()},
    "pause": plain,
    "resume": plain,
    "add": lambda here: {"seconds": here.chance.choice([-60, 60])},
    "restart": plain,
    "slide": lambda here: {"to": here.chance.randrange(4)},
    "set_step": lambda here: {
        "index": here.step(),
        "seconds": here.chance.choice([60, 120, 600]),
        "auto_advance": here.chance.random() < 0.2,
    },
    "insert_step": lambda here: {"index": here.step(), "kind": here.chance.choice(["break", "talk", "check_in"])},
    "drop_step": lambda here: {"index": here.step()},
    "move_step": lambda here: {"index": here.step(), "to": here.step()},
    "add_round": plain,
    "form_groups": lambda here: {"seed": here.chance.randrange(99), "other": here.chance.random() < 0.3},
    "move": lambda here: _at_a_table(here, person=here.someone()),
    "merge_groups": _two_tables,
    "new_tables": plain,
    "sit_in": lambda here: _at_a_table(here, name="Ingrid"),
    "apart": lambda here: {"people": here.several()},
    "together": lambda here: {"people": here.several()},
    "free": lambda here: {"people": here.several()},
    "add_person": lambda here: {"name": "Marieke"},
    "remove": lambda here: {"person": here.chance.choice(here.added)} if here.added else None,
    "restore": lambda here: {"person": here.chance.choice(here.added)} if here.added else None,
    "pass": lambda here: {"person": here.someone()},
    "rename": lambda here: {"person": here.someone(), "name": here.chance.choice(NAMES)},
    "merge": _one_person_twice,
    "dismiss": _of_someone_simulated,
    "real": lambda here: {"on": here.chance.choice([True, False, None])},
    "take_away": _of_someone_simulated,
    "lock": plain,
    "unlock": plain,
    "here": lambda here: {"person": here.someone()},
    "notice": _notice,
    "unsay": _said,
    "coming": _at_a_table,
    "lower": _at_a_table,
    "hide": lambda here: {"post": here.line()},
    "show": lambda here: {"post": here.line()},
    "conceal": plain,
    "reveal": plain,
    "spotlight": lambda here: {"post": here.chance.choice([None, here.line()])},
    "wall_page": lambda here: {"column": here.chance.choice([None, "snags"]), "page": here.chance.randrange(3)},
    "bundle": _lines_of_one_column,
    "unbundle": lambda here: {"post": here.line()},
    "post_for": lambda here: {"column": "snags", "text": "for someone"},
    "extras": lambda here: {"on": here.chance.sample(["questions", "logics", "examples", "look_first"], 2)},
    "plan": lambda here: {"start": here.chance.choice([None, "13:00"])},
    "own_note": lambda here: {"index": here.step(), "text": here.chance.choice(["", "mine"])},
    "close": plain,
    "undo": plain,
}


def _note(here: Afternoon, phone: Line) -> State:
    mine = uuid.UUID(here.chance.choice(here.notes)).int ^ here.pages.know(phone)["me"]["id"]
    return {
        "id": str(uuid.UUID(int=mine)),
        "prompt": here.chance.choice(["agreed", "tip"]),
        "text": here.chance.choice(["", "one line", "another"]),
        "visibility": here.chance.choice(["me", "group", "organiser"]),
    }


def _post(here: Afternoon, _: Line) -> State:
    text, signed = here.chance.choice(["", "a line", "a line"]), here.chance.random() < 0.5
    return {"id": here.chance.choice(here.posts), "column": "snags", "text": text, "signed": signed}


def _tally(here: Afternoon, _: Line) -> State:
    return {
        "id": here.id(),
        "round": here.chance.choice([1, 1, 2]),
        "counter": here.chance.choice(["open", "closed"]),
        "by": here.chance.choice([1, 1, -1]),
    }


def _sync(here: Afternoon, phone: Line) -> None:
    here.pages.differences(phone)  # it asks, and folds nothing of the answer


def _circle(here: Afternoon, phone: Line) -> State | None:
    phones = here.pages.know(phone)["me"]["phones"]
    return {"circle": here.chance.choice(phones)["circle"], "yes": here.chance.random() < 0.7} if phones else None


EVERYONES: dict[str, Callable[[Afternoon, Line], State | None]] = {
    "clock": lambda *_: {},
    "sync": _sync,
    "note": _note,
    "post": _post,
    "recognise": lambda here, _: {"post": here.line(), "on": here.chance.random() < 0.7},
    "tally": _tally,
    "choose": lambda here, _: {"topic": here.chance.choice(["connection", "results"])},
    "safe": lambda here, _: {"keys": here.chance.choice([[], ["pause"]])},
    "hand": lambda here, _: {"up": here.chance.random() < 0.6},
    "sit": lambda here, _: {"on": here.chance.random() < 0.7},
    "seen": lambda here, _: _said(here),
    "leave": lambda *_: {},
    "return": lambda *_: {},
    "erase_me": lambda *_: {},
    "that_is_me": _circle,
}
LAST = ("close",)
"""After it nothing is written any more."""
OFTEN = (
    "note",
    "note",
    "post",
    "post",
    "recognise",
    "next",
    "back",
    "return",
    "return",
    "reveal",
    "unlock",
    "form_groups",
)
"""What makes that something is there to be changed, once more."""
CASES = [*LEADERS, *EVERYONES, *OFTEN]


def afternoon(here: Afternoon, happenings: int, breaks: int = 0) -> None:
    """So many random things, of every kind; a line breaks after each `breaks` of them. At last the room may close."""
    cases = [case for case in CASES if case not in LAST]
    drawn = [*cases, *here.chance.choices(cases, k=max(0, happenings - len(cases)))]
    here.chance.shuffle(drawn)
    for n, what in enumerate(drawn, start=1):
        here.happens(what)
        if breaks and n % breaks == 0:
            here.reconnect()
    if here.chance.random() < 0.3:
        for what in LAST:
            here.happens(what)


def without_a_case() -> set[str]:
    """What a client can say that has no case here; and cases of what nobody can say."""
    return (COMMANDS ^ LEADERS.keys()) | ((EVENTS.keys() - {"command"}) ^ EVERYONES.keys())
