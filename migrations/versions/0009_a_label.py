"""a label, by which a leader finds workshops of one kind together: no room has one yet"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("label", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("rooms", "label")
