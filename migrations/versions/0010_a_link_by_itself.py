"""each link of a room can be replaced by itself; until that is done it is made as before, and stays valid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("links", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("logins", sa.Column("used_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("logins", "used_at")
    op.drop_column("rooms", "links")
