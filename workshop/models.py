"""The tables, and nothing else. Moments are milliseconds since the epoch on the server's clock."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from .core.groups import Leftovers
from .core.reading import Visibility


class Base(DeclarativeBase):
    """What all tables share: long integers for moments."""

    type_annotation_map = {dict[str, Any]: JSON(none_as_null=True), list[Any]: JSON(none_as_null=True)}  # noqa: RUF012 (SQLAlchemy's own way)


Came = Literal["door", "first", "guest"]
"""How a circle began: by the door; let in by a leader for someone who had no phone; or let in for someone who had
one."""

ZONE = "Europe/Amsterdam"
"""The time zone of a room whose maker names none."""

NEVER_AGAIN = {"sqlite_autoincrement": True}
"""An id is given out once: a connection or a page that was open to someone who was erased can never become somebody
else's."""


MemberRole = Literal["leader", "organiser"]
"""What an account is in an organisation: who makes rooms there and leads them; who reads what all of them gave."""


class Organisation(Base):
    """To whom rooms and packs belong: its organisers read what its rooms gave, and nobody else's."""

    __tablename__ = "organisations"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(254), unique=True)
    created_at: Mapped[int] = mapped_column(BigInteger)


class Account(Base):
    """Someone who signs in, with an address and a password or by an organisation's own login."""

    __tablename__ = "accounts"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    """Empty: it has no password, and no password opens it."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    admin: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Looks after accounts, organisations and settings. That opens no room."""
    disabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It cannot sign in, as long as an admin says so."""
    signed_in_on: Mapped[int | None] = mapped_column(BigInteger)
    """The day (its first moment, in `ZONE`) on which it last signed in; no hour. Null: not since this is kept."""
    was: Mapped[str | None] = mapped_column(String(16))
    """What it was before there were organisations, until its owner has read what changed; null: nothing changed."""
    memberships: Mapped[list[Membership]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Membership(Base):
    """An account is leader, or organiser, or both, in an organisation: a row each."""

    __tablename__ = "memberships"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[MemberRole] = mapped_column(String(16), primary_key=True)
    expires_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it ends, if an organisation's own login gave it; null: somebody here gave it, and it stays."""


class Identity(Base):
    """How an organisation's own login knows an account: the provider, and its name for somebody."""

    __tablename__ = "identities"
    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    admin_until: Mapped[int | None] = mapped_column(BigInteger)
    """When the account is admin no longer, if that login made it admin; null: it did not, and what is stays."""
    account: Mapped[Account] = relationship(lazy="joined")


class Invitation(Base):
    """A link by which somebody joins an organisation in this role, once; it says nothing about who that will be."""

    __tablename__ = "invitations"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(String(16))
    expires_at: Mapped[int] = mapped_column(BigInteger)


class Reset(Base):
    """A link by which the owner of an account chooses another password, once."""

    __tablename__ = "resets"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(BigInteger)


class OwnPack(Base):
    """To which organisation a pack of the installation's own belongs. One without a row belongs to the first."""

    __tablename__ = "packs"
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))


class Login(Base):
    """One browser on which an account is signed in; deleting the row signs it out."""

    __tablename__ = "logins"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    """The day (its first moment, in `ZONE`) on which it was last used; null: not since this is kept."""
    account: Mapped[Account] = relationship(lazy="joined")


class Passkey(Base):
    """A key pair of which an account's device keeps the secret half: whoever has it signs in without the password."""

    __tablename__ = "passkeys"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    site: Mapped[str] = mapped_column(String(254))
    """The name of the site for which it was made; browsers offer it at no other."""
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """The name by which its device knows it, as base64url."""
    public_key: Mapped[str] = mapped_column(String(2048))
    """The half that opens nothing (COSE), as base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often its device says that it has signed; most devices always say 0."""
    added_on: Mapped[int] = mapped_column(BigInteger)
    used_on: Mapped[int | None] = mapped_column(BigInteger)
    """Days (their first moments, in `ZONE`), without an hour. Null: it has not been used yet."""


class Challenge(Base):
    """What somebody was asked to sign, and signed: kept until it would have run out, so that it is good only once."""

    __tablename__ = "challenges"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(BigInteger)


