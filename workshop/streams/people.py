"""Who is in the room, at which tables, and with which phones."""

from __future__ import annotations

from .. import wire
from ..access import EVERYONE
from ..networks import listening
from ..room import room as records
from ..rooms import links, reading, trail
from .stream import DESKS, LEADER, OFTEN, PERSON, Part, Stream

PEOPLE = Stream(
    event="people",
    message=wire.PeopleMessage,
    to=DESKS,
    who="leaders and screen",
    what="raised hands to leaders only",
    made_of=frozenset({records.Person, records.Seat, records.Group}),
    counted="role",
    pace_seconds=OFTEN,
    parts=(
        Part("people", list[wire.Person], lambda reader, _: reading.people(reader.room, leader=reader.leads), DESKS),
    ),
)

GROUPS = Stream(
    event="groups",
    message=wire.GroupsMessage,
    to=DESKS,
    who="leaders; the screen once they are shown",
    what="`wishes` to leaders only",
    made_of=frozenset({records.Group, records.Seat, records.Person, records.Wish}),
    counted="role",
    parts=(
        Part("groups", list[wire.Group], lambda reader, _: reading.groups(reader.room, leader=reader.leads), DESKS),
        Part("shown", bool, lambda reader, _: reader.room.groups_shown, LEADER),
        Part("wishes", list[wire.Wish], lambda reader, _: reading.wishes(reader.room), LEADER),
    ),
)

ADDRESS = Stream(
    event="address",
    message=wire.Address,
    to=DESKS,
    who="leaders and screen",
    what="when a leader chose another address for phones, and when the first phone of another machine came in by the "
    "present one; about the whole process",
    parts=(Part("address", wire.Address, lambda *_: listening.shape(), DESKS),),
)

LINKS = Stream(
    event="links",
    message=wire.Links,
    to=LEADER,
    who="leaders",
    what="when a link was replaced, or used in another minute than before; never by whom, or from where. Each is "
    "`{since, used}`, see below",
    parts=(Part("links", wire.Links, lambda reader, _: links.shape(reader.room), LEADER),),
    made_of=frozenset({"links"}),
    whole=links.shape,
)

CALLED = Stream(
    event="called",
    message=wire.CalledMessage,
    to=PERSON,
    who="one person, when a namesake came or went",
    what="as in `me`; null where their own name says it",
    made_of=frozenset({records.Person}),
)

MY_PHONES = Stream(
    event="my_phones",
    message=wire.MyPhonesMessage,
    to=PERSON,
    who="one person, when another phone is theirs too",
    what="as in `me`",
    made_of=frozenset({records.Phone, records.Answer, records.Trace}),
    parts=(Part("me", wire.Me, lambda reader, _: reading.me(reader), PERSON),),
)

TRAIL = Stream(
    event="trail",
    message=list[wire.LeadersTrace],
    to=LEADER,
    who="leaders",
    what="the last 100 lines of the [trail](#the-trail), the newest last",
    made_of=frozenset({records.Trace}),
    parts=(Part("trail", list[wire.LeadersTrace], lambda reader, _: trail.of_room(reader.room), LEADER),),
    whole=trail.of_room,
)

PEN = Stream(
    event="pen",
    message=wire.PenMessage,
    to=PERSON,
    who="one of several sockets of a [circle](#circles)",
    what="true for the newest",
)

REMOVED = Stream(
    event="removed",
    message=wire.RemovedMessage,
    to=EVERYONE,
    who="one person, or some of their phones; everyone when the room is erased; leaders and screens who are no more",
    what="`leader` (taken out), `erased`, `not_me` (another phone of this person said so), `replaced` (the link "
    "it was opened with) or `signed_out` (the login it was opened with is over); the line then closes",
)
