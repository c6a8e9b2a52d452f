"""The organiser's own themes: lines of the wall that belong together, put so by hand after the closing.

What the leader put together on the wall stays as it is. A line stands under one theme at most. It leaves that theme
when its writer changes or takes down what it says: those are not the words that the organiser read. Nobody in the room
hears of any of this.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from ..core.errors import Refused
from ..room.room import Post, Room, Theme
from .change import Change
from .recording import on_record

MOST = 30
"""Themes of one room."""
LONGEST = 80
"""Letters of a name."""


def open_for_themes(room: Room) -> bool:
    """Has the closing begun? Before it lines still come, go and move."""
    return room.batches > 0 or room.closed


def put_under(change: Change, posts: Collection[str], name: str) -> Theme:
    """Puts these lines under the theme of that name, which is made if there is none; of a title, the lines under it."""
    _check(change)
    lines = _lines(change.value, posts)
    if not lines:
        raise Refused("not_found", "Choose one or more lines that are on the wall.")
    theme = _called(change.value, name)
    if theme is None:
        if len(change.value.themes) >= MOST:
            raise Refused("too_large", f"There are {MOST} themes already; remove one first.")
        theme = Theme(change.new_id(Theme), name)
        change.put(theme)
    change.put(*(replace(line, theme=theme.id) for line in lines))
    return theme


def rename(change: Change, theme_id: int, name: str) -> Theme:
    """Gives a theme another name, which no other has."""
    _check(change)
    theme = replace(there(change.value, theme_id), name=name)
    if (other := _called(change.value, name)) is not None and other.id != theme_id:
        raise Refused("invalid", "There is another theme with this name; put the lines under that one.")
    change.put(theme)
    return theme


def take_out(change: Change, posts: Collection[str]) -> None:
    """These lines stand under no theme any more; on the wall they stay."""
    _check(change)
    change.put(*(replace(line, theme=None) for line in _lines(change.value, posts)))


def remove(change: Change, theme_id: int) -> None:
    """A theme goes; its lines stay on the wall."""
    _check(change)
    theme = there(change.value, theme_id)
    change.put(*(replace(line, theme=None) for line in change.value.posts.where("theme", theme_id)))
    change.drop(theme)


def _check(change: Change) -> None:
    if not open_for_themes(change.value):
        raise Refused("invalid", "Themes are made after the closing.")


def there(room: Room, theme_id: int) -> Theme:
    """The theme; Refused("not_found") when it is not there any more."""
    theme = room.themes.get(theme_id)
    if theme is None:
        raise Refused("not_found", "That theme is not there any more.")
    return theme


def _called(room: Room, name: str) -> Theme | None:
    if not 0 < len(name) <= LONGEST:
        raise Refused("invalid", f"A theme has a name of at most {LONGEST} letters.")
    return next((theme for theme in room.themes if theme.name.casefold() == name.casefold()), None)


def _lines(room: Room, posts: Collection[str]) -> list[Post]:
    """What the organiser sees of these, as far as somebody wrote it; for a title, the lines under it."""
    chosen, shown = set(posts), on_record(room)
    titles = {post.bundle for post in shown if post.bundle is not None}
    return [
        room.posts[post.id] for post in shown if post.id not in titles and (post.id in chosen or post.bundle in chosen)
    ]
