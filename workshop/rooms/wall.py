"""The wall: what people put on it, and what the leader does with it.

Ids are made by the phone, so sending something twice stores it once. Empty text deletes. Posts that say the same can be
put together under a title. A title is a post of the leader's; it is there only for the posts under it, and goes with
the last of them. Titles do not stand under titles.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from sys import intern
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ..content import BadPack, load
from ..core.errors import Refused
from ..core.pointing import pointing
from ..room.room import Post, Recognition
from . import on_wall, undoing
from .bounds import room_for_line, room_to_recognise
from .change import Change, WallChanged, WallTurned
from .circles import Writer


class Title(Struct, frozen=True, kw_only=True):
    """A title that goes, remembered in case the leader wants it back."""

    id: str
    column: str
    text: str
    posted_at: int
    hidden: bool = False
    recognised: list[str] = []
    """The circles in which it was recognised."""


def post(change: Change, writer: Writer, id: str, column: str, text: str, signed: bool) -> None:
    """Puts a post on the wall, changes it or (empty text) takes it off."""
    room = change.value
    old = room.posts.get(id)
    sent_again = old is not None and (old.column, old.text, old.signed) == (column, text, signed)
    if text and not sent_again:
        change.open_for_writing()
    change.check_person(writer.person)
    if old is not None and old.circle not in room.reads(writer.circle):
        # The same for everybody's: else the answer would tell whose an unsigned line is.
        raise Refused("forbidden", "That line was not written on this phone.")
    _column(change, column)
    if text and not sent_again:
        room_for_line(room, writer.circle, id, text)
    was_under = old.bundle if old is not None else None
    held = bool(text) and (old is None or old.text != text) and _is_looked_at_first(change, text)
    hiding = held or (old is not None and (old.hidden or was_under is not None))
    circle = (old.circle if old is not None else None) or writer.circle
    readers: Sequence[str] = ()
    seen = on_wall.those_on(room, [id, was_under or id]) if old is not None else set()
    if not text:
        if old is not None:
            readers = _delete(change, old)
            undoing.forget_titles(change, id)
    elif old is not None:
        change.forgets = change.forgets or old.text != text
        under = old.bundle if old.column == column else None
        hidden = old.hidden or held
        theme = old.theme if old.text == text else None  # the organiser put other words there
        change.put(replace(old, column=column, text=text, signed=signed, hidden=hidden, bundle=under, theme=theme))
    else:
        change.put(
            Post(
                id=id,
                person_id=writer.person,
                circle=circle,
                column=intern(column),
                text=text,
                signed=signed,
                hidden=held,
                posted_at=change.now,
            )
        )
    # Of a line that waits from the first nobody hears but its writer and leaders, not even that it is not there.
    change.tell(WallChanged(_noticed(change, {id}, seen), (circle, *readers), hiding=hiding))
    tidy(change, {was_under} if was_under else (), seen)


def post_for(change: Change, column: str, text: str) -> str:
    """The leader writes on the wall for someone. Returns the id of the post."""
    change.open_for_writing()
    _column(change, column)
    room_for_line(change.value, None, "", text)
    line = Post(id=str(uuid.uuid4()), column=column, text=text, posted_at=change.now)
    change.put(line)
    change.tell(WallChanged((line.id,)))
    return line.id


def recognise(change: Change, writer: Writer, post_id: str, on: bool) -> None:
    """Someone recognises a post, or no longer does. A post that they cannot see does not exist for them, nor does what
    another phone in their name recognised; nobody recognises what they wrote themselves."""
    room = change.value
    if room.wall["concealed"] or not on_wall.is_on(room, post_id):
        raise _not_there()
    reads = room.reads(writer.circle)
    known = [one for one in room.recognitions.where("post_id", post_id) if one.circle in reads]
    if on == bool(known):  # sent again
        return
    change.open_for_writing()
    if on:
        if on_wall.is_own(room, post_id, reads):
            raise Refused("forbidden", "That is your own line; others can recognise it.")
        room_to_recognise(change.value, writer.circle)
        known = [Recognition(circle=writer.circle, post_id=post_id, person_id=writer.person)]
        change.put(*known)
    else:
        change.drop(*known)
    change.tell(WallChanged((post_id,), tuple(one.circle for one in known)))


def hide(change: Change, post_id: str, hidden: bool) -> None:
    """The leader takes a post off the wall, or puts it back; its writer keeps it. A title takes its posts along."""
    line = _post(change, post_id)
    if hidden and not line.hidden:
        undoing.remember(change, "hide", {"do": "show", "post": post_id})
    change.put(replace(line, hidden=hidden))
    _tell(change, {post_id, *([line.bundle] if line.bundle else [])})
    _dim(change)


def conceal(change: Change, concealed: bool) -> None:
    """Nobody but leaders sees the wall, until it is revealed. A post that was shown large goes with it."""
    if change.value.wall["concealed"] == concealed:
        return
    shown = tuple(p.id for p in on_wall.revealed_wall(change.value))
    change.tell(WallTurned(shown))
    _set(change, concealed=concealed, spotlight=None)


def spotlight(change: Change, post_id: str | None) -> None:
    """Shows one post large on the screen; None: none."""
    if post_id is not None:
        if change.value.wall["concealed"]:
            raise Refused("invalid", "The wall is concealed; reveal it first.")
        if not on_wall.is_on(change.value, post_id):
            raise _not_there()
    _set(change, spotlight=post_id)


def turn_page(change: Change, column: str | None, page: int) -> None:
    """Sets what the screen shows of the wall: all columns, or one page of one of them."""
    if column is not None:
        _column(change, column)
    _set(change, column=column, page=page)


def close_examples(change: Change) -> None:
    """The examples end with their step: in no other step is that column on the screen. A pack that cannot be read any
    more keeps nobody in it."""
    room = change.value
    with suppress(BadPack):
        if room.wall["column"] == load(room.pack).check_in.example.key:
            change.set(wall=room.wall | {"column": None, "page": 0})


def bundle(change: Change, post_ids: Sequence[str], title: str) -> str:
    """Puts posts of one column under a title. A title among them hands over its posts. Returns the new title's id."""
    chosen = list(dict.fromkeys(post_ids))
    found = {p.id: p for p in _these(change, chosen) if on_wall.is_on(change.value, p.id)}
    if len(found) < len(chosen):
        raise _not_there()
    if len({p.column for p in found.values()}) > 1:
        raise Refused("invalid", "These lines answer different questions.")
    given_over = _under(change, chosen)
    lines = dict.fromkeys(id for id in chosen if id not in {p.bundle for p in given_over})
    lines |= dict.fromkeys(p.id for p in given_over)
    if len(lines) < 2:
        raise Refused("invalid", "This takes at least two lines.")
    room_for_line(change.value, None, "", title)
    new = Title(id=str(uuid.uuid4()), column=found[chosen[0]].column, text=title, posted_at=change.now)
    undoing.remember(change, "bundle", arrange(change, dict.fromkeys(lines, new.id), [new]))
    return new.id


