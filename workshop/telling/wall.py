"""The wall: to everyone what hangs there, to leaders what is hidden, to writers what is theirs."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from .. import live, streams, wire
from ..room.room import Room
from ..rooms import on_wall
from ..routed import routed_by
from .connections import of_desks, say, say_to_all
from .forgetting import also_forget, holds
from .groups import readers
from .numbers import next_number, number

_walls: dict[int, tuple[int, bytes]] = {}
"""The wall of a room as somebody asked for it a moment ago, and its number."""


def whole_wall(room_id: int) -> bytes:
    """The whole wall as JSON, put together once for all who ask, until it changes."""
    holds(room_id)
    live.take(room_id, routed_by())
    seq = number(room_id, streams.WALL)  # before the posts are read: what is newer is told again, never missed
    kept = _walls.get(room_id)
    if kept is None or kept[0] != seq:
        room = live.here(room_id)
        posts = on_wall.wall(room) if room is not None else []
        kept = seq, msgspec.json.encode(wire.Wall(seq=seq, posts=posts))
        _walls[room_id] = kept
    return kept[1]


def changed(room_id: int) -> None:
    """The wall is another one from here on."""
    _walls.pop(room_id, None)


def tell_wall(room: Room, posts: set[str]) -> None:
    """These posts, and the titles over them, to all."""
    posts = posts | on_wall.titles_of(room, posts)
    changed = on_wall.wall(room, only=posts)
    gone = sorted(posts - {post.id for post in changed})
    say_to_all(streams.WALL, wire.WallMessage(next_number(room.id, streams.WALL), changed, gone), room.id)


def tell_hidden(room: Room) -> None:
    """What the room does not see, to leaders."""
    say(streams.HIDDEN, wire.HiddenMessage(on_wall.hidden_posts(room)), of_desks("leader", room.id))


def tell_writers(room: Room, written_in: Collection[str]) -> None:
    """What is not for all: a line to its writer's phones, and to those that show what is written there."""
    lines: dict[str, frozenset[str]] = {}
    for circle in written_in:
        for person_id in {phone.person_id for phone in room.phones.where("circle", circle)}:
            lines |= {socket: reads for sockets, reads in readers(room, person_id, circle) for socket in sockets}
    for socket, reads in lines.items():
        own = wire.MyPostsMessage(on_wall.own_posts(room, reads), on_wall.recognised_by(room, reads))
        say(streams.MY_POSTS, own, socket)


also_forget.append(changed)
