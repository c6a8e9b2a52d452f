"""THE PROMISE, as tables: who there is, what each of them may do, and who comes to see what.

Written down from docs/protocol.md, and not from the code, so that a check that goes missing there is
missed here. `test_rows.py` holds it against the code: what is new there has no row here yet, and fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HOLDERS: dict[str, str] = {
    "client": "plays client at table A in the first round",
    "second": "another phone of the client, let in by their own pass",
    "let in": "a phone that the leader let in for the client; no phone of theirs said yes to it yet",
    "professional": "plays professional at table A in the first round",
    "observer": "observes at table A in the first round",
    "late": "came to table A when things had been written there",
    "stranger": "sits at table B",
    "merged": "sits at table C; the leader made one person of them and `merged too`",
    "merged too": "the phone of the entry that was merged away",
    "by hand": "was added by the leader, and got a phone by the leader's pass later: their first",
    "left": "sat at table A, and went home",
    "removed": "sat at table B, and was taken out",
    "erased": "the token of someone who erased themselves",
    "link": "a leader by link",
    "owner": "the leader who made the room, signed in",
    "admin": "an administrator who leads in the room's organisation, signed in",
    "other leader": "a leader of other rooms, signed in",
    "adopter": "a signed-in leader who adopted the other room",
    "organiser account": "an organiser of the room's organisation, signed in",
    "leader elsewhere": "a leader of another organisation, signed in, with a room of their own there",
    "organiser elsewhere": "an organiser of another organisation, signed in",
    "organiser": "the organiser's key, as a bearer",
    "organiser page": "the organiser's link, as a cookie",
    "screen": "the screen's key",
    "replaced leader": "a link to lead that was replaced: its key as a bearer, and the cookie of when it opened",
    "replaced screen": "likewise the link of the screen",
    "replaced organiser": "likewise the link of the organiser",
    "join": "the secret of the QR code, as a bearer",
    "visitor": "by which a browser that came in is known at the door, as a bearer",
    "rehearsal": "the key of a rehearsal",
    "operator": "the token for figures",
    "their person": "someone of the other room",
    "their leader": "the link to lead the other room",
    "their screen": "the screen of the other room",
    "their organiser": "the organiser of the other room",
    "expired": "a login that is over",
    "wrong": "a key that is none",
    "nobody": "nothing at all",
}

Who = frozenset[str]


def who(*names: str | Who) -> Who:
    """Holders by their names and by names of several."""
    return frozenset[str]().union(*({n} if isinstance(n, str) else n for n in names))


EVERYONE = frozenset(HOLDERS)
OWN = who("client", "second")
ONE_PERSON = who(OWN, "let in")
SAT = who(ONE_PERSON, "professional", "observer")
"""At table A from the first."""
TABLE = who(SAT, "late")
PEOPLE = who(TABLE, "stranger", "merged", "merged too", "by hand", "left")
PHONES = who(PEOPLE, "their person")
"""Whose token is a person's who may come in."""
LEADERS = who("link", "owner")
THEIR_LEADERS = who("their leader", "adopter", "leader elsewhere")
"""Who leads another room: they may command, and of this one there is nothing that they could name."""
ORGANISERS = who("organiser", "organiser page", "organiser account")
ROOM = who(PEOPLE, LEADERS, "screen")
THEIRS = who("their person", THEIR_LEADERS, "their screen", "their organiser")
OF_THE_OTHER = THEIRS - {"leader elsewhere"}
ELSEWHERE_READ = who("leader elsewhere", "organiser elsewhere")
MAKERS = who("owner", "admin", "other leader", "adopter", "leader elsewhere")
"""Accounts of a leader, in whichever organisation."""
SIGNED_IN = who(MAKERS, "organiser account", "organiser elsewhere")

OPENS: dict[str, Who] = {
    "token": who(PHONES, "link", "their leader", "screen", "their screen"),
    "leader": LEADERS,
    "screen": who("owner", "screen"),
}
"""Who opens a line, by a token, or by the cookies of a page of the room as its leader or screen."""


