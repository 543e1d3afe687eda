"""The tables of the durable record.

A change here needs a migration that only adds, and its name in `REVISIONS`.
"""

from __future__ import annotations

from coffee_daemon.store.schema.common import metadata
from coffee_daemon.store.schema.traffic import (
    alembic_version,
    audit,
    bots,
    contacts,
    cursors,
    daemons,
    facts,
    inbox,
    leases,
    posts,
    snoozes,
    transitions,
)
from coffee_daemon.store.schema.work import (
    answers,
    notifications,
    numbers,
    questions,
    reply_files,
    requests,
    tasks,
    turns,
)

#: The migrations that this code knows, oldest first; the last one is this package's state.
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)

__all__ = [
    "REVISIONS",
    "alembic_version",
    "answers",
    "audit",
    "bots",
    "contacts",
    "cursors",
    "daemons",
    "facts",
    "inbox",
    "leases",
    "metadata",
    "notifications",
    "numbers",
    "posts",
    "questions",
    "reply_files",
    "requests",
    "snoozes",
    "tasks",
    "transitions",
    "turns",
]
