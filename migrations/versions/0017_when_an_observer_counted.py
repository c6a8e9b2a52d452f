"""who comes to a table later is not told what was counted there before; of what there is nobody knows when it was"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tallies", sa.Column("counted_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("tallies", "counted_at")
