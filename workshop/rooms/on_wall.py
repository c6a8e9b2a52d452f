"""What is on the wall, in the shapes of the contract, and what only leaders and writers see of it.

A line is off the wall where the leader took it off, where it stands under a title that was taken off, and where it is
a title under which nothing is left to see; and where someone simulated wrote it who was taken away. While the wall is
concealed nothing of it reaches anyone but leaders.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ..models import Person, Post, Recognition, Room
from . import naming

Shape = dict[str, Any]


def wall(session: Session, room: Room, only: Collection[str] | None = None) -> list[Shape]:
    """The wall as everyone in the room sees it, in the order in which it grew; nothing while it is concealed."""
    return [] if room.wall["concealed"] else revealed_wall(session, room, only)


def revealed_wall(session: Session, room: Room, only: Collection[str] | None = None) -> list[Shape]:
    """The wall as it is, or would be, when it is revealed: for the downloads."""
    query = select(Post).where(Post.room_id == room.id, ~_off())
    return [shape for _, shape in _shapes(session, room, query, only)]


def hidden_posts(session: Session, room: Room) -> list[Shape]:
    """What the room does not see; leaders do, so that it can be put back. `hidden`: this very line was taken off."""
    query = select(Post).where(Post.room_id == room.id, ~_gone(Post), ~_over_gone())
    if not room.wall["concealed"]:
        query = query.where(_off())
    return [shape | {"hidden": p.hidden} for p, shape in _shapes(session, room, query)]


def is_on(session: Session, room: Room, post_id: str) -> bool:
    """Would the room see this line on a wall that is revealed?"""
    return bool(those_on(session, room, [post_id]))


def those_on(session: Session, room: Room, posts: Collection[str]) -> set[str]:
    """Those of these lines that the room would see on a wall that is revealed."""
    return set(session.scalars(select(Post.id).where(Post.room_id == room.id, Post.id.in_(posts), ~_off())))


def titles_of(session: Session, room: Room, posts: Collection[str]) -> set[str]:
    """The titles under which these posts stand: what changes about a line may change how many recognise its title."""
    query = select(Post.bundle).where(Post.room_id == room.id, Post.id.in_(posts), Post.bundle.is_not(None))
    return {title for title in session.scalars(query) if title}


def own_posts(session: Session, room: Room, circles: Collection[str]) -> list[tuple[str, Shape]]:
    """What was put on the wall, each with the one of these circles in which it was; a line that was taken off is shown
    to its writer, and marked."""
    title = aliased(Post)
    query = (
        select(Post, title.hidden)
        .outerjoin(title, (title.room_id == Post.room_id) & (title.id == Post.bundle))
        .where(Post.room_id == room.id, Post.circle.in_(circles))
        .order_by(Post.posted_at, Post.id)
    )
    return [
        (
            p.circle or "",
            {"id": p.id, "column": p.column, "text": p.text, "signed": p.signed, "hidden": p.hidden or bool(with_all)},
        )
        for p, with_all in session.execute(query)
    ]


def who_recognise(session: Session, room: Room, circles: Collection[str]) -> set[str]:
    """Those of these circles in which anything was recognised."""
    query = select(Recognition.circle).where(Recognition.room_id == room.id, Recognition.circle.in_(circles))
    return set(session.scalars(query.distinct()))


def signed_by(session: Session, room: Room, people: Collection[int]) -> set[str]:
    """The lines that these people signed."""
    signed = select(Post.id).where(Post.room_id == room.id, Post.person_id.in_(people), Post.signed.is_(True))
    return set(session.scalars(signed))


def recognised_by(session: Session, room: Room, reads: Collection[str]) -> list[str]:
    """The posts that were recognised in these circles: others', not their own."""
    query = select(Recognition.post_id).join(Post, _of_posts())
    query = query.where(Recognition.room_id == room.id, Recognition.circle.in_(reads))
    return list(session.scalars(query.where(~_own(lambda circle: circle.in_(reads))).distinct()))


def is_own(session: Session, room: Room, post_id: str, reads: Collection[str]) -> bool:
    """Was this line written in one of these circles, or is it a title over nothing but lines of theirs? Of another
    circle of the same person it is not said: the answer would tell whose an unsigned line is."""
    own = _own(lambda circle: circle.in_(reads))
    query = select(Post.id).where(Post.room_id == room.id, Post.id == post_id, own)
    return session.scalar(query) is not None


