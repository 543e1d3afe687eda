"""When an answer was said, which may be long before it was recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; an older daemon that still runs does not fill it."""
    op.add_column("answers", sa.Column("said_at", sa.DateTime(timezone=True)))