# ---- the socket


@dataclass
class Ids:
    """What there is in the room, for payloads that have to name something."""

    post: str
    """A line that everyone sees."""
    hidden: str
    title: str
    """A title over lines of the same column."""
    lines: list[str]
    """Two lines of one column."""
    notice: int
    """A notice to table A."""
    person: int
    others: list[int]
    group: int
    into: int
    deed: int = 0


@dataclass(frozen=True)
class Says:
    """An event: who is told yes, and what another answer is where that is not `forbidden`."""

    what: Callable[[Ids], dict[str, Any]]
    ok: Who
    otherwise: Mapping[str, str] = field(default_factory=dict)
    last: bool = False
    """Those who may do it do it at the very end: it leaves nothing to look at."""

    @property
    def may(self) -> Who:
        """Who is let in by it, whatever there is to do."""
        return self.ok | {name for name, code in self.otherwise.items() if code != "forbidden"}


def _new() -> str:
    return str(uuid.uuid4())


NOT_SEATED = {"left": "not_found", "their person": "not_found"}
ELSEWHERE = dict.fromkeys(("stranger", "merged", "merged too", "by hand", "left", "their person"), "not_found")
ALL_LINES = who(ROOM, "their person", THEIR_LEADERS, "their screen")

EVENTS: dict[str, Says] = {
    "clock": Says(lambda i: {}, ALL_LINES),
    "sync": Says(lambda i: {}, ALL_LINES),
    "command": Says(lambda i: {"do": "extras", "on": []}, who(LEADERS, THEIR_LEADERS)),
    "note": Says(lambda i: {"id": _new(), "prompt": "keep", "text": "a word"}, PHONES),
    "post": Says(lambda i: {"id": _new(), "column": "snags", "text": "a line"}, PHONES),
    "recognise": Says(
        lambda i: {"post": i.post, "on": True},
        PEOPLE - {"professional"},
        {"professional": "forbidden", "their person": "not_found"},  # nobody recognises their own line
    ),
    "tally": Says(
        lambda i: {"id": _new(), "round": 1, "counter": "open", "by": 1}, who("observer", "late"), NOT_SEATED
    ),
    "choose": Says(lambda i: {"topic": "connection"}, PEOPLE - {"left"}, NOT_SEATED),
    "safe": Says(lambda i: {"keys": []}, PEOPLE - {"left"}, NOT_SEATED),
    "hand": Says(lambda i: {"up": False}, PEOPLE - {"left"}, NOT_SEATED),
    "sit": Says(lambda i: {"on": True}, PEOPLE - {"left"}, NOT_SEATED),
    "seen": Says(lambda i: {"notice": i.notice}, TABLE, ELSEWHERE),
    "that_is_me": Says(lambda i: {"circle": _new()}, who(), dict.fromkeys(PHONES, "not_found")),
    "leave": Says(lambda i: {}, PHONES, last=True),
    "return": Says(lambda i: {}, PHONES, last=True),
    "erase_me": Says(lambda i: {}, PHONES - {"let in"}, last=True),
}

DEEDS = (
    "pass on",
    "read wall",
    "read own",
    "erase own",
    "download wall",
    "download reflections",
    "put under themes",
    "print",
    "rehearse",
    "choose address",
    "replace a link",
    "open socket",
)
"""What `workshop.access.MAY` knows besides events: each is behind an address below, or is a line that is opened."""

KEYS = ("leader", "screen", "organiser", "join", "rehearsal", "visitor")

