"""How people are reached, and which questions they have put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add two small tables."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False, server_default=""),
        sa.Column("utc_offset", sa.Integer()),
        sa.Column("located_at", MOMENT),
        sa.Column("direct", sa.String(), nullable=False, server_default=""),
        sa.Column("hours", sa.String(), nullable=False, server_default=""),
        sa.Column("off", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("morning_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_table(
        "snoozes",
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("question", "person", name="pk_snoozes"),
    )
