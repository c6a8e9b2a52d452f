"""who comes back to a table does not read what was written there while they were gone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seats", sa.Column("away", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("seats", "away")
