"""What a digest is made of. It is read once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.digest import Digest
from coffee_daemon.notifications import QuestionState
from coffee_daemon.store.rows import questions as question_rows
from coffee_daemon.store.rows import tasks as task_rows
from coffee_daemon.store.schema import questions, tasks, turns
from coffee_daemon.store.task_pages import open_tasks
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.tasks import Task

#: Of each list; whoever tells of it tells fewer.
_MOST = 50


def digest(
    connection: Connection, daemon: str, since: datetime, until: datetime, audit: str
) -> Digest:
    """Return what happened since a moment, and what is open."""
    ended = _ended(connection, daemon, since)
    open_ = select(questions).where(questions.c.daemon == daemon)
    open_ = open_.where(questions.c.state == QuestionState.OPEN)
    found = connection.execute(open_.order_by(questions.c.number).limit(_MOST))
    return Digest(
        daemon=daemon,
        since=since,
        until=until,
        ended=ended,
        in_progress=tuple(open_tasks(connection, daemon, _MOST)),
        questions=tuple(question_rows.as_question(row) for row in found),
        happened=bool(ended) or _stirred(connection, daemon, since),
        audit=audit,
    )


def _ended(connection: Connection, daemon: str, since: datetime) -> tuple[Task, ...]:
    wanted = select(tasks).where(tasks.c.daemon == daemon, tasks.c.updated_at >= since)
    wanted = wanted.where(tasks.c.state.in_(sorted(ENDED)))
    found = connection.execute(wanted.order_by(tasks.c.updated_at).limit(_MOST))
    return tuple(task_rows.as_task(row) for row in found)


def _stirred(connection: Connection, daemon: str, since: datetime) -> bool:
    for table in (turns, questions):
        wanted = select(table.c.daemon).where(table.c.daemon == daemon, table.c.created_at >= since)
        if connection.execute(wanted.limit(1)).first() is not None:
            return True
    return False