Payload = Callable[[Ids], dict[str, Any]]
COMMANDS: dict[str, Payload] = {
    "start": lambda i: {},
    "next": lambda i: {},
    "back": lambda i: {},
    "go": lambda i: {"index": 1},
    "pause": lambda i: {},
    "resume": lambda i: {},
    "restart": lambda i: {},
    "add": lambda i: {"seconds": 60},
    "slide": lambda i: {"to": 0},
    "set_step": lambda i: {"index": 1, "seconds": 90},
    "insert_step": lambda i: {"index": 1, "kind": "break"},
    "drop_step": lambda i: {"index": 1},
    "move_step": lambda i: {"index": 1, "to": 2},
    "add_round": lambda i: {},
    "form_groups": lambda i: {"seed": 1},
    "move": lambda i: {"person": i.person, "group": i.group},
    "sit_in": lambda i: {"group": i.group, "name": "the leader"},
    "merge_groups": lambda i: {"group": i.group, "into": i.into},
    "new_tables": lambda i: {},
    "apart": lambda i: {"people": i.others},
    "together": lambda i: {"people": i.others},
    "free": lambda i: {"people": i.others},
    "add_person": lambda i: {"name": "someone"},
    "rename": lambda i: {"person": i.person, "name": "another"},
    "here": lambda i: {"person": i.person},
    "pass": lambda i: {"person": i.person},
    "remove": lambda i: {"person": i.person},
    "restore": lambda i: {"person": i.person},
    "merge": lambda i: {"people": i.others},
    "dismiss": lambda i: {},
    "real": lambda i: {},
    "take_away": lambda i: {},
    "lock": lambda i: {},
    "unlock": lambda i: {},
    "extras": lambda i: {"on": ["questions"]},
    "notice": lambda i: {"text": "a word", "group": i.group},
    "unsay": lambda i: {"notice": i.notice},
    "coming": lambda i: {"group": i.group},
    "lower": lambda i: {"group": i.group},
    "show": lambda i: {"post": i.hidden},
    "hide": lambda i: {"post": i.post},
    "conceal": lambda i: {},
    "reveal": lambda i: {},
    "spotlight": lambda i: {"post": i.post},
    "wall_page": lambda i: {"column": None, "page": 0},
    "bundle": lambda i: {"posts": i.lines, "title": "a title"},
    "unbundle": lambda i: {"post": i.title},
    "post_for": lambda i: {"column": "snags", "text": "a line"},
    "plan": lambda i: {"start": "13:00"},
    "own_note": lambda i: {"index": 1, "text": "a word"},
    "close": lambda i: {},
    "undo": lambda i: {"deed": i.deed},
}
"""What LEADERS command and nobody else. A leader of another room who names people, groups or posts of this one hears
that there are none such."""

NEVER_SENT: dict[str, dict[str, Any]] = {
    "put_step": {"index": 1, "step": {"kind": "break", "title": "x", "seconds": 60}},
    "drop_round": {"number": 1},
    "put_clock": {"entered_at": 0, "clock": {"state": "idle", "length": 60, "left": 0}},
    "rebundle": {"under": {}},
    "deal": {"tables": []},
    "reseat": {"people": [], "tables": [], "at": 0, "begun": 0},
    "let_in": {"person": 1, "left": False, "seat": {"do": "deal", "tables": []}},
    "bring_back": {"people": [], "seat": {"do": "deal", "tables": []}},
}
"""Commands that only `undo` gives; nobody sends them, leaders included."""


# ---- the addresses


@dataclass(frozen=True)
class Asks:
    """An address: who may, what they are then answered, and what others are. `login`: on to where one signs in."""

    may: Who = EVERYONE
    ok: int | str = 200
    refused: tuple[int | str, ...] = (401, 403)
    hidden: bool = False
    """For who is signed in and may not, the room is not there: 404."""
    form: Mapping[str, str] | None = None
    json: Any = None
    guarded: bool = False
    """A page's own form: without the word that the page was given, it does nothing."""
    last: bool = False


LOGIN = ("login",)
LEADER_PAGE = Asks(LEADERS, hidden=True)
THE_ORGANISERS = Asks(ORGANISERS, hidden=True)

