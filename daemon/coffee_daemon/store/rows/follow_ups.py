"""Follow-ups: further words to a task, outside any question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_daemon.notifications import Receipt, Recorded
from coffee_daemon.store.rows import answers, tasks, turns
from coffee_daemon.tasks import ENDED, TaskState

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection


def add(
    connection: Connection,
    task: int,
    words: answers.Words,
    *,
    now: datetime,
    quiet: timedelta,
    **about: int | None,
) -> Receipt:
    """Store a follow-up; a task that has ended is queued again after the quiet time.

    `about` says what it changes, if anything.

    Raises:
        NotFound: There is no such task.
    """
    row = tasks.find(connection, task)
    at_work = turns.last(connection, task) if row.state is TaskState.RUNNING else None
    about["during"] = None if at_work is None else at_work.id
    added = answers.add(connection, words, question=None, task=task, now=now, **about)
    if row.state in ENDED:
        again = {**tasks.AGAIN, "not_before": now + quiet, "reopened": True}
        tasks.move(connection, task, TaskState.QUEUED, now=now, **again)
    else:
        wait_again(connection, row, now=now, quiet=quiet)
    return Receipt(recorded=Recorded.FOLLOW_UP, question=None, answer=added, standing=row.state)


def wait_again(connection: Connection, row: Row[Any], *, now: datetime, quiet: timedelta) -> None:
    """Begin the quiet time anew, where it is a follow-up that brought the task back."""
    if row.state is TaskState.QUEUED and row.reopened:
        tasks.change(connection, row.number, now=now, not_before=now + quiet)


def drop_if_empty(connection: Connection, task: int, now: datetime) -> None:
    """Cancel a task that came back only for a follow-up which was taken back since."""
    row = tasks.find(connection, task)
    if row.state is not TaskState.QUEUED or not row.reopened:
        return
    if not answers.any_undelivered(connection, task):
        tasks.move(connection, task, TaskState.CANCELLED, now=now, reopened=False)
