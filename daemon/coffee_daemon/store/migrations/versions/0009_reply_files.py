"""Files that came with replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

LINE, TEXT, WHOLE = sa.String(), sa.Text(), sa.Integer()
MOMENT = sa.DateTime(timezone=True)
_INDEXES = (
    ("answer",),
    ("task", "state"),
    ("daemon", "state", "not_before"),
    ("daemon", "state", "wait_until"),
)


def upgrade() -> None:
    """Add the table; an older daemon that still runs neither waits for files nor reads them."""
    op.create_table(
        "reply_files",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("answer", WHOLE, nullable=False),
        sa.Column("task", WHOLE),
        sa.Column("daemon", LINE),
        sa.Column("source", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("mimetype", LINE, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("wait_until", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reply_files"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_reply_files_answer"),
        sa.ForeignKeyConstraint(["task"], ["tasks.number"], name="fk_reply_files_task"),
        sa.UniqueConstraint("task", "name", name="uq_reply_files_task_name"),
        sqlite_autoincrement=True,
    )
    for columns in _INDEXES:
        name = "_".join(("ix_reply_files", *columns))
        op.create_index(name, "reply_files", list(columns))
