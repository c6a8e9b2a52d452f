"""One afternoon with everyone in it: everybody does what they may, then tries everything, and keeps what they are told.

It is played once for each database; the tests look at what is left of it. Whoever reads on: `play` is its programme.
"""

from __future__ import annotations

import re
import shutil
import string
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from live import Answer, Server, fetch
from matrix.finding import unwrapped
from matrix.holders import Holder, Told
from matrix.promise import (
    ADDRESSES,
    COMMAND_LINE,
    COMMANDS,
    EVENTS,
    FORMATS,
    HOLDERS,
    LEADERS,
    NEVER_SENT,
    OF_THE_OTHER,
    OPENS,
    OWN,
    SHORT,
    THEIRS,
    Ids,
)
from sqlalchemy import select, update

from workshop import accounts
from workshop.access import token_hash
from workshop.models import Login, MemberRole, Room

PASSWORD = "matrix test 12345"
METRICS = "figures-for-the-operator"
NOWHERE = 2**40
"""An id that nothing has."""
NORTH, SOUTH, EMPTY = "Noord", "Zuid", "Leeg"
IDLE = "idle@example.org"
"""An account that nobody uses, for the command line to give roles to."""
ACCOUNTS: dict[str, tuple[str, tuple[MemberRole, ...]]] = {
    "owner": (NORTH, ("leader",)),
    "admin": (NORTH, ("leader",)),
    "other leader": (NORTH, ("leader",)),
    "adopter": (NORTH, ("leader",)),
    "organiser account": (NORTH, ("organiser",)),
    "leader elsewhere": (SOUTH, ("leader",)),
    "organiser elsewhere": (SOUTH, ("organiser",)),
    "expired": (NORTH, ("leader",)),
}
"""In which of two organisations each account is what."""
FEW = {"client", "owner", "admin", "join", "organiser page"}
"""Who tries each form from another site's page, if they may send it at all."""
FOREIGN = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
FILLERS = ("a filler", "one more", "a third", "a fourth")


