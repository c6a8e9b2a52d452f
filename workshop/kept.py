"""What is kept of people, why, who sees it and for how long: the one table behind the page `/privacy` (S8).

Erasing goes by it too. A row goes when the row that it hangs under goes: that is the work of ON DELETE CASCADE in the
database, and `Until.goes_with` says which rows those are. What has a date of its own, `Table.date`, is deleted by
`rooms.expiring`, which reads it here. `tests/test_kept.py` holds all of it against the tables by their foreign
keys; `tests/app/test_kept.py` fills each column, erases, and looks at what is left.

**A new column** gets one entry in TABLES: the key of the line on the page that tells of it (or several), or `technical`
with what it is for and why it says nothing about a person. A new line on the page gets an entry in PARTS, and its words
go into the Dutch catalogue. Until then the suite fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def N_(message: str) -> str:
    """Marks a message for the catalogue; the page translates it."""
    return message


@dataclass(frozen=True, slots=True)
class Until:
    """How long rows of a table stay. `goes_with`: the rows whose end is theirs, of `people`, `rooms` and `accounts`.
    `told` may name {days} of a login and {minutes} of a pass."""

    told: str
    goes_with: frozenset[str]


ROOM = Until(N_("until the room is erased"), frozenset({"rooms"}))
MINE = Until(N_("until you erase everything of yours, or the room is erased"), frozenset({"people", "rooms"}))
WRITTEN = Until(N_("until you erase it, or the room is erased"), frozenset({"people", "rooms"}))
PASS = Until(N_("until they are used, about {minutes} minutes at most"), frozenset({"people", "rooms"}))
ACCOUNT = Until(N_("until whoever runs the server takes the account away"), frozenset({"accounts"}))
LOGIN = Until(N_("{days} days, or until you log out"), frozenset({"accounts"}))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page. `until` is there where no table says it; `names`: what it is called in a browser."""

    what: str
    why: str
    who: str
    until: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Technical:
    """A column that says nothing about anybody: why it is there."""

    why: str


def technical(why: str) -> Technical:
    """A column that is not told on the page, and the reason."""
    return Technical(why)


KEY = technical("tells rows apart")
UNDER = technical("under which row this one hangs, and with which it goes")
CIRCLE = technical("on which of someone's phones it was done, so that no other shows it")

Told = str | tuple[str, ...] | Technical


@dataclass(frozen=True, slots=True)
class Table:
    """What one table keeps. `date`: the column with the moment (ms) after which a row is deleted by itself."""

    until: Until
    columns: Mapping[str, Told]
    date: str | None = None


NOTES = ("note_me", "note_group", "note_organiser", "sheet")

