"""The hash that binds each entry of the audit to all before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; an older daemon that still runs does not fill it."""
    op.add_column("audit", sa.Column("hash", sa.String(64)))
