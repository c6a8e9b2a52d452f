"""being admin by an organisation's own login ends on a date; a number of an account is given out once

Whoever is admin by such a login stays it for as long as a role from one lasts, counted from now. PostgreSQL gives out
each number once as it is; for SQLite to do so the table has to be made anew, and goes on after the highest number in
it. No table names a higher one: whatever names an account hangs under it.
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LOGIN_MS = 30 * 86_400_000


def upgrade() -> None:
    op.add_column("identities", sa.Column("admin_until", sa.BigInteger(), nullable=True))
    op.execute(f"UPDATE identities SET admin_until = {int(time.time() * 1000) + LOGIN_MS} WHERE made_admin")
    op.drop_column("identities", "made_admin")
    _make_accounts_anew(sqlite_autoincrement=True)


def downgrade() -> None:
    _make_accounts_anew()
    op.add_column("identities", sa.Column("made_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE identities SET made_admin = true WHERE admin_until IS NOT NULL")
    op.drop_column("identities", "admin_until")


def _make_accounts_anew(**options: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("accounts", recreate="always", table_kwargs=options):
            pass
