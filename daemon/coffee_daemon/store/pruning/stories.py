"""Tasks and questions with everything that belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from coffee_daemon.notifications import QuestionState
from coffee_daemon.store.pruning.shelves import Shelf
from coffee_daemon.store.rows.questions import UNANSWERED
from coffee_daemon.store.schema import (
    answers,
    notifications,
    questions,
    reply_files,
    requests,
    tasks,
    turns,
)
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

#: A story may have a hundred rows.
_STORIES_AT_ONCE = 20


def stories(spare: Collection[int] = ()) -> Shelf:
    """Ended tasks: their turns, questions, answers, requests and notifications go with them."""

    def gone(before: datetime) -> ColumnElement[bool]:
        return _task_gone(before) & tasks.c.number.not_in(tuple(spare))

    def take(connection: Connection, keys: Sequence[int], before: datetime) -> int:
        still = select(tasks.c.number).where(tasks.c.number.in_(keys), gone(before))
        return _take_stories(connection, connection.execute(still).scalars().all())

    return Shelf(
        key=tasks.c.number, at=tasks.c.created_at, gone=gone, take=take, page=_STORIES_AT_ONCE
    )


def loose_questions() -> Shelf:
    """Closed questions that no task asked."""

    def take(connection: Connection, keys: Sequence[int], before: datetime) -> int:
        still = select(questions.c.number).where(
            questions.c.number.in_(keys), _question_gone(before)
        )
        return _take_questions(connection, connection.execute(still).scalars().all())

    return Shelf(key=questions.c.number, at=questions.c.created_at, gone=_question_gone, take=take)


def _task_gone(before: datetime) -> ColumnElement[bool]:
    ran = select(turns.c.id).where(turns.c.task == tasks.c.number).exists()
    ended = tasks.c.state.in_(sorted(ENDED)) & (tasks.c.updated_at < before)
    # A priority's own row stays, see below; it is empty when its turns are gone.
    return ended & or_(tasks.c.via.is_not(None), ran)


def _question_gone(before: datetime) -> ColumnElement[bool]:
    closed = (QuestionState.PICKED_UP, *UNANSWERED)
    # A question's notification is seen when it closes.
    seen = select(notifications.c.number).where(notifications.c.number == questions.c.number)
    long_ago = seen.where(notifications.c.seen_at < before).exists()
    return questions.c.task.is_(None) & questions.c.state.in_(closed) & long_ago


def _take_stories(connection: Connection, numbers: Sequence[int]) -> int:
    asked = select(questions.c.number).where(questions.c.task.in_(numbers))
    count = _remove(connection, reply_files, reply_files.c.task.in_(numbers))
    count += _take_questions(connection, connection.execute(asked).scalars().all())
    for table in (answers, requests, notifications, turns):
        count += _remove(connection, table, table.c.task.in_(numbers))
    # A priority's row tells that it had its turn, or the roadmap would have it done again.
    told = tasks.c.via.is_not(None)
    return count + _remove(connection, tasks, tasks.c.number.in_(numbers) & told)


def _take_questions(connection: Connection, numbers: Sequence[int]) -> int:
    said = select(answers.c.id).where(answers.c.question.in_(numbers))
    count = _remove(connection, reply_files, reply_files.c.answer.in_(said))
    count += _remove(connection, answers, answers.c.question.in_(numbers))
    count += _remove(connection, questions, questions.c.number.in_(numbers))
    return count + _remove(connection, notifications, notifications.c.number.in_(numbers))


def _remove(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount
