"""whether a room is real, or a rehearsal: nobody has said so of those there are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("real", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("rooms", "real")