ADDRESSES: dict[str, Asks] = {
    "GET /": Asks(),
    "GET /healthz": Asks(),
    "GET /sw.js": Asks(),
    "GET /privacy": Asks(),
    "GET /cards": Asks(),
    "GET /styleguide": Asks(who(), refused=(404,)),
    "GET /metrics": Asks(who("operator")),
    "GET /ops": Asks(who("admin"), refused=("login", 403)),
    "GET /first": Asks(who(), refused=LOGIN),
    "POST /first": Asks(who(), refused=LOGIN, form={"email": "a@example.org", "password": "x" * 12}, guarded=True),
    "GET /login": Asks(),
    # By a number that nothing has; what happens to those that there are: tests/app/test_admin.py.
    "GET /admin": Asks(who("admin"), refused=(*LOGIN, 403)),
    "POST /admin/organisations": Asks(who("admin"), form={"name": ""}, guarded=True),
    "POST /admin/organisations/<int(max=2147483647):number>": Asks(
        who("admin"), ok=404, form={"name": "x"}, guarded=True
    ),
    "GET /admin/accounts/<int(max=2147483647):number>": Asks(who("admin"), ok=404, refused=(*LOGIN, 403)),
    "POST /admin/accounts/<int(max=2147483647):number>/roles": Asks(who("admin"), ok=404, form={}, guarded=True),
    "POST /admin/accounts/<int(max=2147483647):number>/disable": Asks(who("admin"), ok=404, form={}, guarded=True),
    "POST /admin/accounts/<int(max=2147483647):number>/remove": Asks(who("admin"), ok=404, form={}, guarded=True),
    "POST /admin/invitations": Asks(who("admin"), form={}, guarded=True),
    "POST /admin/invitations/<int(max=2147483647):number>/withdraw": Asks(who("admin"), ok=302, form={}, guarded=True),
    "GET /invitation": Asks(who(), refused=(401,)),
    "POST /invitation": Asks(who(), refused=(401,), form={"email": "a@example.org"}, guarded=True),
    "POST /admin/accounts/<int(max=2147483647):number>/reset": Asks(who("admin"), ok=404, form={}, guarded=True),
    "GET /reset": Asks(who(), refused=(401,)),
    "POST /reset": Asks(who(), refused=(401,), form={"password": "x" * 12, "again": "x" * 12}, guarded=True),
    "GET /forgotten": Asks(who(), refused=(404,)),
    "POST /forgotten": Asks(who(), refused=(404,), form={"email": "a@example.org"}, guarded=True),
    "POST /login": Asks(ok=302, form={"email": "{email}", "password": "{password}"}, guarded=True),
    "POST /logout": Asks(ok=302, form={}, guarded=True, last=True),
    "GET /account": Asks(SIGNED_IN, refused=LOGIN),
    "POST /account/password": Asks(
        SIGNED_IN, ok=400, form={"present": "x", "password": "another", "again": "one"}, guarded=True
    ),
    "POST /account/others": Asks(SIGNED_IN, ok=303, form={}, guarded=True),
    # Where an organisation's own login is set, which it is not here: tests/app/test_openid.py.
    "GET /login/openid": Asks(who(), refused=(404,)),
    "GET /login/openid/return": Asks(who(), refused=(404,)),
    "POST /account/openid": Asks(who(), refused=(404,), form={"password_now": "x"}, guarded=True),
    "POST /account/openid/off": Asks(SIGNED_IN, ok=303, form={}, guarded=True),
    # At an address in numbers, where browsers make none; and by a number that nothing has. What they do where there are
    # some: tests/app/test_passkeys.py.
    "POST /login/passkey/challenge": Asks(who(), refused=(404,), form={}, guarded=True),
    "POST /login/passkey": Asks(who(), refused=(404,), form={"credential": "x"}, guarded=True),
    "POST /account/passkeys/challenge": Asks(who(), refused=(404,), form={"for": "add"}, guarded=True),
    "POST /account/passkeys": Asks(who(), refused=(404,), form={"name": "x", "credential": "x"}, guarded=True),
    "POST /account/passkeys/sure": Asks(SIGNED_IN, ok=303, form={"proof": "x"}, guarded=True),
    "POST /account/passkeys/<int(max=2147483647):number>/name": Asks(
        SIGNED_IN, ok=404, form={"name": "x"}, guarded=True
    ),
    "POST /account/passkeys/<int(max=2147483647):number>/remove": Asks(SIGNED_IN, ok=404, form={}, guarded=True),
    "GET /r/<code>": Asks(),
    "GET /r/<code>/more": Asks(),
    "GET /r/<code>/mine": Asks(),
    "POST /r/<code>/knock": Asks(who("join"), ok=204, form={"key": "{token}"}),
    "GET /qr/<code>.svg": Asks(),
    "GET /screen/<code>": Asks(who("screen", "owner"), hidden=True),
    "GET /lead": Asks(SIGNED_IN, refused=LOGIN),
    "POST /lead/told": Asks(SIGNED_IN, ok=302, form={}, guarded=True),
    "GET /lead/new": Asks(MAKERS, refused=(*LOGIN, 403)),
    "POST /lead/new": Asks(MAKERS, refused=(403,), form={"title": ""}, guarded=True),
    "GET /lead/<code>": LEADER_PAGE,
    "GET /lead/<code>/print": Asks(LEADERS, ok=302, hidden=True),
    "GET /lead/<code>/print.pdf": LEADER_PAGE,
    "GET /lead/<code>/wall.<extension>": LEADER_PAGE,
    "GET /lead/<code>/times": LEADER_PAGE,
    "POST /lead/<code>/again": Asks(who("owner"), ok=302, form={}, guarded=True, hidden=True),
    "POST /lead/<code>/label": Asks(who("owner"), ok=302, form={"label": ""}, guarded=True, hidden=True),
    "POST /lead/<code>/adopt": Asks(who("owner"), ok=302, form={}, guarded=True, hidden=True),
    "POST /lead/<code>/erase": Asks(who("owner"), ok=302, form={}, guarded=True, last=True, hidden=True),
    "POST /lead/<code>/links": Asks(LEADERS, ok=400, form={"role": "join"}, guarded=True, hidden=True),
    # Only from the computer that serves, where none of these sits.
    "POST /lead/<code>/address": Asks(who(), refused=(401, 403, 404), form={"address": ""}, guarded=True),
    "POST /lead/<code>/rehearsal": Asks(LEADERS, ok=400, form={"people": "0", "speed": "1"}, guarded=True, hidden=True),
    "DELETE /lead/<code>/rehearsal": Asks(LEADERS, ok=302, form={}, guarded=True, hidden=True),
    "POST /lead/<code>/rehearsal/stop": Asks(LEADERS, ok=302, form={}, guarded=True, hidden=True),
    "GET /reflections/<code>": THE_ORGANISERS,
    "GET /reflections/<code>.<extension>": THE_ORGANISERS,
    "GET /api/openapi.json": Asks(),
    "POST /reflections/<code>/themes": Asks(
        ORGANISERS, ok=400, form={"do": "take_out"}, guarded=True, hidden=True
    ),  # no closing yet
    "GET /reflections": Asks(SIGNED_IN, refused=LOGIN),
    "GET /reflections.<extension>": Asks(SIGNED_IN),
    "GET /api/rooms/<code>": Asks(),
    "POST /api/rooms/<code>/people": Asks(ok=400, json={"name": ""}),
    "GET /api/rooms/<code>/wall": Asks(who(ROOM, "organiser")),
    "GET /api/me": Asks(who(PHONES, "removed")),
    "GET /api/me.html": Asks(who(PHONES, "removed")),
    "GET /api/me.md": Asks(who(PHONES, "removed")),
    "GET /api/me.pdf": Asks(who(PHONES, "removed")),
    "POST /api/me.ics": Asks(who(PHONES, "removed"), json={"day": "2026-12-03", "step": "a step"}),
    "POST /api/me/passes": Asks(PHONES, ok=201),
    "DELETE /api/me": Asks(who(PHONES, "removed") - {"let in"}, ok=204, last=True),
}
"""`<extension>` is each of FORMATS."""