TABLES: dict[str, Table] = {
    "accounts": Table(
        ACCOUNT,
        {
            "id": KEY,
            "email": "account",
            "password_hash": "password",
            "role": "account",
            "created_at": "account",
        },
    ),
    "logins": Table(
        LOGIN,
        {
            "token_hash": "login",
            "account_id": UNDER,
            "expires_at": technical("when this login ends"),
        },
        date="expires_at",
    ),
    "rooms": Table(
        ROOM,
        {
            "id": KEY,
            "code": "room",
            "salt": technical("makes the links of this room unlike those of others"),
            "title": "room",
            "language": "room",
            "pack": "room",
            "account_id": "owner",
            "adopted": "owner",
            "created_at": "room",
            "erase_at": "room",
            "version": technical("counts changes, so that two leaders do not press at once"),
            "steps": "room",
            "step_index": "room",
            "clock": "room",
            "slide": "room",
            "way_back": technical("the clock of the step before, for whoever pressed by mistake"),
            "due_at": technical("when the clock has to be looked at"),
            "leftovers": technical("a choice of the leader for the draw"),
            "groups_shown": technical("whether the draw is still a draft"),
            "closed": "room",
            "locked": "room",
            "wall": technical("how the wall is shown: ids and page numbers"),
            "extras": technical("what the leader switched on"),
            "undo": "undo",
            "entered_at": "room",
            "began_at": "room",
            "held": technical("the numbers of the rounds that have begun"),
            "batches": technical("how many batches of shared notes have left"),
            "real": technical("whether this is the workshop itself, or a rehearsal of it"),
        },
        date="erase_at",
    ),
    "people": Table(
        MINE,
        {
            "id": KEY,
            "room_id": UNDER,
            "name": "name",
            "team": "name",
            "joined_at": "presence",
            "left": "presence",
            "removed": "presence",
            "by_hand": "presence",
            "vouched": "presence",
            "simulated": technical("this is nobody: a rehearsal made them up"),
            "came": "presence",
            "stand_in": technical("this is the leader in an empty chair"),
            "gave_up": "seat",
        },
    ),
    "phones": Table(
        MINE,
        {
            "token_hash": "phones",
            "person_id": UNDER,
            "circle": "phones",
            "came": "phones",
            "came_at": "phones",
            "merged_at": "phones",
            "ended": "phones",
        },
    ),
    "answers": Table(
        MINE,
        {
            "phone": UNDER,
            "about": "phones",
            "yes": "phones",
            "at": "phones",
        },
    ),
    "passes": Table(
        PASS,
        {
            "code_hash": "pass",
            "person_id": UNDER,
            "circle": technical("what the phone that comes in by it will show"),
            "expires_at": technical("when it is good no longer"),
        },
        date="expires_at",
    ),
    "trail": Table(
        MINE,
        {
            "id": KEY,
            "room_id": UNDER,
            "at": "trail",
            "did": "trail",
            "by": "trail",
            "person_id": UNDER,
        },
    ),
    "groups": Table(
        ROOM,
        {
            "id": KEY,
            "room_id": UNDER,
            "number": "table",
            "active": technical("whether this is the last draw"),
            "topic": "table",
            "hand_at": "table",
            "coming_at": "table",
        },
    ),
    "seats": Table(
        MINE,
        {
            "person_id": UNDER,
            "group_id": "seat",
            "place": "seat",
            "since": "seat",
            "roles": "seat",
            "safe": "safe",
            "sits": "seat",
        },
    ),
    "notes": Table(
        WRITTEN,
        {
            "person_id": UNDER,
            "id": KEY,
            "circle": CIRCLE,
            "room_id": UNDER,
            "group_id": technical("the group in which it was written: whoever was in it then may read it"),
            "prompt": NOTES,
            "round": NOTES,
            "text": NOTES,
            "visibility": NOTES,
            "written_at": technical("whoever came to the table later does not read it"),
            "changed_at": technical("whoever came to the table later does not read it"),
            "batch": technical("with which batch it left for the organiser"),
            "sheet": technical("of which round's observer's sheet it is, so that it stays at the table"),
        },
    ),
    "posts": Table(
        WRITTEN,
        {
            "room_id": UNDER,
            "id": KEY,
            "person_id": technical("whose line it is, so that they can erase it; null: the leader's"),
            "circle": CIRCLE,
            "wall_column": "post",
            "text": "post",
            "signed": "post",
            "hidden": "post",
            "bundle": technical("the title that it stands under"),
            "posted_at": technical("in which order lines came"),
        },
    ),
    "recognitions": Table(
        MINE,
        {
            "person_id": "recognition",
            "circle": CIRCLE,
            "post_id": "recognition",
            "room_id": UNDER,
        },
    ),
    "tallies": Table(
        MINE,
        {
            "person_id": UNDER,
            "circle": CIRCLE,
            "id": KEY,
            "group_id": UNDER,
            "round": "tally",
            "counter": "tally",
            "by": "tally",
        },
    ),
    "wishes": Table(
        ROOM,
        {
            "id": KEY,
            "room_id": UNDER,
            "kind": "wish",
            "people": "wish",
        },
    ),
    "notices": Table(
        ROOM,
        {
            "id": KEY,
            "room_id": UNDER,
            "group_id": UNDER,
            "text": "notice",
            "sent_at": "notice",
        },
    ),
    "seen": Table(
        MINE,
        {
            "notice_id": "seen",
            "circle": CIRCLE,
            "person_id": "seen",
        },
    ),
}
"""Each column of each table, by its name in the database."""

DATED = {name: table.date for name, table in TABLES.items() if table.date}
"""The tables whose rows have a date of their own, and the column that holds it."""