class Room(Base):
    """One workshop: its programme, where it is in it, and when it forgets itself.

    `version` counts changes of step, clock, programme and settings, and nothing else; two writers who read the same
    version cannot both save (`journal`).
    """

    __tablename__ = "rooms"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    pack: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    """Whose organisers read what it gave; null: nobody's, as it was made before there was any organisation."""
    adopted: Mapped[bool] = mapped_column(default=False)
    """The account did not make this room but added it to its own."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    erase_at: Mapped[int] = mapped_column(BigInteger, index=True)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Counts everything that was written in the room, by whichever process, for databases that cannot tell by
    themselves that another process wrote; so a room that is held in memory is known to be as it is stored."""
    steps: Mapped[list[Any]]
    step_index: Mapped[int] = mapped_column(default=0)
    clock: Mapped[dict[str, Any]]
    slide: Mapped[int] = mapped_column(default=0)
    way_back: Mapped[list[Any]]
    due_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """When the ticker has work here; null while the room waits for its leader."""
    leftovers: Mapped[Leftovers] = mapped_column(String(16), default="observers")
    groups_shown: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    """Nobody new comes in; those who are in stay in and may return."""
    wall: Mapped[dict[str, Any]]
    """How the wall is shown: `concealed`, `spotlight` (a post), `column` (a key; null: all) and `page` (from 0)."""
    extras: Mapped[list[Any]]
    """What the leader switched on as an extra: see `rooms.extras`."""
    undo: Mapped[list[Any]]
    """What undoes the things the leader last threw away, the newest last."""
    entered_at: Mapped[int] = mapped_column(BigInteger)
    """Since when the room has been in its step."""
    began_at: Mapped[int | None] = mapped_column(BigInteger)
    """When the room left its first step; the plan is compared with it."""
    held: Mapped[list[Any]]
    """The rounds whose conversation has begun."""
    batches: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many batches of shared notes have left: see `core.batches`."""
    real: Mapped[bool | None]
    """This is the workshop itself: simulated people no longer count. False: the leader says it is a rehearsal; null:
    nobody has said, and no real phone has left the welcome."""
    zone: Mapped[str] = mapped_column(String(64), default=ZONE, server_default=ZONE)
    """The time zone of its hours and days, by its IANA name."""
    planned_start: Mapped[str | None] = mapped_column(String(5))
    """The time of day at which it is to leave its first step, in that zone: "13:00"; null if nobody said."""
    label: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """A name by which its leader finds it together with others of its kind; of no concern to whoever takes part."""
    links: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What is kept of the links that can be replaced, by their role: see `core.links`."""


class Person(Base):
    """Someone in a room. `left` means: said goodbye. `removed` means: taken out by the leader; the phone is let go."""

    __tablename__ = "people"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    team: Mapped[str | None] = mapped_column(String(40))
    joined_at: Mapped[int] = mapped_column(BigInteger)
    left: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    by_hand: Mapped[bool] = mapped_column(default=False)
    vouched: Mapped[bool] = mapped_column(default=False)
    """The leader said "is here", whatever the phone says."""
    simulated: Mapped[bool] = mapped_column(default=False)
    came: Mapped[bool] = mapped_column(default=False)
    """A connection of theirs was open at least once; people who never came are told apart from people who are away."""
    stand_in: Mapped[bool] = mapped_column(default=False)
    """The leader in an empty chair: never in a draw."""
    gave_up: Mapped[dict[str, Any] | None]
    """The seat they left, as the command that brings them back to it; null if there is none."""