SHORT = ("csv", "json", "md")
FORMATS = (*SHORT, "xlsx", "docx", "pdf")


# ---- the command line, for whoever has the machine

COMMAND_LINE: dict[str, tuple[str, ...]] = {
    "serve": (),
    "create": ("--title", "a room", "--json"),
    "links": ("{code}", "--json"),
    "export": ("{code}", "--format", "{format}"),
    "print": ("{code}", "--tables", "2"),
    "rehearse": ("{code}", "--people", "2", "--url", "{url}"),
    "erase": ("{another}", "--yes"),
    "pack check": ("{folder}",),
    "pack copy": ("nl", "{copy}"),
    "pack give": ("ours", "--organisation", "Noord"),
    "organisation add": ("Oost",),
    "organisation rename": ("Zuid", "Zuidwest"),
    "organisation remove": ("{emptied}",),
    "organisation list": (),
    "user add": ("somebody@example.org",),
    "user grant": ("{idle}", "--role", "organiser", "--organisation", "Noord"),
    "user revoke": ("{idle}", "--role", "organiser"),
    "user reset": ("{idle}",),
    "user remove": ("{leaver}", "--yes"),
    "backup": ("{backup}", "--plain"),
    "backup-key": ("{key}",),
    "restore": ("{backup}",),
    "move": ("--to", "sqlite:///{moved}"),
    "check": (),
}
"""How each command is given. What it says is looked through as `$ command`; what `serve` says is the log."""


