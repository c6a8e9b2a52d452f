"""How much of everything a room takes, so that whatever is sent to a phone, a desk or a screen has an upper bound
(docs/protocol.md, Limits, where it is worked out).

Many times what people write in an afternoon: whoever runs into these is a program, or has fallen asleep on a key. What
one person may add is a part of what their table and the wall may hold, so that nobody fills those up for the others.
Bytes are counted in UTF-8. Someone whose phones belong to two circles has room in each: that one is full must reveal
nothing about the other. Taking something away, or making it shorter, is always possible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..core.errors import Refused
from ..room.room import Note, Post, Room, Seat


@dataclass(frozen=True, slots=True)
class Bound:
    """At most this many, and this many bytes of text in all; `words` says what is full, and what helps."""

    many: int
    bytes: int
    words: str

    def take(self, many: int, size: int) -> None:
        """Refused("too_large") if this is more than there is room for."""
        if many > self.many or size > self.bytes:
            raise Refused("too_large", self.words)


NOTES = Bound(200, 64 * 1024, "You have written all that fits here; delete a note, or make one shorter.")
OPENED = Bound(100, 16 * 1024, "You have shared all that fits with your group; delete a note, or take one back.")
TABLE = Bound(400, 96 * 1024, "Your group has shared all that fits; one of you can delete a note, or take one back.")
LINES = Bound(60, 16 * 1024, "You have put all on the wall that fits; take one of your lines off first.")
WALL = Bound(5000, 512 * 1024, "The wall is full; lines have to be taken off first, by whoever wrote them.")
RECOGNISED = Bound(500, 0, "You recognise as many lines as can be kept; take one back first.")
COUNTERS = Bound(40, 0, "Your group counts as many different things as fit; go on with one of those.")
TAPS = Bound(2000, 0, "You have counted as often as can be kept.")
SAFE = Bound(5000, 24 * 1024, "Your group has said all that fits here; someone can take a word back.")
OWN_NOTES = Bound(80, 16 * 1024, "Your notes about the steps are as long as they can be; make one of them shorter.")
WISHES = Bound(100, 0, "There are as many wishes as can be kept; free some people first.")


def room_for_note(room: Room, circle: str, id: str, text: str, opened: bool, table: int | None) -> None:
    """Refused("too_large") if there is no room for this note of theirs; `opened`: it is for their group, and that is
    `table`, or (None) they sit nowhere yet. Where it counted already it takes no more room unless it is longer."""
    old = room.notes.get((circle, id))
    fits = old is not None and not _longer(text, old.text)
    was_opened = old is not None and old.visibility == "group"
    others = [note for note in room.notes.where("circle", circle) if note.id != id]
    if not fits:
        NOTES.take(*_with(text, others))
    if opened and not (fits and was_opened):
        OPENED.take(*_with(text, [note for note in others if note.visibility == "group"]))
    if opened and table is not None and not (fits and was_opened and old is not None and old.group_id == table):
        at_table = [n for n in room.notes.where("group_id", table) if n.visibility == "group" and n is not old]
        TABLE.take(*_with(text, at_table))


def room_for_line(room: Room, circle: str | None, id: str, text: str) -> None:
    """Refused("too_large") if the wall has no room for this post, or title, of theirs or (None) of the leader's."""
    old = room.posts.get(id)
    if old is not None and not _longer(text, old.text):
        return
    if circle is not None:
        LINES.take(*_with(text, [post for post in room.posts.where("circle", circle) if post is not old]))
    WALL.take(*_with(text, [post for post in room.posts if post is not old]))


def room_to_recognise(room: Room, circle: str) -> None:
    """They can recognise one more post."""
    RECOGNISED.take(len(room.recognitions.where("circle", circle)) + 1, 0)


def room_to_count(room: Room, circle: str, group_id: int, counter: str) -> None:
    """They can count once more, and their group can count this besides what it counts already."""
    TAPS.take(len(room.tallies.where("circle", circle)) + 1, 0)
    counted = {tally.counter for tally in room.tallies.where("group_id", group_id)}
    COUNTERS.take(len({*counted, counter}), 0)


def room_for_safe(room: Room, seat: Seat, words: list[str]) -> None:
    """The group has room for these words of theirs besides what others said."""
    others = [one for one in room.seats_at(seat.group_id) if one.person_id != seat.person_id]
    said = [word for one in others for word in one.safe or ()]
    SAFE.take(len(said) + len(words), sum(len(word.encode()) for word in (*said, *words)))


def room_for_own_note(texts: list[str], text: str, before: str) -> None:
    """The programme, whose leaders' notes these are, has room for this one of them; `before`: what stood there."""
    if _longer(text, before):
        OWN_NOTES.take(len(texts), sum(len(text.encode()) for text in texts))


def room_for_wish(room: Room) -> None:
    """There is room for one more wish."""
    WISHES.take(len(room.wishes) + 1, 0)


def _longer(text: str, before: str) -> bool:
    """Does it take more room than what it replaces? As many signs can take four times the bytes."""
    return len(text.encode()) > len(before.encode())


def _with(text: str, others: Collection[Note | Post]) -> tuple[int, int]:
    """How many there would be with this one, and how many bytes they would take."""
    return len(others) + 1, sum(len(one.text.encode()) for one in others) + len(text.encode())
