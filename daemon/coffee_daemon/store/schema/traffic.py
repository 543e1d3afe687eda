"""Tables of what comes and goes: transitions, presence, inbox, posts, cursors, audit."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from coffee_daemon.notifications import (
    Via,
)
from coffee_daemon.status import DaemonState
from coffee_daemon.store.columns import UtcDateTime, person, word
from coffee_daemon.store.nouns import InboxState, PostKind, PostState
from coffee_daemon.store.schema.common import metadata

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

#: What is known by a name and is no row of anything else, such as the feed's channel.
facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
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

#: People on Slack: how each is reached, and what each wants to be told of.
contacts = Table(
    "contacts",
    metadata,
    Column("id", String, primary_key=True),
    Column("zone", String, nullable=False, server_default=""),
    Column("utc_offset", Integer),
    Column("located_at", UtcDateTime),
    Column("direct", String, nullable=False, server_default=""),
    Column("hours", String, nullable=False, server_default=""),
    Column("off", JSON, nullable=False, server_default="[]"),
    Column("morning_at", UtcDateTime),
)

#: Questions that somebody has put off; those that are closed are forgotten with the next one.
snoozes = Table(
    "snoozes",
    metadata,
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("person", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
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
    # Binds it to all before it; an older program leaves it empty.
    Column("hash", String(64)),
    Index(None, "target", "id"),
    sqlite_autoincrement=True,
)

#: Alembic's own table, so that a fresh database needs no Alembic.
alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