def unbundle(change: Change, post_id: str) -> None:
    """The posts under a title stand by themselves again, and the title goes."""
    _post(change, post_id)
    lines = _under(change, [post_id])
    if not lines:
        raise Refused("invalid", "Nothing is put together there.")
    undoing.remember(change, "unbundle", arrange(change, dict.fromkeys((p.id for p in lines), None)))


def arrange(change: Change, under: Mapping[str, str | None], make: Sequence[Title] = ()) -> dict[str, Any]:
    """Puts each of these posts under that title (None: under none), after making the titles that are to be made; a
    title that is left without posts goes. Returns the command that undoes this. Anything that is not there any more is
    skipped."""
    lines = {p.id: p for p in _these(change, under)}
    made = {t.id: t for t in make if any(under[p.id] == t.id and p.column == t.column for p in lines.values())}
    for title in made.values():
        _make(change, title)
    columns = {p.id: p.column for p in _these(change, {t for t in under.values() if t})}
    before = {p.id: p.bundle for p in lines.values()}
    for line in lines.values():
        wanted = under[line.id]
        change.put(replace(line, bundle=wanted if wanted and columns.get(wanted) == line.column else None))
    _tell(change, {*lines, *made})
    gone = tidy(change, {title for title in before.values() if title})
    return {"do": "rebundle", "under": before, "make": [to_builtins(title) for title in gone]}


