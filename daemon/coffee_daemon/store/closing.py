"""How questions end without an answer: withdrawn, or by the time that their asker set.

And when the clock has something to do: a quiet time, an expiry, a pause that ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.notifications import QUESTION_MOVES, Question, QuestionState
from coffee_daemon.reply_files import FileState
from coffee_daemon.store.moves import moving
from coffee_daemon.store.rows import notifications, people, turns
from coffee_daemon.store.rows import questions as rows
from coffee_daemon.store.rows import tasks as task_rows
from coffee_daemon.store.schema import questions, reply_files, tasks
from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person

_OPEN = questions.c.state == QuestionState.OPEN


def withdraw(
    connection: Connection, number: int, who: Person, nonce: str | None, now: datetime
) -> Question:
    """Cancel a question; its task goes on when nothing else of it is open."""
    turn = turns.running(connection, nonce)
    told, decider = {"told_turn": turn.id} if turn else {}, people.columns("decider", who)
    closed = rows.move(connection, number, QuestionState.CANCELLED, now=now, **told, **decider)
    if closed.task is not None:
        task_rows.queue_answered(connection, now, number=closed.task)
    return closed


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether an open question is past the time that its asker set."""
    due = select(questions.c.number).where(_OPEN, questions.c.expires_at <= now)
    return connection.execute(due.limit(1)).first() is not None


def expire_due(connection: Connection, now: datetime) -> list[Question]:
    """Expire those; their tasks go on when nothing else of them is open."""
    step = moving(questions, QUESTION_MOVES, QuestionState.EXPIRED)
    step = step.where(questions.c.expires_at <= now)
    expired = [rows.as_question(row) for row in connection.execute(step.returning(questions))]
    notifications.see(connection, [one.number for one in expired], now)
    for task in {one.task for one in expired} - {None}:
        task_rows.queue_answered(connection, now, number=task)
    return sorted(expired, key=lambda one: one.number)


def next_close(connection: Connection, daemon: str, since: datetime) -> datetime | None:
    """Return the next moment after `since` at which something of a daemon becomes due."""
    moments = (
        (questions, QuestionState.ANSWERED, questions.c.closes_at),
        (questions, QuestionState.OPEN, questions.c.expires_at),
        (tasks, TaskState.QUEUED, tasks.c.not_before),
        (reply_files, FileState.WANTED, reply_files.c.wait_until),
    )
    found = [
        connection.execute(
            select(moment)
            .where(table.c.daemon == daemon, table.c.state == state, moment > since)
            .order_by(moment)
            .limit(1)
        ).scalar_one_or_none()
        for table, state, moment in moments
    ]
    return min((one for one in found if one is not None), default=None)
