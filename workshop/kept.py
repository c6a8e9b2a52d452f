"""What is kept about people, why, who sees it and for how long: the one table behind the page `/privacy` (S8).

Erasing goes by it too. A row goes when the row that it hangs under goes: that is done by ON DELETE CASCADE in the
database, and `Until.goes_with` says which rows those are. Rows with a date of their own, `Table.date`, are deleted by
`store.due`, which reads it here. `tests/test_kept.py` checks all of it against the tables by their foreign keys;
`tests/app/test_kept.py` fills each column, erases, and looks at what is left.

**A new column** gets one entry in TABLES: the key of the line on the page that tells about it (or several), or
`technical` with what it is for and why it says nothing about a person. A new line on the page gets an entry in PARTS,
and its words go into the Dutch catalogue. Until then the suite fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def N_(message: str) -> str:
    """Marks a message for the catalogue; the page translates it."""
    return message


@dataclass(frozen=True, slots=True)
class Until:
    """How long rows of a table stay. `goes_with`: the rows of `people`, `rooms`, `accounts` and
    `organisations` that they end with.
    `told` may name the {days} of a login and the {minutes} of a pass."""

    told: str
    goes_with: frozenset[str]


ROOM = Until(N_("until the room is erased"), frozenset({"rooms"}))
MINE = Until(N_("until you erase everything, or the room is erased"), frozenset({"people", "rooms"}))
WRITTEN = Until(N_("until you remove it, erase everything, or the room is erased"), frozenset({"people", "rooms"}))
TRAIL = Until(ROOM.told, frozenset({"people", "rooms"}))
PASS = Until(N_("until they are used, about {minutes} minutes at most"), frozenset({"people", "rooms"}))
ACCOUNT = Until(N_("until whoever runs the server removes the account"), frozenset({"accounts"}))
MEMBER = Until(
    N_(
        "until whoever runs the server changes it, or removes the account; if your organisation’s own login says it, "
        "{days} days after it last did"
    ),
    frozenset({"accounts", "organisations"}),
)
ORGANISATION = Until(N_("until whoever runs the server removes the organisation"), frozenset({"organisations"}))
INVITATION = Until(N_("until it is used or withdrawn, seven days at most"), frozenset({"organisations"}))
RESET = Until(N_("until you have used it, or for a day at most"), frozenset({"accounts"}))
LOGIN = Until(N_("{days} days, or until you log out"), frozenset({"accounts"}))
PASSKEY = Until(N_("until you remove it, or the account is removed"), frozenset({"accounts"}))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page. `until` is given if no table says it; `by_hand`: what somebody can do about it before that;
    `names`: what it is called in a browser."""

    what: str
    why: str
    who: str
    until: str = ""
    by_hand: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Technical:
    """A column that says nothing about anybody: why it is there."""

    why: str


def technical(why: str) -> Technical:
    """A column that the page does not mention, and the reason."""
    return Technical(why)


KEY = technical("tells rows apart")
UNDER = technical("under which row this one hangs, and with which it goes")
CIRCLE = technical("on which of someone's phones it was done, so that no other shows it")

Told = str | tuple[str, ...] | Technical