class Phone(Base):
    """A phone that is someone's. Phones of one `circle` show each other everything (docs/decisions/0010)."""

    __tablename__ = "phones"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    circle: Mapped[str] = mapped_column(String(36))
    came: Mapped[Came] = mapped_column(String(8))
    came_at: Mapped[int] = mapped_column(BigInteger)
    merged_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it became this person's, if it was another entry's before."""
    ended: Mapped[bool] = mapped_column(default=False)
    """Another phone of this person said "not me": it is let go, and may read and erase what was written on it."""


class Answer(Base):
    """What one phone says about a circle of the same person: *that is me*, or not. About its own circle: whether the
    phones that came into it by `at` are."""

    __tablename__ = "answers"
    phone: Mapped[str] = mapped_column(ForeignKey("phones.token_hash", ondelete="CASCADE"), primary_key=True)
    about: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    yes: Mapped[bool]
    at: Mapped[int] = mapped_column(BigInteger)


class Pass(Base):
    """Lets one more phone be someone's, once, until `expires_at`: in the `circle` of the phone it was made on, or, if a
    leader made it (null), in a new one."""

    __tablename__ = "passes"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    circle: Mapped[str | None] = mapped_column(String(36))
    expires_at: Mapped[int] = mapped_column(BigInteger)


class Group(Base):
    """People at one table. `active` is false for groups of an earlier draw; their notes still belong to them."""

    __tablename__ = "groups"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    topic: Mapped[str | None] = mapped_column(String(40))
    hand_at: Mapped[int | None] = mapped_column(BigInteger)
    coming_at: Mapped[int | None] = mapped_column(BigInteger)
    """The leader is on the way to them."""


class Seat(Base):
    """A person at a table: where in the draw, since when, and the role of each round. Anyone who leaves gives it up."""

    __tablename__ = "seats"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True)
    place: Mapped[int]
    since: Mapped[int] = mapped_column(BigInteger)
    roles: Mapped[list[Any]]
    safe: Mapped[list[Any] | None]
    sits: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They said they are at this table."""
    away: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Since when and until when (ms) they were gone from it; what was written then is not theirs to read."""


class Note(Base):
    """What someone wrote. The id is made by the phone and is its writer's alone, so the note is stored under its
    circle."""

    __tablename__ = "notes"
    circle: Mapped[str] = mapped_column(String(36), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"), index=True)
    prompt: Mapped[str] = mapped_column(String(40))
    round: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(String(16))
    written_at: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[int] = mapped_column(BigInteger)
    """When it was written, changed or opened last."""
    batch: Mapped[int | None]
    """The batch with which it left the room; null: not yet, or not shared."""
    sheet: Mapped[int | None]
    """The round in which its writer wrote it as an observer, looking on: it stays in the group. Null: in none."""


class Post(Base):
    """A post on the wall, public in the room. Without a writer it was put there by the leader."""

    __tablename__ = "posts"
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    circle: Mapped[str | None] = mapped_column(String(36))
    column: Mapped[str] = mapped_column("wall_column", String(40))
    text: Mapped[str] = mapped_column(Text)
    signed: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False)
    bundle: Mapped[str | None] = mapped_column(String(36))
    """The title under which this post was put together with others that say the same."""
    theme: Mapped[int | None]
    """The theme under which the organiser put it, afterwards."""
    posted_at: Mapped[int] = mapped_column(BigInteger)


class Theme(Base):
    """A theme of the organiser's own, under which they put lines of the wall after the closing. Nobody else sees it."""

    __tablename__ = "themes"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))


class Recognition(Base):
    """Someone recognises a post. Counted by circle: otherwise the count would tell what another circle recognised."""

    __tablename__ = "recognitions"
    circle: Mapped[str] = mapped_column(String(36), primary_key=True)
    post_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    __table_args__ = (Index("recognitions_by_post", "room_id", "post_id"),)


class Tally(Base):
    """One tap of an observer who counts; it stays in the triad."""

    __tablename__ = "tallies"
    circle: Mapped[str] = mapped_column(String(36), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    counter: Mapped[str] = mapped_column(String(40))
    by: Mapped[int]
    counted_at: Mapped[int | None] = mapped_column(BigInteger)
    """Whoever came to the table later is not told of it. Null: it was counted before that was noted."""


class Wish(Base):
    """Two people who are to sit together, or apart, at the next draw."""

    __tablename__ = "wishes"
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    people: Mapped[list[Any]]


class Notice(Base):
    """What the leader says to all, or to one group."""

    __tablename__ = "notices"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[int] = mapped_column(BigInteger)


class Seen(Base):
    """Someone saw a notice, on a phone of this circle."""

    __tablename__ = "seen"
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    circle: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


class Trace(Base):
    """One line of the audit trail: what was done, when, by which kind of holder, about whom. Never a name or a text; it
    is deleted with the person it is about, and with the room."""

    __tablename__ = "trail"
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    did: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
