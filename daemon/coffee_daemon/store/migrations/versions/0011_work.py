"""What a turn has committed: branch, commit, and their pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; an older daemon that still runs does not fill it."""
    op.add_column("turns", sa.Column("work", sa.JSON()))