# ---- who sees what

PHASES = ("table", "back", "wall", "closing", "closed", "yes")
"""The first conversation, with the wall concealed; looking back; the plenary, revealed; closing; the room closed; and
when the client said of the phone that was let in: that is me. (It says so of the client's in the plenary already, which
opens what was written on it, and nothing the other way.)"""

FILES = who(ORGANISERS, "$ export")
DOWNLOADS = who(LEADERS, FILES)
"""Those who can take the wall home, concealed or not."""

SEES: dict[str, dict[str, Who]] = {
    # What the client writes for their own eyes. Nothing of it on a phone that the leader let in, until they say yes.
    "mine, before the leader let a phone in": {"table": OWN, "yes": ONE_PERSON},
    "mine, since then": {"table": OWN, "yes": ONE_PERSON},
    "mine, on my second phone": {"table": OWN, "yes": ONE_PERSON},
    "mine, on the phone that was let in": {"table": who("let in"), "wall": ONE_PERSON},
    "the prompt of mine": {"table": OWN, "yes": ONE_PERSON},
    "mine, of the one who left": {"table": who("left")},
    "mine, of the one who was removed": {"table": who("removed")},
    "mine, of the one who erased": {"table": who("erased")},
    "mine, of the merged": {"table": who("merged")},
    "mine, of the merged too": {"table": who("merged too")},
    "mine, of the merged, since": {"table": who("merged")},
    "mine, of the one by hand": {"table": who("by hand")},
    "mine, in the other room": {"table": who("their person")},
    # What a table has among itself: those who sat there when it was written.
    "for the group": {"table": who(SAT, "left")},
    "agreed": {"table": who(SAT, "left")},
    "for the group, when one had come and one had gone": {"table": TABLE},
    "a word for safety": {"table": who(TABLE, "left")},
    # The observer's sheet, and what is counted on it. (M1)
    "the sheet, for the observer alone": {"table": who("observer")},
    "the sheet, opened early": {"table": who("observer"), "back": SAT},
    "the sheet, for the organiser": {},
    "the sheet, for the organiser after all": {"table": who("observer")},
    "a counter": {"table": who("observer", "left"), "back": who(SAT, "left")},
    # What is shared with the organiser leaves the room with four others at least. (H1)
    "shared": {"table": OWN, "closing": who(OWN, FILES), "yes": who(ONE_PERSON, FILES)},
    "shared when closing": {"closing": who("professional"), "closed": who("professional", FILES)},
    "shared by one alone": {"table": who("their person")},
    # The wall.
    "unsigned": {"table": who("professional", DOWNLOADS), "wall": who(ROOM, DOWNLOADS)},
    "signed": {"table": who("professional", DOWNLOADS), "wall": who(ROOM, DOWNLOADS)},
    "the name that signed": {
        "table": who(TABLE, "left", LEADERS, "screen", FILES),
        "wall": who(ROOM, DOWNLOADS),
    },
    "the leader's line": {"table": DOWNLOADS, "wall": who(ROOM, DOWNLOADS)},
    "hidden": {"table": who(OWN, LEADERS), "yes": who(ONE_PERSON, LEADERS)},
    "under a hidden title": {"table": who("stranger", LEADERS)},
    "a hidden title": {"table": LEADERS},
    "a title": {"wall": who(ROOM, DOWNLOADS)},
    "an organiser's theme": {"closing": FILES},
    # What the leader says, and what a leader writes for themselves.
    "a leader's own note": {"table": LEADERS},
    "to all": {"table": ROOM},
    "to table A": {"table": who(TABLE, LEADERS)},
    # Who is there.
    "the client's name": {"table": who(TABLE, "left", LEADERS, "screen")},
    "the stranger's name": {"table": who("stranger", "removed", LEADERS, "screen")},
    "the client's team": {"table": who(ONE_PERSON, LEADERS, "screen")},
    "the room's title": {"table": EVERYONE, "closed": who(EVERYONE, "$ export", "$ print")},
    "the room's label": {"table": who("owner", "organiser account")},
    # Among several workshops of an organisation, once it has begun; and of another one nothing.
    "the other room's title": {"table": OF_THE_OTHER, "closing": who(OF_THE_OTHER, "organiser account")},
    "the third room's title": {"table": who("other leader")},
    "the title elsewhere": {"table": ELSEWHERE_READ},
    "the label elsewhere": {"table": ELSEWHERE_READ},
    "a line elsewhere": {"table": ELSEWHERE_READ},
    # Addresses of accounts: an admin looks after them, and whoever has the machine lists them.
    "the owner's address": {"table": who("owner", "admin"), "closed": who("owner", "admin", "$ organisation list")},
    "the other leader's address": {
        "table": who("other leader", "admin"),
        "closed": who("other leader", "admin", "$ organisation list"),
    },
    # Keys, each as its holder has it, and as those get it who hand it out.
    "the client's token": {"table": who("client")},
    "the professional's token": {"table": who("professional")},
    "the client's own pass": {"table": who("client")},
    "the leader's pass": {"table": who("link")},
    "the leader's key": {"table": LEADERS, "closed": who(LEADERS, "$ links")},
    "the screen's key": {"table": who(LEADERS, "screen"), "closed": who(LEADERS, "screen", "$ links")},
    "the organiser's key": {
        "table": who("owner", "organiser page"),
        "closed": who("owner", "organiser page", "$ links"),
    },
    "the join key": {  # back to who shows it, as a cookie
        "table": LEADERS,
        "wall": who(LEADERS, "join"),
        "closed": who(LEADERS, "join", "$ links"),
    },
    "the visitor's key": {"table": who(PEOPLE, "removed", "erased")},
    "the rehearsal key": {},
    "the other room's organiser's key": {},
    "the owner's login": {"table": who("owner")},
    "an address on the network": {},
}
"""What is written down once, and who comes to see it, by when: what a phase does not name is as in the one before.
Those who see it do, everyone else does not, and nothing of it stands in the log."""

