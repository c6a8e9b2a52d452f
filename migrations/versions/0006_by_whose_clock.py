"""by whose clock a room goes, and when it is to begin: of the rooms that there are nobody has said"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("zone", sa.String(length=64), nullable=False, server_default="Europe/Amsterdam"))
    op.add_column("rooms", sa.Column("planned_start", sa.String(length=5), nullable=True))


def downgrade() -> None:
    op.drop_column("rooms", "planned_start")
    op.drop_column("rooms", "zone")
