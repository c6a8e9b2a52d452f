"""A database of the version before being admin by an organisation's own login ended, and before a number of an account
was given out once on SQLite (docs/decisions/0039)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from live import Server

from tests.app.test_migration_0003 import STEPS, Old, migrate, url
from workshop.access import DAY, LOGIN_DAYS
from workshop.models import Base

__all__ = ["url"]
BEFORE = "0014"
UNDER = ("memberships", "identities", "logins", "passkeys", "resets", "challenges")


def old(connection: sa.Connection) -> None:
    """Three accounts, the last admin by that login; under each hangs one row of everything that can."""
    rows, late = Old(connection), 9_000_000_000_000
    place = rows.add("organisations", name="Hier")

    def add(table: str, **row: Any) -> None:
        connection.execute(rows.tables.tables[table].insert().values(**row))

    for n in range(1, 4):
        add("accounts", id=n, email=f"{n}@example.org", password_hash=f"hash {n}", created_at=n, admin=n != 2,
            disabled=n == 2, signed_in_on=n, was="admin" if n == 1 else None)  # fmt: skip
        add("memberships", account_id=n, organisation_id=place, role="leader")
        add("identities", issuer="https://login.example.org", subject=f"s{n}", account_id=n, made_admin=n == 3)
        add("logins", token_hash=f"{n}" * 64, account_id=n, expires_at=late)
        add("resets", token_hash=f"{n}" * 64, account_id=n, expires_at=late)
        add("challenges", hash=f"{n}" * 64, account_id=n, expires_at=late)
        rows.add("passkeys", account_id=n, name="p", site="s", credential=f"c{n}", public_key="k")
        rows.add("rooms", code=f"1000000{n}", salt=f"{n}", title="zaal", language="nl", pack="nl", steps=STEPS,
                 erase_at=late, account_id=n, organisation_id=place, clock={}, wall={})  # fmt: skip
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('accounts', 'id'), 3)"))


def all_rows(connection: sa.Connection) -> dict[str, list[sa.RowMapping]]:
    """What there is of accounts, by table."""
    (there := sa.MetaData()).reflect(connection)
    tables = [there.tables[name] for name in ("accounts", *UNDER, "rooms")]
    return {one.name: list(connection.execute(sa.select(one).order_by(*one.primary_key)).mappings()) for one in tables}


def test_who_is_admin_by_a_claim_gets_a_date_and_nobody_gets_anothers_number(url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        migrate(connection, BEFORE)
        old(connection)
        before = all_rows(connection)
    began = int(time.time() * 1000)
    with Server(tmp_path, DATABASE_URL=url) as server:
        with server.database.reading() as session:
            after = all_rows(session.connection())
        dates = [row["admin_until"] for row in after["identities"]]
        assert dates[:2] == [None, None]
        assert began <= dates[2] - LOGIN_DAYS * DAY <= time.time() * 1000
        assert {name for name in before if before[name] != after[name]} == {"identities"}, "nothing else is another"
        done = server.workshop("user", "remove", "3@example.org", "--yes", "--pass-to", "1@example.org")
        assert done.returncode == 0, done.stderr
        with server.database.reading() as session:
            left = all_rows(session.connection())
        assert {len(left[name]) for name in ("accounts", *UNDER)} == {2} and len(left["rooms"]) == 3
        assert server.account("4@example.org") == 4
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE identities SET admin_until = {began} WHERE subject = 's1'"))
        migrate(connection, BEFORE, down=True)
        again = all_rows(connection)
        assert [row["made_admin"] for row in again["identities"]] == [True, False]
        assert [row["id"] for row in again["accounts"]] == [1, 2, 4]
        migrate(connection, "head")
        columns = {c["name"] for c in sa.inspect(connection).get_columns("identities")}
        assert columns == set(Base.metadata.tables["identities"].columns.keys())
    engine.dispose()


def test_an_installation_without_accounts_is_brought_up_to_date(url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        migrate(connection, BEFORE)
    engine.dispose()
    with Server(tmp_path, DATABASE_URL=url) as server:
        numbers = [server.account("1@example.org", admin=True)]
        for _ in range(2):
            numbers.append(server.account("2@example.org"))
            assert server.workshop("user", "remove", "2@example.org", "--yes").returncode == 0
        assert numbers == [1, 2, 3]