def _off() -> Any:
    """The condition by which a line is off the wall, for a query on posts."""
    title, line = aliased(Post), aliased(Post)
    under_hidden = select(title.id).where(title.room_id == Post.room_id, title.id == Post.bundle, title.hidden)
    lines = select(line.id).where(line.room_id == Post.room_id, line.bundle == Post.id)
    to_see = lines.where(line.hidden.is_(False), ~_gone(line))
    nothing_left = Post.person_id.is_(None) & lines.exists() & ~to_see.exists()
    return Post.hidden | under_hidden.exists() | nothing_left | _gone(Post)


def _gone(line: Any) -> Any:
    """The condition by which a line was written by someone simulated who was taken away."""
    whose = select(Person.id).where(Person.id == line.person_id, Person.simulated, Person.removed)
    return whose.correlate(line).exists()


def _over_gone() -> Any:
    """The condition by which a post is a title over nothing but such lines."""
    line = aliased(Post)
    lines = select(line.id).where(line.room_id == Post.room_id, line.bundle == Post.id)
    return Post.person_id.is_(None) & lines.exists() & ~lines.where(~_gone(line)).exists()


def _by_people(room: Room) -> Any:
    """The condition by which a recognition counts: not that of someone simulated once the room is real, or they are
    taken away."""
    whose = select(Person.id).where(Person.id == Recognition.person_id, Person.simulated)
    return ~(whose if room.real else whose.where(Person.removed)).correlate(Recognition).exists()


def _own(said: Callable[[Any], Any]) -> Any:
    """The condition by which a post says what was said in a circle oneself; `said`: the condition on a column of
    circles. Whoever finds others' lines under a title beside their own may recognise it: those are others'."""
    line = aliased(Post)
    lines = select(line.id).where(line.room_id == Post.room_id, line.bundle == Post.id, line.hidden.is_(False))
    alone = lines.exists() & ~lines.where(~func.coalesce(said(line.circle), False)).exists()
    return func.coalesce(said(Post.circle), False) | (Post.person_id.is_(None) & alone)


def _of_posts() -> Any:
    return (Post.room_id == Recognition.room_id) & (Post.id == Recognition.post_id)


def _shapes(session: Session, room: Room, query: Any, only: Collection[str] | None = None) -> list[tuple[Post, Shape]]:
    """Posts in the order in which they came, each with how it is shown."""
    if only is not None:
        query = query.where(Post.id.in_(only))
    posts = list(session.scalars(query.order_by(Post.posted_at, Post.id)))
    whole, single = _recognised(session, room, posts)
    called = naming.called(session, room) if any(p.signed for p in posts) else {}
    return [(p, _shape(p, (whole if p.bundle is None else single).get(p.id, 0), called)) for p in posts]


def _recognised(session: Session, room: Room, posts: Collection[Post]) -> tuple[dict[str, int], dict[str, int]]:
    """How many recognise a line or a title, and how many a line under a title. A title counts everybody once who
    recognised it or a line under it that can be seen: once for each circle of their phones, as one cannot know of
    another. What is one's own counts nowhere: it may have become so since, by what the leader hid or put together."""
    line = func.coalesce(Post.bundle, Post.id)
    visible = (Post.hidden.is_(False) & ~_gone(Post)) | Post.bundle.is_(None)
    people = func.count(Recognition.circle.distinct())
    others = ~_own(lambda circle: circle == Recognition.circle)
    query = select(line, people).select_from(Recognition).join(Post, _of_posts())
    query = query.where(Recognition.room_id == room.id, others, _by_people(room))
    whole = dict(session.execute(query.where(visible).group_by(line)).all())
    if all(p.bundle is None for p in posts):
        return whole, {}
    each = select(Recognition.post_id, func.count()).join(Post, _of_posts())
    each = each.where(Recognition.room_id == room.id, others, _by_people(room))
    return whole, dict(session.execute(each.group_by(Recognition.post_id)).all())


def _shape(post: Post, recognised: int, called: Mapping[int, str]) -> Shape:
    """How a line is shown; `called`: what people are called. Who was taken out keeps the name that they signed with."""
    shape = {
        "id": post.id,
        "column": post.column,
        "text": post.text,
        "name": called.get(post.person.id, post.person.name) if post.signed and post.person else None,
        "recognised": recognised,
        "bundle": post.bundle,
    }
    return shape | {"simulated": True} if post.person and post.person.simulated else shape
