"""What a person says, from a phone."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from ..access import Holder
from ..rooms import circles, erasing, joining, noticing, table, wall, writing
from ..rooms.change import Change
from .words import Answer, Id, Key, NoteText, PersonId, PostText, Table


class Message(Struct, kw_only=True):
    """Something a person says. `do` returns what the acknowledgement adds."""

    @property
    def says_address(self) -> bool:
        """Does its answer hold an address that leads here?"""
        return False

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
    group: Table = UNSET

    def do(self, change: Change, holder: Holder) -> Answer | None:
        writer = _writer(holder)
        kept = writing.note(change, writer, self.id, self.prompt, self.text, self.visibility, self.round, self.group)
        return {"visibility": kept} if kept != self.visibility else None


class Post(Message):
    """Writes on the wall."""

    id: Id
    column: Key
    text: PostText
    signed: bool = False

    def do(self, change: Change, holder: Holder) -> None:
        wall.post(change, _writer(holder), self.id, self.column, self.text, self.signed)


class Recognise(Message):
    """Says that a post is recognised, or no longer is."""

    post: Id
    on: bool

    def do(self, change: Change, holder: Holder) -> None:
        wall.recognise(change, _writer(holder), self.post, self.on)


class Tally(Message):
    """An observer counts."""

    id: Id
    round: int
    counter: Key
    by: Literal[1, -1]
    group: Table = UNSET

    def do(self, change: Change, holder: Holder) -> None:
        writing.tally(change, _writer(holder), self.id, self.round, self.counter, self.by, self.group)


class Choose(Message):
    """Chooses a topic card for one's group."""

    topic: Key

    def do(self, change: Change, holder: Holder) -> None:
        table.choose(change, _who(holder), self.topic)


class Safe(Message):
    """Says what one needs to feel safe."""

    keys: Annotated[list[Key], Meta(max_length=12)]
    own: Annotated[str, Meta(max_length=60)] | None = None
    group: Table = UNSET

    def do(self, change: Change, holder: Holder) -> None:
        table.say_safe(change, _who(holder), self.keys, self.own, self.group)


class Hand(Message):
    """Asks for the leader."""

    up: bool

    def do(self, change: Change, holder: Holder) -> None:
        table.raise_hand(change, _who(holder), self.up)


class Sit(Message):
    """Says that they are at the table; or not yet, if that was pressed by mistake."""

    on: bool = True

    def do(self, change: Change, holder: Holder) -> None:
        table.sit(change, _who(holder), self.on)


class Seen(Message):
    """Saw what the leader said."""

    notice: PersonId

    def do(self, change: Change, holder: Holder) -> None:
        noticing.seen(change, _writer(holder), self.notice)


class Leave(Message):
    """Goes home."""

    def do(self, change: Change, holder: Holder) -> None:
        joining.leave(change, _who(holder))


class Return(Message):
    """Comes back after having left."""

    def do(self, change: Change, holder: Holder) -> None:
        joining.come_back(change, _who(holder))


class EraseMe(Message):
    """Erases oneself and all one wrote."""

    def do(self, change: Change, holder: Holder) -> None:
        erasing.erase(change, holder)


class ThatIsMe(Message):
    """Says of the phones of a circle in one's name whether they are one's own. `at`: as in the question, so that
    nothing is said of a phone that nobody asked about yet."""

    circle: Id
    yes: bool = True
    at: int | UnsetType = UNSET

    def do(self, change: Change, holder: Holder) -> Answer:
        asked_at = None if self.at is UNSET else self.at
        return {"ended": circles.answer(change, holder, self.circle, self.yes, asked_at)}


def _who(holder: Holder) -> int:
    assert holder.person_id is not None  # the permission table lets only people in here
    return holder.person_id


def _writer(holder: Holder) -> circles.Writer:
    return circles.Writer(_who(holder), holder.circle)