def tidy(change: Change, titles: Collection[str], seen: Collection[str] | None = None) -> list[Title]:
    """After posts have gone: removes those of these titles that have none left, and sees to it that no post is shown
    large that is not on the wall. `seen`: what the room saw before a person did this, as nobody may notice that the
    person did something to a post that the room does not see; None: a leader did it. Returns the titles that went."""
    gone = []
    if titles:
        held = {line.bundle for line in _under(change, titles) if line.bundle}
        for title in _these(change, {*titles} - held):
            readers = _delete(change, title)
            gone.append(_kept(title, readers))
            noticed = (title.id,) if seen is None or title.id in seen else ()
            change.tell(WallChanged(noticed, tuple(readers), hiding=True))
        if held:
            _tell(change, held, seen)  # they are recognised by fewer, perhaps, or stand over one person's lines only
    _dim(change)
    return gone


def retell(change: Change, people: Collection[int]) -> None:
    """These people came or went, or no longer count: so do their posts, and the ones they recognised have changed."""
    room = change.value
    known = {one.post_id for person in people for one in room.recognitions.where("person_id", person)}
    written = {post.id for person in people for post in room.posts.where("person_id", person)}
    if lines := known | written:
        _tell(change, lines)
        _dim(change)


def _set(change: Change, **how: Any) -> None:
    """Shows the wall in another way: a setting of the room, which everyone hears of with the step."""
    before = change.value.wall
    after = before | how
    if after != before:
        change.set_for_all(wall=after)


def _dim(change: Change) -> None:
    """Sees to it that no post is shown large that is not on the wall."""
    large = change.value.wall["spotlight"]
    if large is not None and not on_wall.is_on(change.value, large):
        _set(change, spotlight=None)


def _tell(change: Change, ids: Collection[str], seen: Collection[str] | None = None) -> None:
    """These posts changed, and so perhaps did what stands under them and what their writers see. `seen` as in
    `tidy`."""
    posts = on_wall.in_order({p.id: p for p in (*_these(change, ids), *_under(change, ids))}.values())
    writers = dict.fromkeys(p.circle for p in posts if p.circle is not None)
    told = [p.id for p in posts]
    change.tell(WallChanged(tuple(told) if seen is None else _noticed(change, told, seen), tuple(writers), hiding=True))


def _noticed(change: Change, ids: Collection[str], seen: Collection[str]) -> tuple[str, ...]:
    """Those of these posts whose change the room can see: it saw them before, or does now."""
    now_seen = on_wall.those_on(change.value, ids)
    return tuple(id for id in ids if id in seen or id in now_seen)


def _make(change: Change, title: Title) -> None:
    room = change.value
    change.put(Post(title.id, title.column, title.text, title.posted_at, hidden=title.hidden))
    readers = {
        phone.circle: phone.person_id for circle in title.recognised for phone in room.phones.where("circle", circle)
    }
    change.put(*(Recognition(circle, title.id, person) for circle, person in readers.items()))
    change.tell(WallChanged((title.id,), tuple(readers), hiding=True))


def _kept(title: Post, readers: Sequence[str]) -> Title:
    return Title(
        id=title.id,
        column=title.column,
        text=title.text,
        posted_at=title.posted_at,
        hidden=title.hidden,
        recognised=list(readers),
    )


def _delete(change: Change, post: Post) -> list[str]:
    """Deletes a post. Returns the circles in which it was recognised."""
    known = change.value.recognitions.where("post_id", post.id)
    change.drop(*known, post)
    change.forgets = True
    return [one.circle for one in known]


def _these(change: Change, ids: Iterable[str]) -> list[Post]:
    return on_wall.in_order(on_wall.these(change.value, ids))


def _under(change: Change, titles: Iterable[str]) -> list[Post]:
    return on_wall.in_order(post for title in titles for post in change.value.posts.where("bundle", title))


def _post(change: Change, post_id: str) -> Post:
    post = change.value.posts.get(post_id)
    if post is None:
        raise _not_there()
    return post


def _not_there() -> Refused:
    return Refused("not_found", "That line is not on the wall.")


def _is_looked_at_first(change: Change, text: str) -> bool:
    """The leader wants to see it before the room does: it looks like a name or a number. (A phone asks its writer,
    about the names that it knows; this asks nobody.)"""
    room = change.value
    return "look_first" in room.extras and bool(pointing(text, [person.name for person in room.people]))


def _column(change: Change, column: str) -> None:
    if column not in {c.key for c in load(change.value.pack).wall}:
        raise Refused("invalid", "There is no such column on the wall.")
