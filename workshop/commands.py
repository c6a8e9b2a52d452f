"""THE WIRE IN: what each message may say, and the one use case it leads to.

A message is a struct; its `do` is the use case. Text is trimmed and composed (NFC) before its length counts, and
what cannot be seen is taken out. Who sends it is never in it.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from .access import Holder
from .core.errors import Code, Refused
from .core.run import Command as ClockCommand
from .rooms import erasing, extras, grouping, joining, running, table, writing
from .rooms.change import Change

Id = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Key = Annotated[str, Meta(pattern="^[a-z_.]{1,40}$")]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
NoteText = Annotated[str, Meta(max_length=2000)]
PostText = Annotated[str, Meta(max_length=280)]
PersonId = Annotated[int, Meta(ge=1, le=2**53)]
Answer = dict[str, Any]


class Message(Struct, kw_only=True):
    """Something a person says. `do` returns what the acknowledgement adds."""

    def do(self, change: Change, holder: Holder) -> Answer | None:
        """Does it; raises Refused."""
        raise NotImplementedError


class Note(Message):
    """Writes, replaces or (empty text) deletes a note of one's own."""

    id: Id
    prompt: Key
    text: NoteText
    visibility: Literal["me", "group", "organiser"] = "me"
    round: int | None = None

    def do(self, change: Change, holder: Holder) -> None:
        writing.note(change, _who(holder), self.id, self.prompt, self.text, self.visibility, self.round)


class Post(Message):
    """Writes on the wall."""

    id: Id
    column: Key
    text: PostText
    signed: bool = False

    def do(self, change: Change, holder: Holder) -> None:
        writing.post(change, _who(holder), self.id, self.column, self.text, self.signed)


class Recognise(Message):
    """Says that a post is recognised, or no longer is."""

    post: Id
    on: bool

    def do(self, change: Change, holder: Holder) -> None:
        writing.recognise(change, _who(holder), self.post, self.on)


class Tally(Message):
    """An observer counts."""

    id: Id
    round: int
    counter: Key
    by: Literal[1, -1]

    def do(self, change: Change, holder: Holder) -> None:
        writing.tally(change, _who(holder), self.id, self.round, self.counter, self.by)


class Choose(Message):
    """Chooses a topic card for one's group."""

    topic: Key

    def do(self, change: Change, holder: Holder) -> None:
        table.choose(change, _who(holder), self.topic)


class Safe(Message):
    """Says what one needs to feel safe."""

    keys: Annotated[list[Key], Meta(max_length=12)]
    own: Annotated[str, Meta(max_length=60)] | None = None

    def do(self, change: Change, holder: Holder) -> None:
        table.say_safe(change, _who(holder), self.keys, self.own)


class Hand(Message):
    """Asks for the leader."""

    up: bool

    def do(self, change: Change, holder: Holder) -> None:
        table.raise_hand(change, _who(holder), self.up)


class Leave(Message):
    """Goes home."""

    def do(self, change: Change, holder: Holder) -> None:
        joining.leave(change, _who(holder))


class Return(Message):
    """Is back after having left."""

    def do(self, change: Change, holder: Holder) -> None:
        joining.come_back(change, _who(holder))


class EraseMe(Message):
    """Erases oneself and all one wrote."""

    def do(self, change: Change, holder: Holder) -> None:
        erasing.erase_person(change, _who(holder))


class LeaderCommand(Struct, kw_only=True, tag_field="do", tag=str.lower):
    """Something a leader does. The clock's own commands are the core's."""

    def do_it(self, change: Change) -> Answer | None:
        """Does it; raises Refused."""
        raise NotImplementedError


class FormGroups(LeaderCommand, tag="form_groups"):
    """Draws the groups (anew)."""

    seed: Annotated[int, Meta(ge=0, lt=2**53)] | None = None

    def do_it(self, change: Change) -> None:
        grouping.form_groups(change, self.seed)


class Move(LeaderCommand):
    """Moves someone to another group."""

    person: PersonId
    group: PersonId

    def do_it(self, change: Change) -> None:
        grouping.move(change, self.person, self.group)


class Apart(LeaderCommand):
    """Keeps these people apart at the next draw."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=20)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, "apart", self.people)


class Together(LeaderCommand):
    """Keeps these people together at the next draw."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=4)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, "together", self.people)


class Free(LeaderCommand):
    """Forgets what was wished about exactly these people."""

    people: Annotated[list[PersonId], Meta(min_length=2, max_length=20)]

    def do_it(self, change: Change) -> None:
        grouping.wish(change, None, self.people)


class AddPerson(LeaderCommand, tag="add_person"):
    """Adds someone who has no phone."""

    name: Name
    team: Annotated[str, Meta(max_length=40)] | None = None

    def do_it(self, change: Change) -> Answer:
        return {"person": joining.add_person(change, self.name, self.team or None).id}


