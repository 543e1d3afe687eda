"""What a turn has committed: branch, commit, and their pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; an older daemon that still runs does not fill it."""
    op.add_column("turns", sa.Column("work", sa.JSON()))
