"""A leader's commands about the wall."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..rooms import wall
from ..rooms.change import Change
from .leader import LeaderCommand
from .words import Answer, Id, Key, Line


class Hide(LeaderCommand):
    """Takes a post off the wall."""

    post: Id

    def do_it(self, change: Change) -> None:
        wall.hide(change, self.post, True)


class Show(LeaderCommand):
    """Puts a hidden post back."""

    post: Id

    def do_it(self, change: Change) -> None:
        wall.hide(change, self.post, False)


class Conceal(LeaderCommand):
    """Keeps the wall from everyone but leaders."""

    def do_it(self, change: Change) -> None:
        wall.conceal(change, True)


class Reveal(LeaderCommand):
    """Shows the wall to the room."""

    def do_it(self, change: Change) -> None:
        wall.conceal(change, False)


class Spotlight(LeaderCommand):
    """Shows one post large on the screen; null: none."""

    post: Id | None

    def do_it(self, change: Change) -> None:
        wall.spotlight(change, self.post)


class WallPage(LeaderCommand, tag="wall_page"):
    """Turns to a page of the wall: of all columns, or of one."""

    column: Key | None = None
    page: Annotated[int, Meta(ge=0, le=999)] = 0

    def do_it(self, change: Change) -> None:
        wall.turn_page(change, self.column, self.page)


class Bundle(LeaderCommand):
    """Puts together posts that say the same."""

    posts: Annotated[list[Id], Meta(min_length=2, max_length=20)]
    title: Line

    def do_it(self, change: Change) -> Answer:
        return {"post": wall.bundle(change, self.posts, self.title)}


class Unbundle(LeaderCommand):
    """Takes apart what was put together."""

    post: Id

    def do_it(self, change: Change) -> None:
        wall.unbundle(change, self.post)


class Rebundle(LeaderCommand):
    """Takes a `bundle` or `unbundle` back; no leader sends this."""

    under: dict[Id, Id | None]
    make: tuple[wall.Title, ...] = ()

    def do_it(self, change: Change) -> None:
        wall.arrange(change, self.under, self.make)


class PostFor(LeaderCommand, tag="post_for"):
    """Writes on the wall for someone."""

    column: Key
    text: Line

    def do_it(self, change: Change) -> Answer:
        return {"post": wall.post_for(change, self.column, self.text)}


WallCommand = Hide | Show | Conceal | Reveal | Spotlight | WallPage | Bundle | Unbundle | PostFor
