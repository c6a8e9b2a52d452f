"""What people write for themselves and for each other: notes, and an observer's counts.

Ids are made by the phone, so sending something twice stores it once. Empty text deletes.
"""

from __future__ import annotations

from sys import intern

from msgspec import UNSET, UnsetType

from ..core import later
from ..core import reading as rules
from ..core.errors import Refused
from ..core.reading import Visibility
from ..core.run import settle
from ..room.room import Note, Room, Tally
from . import trail
from .bounds import room_for_note, room_to_count
from .change import Change, GroupTouched, NoteChanged
from .circles import Writer
from .grouping import rounds
from .real import begins
from .recording import give_batch
from .table import own_seat


def note(
    change: Change,
    writer: Writer,
    id: str,
    prompt: str,
    text: str,
    visibility: Visibility,
    round: int | None,
    group: int | UnsetType | None = UNSET,
) -> Visibility:
    """Stores, replaces or (empty text) deletes a note. It belongs to the group that its writer sat in when it was first
    written. `group`: the one that they sat in when they wrote it or chose who reads it, if that is known. Where they
    were moved before it arrived it belongs to no group, and what was meant for one is theirs alone. Returns who may
    read it."""
    change.check_person(writer.person)
    room = change.value
    if round is not None and not 1 <= round <= max(rounds(room), 1):
        raise Refused("invalid", "There is no such round.")
    old = _known(room, writer, id)
    circle = old.circle if old else writer.circle
    here = _group_id(room, writer.person)
    moved = group not in (UNSET, here)
    group_id = old.group_id if old else None if moved else here
    was = old.facts if old is not None else None
    was_open = was is not None and rules.is_open(was, room.opened)
    was_agreed = old is not None and old.prompt == "agreed"
    if text and prompt == later.PROMPT and visibility != "me":
        raise Refused("forbidden", "How it went is for its writer alone.")
    if moved and group_id is None and visibility == "group":
        visibility = "me"
    # Taking back is always allowed; and what is sent again gets the answer it had, also when the room closed meanwhile.
    taken_back = not text or (old is not None and old.text == text and visibility == "me")
    if taken_back and old is not None and room.closed:
        prompt, round = old.prompt, old.round  # it stays what it was
    sent_again = (
        old is not None
        and (old.text, old.prompt, old.visibility) == (text, prompt, visibility)
        and round in (None, old.round)
    )
    withdrawn = taken_back or sent_again
    if not withdrawn and not later.is_taken(prompt, old.prompt if old else None):
        change.open_for_writing()
    sheet = old.sheet if old else None
    if text and (old is None or old.text != text):
        sheet = _sheet(change, writer.person) or sheet
    if text and sheet is not None and visibility == "organiser":
        raise Refused("forbidden", "What someone writes while they observe stays at their table.")
    written_at = old.written_at if old else change.now
    arrives = bool(text) and visibility == "group" and group_id is None and here is not None
    brought = old is not None and arrives and not room.closed
    if brought:
        # Written on one's own, now brought to the table: it is theirs to read from here on.
        group_id, written_at = here, change.now
    if brought or not withdrawn:
        room_for_note(room, circle, id, text, visibility == "group", group_id)
    if text:
        change.forgets = change.forgets or bool(old and old.text != text)
        same = old if old and (old.text, old.visibility) == (text, visibility) else None
        change.put(
            Note(
                circle=circle,
                id=id,
                person_id=writer.person,
                group_id=group_id,
                prompt=intern(prompt),  # one text for all notes that answer it
                round=round or (old.round if old else current_round(room)),
                text=text,
                visibility=visibility,
                written_at=written_at,
                changed_at=same.changed_at if same else change.now,
                # What was out is taken back; what is shared now goes with the next batch.
                batch=same.batch if same and same.prompt == prompt else None,
                sheet=sheet,
            )
        )
    elif old is not None:
        change.drop(old)
        change.forgets = True
    # Others hear of a note only where it is, or was, open to them: not even that there is a private one.
    facts = rules.NoteFacts(writer.person, circle, visibility, group_id, change.now, sheet)
    now_open = rules.is_open(facts, room.opened)
    shared = group_id if was_open or now_open else None
    change.tell(NoteChanged(writer.person, circle, id, shared, was))
    for_table = visibility == "group" or (old is not None and old.visibility == "group")
    if group_id is not None and for_table and (was_agreed or prompt == "agreed"):
        change.tell(
            GroupTouched(group_id)
        )  # its writer sees it on a sheet that is closed to the others, who hear nothing
    return visibility


def _known(room: Room, writer: Writer, id: str) -> Note | None:
    """The note with this id that the writer's phone shows. One that it does not show might as well not be there: the
    answer reveals nothing about it."""
    found = {note.circle: note for note in room.notes.where("person_id", writer.person) if note.id == id}
    reads = room.reads(writer.circle)
    shown = [circle for circle in (writer.circle, *found) if circle in found and circle in reads]
    if shown:
        return room.notes[shown[0], id]
    group_id = _group_id(room, writer.person)
    if any(n.group_id == group_id is not None and rules.is_open(n.facts, room.opened) for n in found.values()):
        raise Refused("forbidden", "This was written on another phone; change it there.")
    return None


def tally(
    change: Change,
    writer: Writer,
    id: str,
    round: int,
    counter: str,
    by: int,
    group: int | UnsetType | None = UNSET,
) -> None:
    """An observer counts one more, or one less, at the group where they sat then; never below zero. Only people who
    observe in that round may."""
    room = change.value
    if (writer.circle, id) in room.tallies:
        return
    change.open_for_writing()
    seat = own_seat(change, writer.person, group)
    if not 1 <= round <= len(seat.roles):
        raise Refused("invalid", "There is no such round.")
    if seat.roles[round - 1] != "observer":
        raise Refused("forbidden", "Only the observer counts.")
    room_to_count(room, writer.circle, seat.group_id, counter)
    reads = room.reads(writer.circle)
    counted = sum(
        one.by
        for one in room.tallies.where("group_id", seat.group_id)
        if (one.round, one.counter) == (round, counter)
        # Of what another phone in this name counted, or others before they sat there, this phone shows nothing, so it
        # takes nothing off it either.
        and (one.circle in reads if one.person_id == writer.person else seat.was_there(one.counted_at))
    )
    # What would go below zero is remembered as nothing, so that it is nothing too when it is sent again.
    by = by if counted + by >= 0 else 0
    change.put(
        Tally(
            circle=writer.circle,
            id=id,
            person_id=writer.person,
            group_id=seat.group_id,
            round=round,
            counter=counter,
            by=by,
            counted_at=change.now,
        )
    )
    change.tell(GroupTouched(seat.group_id))


def close(change: Change) -> None:
    """Ends writing in this room. Reading, taking home and erasing go on."""
    if not change.value.closed:
        change.set_for_all(closed=True)
        begins(change, "closing")
        give_batch(change)
        trail.mark(change, "close", "leader")


def current_round(room: Room) -> int | None:
    """The round the room is in, if any."""
    return room.run.step.round


def _sheet(change: Change, person_id: int) -> int | None:
    """The round whose sheet this person is writing on now; None: on none."""
    step = settle(change.value.run, change.now).step
    seat = change.value.seat_of(person_id) if step.round else None
    role = seat.roles[step.round - 1] if seat and step.round and step.round <= len(seat.roles) else None
    return step.round if rules.of_the_sheet(step, role) else None


def _group_id(room: Room, person_id: int) -> int | None:
    seat = room.seat_of(person_id) if room.groups_shown else None
    return seat.group_id if seat else None
