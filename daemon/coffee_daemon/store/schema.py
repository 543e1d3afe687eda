"""The tables of the durable record.

A change here needs a migration beside it that only adds, and its name in `REVISIONS`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from coffee_daemon.notifications import (
    NotificationState,
    NotificationType,
    Priority,
    QuestionState,
    Via,
)
from coffee_daemon.status import DaemonState
from coffee_daemon.store.columns import UtcDateTime, person, word
from coffee_daemon.store.nouns import InboxState, PostKind, PostState, RequestState
from coffee_daemon.tasks import TaskState, TurnEnd, TurnState

#: The migrations that this code knows, oldest first; the last one is this file's state.
REVISIONS = ("0001",)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: One sequence for tasks and notifications, so that `#12` names one thing everywhere.
numbers = Table(
    "numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("given_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

tasks = Table(
    "tasks",
    metadata,
    Column("number", ForeignKey("numbers.number"), primary_key=True, autoincrement=False),
    Column("daemon", String, nullable=False),
    Column("source", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", word(TaskState), nullable=False),
    *person("author"),
    Column("via", word(Via)),
    Column("wants_answer", Boolean, nullable=False, default=False),
    Column("session", String),
    Column("not_before", UtcDateTime),
    Column("result", Text, nullable=False, default=""),
    Column("branch", String),
    # No turn of it began yet.
    Column("fresh", Boolean, nullable=False, default=True),
    # A follow-up brought it back from its end, so its quiet time may still be moved.
    Column("reopened", Boolean, nullable=False, default=False),
    # The number of its last turn; never goes back.
    Column("turn_count", Integer, nullable=False, default=0),
    # The three below start again at 0 when a person brings the task back.
    Column("turns_used", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lost_turns", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_tasks_pick", "daemon", "state", "priority", "fresh", "number"),
    Index("ix_tasks_wake", "daemon", "state", "not_before"),
    Index(None, "daemon", "state", "number"),
    Index(None, "daemon", "number"),
    Index(None, "state", "number"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task", ForeignKey("tasks.number"), nullable=False),
    Column("daemon", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("nonce", String, nullable=False, unique=True),
    Column("session", String),
    Column("state", word(TurnState), nullable=False),
    Column("outcome", word(TurnEnd)),
    Column("summary", Text, nullable=False, default=""),
    Column("progress", Text, nullable=False, default=""),
    Column("links", JSON, nullable=False, default=list),
    Column("cost", Float),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("last_output_at", UtcDateTime),
    UniqueConstraint("task", "number"),
    Index(None, "daemon", "state"),
    Index(None, "daemon", "created_at"),
    sqlite_autoincrement=True,
)

notifications = Table(
    "notifications",
    metadata,
    Column("number", ForeignKey("numbers.number"), primary_key=True, autoincrement=False),
    Column("type", word(NotificationType), nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("priority", word(Priority), nullable=False),
    Column("context", JSON, nullable=False, default=dict),
    Column("task", ForeignKey("tasks.number")),
    Column("state", word(NotificationState), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Index(None, "state", "number"),
    Index(None, "state", "type", "number"),
)

questions = Table(
    "questions",
    metadata,
    Column("number", ForeignKey("notifications.number"), primary_key=True, autoincrement=False),
    Column("daemon", String, nullable=False),
    Column("task", ForeignKey("tasks.number")),
    Column("turn", ForeignKey("turns.id")),
    *person("asker"),
    Column("text", Text, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("options", JSON, nullable=False, default=list),
    # `text` or `choice`.
    Column("answer_kind", String, nullable=False, default="text"),
    # `wait` for ever or `expire`: what silence means.
    Column("silence", String, nullable=False, default="wait"),
    Column("state", word(QuestionState), nullable=False),
    Column("closes_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("remind_at", UtcDateTime),
    # The Slack ts of the last reply that was read; catch-up starts there.
    Column("last_reply_seen", String),
    *person("decider"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("picked_up_at", UtcDateTime),
    # The turn that was told how it ended; an end that nobody was told keeps its task going.
    Column("told_turn", ForeignKey("turns.id")),
    Index(None, "state", "number"),
    Index(None, "daemon", "state", "number"),
    Index(None, "daemon", "state", "closes_at"),
    Index(None, "state", "expires_at"),
    Index(None, "daemon", "state", "expires_at"),
    Index(None, "task", "state"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.number")),
    Column("task", ForeignKey("tasks.number")),
    Column("text", Text, nullable=False),
    Column("option", String),
    *person("who"),
    Column("via", word(Via), nullable=False),
    Column("source", String, nullable=False, unique=True),
    Column("turn", ForeignKey("turns.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime),
    # Taken back: the words are gone, the source stays known.
    Column("deleted_at", UtcDateTime),
    Index(None, "question", "id"),
    Index(None, "task", "turn"),
    sqlite_autoincrement=True,
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("daemon", String, nullable=False),
    Column("host", String),
    Column("verb", String, nullable=False),
    *person("who"),
    Column("via", word(Via), nullable=False),
    Column("task", ForeignKey("tasks.number")),
    Column("state", word(RequestState), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "daemon", "state", "id"),
    Index(None, "task", "state"),
    sqlite_autoincrement=True,
)

#: Append only; uptime and metrics come from here.
transitions = Table(
    "transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("daemon", String, nullable=False),
    Column("from_state", word(DaemonState)),
    Column("to_state", word(DaemonState), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "daemon", "id"),
    sqlite_autoincrement=True,
)


def _presence(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("host", String, primary_key=True),
        Column("name", String, primary_key=True),
        Column("pid", Integer, nullable=False),
        Column("process_start", Float, nullable=False),
        Column("boot_id", String, nullable=False),
        Column("nonce", String, nullable=False),
        Column("state", String, nullable=False),
        Column("heartbeat", UtcDateTime, nullable=False),
    )


daemons = _presence("daemons")
bots = _presence("bots")

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("thread_ts", String),
    Column("user", String),
    Column("payload", JSON, nullable=False),
    Column("blank", Boolean, nullable=False, default=False),
    Column("state", word(InboxState), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("received_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "state", "id"),
    Index(None, "channel", "ts"),
    Index(None, "blank", "received_at"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", word(PostKind), nullable=False),
    Column("channel", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", JSON(none_as_null=True)),
    Column("parent", String),
    Column("thread_ts", String),
    Column("target_ts", String),
    Column("user", String),
    # What its order is kept in: the parent's key, or channel and thread; none for a root.
    Column("thread", String),
    Column("state", word(PostState), nullable=False),
    Column("wanted_version", Integer, nullable=False, default=1),
    Column("sending_version", Integer, nullable=False, default=0),
    Column("shown_version", Integer, nullable=False, default=0),
    # Sent, but with other content than wanted.
    Column("edit_due", Boolean, nullable=False, default=False),
    Column("ts", String),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempt_at", UtcDateTime),
    Column("attempt_owner", String),
    Column("not_before", UtcDateTime),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Index(None, "state", "id"),
    Index(None, "thread", "state", "id"),
    Index(None, "channel", "state"),
    Index(None, "channel", "ts"),
    Index(None, "edit_due", "id"),
    Index(None, "parent", "state"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "cursors",
    metadata,
    Column("reader", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    # Grows with each new owner.
    Column("epoch", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

#: Append only.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    *person("who"),
    Column("verb", String, nullable=False),
    Column("target", String, nullable=False),
    Column("via", word(Via), nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

#: Alembic's own table, so that a fresh database needs no Alembic.
alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
