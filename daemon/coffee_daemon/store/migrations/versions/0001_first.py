"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

# One column a line would make this three times as long.
# fmt: off
revision = "0001"
down_revision = None

FLAG = sa.Boolean()
FLOAT = sa.Float()
JSON = sa.JSON()
LINE = sa.String()
MOMENT = sa.DateTime(timezone=True)
TEXT = sa.Text()
WHOLE = sa.Integer()
WORD = sa.String(20)


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    _audit()
    _bots()
    _cursors()
    _daemons()
    _inbox()
    _leases()
    _numbers()
    _posts()
    _transitions()
    _tasks()
    _notifications()
    _requests()
    _turns()
    _questions()
    _answers()


def _audit() -> None:
    op.create_table(
        "audit",
        _must("id", WHOLE), _may("who_id", LINE), _may("who_name", LINE), _must("verb", LINE),
        _must("target", LINE), _must("via", WORD), _must("outcome", LINE), _must("detail", TEXT),
        _must("at", MOMENT),
        _key("audit", "id"),
        sqlite_autoincrement=True,
    )


def _bots() -> None:
    op.create_table(
        "bots",
        _must("host", LINE), _must("name", LINE), _must("pid", WHOLE),
        _must("process_start", FLOAT), _must("boot_id", LINE), _must("nonce", LINE),
        _must("state", LINE), _must("heartbeat", MOMENT),
        _key("bots", "host", "name"),
    )


def _cursors() -> None:
    op.create_table(
        "cursors",
        _must("reader", LINE), _must("position", WHOLE), _must("updated_at", MOMENT),
        _key("cursors", "reader"),
    )


