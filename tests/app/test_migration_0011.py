"""A database of the version before organisations: five rooms, an admin, an organiser and leaders (docs/decisions/0036).

Everyone can do what was theirs, and nobody more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from live import Server, fetch

from tests.app.test_again import press
from tests.app.test_migration_0003 import STEPS, Old, migrate, url
from workshop import cookies
from workshop.access import sign_in
from workshop.core.clock import Clock
from workshop.models import Account, Organisation, Room

__all__ = ["url"]
BEFORE = "0009"
NEVER = 4_102_444_800_000
ACCOUNTS = {
    "admin@example.org": "admin",
    "organiser@example.org": "organiser",
    "reader@example.org": "organiser",
    "leader@example.org": "leader",
    "other@example.org": "leader",
}
ROOMS = {
    "10000001": "admin@example.org",
    "10000002": "organiser@example.org",
    "10000003": "leader@example.org",
    "10000004": "other@example.org",
    "10000005": None,
}
"""Of whom each room is; the last was made by the command line."""


def old(connection: sa.Connection) -> None:
    """The accounts and the rooms, each at its closing."""
    rows = Old(connection)
    ids = {
        email: rows.add("accounts", email=email, password_hash="-", role=role, created_at=1)
        for email, role in ACCOUNTS.items()
    }
    clock: Any = msgspec.to_builtins(Clock.idle(0))
    for code, owner in ROOMS.items():
        rows.add("rooms", code=code, salt=code, title=f"zaal {code}", language="nl", pack="nl", erase_at=NEVER,
                 version=1, steps=STEPS, step_index=4, clock=clock, leftovers="observers", groups_shown=True,
                 account_id=ids[owner] if owner else None, label=f"label {code}", began_at=1, zone="Europe/Amsterdam",
                 wall={"concealed": False, "spotlight": None, "column": None, "page": 0})  # fmt: skip


def test_everyone_can_do_what_was_theirs_and_nobody_more(url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        migrate(connection, BEFORE)
        old(connection)
    with Server(tmp_path, DATABASE_URL=url) as server:
        browsers = {}
        with server.database.writing() as session:
            for account in session.scalars(sa.select(Account)):
                browsers[account.email] = f"{cookies.LOGIN}={sign_in(session, account, 3_000_000_000_000)}"
            organisations = list(session.scalars(sa.select(Organisation.name).order_by(Organisation.id)))
            assert organisations == ["Organisatie 1", "organiser@example.org"], "the rooms of an organiser stay apart"
            assert not session.scalars(sa.select(Room).where(Room.organisation_id.is_(None))).all()
            assert [one.email for one in session.scalars(sa.select(Account).where(Account.admin))] == [
                "admin@example.org"
            ]

        def status(email: str, address: str) -> int:
            return fetch(f"{server.url}{address}", headers={"Cookie": browsers[email]}).status

        for email in ACCOUNTS:
            own = {code for code, owner in ROOMS.items() if owner == email}
            for code in ROOMS:
                assert status(email, f"/lead/{code}") == (200 if code in own else 404), (email, code)
                assert status(email, f"/screen/{code}") == (200 if code in own else 404), (email, code)
                reads = code in own and ACCOUNTS[email] == "organiser"
                assert status(email, f"/reflections/{code}") == (200 if reads else 404), (email, code)
            told = fetch(f"{server.url}/reflections.json", headers={"Cookie": browsers[email]}).json()
            assert [one["title"] for one in told["workshops"]] == [f"zaal {code}" for code in own], email
            assert status(email, "/lead/new") == 200, "everyone goes on making rooms of their own"

        # What changed is told once, to those for whom something did.
        for email, role in ACCOUNTS.items():
            page = fetch(f"{server.url}/lead", headers={"Cookie": browsers[email], "Accept-Language": "en"})
            assert ("What has changed for you" in page.body.decode()) == (role != "leader"), email
            own_titles = [code for code in ROOMS if f"zaal {code}".encode() in page.body]
            assert own_titles == [code for code, owner in ROOMS.items() if owner == email]
            if role != "leader":
                assert press(server, "/lead/told", browsers[email], page).status == 302
                again = fetch(f"{server.url}/lead", headers={"Cookie": browsers[email], "Accept-Language": "en"})
                assert "What has changed for you" not in again.body.decode()

        # An admin gives the organiser what the organiser of an organisation has.
        granted = server.workshop("user", "grant", "reader@example.org", "--role", "organiser")
        assert granted.returncode == 0, granted.stderr
        assert [status("reader@example.org", f"/reflections/{code}") for code in ROOMS] == [200, 404, 200, 200, 200]
    with engine.begin() as connection:
        migrate(connection, BEFORE, down=True)
        admins = connection.scalars(sa.text("SELECT email FROM accounts WHERE role = 'admin'")).all()
        assert admins == ["admin@example.org"] and connection.scalar(sa.text("SELECT count(*) FROM rooms")) == 5
        migrate(connection, "head")
    engine.dispose()


def test_an_installation_without_accounts_has_no_organisation_yet(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        migrate(connection, BEFORE)
        migrate(connection, "head")
        assert connection.scalar(sa.text("SELECT count(*) FROM organisations")) == 0
    engine.dispose()
