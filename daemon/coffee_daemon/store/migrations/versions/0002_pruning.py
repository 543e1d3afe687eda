"""Indexes by which a row's belongings are found when it is forgotten."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Without them each removed turn or task would be looked for in whole tables."""
    op.create_index("ix_answers_turn", "answers", ["turn"])
    op.create_index("ix_notifications_task", "notifications", ["task"])
    op.create_index("ix_questions_told_turn", "questions", ["told_turn"])
    op.create_index("ix_questions_turn", "questions", ["turn"])
