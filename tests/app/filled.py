"""A database with something in every table, as the program itself would have written it; and what stands in one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop.database import Database
from workshop.models import (
    Account,
    Answer,
    Base,
    Challenge,
    Group,
    Identity,
    Invitation,
    Login,
    Membership,
    Note,
    Notice,
    Organisation,
    OwnPack,
    Pass,
    Passkey,
    Person,
    Phone,
    Post,
    Recognition,
    Reset,
    Seat,
    Seen,
    Tally,
    Theme,
    Trace,
    Wish,
)
from workshop.rooms.opening import Wanted, open_room

NOON = 1_800_000_000_000
"""The moment of what is made here (ms since the epoch)."""
LATER = NOON + 3_600_000
TEXT = "Ça va: “zo” ✓ \U0001f642\n\t\\ \x7f"
CIRCLES = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(4)]


def fill(database: Database) -> int:
    """An afternoon of Noor, Sem and Fatma; returns the number of the room."""
    with database.writing() as session:
        account = Account(email="leider@example.org", password_hash="x", created_at=NOON)
        spare = Account(email="ander@example.org", password_hash="x", created_at=NOON + 1, admin=True, was="admin")
        session.add_all([account, spare])
        session.flush()
        place = Organisation(name="Hogeschool “Zo”", created_at=NOON)
        session.add(place)
        session.flush()
        session.add(Invitation(token_hash="i" * 64, organisation_id=place.id, role="leader", expires_at=LATER))
        session.add(OwnPack(name="eigen", organisation_id=place.id))
        for who, role in ((account, "leader"), (account, "organiser"), (spare, "organiser")):
            session.add(Membership(account_id=who.id, organisation_id=place.id, role=role))
        session.add(Reset(token_hash="r" * 64, account_id=account.id, expires_at=LATER))
        session.add(Identity(issuer="https://login.example.org", subject="ç1", account_id=spare.id, admin_until=LATER))
        session.add(Login(token_hash="l" * 64, account_id=account.id, expires_at=LATER))
        for n, owner in enumerate((account, spare)):
            session.add(
                Passkey(
                    account_id=owner.id, name="telefoon “Zo”", site="localhost", credential=f"Y3JlZ{n}",
                    public_key="cHVi", sign_count=2**32 - 1, added_on=NOON,
                )
            )  # fmt: skip
            session.flush()
        session.add(Challenge(hash="c" * 64, account_id=account.id, expires_at=LATER))
        room = open_room(session, Wanted(title=TEXT), NOON, account.id, place.id)
        people = [
            Person(room_id=room.id, name=name, team=None, joined_at=NOON + n, gave_up=None)
            for n, name in enumerate(("Noor", "Sem", "Fatma"))
        ]
        group = Group(room_id=room.id, number=1, topic="approach")
        session.add_all([*people, group])
        session.flush()
        people[0].gave_up = {"do": "move", "person": people[0].id, "group": group.id}
        for n, person in enumerate(people):
            session.add(
                Phone(token_hash=f"{n}" * 64, person_id=person.id, circle=CIRCLES[n], came="door", came_at=NOON)
            )
            roles = ["client", "professional", "observer"][n:] + ["client", "professional", "observer"][:n]
            session.add(
                Seat(
                    person_id=person.id,
                    group_id=group.id,
                    place=n,
                    since=NOON,
                    roles=roles,
                    safe=["rust"] if n else None,
                )
            )
            session.add(note(room.id, person.id, n, "a", TEXT))
        session.flush()
        session.add(Answer(phone="0" * 64, about=CIRCLES[0], yes=True, at=NOON))
        session.add(Pass(code_hash="p", person_id=people[1].id, circle=None, expires_at=LATER))
        theme = Theme(room_id=room.id, name="Vertrouwen")
        notice = Notice(room_id=room.id, group_id=group.id, text="Nog vijf minuten", sent_at=NOON)
        session.add_all([theme, notice])
        session.flush()
        session.add_all(
            [
                Post(room_id=room.id, id="title", column="snags", text="Samen", posted_at=NOON),
                post(room.id, people[0].id, 0, "noors", theme.id),
                post(room.id, people[1].id, 1, "sems", None),
                Recognition(circle=CIRCLES[2], post_id="noors", person_id=people[2].id, room_id=room.id),
                tally(people[2].id, group.id),
                Wish(room_id=room.id, kind="apart", people=[people[0].id, people[1].id]),
                Seen(notice_id=notice.id, circle=CIRCLES[0], person_id=people[0].id),
                Trace(room_id=room.id, at=NOON, did="pass", by="leader", person_id=people[1].id),
            ]
        )
        return int(room.id)


def note(room: int, person: int, circle: int, id: str, words: str) -> Note:
    """A note that its writer shares with the organiser."""
    return Note(
        circle=CIRCLES[circle], id=id, person_id=person, room_id=room, group_id=None, prompt="worked_well", round=1,
        text=words, visibility="organiser", written_at=NOON, changed_at=NOON, batch=1, sheet=None,
    )  # fmt: skip


def post(room: int, person: int, circle: int, id: str, theme: int | None) -> Post:
    """A line on the wall, under the title."""
    return Post(
        room_id=room, id=id, person_id=person, circle=CIRCLES[circle], column="snags", text=TEXT, bundle="title",
        theme=theme, posted_at=NOON,
    )  # fmt: skip


def tally(person: int, group: int) -> Tally:
    """A tap."""
    return Tally(circle=CIRCLES[2], id="t", person_id=person, group_id=group, round=1, counter="open", by=1)


def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            name: [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in Base.metadata.tables.items()
        }