class Afternoon:
    """What there is, what everyone did, and what each was told and answered."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.holders = {name: Holder(name, server, f"{20 + n}.77.{n}.99") for n, name in enumerate(HOLDERS)}
        self.crowd: list[Holder] = []
        self.secrets: dict[str, str] = {"an address on the network": self["nobody"].address}
        """The texts of `promise.SEES`."""
        self.lines: dict[str, str] = {}
        """The lines of `promise.IS_MINE`."""
        self.mine: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """Which lines somebody was told are theirs, by phase."""
        self.answers: dict[tuple[str, str], set[int | str]] = defaultdict(set)
        """What somebody was answered at an address, in any phase."""
        self.bodies: dict[tuple[str, str], Answer] = {}
        self.unguarded: dict[tuple[str, str], Answer] = {}
        """The answer to a form without the word of a page."""
        self.opened: dict[str, set[str]] = defaultdict(set)
        self.said: dict[tuple[str, str], dict[str, Any]] = {}
        """What somebody was answered to an event."""
        self.commanded: dict[tuple[str, str], dict[str, Any]] = {}
        self.in_vain: dict[str, dict[str, Any]] = {}
        """What the leader of another room was answered to a command about what is nowhere."""
        self.acts: dict[str, dict[str, set[str]]] = {}
        """Who heard which messages of what someone did."""
        self.moved: dict[str, dict[str, str]] = defaultdict(dict)
        """Whose counters or snapshot were different after it."""
        self.files: dict[str, tuple[dict[str, bytes], dict[str, bytes]]] = {}
        """The organiser's files before and after something."""
        self.refused: dict[str, dict[str, Any]] = {}
        self.untouched: dict[str, tuple[Any, Any]] = {}
        """The room before and after others tried what they may not."""
        self.commands: dict[str, tuple[int, str]] = {}
        """How each command of the command line ended, and what it said."""
        self.alike: dict[str, dict[str, Answer]] = {}
        """Answers that are to tell nothing, by what they are about."""
        self.empty: dict[tuple[str, str], Answer] = {}
        """What those who may not see them were answered at the addresses of a room in which nothing is."""
        self.adopted: int | str = 0
        """What the leader who adopted the other room was answered when they erased it."""
        self.foreign: dict[tuple[str, str], Answer] = {}
        """The answers to a page of another site, by a browser in which one may do this."""
        self.told_of: set[str] = set()
        """Which phones of the client heard at once that another one came."""
        self.circle = ""
        """The circle of the phone that was let in."""
        self.downloads_at_the_end: dict[str, bytes] = {}
        self.code = self.other = self.elsewhere = ""
        self.seats: list[Holder] = []
        self.table = self.table_b = self.notice = 0
        self.for_the_group = self.sheet = self.unsigned = self.hidden = ""
        self._letters = count()

    def __getitem__(self, name: str) -> Holder:
        return self.holders[name]

    def hangs_up(self, name: str) -> None:
        """Somebody is out; what their line heard is kept."""
        line = self[name].line
        list(self[name].heard())
        assert line is not None
        line.close()
        self[name].line = None

    def close(self) -> None:
        """Every line ends."""
        for holder in (*self.holders.values(), *self.crowd):
            if holder.line is not None:
                holder.line.close()

    def canary(self, secret: str) -> str:
        """A word that stands nowhere else."""
        number, word = next(self._letters), ""
        for _ in range(3):
            number, letter = divmod(number, 26)
            word += string.ascii_lowercase[letter]
        self.secrets[secret] = f"zqx{word}xqz"
        return self.secrets[secret]

    @property
    def on_a_line(self) -> list[Holder]:
        """Everyone with a line to this room."""
        return [h for h in self.holders.values() if h.line is not None and h.line.open and h.name not in THEIRS]

    def enter(self, kind: str, round: int | None = None) -> None:
        """The leader enters a step."""
        programme = self["link"].snapshot()["programme"]
        index = next(s["index"] for s in programme if (s["kind"], s["round"]) == (kind, round))
        self["link"].do("go", index=index)

    # ---- hearing

    def mark(self) -> None:
        """Everything that was on its way has come: what is collected goes out with a notice of the leader, and each
        line is answered after it."""
        link = self["link"]
        id = link.do("notice", text="a mark")["notice"]
        link.line.wait("notices", lambda n: any(one["id"] == id for one in n))  # type: ignore[union-attr]
        for holder in (*self.on_a_line, *(self[name] for name in THEIRS if self[name].line)):
            holder.seq = holder.does("clock")["seq"]
            self._look(holder)

    def _look(self, holder: Holder) -> set[str]:
        heard = set()
        for event, payload in holder.heard():
            heard.add(event)
            lines = {"my_posts": "posts", "snapshot": "my_posts"}.get(event)
            if lines and isinstance(payload, dict):
                own = [post["id"] for post in payload.get(lines, ())]
                own += payload.get("recognised", payload.get("my_recognised", ()))
                self.mine[holder.name][holder.phase].update(own)
        return heard

    def phase(self, name: str) -> None:
        """What is told from now on belongs to this part of the afternoon."""
        for holder in self.holders.values():
            holder.phase = name

    def act(self, name: str, deed: Callable[[], object], watching: tuple[str, ...] = ()) -> None:
        """Someone does something: who hears of it, whose numbers go up, whose snapshot is different?"""
        watching = watching or ("stranger", "screen", "late", "let in", "link")
        self.mark()
        before = {n: _still(self[n].snapshot()) for n in watching}
        seqs = {h.name: h.seq for h in self.on_a_line if not self._look(h) - {"snapshot"}}
        deed()
        heard: dict[str, set[str]] = {}
        link = self["link"]
        id = link.do("notice", text="a mark")["notice"]
        link.line.wait("notices", lambda n: any(one["id"] == id for one in n))  # type: ignore[union-attr]
        for holder in self.on_a_line:
            holder.seq = holder.does("clock")["seq"]
            heard[holder.name] = self._look(holder) - {"notice", "notices", "links"}  # those, each minute anew
            if holder.seq != seqs.get(holder.name, holder.seq):
                self.moved[name][holder.name] = f"{seqs[holder.name]} → {holder.seq}"
        for n in watching:
            if (after := _still(self[n].snapshot())) != before[n] and n not in self.moved[name]:
                self.moved[name][n] = f"the snapshot: {before[n]} → {after}"
        self.acts[name] = heard

    # ---- reading

    def read(self, *, printed: bool = False) -> None:
        """Everyone reads every address; but once those that are the same whatever happens."""
        again = bool(self.answers)
        paths = [what for what in self.paths() if printed or not ("/print" in what or what.endswith(".pdf"))]
        paths = [what for what in paths if not again or "<" in what or what == "GET /lead" or "/api/me" in what]

        def reads(holder: Holder) -> None:
            for what in paths:
                if what != "GET /api/me.pdf" or holder.phase == "closed":
                    self.request(holder, what)
            for what in paths if holder.name in OF_THE_OTHER else ():
                if "<code>" in what and "/print" not in what:
                    holder.ask(self.path(what, self.other))

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(reads, [self[name] for name in HOLDERS]))
        self["nobody"].ask(self.path("GET /r/<code>"), **{"Accept-Encoding": "gzip"})

    def paths(self) -> list[str]:
        """Every address that is only read."""
        return [what for what in ADDRESSES if what.startswith("GET ")]

    def path(self, what: str, code: str | None = None, extension: str = "json") -> str:
        """An address of this room."""
        what = what.replace("<int(max=2147483647):number>", "999999")
        return what.replace("<code>", code or self.code).replace("<extension>", extension)

    def request(self, holder: Holder, what: str) -> None:
        """One holder asks at one address, in each format, and the answer is kept."""
        asks, headers = ADDRESSES[what], {"Accept": "application/json"} if ADDRESSES[what].ok == 400 else {}
        words = {"token": holder.token or "wrong", "email": self.secrets["the other leader's address"]}
        words |= {"password": PASSWORD.replace(" ", "+")}
        form = {k: v.format(**words) for k, v in asks.form.items()} if asks.form is not None else None
        for extension in self.formats(holder) if "<extension>" in what else ("",):
            answer = holder.ask(
                self.path(what, extension=extension),
                form=form,
                body=asks.json,
                keep=what != "POST /login",
                login=what != "POST /login",
                patient=True,
                **headers,
            )
            self.answers[what, holder.name].add(outcome(answer))
            self.bodies[what, holder.name] = answer
            if what == "GET /api/me" and answer.status == 200:
                self.mine[holder.name][holder.phase].update(post["id"] for post in answer.json()["posts"])
            if asks.guarded:
                self.unguarded[what, holder.name] = holder.ask(
                    self.path(what), form=form, word=False, keep=False, patient=True, **headers
                )

    def formats(self, holder: Holder) -> tuple[str, ...]:
        """What this holder asks for now. Long files cost a process each, and are made of one record: whoever may has
        them when the room is closed, and the organiser when the first notes are shared."""
        moments = ("closing", "closed") if holder.name == "organiser" else ("closed",)
        return FORMATS if holder.phase in moments else SHORT

    def downloads(self) -> dict[str, bytes]:
        """The organiser's files at this moment."""
        return {
            extension: self["organiser"]
            .ask(self.path("GET /reflections/<code>.<extension>", extension=extension), patient=True)
            .body
            for extension in FORMATS
        }

    def compare(self, name: str, deed: Callable[[], object]) -> None:
        """The organiser downloads before and after something."""
        before = self.downloads()
        deed()
        self.files[name] = before, self.downloads()

    # ---- trying

    def try_events(self, ids: Ids, names: set[str] | None = None) -> None:
        """Everyone says everything, but for what those who may do it do at the very end."""
        for event, says in EVENTS.items():
            for holder in self.holders.values():
                if holder.line is None or (says.last and holder.name in says.ok):
                    continue
                self.said[event, holder.name] = holder.say(event, **says.what(ids))

    def try_commands(self, ids: Ids) -> None:
        """Everyone who is no leader here gives every command; no leader may send what only `undo` gives."""
        before = _still(self["link"].snapshot())
        nowhere = Ids(*[str(uuid.uuid4())] * 3, [str(uuid.uuid4()) for _ in range(2)], NOWHERE, NOWHERE,
                      [NOWHERE, NOWHERE + 1], NOWHERE, NOWHERE + 1)  # fmt: skip
        for command, what in COMMANDS.items():
            for holder in self.holders.values():
                if holder.line is not None and holder.name not in LEADERS and holder.name != "adopter":
                    self.commanded[command, holder.name] = holder.say("command", do=command, **what(ids))
            if what(ids) != what(nowhere):
                self.in_vain[command] = self["their leader"].say("command", do=command, **what(nowhere))
        for command, payload in NEVER_SENT.items():
            self.commanded[command, "link"] = self["link"].say("command", do=command, **payload)
        self.untouched["commands"] = before, _still(self["link"].snapshot())

    def lead(self, ids: Ids) -> None:
        """Each leader of this room gives every command."""
        for name in sorted(LEADERS):
            for command, what in COMMANDS.items():
                self.commanded[command, name] = self[name].say("command", do=command, **what(ids))

    def try_forms(self) -> None:
        """Everyone sends every form, but for what leaves nothing to look at."""
        before = _still(self["link"].snapshot())
        for what, asks in ADDRESSES.items():
            if not what.startswith("GET "):
                for holder in self.holders.values():
                    if not (asks.last and holder.name in asks.may):
                        self.request(holder, what)
        self.try_from_elsewhere(last=False)
        self.untouched["forms"] = before, _still(self["link"].snapshot())

    def try_from_elsewhere(self, *, last: bool) -> None:
        """Another site's page sends each form, in the browser of somebody who may send it."""
        for what, asks in ADDRESSES.items():
            for name in sorted(asks.may & FEW) if not what.startswith("GET ") and asks.last == last else ():
                for header, site in FOREIGN.items():
                    form = {} if asks.form is not None or asks.json is None else None
                    self.foreign[f"{what} ({header})", name] = self[name].ask(
                        self.path(what), form=form, body=asks.json, keep=False, **{header: site}
                    )

    def try_lines(self) -> None:
        """Everyone opens a line in every way. A phone's own line is open already: a person has three."""
        for holder in self.holders.values():
            ways: dict[str, dict[str, str | None]] = {
                "leader": {"as": "leader", "code": self.code},
                "screen": {"as": "screen", "code": self.code},
            }
            if holder.line is None or holder.name not in OPENS["token"]:
                ways["token"] = {"token": holder.token}
            else:
                self.opened[holder.name].add("token")
            for way, auth in ways.items():
                if holder.opens(auth):
                    self.opened[holder.name].add(way)

    def run_commands(self, folder: Path) -> None:
        """Every command of the command line but `serve`, which runs."""
        words = {
            "code": self.code,
            "another": self.server.create()["code"],
            "url": self.server.url,
            "folder": "workshop/content/nl",
            "copy": str(folder / "pack"),
            "backup": str(folder / "all.backup"),
            "key": str(folder / "key.txt"),
            "moved": str(folder / "moved.sqlite"),
            "leaver": self.secrets["the expired's address"],
            "idle": IDLE,
            "emptied": EMPTY,
        }
        given = [
            (name, [part.format(**words, format=format) for part in arguments])
            for name, arguments in COMMAND_LINE.items()
            for format in (FORMATS if "{format}" in arguments else ("",))
            if name != "serve"
        ]

        def run(name: str, arguments: list[str]) -> None:
            where = folder / f"{name}-{'-'.join(arguments).rpartition('/')[2]}"
            output = ["--output", str(where)] if name in ("export", "print") else []
            done = self.server.workshop(*name.split(), *arguments, *output, text=f"{PASSWORD}\n")
            self.commands[name] = done.returncode, done.stderr
            pseudo = self.holders.setdefault(f"$ {name}", Holder(f"$ {name}", self.server, ""))
            texts = [done.stdout.encode(), done.stderr.encode(), *(unwrapped(where.read_bytes()) if output else ())]
            pseudo.told += [Told("closed", f"workshop {name}", text) for text in texts]

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, *zip(*given, strict=True)))