IS_MINE: dict[str, dict[str, Who]] = {
    "unsigned, for all to see": {"wall": OWN, "yes": ONE_PERSON},
    "recognised": {
        "table": who("professional"),
        "wall": who("professional", OWN),
        "yes": who("professional", ONE_PERSON),
    },
    "unsigned, by the merged": {"table": who("merged")},
    "unsigned, by the merged too": {"table": who("merged too")},
}
"""What all may see on the wall, and who learns whose it is: only phones that their writer trusts."""

FIELDS: dict[str, Who] = {
    '"hand_at"': who(PEOPLE, LEADERS),
    '"hand"': LEADERS,
    '"topic"': who(PEOPLE, LEADERS),
    '"tally"': PEOPLE,
    '"safe"': PEOPLE,
    '"sits"': who(PEOPLE, LEADERS, "screen"),
    '"wishes"': LEADERS,
    '"hidden":': who(PEOPLE, LEADERS),
    '"wrote"': LEADERS,
    '"seen"': LEADERS,
    '"mends"': LEADERS,
    '"own_notes"': LEADERS,
    '"trail"': who(PEOPLE, LEADERS),
    '"links"': LEADERS,
    '"phones"': PEOPLE,
}
"""Fields by which something inside a table, or about everyone, is told; no other line of the room has them."""


