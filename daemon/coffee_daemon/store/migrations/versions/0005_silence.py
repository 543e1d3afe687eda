"""What silence means for a question, and which earlier question it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Columns may be empty: an older daemon that still runs does not fill them."""
    for column in (
        sa.Column("remind_seconds", sa.Float()),
        sa.Column("escalate_to", sa.JSON()),
        sa.Column("escalate_at", MOMENT),
        sa.Column("assume", sa.Text()),
        sa.Column("assume_at", MOMENT),
        sa.Column("assumed_at", MOMENT),
        sa.Column("reversible", sa.Boolean()),
        sa.Column("urgent", sa.Boolean()),
        sa.Column("text_key", sa.String()),
        sa.Column("same_as", sa.Integer()),
        sa.Column("follows", sa.Integer()),
    ):
        op.add_column("questions", column)
    op.add_column("answers", sa.Column("about", sa.Integer()))
    op.create_index("ix_questions_state_assume_at", "questions", ["state", "assume_at"])
    op.create_index(
        "ix_questions_daemon_state_assume_at", "questions", ["daemon", "state", "assume_at"]
    )
    op.create_index(
        "ix_questions_daemon_text_key_number", "questions", ["daemon", "text_key", "number"]
    )
