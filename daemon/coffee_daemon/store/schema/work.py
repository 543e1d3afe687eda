"""Tables of work and talk: tasks, turns, notifications, questions, answers, requests."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from coffee_daemon.notifications import (
    AnswerKind,
    NotificationState,
    NotificationType,
    Priority,
    QuestionState,
    Via,
)
from coffee_daemon.reply_files import FileState
from coffee_daemon.silence import SilenceKind
from coffee_daemon.store.columns import UtcDateTime, person, word
from coffee_daemon.store.nouns import RequestState
from coffee_daemon.store.schema.common import metadata
from coffee_daemon.tasks import TaskState, TurnEnd, TurnState

#: One sequence for tasks and notifications, so that `#12` names one thing everywhere.
numbers = Table(
    "numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("given_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

_HELD = text("held_at IS NOT NULL")

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
    Column("agent", String),
    # Where it works, if that is not ours to make.
    Column("folder", Text),
    Column("not_before", UtcDateTime),
    Column("result", Text, nullable=False, default=""),
    Column("branch", String),
    # No turn of it began yet.
    Column("fresh", Boolean, nullable=False, default=True),
    # A follow-up brought it back from its end, so its quiet time may still be moved.
    Column("reopened", Boolean, nullable=False, default=False),
    # When it was last done; kept when somebody brings it back.
    Column("done_at", UtcDateTime),
    # The number of its last turn; never goes back.
    Column("turn_count", Integer, nullable=False, default=0),
    # The three below start again at 0 when a person brings the task back.
    Column("turns_used", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lost_turns", Integer, nullable=False, default=0),
    # Held back by a person, since when and by whom.
    Column("held_at", UtcDateTime),
    *person("holder"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_tasks_pick", "daemon", "state", "priority", "fresh", "number"),
    Index("ix_tasks_wake", "daemon", "state", "not_before"),
    Index("ix_tasks_held", "daemon", "number", sqlite_where=_HELD, postgresql_where=_HELD),
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
    Column("agent", String),
    Column("state", word(TurnState), nullable=False),
    Column("outcome", word(TurnEnd)),
    Column("summary", Text, nullable=False, default=""),
    Column("progress", Text, nullable=False, default=""),
    Column("links", JSON, nullable=False, default=list),
    # What it has committed.
    Column("work", JSON),
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
    Index(None, "task"),
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
    Column("answer_kind", String, nullable=False, default=AnswerKind.TEXT.value),
    # What the asker's program needs to go on with the answer.
    Column("subject", JSON),
    Column("session", String),
    # What silence leads to at last; the columns that say when follow.
    Column("silence", String, nullable=False, default=SilenceKind.WAIT.value),
    Column("state", word(QuestionState), nullable=False),
    Column("closes_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("remind_at", UtcDateTime),
    Column("remind_seconds", Float),
    Column("escalate_to", JSON(none_as_null=True)),
    Column("escalate_at", UtcDateTime),
    Column("assume", Text),
    Column("assume_at", UtcDateTime),
    # When that was done, which may be later: nobody was there to do it.
    Column("assumed_at", UtcDateTime),
    Column("reversible", Boolean),
    Column("urgent", Boolean),
    # Its words without regard to case and blanks, as a hash.
    Column("text_key", String),
    # The question in the same words that people answered before, and the one whose answer asked
    # back. Either may be forgotten before this one is.
    Column("same_as", Integer),
    Column("follows", Integer),
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
    Index(None, "state", "assume_at"),
    Index(None, "daemon", "state", "assume_at"),
    Index(None, "daemon", "text_key", "number"),
    Index(None, "task", "state"),
    Index(None, "turn"),
    Index(None, "told_turn"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.number")),
    Column("task", ForeignKey("tasks.number")),
    # The question in whose thread a follow-up was said: it changes the answer that was picked up.
    Column("about", Integer),
    Column("text", Text, nullable=False),
    Column("option", String),
    *person("who"),
    Column("via", word(Via), nullable=False),
    Column("source", String, nullable=False, unique=True),
    Column("turn", ForeignKey("turns.id")),
    Column("created_at", UtcDateTime, nullable=False),
    # Empty: when it was recorded.
    Column("said_at", UtcDateTime),
    Column("edited_at", UtcDateTime),
    # Taken back: the words are gone, the source stays known.
    Column("deleted_at", UtcDateTime),
    # The row whose words it changes, after those were read.
    Column("replaces", Integer),
    # The turn that ran when it came.
    Column("during", Integer),
    # When it was handed over for the first time, and to which turn.
    Column("read_at", UtcDateTime),
    Column("first_turn", Integer),
    # The name of who said that it may wait until the turn ends.
    Column("deferred_by", String),
    Index(None, "question", "id"),
    Index(None, "task", "turn"),
    Index(None, "turn"),
    sqlite_autoincrement=True,
)

reply_files = Table(
    "reply_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer", ForeignKey("answers.id"), nullable=False),
    Column("task", ForeignKey("tasks.number")),
    # Of the task; whoever works for it fetches the file.
    Column("daemon", String),
    Column("source", String, nullable=False),
    Column("name", String, nullable=False),
    Column("mimetype", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", word(FileState), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("late", Boolean, nullable=False, default=False),
    # When it is tried the next time.
    Column("not_before", UtcDateTime, nullable=False),
    # A turn waits for it until then.
    Column("wait_until", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("task", "name"),
    Index(None, "answer"),
    Index(None, "task", "state"),
    Index(None, "daemon", "state", "not_before"),
    Index(None, "daemon", "state", "wait_until"),
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