def outcome(answer: Answer) -> int | str:
    """A status; `login` where one is sent on to sign in."""
    return "login" if answer.status == 302 and answer.headers["Location"].endswith("/login") else answer.status


def _still(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A snapshot without what goes on by itself, and without what leaders may always count."""
    alone = ("now", "seq", "notices", "said", "progress", "links")
    rest = {key: value for key, value in snapshot.items() if key not in alone}
    return rest | {"step": {key: value for key, value in rest["step"].items() if key != "clock"}}


# ---- the programme


def play(server: Server, folder: Path) -> Afternoon:
    """The whole afternoon."""
    a = Afternoon(server)
    _accounts(a)
    _rooms(a)
    _come_in(a)
    _sit_down(a)
    _before_the_table(a)
    _at_the_table(a)
    _acts_at_the_table(a)
    a.mark()
    a.read()
    a.phase("back")
    a.enter("feedback", 1)
    a.mark()
    a.phase("wall")
    ids = _on_the_wall(a)
    a.mark()
    a.read()
    a.try_lines()
    a.try_events(ids)
    a.try_commands(ids)
    a.try_forms()
    a.phase("closing")
    _closing(a)
    a.mark()
    a.read()
    a.phase("closed")
    a["link"].do("close")
    a["their leader"].do("close")
    a.mark()
    a.read(printed=True)
    a.run_commands(folder)
    a.downloads_at_the_end = a.downloads()
    _alike(a)
    a.phase("yes")
    _yes(a)
    a.mark()
    a.read()
    _the_end(a, ids)
    return a


def _accounts(a: Afternoon) -> None:
    secret = PasswordHasher().hash(PASSWORD)
    with a.server.database.writing() as session:
        accounts.add_organisation(session, NORTH, 1)  # the first
        accounts.add_organisation(session, SOUTH, 1)
        accounts.add_organisation(session, EMPTY, 1)
    a.server.account(IDLE)
    shutil.copytree("workshop/content/nl", a.server.folder / "instance/packs/ours", ignore=lambda *_: ["__pycache__"])
    for name, (organisation, roles) in ACCOUNTS.items():
        email = f"{a.canary(f'the {name}' + chr(39) + 's address')}@example.org"
        admin = name in ("admin", "expired")
        a.server.account(email, *roles, organisation=organisation, admin=admin, password_hash=secret)
        if name != "other leader":
            a.secrets[f"the {name}'s address"] = email
    for name in ACCOUNTS:
        email = a.secrets[f"the {name}'s address"]
        email = email if "@" in email else f"{email}@example.org"
        a.secrets[f"the {name}'s address"] = email
        answer = a[name].ask("POST /login", form={"email": email, "password": PASSWORD.replace(" ", "+")})
        assert answer.status == 302, (name, answer.status)
    a.secrets["the owner's login"] = a["owner"].cookies["samen_login"]
    with a.server.database.writing() as session:
        over = Login.token_hash == token_hash(a["expired"].cookies["samen_login"])
        session.execute(update(Login).where(over).values(expires_at=1))


def _rooms(a: Afternoon) -> None:
    def made(name: str, title: str, label: str = "") -> str:
        answer = a[name].ask("POST /lead/new", form={"title": title, "label": label})
        assert answer.status == 302
        return str(answer.headers["Location"].rpartition("/")[2])

    a.code = made("owner", a.canary("the room's title"), a.canary("the room's label"))
    made("other leader", a.canary("the third room's title"))
    a.elsewhere = made("leader elsewhere", a.canary("the title elsewhere"), a.canary("the label elsewhere"))
    other = a.server.create(title=a.canary("the other room's title"))
    a.other = other["code"]
    _replaced(a)
    with a.server.database.reading() as session:
        rooms = {room.code: room for room in session.scalars(select(Room))}
    key = a.server.keys.key
    keys = {"link": "leader", "organiser": "organiser", "screen": "screen", "join": "join"}
    keys |= {"rehearsal": "rehearsal", "visitor": "visitor"}
    for name, role in keys.items():
        a[name].token = key(rooms[a.code], role)  # type: ignore[arg-type]
    for name, role in {"leader": "leader", "screen": "screen", "organiser": "organiser"}.items():
        a[f"their {name}"].token = key(rooms[a.other], role)  # type: ignore[arg-type]
    a["wrong"].token = f"l{rooms[a.code].id}.{'A' * 24}"
    a["operator"].token = METRICS
    a.secrets |= {
        "the leader's key": str(a["link"].token),
        "the screen's key": str(a["screen"].token),
        "the organiser's key": str(a["organiser"].token),
        "the join key": str(a["join"].token),
        "the rehearsal key": str(a["rehearsal"].token),
        "the visitor's key": str(a["visitor"].token),
        "the other room's organiser's key": str(a["their organiser"].token),
    }
    a["link"].ask(f"GET /lead/{a.code}?key={a['link'].token}")
    a["screen"].ask(f"GET /screen/{a.code}?key={a['screen'].token}")
    a["organiser page"].ask(f"GET /reflections/{a.code}?key={a['organiser'].token}")
    a["their leader"].ask(f"GET /lead/{a.other}?key={a['their leader'].token}")
    a["their screen"].ask(f"GET /screen/{a.other}?key={a['their screen'].token}")
    a["their organiser"].ask(f"GET /reflections/{a.other}?key={a['their organiser'].token}")
    a["adopter"].ask(f"GET /lead/{a.other}?key={a['their leader'].token}")
    assert a["adopter"].ask(f"POST /lead/{a.other}/adopt", form={}).status == 302
    del a["adopter"].cookies[f"samen_leader_{a.other}"]  # from now on by the account alone
    for name in ("link", "screen", "their leader", "their screen"):
        a[name].open()
    a["owner"].open(**{"as": "leader", "code": a.code})
    a["adopter"].open(**{"as": "leader", "code": a.other})
    a["leader elsewhere"].open(**{"as": "leader", "code": a.elsewhere})
    somebody = Holder("somebody elsewhere", a.server, "9.8.7.6")
    somebody.token = a.server.join(a.elsewhere, "iemand")["token"]
    somebody.open()
    somebody.post(a.canary("a line elsewhere"))
    somebody.line.close()  # type: ignore[union-attr]
    a["leader elsewhere"].do("next")


def _replaced(a: Afternoon) -> None:
    """Each link is given out, opened, and replaced while it is in use."""
    pages = {"leader": "lead", "screen": "screen", "organiser": "reflections"}
    with a.server.database.reading() as session:
        room = session.scalars(select(Room).where(Room.code == a.code)).one()
    for role, page in pages.items():
        holder, key = a[f"replaced {role}"], a.server.keys.key(room, role)  # type: ignore[arg-type]
        assert holder.ask(f"GET /{page}/{a.code}?key={key}").status == 302
        holder.token = key
        if role != "organiser":
            holder.open()
    for role in pages:
        assert a["owner"].ask(f"POST /lead/{a.code}/links", form={"role": role}).status == 303
        holder = a[f"replaced {role}"]
        if holder.line is not None:
            assert holder.line.wait("removed") == {"why": "replaced"}
            a.hangs_up(holder.name)
        holder.told.clear()  # what its link opened before


def _join(a: Afternoon, holder: Holder, **body: str) -> None:
    holder.token = None
    code = a.other if holder.name == "their person" else a.code
    key = {} if "pass" in body or code == a.other else {"key": str(a["join"].token)}
    answer = holder.ask(f"POST /api/rooms/{code}/people", body={**body, **key})
    assert answer.status == 201, (holder.name, answer.body)
    holder.token, holder.person = answer.json()["token"], answer.json()["person"]
    holder.open()


def _come_in(a: Afternoon) -> None:
    """Everyone comes in; two entries become one, and one erases themselves."""
    a["link"].do("conceal")
    a.seats = [Holder("seat", a.server, f"9.9.{n}.9") for n in range(6)]
    for n, holder in enumerate(a.seats):
        holder.told.clear()
        _join(a, holder, name=a.canary(f"name {n}"), team=a.canary(f"team {n}"))
    for name in ("merged", "merged too", "left", "removed", "erased", "their person"):
        _join(a, a[name], name=f"someone {name}"[:40])
    a["merged"].note(a.canary("mine, of the merged"))
    a["merged too"].note(a.canary("mine, of the merged too"))
    a.lines["unsigned, by the merged"] = a["merged"].post("a line of the merged")
    a.lines["unsigned, by the merged too"] = a["merged too"].post("a line of the merged too")
    a["left"].note(a.canary("mine, of the one who left"))
    a["removed"].note(a.canary("mine, of the one who was removed"))
    a["erased"].note(a.canary("mine, of the one who erased"))
    a["erased"].post("a line that is erased")
    a["their person"].note(a.canary("mine, in the other room"))
    a.mark()
    assert a["erased"].ask("DELETE /api/me").status == 204
    a["erased"].line.wait("removed")  # type: ignore[union-attr]
    a.hangs_up("erased")
    a["link"].do("merge", people=[a["merged"].person, a["merged too"].person])
    a["merged"].note(a.canary("mine, of the merged, since"))
    person = a["link"].do("add_person", name="someone by hand")["person"]
    _join(a, a["by hand"], **{"pass": a["link"].do("pass", person=person)["pass"]})
    a["by hand"].note(a.canary("mine, of the one by hand"))


def _sit_down(a: Afternoon) -> None:
    """Three tables, of which the parts in the first round say who is who."""
    link, seats = a["link"], a.seats
    for three in (seats[:3], seats[3:]):
        link.do("together", people=[holder.person for holder in three])
    link.do("form_groups", seed=7)

    def tables() -> dict[int, dict[str, Any]]:
        link.does("clock")
        return {m["id"]: group for group in link.line.groups() for m in group["members"]}  # type: ignore[union-attr]

    at = tables()
    a.table, a.table_b = at[seats[0].person]["id"], at[seats[3].person]["id"]
    for name, group in (("left", a.table), ("removed", a.table_b), ("merged", None), ("by hand", None)):
        third = next(g["id"] for g in tables().values() if g["id"] not in (a.table, a.table_b))
        link.do("move", person=a[name].person, group=third)
        if group is not None:
            link.do("move", person=a[name].person, group=group)
    parts = {m["id"]: m["roles"][0] for group in tables().values() for m in group["members"]}
    assert parts[a["left"].person] == parts[a["removed"].person] == "observer"
    for n, seat in enumerate(seats):
        name = parts[seat.person] if n < 3 else {"client": "stranger"}.get(parts[seat.person])
        if name is None:
            a.crowd.append(seat)
            continue
        seat.name, seat.address = name, a[name].address
        a.holders[name] = seat
        who_is = {
            "client": "the client's name",
            "professional": "the name that signed",
            "stranger": "the stranger's name",
        }
        if name in who_is:
            a.secrets[who_is[name]] = a.secrets[f"name {n}"]
        if name == "client":
            a.secrets["the client's team"] = a.secrets[f"team {n}"]
    for name in ("client", "professional"):
        a.secrets[f"the {name}'s token"] = str(a[name].token)
    for n in range(6):
        del a.secrets[f"name {n}"], a.secrets[f"team {n}"]


def _before_the_table(a: Afternoon) -> None:
    """Preparing: for oneself, before another phone comes in by one's own pass, and one that the leader lets in."""
    client, link = a["client"], a["link"]
    a.enter("prepare")
    client.note(a.canary("mine, before the leader let a phone in"))
    client.note("a note", prompt=a.canary("the prompt of mine"))
    own = client.ask("POST /api/me/passes").json()["pass"]
    a.secrets["the client's own pass"] = own
    _join(a, a["second"], **{"pass": own})
    given = link.do("pass", person=client.person)["pass"]
    a.secrets["the leader's pass"] = given
    before = {name: len(a[name].line.heard) for name in OWN}  # type: ignore[union-attr]
    _join(a, a["let in"], **{"pass": given})
    a.mark()
    for name, so_far in before.items():
        if any(event == "my_phones" for event, _ in a[name].line.heard[so_far:]):  # type: ignore[union-attr]
            a.told_of.add(name)
    phones = client.snapshot()["me"].get("phones", ())
    a.circle = next((one["circle"] for one in phones if one["by"] == "leader"), str(uuid.uuid4()))
    a["second"].note(a.canary("mine, on my second phone"))
    a["let in"].note(a.canary("mine, on the phone that was let in"))
    client.note(a.canary("mine, since then"))


def _at_the_table(a: Afternoon) -> None:
    """The first round, as far as its conversation; all kinds of things on a wall that nobody sees."""
    client, professional, observer, link = a["client"], a["professional"], a["observer"], a["link"]
    a.enter("groups")
    a.enter("brief", 1)
    client.does("safe", keys=["pause"], own=a.canary("a word for safety"))
    client.does("choose", topic="connection")
    client.does("hand", up=True)
    a.for_the_group = client.note(a.canary("for the group"), "group")
    client.note(a.canary("agreed"), "group", "agreed")
    client.note(a.canary("shared"), "organiser")
    for writer, text in zip(("professional", "stranger", "by hand", "merged"), FILLERS, strict=True):
        a[writer].note(text, "organiser")
    for n, writer in enumerate(a.crowd):
        writer.note(f"of the crowd {n}", "organiser")
    a["their person"].note(a.canary("shared by one alone"), "organiser")
    a.enter("conversation", 1)
    observer.note(a.canary("the sheet, for the observer alone"), prompt="worked_well")
    a.sheet = observer.note(a.canary("the sheet, for the organiser after all"), prompt="tip")
    observer.note(a.canary("the sheet, opened early"), "group", "worked_well")
    a.refused["the sheet, for the organiser"] = observer.say(
        "note", id=str(uuid.uuid4()), prompt="tip", visibility="organiser",
        text=a.canary("the sheet, for the organiser"),
    )  # fmt: skip
    observer.does("tally", id=str(uuid.uuid4()), round=1, counter=a.canary("a counter"), by=1)
    a.mark()
    a["left"].does("leave")
    link.do("remove", person=a["removed"].person)
    a["removed"].line.wait("removed")  # type: ignore[union-attr]
    a.hangs_up("removed")
    _join(a, a["late"], name="someone late", key=str(a["join"].token))
    link.do("move", person=a["late"].person, group=a.table)
    professional.note(a.canary("for the group, when one had come and one had gone"), "group")
    a.unsigned = professional.post(a.canary("unsigned"))
    professional.post(a.canary("signed"), signed=True)
    a.hidden = client.post(a.canary("hidden"))
    link.do("hide", post=a.hidden)
    lines = [a["stranger"].post(a.canary("under a hidden title")), a["merged"].post("also under it")]
    title = link.do("bundle", posts=lines, title=a.canary("a hidden title"))["post"]
    link.do("hide", post=title)
    link.do("post_for", column="snags", text=a.canary("the leader's line"))
    link.do("own_note", index=3, text=a.canary("a leader's own note"))
    link.do("notice", text=a.canary("to all"))
    a.notice = link.do("notice", text=a.canary("to table A"), group=a.table)["notice"]


def _acts_at_the_table(a: Afternoon) -> None:
    client, observer, id = a["client"], a["observer"], str(uuid.uuid4())
    a.act("a note for myself", lambda: client.note("one", id=id))
    a.act("a note for myself, changed", lambda: client.note("another", id=id))
    a.act("a note for myself, gone", lambda: client.note("", id=id))
    a.act("a note for the organiser", lambda: client.note("one to share", "organiser"))
    a.compare("a note for myself", lambda: client.note("one more"))
    a.compare("a note for the organiser", lambda: client.note("one more to share", "organiser"))
    older = a.secrets["for the group"]
    a.act(
        "a note for the group, changed",
        lambda: client.note(f"{older} and more", "group", id=a.for_the_group),
    )
    a.act("the sheet, opened early", lambda: observer.note("a sheet", "group", "tip"))
    a.act("a count", lambda: observer.does("tally", id=str(uuid.uuid4()), round=1, counter="open", by=1))
    a.act("a word for safety", lambda: client.does("safe", keys=["slow"], own=a.secrets["a word for safety"]))
    a.act("a topic", lambda: client.does("choose", topic="approach"))
    a.act("a hand", lambda: client.does("hand", up=False))
    client.does("hand", up=True)
    a.act("someone sits", lambda: client.does("sit", on=True))
    a.act("someone sits, said once more", lambda: client.does("sit", on=True))
    own = a.secrets["a leader's own note"]
    a.act("a leader's own note", lambda: a["link"].do("own_note", index=3, text=f"{own} and more"))
    a.act("a pass of my own", lambda: client.ask("POST /api/me/passes"))
    a.act("what is mine is read", lambda: client.ask("GET /api/me"))
    a.act("the reflections are downloaded", a.downloads)
    a.act("someone tries what they may not", lambda: a["stranger"].say("command", do="next"))
    a.act("a line while the wall is concealed", lambda: client.post("a concealed line"))


def _on_the_wall(a: Afternoon) -> Ids:
    """The plenary: the wall is revealed. Returns what there is for everyone to try."""
    link, client = a["link"], a["client"]
    a.enter("plenary")
    link.do("reveal")
    a.lines["unsigned, for all to see"] = client.post("an unsigned line")
    a.lines["recognised"] = a.unsigned
    client.does("recognise", post=a.unsigned, on=True)
    one, two = a["professional"].post("one"), a["stranger"].post("two")
    title = link.do("bundle", posts=[one, two], title=a.canary("a title"))["post"]
    lines = [a["professional"].post("three"), a["stranger"].post("four")]
    a.refused["the sheet, for the organiser after all"] = a["observer"].say(
        "note", id=a.sheet, prompt="tip", visibility="organiser",
        text=a.secrets["the sheet, for the organiser after all"],
    )  # fmt: skip
    a.act(
        "a hidden line, changed",
        lambda: client.post(a.secrets["hidden"] + " still", id=a.hidden),
    )
    a.act("a line is recognised", lambda: client.does("recognise", post=lines[0], on=True))
    again = Holder("again", a.server, "9.9.9.9")
    _join(a, again, name="someone again")
    again.post("an unsigned line of theirs")
    a.act("two entries become one", lambda: link.do("merge", people=[a["merged"].person, again.person]))
    again.line.close()  # type: ignore[union-attr]
    for what, payload in {
        "a hidden line": {"post": a.hidden, "on": True},
        "no line": {"post": str(uuid.uuid4()), "on": True},
    }.items():
        a.refused[f"recognise {what}"] = a["stranger"].say("recognise", **payload)
    for what, notice in {"a notice to others": a.notice, "no notice": NOWHERE}.items():
        a.refused[f"seen {what}"] = a["stranger"].say("seen", notice=notice)
    for name in ("stranger", "merged", "professional"):
        over = {"id": a.lines["unsigned, for all to see"], "column": "snags", "text": "not mine", "signed": False}
        a.refused[f"a line over another's, {name}"] = a[name].say("post", **over)
    for name in ("let in", "stranger", "merged"):  # nobody says yes to a phone for somebody else, or lets themselves in
        a.refused[f"that is me, {name} of that phone"] = a[name].say("that_is_me", circle=a.circle)
    a.refused["that is me, of none"] = a["stranger"].say("that_is_me", circle=str(uuid.uuid4()))
    for phone in a["let in"].snapshot()["me"].get("phones", ()):
        a["let in"].does("that_is_me", circle=phone["circle"])
    a.notice = link.do("notice", text="once more", group=a.table)["notice"]  # the one before ended with its step
    people = [holder.person for holder in a.crowd]
    return Ids(lines[0], a.hidden, title, lines, a.notice, int(people[0] or 0), [int(p or 0) for p in people],
               a.table, a.table_b)  # type: ignore[attr-defined]  # fmt: skip


def _closing(a: Afternoon) -> None:
    """What was shared leaves the room; and what is shared from now on does not yet."""
    a.enter("closing")
    a["their leader"].do("go", index=len(a["their leader"].snapshot()["programme"]) - 1)
    text = a.canary("shared when closing")
    a.compare("a note shared when closing", lambda: a["professional"].note(text, "organiser", "first_step"))
    for n, writer in enumerate((a["client"], a["stranger"], a["merged"], *a.crowd)):
        writer.note(f"in the end {n}", "organiser", "first_step")
    organiser, name = a["organiser page"], a.canary("an organiser's theme")
    page = organiser.ask(a.path("GET /reflections/<code>"), patient=True).body.decode()
    mark = re.findall(r'name="line" value="([^"]+)" form="sort"', page)[0]
    form = {"do": "put_under", "line": mark, "name": name}
    a.act(
        "the organiser puts a line under a theme",
        lambda: a.answers["a theme", organiser.name].add(
            organiser.ask(a.path("POST /reflections/<code>/themes"), form=form, patient=True).status
        ),
    )


def _alike(a: Afternoon) -> None:
    """Things of which one is not to learn whether they are there."""
    nobody, answers = Holder("a guesser", a.server, "19.1.1.19"), a.alike

    def show(digits: str, code: str) -> Answer:
        return nobody.ask(f"POST /api/rooms/{code}/people", body={"pass": digits})

    old, late = (a["client"].ask("POST /api/me/passes").json()["pass"] for _ in range(2))
    answers["a pass"] = {
        "wrong": show("00000000", a.code),
        "none": show("x", a.code),
        "used": show(a.secrets["the client's own pass"], a.code),
        "one that another took the place of": show(old, a.code),
        "of another room": show(late, a.other),
    }

    def sign_in(email: str) -> Answer:
        fields = {"email": email, "password": "wrong-password"}
        answer = nobody.ask("POST /login", form=fields, keep=False)
        answer.body = re.sub(rb'value="[^"]*"', b"", answer.body)
        return answer

    answers["a password"] = {
        "of an account": sign_in(a.secrets["the owner's address"]),
        "of none": sign_in("nobody@example.org"),
    }
    tokens = {"of nobody": "x" * 32, "of no room": f"l999999.{'A' * 24}"}
    tokens |= {"of someone erased": str(a["erased"].token), "that is forged": str(a["wrong"].token)}
    answers["a token"] = {
        name: fetch(a.server.url + "/api/me", headers={"Authorization": f"Bearer {token}"})
        for name, token in tokens.items()
    }
    answers["the other room's wall"] = {
        name: a[name].ask(f"GET /api/rooms/{a.other}/wall", keep=False)
        for name in ("client", "screen", "wrong", "nobody")
    }
    for name, code in (*((n, a.code) for n in ("admin", "other leader", "leader elsewhere", "organiser elsewhere")),
                       *((n, a.elsewhere) for n in ("admin", "owner", "organiser account"))):  # fmt: skip
        for what in ADDRESSES:
            if ADDRESSES[what].hidden:
                form = {} if ADDRESSES[what].form is not None else None
                answers[f"{what} for {name}"] = {
                    kind: a[name].ask(a.path(what, one), form=form, keep=False, patient=True)
                    for kind, one in {"of another": code, "none": "00000000"}.items()
                }
    bare = a.server.create()
    for what in ("GET /lead/<code>", "GET /screen/<code>", "GET /reflections/<code>", "GET /api/rooms/<code>/wall"):
        for name in ("nobody", "other leader", "their leader", "their organiser"):
            a.empty[what, name] = a[name].ask(a.path(what, bare["code"]), keep=False)


def _yes(a: Afternoon) -> None:
    """The client says of the phone that the leader let in: that is me."""
    a["client"].say("that_is_me", circle=a.circle)


def _the_end(a: Afternoon, ids: Ids) -> None:
    """Leaders command everything; then everyone goes, and what they wrote; then the room."""
    a.lead(ids)
    for event in ("leave", "return"):
        for name in EVENTS[event].ok:
            a.said[event, name] = a[name].say(event)
    for name in ("merged", "stranger", "by hand", "left", "late"):
        a.said["erase_me", name] = a[name].say("erase_me")
    a.try_from_elsewhere(last=True)
    for name in ("second", "professional", "observer", "removed", "their person"):
        a.request(a[name], "DELETE /api/me")
    what = "POST /lead/<code>/erase"
    a.unguarded[what, "owner"] = a["owner"].ask(a.path(what), form={}, word=False)
    a.answers[what, "owner"].add(outcome(a["owner"].ask(a.path(what), form={})))
    a.adopted = outcome(a["adopter"].ask(a.path(what, a.other), form={}))
    for name in HOLDERS:
        a.request(a[name], "POST /logout")
    a.holders["the log"] = Holder("the log", a.server, "")
    a.holders["the log"].told.append(Told("closed", "the log", a.server.said.read_bytes()))
