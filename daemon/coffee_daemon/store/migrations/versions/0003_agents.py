"""What agents of any kind need to go on, and facts known by a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Columns may be empty: an older daemon that still runs does not fill them."""
    op.create_table(
        "facts",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("tasks", sa.Column("agent", sa.String()))
    op.add_column("tasks", sa.Column("folder", sa.Text()))
    op.add_column("turns", sa.Column("agent", sa.String()))
    op.add_column("questions", sa.Column("subject", sa.JSON()))
    op.add_column("questions", sa.Column("session", sa.String()))