class Remove(LeaderCommand):
    """Takes someone out."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.remove(change, self.person)


class Restore(LeaderCommand):
    """Lets someone back in."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.restore(change, self.person)


class Rename(LeaderCommand):
    """Gives someone another name."""

    person: PersonId
    name: Name

    def do_it(self, change: Change) -> None:
        joining.rename(change, self.person, self.name)


class Here(LeaderCommand):
    """Says that someone is here, whatever the phone does."""

    person: PersonId

    def do_it(self, change: Change) -> None:
        joining.vouch(change, self.person)


class Hide(LeaderCommand):
    """Takes a line off the wall."""

    post: Id

    def do_it(self, change: Change) -> None:
        writing.hide(change, self.post, True)


class Show(LeaderCommand):
    """Puts a hidden line back."""

    post: Id

    def do_it(self, change: Change) -> None:
        writing.hide(change, self.post, False)


class Extras(LeaderCommand):
    """Switches on what is not always wanted; what is not named is off."""

    on: Annotated[list[extras.Extra], Meta(max_length=3)]

    def do_it(self, change: Change) -> None:
        extras.choose(change, self.on)


class Close(LeaderCommand):
    """Ends writing in the room."""

    def do_it(self, change: Change) -> None:
        writing.close(change)


RoomCommand = (
    FormGroups
    | Move
    | Apart
    | Together
    | Free
    | AddPerson
    | Remove
    | Restore
    | Rename
    | Here
    | Hide
    | Show
    | Extras
    | Close
)


class Expecting(Struct, frozen=True):
    """What every command may carry: the version its leader saw."""

    expect: int | None = None


class Command(Message):
    """A leader's command, clock or room."""

    what: ClockCommand | RoomCommand
    expect: int | None = None

    def do(self, change: Change, holder: Holder) -> Answer:
        """Does it and answers with the version the room then has."""
        if isinstance(self.what, LeaderCommand):
            running.meet(change, self.expect)
            answer = self.what.do_it(change)
        else:
            answer = None
            running.command(change, self.what, self.expect)
        return {**(answer or {}), "version": change.room.version}


class Nothing(Struct, frozen=True):
    """`{}`."""


EVENTS: dict[str, Any] = {
    "clock": Nothing,
    "sync": Nothing,
    "command": ClockCommand | RoomCommand,
    "note": Note,
    "post": Post,
    "recognise": Recognise,
    "tally": Tally,
    "choose": Choose,
    "safe": Safe,
    "hand": Hand,
    "leave": Leave,
    "return": Return,
    "erase_me": EraseMe,
}
"""Every event a client may send."""


def parse(event: str, payload: object) -> Message | Nothing:
    """The message in a payload. Refused("not_found", "invalid" or "too_large") says why there is none."""
    if event not in EVENTS:
        raise Refused("not_found", "There is no such message.")
    payload = clean(payload)
    if isinstance(payload, dict) and isinstance(payload.get("id"), str):
        payload["id"] = payload["id"].lower()  # one id, however it is spelt
    message = convert(payload, EVENTS[event])
    if event == "command":
        return Command(what=message, expect=convert(payload, Expecting).expect)
    return message


def convert(payload: object, kind: Any) -> Any:
    """A payload as a typed value; Refused("invalid" or "too_large")."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        code: Code = "too_large" if "of length <=" in str(error) else "invalid"
        raise Refused(code, f"This cannot be used: {error}.") from error


def clean(value: object) -> Any:
    """Text as it is kept: trimmed, composed, without what cannot be seen or would turn the writing direction."""
    match value:
        case str():
            kept = "".join(c for c in value.replace("\r\n", "\n") if c == "\n" or not _unseen(c))
            return unicodedata.normalize("NFC", kept).strip()
        case dict():
            return {k: clean(v) for k, v in value.items()}
        case list():
            return [clean(v) for v in value]
        case _:
            return value


def one_line(text: str) -> str:
    """A name or a title: no line breaks, no doubled spaces; nothing at all where there is nothing to see."""
    line = " ".join(str(clean(text)).split())
    return line if any(unicodedata.category(c)[0] in "LNPS" for c in line) else ""


def _unseen(character: str) -> bool:
    # Cf holds the marks that turn the writing direction, but also the joiners that emoji and Persian need.
    # (and the tags that make flags); Cn holds emoji that are newer than this Python.
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    if category == "Cf":
        return character not in "\u200c\u200d" and not 0xE0020 <= ord(character) <= 0xE007F
    return category in ("Cc", "Cs", "Co")


def _who(holder: Holder) -> int:
    assert holder.person_id is not None  # the permission table lets only people in here
    return holder.person_id