# ---- what can be worked out

LEADERS_COUNT = dict.fromkeys(LEADERS, frozenset({"progress"}))


def hear(*rows: tuple[Who, str]) -> dict[str, frozenset[str]]:
    """Who may hear which messages; leaders may always hear how far everyone is."""
    found: dict[str, frozenset[str]] = dict(LEADERS_COUNT)
    for holders, events in rows:
        for name in holders:
            found[name] = found.get(name, frozenset()) | set(events.split())
    return found


WRITERS = hear((OWN, "my_notes"))
ACTS: dict[str, dict[str, frozenset[str]]] = {
    "a note for myself": WRITERS,
    "a note for myself, changed": WRITERS,
    "a note for myself, gone": WRITERS,
    "a note for the organiser": WRITERS,
    "a note for the group, changed": hear((ONE_PERSON, "my_notes notes"), (TABLE - {"late"}, "notes")),
    "the sheet, opened early": hear((who("observer"), "my_notes")),
    "a count": hear((who("observer", "late"), "group")),
    "a word for safety": hear((TABLE, "group")),
    "a topic": hear((TABLE, "group"), (LEADERS, "groups")),
    "a hand": hear((TABLE, "group"), (LEADERS, "groups people")),
    "someone sits": hear((TABLE, "group"), (who(LEADERS, "screen"), "people")),
    "someone sits, said once more": hear(),
    "a leader's own note": hear((LEADERS, "own_notes")),
    "a pass of my own": hear(),
    "what is mine is read": hear(),
    "the reflections are downloaded": hear((LEADERS, "trail")),
    "someone tries what they may not": hear(),
    "a line while the wall is concealed": hear((OWN, "my_posts"), (LEADERS, "hidden")),
    "a hidden line, changed": hear((OWN, "my_posts"), (LEADERS, "hidden")),
    "the organiser puts a line under a theme": hear(),
    "a line is recognised": hear((ROOM, "wall"), (OWN, "my_posts"), (LEADERS, "hidden")),
    "two entries become one": hear(
        (who(LEADERS, "screen"), "people groups"),
        (who("merged", "merged too"), "group snapshot pen my_phones notices notes"),
        (who("by hand"), "group"),
        (LEADERS, "hidden trail"),
    ),
}
"""What someone does, and who hears anything at all of it. Everyone else hears nothing: no message, no number that goes
up, no snapshot that is different."""

BOUNDS: dict[str, int] = {
    "wrong passwords at one account": 10,
    "wrong codes": 60,
    "wrong passes": 60,
    "joins by the code alone": 150,
    "people in a room": 40,
    "things to say": 40,
    "lines of one person": 3,
    "lines that one person opens": 40,
    "requests of one person": 120,
    "bytes of a message": 16 * 1024,
    "bytes of a request": 64 * 1024,
}
"""How often, or how much, from one that asks; `people in a room` as the server is set here."""

DOWNLOADED: tuple[str, ...] = ("a note for myself", "a note for the organiser", "a note shared when closing")
"""After each of these the organiser's files are to the byte what they were before."""