@dataclass(frozen=True, slots=True)
class Table:
    """What one table keeps. `date`: the column with the moment (ms) after which a row is deleted automatically."""

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
            "created_at": "account",
            "admin": "account",
            "disabled": "account",
            "signed_in_on": "account",
            "was": "account",
        },
    ),
    "organisations": Table(
        ORGANISATION,
        {
            "id": KEY,
            "name": technical("what an organisation is called, which is nobody in particular"),
            "created_at": technical("since when there is such an organisation"),
        },
    ),
    "memberships": Table(
        MEMBER,
        {
            "account_id": UNDER,
            "organisation_id": "member",
            "role": "member",
            "expires_at": technical("when this role ends, if an organisation's own login said it"),
        },
        date="expires_at",
    ),
    "identities": Table(
        ACCOUNT,
        {
            "issuer": "identity",
            "subject": "identity",
            "account_id": UNDER,
            "admin_until": "identity",
        },
    ),
    "invitations": Table(
        INVITATION,
        {
            "id": KEY,
            "token_hash": technical("the key of a link by which somebody joins an organisation, in scrambled form"),
            "organisation_id": technical("to which organisation somebody is invited"),
            "role": technical("as what somebody is invited; not who"),
            "expires_at": technical("when this link is good no longer"),
        },
        date="expires_at",
    ),
    "resets": Table(
        RESET,
        {
            "token_hash": "reset",
            "account_id": UNDER,
            "expires_at": technical("when this link is good no longer"),
        },
        date="expires_at",
    ),
    "packs": Table(
        ORGANISATION,
        {
            "name": technical("the folder of a content pack"),
            "organisation_id": technical("which organisation may choose this pack"),
        },
    ),
    "logins": Table(
        LOGIN,
        {
            "token_hash": "login",
            "account_id": UNDER,
            "expires_at": technical("when this login ends"),
            "used_at": "login",
        },
        date="expires_at",
    ),
    "passkeys": Table(
        PASSKEY,
        {
            "id": KEY,
            "account_id": UNDER,
            "name": "passkey",
            "site": technical("for which address of this server it was made, which is the same for everyone"),
            "credential": "passkey",
            "public_key": "passkey",
            "sign_count": technical("by which a copy of a passkey is noticed"),
            "added_on": "passkey",
            "used_on": "passkey",
        },
    ),
    "challenges": Table(
        PASSKEY,
        {
            "hash": technical("a random number that was signed, so that it is good for one login; gone within minutes"),
            "account_id": UNDER,
            "expires_at": technical("when this number would have been good no longer"),
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
            "organisation_id": "owner",
            "adopted": "owner",
            "created_at": "room",
            "erase_at": "room",
            "version": technical("counts changes, so that two leaders do not press at once"),
            "steps": ("room", "own_note"),
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
            "undo": ("undo", "own_note"),
            "entered_at": "room",
            "began_at": "room",
            "held": technical("the numbers of the rounds that have begun"),
            "batches": technical("how many batches of shared notes have left"),
            "real": technical("whether this is the workshop itself, or a rehearsal of it"),
            "revision": technical("counts what was written, so that who holds the room in memory knows when it is old"),
            "zone": technical("by whose clock the hours and days of this room are told"),
            "planned_start": "room",
            "label": "label",
            "links": "link_use",
        },
        date="erase_at",
    ),
    "people": Table(
        MINE,
        {
            "id": KEY,
            "room_id": UNDER,
            "name": "name",
            "team": "team",
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
            "circle": ("phones", "let_in"),
            "came": ("phones", "let_in"),
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
        TRAIL,
        {
            "id": KEY,
            "room_id": UNDER,
            "at": ("trail", "room_trail"),
            "did": ("trail", "room_trail"),
            "by": ("trail", "room_trail"),
            "person_id": UNDER,
        },
    ),
    "groups": Table(
        ROOM,
        {
            "id": KEY,
            "room_id": UNDER,
            "number": technical("which table it is; who sits there stands in seats"),
            "active": technical("whether this is the last draw"),
            "topic": "topic",
            "hand_at": "hand",
            "coming_at": "hand",
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
            "away": "seat",
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
            "theme": technical("under which of the organiser's themes it stands; that goes with the line"),
            "posted_at": technical("in which order lines came"),
        },
    ),
    "themes": Table(
        ROOM,
        {
            "id": KEY,
            "room_id": UNDER,
            "name": "theme",
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
            "counted_at": technical("whoever came to the table later does not see it"),
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

WORDS: dict[str, str] = {
    N_("the room"): N_(
        "This workshop in the program, and everything written in it. In the room are: anyone who joined with the code, "
        "the leaders, and everyone who can see the screen. Someone who only has the code is not in it yet."
    ),
    N_("your table, your group"): N_(
        "Your group is the people at your table now. Your team is where you work; that is something else."
    ),
    N_("the leader"): N_(
        "The person who leads the workshop. There may be several; they all see the same things. Only the leader who "
        "created the room also has the organiser's link. If a leader lets a phone in for someone, it shows what is "
        "open to that person's table."
    ),
    N_("the organiser"): N_(
        "Anyone who has the organiser's link, or an organiser's account of the same organisation, and downloads the "
        "wall and the shared notes. It may be your employer, or a leader. Ask who it is here."
    ),
    N_("whoever runs the server"): N_(
        "The people who look after the computer this program runs on. They can read everything stored on it, even "
        "where it says here: only you, or nobody in the room."
    ),
    N_("the screen"): N_("The big screen that everyone in the workshop can see."),
    N_("the wall"): N_("The list of posts on the screen and on all phones. The leader can cover it for a while."),
    N_("signing"): N_("Putting your name to a post on the wall: “Add my name”."),
    N_("the observer"): N_(
        "The person who watches in a round while two others talk. “Looking back” is the step after the conversation."
    ),
    N_("sharing with the organiser"): N_(
        "Shared notes go to the organiser in two batches: when the last step begins, and when the leader closes the "
        "room. A batch only goes if five or more people share something new in it. If there are four, it waits for the "
        "second batch. If there are too few again, the organiser never gets it. If people erase things later and fewer "
        "than five are left, the organiser no longer sees any of it."
    ),
    N_("closing and erasing the room"): N_(
        "Once the leader has closed the room, nobody can write. You can still read, take home and erase everything at "
        "once, but no longer one by one. The room is erased automatically on its date, or earlier by a leader. Then "
        "everything is gone."
    ),
    N_("erasing everything"): N_(
        "With the button “Erase all my data” on your phone, in the last step. Before that you get there through Help, "
        "“I’m leaving”, “Leave the room” and “Read what I wrote”. It removes your name, your team, and everything you "
        "wrote, counted, recognised and needed, including on a phone that a leader let in for you."
    ),
    N_("if you cannot erase everything"): N_(
        "Were you removed from the room? Ask to be let back in first. No phone? A leader can let one in for you. Did a "
        "leader merge two names? Then each phone erases what it shows, and the name goes with the last one."
    ),
    N_("in scrambled form"): N_("Turned into characters that nobody can turn back."),
}
"""The words that the page uses, and what they mean there."""

EMPTY_IT = N_("To remove it: open it under “Write” and clear it")

PARTS: dict[str, dict[str, Line]] = {
    N_("If you take part"): {
        "name": Line(
            N_("your name"),
            N_("to call you by"),
            N_("everyone in the room"),
            by_hand=N_("Another name? Ask the leader"),
        ),
        "team": Line(
            N_("your team, if you gave one"),
            N_("to mix teams"),
            N_(
                "the leader. If someone else has your name too, everyone in the room sees it behind your name. It is "
                "in no file the organiser gets"
            ),
        ),
        "presence": Line(
            N_("that you came, left, were removed, or are taking part without a phone"),
            N_("to see who is there"),
            N_("everyone in the room"),
        ),
        "seat": Line(
            N_("your table and your roles"),
            N_("to show who does what"),
            N_("everyone in the room; only the leader until the tables are shown"),
        ),
        "topic": Line(
            N_("the topic your table chose"),
            N_("to show the right card"),
            N_("your group and the leader"),
            by_hand=N_("You cannot erase it; your table can choose another one"),
        ),
        "hand": Line(
            N_("that your table is asking for help"),
            N_("to bring the leader to you"),
            N_("your group and the leader"),
            by_hand=N_("Gone sooner: when you tap “No longer needed”, or the leader has come"),
        ),
        "safe": Line(
            N_("what you need to feel safe"),
            N_("to treat each other with care"),
            N_("your group, including anyone who joins it later. Not the leader and not the organiser"),
            by_hand=N_("To remove it: tap it again"),
        ),
        "note_me": Line(
            N_("a note for “only me”"),
            N_("for yourself"),
            N_("only you"),
            by_hand=EMPTY_IT,
        ),
        "note_group": Line(
            N_("a note for “my group”"),
            N_("to talk about together"),
            N_(
                "you, and anyone who was at that table when you wrote it and still is. Your name is shown with it. "
                "People who come later cannot read it, and neither can your next table. Did you write it before you "
                "had a table? Then it is whoever is there when you open it to your group"
            ),
            by_hand=EMPTY_IT,
        ),
        "note_organiser": Line(
            N_("a note for “the organiser”"),
            N_("to learn from"),
            N_(
                "you; and the organiser, without your name, if five or more people share something. A leader can only "
                "read it if they are also the organiser. Your group cannot read it"
            ),
            by_hand=N_(
                "To remove it: open it under “Write” and clear it. If you change it, the new text goes with the next "
                "batch. What has been downloaded stays"
            ),
        ),
        "sheet": Line(
            N_("what you write as observer, during the conversation and when looking back"),
            N_("to look back together"),
            N_(
                "you; and, once you look back together, your group, if you open it to them, with your name. Anyone who "
                "came to the table later cannot read it. Not the leader and not the organiser"
            ),
            by_hand=EMPTY_IT,
        ),
        "tally": Line(
            N_("what you count as observer"),
            N_("to look back together"),
            N_(
                "you and a second observer at your table; once you look back together, your whole group, "
                "automatically. Anyone who came to the table later cannot see what you counted before. Not the leader "
                "and not the organiser"
            ),
            by_hand=N_("One too many? Take one off, and it does not count"),
        ),
        "post": Line(
            N_("a post on the wall"),
            N_("to share with the room"),
            N_(
                "everyone in the room and the organiser. While the wall is covered: you, the leader and the organiser. "
                "If the leader hides it: you and the leader. Your name is shown only if you sign, in files too. "
                "Otherwise nobody in the room can see whose it is, and neither can the organiser"
            ),
            by_hand=N_("To remove it: “Take down”. To leave out your name: take it down and put it up again"),
        ),
        "theme": Line(
            N_("themes the organiser makes afterwards of posts on the wall: a name, and which posts belong to it"),
            N_("to show what people said most"),
            N_("the organiser, and whoever they give their files to. Nobody in the room"),
            by_hand=N_("Take your post down or change it, and it is no longer in the theme"),
        ),
        "recognition": Line(
            N_("which posts you recognise"),
            N_("to count how many people do"),
            N_("the number: everyone in the room, and the organiser. That it was you: only you"),
            by_hand=N_("To undo it: tap “I recognise this” again"),
        ),
        "notice": Line(
            N_("what the leader says to the room or to a table"),
            N_("to read it on your phone"),
            N_("everyone or that table, and the leader"),
        ),
        "seen": Line(
            N_("that you saw such a message"),
            N_("to know how many saw it"),
            N_("the number: the leader. That it was you: nobody else in the room"),
        ),
        "wish": Line(
            N_("who should sit together or apart"),
            N_("to make the groups"),
            N_("the leader"),
            by_hand=N_(
                "You cannot see it yourself; ask the leader. If you erase everything, a number is left, without your "
                "name"
            ),
        ),
        "phones": Line(
            N_("which phones are yours, each with a key in scrambled form"),
            N_("to recognise you"),
            N_("you: your other phones are listed under Help. The key: nobody"),
            by_hand=N_("If another one joins, your phone tells you straight away. Not yours? Say no"),
        ),
        "let_in": Line(
            N_("what you write on a phone the leader let in for you"),
            N_("to carry on when your own phone cannot"),
            N_(
                "whoever holds that phone, which may be the leader, can read what was written on it and what is open "
                "to your group. Not what you wrote on your own phone, until you say there: “Yes, that’s me”. Your own "
                "phone only shows what was written on the other one once you say the same on that one. If you had no "
                "phone yet, this is simply yours. The same goes for the phones of two names that the leader merged"
            ),
            by_hand=N_(
                "To remove it one by one: on that phone. Erase everything on your own phone, and this goes too (not if "
                "two names were merged). On the phone that was let in, that only works after your yes"
            ),
        ),
        "pass": Line(
            N_("the eight digits that let in another phone of yours, in scrambled form"),
            N_("to carry on with another phone"),
            N_("you or the leader, whoever asked for them, at that moment"),
        ),
        "trail": Line(
            N_("what was done with your name and your phones, and when"),
            N_(
                "to see whether a phone was let in and what you said about it, or whether you were renamed, merged or "
                "removed"
            ),
            N_("you, under Help, and the leader"),
            by_hand=N_("Also gone once you erase everything"),
        ),
        "room_trail": Line(
            N_("what was done with the room, and when"),
            N_(
                "to see that the wall, the organiser's page or the printed set was opened or downloaded, that a link "
                "was replaced, that someone erased everything (not who), or that the room was closed"
            ),
            N_("the leader"),
            by_hand=N_("You cannot erase this; it names nobody"),
        ),
        "room": Line(
            N_("the title, code, programme and dates of the room, which step it is at, and how long each step took"),
            N_("to lead the workshop"),
            N_("everyone in the room. The title and the date it is erased: everyone with the code"),
        ),
        "label": Line(
            N_("the label that a leader gives the room"),
            N_("to look at several workshops of one kind together"),
            N_("the leader and the organiser, each with an account, and whoever they give their files to"),
            by_hand=N_("The leader empties it"),
        ),
        "own_note": Line(
            N_("what a leader writes for themselves about a step"),
            N_("to remember it while leading"),
            N_("whoever leads the room"),
            by_hand=N_("The leader empties it. Ask them if they wrote something about you"),
        ),
        "undo": Line(
            N_("the last twenty things that a leader can undo"),
            N_("to put a mistake right"),
            N_("the leader. It holds numbers instead of names, and titles that a leader typed"),
        ),
    },
    N_("On your phone, if you take part"): {
        "on_phone": Line(
            N_("who you are here, where you sit, what you are typing and for whom, and what you last saw"),
            N_("to carry on without a network, and after a reload"),
            N_("whoever can open your phone"),
            N_(
                "until you erase everything, or your phone notices that the room is gone. If you never "
                "open the page again: until you clear this website's data in your browser"
            ),
            names=(
                "samen.<code>",
                "samen.<code>.attempt",
                "samen.<code>.box",
                "samen.<code>.copy",
                "samen.<code>.drafts",
                "samen.<code>.out",
            ),
        ),
        "outbox": Line(
            N_("what you wrote that the server does not have yet"),
            N_("so that nothing is lost"),
            N_("whoever can open your phone"),
            N_(
                "until it has arrived. If it never does: until you erase everything, your phone notices that the room "
                "is gone, or you clear this website's data in your browser"
            ),
            names=("samen.outbox.<code>.<person>",),
        ),
        "page_kept": Line(
            N_("the page itself, with nothing of yours in it"),
            N_("to open it without a network"),
            N_("whoever can open your phone"),
            N_("until you clear this website's data in your browser, or there is a newer page"),
            names=("samen.<version>",),
        ),
        "cards_kept": Line(
            N_("the page with the cards to take along, with nothing of yours in it"),
            N_("to open it without a network"),
            N_("whoever can open your phone"),
            N_("until you clear this website's data in your browser, or there is a newer page"),
            names=("cards.<version>",),
        ),
        "cookie_join": Line(
            N_("a cookie: the key from the QR code, or that this phone has joined before. Not who you are"),
            N_("to let you in again, even while someone else is trying many wrong codes"),
            N_("whoever can open your phone"),
            N_("until the date the room is erased, even if you have erased everything"),
            by_hand=N_("Gone sooner: when you clear this website's data in your browser"),
            names=("samen_join_<code>", "samen_visitor_<code>"),
        ),
        "cookie_language": Line(
            N_("a cookie: the language you chose, if it is not the room's"),
            N_("to show it again after a reload"),
            N_("whoever can open your phone"),
            N_("until the date the room is erased, even if you have erased everything"),
            by_hand=N_("Gone sooner: when you clear this website's data in your browser"),
            names=("samen_language_<code>",),
        ),
    },
    N_("On the server, in files and on paper"): {
        "memory": Line(
            N_("whether you are connected now, and how many people at a table have written"),
            N_("to see how far everyone is"),
            N_("connected: everyone in the room. How many wrote: the leader, never who or what"),
            N_("as long as you are connected; none of it is stored"),
        ),
        "address": Line(
            N_("the network address of your phone or computer (IP address)"),
            N_("to stop people guessing codes or passwords"),
            N_("nobody in the room"),
            N_(
                "an hour at most, in memory only. A computer between you and the server may record it too; ask whoever "
                "runs the server"
            ),
        ),
        "log": Line(
            N_("the server's log: what happened, in which room (by number); no names, nothing you wrote"),
            N_("to find faults"),
            N_("whoever runs the server"),
            N_("as long as they keep it; ask them"),
        ),
        "backup": Line(
            N_("copies of everything that is stored, if any are made"),
            N_("so that nothing is lost if a machine breaks"),
            N_("whoever runs the server"),
            N_(
                "as long as they keep them; ask them. What you erased may stay in a copy until then; if the copy is put"
                " back, it is erased again"
            ),
        ),
        "erasures": Line(
            N_("a list of what was erased: when, and its number; no names, nothing you wrote"),
            N_("so that it stays erased when a copy is put back"),
            N_("whoever runs the server"),
            N_("as long as they keep copies; ask them"),
        ),
        "download": Line(
            N_("downloaded files: the wall, and for the organiser the shared notes too"),
            N_("to read and to count"),
            N_(
                "the organiser, and anyone they give it to. A leader: only a file of the wall. Your name is in it only "
                "where you signed"
            ),
            N_(
                "as long as they keep it; ask them. You cannot erase it. If someone compares a file from before you "
                "erased with one from after, they see what you took away"
            ),
        ),
        "taken": Line(
            N_("the file you take home yourself: your notes and posts, and what your group agreed"),
            N_("to read it again"),
            N_("you, and anyone you give it to"),
            N_("until you throw it away"),
        ),
        "paper": Line(
            N_("printed cards and sheets: the title and code of the room, no names"),
            N_("to carry on without a network"),
            N_("everyone in the room. A sheet you write on is yours"),
            N_("until you throw it away"),
        ),
    },
    N_("If you lead or organise"): {
        "account": Line(
            N_("your email address, what you may do and since when, and on which day you last logged in"),
            N_("to let you in"),
            N_("you and whoever runs the server"),
        ),
        "member": Line(
            N_("in which organisation you lead workshops, or are the organiser"),
            N_("so that each organisation only reads its own workshops"),
            N_("you and whoever runs the server"),
        ),
        "identity": Line(
            N_("if you log in with your organisation’s own login: by which number or name that knows you"),
            N_("to know that it is you"),
            N_("whoever runs the server"),
        ),
        "password": Line(
            N_("your password, in scrambled form"),
            N_("to let nobody else in"),
            N_("nobody"),
        ),
        "login": Line(
            N_(
                "in how many browsers you are logged in, since when, and on which day each was last used, with a key "
                "in scrambled form"
            ),
            N_("to let you in without a password, and to show you a login that is not yours"),
            N_("you. The key: nobody"),
        ),
        "reset": Line(
            N_("that there is a link for a new password of yours, with its key in scrambled form"),
            N_("so that you can choose a new password without the old one"),
            N_("whoever made it for you. The key: nobody"),
        ),
        "mail": Line(
            N_("the email with such a link, if you ask for one on the page to log in, or that your password changed"),
            N_("so that you can choose a new password without help, and notice it if someone else did"),
            N_("you, and whoever runs the mail servers on the way"),
            N_("on this server until it is sent; on the others as long as they keep it"),
        ),
        "passkey": Line(
            N_(
                "your passkeys, if you add any: the name you gave each, the half of its key that opens nothing, and on "
                "which day it was added and last used. Your fingerprint, face or PIN stays in your device"
            ),
            N_("to let you in without a password, and to show you a passkey that is not yours"),
            N_("you and whoever runs the server"),
        ),
        "link_use": Line(
            N_("in which minute the link to lead, to the screen or for the organiser was last used"),
            N_("to see whether someone uses a link who should not have it"),
            N_("the leaders of the room. Not who used it, or where"),
        ),
        "owner": Line(
            N_("which account and which organisation a room belongs to"),
            N_("to show it among your rooms, and to the organisers of that organisation"),
            N_("you and whoever runs the server"),
        ),
    },
    N_("In the browser of a leader, the organiser or the screen"): {
        "screen_kept": Line(
            N_("what the screen last showed"),
            N_("to show it again after a reload"),
            N_("everyone in the room"),
            N_("until the tab is closed"),
            names=("samen.screen.<code>",),
        ),
        "choices": Line(
            N_("sound, keys, light or dark"),
            N_("to ask it once"),
            N_("whoever uses that browser"),
            N_("until you clear this website's data in your browser"),
            names=("samen.desk.sound", "samen.keys", "samen.remote", "samen.screen.theme", "samen.sound"),
        ),
        "cookie_key": Line(
            N_("a cookie: the key of the room"),
            N_("to open the page without the link"),
            N_("whoever uses that browser"),
            N_("until the date the room is erased"),
            names=("samen_leader_<code>", "samen_screen_<code>"),
        ),
        "cookie_organiser": Line(
            N_("a cookie: the key of the organiser’s page"),
            N_("to open the page without the link"),
            N_("whoever uses that browser"),
            N_("until you log out in that browser, or the date the room is erased"),
            names=("samen_organiser_<code>",),
        ),
        "cookie_login": Line(
            N_("a cookie if you log in"),
            N_("to let you in without a password"),
            N_("whoever uses that browser"),
            N_("{days} days, or until you log out"),
            names=("samen_login",),
        ),
        "cookie_invitation": Line(
            N_("a cookie if you open an invitation: its key"),
            N_("to let you join without the link"),
            N_("whoever uses that browser"),
            N_("until you have joined, an hour at most"),
            names=("samen_invitation",),
        ),
        "cookie_reset": Line(
            N_("a cookie if you open a link for a new password: its key"),
            N_("so that the key does not stay in the address bar"),
            N_("whoever uses that browser"),
            N_("until you have chosen a password, an hour at most"),
            names=("samen_reset",),
        ),
        "cookie_openid": Line(
            N_("a cookie while you log in with your organisation’s own login: a random number"),
            N_("to know, when you come back from there, that it was you who went"),
            N_("whoever uses that browser"),
            N_("until you are back, ten minutes at most"),
            names=("samen_openid",),
        ),
        "cookie_browser": Line(
            N_("a cookie if you have logged in: that this browser knows your account"),
            N_("to let you in straight away, even while someone else is trying your password"),
            N_("whoever uses that browser"),
            N_("400 days, even after you log out, or until you clear this website's data in your browser"),
            names=("samen_browser",),
        ),
        "cookie_form": Line(
            N_("a cookie with a random number"),
            N_("so that no other website can fill in a form, or use a passkey, in your name"),
            N_("whoever uses that browser"),
            N_("until the browser is closed"),
            names=("session",),
        ),
    },
}
"""The lines of the page by subject, in the page's order."""

LINES = {key: line for part in PARTS.values() for key, line in part.items()}
