"""How questions end without an answer: withdrawn, or by a time that their asker has set.

And when the clock has something to do: a quiet time, an expiry, a pause that ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.notifications import QUESTION_MOVES, AnswerKind, Question, QuestionState
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
    """Whether an open question is past a time that its asker set."""
    return any(
        connection.execute(select(questions.c.number).where(_OPEN, moment <= now).limit(1)).first()
        for moment in (questions.c.expires_at, questions.c.assume_at)
    )


def close_due(connection: Connection, now: datetime) -> list[Question]:
    """Close those as their askers said; their tasks go on when nothing else of them is open."""
    expired = moving(questions, QUESTION_MOVES, QuestionState.EXPIRED)
    assumed = moving(questions, QUESTION_MOVES, QuestionState.ASSUMED, assumed_at=now)
    # What is asked here was checked when it was asked; a row of other origin is not believed.
    may_be = questions.c.reversible.is_(True) & (questions.c.answer_kind != AnswerKind.APPROVAL)
    closed = [
        rows.as_question(row)
        for step in (
            expired.where(questions.c.expires_at <= now),
            assumed.where(questions.c.assume_at <= now, may_be),
        )
        for row in connection.execute(step.returning(questions))
    ]
    notifications.see(connection, [one.number for one in closed], now)
    for task in {one.task for one in closed} - {None}:
        task_rows.queue_answered(connection, now, number=task)
    return sorted(closed, key=lambda one: one.number)


def next_close(connection: Connection, daemon: str, since: datetime) -> datetime | None:
    """Return the next moment after `since` at which something of a daemon becomes due."""
    moments = (
        (questions, QuestionState.ANSWERED, questions.c.closes_at),
        (questions, QuestionState.OPEN, questions.c.expires_at),
        (questions, QuestionState.OPEN, questions.c.assume_at),
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
