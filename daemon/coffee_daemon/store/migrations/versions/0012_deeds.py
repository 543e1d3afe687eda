"""What was done to one task is found without reading the whole audit."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_audit_target_id", "audit", ["target", "id"])
