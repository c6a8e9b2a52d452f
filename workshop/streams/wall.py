"""The wall, and what only leaders and writers see of it."""

from __future__ import annotations

from .. import wire
from ..access import EVERYONE
from ..room import room as records
from ..rooms import on_wall
from .stream import LEADER, OFTEN, PERSON, Part, Stream

WALL = Stream(
    event="wall",
    message=wire.WallMessage,
    to=EVERYONE,
    who="everyone, the same bytes",
    what="`posts` that are new or changed, `gone` (ids); nothing while the wall is concealed. In no snapshot: whoever "
    "shows it fetches it",
    made_of=frozenset({records.Post, records.Recognition, records.Person}),
    counted="all",
    pace_seconds=OFTEN,
)

HIDDEN = Stream(
    event="hidden",
    message=wire.HiddenMessage,
    to=LEADER,
    who="leaders",
    what="all that the room does not see",
    made_of=frozenset({records.Post, records.Recognition, records.Person}),
    pace_seconds=OFTEN,
    parts=(Part("hidden", list[wire.HiddenPost], lambda reader, _: on_wall.hidden_posts(reader.room), LEADER),),
)

MY_POSTS = Stream(
    event="my_posts",
    message=wire.MyPostsMessage,
    to=PERSON,
    who="the writer's sockets, as `my_notes`",
    what="all of mine; and the ids of those that I recognise",
    made_of=frozenset({records.Post, records.Recognition}),
    parts=(
        Part("my_posts", list[wire.OwnPost], lambda reader, _: on_wall.own_posts(reader.room, reader.reads), PERSON),
        Part("my_recognised", list[str], lambda reader, _: on_wall.recognised_by(reader.room, reader.reads), PERSON),
    ),
)
