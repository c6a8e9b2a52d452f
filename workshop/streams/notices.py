"""What the leader says."""

from __future__ import annotations

from .. import wire
from ..access import EVERYONE
from ..room import room as records
from ..rooms import counting
from .stream import LEADER, OFTEN, PERSON, SCREEN, Part, Stream

NOTICE = Stream(
    event="notice",
    message=wire.Notice,
    to=EVERYONE,
    who="everyone; or the members of one group, and leaders",
    what="`group` is an id, or null; `at` in ms",
    made_of=frozenset({records.Notice}),
    parts=(
        Part("notices", list[wire.Notice], lambda reader, now: counting.said_to_all(reader.room, now), SCREEN),
        Part(
            "said",
            list[int],
            lambda reader, now: [one.id for one in counting.said_to(reader.room, reader.person_id, now)],
            PERSON,
        ),
    ),
)

UNSAID = Stream(
    event="unsaid",
    message=wire.UnsaidMessage,
    to=EVERYONE,
    who="as the `notice`",
    what="the leader took it back",
    made_of=frozenset({records.Notice}),
)

COUNTED_NOTICES = Stream(
    event="notices",
    message=list[wire.CountedNotice],
    to=LEADER,
    who="leaders",
    what="the last 20 notices, the newest last, each also with `seen` (by how many) and `of` (how many it went to who "
    "have a phone and have not left)",
    made_of=frozenset({records.Notice, records.Seen, records.Person}),
    pace_seconds=OFTEN,
    parts=(Part("notices", list[wire.CountedNotice], lambda reader, _: counting.notices(reader.room), LEADER),),
)

NOTICES = Stream(
    event="notices",
    message=list[wire.Notice],
    to=PERSON,
    who="one person, after `seen`",
    what="those that are for them and that they have not seen",
    made_of=frozenset({records.Notice, records.Seen}),
    parts=(
        Part(
            "notices",
            list[wire.Notice],
            lambda reader, now: counting.unseen(reader.room, reader.person_id, reader.reads, now),
            PERSON,
        ),
    ),
)