def _daemons() -> None:
    op.create_table(
        "daemons",
        _must("host", LINE), _must("name", LINE), _must("pid", WHOLE),
        _must("process_start", FLOAT), _must("boot_id", LINE), _must("nonce", LINE),
        _must("state", LINE), _must("heartbeat", MOMENT),
        _key("daemons", "host", "name"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        _must("id", WHOLE), _must("key", LINE), _must("kind", LINE), _must("channel", LINE),
        _must("ts", LINE), _may("thread_ts", LINE), _may("user", LINE), _must("payload", JSON),
        _must("blank", FLAG), _must("state", WORD), _must("reason", TEXT),
        _must("received_at", MOMENT), _may("settled_at", MOMENT),
        _key("inbox", "id"),
        _unique("inbox", "key"),
        sqlite_autoincrement=True,
    )
    _index("inbox", "blank", "received_at")
    _index("inbox", "channel", "ts")
    _index("inbox", "state", "id")


def _leases() -> None:
    op.create_table(
        "leases",
        _must("name", LINE), _must("owner", LINE), _must("epoch", WHOLE), _must("until", MOMENT),
        _key("leases", "name"),
    )


def _numbers() -> None:
    op.create_table(
        "numbers",
        _must("number", WHOLE), _must("given_at", MOMENT),
        _key("numbers", "number"),
        sqlite_autoincrement=True,
    )


def _posts() -> None:
    op.create_table(
        "posts",
        _must("id", WHOLE), _must("key", LINE), _must("kind", WORD), _must("channel", LINE),
        _must("text", TEXT), _may("blocks", JSON), _may("parent", LINE), _may("thread_ts", LINE),
        _may("target_ts", LINE), _may("user", LINE), _may("thread", LINE), _must("state", WORD),
        _must("wanted_version", WHOLE), _must("sending_version", WHOLE),
        _must("shown_version", WHOLE), _must("edit_due", FLAG), _may("ts", LINE),
        _must("attempts", WHOLE), _may("attempt_at", MOMENT), _may("attempt_owner", LINE),
        _may("not_before", MOMENT), _must("reason", TEXT), _must("created_at", MOMENT),
        _may("sent_at", MOMENT),
        _key("posts", "id"),
        _unique("posts", "key"),
        sqlite_autoincrement=True,
    )
    _index("posts", "channel", "state")
    _index("posts", "channel", "ts")
    _index("posts", "edit_due", "id")
    _index("posts", "parent", "state")
    _index("posts", "state", "id")
    _index("posts", "thread", "state", "id")


def _transitions() -> None:
    op.create_table(
        "transitions",
        _must("id", WHOLE), _must("daemon", LINE), _may("from_state", WORD),
        _must("to_state", WORD), _must("why", TEXT), _must("at", MOMENT),
        _key("transitions", "id"),
        sqlite_autoincrement=True,
    )
    _index("transitions", "daemon", "id")


def _tasks() -> None:
    op.create_table(
        "tasks",
        _must("number", WHOLE, autoincrement=False), _must("daemon", LINE), _must("source", LINE),
        _must("title", TEXT), _must("prompt", TEXT), _must("priority", WHOLE),
        _must("state", WORD), _may("author_id", LINE), _may("author_name", LINE),
        _may("via", WORD), _must("wants_answer", FLAG), _may("session", LINE),
        _may("not_before", MOMENT), _must("result", TEXT), _may("branch", LINE),
        _must("fresh", FLAG), _must("reopened", FLAG), _may("done_at", MOMENT),
        _must("turn_count", WHOLE),
        _must("turns_used", WHOLE), _must("attempts", WHOLE), _must("lost_turns", WHOLE),
        _must("created_at", MOMENT), _must("updated_at", MOMENT),
        _key("tasks", "number"),
        _refers("tasks", "number", "numbers.number"),
        _unique("tasks", "source"),
    )
    _index("tasks", "daemon", "number")
    _index("tasks", "daemon", "state", "number")
    _index("tasks", "daemon", "state", "priority", "fresh", "number", name="ix_tasks_pick")
    _index("tasks", "state", "number")
    _index("tasks", "daemon", "state", "not_before", name="ix_tasks_wake")


def _notifications() -> None:
    op.create_table(
        "notifications",
        _must("number", WHOLE, autoincrement=False), _must("type", WORD), _must("title", TEXT),
        _must("message", TEXT), _must("priority", WORD), _must("context", JSON),
        _may("task", WHOLE), _must("state", WORD), _must("created_at", MOMENT),
        _may("seen_at", MOMENT),
        _key("notifications", "number"),
        _refers("notifications", "number", "numbers.number"),
        _refers("notifications", "task", "tasks.number"),
    )
    _index("notifications", "state", "number")
    _index("notifications", "state", "type", "number")


def _requests() -> None:
    op.create_table(
        "requests",
        _must("id", WHOLE), _must("daemon", LINE), _may("host", LINE), _must("verb", LINE),
        _may("who_id", LINE), _may("who_name", LINE), _must("via", WORD), _may("task", WHOLE),
        _must("state", WORD), _must("reason", TEXT), _must("created_at", MOMENT),
        _may("settled_at", MOMENT),
        _key("requests", "id"),
        _refers("requests", "task", "tasks.number"),
        sqlite_autoincrement=True,
    )
    _index("requests", "daemon", "state", "id")
    _index("requests", "task", "state")


def _turns() -> None:
    op.create_table(
        "turns",
        _must("id", WHOLE), _must("task", WHOLE), _must("daemon", LINE), _must("number", WHOLE),
        _must("nonce", LINE), _may("session", LINE), _must("state", WORD), _may("outcome", WORD),
        _must("summary", TEXT), _must("progress", TEXT), _must("links", JSON),
        _may("cost", FLOAT), _must("created_at", MOMENT), _may("started_at", MOMENT),
        _may("ended_at", MOMENT), _may("last_output_at", MOMENT),
        _key("turns", "id"),
        _unique("turns", "task", "number"),
        _refers("turns", "task", "tasks.number"),
        _unique("turns", "nonce"),
        sqlite_autoincrement=True,
    )
    _index("turns", "daemon", "created_at")
    _index("turns", "daemon", "state")


def _questions() -> None:
    op.create_table(
        "questions",
        _must("number", WHOLE, autoincrement=False), _must("daemon", LINE), _may("task", WHOLE),
        _may("turn", WHOLE), _may("asker_id", LINE), _may("asker_name", LINE),
        _must("text", TEXT), _must("why", TEXT), _must("options", JSON),
        _must("answer_kind", LINE), _must("silence", LINE), _must("state", WORD),
        _may("closes_at", MOMENT), _may("expires_at", MOMENT), _may("remind_at", MOMENT),
        _may("last_reply_seen", LINE), _may("decider_id", LINE), _may("decider_name", LINE),
        _must("created_at", MOMENT), _may("answered_at", MOMENT), _may("picked_up_at", MOMENT),
        _may("told_turn", WHOLE),
        _key("questions", "number"),
        _refers("questions", "number", "notifications.number"),
        _refers("questions", "task", "tasks.number"),
        _refers("questions", "turn", "turns.id"),
        _refers("questions", "told_turn", "turns.id"),
    )
    _index("questions", "daemon", "state", "closes_at")
    _index("questions", "daemon", "state", "expires_at")
    _index("questions", "daemon", "state", "number")
    _index("questions", "state", "expires_at")
    _index("questions", "state", "number")
    _index("questions", "task", "state")


def _answers() -> None:
    op.create_table(
        "answers",
        _must("id", WHOLE), _may("question", WHOLE), _may("task", WHOLE), _must("text", TEXT),
        _may("option", LINE), _may("who_id", LINE), _may("who_name", LINE), _must("via", WORD),
        _must("source", LINE), _may("turn", WHOLE), _must("created_at", MOMENT),
        _may("edited_at", MOMENT), _may("deleted_at", MOMENT),
        _key("answers", "id"),
        _refers("answers", "question", "questions.number"),
        _refers("answers", "task", "tasks.number"),
        _unique("answers", "source"),
        _refers("answers", "turn", "turns.id"),
        sqlite_autoincrement=True,
    )
    _index("answers", "question", "id")
    _index("answers", "task", "turn")


def _must(name: str, kind: sa.types.TypeEngine[Any], **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _may(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f("_".join(("uq", table, *columns))))


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str, name: str | None = None) -> None:
    op.create_index(op.f(name or "_".join(("ix", table, *columns))), table, list(columns))
