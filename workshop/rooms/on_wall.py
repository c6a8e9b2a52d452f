"""What is on the wall, in the shapes of `wire`, and what only leaders and writers see of it.

A post is off the wall if the leader took it off, if it stands under a title that was taken off, if it is a title with
nothing left to see under it, or if it was written by someone simulated who was taken away. While the wall is concealed
nothing of it reaches anyone but leaders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import UNSET
from msgspec.structs import asdict

from .. import wire
from ..room.room import Post, Room


def wall(room: Room, only: Collection[str] | None = None) -> list[wire.Post]:
    """The wall as everyone in the room sees it, in the order in which it grew; nothing while it is concealed."""
    return [] if room.wall["concealed"] else revealed_wall(room, only)


def revealed_wall(room: Room, only: Collection[str] | None = None) -> list[wire.Post]:
    """The wall as it is, or would be, when it is revealed: for the downloads."""
    return [_shape(room, post) for post in in_order(these(room, only)) if not _is_off(room, post)]


def hidden_posts(room: Room) -> list[wire.HiddenPost]:
    """What the room does not see but leaders do, so that it can be put back. `hidden`: this very post was taken off."""
    there = [post for post in room.posts if not _is_gone(room, post) and not _is_over_gone(room, post)]
    if not room.wall["concealed"]:
        there = [post for post in there if _is_off(room, post)]
    return [wire.HiddenPost(**asdict(_shape(room, post)), hidden=post.hidden) for post in in_order(there)]


def is_on(room: Room, post_id: str) -> bool:
    """Would the room see this post on a revealed wall?"""
    return bool(those_on(room, [post_id]))


def those_on(room: Room, posts: Collection[str]) -> set[str]:
    """Those of these posts that the room would see on a revealed wall."""
    return {post.id for post in these(room, posts) if not _is_off(room, post)}


def titles_of(room: Room, posts: Collection[str]) -> set[str]:
    """The titles under which these posts stand: a change to a post may change how many recognise its title."""
    return {post.bundle for post in these(room, posts) if post.bundle is not None}


def own_posts(room: Room, circles: Collection[str]) -> list[wire.OwnPost]:
    """What was put on the wall in these circles; a post that was taken off is still shown to its writer, and marked."""
    own = [post for circle in circles for post in room.posts.where("circle", circle)]
    return [
        wire.OwnPost(
            id=post.id,
            column=post.column,
            text=post.text,
            signed=post.signed,
            hidden=post.hidden or _is_under_hidden(room, post),
        )
        for post in in_order(own)
    ]


def signed_by(room: Room, people: Collection[int]) -> set[str]:
    """The posts that these people signed."""
    return {post.id for person in people for post in room.posts.where("person_id", person) if post.signed}


def recognised_by(room: Room, reads: Collection[str]) -> list[str]:
    """The posts that were recognised in these circles: others', not their own."""
    known = dict.fromkeys(one.post_id for circle in reads for one in room.recognitions.where("circle", circle))
    return [post.id for post in these(room, known) if not _is_own(room, post, reads)]


def is_own(room: Room, post_id: str, reads: Collection[str]) -> bool:
    """Was this post written in one of these circles, or is it a title over nothing but posts of theirs? Another circle
    of the same person does not count: the answer would tell whose an unsigned post is."""
    post = room.posts.get(post_id)
    return post is not None and _is_own(room, post, reads)


def these(room: Room, ids: Iterable[str] | None) -> Iterable[Post]:
    """The posts with these ids, as far as there are any; None: all posts."""
    if ids is None:
        return room.posts
    return [post for id in ids if (post := room.posts.get(id)) is not None]


def in_order(posts: Iterable[Post]) -> list[Post]:
    """In the order in which they came."""
    return sorted(posts, key=lambda post: (post.posted_at, post.id))


def _is_off(room: Room, post: Post) -> bool:
    """Is it off the wall?"""
    if post.hidden or _is_under_hidden(room, post) or _is_gone(room, post):
        return True
    lines = room.posts.where("bundle", post.id) if post.person_id is None else ()
    return bool(lines) and all(line.hidden or _is_gone(room, line) for line in lines)


def _is_under_hidden(room: Room, post: Post) -> bool:
    title = room.posts.get(post.bundle) if post.bundle is not None else None
    return title is not None and title.hidden


def _is_gone(room: Room, post: Post) -> bool:
    """Was it written by someone simulated who was taken away?"""
    writer = room.people.get(post.person_id)
    return writer is not None and writer.simulated and writer.removed


def _is_over_gone(room: Room, post: Post) -> bool:
    """Is it a title over nothing but such posts?"""
    lines = room.posts.where("bundle", post.id) if post.person_id is None else ()
    return bool(lines) and all(_is_gone(room, line) for line in lines)


def _is_own(room: Room, post: Post, circles: Collection[str]) -> bool:
    """Does it say only what was said in these circles? Someone who finds other people's posts beside their own under a
    title may recognise it."""
    if post.circle is not None and post.circle in circles:
        return True
    lines = [line for line in room.posts.where("bundle", post.id) if not line.hidden] if post.person_id is None else []
    return bool(lines) and all(line.circle in circles for line in lines)


def _recognised(room: Room, post: Post) -> int:
    """How many recognise a post. A title counts everybody who recognised it, or a visible post under it, once: once for
    each circle of their phones, as one circle cannot know of another. Recognising one's own post never counts: it may
    have become one's own since, by what the leader hid or put together."""
    counted = _who_recognise(room, post)
    if post.bundle is None:
        for line in room.posts.where("bundle", post.id):
            if not line.hidden and not _is_gone(room, line):
                counted |= _who_recognise(room, line)
    return len(counted)


def _who_recognise(room: Room, post: Post) -> set[str]:
    return {
        one.circle
        for one in room.recognitions.where("post_id", post.id)
        if not _is_own(room, post, (one.circle,)) and _counts(room, one.person_id)
    }


def _counts(room: Room, person_id: int) -> bool:
    """Whether a recognition counts: not that of someone simulated, once the room is real or they are taken away."""
    person = room.people[person_id]
    return not (person.simulated and (room.real or person.removed))


def _shape(room: Room, post: Post) -> wire.Post:
    """How a post is shown. Someone who was taken out keeps the name that they signed with."""
    writer = room.people.get(post.person_id)
    return wire.Post(
        id=post.id,
        column=post.column,
        text=post.text,
        name=room.called.get(writer.id, writer.name) if post.signed and writer else None,
        recognised=_recognised(room, post),
        bundle=post.bundle,
        simulated=True if writer and writer.simulated else UNSET,
    )