PARTS: dict[str, dict[str, Line]] = {
    N_("If you take part"): {
        "name": Line(
            N_("your name, and your team if you gave one"),
            N_("to call you by, and to mix teams"),
            N_("everyone in the room"),
        ),
        "presence": Line(
            N_("that you came, left, or take part without a phone"),
            N_("to see who is there and who needs a place"),
            N_("your group, the leader, and on the screen everyone in the room"),
        ),
        "seat": Line(
            N_("your table and your roles"),
            N_("to show who does what"),
            N_("your group, the leader, and on the screen everyone in the room"),
        ),
        "table": Line(
            N_("the topic that your table chose, and whether it asks for help"),
            N_("to show the right card, and to bring the leader to you"),
            N_("your group and the leader"),
        ),
        "safe": Line(
            N_("what you need to feel safe"),
            N_("to be careful with each other"),
            N_("your group"),
        ),
        "note_me": Line(
            N_("a note for “only me”"),
            N_("for yourself"),
            N_("you"),
        ),
        "note_group": Line(
            N_("a note for “my group”"),
            N_("to talk about together"),
            N_("you, and whoever was at your table when you wrote it or brought it there, and still is"),
        ),
        "sheet": Line(
            N_("what you write as observer, during a conversation and its feedback"),
            N_("to look back together"),
            N_("you; your group from the feedback on, if you open it; never the organiser"),
        ),
        "tally": Line(
            N_("what you count as observer"),
            N_("to look back together"),
            N_("you; your group from the feedback on; never the organiser"),
        ),
        "note_organiser": Line(
            N_("a note for “the organiser”"),
            N_("to learn from"),
            N_(
                "you; and the organiser, without your name. In two batches, when the closing begins and when the "
                "leader closes the room, each only if five people or more share something in it. A leader who made the "
                "room can read it as the organiser does"
            ),
        ),
        "post": Line(
            N_("a line on the wall"),
            N_("to share with the room"),
            N_(
                "everyone in the room and the organiser; your name only if you sign. A line that the leader hides: you "
                "and the leader"
            ),
        ),
        "recognition": Line(
            N_("which lines you recognise"),
            N_("to count how many people do"),
            N_("the number: everyone, and the organiser. That it was you: nobody"),
        ),
        "notice": Line(
            N_("what the leader says to the room or to a table"),
            N_("to read it on your phone"),
            N_("everyone or that table, and the leader"),
        ),
        "seen": Line(
            N_("that you saw such a message"),
            N_("to know how many saw it"),
            N_("the number: the leader. That it was you: nobody"),
        ),
        "wish": Line(
            N_("who is to sit together or apart"),
            N_("for the draw"),
            N_("the leader"),
        ),
        "phones": Line(
            N_("which phones are yours, as a code that cannot be read back"),
            N_("to know you again"),
            N_(
                "nobody. A phone that the leader let in for you shows what was written on it and what is open to your "
                "group, until another phone of yours says: that is me"
            ),
        ),
        "pass": Line(
            N_("the digits that let in another phone of yours, as a code that cannot be read back"),
            N_("to go on with another phone"),
            N_("whoever made them"),
        ),
        "trail": Line(
            N_("that a phone came in for you, that two entries became one, and who downloaded a file, with the time"),
            N_("to see what was done in your name"),
            N_("the leader; you, where it concerns you"),
        ),
        "room": Line(
            N_("the title, code, programme and dates of the room, and where it is in the programme"),
            N_("to lead the workshop"),
            N_("everyone with the code"),
        ),
        "undo": Line(
            N_(
                "the last twenty things that the leader can take back: numbers, and titles that the leader gave to "
                "lines on the wall"
            ),
            N_("to mend a mistake"),
            N_("the leader"),
        ),
    },
    N_("If you lead or organise"): {
        "account": Line(
            N_("your e-mail address, what you may do, and since when"),
            N_("to let you in"),
            N_("you and whoever runs the server"),
        ),
        "password": Line(
            N_("your password, as a code that cannot be read back"),
            N_("to let nobody else in"),
            N_("nobody"),
        ),
        "login": Line(
            N_("in which browsers you are logged in, as a code that cannot be read back"),
            N_("to let you in without a password"),
            N_("nobody"),
        ),
        "owner": Line(
            N_("which account a room belongs to"),
            N_("to find it among yours"),
            N_("you and whoever runs the server"),
        ),
    },
    N_("Outside the database"): {
        "memory": Line(
            N_("whether you are connected, and how many people at a table have written"),
            N_("to see how far everyone is"),
            N_(
                "connected: your group, the leader, and on the screen everyone in the room. How many wrote: the "
                "leader, never who or what"
            ),
            N_("as long as you are connected; nothing of it is stored"),
        ),
        "address": Line(
            N_("the network address of your phone or computer"),
            N_("to stop whoever guesses codes or passwords"),
            N_("nobody"),
            N_("an hour at most, in memory only"),
        ),
        "log": Line(
            N_("the server's log: what happened, in which room by number; no names, nothing that you wrote"),
            N_("to find faults"),
            N_("whoever runs the server"),
            N_("as long as they keep it; ask them. A server in front of it may also note addresses"),
        ),
        "backup": Line(
            N_("copies of the database, if they are made"),
            N_("to lose nothing if a machine breaks"),
            N_("whoever runs the server"),
            N_("as long as they keep them; ask them. What you erased can stay in a copy till then"),
        ),
        "download": Line(
            N_("files that were downloaded: the wall, and for the organiser the shared notes too"),
            N_("to read and to count"),
            N_("the organiser, and whoever they give it to. The leader: the wall only"),
            N_("as long as the organiser keeps them; ask them"),
        ),
        "paper": Line(
            N_("printed cards and sheets: the title and code of the room, no names"),
            N_("to go on without a network"),
            N_("everyone in the room. A sheet that you write on is yours"),
            N_("until you throw it away"),
        ),
    },
    N_("In your browser"): {
        "on_phone": Line(
            N_("on your phone: who you are here, where you sit, what you are typing, and what you last saw"),
            N_("to go on without a network, and after a reload"),
            N_("whoever has your phone"),
            N_("until you erase everything of yours, or your phone notices that the room is gone"),
            (
                "samen.<code>",
                "samen.<code>.attempt",
                "samen.<code>.copy",
                "samen.<code>.drafts",
                "samen.<code>.out",
            ),
        ),
        "outbox": Line(
            N_("on your phone: what you wrote and the server does not have yet"),
            N_("to lose nothing"),
            N_("whoever has your phone"),
            N_("until it has arrived, or as above"),
            ("samen.outbox.<code>.<person>",),
        ),
        "page_kept": Line(
            N_("on your phone: the page itself, without anything of yours"),
            N_("to open it without a network"),
            N_("whoever has your phone"),
            N_("until you clear your browser, or a newer page comes"),
            ("samen.<version>",),
        ),
        "screen_kept": Line(
            N_("on the computer of the screen: what the screen last showed"),
            N_("to show it again after a reload"),
            N_("everyone in the room"),
            N_("until the tab is closed"),
            ("samen.screen.<code>",),
        ),
        "choices": Line(
            N_("on the leader's computer and that of the screen: sound, keys, light or dark"),
            N_("to ask it once"),
            N_("whoever uses that computer"),
            N_("until you clear your browser"),
            ("samen.desk.sound", "samen.keys", "samen.screen.theme", "samen.sound"),
        ),
        "cookie_key": Line(
            N_("a cookie for the leader, the screen or the organiser: the key of the room"),
            N_("to open the page without the link"),
            N_("whoever uses that browser"),
            N_("until the date on which the room is erased"),
            ("samen_leader_<code>", "samen_organiser_<code>", "samen_screen_<code>"),
        ),
        "cookie_join": Line(
            N_("a cookie on your phone: the key of the QR code, or that you came in before"),
            N_("to let you in again, also when many wrong codes come from where you are"),
            N_("whoever has your phone"),
            N_("until the date on which the room is erased"),
            ("samen_join_<code>", "samen_visitor_<code>"),
        ),
        "cookie_language": Line(
            N_("a cookie on your phone: the language you chose to read, if that is not the room's"),
            N_("to show it again after a reload"),
            N_("whoever has your phone"),
            N_("until the date on which the room is erased"),
            ("samen_language_<code>",),
        ),
        "cookie_browser": Line(
            N_("a cookie if you have logged in: that this browser knows your account"),
            N_("to let you in at once, also while someone else tries your password"),
            N_("whoever uses that browser"),
            N_("400 days, or until you clear your browser"),
            ("samen_browser",),
        ),
        "cookie_login": Line(
            N_("a cookie if you log in"),
            N_("to let you in without a password"),
            N_("whoever uses that browser"),
            N_("{days} days, or until you log out"),
            ("samen_login",),
        ),
        "cookie_form": Line(
            N_("a cookie on pages for leaders: a random number"),
            N_("so that no other website can fill in a form in your name"),
            N_("whoever uses that browser"),
            N_("until the browser is closed"),
            ("session",),
        ),
    },
}
"""The lines of the page by what they are about, in its order."""

LINES = {key: line for part in PARTS.values() for key, line in part.items()}
