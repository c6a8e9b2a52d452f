"""organisations, with leaders and organisers; an admin looks after accounts and opens no room

What today's accounts could do for their own rooms they can still do, and nothing else. Leaders and admins lead in the
first organisation, to which the rooms of the command line belong as well. Someone who was organiser of all rooms and
has rooms of their own goes on reading those: they belong to an organisation of that account alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIRST = "Organisatie 1"
ADDRESS = "CAST(accounts.email AS VARCHAR(254))"


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "organisation_id", "role"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "packs",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("accounts", sa.Column("admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("disabled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("signed_in_on", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("was", sa.String(length=16), nullable=True))
    with op.batch_alter_table("rooms", table_kwargs={"sqlite_autoincrement": True}) as rooms:
        rooms.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        rooms.create_foreign_key(
            "rooms_organisation_id_fkey", "organisations", ["organisation_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_rooms_organisation_id", "rooms", ["organisation_id"], unique=False)
    _give_everyone_a_place()
    op.drop_column("accounts", "role")


def _give_everyone_a_place() -> None:
    """Nothing to do without accounts: the first one brings the first organisation along."""
    made = "(SELECT min(created_at) FROM accounts)"
    op.execute(
        f"INSERT INTO organisations (name, created_at) SELECT '{FIRST}', {made} WHERE EXISTS (SELECT 1 FROM accounts)"
    )
    own_rooms = "EXISTS (SELECT 1 FROM rooms WHERE rooms.account_id = accounts.id)"
    op.execute(
        "INSERT INTO organisations (name, created_at) "
        f"SELECT {ADDRESS}, created_at FROM accounts WHERE role = 'organiser' AND {own_rooms} ORDER BY id"
    )
    of_their_own = f"organisations.name = {ADDRESS}"
    of_the_first = f"organisations.name = '{FIRST}' AND NOT (accounts.role = 'organiser' AND {own_rooms})"
    for role, where in (("leader", of_their_own), ("organiser", of_their_own), ("leader", of_the_first)):
        op.execute(
            "INSERT INTO memberships (account_id, organisation_id, role) "
            f"SELECT accounts.id, organisations.id, '{role}' FROM accounts JOIN organisations ON {where}"
        )
    op.execute(
        "UPDATE rooms SET organisation_id = coalesce((SELECT memberships.organisation_id FROM memberships "
        "WHERE memberships.account_id = rooms.account_id AND memberships.role = 'leader'), "
        f"(SELECT id FROM organisations WHERE name = '{FIRST}'))"
    )
    op.execute("UPDATE accounts SET was = role WHERE role IN ('admin', 'organiser')")
    op.execute("UPDATE accounts SET admin = true WHERE role = 'admin'")


def downgrade() -> None:
    op.add_column("accounts", sa.Column("role", sa.String(length=16), nullable=False, server_default="leader"))
    op.execute("UPDATE accounts SET role = 'admin' WHERE admin")
    op.drop_index("ix_rooms_organisation_id", table_name="rooms")
    with op.batch_alter_table("rooms", table_kwargs={"sqlite_autoincrement": True}) as rooms:
        rooms.drop_column("organisation_id")
    for column in ("was", "signed_in_on", "disabled", "admin"):
        op.drop_column("accounts", column)
    for table in ("invitations", "packs", "memberships", "organisations"):
        op.drop_table(table)
