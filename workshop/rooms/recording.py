"""What leaves a room as a file: the wall, and the notes whose writers shared them with the organiser.

Those leave in batches, by the rule of `core.batches`; every page, download and command reads them here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import UNSET
from msgspec.structs import replace

from .. import wire
from ..content import load
from ..core import batches, reading
from ..core.batches import Shared
from ..core.names import told_apart
from ..core.spent import in_minutes
from ..days import held_on
from ..exports import WORDS, Note, Post, Reflections, Timed, in_order, pieces
from ..room import room as values
from ..room.room import Room
from . import on_wall, trail
from .change import Change
from .grouping import draft_again, rounds

SEVERAL = "several"
"""Stands in place of a question that is not shown."""
SEVERAL_QUESTIONS = {"nl": "Verschillende vragen", "en": "Several questions"}
HELD_BACK = {
    "nl": "Gedeelde notities komen in twee keer: bij het afronden, en als de begeleider de zaal sluit. En pas als "
    "minstens vijf mensen iets deelden. Wat dan nog achterblijft, komt niet meer.",
    "en": "Shared notes come in two lots: at the closing, and when the workshop leader closes the room. And only if "
    "at least five people shared something. What is still held back then never comes.",
}
"""Said in the same words in every case: how many are waiting, or that any are, would tell something."""
NO_CONVERSATION = {
    "nl": "Een workshop over praten met cliënten over hoe je samenwerkt. Er is geen gesprek geoefend.",
    "en": "A workshop about talking with clients about how you work together. No conversation was practised.",
}
"""What a room was that closed before its first conversation."""


def record(
    room: Room,
    *,
    for_organiser: bool,
    words: Mapping[str, str] = WORDS,
    mark: Callable[[values.Post], str] = lambda post: "",
    breathe: Callable[[], None] = lambda: None,
) -> Reflections:
    """The record of a room. Hidden posts are not in it; a wall that was never revealed is. Shared notes and themes are
    for the organiser alone; `words` are those of the files, in the language of the room. `mark`: gives the name by
    which a page calls a line, if lines can be chosen on it. `breathe` is called in between: the room is a value, and
    stays as it was whatever others do meanwhile."""
    pack = load(room.pack)
    notes = tuple(_told(room, breathe)) if for_organiser else ()
    prompts = {p.key: p.label for p in pack.prompts}
    if any(note.prompt == SEVERAL for note in notes):
        prompts |= {SEVERAL: _in_words(SEVERAL_QUESTIONS, room)}
    posts = on_record(room, breathe)
    breathe()
    told = {p.column for p in posts}
    themes = {theme.id: theme.name for theme in room.themes} if for_organiser else {}
    return Reflections(
        title=room.title,
        code=room.code,
        language=room.language,
        held_on=held_on(room),
        columns=tuple((c.key, c.question) for c in pack.wall if c in pack.columns or c.key in told),
        prompts=prompts,
        posts=in_order(_posts(room, posts, themes, mark, breathe), breathe),
        notes=in_order(notes, breathe),
        themes=tuple(themes.values()),
        times=_times(room) if room.closed else (),
        held_back=_in_words(HELD_BACK, room) if for_organiser else "",
        words={**words, "what": _in_words(NO_CONVERSATION, room)} if room.closed and not room.held else words,
        people=sum(_came(room, person) for person in room.people),
        rounds=len(room.held) if room.closed else rounds(room),
    )


def on_record(room: Room, breathe: Callable[[], None] = lambda: None) -> list[wire.Post]:
    """The wall that stands in a record, titles included; `breathe` is called in between."""
    return _of_people(room, [one for some in pieces(room.posts, breathe) for one in _shown(room, some)])


def is_rehearsal(room: Room) -> bool:
    """Is everything in it made up: because the leader said so, or because only simulated people wrote it?"""
    return room.real is False or (not _anyone_real(room) and any(person.simulated for person in room.people))


def give_batch(change: Change) -> None:
    """One batch of shared notes leaves: when the closing begins, and when the room closes. There is none after that."""
    batch = change.value.batches + 1
    found = _shared(change.value)
    change.put(*(replace(found[shared], batch=batch) for shared in batches.leaving(found)))
    change.set(batches=batch)


def give_back(change: Change) -> None:
    """What was before was a rehearsal, of another day: if no shared note left at its closing, the first batch is still
    to come."""
    if not change.value.closed and all(shared.batch is None for shared in _shared(change.value)):
        change.set(batches=0)


def begin_anew(change: Change) -> None:
    """The rehearsal is over, and nobody real was there yet: the closing that it came to was not the workshop's, nor
    were its rounds, or when it began. Nor is the next afternoon a rehearsal because this one was."""
    draft_again(change)
    room = change.value
    nobody = not _anyone_real(room)
    if nobody and not room.closed:
        change.set(batches=0, held=[], steps=[{**step, "took": 0} for step in room.steps])
        if room.began_at is not None:
            change.set_for_all(began_at=None)
        change.put(*(replace(post, theme=None) for post in room.posts if post.theme is not None))
        change.drop(*room.themes)
    if room.real is False or (nobody and room.real):
        change.set_for_all(real=None)


def _told(room: Room, breathe: Callable[[], None]) -> Iterator[Note]:
    found = _shared(room, breathe)
    told = batches.told(found)
    for piece in pieces(told, breathe):
        yield from (Note(note.prompt if asked else SEVERAL, found[note].text) for note, asked in piece)


def _shared(room: Room, breathe: Callable[[], None] = lambda: None) -> dict[Shared, values.Note]:
    """Every note that is for the organiser, out or not, as the rule sees it and as it is kept."""
    found, rehearsal = {}, not _anyone_real(room)
    notes = room.notes.where("visibility", "organiser")
    for note in (note for piece in pieces(notes, breathe) for note in piece):
        writer = room.people[note.person_id]
        if writer.simulated and (room.real or writer.removed):  # taken away, with what they wrote
            continue
        if reading.in_download(note.facts):
            without_phone = writer.by_hand or writer.stand_in
            counts = batches.counted(simulated=writer.simulated, without_phone=without_phone, rehearsal=rehearsal)
            found[Shared(note.id, writer.id, note.prompt, note.batch, counts)] = note
    return found


def _anyone_real(room: Room) -> bool:
    """Including anyone who was taken out: a leader could take out the only one."""
    return any(not person.simulated and not person.stand_in for person in room.people)


def _came(room: Room, person: values.Person) -> bool:
    """Was it one of the people who were there? Not the leader in an empty chair; and once the room is real nobody
    simulated."""
    return not (person.removed or person.stand_in or (room.real and person.simulated))


def _times(room: Room) -> tuple[Timed, ...]:
    """How the clock went. Told when the room is closed: until then no file changes because a step was over."""
    times = in_minutes(room.run, trail.closed_at(room))
    return tuple(Timed(one.title, one.round, one.planned, one.took) for one in times)


def _of_people(room: Room, posts: list[wire.Post]) -> list[wire.Post]:
    """The wall; once the room is real, without what was simulated, and without titles that stood over nothing else."""
    if not room.real:
        return posts
    kept = [post for post in posts if post.simulated is UNSET]
    titles, left = ({post.bundle for post in some} for some in (posts, kept))
    return [post for post in kept if post.id not in titles or post.id in left]


def _in_words(words: Mapping[str, str], room: Room) -> str:
    return words.get(room.language, words["en"])


def _shown(room: Room, posts: Iterable[values.Post]) -> list[wire.Post]:
    return on_wall.revealed_wall(room, [post.id for post in posts])


def _posts(
    room: Room,
    wall: list[wire.Post],
    themes: Mapping[int, str],
    mark: Callable[[values.Post], str],
    breathe: Callable[[], None],
) -> tuple[Post, ...]:
    """The posts on the wall; those that were put together stand under their title."""
    signed = _signed(room, wall)
    under: dict[str | None, list[wire.Post]] = defaultdict(list)
    for post in wall:
        under[post.bundle].append(post)

    def shaped(post: wire.Post, lines: tuple[Post, ...] = ()) -> Post:
        own = room.posts[post.id]
        theme = "" if lines or own.theme is None else themes.get(own.theme, "")
        return Post(post.column, post.text, signed.get(post.id), post.recognised, lines, theme, mark(own))

    alone = (post for piece in pieces(under[None], breathe) for post in piece)
    return tuple(shaped(post, tuple(map(shaped, under[post.id]))) for post in alone)


def _signed(room: Room, wall: list[wire.Post]) -> dict[str, str]:
    """The name under each signed post. Not as the room calls its writer: a team is for the room alone, and a number
    would tell of a namesake who signed nothing, and when they erased themselves."""
    signed = [post.id for post in wall if post.name is not None]
    writers = {id: writer for id in signed if (writer := room.people.get(room.posts[id].person_id)) is not None}
    called = told_apart({(writer.id, writer.name, None) for writer in writers.values()})
    return {id: called[writer.id] for id, writer in writers.items()}
