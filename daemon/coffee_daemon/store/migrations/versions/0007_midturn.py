"""What is said while a turn runs: what it replaces, and when it was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Columns may be empty: an older daemon that still runs does not fill them."""
    op.add_column("answers", sa.Column("replaces", sa.Integer()))
    op.add_column("answers", sa.Column("during", sa.Integer()))
    op.add_column("answers", sa.Column("read_at", sa.DateTime(timezone=True)))
    op.add_column("answers", sa.Column("first_turn", sa.Integer()))
    op.add_column("answers", sa.Column("deferred_by", sa.String()))
