"""the organiser's own themes, and which lines of the wall stand under them: none so far"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_themes_room_id", "themes", ["room_id"], unique=False)
    op.add_column("posts", sa.Column("theme", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("posts", "theme")
    op.drop_table("themes")
