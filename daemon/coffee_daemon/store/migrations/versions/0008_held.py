"""Tasks that a person holds back: since when, and who."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; an older daemon that still runs does not heed them."""
    op.add_column("tasks", sa.Column("held_at", sa.DateTime(timezone=True)))
    op.add_column("tasks", sa.Column("holder_id", sa.String()))
    op.add_column("tasks", sa.Column("holder_name", sa.String()))
    held = sa.text("held_at IS NOT NULL")
    op.create_index(
        "ix_tasks_held", "tasks", ["daemon", "number"], sqlite_where=held, postgresql_where=held
    )
